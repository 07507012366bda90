"""From KPI data to a kept verdict."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, jobs, summaries
from gaitway.actions.turns import turn
from gaitway.engine.gates import Verdict
from gaitway.engine.stages import State
from gaitway.models import Approval, ChecklistItem, Evaluation, Event, Initiative, Job, Person, Stage
from gaitway.models.among import among
from gaitway.queries import gates as asked
from gaitway.queries import rights
from gaitway.queries.stages import standing
from gaitway.queries.words.access import role_name


@dataclass(frozen=True, slots=True)
class Look:
    """What a stage's data said of each day on which that could change, and from what that was worked out."""

    basis: tuple[object, ...]
    said: dict[date, Evaluation]  # kept before
    kept: Evaluation | None  # the last that was said before these days
    found: list[Evaluation]  # not kept yet


def look(stage: Stage, *, through: date) -> Look | None:
    """The work of `evaluate` without its writing. Done first, it lets nobody wait who has something to write; None where
    the stage isn't the present one of an active initiative."""
    basis = _basis(stage, through)  # first: what changes from now on makes the look worthless
    stage = Stage.objects.select_related("initiative__strategy").get(pk=stage.pk)
    return _look(stage, basis, through) if _is_present(stage) else None


@turn()
def evaluate(stage: Stage, *, through: date, by: Person, at: datetime, seen: Look | None = None) -> Evaluation | None:
    """Judges the stage for every day since it was last judged on which the verdict could change, up to `through`,
    and keeps every turn of it, and where it stands at last: so nothing is missed that was met between two runs and
    has lapsed since. `seen`: a look from before, which counts where nothing has changed since.

    Returns the latest evaluation; None where the stage isn't the present one of an active initiative."""
    initiative = Initiative.objects.select_for_update().get(pk=stage.initiative_id)
    stage.refresh_from_db()
    stage.initiative = initiative
    if not _is_present(stage):
        return None
    assert initiative.stage_since is not None  # noqa: S101  # an active initiative has entered its stage
    basis, judged_to = _basis(stage, through), stage.judged_to
    if seen is None or seen.basis != basis:
        seen = _look(stage, basis, through)
    kept = seen.kept
    for found in seen.found:
        kept = seen.said.get(found.as_of, kept)
        if kept is None or _differs(kept, found):
            turned = kept is None or (kept.outcome, kept.proposal) != (found.outcome, found.proposal)
            found.at = at
            found.save()
            if turned and (kept is not None or found.proposal):
                _tell(stage, initiative, kept, found, by=by, at=at)
            kept = found
    _tell_overdue(stage, initiative, initiative.stage_since, through, by=by, at=at)
    # Late data may have set it back meanwhile (on PostgreSQL): then those days are looked at again.
    Stage.objects.filter(pk=stage.pk, judged_to=judged_to).update(judged_to=through)
    Stage.objects.filter(pk=stage.pk).update(latest=kept)
    stage.refresh_from_db()
    summaries.refresh([initiative], at=at)
    return kept


def _is_present(stage: Stage) -> bool:
    return stage.initiative.state == State.ACTIVE and stage.initiative.stage_key == stage.key


def _basis(stage: Stage, through: date) -> tuple[object, ...]:
    """What must be as it was for a look to count. Whatever changes what a stage is judged by asks for it anew."""
    asked_for = (
        Job.objects.filter(key=_key(stage), finished_at=None, dead_at=None).values_list("pk", "requests").first()
    )
    newest = Evaluation.objects.filter(stage=stage).order_by("-pk").values_list("pk", flat=True).first()
    return (asked_for, newest, stage.initiative.stage_since, stage.judged_to, through)


def _look(stage: Stage, basis: tuple[object, ...], through: date) -> Look:
    since = stage.initiative.stage_since
    assert since is not None  # noqa: S101  # an active initiative has entered its stage
    first = max(since, stage.judged_to + timedelta(days=1)) if stage.judged_to else since
    first = min(first, max(since, through))
    stood = standing(list(stage.initiative.changes.order_by("number")))
    begun = stood.begun if stood else since
    history = asked.History.of([stage])
    kept, said = _kept(stage, since, first)
    spec = asked.spec(stage, since)
    last = max(first, through)
    # What was said of a day is looked at again, so that late data leaves no wrong verdict behind.
    days = sorted({*history.looks(stage, first, last), *(day for day in said if day <= last)})
    before, found = None, []
    for day in days:
        # Most days say what the day before said: they are looked at briefly and leave no row.
        seen = asked.signature(history.verdict(stage, day, started=since, begun=begun, brief=True))
        if seen == before and day != days[-1] and day not in said:
            continue
        before = seen
        found.append(_row(stage, history, day, spec, started=since, begun=begun))
    return Look(basis, said, kept, found)


def mark_due(kpis: Collection[int], *, earliest: date, at: datetime) -> None:
    """The gates that read these KPIs are due again, from the end of the earliest period that changed."""
    readers = set(Stage.kpis.through.objects.filter(kpi__in=among(kpis)).values_list("stage__initiative", flat=True))
    readers |= set(Initiative.objects.filter(spending__in=among(kpis)).values_list("pk", flat=True))
    if not readers:
        summaries.outdated(kpis, [], at=at)
        return
    present = Stage.objects.filter(
        initiative__in=readers, initiative__state=State.ACTIVE, initiative__retired_at=None,
        key=F("initiative__stage_key"),
    )  # fmt: skip
    touched = dict(present.values_list("pk", "judged_to"))
    late = [pk for pk, judged_to in touched.items() if judged_to and judged_to >= earliest]
    if late:
        Stage.objects.filter(pk__in=late).update(judged_to=earliest - timedelta(days=1))
    jobs.ask_all(Job.Kind.EVALUATE, {f"evaluate:{pk}": {"stage": pk} for pk in touched}, at=at)
    summaries.outdated(kpis, late, at=at)


def ask(stage: Stage, *, at: datetime) -> None:
    jobs.ask(Job.Kind.EVALUATE, _key(stage), {"stage": stage.pk}, at=at)


def _key(stage: Stage) -> str:
    return f"evaluate:{stage.pk}"


@turn()
def approve(stage: Stage, role: str, *, by: Person, at: datetime, on: date) -> Approval:
    """`approved by ROLE`: given by who has that role in the initiative or its area, or that access, and by who stands in
    for them."""
    if not rights.may_approve(by, stage.initiative, role, on):
        raise NotAllowed(
            _("Only the %(role)s of %(initiative)s can give this approval.")
            % {"role": role_name(role), "initiative": stage.initiative.name}
        )
    approval, made = Approval.objects.get_or_create(stage=stage, role=role, defaults={"by": by, "at": at, "on": on})
    if made:
        events.record(
            Event.Kind.APPROVAL, by=by, at=at, initiative=stage.initiative,
            data={"stage": stage.key, "role": role}, behalf=rights.on_behalf(by, stage.initiative, on, role),
        )  # fmt: skip
        ask(stage, at=at)
    return approval


@turn()
def check(item: ChecklistItem, *, by: Person, at: datetime, on: date, done: bool = True) -> None:
    """Ticks an item of a stage's checklist, or takes the tick back."""
    if not rights.works_in(by, item.stage.initiative):
        raise NotAllowed(
            _("Only the people who work on %(initiative)s can tick its checklist.")
            % {"initiative": item.stage.initiative.name}
        )
    if (item.done_on is not None) == done:
        return
    item.done_on, item.done_by = (on, by) if done else (None, None)
    item.save(update_fields=["done_on", "done_by"])
    if done:
        events.record(Event.Kind.CHECKED, by=by, at=at, initiative=item.stage.initiative, data={"item": item.text})
    ask(item.stage, at=at)


def _kept(stage: Stage, since: date, first: date) -> tuple[Evaluation | None, dict[date, Evaluation]]:
    """What was last said of this visit to the stage before `first`, and what was said of each day from then on."""
    if stage.judged_to is None:
        return None, {}
    rows = list(Evaluation.objects.filter(stage=stage, as_of__gte=since).order_by("as_of", "pk"))
    before = [row for row in rows if row.as_of < first]
    return (before[-1] if before else None), {row.as_of: row for row in rows if row.as_of >= first}


def _row(
    stage: Stage, history: asked.History, day: date, spec: dict[str, Any], *, started: date, begun: date
) -> Evaluation:
    verdict: Verdict = history.verdict(stage, day, started=started, begun=begun)
    return Evaluation(
        stage=stage, as_of=day, spec=spec,
        outcome=verdict.trigger.outcome if verdict.trigger else "",
        stop_outcome=verdict.stop.outcome if verdict.stop else "",
        guard_outcome=verdict.guard.outcome if verdict.guard else "",
        proposal=verdict.proposal or "",
        findings={
            name: [_plain(asdict(f)) for f in found.findings] if found else []
            for name, found in (("trigger", verdict.trigger), ("stop", verdict.stop), ("guard", verdict.guard))
        } | ({"lapsed": list(verdict.lapsed)} if verdict.lapsed else {}),
    )  # fmt: skip


def _plain(finding: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back, so that a kept finding equals a new one."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in finding.items()}


def _differs(kept: Evaluation, found: Evaluation) -> bool:
    return any(
        getattr(kept, name) != getattr(found, name)
        for name in ("outcome", "stop_outcome", "guard_outcome", "proposal", "findings", "spec")
    )


def _tell(
    stage: Stage, initiative: Initiative, kept: Evaluation | None, found: Evaluation, *, by: Person, at: datetime
) -> None:
    events.record(
        Event.Kind.VERDICT, by=by, at=at, initiative=initiative,
        data={
            "stage": stage.key, "evaluation": found.pk, "as_of": found.as_of.isoformat(), "outcome": found.outcome,
            "proposal": found.proposal, "before": kept.outcome if kept else "",
            "proposed_before": kept.proposal if kept else "", "lapsed": found.findings.get("lapsed", []),
        },
    )  # fmt: skip


def _tell_overdue(
    stage: Stage, initiative: Initiative, since: date, through: date, *, by: Person, at: datetime
) -> None:
    """The end of a stage without a decision is inconclusive: never passed by default, a person is asked. Once."""
    if stage.ends is None or through <= stage.ends:
        return
    data = {"stage": stage.key, "since": since.isoformat(), "ends": stage.ends.isoformat()}
    told = Event.objects.filter(kind=Event.Kind.OVERDUE, initiative=initiative, data__stage=stage.key)
    if not told.filter(data__since=data["since"], data__ends=data["ends"]).exists():
        events.record(Event.Kind.OVERDUE, by=by, at=at, initiative=initiative, data=data)


def require_present(stage: Stage) -> None:
    """Raises Refused where the initiative stands elsewhere."""
    initiative = stage.initiative
    if initiative.state != State.ACTIVE or initiative.stage_key != stage.key:
        words = {
            "initiative": initiative.name,
            "key": stage.key,
            "state": _(initiative.state),
            "at": initiative.stage_key,
        }
        if initiative.stage_key:
            raise Refused(_("%(initiative)s isn't active in %(key)s: it is in %(at)s, %(state)s.") % words)
        raise Refused(_("%(initiative)s isn't active in %(key)s: it is %(state)s.") % words)
