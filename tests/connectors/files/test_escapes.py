"""Hostile KPI SQL: nothing written, nothing read but the sources, nothing past its time."""

import hashlib
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from escapes import CANARY, DRAINS, MEDDLES, READS, WRITES

from gaitway.connectors.base import Failure, Limits, Query, Rows
from gaitway.connectors.files import Files, check, database, load
from tests.connectors.places import places

pytestmark = pytest.mark.slow  # each waits for its deadline
LIMITS = Limits(seconds=1, memory_mb=256, bytes=2**20)
EVERY = WRITES | READS | MEDDLES | DRAINS


@dataclass(frozen=True)
class Room:
    """A folder with one declared source and secrets beside it."""

    place: Path

    @property
    def source(self) -> Path:
        return self.place / "sales.parquet"

    def sql(self, text: str) -> str:
        places = {"room": self.place, "source": self.source, "secret": self.place / "secret.csv"}
        return re.sub(r"\{(room|source|secret)\}", lambda found: str(places[found[1]]), text)

    def fingerprint(self) -> dict[str, str]:
        files = (path for path in self.place.rglob("*") if path.is_file())
        return {str(path.relative_to(self.place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def furnished(place: Path) -> Room:
    room = Room(place)
    with duckdb.connect() as plain:
        plain.execute(f"copy (select i as id from range(500) r(i)) to '{room.source}' (format parquet)")
        plain.execute(f"copy (select '{CANARY}' as secret) to '{place}/secret.csv'")
        plain.execute(f"copy (select '{CANARY}' as secret) to '{place}/secret.json'")
        plain.execute(f"copy (select '{CANARY}' as secret) to '{place}/secret.parquet'")
    return room


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return furnished(tmp_path)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Room:
    """For what must leave the room as it is."""
    return furnished(tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Rows | Failure, float]]:
    """Every escape, in one run with a good query between them: the answer, and the seconds it took."""
    room = furnished(tmp_path_factory.mktemp("room"))
    before = room.fingerprint()
    good = Query("good", "select count(*), sum(id) from sales")
    queries = [good]
    for name, text in EVERY.items():
        queries.append(Query(name, room.sql(text)))
        if name not in MEDDLES or "CTE" in name:
            queries.append(good)
    found: dict[str, tuple[Rows | Failure, float]] = {}
    began = time.monotonic()
    for query, answer in zip(queries, Files().run(places({"sales": room.source}), queries, LIMITS), strict=True):
        took = time.monotonic() - began
        assert answer.key == query.key
        if query is good:
            assert isinstance(answer, Rows), answer
            assert answer.rows == [(500, 124_750)]
        else:
            found[query.key] = (answer, took)
        assert room.fingerprint() == before, query.key
        began = time.monotonic()
    return found


@pytest.mark.parametrize("name", EVERY)
def test_an_escape_fails_in_time(answers: dict[str, tuple[Rows | Failure, float]], name: str) -> None:
    answer, seconds = answers[name]
    assert isinstance(answer, Failure)
    assert seconds <= LIMITS.seconds + 2
    assert answer.message
    assert CANARY not in answer.message


def test_there_are_as_many_escapes_as_promised() -> None:
    assert len(EVERY) >= 40


# The control: in an unlocked DuckDB the same SQL does what it tries, so a test that finds nothing means something.


@pytest.mark.parametrize("name", WRITES)
def test_control_an_unlocked_duckdb_writes(room: Room, name: str) -> None:
    before = room.fingerprint()
    during = before
    with duckdb.connect() as plain:
        plain.execute(f"create table sales as from '{room.source}'")
        for statement in plain.extract_statements(room.sql(WRITES[name])):
            plain.execute(statement)
        during = room.fingerprint()
    assert during != before or room.fingerprint() != before


@pytest.mark.parametrize("name", READS)
def test_control_an_unlocked_duckdb_reads(shared: Room, name: str) -> None:
    with duckdb.connect() as plain:
        plain.execute(f"create table sales as from '{shared.source}'")
        rows = plain.execute(shared.sql(READS[name])).fetchall()
    assert CANARY in str(rows) or "secret" in str(rows)


# The walls one by one: each must hold where those before it are gone.


@pytest.fixture
def locked(shared: Room) -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect(LIMITS) as connection:
        load.load(connection, "sales", shared.source, ["id"])
        database.lock(connection)
        yield connection


@pytest.mark.parametrize("name", WRITES | READS | MEDDLES)
def test_the_check_alone_refuses(locked: duckdb.DuckDBPyConnection, shared: Room, name: str) -> None:
    with pytest.raises((check.Refusal, duckdb.Error)):
        check.check(locked, shared.sql(EVERY[name]), ["sales"])


@pytest.mark.parametrize("name", WRITES | READS | MEDDLES)
def test_the_lock_alone_keeps_the_files(locked: duckdb.DuckDBPyConnection, shared: Room, name: str) -> None:
    before = shared.fingerprint()
    shown = []
    try:
        for statement in locked.extract_statements(shared.sql(EVERY[name])):
            shown.append(locked.execute(statement).fetchall())
    except duckdb.Error as error:
        shown.append([str(error).replace(str(shared.place), "")])
    assert CANARY not in str(shown)
    assert shared.fingerprint() == before


@pytest.mark.parametrize("name", [name for name in MEDDLES if name.endswith(" in a CTE")])
def test_the_read_only_transaction_alone_keeps_the_tables(
    locked: duckdb.DuckDBPyConnection, shared: Room, name: str
) -> None:
    with pytest.raises(duckdb.TransactionException, match="read-only"):
        database.run(locked, MEDDLES[name], LIMITS)
    assert locked.execute("select count(*), sum(id) from sales").fetchone() == (500, 124_750)
    locked.execute(MEDDLES[name])
    assert locked.execute("select count(*), sum(id) from sales").fetchone() != (500, 124_750)


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
def test_the_operating_system_alone_lets_no_byte_be_written(room: Room) -> None:
    code = (
        "import duckdb\n"
        "from gaitway.connectors.base import Limits\n"
        "from gaitway.connectors.files.database import connect\n"
        "from gaitway.connectors.files.walls import bound\n"
        "bound(Limits(), seconds=60, room_mb=1024)\n"
        f"try: connect(Limits()).execute(\"copy (select 1) to '{room.place}/new.csv'\")\n"
        "except duckdb.IOException: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"
    assert {path.stat().st_size for path in room.place.glob("new.csv*")} <= {0}


def test_volatile_functions_are_those_of_the_catalogue() -> None:
    with duckdb.connect() as plain:
        rows = plain.execute("select distinct function_name from duckdb_functions() where stability = 'VOLATILE'")
        assert {name for (name,) in rows.fetchall()} == check.VOLATILE
