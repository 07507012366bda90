"""KPI SQL over files, from the file to the rows. Ana is the analyst who writes the SQL."""

import math
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from gaitway.connectors import Unserved, find
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.files import Files
from tests.connectors.places import places

ORDERS = """
    select i as id, date '2011-01-03' + (i % 28)::int as day, timestamp '2011-01-03 08:30:00' + to_minutes(i) as sold,
           case when i % 3 = 0 then 'Germany' else 'France' end as "Country", (i * 0.25)::decimal(9, 2) as amount
    from range(90) r(i)
"""
WEEKLY = """
    select date_trunc('week', day) as period, count(*) as events
    from orders where country = 'Germany' group by 1 order by 1
"""


@pytest.fixture
def orders(tmp_path: Path) -> dict[str, Path]:
    """The same orders as Parquet, CSV, TSV, JSON array and JSON lines."""
    with duckdb.connect() as plain:
        plain.execute(f"create table orders as {ORDERS}")
        for name, options in {
            "orders.parquet": "format parquet",
            "orders.csv": "format csv, header",
            "orders.tsv": "format csv, header, delimiter '\t'",
            "orders.json": "format json, array true",
            "orders.jsonl": "format json",
        }.items():
            plain.execute(f"copy orders to '{tmp_path / name}' ({options})")
    return {path.suffix: path for path in tmp_path.iterdir()}


def ask(path: Path, *texts: str, limits: Limits | None = None) -> list[Rows | Failure]:
    queries = [Query(f"q{place}", text) for place, text in enumerate(texts)]
    return list(Files().run(places({"orders": path}), queries, limits or Limits(seconds=20)))


def one(path: Path, text: str) -> Rows:
    [answer] = ask(path, text)
    assert isinstance(answer, Rows), answer
    return answer


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".tsv", ".json", ".jsonl"])
def test_every_format_gives_the_same_weeks(orders: dict[str, Path], suffix: str) -> None:
    answer = one(orders[suffix], WEEKLY)
    assert answer.key == "q0"
    assert answer.columns == ("period", "events")
    days = [date(2011, 1, 3) + timedelta(days=i % 28) for i in range(0, 90, 3)]
    weeks = Counter((day - timedelta(days=day.weekday())).isoformat() for day in days)
    assert [(str(period)[:10], events) for period, events in answer.rows] == sorted(weeks.items())
    assert 0 < answer.seconds < 20


def test_a_path_is_served_by_files_and_no_other_address_is() -> None:
    assert isinstance(find(Place("/data/orders.csv")), Files)
    with pytest.raises(Unserved, match="no connector for gopher://"):
        find(Place("gopher://example.com/orders"))


VALUES = """
    select 7 as i, 170141183460469231731687303715884105727 as huge, 1.25::decimal(9, 2) as d, 0.1::double as f,
           true as b, null as n, 'ß "1", 2' as s, date '2011-01-03' as day, timestamp '2011-01-03 08:30:00.5' as t,
           timestamptz '2011-07-01 12:00:00+02' as z, interval 3 day as v, [1, 2] as l, 'a' as "a", 'b' as "a"
"""


def test_values_arrive_as_plain_python(orders: dict[str, Path]) -> None:
    answer = one(orders[".parquet"], VALUES)
    assert answer.rows == [
        (
            7,
            170141183460469231731687303715884105727,
            1.25,
            0.1,
            True,
            None,
            'ß "1", 2',
            "2011-01-03",
            "2011-01-03T08:30:00.5",
            "2011-07-01T10:00:00+00",
            "3 days",
            "[1, 2]",
            "a",
            "b",
        )
    ]
    assert answer.columns[-2:] == ("a", "a")
    assert answer.types[:4] == ("INTEGER", "HUGEINT", "DECIMAL(9,2)", "DOUBLE")
    assert answer.types[7:10] == ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


def test_not_a_number_and_infinity_are_floats_and_their_names_are_text(orders: dict[str, Path]) -> None:
    answer = one(orders[".csv"], "select 'nan'::double, 'inf'::double, '-inf'::double, 'NaN', 'Infinity'")
    [(nan, infinity, below, *texts)] = answer.rows
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert (infinity, below, texts) == (math.inf, -math.inf, ["NaN", "Infinity"])


def test_one_broken_query_holds_up_no_other(orders: dict[str, Path]) -> None:
    good = "select count(*) from orders"
    answers = ask(
        orders[".csv"], good, "select * form orders", "select 1/0 from nowhere", good, "select 'x'::int", good
    )
    assert [type(answer) for answer in answers] == [Rows, Failure, Failure, Rows, Failure, Rows]
    assert [answer.key for answer in answers] == ["q0", "q1", "q2", "q3", "q4", "q5"]
    assert [answer.rows for answer in answers if isinstance(answer, Rows)] == [[(90,)]] * 3


def test_one_query_leaves_nothing_for_the_next(orders: dict[str, Path]) -> None:
    answers = ask(
        orders[".csv"],
        "with gone as (delete from orders returning id) select count(*) from gone",
        "create table mine as select 1 as a",
        "select count(*) from orders",
        "select * from mine",
    )
    assert [answer.rows if isinstance(answer, Rows) else None for answer in answers] == [None, None, [(90,)], None]


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select contry from orders", ['column "contry" not found', '"Country"']),
        ("select *\nform orders", ['syntax error at or near "orders"', "(line 2)"]),
        ("select 'ten'::int from orders", ["Could not convert string 'ten'", "(line 1)"]),
        ("select * from order_lines", ['"order_lines" is not a declared source', "Declared: orders."]),
        ("", ["holds 0 statements", "exactly one SELECT"]),
        ("pivot orders on country using sum(amount)", ["PIVOT needs its values"]),
        ("select ?", ["parameter"]),
        ("select random()", ["another answer each time"]),
        ("select 'a\ud800'", ["character that is not text"]),
    ],
)
def test_a_failure_names_the_place_and_the_fix(orders: dict[str, Path], sql: str, words: list[str]) -> None:
    [answer] = ask(orders[".parquet"], sql)
    assert isinstance(answer, Failure)
    assert [word for word in words if word not in answer.message] == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.csv", None, ["missing.csv does not exist", "correct the path"]),
        ("empty.parquet", b"", ["empty.parquet is empty", "Export it again"]),
        ("broken.parquet", b"PAR1 and then nothing", ["broken.parquet"]),
        ("broken.json", b'{"a": 1,,}', ["broken.json", "JSON"]),
        ("orders.pdf", b"%PDF", ["orders.pdf is no file that can be read here", ".parquet, .csv"]),
        ("folder.csv", ..., ["folder.csv is not a file"]),
    ],
)
def test_a_source_that_cannot_be_read_says_why(
    orders: dict[str, Path], tmp_path: Path, name: str, content: object, words: list[str]
) -> None:
    place = tmp_path / name
    if content is ...:
        place.mkdir()
    elif isinstance(content, bytes):
        place.write_bytes(content)
    queries = [Query("bad", "select count(*) from bad"), Query("good", "select count(*) from orders")]
    bad, good = Files().run(places({"bad": place, "orders": orders[".csv"]}), queries)
    assert isinstance(bad, Failure)
    assert bad.message.startswith('Source "bad": ')
    assert [word for word in words if word not in bad.message] == []
    assert isinstance(good, Rows)
    assert good.rows == [(90,)]


def test_a_source_that_no_query_names_is_not_opened(orders: dict[str, Path], tmp_path: Path) -> None:
    sources = {"orders": orders[".csv"], "other": tmp_path / "missing.csv"}
    [answer] = Files().run(places(sources), [Query("q", "select count(*) from orders")])
    assert isinstance(answer, Rows)


def test_names_that_look_like_patterns_are_one_file(orders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copy(orders[".csv"], tmp_path / "orders1.csv")
    odd = tmp_path / "year=2011" / "or'ders[1]*{a,b}?.csv"
    odd.parent.mkdir()
    odd.write_text("a\n5\n")
    assert one(odd, "select * from orders").rows == [(5,)]


def test_a_source_may_have_any_name(orders: dict[str, Path]) -> None:
    name = 'Orders "2011" select'
    [answer] = Files().run(
        places({name: orders[".csv"]}), [Query("q", 'select count(*) from "orders ""2011"" SELECT"')]
    )
    assert isinstance(answer, Rows)
    assert answer.rows == [(90,)]


def test_sources_that_differ_only_in_case_fail_rather_than_mix(orders: dict[str, Path]) -> None:
    sources = {"orders": orders[".csv"], "Orders": orders[".json"]}
    [answer] = Files().run(places(sources), [Query("q", "select count(*) from orders")])
    assert isinstance(answer, Failure)
    assert 'Source "Orders"' in answer.message


# Only the columns that a query mentions are loaded, and nobody may notice.
SHAPES = [
    WEEKLY,
    "select count(*) from orders",
    "select * from orders order by id limit 3",
    "from orders select max(amount)",
    "select o::varchar from orders o order by o.id limit 1",
    "select columns('[ai].*') from orders order by id limit 2",
    "select #1 from orders order by id limit 2",
    "select a.id, b.amount from orders a join orders b using (id) order by id limit 3",
    "select count(*) from orders a natural join orders b",
    "select amount as country from orders where country = 'France' order by id limit 2",
    "with w as (select day, sum(amount) as total from orders group by day) select w.* from w order by day limit 3",
    "select count(*) as orders from orders group by country order by orders",
    "with recursive r as (select 1 as n union all select n + 1 from r where n < 5) select sum(n) from r, orders",
    "select * exclude (sold, day) from orders order by all limit 2",
    "select country, sum(amount) over (order by id) from orders order by id limit 2",
    "from orders pivot (sum(amount) for country in ('Germany', 'France')) order by id limit 2",
    "(select id from orders) union by name (select day from orders) order by id, day limit 5",
    "select list_transform(list(id order by id), lambda x: x + 1)[1:3]::varchar from orders",
    "select id from orders where amount > (select avg(i.amount) from orders i where i.day = orders.day) order by 1",
    "select rowid from orders order by rowid limit 2",
    "table orders order by id limit 1",
    "select week.range, count(id) from range(3) week left join orders on id % 3 = week.range group by 1 order by 1",
    "select id from orders order by sold desc limit 3; ",
    "select id from orders order by 1 limit 1 -- the first",
]


def test_answers_are_those_of_plain_duckdb(orders: dict[str, Path]) -> None:
    with duckdb.connect() as plain:
        plain.execute(f"create table orders as from '{orders['.parquet']}'")
        wanted = [[tuple(map(as_cell, row)) for row in plain.execute(sql).fetchall()] for sql in SHAPES]
    answers = ask(orders[".parquet"], *SHAPES)
    assert [answer for answer in answers if isinstance(answer, Failure)] == []
    assert [answer.rows for answer in answers if isinstance(answer, Rows)] == wanted
    assert all(wanted)


def as_cell(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def test_the_child_starts_without_the_web_framework() -> None:
    code = "import sys, gaitway.connectors.files.child; print(sorted({'django', 'numpy', 'pandas'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_odd_characters_come_back_as_they_were(orders: dict[str, Path]) -> None:
    odd = 'a line\nand \u2028 \U0001f986 "quotes" \\ \0 end'
    assert one(orders[".csv"], f"select '{odd}'").rows == [(odd,)]
