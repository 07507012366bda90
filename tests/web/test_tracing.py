"""Ids of requests, and that no secret reaches the log: twelve canaries, each where it could get out."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from gaitway.actions import invitations, jobs, tokens
from gaitway.lib import logs
from gaitway.models import Job
from gaitway.queries import portfolio
from gaitway.work import loop
from tests.world import AT, World


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("01J9Z8-abc.def_1", True), ("a" * 64, True), ("a" * 65, False), ("short", False), ("", False),
        ("with space 1", False), ("a\nINFO faked: x", False), ("<script>alert", False), (".hidden-1", False), ("ä" * 10, False),
    ],
)  # fmt: skip
def test_an_id_is_taken_where_it_is_well_formed(db: object, given: str, taken: bool) -> None:
    answer = Client().get("/login/", HTTP_X_REQUEST_ID=given)
    found = answer.headers["X-Request-ID"]
    assert (found == given) is taken
    assert taken or len(found) == 16


def test_every_answer_has_one_and_no_two_the_same(db: object) -> None:
    paths = ["/login/", "/nowhere/", "/api/v1/kpis", "/healthz", "/"]
    assert len({Client().get(path).headers["X-Request-ID"] for path in paths}) == len(paths)


@pytest.fixture(params=["json,DEBUG", "DEBUG"])
def log(request: pytest.FixtureRequest, settings: LazySettings) -> Iterator[io.StringIO]:
    """Everything that would be written."""
    kind = logs.Json if request.param.startswith("json") else logs.Text
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(kind(settings.SECRET_KEY))
    loggers = [logging.getLogger(name) for name in ("gaitway", "gaitway.requests", "django", "django.request")]
    levels = [each.level for each in loggers]
    logging.getLogger().addHandler(handler)
    for each in loggers:
        each.setLevel(logging.DEBUG if each.name.startswith("gaitway") else logging.WARNING)
    yield out
    logging.getLogger().removeHandler(handler)
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)


def test_a_request_is_one_line_with_its_id(world: World, log: io.StringIO) -> None:
    browser = Client()
    browser.force_login(world.sofia)
    browser.get("/initiatives/north/norway/", HTTP_X_REQUEST_ID="request-1")
    line = next(line for line in log.getvalue().splitlines() if "answered" in line)
    if line.startswith("{"):
        said = json.loads(line)
        assert (said["request"], said["route"], said["status"]) == ("request-1", "/initiatives/<path:key>/", 200)
        assert said["ms"] > 0
    else:
        assert line == "INFO gaitway.requests [request-1]: answered"
    assert "norway" not in line


def canaries(world: World, monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> dict[str, str]:
    """Sends each secret where it could get into the log: what broke says all that it knew."""
    _, token = tokens.make(world.sofia, name="x", scopes=["read"], by=world.sofia, at=AT)
    found = {
        "token of the API": token,
        "link that signs in": invitations.make(world.theo, by=world.admin, at=AT),
        "short link": "ab1-canary",
        "password": "canary-password-1",
        "cookie": "canary-session-2",
        "authorization": "canary-basic-3",
        "source's variable": "canary/source 4",
        "database": "canary-database-5",
        "secret key": settings.SECRET_KEY,
        "metrics": "canary-metrics-6",
        "address of a source": "canary-address-7",
        "query of a source": "canary-query-8",
        "private key": "canary-private-9",
    }
    monkeypatch.setenv("GAITWAY_SOURCE_SHOP", found["source's variable"])
    monkeypatch.setenv("GAITWAY_DATABASE_URL", f"postgresql://me:{found['database']}@db/x")
    monkeypatch.setenv("GAITWAY_METRICS_TOKEN", found["metrics"])
    words = " ".join([
        f"asked https://me:{found['address of a source']}@shop.example/x",
        f"and https://shop.example/y?sig={found['query of a source']} with", found["source's variable"], found["database"],
        found["secret key"], found["metrics"],
        f"-----BEGIN RSA PRIVATE KEY-----\n{found['private key']}\n-----END RSA PRIVATE KEY-----",
    ])  # fmt: skip
    headers = {
        "HTTP_AUTHORIZATION": f"Basic {found['authorization']}",
        "HTTP_COOKIE": f"sessionid={found['cookie']}; theme=dark",
    }

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError(
            f"{words} {headers} {{'password': '{found['password']}'}} {token} /enter/{found['link that signs in']}/ "
            f"/unsubscribe/{found['short link']}/"
        )

    browser = Client(raise_request_exception=False)
    browser.force_login(world.sofia)
    monkeypatch.setattr(portfolio, "portfolio", breaks)
    browser.get("/")
    Client(raise_request_exception=False).get(f"/enter/{found['link that signs in']}/x/", **headers)
    Client(raise_request_exception=False).get("/api/v1/kpis", HTTP_AUTHORIZATION=f"Bearer {token}x")
    Client(raise_request_exception=False).post("/login/", {"email": "a@b.de", "password": found["password"]})
    monkeypatch.setitem(loop.HANDLERS, Job.Kind.EVALUATE, breaks)
    Job.objects.update(finished_at=AT)
    jobs.ask(Job.Kind.EVALUATE, "evaluate:1", {}, at=AT)
    loop.once("me", lambda: AT)
    return found


def test_no_canary_is_in_the_log(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    found = canaries(world, monkeypatch, settings)
    said = log.getvalue()
    assert said.count("RuntimeError") >= 2  # the page and the job did break, and said so
    assert {name for name, secret in found.items() if secret in said} == set()


def test_without_redaction_every_canary_is(
    world: World, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    """The planted control."""
    monkeypatch.setattr(logs, "redact", lambda text, _secrets=(): text)
    found = canaries(world, monkeypatch, settings)
    said = log.getvalue()
    assert len(found) == 13
    assert {name for name, secret in found.items() if secret not in said} == set()
