"""Rows inside JSON documents, on one page or on many."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.web import Web, records
from gaitway.lib.outgoing import Door, Failed
from tests.outside import Outside, answer, outside

DEALS = [{"week": "2026-01-05", "won": 1, "lost": {"late": 2}}, {"week": "2026-01-12", "won": 3, "lost": {"late": 4}}]
SQL = "select week as period, won as successes, won + lost.late as trials from crm order by 1"
WEEKS = [("2026-01-05", 1, 3), ("2026-01-12", 3, 7)]


def ask(there: Outside, path: str = "/deals", limits: Limits | None = None, **options: Any) -> Rows | Failure:
    place = Place(f"{there.url}{path}", options)
    (result,) = Web(there.door).run({"crm": place}, [Query("won", SQL, "crm")], limits or Limits(seconds=5))
    return result


def rows(result: Rows | Failure) -> list[tuple[Any, ...]]:
    assert isinstance(result, Rows), result
    return result.rows


def fault(result: Rows | Failure) -> str:
    assert isinstance(result, Failure), result
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", result.message).removeprefix('Source "crm": ')


PATHS = {
    "deep": ("data.items", {"data": {"items": DEALS, "count": 2}}),
    "flat": ("deals", {"deals": DEALS}),
    "the document": ("", DEALS),
    "in an array": ("pages.1.rows", {"pages": [{}, {"rows": DEALS}]}),
}


@pytest.mark.parametrize(("path", "found"), PATHS.values(), ids=PATHS)
def test_the_rows_of_a_document_are_asked_in_sql(there: Outside, path: str, found: Any) -> None:
    there.says["/deals"] = answer(found)
    assert rows(ask(there, records=path)) == WEEKS


NOWHERE = {
    "a misspelling": (
        "data.itms", {"data": {"items": [], "count": 2}},
        'http://HOST/deals: "data.itms" leads nowhere: "data" is an object with the keys items, count, without "itms". '
        "Correct the option records.",
    ),
    "from the start": (
        "rows", DEALS,
        'http://HOST/deals: "rows" leads nowhere: the document is an array of 2, without "rows". Correct the option records.',
    ),
    "beyond the array": ("2", DEALS, 'http://HOST/deals: "2" leads nowhere: the document is an array of 2, without "2".'),
    "through a number": ("a.b", {"a": 1}, 'http://HOST/deals: "a.b" leads nowhere: "a" is a number, without "b".'),
    "an object": ("data", {"data": {}}, 'http://HOST/deals: "data" is an empty object, not an array of rows.'),
    "a text": ("data", {"data": "x"}, 'http://HOST/deals: "data" is a text, not an array of rows.'),
    "null": ("data", {"data": None}, 'http://HOST/deals: "data" is null, not an array of rows.'),
    "truth": ("data", {"data": True}, 'http://HOST/deals: "data" is true or false, not an array of rows.'),
    "bare rows": ("", [DEALS[0], 7], "http://HOST/deals: row 2 of the document is a number, not an object with named values."),
    "no rows": ("data", {"data": []}, "http://HOST/deals holds no rows yet."),
}  # fmt: skip


@pytest.mark.parametrize(("path", "found", "message"), NOWHERE.values(), ids=NOWHERE)
def test_a_path_that_leads_nowhere_says_what_is_there(there: Outside, path: str, found: Any, message: str) -> None:
    there.says["/deals"] = answer(found)
    assert fault(ask(there, records=path)).startswith(message)


BROKEN = {
    "half": (b'{"data": [', "http://HOST/deals is no JSON: Expecting value (line 1, column 11)."),
    "NaN": (b'{"data": [{"a": NaN}]}', "http://HOST/deals is no JSON: NaN is no number in JSON."),
    "not UTF-8": (b'{"data": "\xff"}', "http://HOST/deals is no JSON: it isn't UTF-8 text."),
    "deep": (b"[" * 200_000, "http://HOST/deals is nested too deeply."),
    "a page": (b"<!doctype html><html></html>", "http://HOST/deals: this is an HTML page, perhaps one to sign in."),
    "long": (b'{"data": "' + b"x" * 9_000_000, "http://HOST/deals is a JSON document of more than 8,388,608 bytes."),
    "many": (
        b'{"data": [' + b"{}," * 1_000_000 + b"{}]}",
        "http://HOST/deals gives more than 1,000,000 rows. Ask for less",
    ),
    "a long number": (b'{"data": [{"a": ' + b"9" * 5_000 + b"}]}", "http://HOST/deals is no JSON: Exceeds the limit"),
}


@pytest.mark.parametrize(("text", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_json_is_told(there: Outside, text: bytes, message: str) -> None:
    there.says["/deals"] = answer(text)
    assert fault(ask(there, records="data")).startswith(message)


def page(number: int, following: Any, **headers: str) -> bytes:
    return answer({"data": [DEALS[number]], "links": {"next": following}}, **headers)


ENDS = {"null": None, "nothing": "", "false": False}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_pages_are_turned_until_there_is_no_next(there: Outside, end: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAITWAY_SOURCE_CRM", "canary-9")
    there.says |= {"/deals": page(0, "/more?cursor=b%2F1"), "/more": page(1, end)}
    headers = {"Authorization": "Bearer ${GAITWAY_SOURCE_CRM}"}
    assert rows(ask(there, records="data", next="links.next", headers=headers)) == WEEKS
    assert [(asked.path, asked.headers["authorization"]) for asked in there.asked] == [
        ("/deals", "Bearer canary-9"),
        ("/more?cursor=b%2F1", "Bearer canary-9"),
    ]
    assert there.visits == 1


def test_the_last_page_may_leave_the_link_out(there: Outside) -> None:
    there.says["/deals"] = answer({"data": DEALS})
    assert rows(ask(there, records="data", next="links.next")) == WEEKS


def test_a_next_page_on_another_host_is_not_asked(there: Outside) -> None:
    with outside() as other:
        there.says["/deals"] = page(0, f"{other.url}/deals")
        place = Place(f"{there.url}/deals", {"records": "data", "next": "links.next"})
        door = Door(hosts=frozenset({"127.0.0.1"}))
        (result,) = Web(door).run({"crm": place}, [Query("won", SQL, "crm")], Limits(seconds=5))
    assert fault(result) == "http://HOST/deals: the next page is on another host, 127.0.0.1. Pages have to be on one."
    assert other.visits == 0


PAGES = {
    "a circle": ("/deals", "http://HOST/deals: the next page is one that was read before. Correct the option next."),
    "no address": (7, 'http://HOST/deals: "links.next" is a number, not an address. Correct the option next.'),
    "a file": ("file:///etc/passwd", "Gaitway goes to https:// and http:// addresses, not to file."),
    "gone": ("/gone", "http://HOST/gone answers 404: there is nothing. Correct the address."),
}


@pytest.mark.parametrize(("following", "message"), PAGES.values(), ids=PAGES)
def test_when_a_page_is_bad_none_is_used(there: Outside, following: Any, message: str) -> None:
    there.says["/deals"] = page(0, following)
    assert fault(ask(there, records="data", next="links.next")) == message


def test_pages_without_end_are_not_turned_for_ever(there: Outside) -> None:
    def forth(connection: Any, asked: Any) -> None:
        number = int(asked.path.partition("=")[2] or 0)
        connection.sendall(page(0, f"/deals?page={number + 1}", connection="close"))

    there.says["/deals"] = forth
    message = fault(ask(there, limits=Limits(seconds=30), records="data", next="links.next"))
    assert message == "http://HOST/deals has more than 100 pages. Ask for larger pages, or for less."
    assert len(there.asked) == 100


def test_all_pages_together_are_as_large_as_one_download(there: Outside) -> None:
    there.says |= {"/deals": page(0, "/more"), "/more": page(1, None)}
    message = fault(ask(there, limits=Limits(seconds=5, download=150), records="data", next="links.next"))
    assert message == "http://HOST/more answers with more than 150 bytes. Ask it for less."


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def outcome(text: bytes, path: str) -> str | list[dict[str, Any]]:
    try:
        return records.rows(records.document(text, "https://a"), path, "https://a")
    except Failed as error:
        return str(error)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200) | TREES.map(lambda tree: json.dumps(tree).encode()), st.text("ab.0", max_size=5))
def test_a_document_gives_rows_or_one_sentence(text: bytes, path: str) -> None:
    match outcome(text, path):
        case str() as sentence:
            assert sentence.startswith("https://a")
        case found:
            assert all(isinstance(row, dict) for row in found)
