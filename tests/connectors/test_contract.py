"""What every connector promises, the one for files too: see `connectors.base.Connector`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import duckdb
import pytest
import sqlglot

from gaitway import connectors
from gaitway.connectors.base import Connector, Failure, Limits, Place, Query, Rows, Sign

ADDRESSES = [
    "/data/sales.parquet", "postgresql://db/shop", "postgres://db/shop", "mysql://db/shop", "mariadb://db/shop",
    "clickhouse://db/shop", "clickhouses://db/shop", "trino://db/lake", "trinos://db/lake", "snowflake://account/db/s",
    "bigquery://project/data", "spark://host/data", "sc://host", "spark+local:///data",
    "https://example.com/sales.csv", "http://intranet/sales.csv", "prometheus+https://metrics", "prometheus+http://metrics",
]  # fmt: skip
GOOD = "select count(*) as n, sum(id) as total from {}"
RUNNING = ("files", "postgres", "mariadb")


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("numbers") / "numbers.parquet"
    with duckdb.connect() as plain:
        plain.execute(f"copy (select i::int as id from range(1, 11) r(i)) to '{path}' (format parquet)")
    return path


@pytest.fixture
def places(request: pytest.FixtureRequest, numbers: Path) -> dict[str, Place]:
    """Two sources of one kind, of which both hold the table `numbers`."""
    if request.param == "files":
        return {"numbers": Place(str(numbers)), "other": Place(str(numbers))}
    engine = request.getfixturevalue(f"{request.param}_engine")
    engine.load("numbers", numbers)
    return {"numbers": engine.places["db"], "other": engine.places["db"]}


each = pytest.mark.parametrize("places", RUNNING, indirect=True)
slow = pytest.mark.slow  # real servers


def of(places: dict[str, Place]) -> Connector:
    return connectors.find(places["numbers"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_one_connector_alone_serves_an_address(address: str) -> None:
    [connector] = [one for one in connectors.registry if one.serves(Place(address))]
    assert connectors.find(Place(address)) is connector
    assert bool(connector.dialect) != address.startswith("prometheus")
    assert sqlglot.Dialect.get_or_raise(connector.dialect)


def test_every_connector_serves_something() -> None:
    assert {id(connectors.find(Place(address))) for address in ADDRESSES} == set(map(id, connectors.registry))


@slow
@each
def test_one_answer_a_query_in_their_order_and_a_broken_one_holds_up_no_other(places: dict[str, Place]) -> None:
    texts = [
        "select nix from numbers",
        GOOD.format("numbers"),
        "nonsense",
        GOOD.format("numbers"),
        "select id from numbers where id < 0",
    ]
    queries = [Query(f"q{place}", text, "numbers") for place, text in enumerate(texts)]
    answers = list(of(places).run(places, queries, Limits(seconds=20)))
    assert [answer.key for answer in answers] == ["q0", "q1", "q2", "q3", "q4"]
    assert [type(answer) for answer in answers] == [Failure, Rows, Failure, Rows, Rows]
    assert [answer.rows for answer in answers if isinstance(answer, Rows)] == [[(10, 55)], [(10, 55)], []]
    assert [list(answer.columns) for answer in answers if isinstance(answer, Rows)] == [
        ["n", "total"],
        ["n", "total"],
        ["id"],
    ]
    assert all(len(answer.types) == len(answer.columns) for answer in answers if isinstance(answer, Rows))
    assert ["nix" in answer.message for answer in answers if isinstance(answer, Failure)] == [True, False]


@slow
@each
def test_sources_between_one_another_keep_the_order(places: dict[str, Place]) -> None:
    names = ["numbers", "other", "numbers", "other"]
    tables = names if "files" in type(of(places)).__name__.lower() else ["numbers"] * 4
    queries = [
        Query(f"q{at}", GOOD.format(table), name) for at, (name, table) in enumerate(zip(names, tables, strict=True))
    ]
    answers = list(of(places).run(places, queries, Limits(seconds=20)))
    assert [(answer.key, answer.rows) for answer in answers if isinstance(answer, Rows)] == [
        (query.key, [(10, 55)]) for query in queries
    ]


@slow
@each
def test_rows_and_bytes_are_bounded(places: dict[str, Place]) -> None:
    many = Query("q", "select a.id from numbers a, numbers b", "numbers")
    [answer] = of(places).run(places, [many], Limits(seconds=20, rows=99))
    assert isinstance(answer, Failure)
    assert "more than 99 rows" in answer.message
    [answer] = of(places).run(places, [many], Limits(seconds=20, bytes=99))
    assert isinstance(answer, Failure)
    assert "more than 99 bytes" in answer.message


@slow
@each
def test_a_probe_tells_what_is_there(places: dict[str, Place]) -> None:
    signs = list(of(places).probe("numbers", places["numbers"], Limits(seconds=20)))
    assert signs
    assert all(isinstance(sign, Sign) and sign.fine for sign in signs), signs
    assert "id" in str(signs) or "numbers" in str(signs)


@slow
@each
def test_who_leaves_stops_the_child(places: dict[str, Place]) -> None:
    tables = ", ".join(f"numbers {letter}" for letter in "abcdefghij")
    endless = f"select count(*) from {tables} where {' + '.join(f'{letter}.id' for letter in 'abcdefghij')} = -1"
    queries = [Query("a", GOOD.format("numbers"), "numbers"), Query("b", endless, "numbers")]
    answers = of(places).run(places, queries, Limits(seconds=30))
    assert isinstance(next(answers), Rows)
    assert children()
    began = time.monotonic()
    answers.close()  # type: ignore[attr-defined]  # each is a generator
    assert time.monotonic() - began < 5
    assert children() == []


def children() -> list[int]:
    """Child processes of this one that ask sources."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                words = (entry / "cmdline").read_text()
            except OSError:
                continue
            if parent == os.getpid() and "gaitway.connectors" in words:
                found.append(int(entry.name))
    return found


@slow
@each
def test_no_queries_are_no_answers(places: dict[str, Place]) -> None:
    assert list(of(places).run(places, [])) == []
