"""Hostile KPI SQL: nothing written, nothing read but the sources, nothing past its time."""

import hashlib
import json
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
from gaitway.connectors.files import Files, check, database, load, parent
from gaitway.connectors.files.opening import Opened
from gaitway.connectors.files.walls import ENOUGH, landlock
from tests.connectors.places import places

pytestmark = pytest.mark.slow  # each waits for its deadline
LIMITS = Limits(seconds=1, memory_mb=256, bytes=2**20)
EVERY = WRITES | READS | MEDDLES | DRAINS
STRAIGHT = "copy straight over the source"


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


WAYS = [
    pytest.param(False, id="copied"),
    pytest.param(True, id="in place", marks=pytest.mark.skipif(landlock() < ENOUGH, reason="no Landlock 3 here")),
]


@pytest.fixture(scope="module", params=WAYS)
def answers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[Rows | Failure, float]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parent, "IN_PLACE", request.param)
        yield tried(furnished(tmp_path_factory.mktemp("room")))


def tried(room: Room) -> dict[str, tuple[Rows | Failure, float]]:
    """Every escape, in one run with a good query between them: the answer, and the seconds it took."""
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
        database.widen(connection)
        load.relation(Opened(shared.source), {}, LIMITS).load(connection, '"sales"', "", ["id"])
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


# Files that are read in place stay open to SQL, so here the kernel must hold, and DuckDB's list of files as well.


@pytest.fixture
def shown(room: Room) -> Iterator[duckdb.DuckDBPyConnection]:
    with database.connect(LIMITS) as connection:
        source = load.relation(Opened(room.source), {}, LIMITS)
        assert isinstance(source, load.Plain)
        source.show(connection, '"sales"')
        database.lock(connection, [room.source])
        yield connection


@pytest.mark.parametrize("name", [name for name in WRITES | READS | MEDDLES if name != STRAIGHT])
def test_the_list_of_files_alone_keeps_the_others(shown: duckdb.DuckDBPyConnection, room: Room, name: str) -> None:
    before = room.fingerprint()
    said = []
    try:
        for statement in shown.extract_statements(room.sql(EVERY[name])):
            said.append(shown.execute(statement).fetchall())
    except duckdb.Error as error:
        said.append([str(error).replace(str(room.place), "")])
    assert CANARY not in str(said)
    assert room.fingerprint() == before


def test_control_the_list_of_files_lets_a_source_be_written_over(shown: duckdb.DuckDBPyConnection, room: Room) -> None:
    before = room.fingerprint()
    shown.execute(room.sql(WRITES[STRAIGHT]))
    assert room.fingerprint() != before


SHUT_IN = """
import json, os, sys, duckdb
from gaitway.connectors.base import Limits
from gaitway.connectors.files.database import connect, widen
from gaitway.connectors.files.walls import shut_in

source, kept, escapes = json.load(sys.stdin)
connection = connect(Limits(seconds=1, memory_mb=256))
if kept:
    assert shut_in([os.open(source, os.O_RDONLY)])
widen(connection)
for name, sql in escapes.items():
    said = []
    try:
        with connection.cursor() as session:
            session.execute(f"create or replace view sales as from '{source}'")
            for statement in session.extract_statements(sql):
                said.append(session.execute(statement).fetchall())
    except duckdb.Error as error:
        said.append(str(error))
    print(json.dumps([name, str(said)]), flush=True)
"""


def shut_in(room: Room, escapes: dict[str, str], *, kept: bool) -> dict[str, str]:
    """What each escape says in an unlocked DuckDB, behind the wall of the kernel or without it."""
    asked = json.dumps([str(room.source), kept, {name: room.sql(sql) for name, sql in escapes.items()}])
    done = subprocess.run([sys.executable, "-c", SHUT_IN], input=asked, capture_output=True, text=True, check=True)
    said = dict(json.loads(line) for line in done.stdout.splitlines())
    assert list(said) == list(escapes)
    return said


@pytest.mark.skipif(landlock() < ENOUGH, reason="no Landlock 3 here")
def test_the_kernel_alone_keeps_every_file(room: Room) -> None:
    before = room.fingerprint()
    said = shut_in(room, WRITES | READS, kept=True)
    assert room.fingerprint() == before
    assert [name for name, words in said.items() if CANARY in words] == []


@pytest.mark.skipif(landlock() < ENOUGH, reason="no Landlock 3 here")
def test_control_without_the_kernel_they_are_open(tmp_path: Path) -> None:
    for name in WRITES:
        (tmp_path / name).mkdir()
        room = furnished(tmp_path / name)
        before = room.fingerprint()
        said = shut_in(room, READS | {name: WRITES[name]}, kept=False)
        assert len([words for words in said.values() if CANARY in words]) >= 15
        assert room.fingerprint() != before or name == "spill", name  # that one is gone when its database is


@pytest.mark.skipif(landlock() < ENOUGH, reason="no Landlock 3 here")
def test_what_a_second_thread_could_escape_is_not_promised() -> None:
    code = (
        "import threading\n"
        "from gaitway.connectors.files.walls import shut_in\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "print(shut_in([]), open('/etc/passwd').read()[:4])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False root\n"


def test_volatile_functions_are_those_of_the_catalogue() -> None:
    with duckdb.connect() as plain:
        rows = plain.execute("select distinct function_name from duckdb_functions() where stability = 'VOLATILE'")
        assert {name for (name,) in rows.fetchall()} == check.VOLATILE
