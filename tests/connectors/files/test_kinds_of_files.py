"""Workbooks, SQLite files and the options of files, from the file to the rows."""

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.files import Files
from gaitway.connectors.files.grid import letters
from tests.connectors.files.workbooks import ods, packed, parts, sheet, workbook

CELLS: list[list[Any]] = [
    ["day", "sold at", "n", "share", "open", "what", "mixed"],
    [date(2026, 1, 5), datetime(2026, 1, 5, 8, 30), 3, 0.5, True, "a", 1],  # noqa: DTZ001  # as in a workbook
    [date(2026, 1, 6), datetime(2026, 1, 6), -4, 1, False, "ß", "x"],  # noqa: DTZ001  # as in a workbook
    [None, None, None, None, None, None, None],
    [date(2026, 1, 12), None, 2, None, None, "#N/A", 2.5],
    [None, " "],
]


def ask(location: Path, sql: str, key: str = "shop", **options: Any) -> Rows | Failure:
    [answer] = Files().run({key: Place(str(location), options)}, [Query("q", sql)], Limits(seconds=20))
    return answer


def rows(location: Path, sql: str, key: str = "shop", **options: Any) -> list[tuple[Any, ...]]:
    answer = ask(location, sql, key, **options)
    assert isinstance(answer, Rows), answer
    return answer.rows


def fault(location: Path, sql: str = "from shop", **options: Any) -> str:
    answer = ask(location, sql, **options)
    assert isinstance(answer, Failure), answer
    return answer.message


@pytest.mark.parametrize(
    ("suffix", "content"), [(".xlsx", workbook(CELLS)), (".ods", ods(CELLS)), (".xlsx", workbook(CELLS, 3, 2))]
)
def test_a_sheet_keeps_its_types(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"orders{suffix}"
    path.write_bytes(content)
    answer = ask(path, "select * from shop")
    assert isinstance(answer, Rows), answer
    assert answer.columns == ("day", "sold at", "n", "share", "open", "what", "mixed")
    assert answer.types == ("DATE", "TIMESTAMP", "BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR", "VARCHAR")
    assert answer.rows == [
        ("2026-01-05", "2026-01-05T08:30:00", 3, 0.5, True, "a", "1"),
        ("2026-01-06", "2026-01-06T00:00:00", -4, 1.0, False, "ß", "x"),
        ("2026-01-12", None, 2, None, None, None, "2.5"),
    ]


def test_a_sheet_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(packed(parts({"2025": sheet([["n"], [1]]), "2026": sheet([["n"], [2]])})))
    assert rows(path, "from shop") == [(1,)]
    assert rows(path, "from shop", sheet="2026") == [(2,)]
    assert fault(path, sheet="2027").endswith('orders.xlsx: It has no sheet "2027". It has: 2025, 2026.')


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([["day", None], [1, 2]], "Cell B1 is empty, and its column should have a name: row 2 has 2 cells."),
        ([["day", "n", "Day"], [1, 2, 3]], 'Cells A1 and C1 both say "Day". Rename one.'),
        ([[], [None]], "It holds no cell with a value."),
    ],
)
def test_a_head_that_is_in_doubt_names_the_cell(tmp_path: Path, cells: list[list[Any]], words: str) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(workbook(cells))
    assert fault(path).startswith(f'Source "shop": {path}: {words}')


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 52, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("""
            create table Orders (id integer primary key, day date, sold datetime, amount real, country text, raw blob,
                mixed);
            create table lines (order_id integer, note text, day date);
            create view german as select id, strftime('%Y', day) as year from orders where country = 'DE';
        """)
        connection.executemany(
            "insert into orders values (?, ?, ?, ?, ?, ?, ?)",
            [
                (1, "2026-01-05", "2026-01-05 08:30:00", 2.5, "DE", b"\x00\xff", 1),
                (2, "2026-01-06", None, 3, "FR", None, "x\0y"),
                (2**53 + 1, "2026-01-12", "2026-01-12T00:00:00", None, "DE", None, 2.5),
            ],
        )
        connection.execute("insert into lines values (1, 'ß', 'soon'), (2, null, '2026-01-06')")
        connection.commit()
    return path


def test_tables_of_sqlite_are_named_after_their_source(shop: Path) -> None:
    sql = "select o.*, l.note from shop.orders o left join shop.lines l on l.order_id = o.id order by o.id"
    answer = ask(shop, sql)
    assert isinstance(answer, Rows), answer
    assert answer.types == ("BIGINT", "DATE", "TIMESTAMP", "DOUBLE", "VARCHAR", "BLOB", "VARCHAR", "VARCHAR")
    assert answer.rows == [
        (1, "2026-01-05", "2026-01-05T08:30:00", 2.5, "DE", "\\x00\\xFF", "1", "ß"),
        (2, "2026-01-06", None, 3.0, "FR", None, "x\0y", None),
        (2**53 + 1, "2026-01-12", "2026-01-12T00:00:00", None, "DE", None, "2.5", None),
    ]


def test_other_ways_to_name_a_table(shop: Path) -> None:
    assert rows(shop, "select count(*) from shop", table="lines") == [(2,)]
    assert rows(shop, "select SHOP.ORDERS.id from Shop.ORDERS where orders.country = 'FR'") == [(2,)]
    assert rows(shop, "select year from shop.german order by id limit 1") == [("2026",)]
    assert rows(shop, "select typeof(day) from shop.lines limit 1") == [("VARCHAR",)]  # one of them is no date


def test_the_only_table_needs_no_name(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("create table orders (n); insert into orders values (7)")
    assert rows(path, "from shop") == [(7,)]
    assert rows(path, "from shop.orders") == [(7,)]


def test_a_database_that_is_being_written_is_read_as_it_was_last_kept(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("insert into lines values (3, 'kept', null)")
        writer.commit()
        writer.execute("insert into lines values (4, 'not yet', null)")
        assert rows(shop, "select count(*) from shop.lines") == [(3,)]
        writer.rollback()
    assert rows(shop, "select count(*) from shop.lines") == [(3,)]


def test_reading_leaves_nothing_beside_a_database(shop: Path) -> None:
    with closing(sqlite3.connect(shop)) as writer:
        writer.execute("pragma journal_mode = wal")
    before = {path: path.read_bytes() for path in shop.parent.iterdir()}
    assert rows(shop, "select count(*) from shop.lines") == [(2,)]
    assert {path: path.read_bytes() for path in shop.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("from shop", "has 3 tables. Write SOURCE.TABLE. It has: Orders, lines, german."),
        ("from shop.order", 'has no table "order". Did you mean "Orders"?'),
        ("from shop.sqlite_master", 'has no table "sqlite_master". It has: Orders, lines, german.'),
        ("select contry from shop.orders", '"country"'),
        ("from other.orders", "Name the source alone: orders, with no schema before it."),
        ("from shop.main.orders", "Name the source alone"),
        ("from main.shop", "Name the source alone"),
        ("from orders", '"orders" is not a declared source. Declared: shop.'),
    ],
)
def test_nothing_but_the_tables_of_a_source_can_be_named(shop: Path, sql: str, words: str) -> None:
    assert words in fault(shop, sql)


def test_a_schema_of_duckdb_is_no_source(shop: Path) -> None:
    for key in ("main", "information_schema", "pg_catalog", "temp", "system"):
        answer = ask(shop, f"select * from {key}.tables", key)
        assert isinstance(answer, Failure)
        assert "with no schema before it" in answer.message


def test_what_is_no_database_says_so(tmp_path: Path, shop: Path) -> None:
    path = tmp_path / "broken.db"
    path.write_bytes(b"no database " * 100)
    assert "is no SQLite database, or has a password" in fault(path, "from shop.x")
    content = shop.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert str(path) in fault(path, "from shop.orders")


def test_a_view_without_end_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "endless.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "create view endless as with recursive r(n) as (select 1 union all select n + 1 from r) select n from r"
        )
    [answer] = Files().run({"shop": Place(str(path))}, [Query("q", "from shop")], Limits(seconds=0.5))
    assert isinstance(answer, Failure)
    assert "took longer than 0.5 seconds" in answer.message


TEXT = "day;n;what;far\n05.01.2026;1,5;ä€;x\n06.01.2026;2,25;b;\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252"])
def test_a_text_is_read_as_it_was_written(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(TEXT.encode(encoding))
    answer = ask(path, "select n, what, far from shop", encoding=encoding, decimal=",", delimiter=";")
    assert isinstance(answer, Rows), answer
    assert answer.types == ("DOUBLE", "VARCHAR", "VARCHAR")
    assert answer.rows == [(1.5, "ä€", "x"), (2.25, "b", None)]


def test_what_python_decoded_has_the_types_that_duckdb_would_find(tmp_path: Path) -> None:
    text = "day,at,n,x,yes,none,word\n2026-01-05,2026-01-05 08:30:00,1,1.5,true,,a\n2026-01-06,,2,2,false,,1\n"
    plain, decoded = tmp_path / "plain.csv", tmp_path / "decoded.csv"
    for path in (plain, decoded):
        path.write_text(text)
    wanted, got = ask(plain, "from shop"), ask(decoded, "from shop", encoding="windows-1252")
    assert isinstance(wanted, Rows)
    assert isinstance(got, Rows)
    assert (got.types, got.rows) == (wanted.types, wanted.rows)


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("a.csv", {"delimeter": ";"}, 'A .csv file takes no option "delimeter". Did you mean "delimiter"?'),
        ("a.parquet", {"sheet": "x"}, 'A .parquet file takes no option "sheet". It takes none.'),
        ("a.xlsx", {"table": "x"}, 'A .xlsx file takes no option "table". It takes sheet.'),
        ("a.csv", {"decimal": ";"}, "The option \"decimal\" is ';'. Use one of '.', ','."),
        ("a.csv", {"encoding": "ebcdic"}, "Use one of 'utf-8', 'utf-16', 'latin-1', 'windows-1252'."),
        ("a.csv", {"delimiter": "''"}, 'The option "delimiter" is "\'\'". Use one character'),
        ("a.csv", {"delimiter": 1}, 'The option "delimiter" is 1. Make it a text.'),
    ],
)
def test_options_are_checked(tmp_path: Path, name: str, options: dict[str, Any], words: str) -> None:
    path = tmp_path / name
    path.write_text("a\n1\n")
    assert words in fault(path, **options)
