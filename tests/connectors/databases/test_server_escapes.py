"""Hostile KPI SQL on real servers: nothing written, nothing read but the tables, nothing past its time. Each wall holds
without the others, and in each control the same text does what it tries."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module

import pytest

from gaitway.connectors import find
from gaitway.connectors.base import Failure, Limits, Place, Query, Rows
from gaitway.connectors.databases import address, wall
from gaitway.connectors.databases.engine import Engine
from tests.connectors.databases import mariadb_escapes, postgres_escapes, rooms

pytestmark = pytest.mark.slow  # each waits for its deadline
LIMITS = Limits(seconds=1, rows=20_000, bytes=2**20)
MODULES = {"postgres": postgres_escapes, "mariadb": mariadb_escapes}
ENGINES = {"postgres": "postgres", "mariadb": "mysql"}
GROUPS = ("WRITES", "READS", "MEDDLES", "DRAINS")
ODD = {"deep brackets", "half a character"}  # they are aimed at parsers, and a server refuses them too

ONLY_THE_SERVER_KNOWS = {"function that writes", "next of a sequence", "write after brackets"}


def named(*groups: str, but: frozenset[str] | set[str] = frozenset()) -> list[tuple[str, str]]:
    return [
        (on, name) for on, module in MODULES.items() for g in groups for name in getattr(module, g) if name not in but
    ]


@pytest.fixture(scope="module")
def started() -> Iterator[dict[str, rooms.Room]]:
    yield (found := {})
    for manager in found.pop("managers", []):
        manager.__exit__(None, None, None)


def room(started: dict, on: str) -> rooms.Room:
    if on not in started:
        manager = getattr(rooms, on)()
        started[on] = manager.__enter__()
        started.setdefault("managers", []).append(manager)
        started[f"{on} answers"] = ask_all(started[on])
    return started[on]


def ask_all(here: rooms.Room) -> dict[str, tuple[Rows | Failure, float]]:
    """Every escape in one run with a good query between them: the answer, and the seconds it took."""
    good = Query("good", "select count(*), sum(id) from sales", "shop")
    before = here.fingerprint()
    queries = [good]
    for group in GROUPS:
        for name, text in getattr(here.escapes, group).items():
            queries += [Query(name, here.text(text), "shop"), good]
    place = Place(here.server.reader)
    found: dict[str, tuple[Rows | Failure, float]] = {}
    began = time.monotonic()
    for query, answer in zip(queries, find(place).run({"shop": place}, queries, LIMITS), strict=True):
        took = time.monotonic() - began
        if query is good:
            assert isinstance(answer, Rows), answer
            assert answer.rows == [(500, 125_250)]
        else:
            found[query.key] = (answer, took)
            assert here.fingerprint() == before, query.key
        began = time.monotonic()
    return found


@pytest.mark.parametrize(("on", "name"), named(*GROUPS))
def test_an_escape_fails_in_time(started: dict, on: str, name: str) -> None:
    here = room(started, on)
    answer, seconds = started[f"{on} answers"][name]
    assert isinstance(answer, Failure)
    assert answer.message
    assert seconds <= LIMITS.seconds + 2
    assert here.escapes.CANARY not in answer.message


@pytest.mark.parametrize("on", MODULES)
def test_there_are_as_many_escapes_as_promised(on: str) -> None:
    assert len([1 for where, _ in named(*GROUPS) if where == on]) >= 40


# The controls.


@pytest.mark.parametrize(("on", "name"), named("WRITES"))
def test_control_without_walls_it_writes(started: dict, on: str, name: str) -> None:
    here = room(started, on)
    here.furnish()
    before = here.fingerprint()
    text = here.escapes.WRITES[name]
    here.control(
        f"select * from ({text}) as answer" if "brackets; " in text or name == "write after brackets" else text
    )
    after = here.fingerprint()
    here.furnish()
    assert after != before


@pytest.mark.parametrize(("on", "name"), named("READS"))
def test_control_without_walls_it_reads(started: dict, on: str, name: str) -> None:
    here = room(started, on)
    assert here.escapes.CANARY in here.control(here.escapes.READS[name])


@pytest.mark.parametrize(("on", "name"), named("DRAINS", but=ODD))
def test_control_without_walls_it_goes_on(started: dict, on: str, name: str) -> None:
    here = room(started, on)
    assert here.drained(here.escapes.DRAINS[name], LIMITS.seconds, LIMITS.rows, LIMITS.bytes)


# The walls one by one.


def engine_of(here: rooms.Room, on: str, where: str) -> Engine:
    kind = import_module(f"gaitway.connectors.databases.{ENGINES[on]}").ENGINE
    return kind(address.parse(where), {}, LIMITS)


def shown(engine: Engine, sql: str) -> str:
    """What is seen of an answer without the wall of words; an error is seen too."""

    def stop() -> None:
        with suppress(Exception):
            engine.cancel()

    timer = threading.Timer(LIMITS.seconds, stop)
    try:
        engine.open()
        timer.start()
        return str([list(batch) for batch in engine.ask(sql).batches])
    except Exception as error:
        return engine.explain(error).says
    finally:
        timer.cancel()
        engine.close()


@pytest.mark.parametrize(("on", "name"), named("WRITES", "READS", "MEDDLES"))
def test_the_server_alone_holds(started: dict, on: str, name: str) -> None:
    """The role and the read-only session, without the wall of words."""
    here = room(started, on)
    before = here.fingerprint()
    text = here.text({**here.escapes.WRITES, **here.escapes.READS, **here.escapes.MEDDLES}[name])
    assert here.escapes.CANARY not in shown(engine_of(here, on, here.server.reader), text).replace(text, "")
    assert here.fingerprint() == before


@pytest.mark.parametrize(("on", "name"), named("WRITES"))
def test_the_words_alone_refuse_most(on: str, name: str) -> None:
    """The wall of words, without any server; a function that writes looks like one that reads, and sqlglot can't read
    INTO OUTFILE."""
    if "definer" in name or name.startswith("into ") or name in ONLY_THE_SERVER_KNOWS:
        return
    with pytest.raises(wall.Refusal):
        wall.check(MODULES[on].WRITES[name], ENGINES[on])


@pytest.mark.parametrize("name", [name for name in postgres_escapes.WRITES if "in a CTE" in name or "brackets" in name])
def test_one_reading_statement_is_all_that_postgres_gets(started: dict, name: str) -> None:
    """Even from a superuser, without the wall of words and the look at the role."""
    here = room(started, "postgres")
    before = here.fingerprint()
    shown(engine_of(here, "postgres", here.server.address("postgres", "")), here.text(postgres_escapes.WRITES[name]))
    assert here.fingerprint() == before
