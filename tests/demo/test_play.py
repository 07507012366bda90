"""The demo as it is played: it has a past that can be compared, and a future to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from gaitway.demo import play
from gaitway.models import Forecast, Initiative, Job, Kpi, LimitReset, Notice, Stage
from gaitway.queries import checkins, forecasts, observations
from gaitway.queries.health import health

NOW = datetime(2026, 3, 18, 9, 30, tzinfo=UTC)


def here(key: str) -> Stage:
    initiative = Initiative.objects.get(key=key)
    return Stage.objects.select_related("latest").get(initiative=initiative, key=initiative.stage_key)


def earlier_forecasts_are_compared_with_what_came() -> None:
    records = []
    for kpi in Kpi.objects.filter(forecasts__isnull=False).distinct():
        records.append(forecasts.track(kpi, observations.series([kpi])[kpi.pk]))
    compared, held = sum(each.compared for each in records), sum(each.held for each in records)
    assert compared > 150
    assert 0.7 < held / compared < 0.95


def no_forecast_knew_more_than_was_recorded_by_then() -> None:
    for made in Forecast.objects.filter(about="values").select_related("kpi"):
        known = made.kpi.observations.filter(recorded_at__lte=made.at).order_by("-period").first()  # type: ignore[union-attr]
        assert known is not None
        assert known.period.isoformat() < made.numbers["steps"][0][0]


def every_present_trigger_that_is_not_met_has_its_forecast() -> None:
    for initiative in Initiative.objects.filter(state="active"):
        stage = here(initiative.key)
        kept = Forecast.objects.filter(stage=stage, about="gate")
        assert kept.exists() == (stage.latest is None or stage.latest.outcome != "met"), initiative.key
    assert Forecast.objects.filter(about="proof").count() >= 5


def a_pilot_that_is_too_small_is_flagged_and_another_is_not() -> None:
    def provable(key: str) -> list[bool]:
        kept = Forecast.objects.get(stage=here(key), about="proof")
        return [row["provable"] for row in kept.numbers["proofs"]]

    assert provable("portugal") == [False]
    assert provable("denmark") == [True]


def a_run_that_has_turned_is_proposed_for_back() -> None:
    latest = here("belgium").latest
    assert latest is not None
    assert (latest.proposal, latest.guard_outcome) == ("back", "unmet")


def kpis_have_owners_and_limits_were_reset_once() -> None:
    assert not Kpi.objects.filter(owner=None).exists()
    (reset,) = LimitReset.objects.select_related("kpi", "by")
    assert (reset.kpi.key, reset.by.name) == ("late_parcels", "Jonas Weber")


def people_say_how_it_goes() -> None:
    """One against the evidence, and one too late."""
    active = Initiative.objects.filter(state="active")
    last = checkins.latest(active)
    assert len(last) == active.count()
    told = {i.key: health(i, here(i.key), NOW.date()) for i in active}
    unlike = {
        i.key for i in active if checkins.disagreement(told[i.key], last[i.pk].outlook) == "owner better than evidence"
    }
    assert "france" in unlike
    assert (told["france"], last[Initiative.objects.get(key="france").pk].outlook) == ("off_track", "on track")
    late = [row.initiative.key for row in checkins.all_due(NOW.date()) if row.due.overdue(NOW.date())]
    assert late == ["sweden"]
    (owed,) = Notice.objects.filter(event__kind="check-in due", done_at=None).select_related("person")
    assert owed.person.name == "Luca Brandt"


def what_is_left_to_do_is_a_forecast() -> None:
    left = Job.objects.filter(finished_at=None)
    assert {job.kind for job in left} == {"forecast"}
    assert all(job.due_at >= NOW - timedelta(minutes=1) for job in left)


@pytest.mark.slow
@time_machine.travel(NOW, tick=False)
def test_the_demo_has_a_past_to_compare_and_a_future_to_look_at(db: object, tmp_path: Path) -> None:
    """Played once: that takes half a minute."""
    play.build(tmp_path / "brimwell", now=NOW)
    earlier_forecasts_are_compared_with_what_came()
    no_forecast_knew_more_than_was_recorded_by_then()
    every_present_trigger_that_is_not_met_has_its_forecast()
    a_pilot_that_is_too_small_is_flagged_and_another_is_not()
    a_run_that_has_turned_is_proposed_for_back()
    kpis_have_owners_and_limits_were_reset_once()
    people_say_how_it_goes()
    what_is_left_to_do_is_a_forecast()
