"""What changed in an initiative since it was last talked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine.logic import Outcome
from gaitway.models import Amendment, CheckIn, Decision, Evaluation, Initiative, ReviewItem, Stage
from gaitway.queries import parts
from gaitway.queries.values import Line
from gaitway.queries.words.findings import outcome as said_of
from gaitway.queries.words.formats import amount


@dataclass(frozen=True, slots=True)
class Since:
    """`why`: what was on that day. `tone` of a line: good, bad or plain."""

    day: date
    why: str
    lines: list[tuple[str, str]]


def since(initiative: Initiative, stage: Stage, today: date, *, before: datetime | None = None) -> Since | None:
    """From the last talk, decision or the beginning of the stage on, whichever was last; before `before` where that is
    said. None before the first stage."""
    if initiative.stage_since is None or not initiative.stage_key:
        return None
    at, why = _last(initiative, before)
    lines = _criteria(stage, at)
    tasks = [task for task in stage.tasks.all() if task.retired_at is None]
    done = sum(task.done_on is not None and task.done_on >= timezone.localdate(at) for task in tasks)
    late = sum(task.done_on is None and task.due is not None and task.due < today for task in tasks)
    if done:
        lines.append(("good", ngettext("%(n)s task done", "%(n)s tasks done", done) % {"n": done}))
    if late:
        lines.append(("bad", ngettext("%(n)s task late", "%(n)s tasks late", late) % {"n": late}))
    amended = Amendment.objects.filter(stage=stage, at__gt=at).count()
    if amended:
        words = ngettext("The plan was changed %(n)s time", "The plan was changed %(n)s times", amended)
        lines.append(("plain", words % {"n": amended}))
    lines += _outlook(initiative, at)
    return Since(timezone.localdate(at), why, lines)


def _last(initiative: Initiative, before: datetime | None) -> tuple[datetime, str]:
    assert initiative.stage_since is not None  # noqa: S101  # the caller asked
    began = timezone.make_aware(datetime.combine(initiative.stage_since, time()))
    talks = ReviewItem.objects.filter(initiative=initiative, discussed_at__isnull=False)
    made = Decision.objects.filter(initiative=initiative, supersedes=None)
    if before is not None:
        talks, made = talks.filter(discussed_at__lt=before), made.filter(at__lt=before)
    found = [(began, _("the stage began"))]
    if talked := talks.order_by("-discussed_at").values_list("discussed_at", flat=True).first():
        found.append((talked, _("the last review")))
    if decided := made.order_by("-at").values_list("at", flat=True).first():
        found.append((decided, _("the last decision")))
    return max(found, key=lambda pair: pair[0])


def _criteria(stage: Stage, at: datetime) -> list[tuple[str, str]]:
    now = stage.latest
    if now is None:
        return []
    then = Evaluation.objects.filter(stage=stage, at__lte=at).order_by("-as_of", "-pk").first()
    known = {each["criterion"]: each for each in then.findings["trigger"]} if then else {}
    kpis = stage.read()
    lines = [line for line in parts.checklist(now.spec["trigger"], now.findings["trigger"], kpis) if line.text]
    return [said for line in lines if (said := _turned(line, known.get(line.text)))]


def _turned(line: Line, before: Mapping[str, Any] | None) -> tuple[str, str] | None:
    was = before["outcome"] if before else Outcome.UNKNOWN
    if was == line.result:
        return None
    tone = {"met": "good", "unmet": "bad"}.get(line.result, "plain")
    words = {"label": line.label, "before": said_of(was), "now": said_of(line.result)}
    if before and before["estimate"] is not None and line.estimate is not None and line.kpi:
        numbers = {"from": amount(before["estimate"], line.kpi), "to": amount(line.estimate, line.kpi)}
        return tone, _("%(label)s: %(before)s, now %(now)s (%(from)s → %(to)s)") % {**words, **numbers}
    return tone, _("%(label)s: %(before)s, now %(now)s") % words


def _outlook(initiative: Initiative, at: datetime) -> list[tuple[str, str]]:
    rows = list(CheckIn.objects.filter(initiative=initiative).order_by("-at", "-pk")[:2])
    if not rows or rows[0].at <= at or (len(rows) > 1 and rows[0].outlook == rows[1].outlook):
        return []
    tone = {"on track": "good", "off track": "bad"}.get(rows[0].outlook, "plain")
    return [(tone, _("The outlook is now: %(outlook)s") % {"outlook": outlook(rows[0].outlook)})]


def outlook(value: str) -> str:
    return {"on track": _("on track"), "at risk": _("at risk"), "off track": _("off track")}[value]
