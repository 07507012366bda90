"""Trino and BigQuery against small fakes of their HTTP API, Snowflake against a fake of its driver: none has a live account
here. What is looked at is what would reach the service, and what is made of its answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gaitway.connectors.base import Limits
from gaitway.connectors.databases import bigquery, snowflake, trino
from gaitway.connectors.databases.address import BadAddress, parse
from gaitway.connectors.databases.child import _capped
from gaitway.connectors.databases.engine import Denied
from gaitway.connectors.databases.wall import Refusal

pytestmark = pytest.mark.slow  # the drivers take seconds to import
LIMITS = Limits(seconds=5)


@contextmanager
def serving(answer: Any) -> Iterator[tuple[str, int, list[tuple[str, str, str]]]]:
    """A server whose `answer(method, path, body)` gives status and JSON; what it was asked."""
    asked: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked.append((self.command, self.path, body))
            status, content = answer(self.command, self.path, body)
            text = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host, port = str(server.server_address[0]), server.server_address[1]
    try:
        yield host, port, asked
    finally:
        server.shutdown()
        server.server_close()


def column(name: str, kind: str, precision: int | None = None) -> dict[str, Any]:
    arguments = [] if precision is None else [{"kind": "LONG", "value": precision}]
    return {"name": name, "type": kind, "typeSignature": {"rawType": kind, "arguments": arguments}}


def trino_answer(_: str, path: str, body: str) -> tuple[int, dict[str, Any]]:
    base = {"id": "q1", "infoUri": "http://127.0.0.1/", "stats": {"state": "FINISHED"}}
    if "nowhere" in body:
        error = {
            "message": "line 1: Table 'c.s.nowhere' does not exist",
            "errorCode": 1,
            "errorName": "TABLE_NOT_FOUND",
        }
        return 200, {**base, "error": {**error, "errorType": "USER_ERROR"}}
    if "busy" in body:
        error = {"message": "Too many queued queries", "errorCode": 2, "errorName": "QUERY_QUEUE_FULL"}
        return 200, {**base, "error": {**error, "errorType": "INSUFFICIENT_RESOURCES"}}
    columns = [column("period", "date"), column("events", "bigint"), column("at", "timestamp with time zone", 3)]
    return 200, {**base, "columns": columns, "data": [["2011-01-03", 7, "2011-01-03 08:30:00.500 UTC"]]}


def trino_engine(host: str, port: int) -> trino.Trino:
    engine = trino.Trino(parse(f"trino://reader@{host}:{port}/lake/sales"), {}, LIMITS)
    engine.open()
    return engine


def test_trino_is_asked_for_a_subquery_in_a_bounded_session() -> None:
    with serving(trino_answer) as (host, port, asked):
        engine = trino_engine(host, port)
        answer = engine.ask("select 1 as period;")
        assert list(answer.columns) == ["period", "events", "at"]
        assert _capped(answer, LIMITS) == [("2011-01-03", 7, "2011-01-03T08:30:00.5+00")]
        assert [body for method, path, body in asked if method == "POST"] == ["select * from (select 1 as period\n)"]


@pytest.mark.parametrize(
    ("sql", "words", "again"),
    [("select * from nowhere", "Table 'c.s.nowhere' does not exist", False), ("select * from busy", "Too many", True)],
)
def test_trino_says_why(sql: str, words: str, again: bool) -> None:
    with serving(trino_answer) as (host, port, _):
        engine = trino_engine(host, port)
        with pytest.raises(Exception) as caught:  # noqa: PT011  # whichever the driver has
            _capped(engine.ask(sql), LIMITS)
        fault = engine.explain(caught.value)
    assert words in fault.says
    assert fault.again is again


@pytest.mark.parametrize(
    "sql", ["select * from table(pg.system.query(query => 'delete from t'))", "delete from t", "select 1; select 2"]
)
def test_trino_gets_no_pass_through(sql: str) -> None:
    with serving(trino_answer) as (host, port, asked), pytest.raises(Refusal):
        trino_engine(host, port).ask(sql)
    assert asked == []


def test_trino_sends_no_password_in_the_clear() -> None:
    with pytest.raises(BadAddress, match="trinos://"):
        trino.Trino(parse("trino://reader:canary-7431@host/lake"), {}, LIMITS)


def bigquery_answer(method: str, path: str, body: str) -> tuple[int, dict[str, Any]]:
    if method == "POST":
        config = json.loads(body)["configuration"]
        sql = config["query"]["query"]
        if "nowhere" in sql:
            return 404, {
                "error": {"code": 404, "message": "Not found: Table p:d.nowhere", "errors": [{"reason": "notFound"}]}
            }
        kind = "DELETE" if "delete" in sql else "SCRIPT" if ";" in sql else "SELECT"
        reference = {"projectId": "p", "jobId": "j1", "location": "EU"}
        done = {"state": "DONE"}
        return 200, {"jobReference": reference, "configuration": config, "status": done,
                     "statistics": {"query": {"statementType": kind}}}  # fmt: skip
    fields = [
        {"name": "period", "type": "DATE", "mode": "NULLABLE"},
        {"name": "n", "type": "INTEGER", "mode": "NULLABLE"},
    ]
    rows = [{"f": [{"v": "2011-01-03"}, {"v": "7"}]}]
    reference = {"projectId": "p", "jobId": "j1", "location": "EU"}
    return 200, {
        "jobReference": reference,
        "jobComplete": True,
        "schema": {"fields": fields},
        "rows": rows,
        "totalRows": "1",
    }


def bigquery_engine(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> bigquery.BigQuery:
    from google.auth.credentials import AnonymousCredentials

    monkeypatch.setattr(bigquery.BigQuery, "endpoint", f"http://{host}:{port}")
    monkeypatch.setattr(bigquery.BigQuery, "credentials", lambda self: AnonymousCredentials())
    engine = bigquery.BigQuery(parse("bigquery://p/d?maximum_bytes_billed=1000"), {}, LIMITS)
    engine.open()
    return engine


def test_bigquery_is_tried_first_and_billed_to_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(bigquery_answer) as (host, port, asked):
        answer = bigquery_engine(host, port, monkeypatch).ask("select period, n from t")
        assert _capped(answer, LIMITS) == [("2011-01-03", 7)]
        posts = [json.loads(body)["configuration"] for method, _, body in asked if method == "POST"]
    assert [post.get("dryRun", False) for post in posts] == [True, False]
    assert posts[1]["query"]["maximumBytesBilled"] == "1000"
    assert posts[1]["jobTimeoutMs"] == "5500"


@pytest.mark.parametrize("sql", ["delete from t where true", "select 1; delete from t where true"])
def test_bigquery_runs_nothing_but_a_select(sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(bigquery_answer) as (host, port, asked):
        with pytest.raises(Denied, match="BigQuery calls this"):
            bigquery_engine(host, port, monkeypatch).ask(sql)
        assert [json.loads(body)["configuration"]["dryRun"] for _, _, body in asked] == [True]


def test_bigquery_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(bigquery_answer) as (host, port, _):
        engine = bigquery_engine(host, port, monkeypatch)
        with pytest.raises(Exception) as caught:  # noqa: PT011  # whichever the driver has
            engine.ask("select * from nowhere")
        fault = engine.explain(caught.value)
    assert "Not found: Table p:d.nowhere" in fault.says
    assert not fault.again


def test_bigquery_says_what_a_key_is() -> None:
    engine = bigquery.BigQuery(parse("bigquery://p/d?key=canary"), {}, LIMITS)
    with pytest.raises(BadAddress, match="base64") as caught:
        engine.open()
    assert "canary" not in str(caught.value)


class FakeSnowflake:
    """The driver's connection and cursor in one."""

    def __init__(self, grants: list[tuple[str, str, str]], **parameters: Any) -> None:
        self.grants, self.parameters = grants, parameters
        self.sent: list[str] = []
        self.stopped: list[str] = []
        self.sfqid = ""
        self.description: list[tuple[str, int]] = []
        self.rows: list[tuple[Any, ...]] = []

    def cursor(self) -> FakeSnowflake:
        return self

    def execute(self, sql: str, parameters: object = None) -> None:
        self.sent.append(sql)
        if sql == "select current_role()":
            self.description, self.rows = [("r", 2)], [("READER",)]
        elif sql == 'show grants to role "READER"':
            self.description = [("privilege", 2), ("granted_on", 2), ("name", 2)]
            self.rows = list(self.grants)
        else:
            self.description, self.rows = [("privilege", 2), ("granted_on", 2), ("name", 2)], []

    def execute_async(self, sql: str) -> None:
        self.sent.append(sql)
        self.sfqid = "query-1"

    def get_results_from_sfqid(self, _: str) -> None:
        self.description, self.rows = [("PERIOD", 3), ("N", 0)], [("2011-01-03", 7)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.rows

    def fetchmany(self, _: int) -> list[tuple[Any, ...]]:
        rows, self.rows = self.rows, []
        return rows

    def abort_query(self, asked: str) -> None:
        self.stopped.append(asked)

    def close(self) -> None:
        """Nothing to close."""


def snowflake_engine(grants: list[tuple[str, str, str]]) -> snowflake.Snowflake:
    engine = snowflake.Snowflake(
        parse("snowflake://reader:canary-7431@account/db/s?warehouse=w&role=READER"), {}, LIMITS
    )
    engine.connect = lambda **parameters: FakeSnowflake(grants, **parameters)
    engine.open()
    return engine


def test_snowflake_is_asked_for_one_subquery_that_can_be_stopped() -> None:
    engine = snowflake_engine([])
    fake = engine.connection
    assert fake.parameters["session_parameters"]["MULTI_STATEMENT_COUNT"] == 1
    assert fake.parameters["session_parameters"]["STATEMENT_TIMEOUT_IN_SECONDS"] == 6
    assert (fake.parameters["warehouse"], fake.parameters["schema"]) == ("w", "s")
    answer = engine.ask("select 1;")
    engine.cancel()
    assert (fake.sent, fake.stopped) == (["select * from (select 1\n)"], ["query-1"])
    assert (list(answer.columns), list(answer.types)) == (["PERIOD", "N"], ["DATE", "FIXED"])
    assert _capped(answer, LIMITS) == [("2011-01-03", 7)]


@pytest.mark.parametrize(
    ("grants", "fine"),
    [
        ([("USAGE", "DATABASE", "D"), ("SELECT", "TABLE", "D.S.T"), ("USAGE", "ROLE", "PARENT")], True),
        ([("SELECT", "TABLE", "D.S.T"), ("INSERT", "TABLE", "D.S.T")], False),
        ([("OWNERSHIP", "TABLE", "D.S.T")], False),
        ([("CREATE TABLE", "SCHEMA", "D.S")], False),
    ],
)
def test_snowflake_takes_a_role_that_only_reads(grants: list[tuple[str, str, str]], fine: bool) -> None:
    [sign] = snowflake_engine(grants).rights()
    assert sign.fine is fine
