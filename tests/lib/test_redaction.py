"""What never stands in a log."""

from __future__ import annotations

import json
import logging
import string
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import logs
from gaitway.lib.redaction import GONE, LONGEST, of_the_house, redact


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ("Authorization: Bearer abc.def", f"Authorization: {GONE}"),
        ("sent bearer abc.def to them", f"sent bearer {GONE} to them"),
        ("{'Cookie': 'sessionid=x; csrftoken=y'}", f"{{'Cookie': {GONE}"),
        ("password=hunter2&user=luca", f"password={GONE}&user=luca"),
        ('{"api_key": "k-1", "name": "shop"}', f'{{"api_key": {GONE}, "name": "shop"}}'),
        ("client_secret='two words', next", f"client_secret={GONE}, next"),
        ("postgresql://reader:p@ss/w@db/shop is gone", f"postgresql://{GONE}@db/shop is gone"),
        ("GET https://shop.example/x.csv?key=1&sig=2 failed", f"GET https://shop.example/x.csv?{GONE} failed"),
        ("/enter/12/abc-def-123/", f"/enter/12/{GONE}/"),
        ("/tv/abc-def-123/", f"/tv/{GONE}/"),
        ("/demo/abc-def-123/", f"/demo/{GONE}/"),
        ("gaitway_" + "a" * 43, f"gaitway_{GONE}"),
        ("/shared/" + "Aa0_" * 8 + "/page", f"/shared/{GONE}/page"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----.", f"{GONE}."),
        ("eyJhbGciOi.eyJzdWIi.c2ln", GONE),
    ],
)
def test_what_looks_like_a_secret_goes(said: str, stands: str) -> None:
    assert redact(said) == stands


@pytest.mark.parametrize(
    "said",
    [
        "orders: no file /data/orders.csv",
        "evaluate:12 failed, attempt 3",
        "relation gaitway_observation_kpi_id_period_idx does not exist",
        "https://shop.example/orders.csv answers 404",
        "The KPI conversion has no data: ask luca@example.com",
        "/initiatives/north/norway/",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert redact(said) == said


PLAIN = st.text(alphabet=string.printable, max_size=12)


@given(PLAIN.filter(lambda text: len(text) >= 6), PLAIN, PLAIN)
def test_a_known_secret_goes_wherever_it_stands(secret: str, before: str, after: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}", [secret])


def test_what_is_very_long_is_cut_and_known_secrets_go_before_that() -> None:
    cut = redact("x" * (LONGEST - 3) + "secret-1" + "y" * LONGEST, ["secret-1"])
    assert cut == "x" * (LONGEST - 3) + GONE + "yy" + GONE


def test_the_secrets_of_the_house() -> None:
    environ = {
        "GAITWAY_SECRET_KEY": "key-1", "GAITWAY_METRICS_TOKEN": "token-1", "GAITWAY_SOURCE_SHOP": "source-1",
        "GAITWAY_DATABASE_URL": "postgresql://me:password-1@db/x", "GAITWAY_HOSTS": "a,b", "HOME": "/root",
        "GAITWAY_SECRET_EMPTY": "", "GAITWAY_ODD": "http://[",
    }  # fmt: skip
    assert sorted(of_the_house(environ.items())) == ["key-1", "password-1", "source-1", "token-1"]


@pytest.mark.parametrize(
    ("wanted", "level", "formatter"),
    [("INFO", "INFO", "Text"), ("debug", "DEBUG", "Text"), ("json", "INFO", "Json"), ("json, WARNING", "WARNING", "Json"),
     ("ERROR,json", "ERROR", "Json")],
)  # fmt: skip
def test_a_level_and_a_form(wanted: str, level: str, formatter: str) -> None:
    found = logs.settings(wanted, "key")
    assert found["loggers"]["gaitway"]["level"] == level
    assert found["formatters"]["line"]["()"] == f"gaitway.lib.logs.{formatter}"


@pytest.mark.parametrize("wanted", ["", "LOUD", "INFO,DEBUG", "json,xml"])
def test_any_other_is_refused(wanted: str) -> None:
    with pytest.raises(ValueError, match="GAITWAY_LOG is one of DEBUG, INFO, WARNING, ERROR, or json, or both"):
        logs.settings(wanted, "key")


def record(says: str, fault: Exception | None = None, **extra: object) -> logging.LogRecord:
    info = None
    if fault:
        try:
            raise fault
        except Exception:
            info = sys.exc_info()
    made = logging.LogRecord("gaitway.work", logging.WARNING, "x.py", 1, says, ("a",), info)
    vars(made).update(extra)
    return made


def test_a_line_of_json() -> None:
    token = logs.request_id.set("request-1")
    made = record("%s failed", ValueError("password=hunter2"), ms=1.5, status=200, place="/enter/1/x/", none=None)
    said = json.loads(logs.Json().format(made))
    logs.request_id.reset(token)
    assert said.pop("at").endswith("+00:00")
    assert said.pop("fault").splitlines()[-1] == f"ValueError: password={GONE}"
    assert said == {"level": "WARNING", "logger": "gaitway.work", "says": "a failed", "request": "request-1", "ms": 1.5,
                    "status": 200, "place": f"/enter/1/{GONE}/", "none": None}  # fmt: skip


def test_a_line_of_text() -> None:
    outside = logs.request_id.set("")
    assert logs.Text().format(record("%s failed")) == "WARNING gaitway.work: a failed"
    token = logs.request_id.set("request-1")
    assert (
        logs.Text("the-key-of-all").format(record("%s the-key-of-all")) == f"WARNING gaitway.work [request-1]: a {GONE}"
    )
    logs.request_id.reset(token)
    logs.request_id.reset(outside)
    assert "\n" not in logs.Json().format(record("%s\nfaked"))
