"""From a file, by SQL, to observations; a fault names the KPI and the row and holds up nobody else."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from gaitway.actions import people
from gaitway.engine import periods
from gaitway.engine.periods import Cadence
from gaitway.models import Job, Kpi, Observation
from gaitway.work import loop
from gaitway.work.pull import Pulled, pull
from tests.world import AT, STRATEGY, TODAY, World, build

pytestmark = pytest.mark.slow  # starts a child process for each pull

SQL = "select day as period, s as successes, t as trials from shop"
BOTH = STRATEGY.replace("every: day, target: 3%}", f"every: day, target: 3%, source: shop, sql: '{SQL}'}}")
HEAD = "period,events,day,s,t\n"
FINE = HEAD + "2026-01-05,3,2026-01-05,1,50\n2026-01-12,4,2026-01-06,2,50\n2026-03-02,9,2026-03-01,3,50\n"


def clock() -> datetime:
    return AT


def pulled(folder: Path, text: str | None) -> dict[str, Pulled]:
    if text is not None:
        (folder / "orders.csv").write_text(text)
    if not Kpi.objects.exists():
        build(folder, BOTH)
    by = people.terminal(at=AT)
    return {done.kpi.key: done for done in pull(list(Kpi.objects.all()), by=by, clock=clock)}


def test_a_file_becomes_observations(db: object, tmp_path: Path) -> None:
    done = pulled(tmp_path, FINE)
    assert {key: one.fault for key, one in done.items()} == {"orders": "", "conversion": ""}
    weeks = Observation.objects.filter(kpi__key="orders").values_list("period", "events", "exposure")
    assert [(day.isoformat(), *numbers) for day, *numbers in weeks] == [("2026-01-05", 3, 1), ("2026-01-12", 4, 1)]
    assert Observation.objects.filter(kpi__key="conversion").count() == 3
    assert set(Kpi.objects.values_list("pulled_at", "pull_fault")) == {(AT, "")}


def test_a_period_that_is_not_over_yet_waits(db: object, tmp_path: Path) -> None:
    pulled(tmp_path, FINE)
    newest = Observation.objects.filter(kpi__key="orders").latest("period").period
    assert periods.end(periods.index(newest, Cadence.WEEK), Cadence.WEEK) < TODAY


def test_pulling_again_adds_nothing_and_a_correction_is_a_revision(db: object, tmp_path: Path) -> None:
    pulled(tmp_path, FINE)
    again = pulled(tmp_path, FINE)["orders"].recorded
    assert again is not None
    assert (again.new, again.revised, again.unchanged) == (0, 0, 2)
    corrected = pulled(tmp_path, FINE.replace("2026-01-12,4", "2026-01-12,7"))["orders"].recorded
    assert corrected is not None
    assert (corrected.new, corrected.revised, corrected.unchanged) == (0, 1, 1)


BROKEN = {
    "NULL beside a number": ("conversion", "2026-01-06,2,50", "2026-01-06,,50", "row 2: successes is NULL"),
    "twice the same period": ("orders", "2026-01-12,4", "2026-01-05,4", "row 2: period 2026-01-05 stands here twice"),
    "a period to come": ("orders", "2026-03-02,9", "2026-03-09,9", "row 3: period 2026-03-09 lies in the future"),
    "within a week": (
        "orders", "2026-01-12,4", "2026-01-14,4",
        "row 2: period 2026-01-14 is not the first day of a week; that would be 2026-01-12",
    ),
    "more successes than trials": (
        "conversion", "2026-01-06,2,50", "2026-01-06,51,50", "row 2: 51 successes are more than 50 trials",
    ),
    "text for a number": ("orders", "2026-01-12,4", "2026-01-12,four", "row 1: events is '3', not a number"),
    "no date": ("orders", "2026-01-12,4", "soon,4", "row 2: period 'soon' is not a date like 2026-03-31"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "cell", "broken", "fault"), BROKEN.values(), ids=BROKEN)
def test_a_fault_names_kpi_and_row_and_holds_up_no_other(
    db: object, tmp_path: Path, key: str, cell: str, broken: str, fault: str
) -> None:
    done = pulled(tmp_path, FINE.replace(cell, broken))
    assert done[key].fault == Kpi.objects.get(key=key).pull_fault == f"{key}: {fault}"
    assert not Observation.objects.filter(kpi__key=key).exists()
    other = next(one for one in done.values() if one.kpi.key != key)
    assert other.fault == ""
    assert Observation.objects.filter(kpi=other.kpi).exists()


def test_a_column_under_a_wrong_name_is_told_with_the_right_one(db: object, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(FINE)
    world = build(tmp_path, BOTH.replace("select period, events", "select period, events as evnts"))
    done = {one.kpi.key: one.fault for one in pull(list(Kpi.objects.all()), by=world.admin, clock=clock)}
    wanted = "a count needs the columns period, events"
    assert done == {"orders": f"orders: unknown column 'evnts' (did you mean 'events'?); {wanted}", "conversion": ""}


def test_a_broken_query_names_its_kpi(db: object, tmp_path: Path) -> None:
    done = pulled(tmp_path, FINE.replace("period,events", "period,sold"))
    assert done["orders"].fault.startswith("orders: ")
    assert "events" in done["orders"].fault
    assert done["conversion"].fault == ""


def test_a_missing_file_is_told_with_its_path_and_the_fix(db: object, tmp_path: Path) -> None:
    done = pulled(tmp_path, None)
    path = tmp_path / "orders.csv"
    for key, one in done.items():
        assert one.fault.startswith(f"{key}: ")
        assert f"{path} does not exist. Put the file there, or correct the path." in one.fault
    assert not Observation.objects.exists()


def test_the_fault_of_a_pull_goes_when_it_works_again(db: object, tmp_path: Path) -> None:
    pulled(tmp_path, FINE)
    pulled(tmp_path, FINE.replace("2026-01-12,4", "soon,4"))
    assert "soon" in Kpi.objects.get(key="orders").pull_fault
    assert Observation.objects.filter(kpi__key="orders").count() == 2
    pulled(tmp_path, FINE)
    assert Kpi.objects.get(key="orders").pull_fault == ""


def test_the_worker_pulls_what_is_due(world: World, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("period,events\n2026-01-05,3\n")
    loop.drain("w", clock)
    job = Job.objects.get(key=f"pull:{world.orders.source_id}")
    assert (job.finished_at, job.done, job.steps) == (AT, 1, 1)
    assert Observation.objects.get().events == 3
