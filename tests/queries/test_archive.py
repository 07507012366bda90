"""What an archive holds: every table, and no secret unless it is asked for."""

from __future__ import annotations

import io
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps

from gaitway.actions import replies, tokens
from gaitway.models import Hold, Observation, Person, Token, Worker
from gaitway.queries import archive
from tests.world import AT, World

SOUNDS_SECRET = re.compile(r"password|secret|digest|token|hash|private|credential|signing")
NO_SECRET = {"reply.request"}  # a hash of what was asked; replies are left out all the same


def lines(*, accounts: bool) -> list[dict[str, object]]:
    file = io.BytesIO()
    archive.write(file, accounts=accounts)
    return [json.loads(line) for line in file.getvalue().splitlines()]


def test_every_table_is_kept_but_what_is_of_this_place() -> None:
    ours = {model._meta.db_table for model in apps.get_app_config("gaitway").get_models(include_auto_created=True)}
    kept = {f"gaitway_{name}" for name in archive.tables() if name not in archive.SIGNING_IN}
    assert kept == ours - {Hold._meta.db_table, Worker._meta.db_table}


def test_a_column_that_sounds_like_a_secret_is_on_the_list() -> None:
    """A new one fails here until somebody has decided about it."""
    tables = archive.tables()
    sounding = {
        (name, field.column)
        for name, model in tables.items() for field in model._meta.concrete_fields
        if SOUNDS_SECRET.search(field.column) and not field.remote_field
    }  # fmt: skip
    of_accounts = {("token", "digest"), ("invitation", "digest"), ("screen", "digest")}
    no_secrets = {
        ("event", "digest"),
        ("head", "digest"),
        ("preference", "digest_day"),
        ("pin", "digest"),
        ("file", "digest"),
    }
    assert sounding | {("channel", "address")} == set(archive.SECRETS) | of_accounts | no_secrets
    assert {name for name, _column in of_accounts} <= archive.ACCOUNTS


def test_secrets_are_in_it_only_where_they_are_asked_for(world: World) -> None:
    Person.objects.filter(pk=world.sofia.pk).update(password="hash-of-sofia")
    tokens.make(world.sofia, name="nightly", scopes=["read"], by=world.sofia, at=AT)
    reply = replies.claim("key-1", "0" * 64, by=world.sofia, at=AT)
    replies.keep(reply, 200, '{"answer": 1}', by=world.sofia, at=AT)
    digest = Token.objects.get().digest
    Authenticator.objects.create(user=world.sofia, type="totp", data={"secret": "sealed-second-factor"})
    SocialAccount.objects.create(user=world.sofia, provider="oidc", uid="sub-of-sofia")
    plain, full = (json.dumps(lines(accounts=accounts)) for accounts in (False, True))
    for secret in ("hash-of-sofia", digest, "key-1", "sealed-second-factor", "sub-of-sofia"):
        assert secret not in plain
        assert secret in full
    assert "Norway" in plain


def test_rows_come_by_table_and_number_with_all_columns(world: World) -> None:
    head, *rows, tail = lines(accounts=True)
    assert head == {"accounts": True, "format": 1, "gaitway": "archive", "schema": archive.schema()}
    places = [(row["table"], row["row"]["id"]) for row in rows]  # type: ignore[index]  # rows are mappings
    assert places == sorted(places)
    assert tail["rows"]["person"] == Person.objects.count()  # type: ignore[index]
    observation = {field.column for field in Observation._meta.concrete_fields}
    assert {"kpi_id", "recorded_at"} <= observation
    norway = next(row["row"] for row in rows if row["table"] == "initiative" and row["row"]["key"] == "norway")  # type: ignore[index]
    assert (norway["strategy_id"], norway["retired_at"], norway["state"]) == (world.strategy.pk, None, "active")


def test_the_schemas_that_can_be_read_begin_with_the_first() -> None:
    known = archive.known()
    assert known[0] == "0001_first"
    assert known[-1] == archive.schema()


@pytest.mark.django_db
def test_counts_are_of_every_table() -> None:
    assert set(archive.counts()) == set(archive.tables())
