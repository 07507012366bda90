"""kill -9 at any moment: what is done again ends where it would have ended, nothing doubled, nothing lost."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

DAYS, KPIS, KILLS = 120, 4, 4
STARTS = datetime.now(UTC).date() - timedelta(days=DAYS)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="a SQLite home of its own"),
]


def files(folder: Path) -> Path:
    """A strategy of several initiatives, each with a KPI of its own over one file."""
    rows = [f"{STARTS + timedelta(days=day)},{random.Random(day).randint(1, 9)}" for day in range(DAYS)]
    (folder / "shop.csv").write_text("\n".join(["day,orders", *rows]))
    text = "gaitway: 1\nstrategy: {key: s, name: S}\nsources: {shop: shop.csv}\nkpis:\n"
    for i in range(KPIS):
        sql = f"select day as period, orders + {i} as events from shop"
        text += f"  k{i}: {{name: K{i}, kind: count, every: day, source: shop, sql: {sql!r}}}\n"
    text += "objectives:\n  - key: o\n    name: O\n    initiatives:\n"
    for i in range(KPIS):
        crawl = f"{{dates: {STARTS}/{STARTS + timedelta(days=DAYS - 5)}, trigger: k{i} >= 7}}"
        text += f"      - {{key: i{i}, name: I{i}, sponsor: a@b.de, lead: c@d.de, crawl: {crawl}}}\n"
    (folder / "s.yaml").write_text(text)
    return folder / "s.yaml"


def start(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "gaitway.settings",
        "GAITWAY_HOME": str(home),
        "GAITWAY_LOG": "ERROR",
    }
    env.pop("GAITWAY_DATABASE_URL", None)
    return subprocess.Popen(
        [sys.executable, "-m", "gaitway", *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def done(home: Path, *arguments: str) -> float:
    """Runs it to its end; how many seconds that took."""
    began = time.monotonic()
    process = start(home, *arguments)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()
    return time.monotonic() - began


def killed(home: Path, after: float, *arguments: str) -> bool:
    process = start(home, *arguments)
    time.sleep(after)
    process.kill()
    process.communicate()
    return process.returncode == -9


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "gaitway.sqlite3", timeout=20)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        return connection.execute(query).fetchall()


def observed(home: Path) -> list[tuple[object, ...]]:
    return rows(home, "select kpi_id, period, revision, events from gaitway_observation order by 1, 2, 3")


def judged(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a day's work leaves behind, but for the moments at which it was done."""
    queries = {
        "verdicts": "select stage_id, as_of, outcome, proposal, findings from gaitway_evaluation order by 1, 2, 3, 5",
        "stages": "select id, judged_to from gaitway_stage order by 1",
        "events": "select kind, initiative_id, data ->> 'as_of', data ->> 'outcome', count(*) from gaitway_event "
        "group by 1, 2, 3, 4 order by 1, 2, 3, 4",
        "notices": "select e.kind, e.initiative_id, e.data ->> 'as_of', n.person_id, n.level, count(*) "
        "from gaitway_notice n join gaitway_event e on e.id = n.event_id group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5",
        "unfinished": "select key from gaitway_job where finished_at is null",
    }
    return {name: rows(home, query) for name, query in queries.items()}


def a_minute_passes(home: Path) -> None:
    """The leases of the dead run out."""
    with closing(sqlite3.connect(home / "gaitway.sqlite3", timeout=20)) as connection:
        connection.execute("update gaitway_job set lease_until = '2000-01-01 00:00:00' where lease_until is not null")
        connection.commit()


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    done(folder / "home", "apply", "--yes", str(files(folder)))
    return folder / "home"


@pytest.fixture
def homes(applied: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two equal homes: one is left alone, the other suffers."""
    for name in ("calm", "harsh"):
        shutil.copytree(applied, tmp_path / name)
    return tmp_path / "calm", tmp_path / "harsh"


def moments(seconds: float) -> list[float]:
    return [random.uniform(0.15, 0.8) * seconds for _ in range(KILLS)]


def test_a_pull_that_is_killed_is_done_again(homes: tuple[Path, Path]) -> None:
    calm, harsh = homes
    struck = 0
    for moment in moments(done(calm, "pull")):
        struck += killed(harsh, moment, "pull")
        sizes = rows(harsh, "select count(*) from gaitway_observation group by kpi_id")
        assert {size for (size,) in sizes} <= {DAYS}, "a KPI is recorded whole or not at all"
    done(harsh, "pull")
    assert struck
    assert observed(harsh) == observed(calm)
    assert len(observed(calm)) == DAYS * KPIS


def test_a_worker_that_is_killed_loses_and_doubles_nothing(homes: tuple[Path, Path]) -> None:
    calm, harsh = homes
    struck = 0
    for moment in moments(done(calm, "work", "--once")):
        struck += killed(harsh, moment, "work", "--once")
        a_minute_passes(harsh)
    done(harsh, "work", "--once")
    expected = judged(calm)
    assert struck
    assert (expected["unfinished"], len(expected["verdicts"]) >= KPIS, len(expected["notices"]) >= KPIS) == (
        [],
        True,
        True,
    )
    assert observed(harsh) == observed(calm)
    assert judged(harsh) == expected
