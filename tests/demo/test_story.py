"""The demo's strategy and history: they fit the data, the trigger language and the table of legal moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from gaitway.demo.history import STEPS
from gaitway.demo.strategy import strategy_text
from gaitway.demo.transactions import build
from gaitway.engine import kpis, periods, stages
from gaitway.engine.stages import Move, Place, State
from gaitway.engine.triggers.check import check
from gaitway.engine.triggers.parser import parse
from gaitway.lib import strategyfile

TODAY = date(2026, 3, 18)
STRATEGY: dict[str, Any] = yaml.safe_load(strategy_text(TODAY))
INITIATIVES = {item["key"]: item for objective in STRATEGY["objectives"] for item in objective["initiatives"]}
MOVES = {
    "start": Move.START, "go": Move.GO, "conditional": Move.CONDITIONAL_GO, "hold": Move.HOLD, "back": Move.BACK,
    "stop": Move.STOP, "pause": Move.PAUSE, "resume": Move.RESUME, "finish": Move.FINISH,
}  # fmt: skip


def number(value: float | str | None) -> float | None:
    return float(value[:-1]) / 100 if isinstance(value, str) else value


def spec(key: str) -> kpis.KpiSpec:
    row = STRATEGY["kpis"][key]
    return kpis.KpiSpec(
        key, kpis.Kind(row["kind"]), periods.Cadence(row["every"]), row.get("unit", ""),
        kpis.Direction(row.get("direction", "up")), number(row.get("baseline")), number(row["target"]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder: Path = tmp_path_factory.mktemp("brimwell")
    build(folder, TODAY)
    with duckdb.connect() as connection:
        for name, path in STRATEGY["sources"].items():
            connection.execute(f"create view {name} as select * from '{folder / path}'")
        yield connection


@pytest.mark.parametrize("key", [key for key, row in STRATEGY["kpis"].items() if "sql" in row])
def test_every_kpi_gives_possible_observations_one_a_period(world: duckdb.DuckDBPyConnection, key: str) -> None:
    kpi = spec(key)
    found = world.sql(STRATEGY["kpis"][key]["sql"])
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    for row in rows:
        start = row["period"]
        assert periods.start(periods.index(start, kpi.cadence), kpi.cadence) == start
        numbers = tuple(float(row.get(name, 1.0)) for name in kpis.NUMBERS[kpi.kind])
        assert kpis.fault(kpi.kind, numbers) is None
    assert len({row["period"] for row in rows}) == len(rows)
    newest = max((periods.index(row["period"], kpi.cadence) for row in rows), default=None)
    if key == "station_litres":
        assert newest is None
    elif key == "first_reply":
        assert newest is not None
        assert periods.last_complete(TODAY, kpi.cadence) - newest > kpi.cadence.grace
    elif key != "trials_spain":
        assert newest is not None
        assert newest >= periods.last_complete(TODAY, kpi.cadence)


def test_all_five_kinds_are_shown() -> None:
    assert {spec(key).kind for key in STRATEGY["kpis"]} == set(kpis.Kind)


def test_every_rule_can_be_read_and_meant() -> None:
    known = {key: spec(key) for key in STRATEGY["kpis"]}
    for initiative in INITIATIVES.values():
        for stage in stages.GAITS.keys:
            plan = initiative.get(stage, {})
            for rule in (plan[name] for name in ("trigger", "stop", "guardrail") if name in plan):
                check(parse(rule), known, currency="EUR", tasks=[task["name"] for task in plan.get("tasks", ())])


def test_the_people_of_the_file_and_the_history_have_names() -> None:
    named = set(STRATEGY["people"])
    assert {step.by for step in STEPS} <= named
    assert {row["owner"] for row in STRATEGY["kpis"].values()} <= named
    for initiative in INITIATIVES.values():
        assert {initiative["sponsor"], initiative["lead"]} <= named
        for stage in stages.GAITS.keys:
            assert {task["owner"] for task in initiative.get(stage, {}).get("tasks", ())} <= named


def test_the_history_leads_to_every_state_of_a_real_portfolio() -> None:
    places = dict.fromkeys(INITIATIVES, Place(State.PROPOSED))
    for step in STEPS:
        if step.act in MOVES:
            assert step.reason
            places[step.initiative] = stages.after(places[step.initiative], MOVES[step.act])
    assert places == {
        "belgium": Place(State.ACTIVE, "run"),
        "netherlands": Place(State.ACTIVE, "walk"),
        "austria": Place(State.ACTIVE, "crawl"),
        "denmark": Place(State.ACTIVE, "crawl"),
        "sweden": Place(State.ACTIVE, "crawl"),
        "france": Place(State.ACTIVE, "walk"),
        "spain": Place(State.STOPPED, "crawl"),
        "portugal": Place(State.ACTIVE, "crawl"),
        "poland": Place(State.PROPOSED),
        "stations": Place(State.ACTIVE, "walk"),
        "hotels": Place(State.PAUSED, "crawl"),
        "carrier": Place(State.FINISHED, "run"),
    }


def test_the_history_is_in_order_and_its_items_are_in_the_plan() -> None:
    assert [step.days_ago for step in STEPS] == sorted((step.days_ago for step in STEPS), reverse=True)
    for step in STEPS:
        plans = [INITIATIVES[step.initiative].get(stage, {}) for stage in stages.GAITS.keys]
        tasks = {task["name"] for plan in plans for task in plan.get("tasks", ())}
        points = {point for plan in plans for point in plan.get("checklist", ())}
        assert step.item in {"done": tasks, "check": points, "limits": STRATEGY["kpis"]}.get(step.act, {""})


def test_the_text_depends_on_the_day_alone() -> None:
    assert strategy_text(TODAY) == strategy_text(TODAY)
    assert strategy_text(TODAY) != strategy_text(date(2026, 3, 19))


def test_the_file_has_the_published_shape() -> None:
    document = strategyfile.read(strategy_text(TODAY), name="strategy.yaml", folder=Path())
    assert set(document.file.kpis) == set(STRATEGY["kpis"])
