"""What calls itself Prometheus and isn't, or is in trouble."""

from __future__ import annotations

import re
import time
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest

from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.prometheus import Prometheus
from tests.outside import Outside, answer

DAYS = {"since": date(2025, 3, 3), "until": date(2025, 3, 5)}
FIRST, LAST = 1741046399.999, 1741132799.999  # the last milliseconds of both days
RANGE = "/api/v1/query_range"


def ask(
    there: Outside, *, path: str = "", scheme: str = "http", limits: Limits | None = None, **options: Any
) -> Rows | Failure:
    place = Place(f"prometheus+{scheme}://127.0.0.1:{there.port}{path}", options)
    queries = [Query("kpi", "up & running + 1", "metrics", **DAYS)]
    (result,) = Prometheus(there.door).run({"metrics": place}, queries, limits or Limits(seconds=1))
    return result


def fault(result: Rows | Failure) -> tuple[str, bool]:
    assert isinstance(result, Failure), result
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", result.message), result.again


def data(*series: Any) -> bytes:
    return answer({"status": "success", "data": {"resultType": "matrix", "result": list(series)}})


def test_it_is_asked_by_a_form_with_the_headers_of_the_options(there: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAITWAY_SOURCE_PROM", "canary-8")
    there.says[f"/prefix{RANGE}"] = data({"metric": {}, "values": [[FIRST, "1.5"], [LAST, "NaN"]]})
    result = ask(there, path="/prefix/", headers={"Authorization": "Bearer ${GAITWAY_SOURCE_PROM}"})
    assert isinstance(result, Rows)
    assert result.rows == [("2025-03-03", 1.5)]
    (asked,) = there.asked
    assert (asked.method, asked.headers["authorization"]) == ("POST", "Bearer canary-8")
    assert parse_qs(asked.body.decode()) == {
        "query": ["up & running + 1"], "start": [f"{FIRST}"], "end": [f"{LAST}"], "step": ["86400.000"], "timeout": ["1s"],
        "partial_response": ["false"],
    }  # fmt: skip


ODD = "http://HOST/api/v1/query_range answers in a way that no Prometheus does. Is the address right?"
BASE = "http://HOST answers in a way that no Prometheus does. Is the address right?"
ODDITIES = {
    "a page": (answer("<html>", content_type="text/html"), ODD),
    "nothing": (answer(""), ODD),
    "a list": (answer([]), ODD),
    "no data": (answer({"status": "success"}), ODD),
    "not a success": (answer({"status": "fine", "data": {}}), ODD),
    "deep": (answer("[" * 100_000), ODD),
    "another type": (answer({"status": "success", "data": {"resultType": "vector", "result": []}}), BASE),
    "no series": (answer({"status": "success", "data": {"resultType": "matrix", "result": {"a": 1}}}), BASE),
    "no labels": (data({"metric": None, "values": []}), BASE),
    "no moments": (data({"metric": {}, "values": [1]}), BASE),
    "no numbers": (data({"metric": {}, "values": [[FIRST, "many"]]}), BASE),
    "an infinite moment": (data({"metric": {}, "values": [["inf", "1"]]}), BASE),
}


@pytest.mark.parametrize(("says", "message"), ODDITIES.values(), ids=ODDITIES)
def test_an_odd_answer_is_told(there: Outside, says: bytes, message: str) -> None:
    there.says[RANGE] = says
    assert fault(ask(there)) == (message, False)


def error(kind: str, text: str, status: str) -> bytes:
    return answer({"status": "error", "errorType": kind, "error": text}, status)


TROUBLES = {
    "too many samples": (
        error("execution", "query processing would load too many samples", "422 X"),
        "load too many",
        False,
    ),
    "too slow": (
        error("timeout", "query timed out in expression evaluation", "503 X"),
        "timed out in expression",
        True,
    ),
    "starting": (answer("Service Unavailable", "503 X"), "answers 503: it can't now. Try again later.", True),
    "not found": (answer("404 page not found", "404 X"), "answers 404: there is nothing. Correct the address.", False),
    "who are you": (answer("", "401 X"), "answers 401: it wants to know who asks.", False),
    "no POST": (answer("", "405 X"), "answers 405: the request isn't right.", False),
    "a proxy's 400": (answer("<html>", "400 X"), "answers 400: the request isn't right.", False),
    "moved": (
        answer("", "302 X", location="https://sso.example/?a=1"),
        "has moved to https://sso.example/. If that",
        False,
    ),
    "it hangs": (lambda c, a: time.sleep(2), "is too slow", True),
    "a flood": (answer(b"x" * 300_000), "answers with more than 200,000 bytes.", False),
}


@pytest.mark.parametrize(("says", "words", "again"), TROUBLES.values(), ids=TROUBLES)
def test_a_trouble_is_told_in_time(there: Outside, says: Any, words: str, again: bool) -> None:
    there.says[RANGE] = says
    message, may_go = fault(ask(there, limits=Limits(seconds=1, bytes=200_000)))
    assert message.startswith("http://HOST/api/v1/query_range")
    assert words in message
    assert may_go is again


def test_hostile_words_are_short_and_plain(there: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAITWAY_SOURCE_PROM", "canary-8")
    there.says[RANGE] = error("bad_data", "canary-8 \x1b[2J\r\n" + "x" * 9_999, "400 X")
    message, _ = fault(ask(there, headers={"X-Key": "${GAITWAY_SOURCE_PROM}"}))
    assert message.startswith("http://HOST/api/v1/query_range: … [2Jxxx")
    assert len(message) < 600


def test_series_that_change_their_labels_are_not_put_together(there: Outside) -> None:
    there.says[RANGE] = data(
        {"metric": {"instance": "a"}, "values": [[FIRST, "1"]]}, {"metric": {"instance": "b"}, "values": [[LAST, "2"]]}
    )
    assert fault(ask(there))[0].startswith(
        'The expression gives 2 series, and a KPI has one: {instance="a"}; {instance="b"}.'
    )


def test_options_and_addresses_are_checked_before_anybody_is_asked(there: Outside) -> None:
    assert fault(ask(there, header={})) == ("There is no option header. Prometheus takes headers.", False)
    assert fault(ask(there, path="/?a=1"))[0].startswith("The address of a Prometheus ends before its /api")
    assert there.visits == 0


def test_half_a_character_is_told(there: Outside) -> None:
    place = Place(f"prometheus+http://127.0.0.1:{there.port}")
    (result,) = Prometheus(there.door).run({"metrics": place}, [Query("kpi", "up\ud800", "metrics", **DAYS)])
    assert fault(result) == ("The query holds a character that is not text. Type it again.", False)
    (result,) = Prometheus(there.door).run(
        {"metrics": Place("prometheus+http://\ud800")}, [Query("kpi", "up", "metrics", **DAYS)]
    )
    assert fault(result)[0].startswith("The address can't be read.")


def test_a_probe_says_what_is_wrong(there: Outside) -> None:
    (sign,) = Prometheus(there.door).probe("metrics", Place(f"prometheus+http://127.0.0.1:{there.port}"))
    assert (sign.name, sign.fine) == ("reaches", False)
    assert "answers 404: there is nothing. Correct the address." in sign.says


def test_a_probe_does_without_a_version(there: Outside) -> None:
    there.says["/api/v1/query"] = answer(
        {"status": "success", "data": {"resultType": "scalar", "result": [1, "1741046400"]}}
    )
    there.says["/api/v1/label/__name__/values"] = answer({"status": "success", "data": []})
    signs = list(Prometheus(there.door).probe("metrics", Place(f"prometheus+http://127.0.0.1:{there.port}")))
    assert [(sign.name, sign.fine, sign.says) for sign in signs[1:]] == [
        ("version", True, "it doesn't say which"),
        ("sample", False, "0 metrics"),
    ]
    assert signs[0].says.endswith(", where it is 2025-03-04 00:00 UTC")
