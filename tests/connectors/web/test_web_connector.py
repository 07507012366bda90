"""KPI SQL over what is published on the web, from the address to the rows; and what others do wrong."""

from __future__ import annotations

import errno
import gzip
import os
import re
import socket
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gaitway.connectors import find
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows, Sign
from gaitway.connectors.web import Web
from tests.outside import Asked, Outside, answer

SHEET = "week,country,orders\n2026-01-05,NO,3\n2026-01-12,NO,4\n2026-01-05,SE,9\n"
SQL = "select week as period, sum(orders)::int as events from shop where country = 'NO' group by 1 order by 1"
WEEKS = [("2026-01-05", 3), ("2026-01-12", 4)]
LIMITS = Limits(seconds=5.0, download=200_000)
SHOP = [{"week": "2026-01-05", "country": "NO", "orders": 3}, {"week": "2026-01-12", "country": "NO", "orders": 4}]


def ask(there: Outside, path: str, sql: str = SQL, **options: Any) -> Rows | Failure:
    place = Place(f"{there.url}{path}", options)
    (result,) = Web(there.door).run({"shop": place}, [Query("orders", sql, "shop")], LIMITS)
    return result


def weeks(result: Rows | Failure) -> list[tuple[Any, ...]]:
    assert isinstance(result, Rows), result
    assert result.columns == ("period", "events")
    return result.rows


def fault(result: Rows | Failure) -> str:
    assert isinstance(result, Failure), result
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", result.message)


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path_factory.mktemp("temp")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert list(folder.iterdir()) == []


def packed(format_: str, folder: Path) -> bytes:
    path = folder / "shop"
    with duckdb.connect() as plain:
        plain.execute("create table shop (week date, country text, orders int)")
        plain.execute(
            "insert into shop values ('2026-01-05', 'NO', 3), ('2026-01-12', 'NO', 4), ('2026-01-05', 'SE', 9)"
        )
        plain.execute(f"copy shop to '{path}' ({format_})")
    return path.read_bytes()


SHAPES = {
    "CSV by its name": ("/shop.csv", "format csv, header", {}, {}),
    "TSV by its name": ("/shop.tsv", "format csv, header, delimiter '\t'", {}, {}),
    "Parquet by its name": ("/data/shop.parquet", "format parquet", {}, {}),
    "JSON by its name": ("/shop.json", "format json, array true", {}, {}),
    "JSON lines by their name": ("/shop.jsonl", "format json", {}, {}),
    "a published sheet": ("/spreadsheets/d/e/2PACX/pub?gid=0&single=true&output=csv", "format csv, header", {}, {}),
    "CSV by its type": ("/shop", "format csv, header", {"content_type": "text/csv; charset=utf-8"}, {}),
    "Parquet by its type": ("/shop", "format parquet", {"content_type": "application/vnd.apache.parquet"}, {}),
    "CSV as it is told": ("/shop.php", "format csv, header", {"content_type": "text/html"}, {"format": "csv"}),
    "JSON as it is told": ("/shop", "format json, array true", {}, {"format": "json"}),
}


@pytest.mark.parametrize(("path", "format_", "headers", "options"), SHAPES.values(), ids=SHAPES)
def test_what_is_on_the_web_is_asked_in_sql(
    there: Outside, tmp_path: Path, path: str, format_: str, headers: dict[str, str], options: dict[str, str]
) -> None:
    there.says[path.partition("?")[0]] = answer(packed(format_, tmp_path), **headers)
    assert weeks(ask(there, path, **options)) == WEEKS
    assert there.asked[0].path == path


def test_a_sheet_that_leads_on_to_where_it_lies_is_followed(there: Outside) -> None:
    there.says["/pub"] = answer("", "307 Temporary Redirect", location="/docs/long/key?output=csv")
    there.says["/docs/long/key"] = answer(
        gzip.compress(SHEET.encode()), content_encoding="gzip", content_type="text/csv"
    )
    assert weeks(ask(there, "/pub?output=csv")) == WEEKS


def test_a_file_that_is_packed_itself_is_unpacked(there: Outside) -> None:
    there.says |= {
        "/shop.csv.gz": answer(gzip.compress(SHEET.encode()), content_type="application/gzip"),
        "/half.csv.gz": answer(gzip.compress(SHEET.encode())[:-9]),
        "/bomb.csv.gz": answer(gzip.compress(b"x" * 200_001)),
    }
    assert weeks(ask(there, "/shop.csv.gz")) == WEEKS
    assert (
        fault(ask(there, "/half.csv.gz"))
        == 'Source "shop": http://HOST/half.csv.gz stopped in the middle of its answer.'
    )
    assert "bomb.csv.gz answers with more than 200,000 bytes." in fault(ask(there, "/bomb.csv.gz"))


def test_several_sources_may_stand_in_one_query(there: Outside) -> None:
    there.says |= {
        "/a.csv": answer(SHEET),
        "/b.csv": answer("country,name\nSE,Sweden\nDK,Denmark\n"),
        "/c.csv": answer("x\n1\n"),
    }
    places = {key: Place(f"{there.url}/{key}.csv") for key in "abc"}
    sql = "select week as period, orders as events from a join b using (country) order by 1"
    (result,) = Web(there.door).run(places, [Query("orders", sql, "a")], LIMITS)
    assert weeks(result) == [("2026-01-05", 9)]
    assert sorted(asked.path for asked in there.asked) == ["/a.csv", "/b.csv"]


def test_a_source_is_fetched_once_for_all_its_queries(there: Outside) -> None:
    there.says["/shop.csv"] = answer(SHEET)
    place = Place(f"{there.url}/shop.csv")
    results = list(Web(there.door).run({"shop": place}, [Query(key, SQL, "shop") for key in "abc"], LIMITS))
    assert [(each.key, weeks(each)) for each in results] == [(key, WEEKS) for key in "abc"]
    assert there.visits == 1


def test_a_broken_source_holds_up_no_other(there: Outside) -> None:
    there.says |= {"/shop.csv": answer(SHEET), "/gone.csv": answer("", "503 Service Unavailable", retry_after="120")}
    places = {"shop": Place(f"{there.url}/shop.csv"), "orders": Place(f"{there.url}/gone.csv")}
    queries = [
        Query("a", "select * from orders", "orders"),
        Query("b", SQL, "shop"),  # it has a column that is called like the broken source
        Query("c", "select * from shop, orders", "shop"),
    ]
    gone, fine, both = Web(there.door).run(places, queries, LIMITS)
    assert weeks(fine) == WEEKS
    assert isinstance(gone, Failure)
    assert isinstance(both, Failure)
    wanted = 'Source "orders": http://HOST/gone.csv answers 503: it can\'t now. Try again in 120 seconds.'
    assert fault(gone) == fault(both) == wanted
    assert gone.again
    assert both.again


def test_a_fault_names_the_address_and_not_a_file_of_this_machine(there: Outside) -> None:
    there.says["/shop.parquet"] = answer(b"PAR1 and no more")
    assert "http://HOST/shop.parquet" in fault(ask(there, "/shop.parquet"))
    assert tempfile.gettempdir() not in fault(ask(there, "/shop.parquet"))


def test_a_workbook_is_handed_to_the_connector_for_files(there: Outside) -> None:
    there.says["/shop.xlsx"] = answer(b"PK\3\4 and no more")
    assert fault(ask(there, "/shop.xlsx")).startswith('Source "shop": ')


LOGIN = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form></form></body></html>"
HTML = (
    'Source "shop": http://HOST/shop.csv: this is an HTML page, perhaps one to sign in. Publish the sheet as CSV, or give a '
    "token in the options (headers)."
)
TOKEN = 'headers: {Authorization: "Bearer ${GAITWAY_SOURCE_…}"}'


def cut(connection: socket.socket, asked: Asked) -> None:
    connection.sendall(answer(SHEET)[:-20])


def unframed(connection: socket.socket, asked: Asked) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n" + SHEET.encode())


FAULTS = {
    "a page to sign in": (answer(LOGIN, content_type="text/html; charset=utf-8"), HTML, False),
    "a page that says it is CSV": (answer("\ufeff \n" + LOGIN, content_type="text/csv"), HTML, False),
    "a fragment of a page": (answer("<div>Sign in</div>", content_type="text/html"), HTML, False),
    "nothing": (answer(""), "http://HOST/shop.csv answers with nothing. Export it again, or correct the address.", False),
    "no content": (answer("", "204 No Content"), "http://HOST/shop.csv answers 204: it has no content.", False),
    "cut": (cut, "http://HOST/shop.csv stopped in the middle of its answer", True),
    "no length": (unframed, "http://HOST/shop.csv doesn't say how long its answer is", False),
    "too large": (answer("x" * 200_001), "http://HOST/shop.csv answers with more than 200,000 bytes.", False),
    "too large, packed": (
        answer(gzip.compress(b"x" * 200_001), content_encoding="gzip"),
        "http://HOST/shop.csv answers with more than 200,000 bytes.", False,
    ),
    "a token is wanted": (
        answer("", "401 Unauthorized"),
        f"http://HOST/shop.csv answers 401: it wants to know who asks. Give a token in the options: {TOKEN}.", False,
    ),
    "not for us": (
        answer("", "403 Forbidden"),
        "http://HOST/shop.csv answers 403: it doesn't let us in. Publish it, or give a token that may read it.", False,
    ),
    "gone": (answer("", "410 Gone"), "http://HOST/shop.csv answers 410: there is nothing. Correct the address.", False),
    "too often": (
        answer("", "429 Too Many Requests", retry_after="3600"),
        "http://HOST/shop.csv answers 429: it can't now. Try again in 3,600 seconds.", True,
    ),
    "too often until": (
        answer("", "429 Too Many Requests", retry_after="Mon, 30 Nov 2026 10:00:00 GMT"),
        "http://HOST/shop.csv answers 429: it can't now. Try again after Mon, 30 Nov 2026 10:00:00 GMT.", True,
    ),
    "not now": (answer("", "502 Bad Gateway"), "http://HOST/shop.csv answers 502: it can't now. Try again later.", True),
    "a teapot": (answer("", "418 I'm a teapot"), "http://HOST/shop.csv answers 418: the request isn't right.", False),
    "a part": (answer("x", "206 Partial Content"), "http://HOST/shop.csv answers 206: is no answer with data.", False),
    "a redirect to nowhere": (answer("", "302 Found"), "http://HOST/shop.csv answers 302: is no answer with data.", False),
}  # fmt: skip


@pytest.mark.parametrize(("says", "message", "again"), FAULTS.values(), ids=FAULTS)
def test_a_bad_answer_says_what_to_do(there: Outside, says: Any, message: str, again: bool) -> None:
    there.says["/shop.csv"] = says
    result = ask(there, "/shop.csv")
    assert fault(result).removeprefix('Source "shop": ').startswith(message.removeprefix('Source "shop": '))
    assert isinstance(result, Failure)
    assert result.again is again


OPTIONS = {
    "no such format": ({"format": "pdf"}, "There is no format pdf. Use one of csv, tsv, json, jsonl, ndjson, parquet, xlsx."),
    "a misspelling": ({"record": "a"}, "There is no option record. Did you mean records?"),
    "no text": ({"records": ["a"]}, "The option records takes a text, not ['a']."),
    "pages without rows": ({"next": "a"}, "The option next needs records beside it"),
    "rows of a table": ({"records": "a", "format": "csv"}, "The option records is for JSON documents, not for csv."),
    "headers in a list": ({"headers": ["a"]}, f"The option headers takes names and texts, such as {TOKEN}."),
    "a number in a header": ({"headers": {"X-Key": 1}}, f"The option headers takes names and texts, such as {TOKEN}."),
    "a secret of the house": (
        {"headers": {"X-Key": "${GAITWAY_SECRET_KEY}"}},
        "${GAITWAY_SECRET_KEY} can't be used in a source: only variables that begin with GAITWAY_SOURCE_ can.",
    ),
    "a secret that isn't set": (
        {"headers": {"X-Key": "${GAITWAY_SOURCE_CRM}"}}, "The environment variable GAITWAY_SOURCE_CRM isn't set",
    ),
    "two lines": ({"headers": {"X-Key": "a\r\nHost: b"}}, "The value of the header X-Key holds a line break"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "message"), OPTIONS.values(), ids=OPTIONS)
def test_a_wrong_option_is_told_before_anybody_is_asked(there: Outside, options: dict[str, Any], message: str) -> None:
    assert fault(ask(there, "/shop.csv", **options)).startswith(f'Source "shop": {message}')
    assert there.visits == 0


def test_what_it_is_has_to_be_said_where_nobody_does(there: Outside) -> None:
    there.says |= {"/shop": answer(SHEET), "/app": answer(SHEET, content_type="application/octet-stream")}
    assert fault(ask(there, "/shop")).startswith('Source "shop": http://HOST/shop doesn\'t say what it is. Say')
    assert "http://HOST/app calls it 'application/octet-stream'. Say what it is" in fault(ask(there, "/app"))


def test_a_full_disk_is_told(there: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    there.says["/shop.csv"] = answer(SHEET)
    monkeypatch.setattr(Path, "open", full)
    result = ask(there, "/shop.csv")
    assert (
        fault(result) == f'Source "shop": There is no room for it in {tempfile.gettempdir()}: No space left on device.'
    )
    assert isinstance(result, Failure)
    assert result.again


def test_a_token_is_sent_and_shown_nowhere(
    there: Outside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("GAITWAY_SOURCE_CRM", "canary-7")
    caplog.set_level(0)
    headers = {"Authorization": "Bearer ${GAITWAY_SOURCE_CRM}"}
    there.says["/shop.csv"] = answer(SHEET)
    there.says["/told"] = answer("", "302 Found", location="/canary-7")
    assert weeks(ask(there, "/shop.csv", headers=headers)) == WEEKS
    assert there.asked[0].headers["authorization"] == "Bearer canary-7"
    assert "canary-7" not in caplog.text
    assert "http://HOST/… answers 404" in fault(ask(there, "/told", headers=headers))


def signs(there: Outside, path: str, **options: Any) -> list[tuple[str, bool, str]]:
    found: list[Sign] = list(Web(there.door).probe("shop", Place(f"{there.url}{path}", options), LIMITS))
    return [(sign.name, sign.fine, re.sub(r"127\.0\.0\.1:\d+", "HOST", sign.says)) for sign in found]


def test_a_probe_says_who_answers_with_what(there: Outside) -> None:
    there.says["/shop.csv"] = answer(SHEET, server="Sheets/1.0")
    assert signs(there, "/shop.csv") == [
        ("reaches", True, "http://HOST/shop.csv, Sheets/1.0"),
        ("gives", True, f"{len(SHEET)} bytes of CSV"),
        ("reads", True, "3 columns: week, country, orders"),
        ("sample", True, "2026-01-05, NO, 3"),
        ("sample", True, "2026-01-12, NO, 4"),
        ("sample", True, "2026-01-05, SE, 9"),
    ]


def test_a_probe_says_what_is_wrong(there: Outside) -> None:
    there.says |= {"/login.csv": answer(LOGIN), "/bad.parquet": answer("PAR1 and no more")}
    assert signs(there, "/login.csv") == [
        ("reaches", False, HTML.removeprefix('Source "shop": ').replace("shop.csv", "login.csv"))
    ]
    *fine, (name, reads, says) = signs(there, "/bad.parquet")
    assert [each[:2] for each in fine] == [("reaches", True), ("gives", True)]
    assert (name, reads) == ("reads", False)
    assert "http://HOST/bad.parquet" in says


def test_it_serves_addresses_of_the_web_and_no_others() -> None:
    served = ["https://shop.example/a.csv", "http://a/b", "HTTPS://A/b"]
    others = ["ftp://a/b", "shop.csv", "prometheus+https://a", "postgresql://a/b", "https:/a"]
    assert [isinstance(find(Place(location)), Web) for location in served] == [True] * 3
    assert [Web().serves(Place(location)) for location in others] == [False] * 5
