"""The product on one page: from a row of transactions to a stage, and to a notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from gaitway.actions import people
from gaitway.models import Decision, Evaluation, Kpi, Notice, Observation, StageChange
from gaitway.work import loop
from gaitway.work.pull import pull
from tests import world as stage

STRATEGY = stage.STRATEGY.replace(
    "sql: select period, events from shop",
    "sql: select date_trunc('week', day::date) as period, count(distinct invoice) as events from shop group by 1",
)


@pytest.mark.django_db
def test_from_a_number_to_a_stage(tmp_path: Path) -> None:
    # Eight weeks of nine orders each, as the shop writes them.
    first = stage.TODAY - timedelta(weeks=8)
    lines = [f"{first + timedelta(weeks=w, days=i % 7)},{w}-{i}" for w in range(8) for i in range(9)]
    (tmp_path / "orders.csv").write_text("day,invoice\n" + "\n".join(lines) + "\n")
    house = stage.build(tmp_path, STRATEGY)

    # 1, 2 · arrive, stored
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    (pulled,) = pull(list(Kpi.objects.filter(key="orders")), by=people.system(at=now), clock=lambda: now)
    assert (pulled.fault, pulled.recorded.new) == ("", 8)
    assert [o.events for o in Observation.objects.order_by("period")] == [9.0] * 8

    # 3, 4 · judged, proposed: by the worker alone
    loop.drain("worker", lambda: now)
    verdict = Evaluation.objects.latest("pk")
    assert (verdict.outcome, verdict.stop_outcome, verdict.proposal) == ("met", "unmet", "go")
    (finding,) = verdict.findings["trigger"]
    assert (finding["estimate"], finding["periods"], finding["wanted"]) == (9.0, 8, 6.0)
    assert finding["low"] > 6
    asked = Notice.objects.get(person=house.sofia, level="needs me", done_at=None)
    assert asked.stage == house.crawl

    # 5, 6 · Sofia decides on the page; the initiative walks
    sofia = Client()
    sofia.force_login(house.sofia)
    assert b"proposes to move on" in sofia.get("/inbox/").content
    page = sofia.get("/gates/north/norway/crawl/").content
    assert b"The evidence is there" in page
    form = {"choice": "go", "reason": "Nine orders a week, eight weeks long.", "moves": house.norway.moves}
    with time_machine.travel(now, tick=False):
        assert sofia.post("/gates/north/norway/crawl/", form).status_code == 302
    decision = Decision.objects.get()
    assert (decision.by, decision.against_evidence, decision.evaluation) == (house.sofia, False, verdict)
    assert StageChange.objects.get(decision=decision).to_stage == "walk"

    # 7 · told: the team, not the outsider; what waited for Sofia is done
    later = now + timedelta(minutes=1)
    loop.drain("worker", lambda: later)
    assert set(Notice.objects.filter(event__kind="decision").values_list("person__name", flat=True)) == {
        "Luca Brandt",
        "Theo Okafor",
    }
    assert not Notice.objects.filter(person__name="Nadia Haddad").exists()
    asked.refresh_from_db()
    assert asked.done_at is not None
    luca = Client()
    luca.force_login(house.luca)
    assert b"Nine orders a week, eight weeks long." in luca.get("/feed/").content
