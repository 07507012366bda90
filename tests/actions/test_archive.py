"""Rows of an archive in a new database: all of them as they were, or none."""

from __future__ import annotations

import io
import json

import pytest
from django.db import connection

from gaitway.actions import Refused, archive, observations
from gaitway.lib.archive import Reader
from gaitway.models import Initiative, Observation, Person, Stage
from gaitway.queries import archive as asked
from tests.snapshot import empty
from tests.world import AT, build


def written(*, accounts: bool = True) -> bytes:
    file = io.BytesIO()
    asked.write(file, accounts=accounts)
    return file.getvalue()


@pytest.fixture
def kept(really_kept: None) -> bytes:
    """The archive of a world that is gone."""
    from datetime import date

    made = build()
    observations.record(made.orders, {date(2026, 1, 5): (3.0, 1.0)}, by=made.admin, at=AT)
    Stage.objects.filter(pk=made.crawl.pk).update(budget="5000.10")
    archive_of_it = written()
    empty()
    return archive_of_it


def test_what_is_loaded_is_what_was_written(kept: bytes) -> None:
    counted = archive.load(Reader(io.BytesIO(kept)).rows(), using="default")
    assert counted == asked.counts()
    assert (counted["initiative"], counted["observation"], counted["upload"]) == (2, 1, 0)
    assert written() == kept


def test_new_rows_get_new_numbers(kept: bytes) -> None:
    archive.load(Reader(io.BytesIO(kept)).rows(), using="default")
    highest = max(Person.objects.values_list("pk", flat=True))
    made = Person.objects.create(email="new@example.com", name="New", invited_at=AT)
    assert made.pk == highest + 1


def test_append_only_holds_for_what_was_loaded(kept: bytes) -> None:
    from django.db import Error

    archive.load(Reader(io.BytesIO(kept)).rows(), using="default")
    with pytest.raises(Error, match="append-only"):
        Observation.objects.all().update(events=4)


def test_without_accounts_nobody_has_a_password(really_kept: None) -> None:
    build()
    Person.objects.update(password="hash")
    plain = written(accounts=False)
    empty()
    archive.load(Reader(io.BytesIO(plain)).rows(), using="default")
    assert set(Person.objects.values_list("password", flat=True)) == {"!"}
    assert written(accounts=False) == plain


def test_a_database_that_holds_something_is_refused(kept: bytes) -> None:
    archive.load(Reader(io.BytesIO(kept)).rows(), using="default")
    with pytest.raises(Refused, match="isn't empty: rows of an archive go into a new"):
        archive.load(Reader(io.BytesIO(kept)).rows(), using="default")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda row: row.update(x=1), "gaitway_initiative, row .*: other columns than its schema has \\(x\\)"),
        (lambda row: row.pop("hypothesis"), "other columns than its schema has \\(hypothesis\\)"),
        (lambda row: row.update(retired_at="yesterday"), "gaitway_initiative, row"),
        (lambda row: row.update(position="many"), "gaitway_initiative, row"),
        (lambda row: row.update(position=-1), "gaitway_initiative, rows"),
    ],
)
def test_a_row_that_does_not_fit_is_named_and_nothing_is_kept(kept: bytes, change: object, said: str) -> None:
    rows = list(Reader(io.BytesIO(kept)).rows())
    change(next(row for table, row in rows if table == "initiative"))  # type: ignore[operator]  # it is a function
    with pytest.raises(Refused, match=said):
        archive.load(rows, using="default")
    assert not Initiative.objects.exists()
    assert not Person.objects.exists()


def test_a_table_that_nobody_knows_is_refused(kept: bytes) -> None:
    with pytest.raises(Refused, match="has a table 'secrets'"):
        archive.load([("secrets", json.loads("{}"))], using="default")


def test_json_null_and_nothing_stay_apart(kept: bytes) -> None:
    rows = list(Reader(io.BytesIO(kept)).rows())
    kpi = next(row for table, row in rows if table == "kpi")
    event = next(row for table, row in rows if table == "event")
    kpi["measure"], event["data"] = None, None
    archive.load(rows, using="default")
    with connection.cursor() as cursor:
        cursor.execute(f"select count(*) from gaitway_kpi where measure is null and id = {kpi['id']}")
        assert cursor.fetchone() == (1,)
        cursor.execute(f"select cast(data as text) from gaitway_event where id = {event['id']}")
        assert cursor.fetchone() == ("null",)
