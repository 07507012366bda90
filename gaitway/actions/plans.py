"""The plan of a stage that isn't its rules: its dates, its money, its checklist."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from gaitway.actions import NotAllowed, Refused, events, forecasts, gates, stages, triggers
from gaitway.actions.turns import turn
from gaitway.models import ChecklistItem, Event, Initiative, Person, Stage, Task
from gaitway.queries import rights
from gaitway.queries.stages import begun


@turn()
def write(
    stage: Stage,
    *,
    starts: date | None,
    ends: date | None,
    budget: Decimal | None,
    currency: str,
    by: Person,
    at: datetime,
    reason: str = "",
) -> Stage:
    """Writes dates and budget of a stage, made where the ladder has it and nobody has planned it yet. Once it has begun
    only the sponsor or an administrator may, and that is an amendment that needs a `reason`; the end goes through
    `stages.replan` then. Writing what stands there changes nothing."""
    initiative = Initiative.objects.select_for_update().select_related("strategy").get(pk=stage.initiative_id)
    row, _made = Stage.objects.get_or_create(initiative=initiative, key=stage.key)
    entered = begun(row)
    if not rights.may_plan(by, initiative, begun=entered):
        who = (
            _("Only its sponsor or an administrator can plan %(stage)s.")
            if entered
            else _("Only its sponsor, its lead, a strategist or an administrator can plan %(stage)s.")
        )
        raise NotAllowed(who % {"stage": row})
    money = _money(initiative, budget, currency)
    if starts and ends and ends < starts:
        raise Refused(_("It would end on %(ends)s, before it starts on %(starts)s.") % {"ends": ends, "starts": starts})
    before = {"starts": row.starts, "ends": row.ends, "budget": row.budget, "currency": row.currency}
    after = {"starts": starts, "ends": ends, "budget": money[0], "currency": money[1]}
    if before == after:
        return row
    if entered and not reason.strip():
        raise Refused(_("%(stage)s has begun: a change of its plan needs a reason.") % {"stage": row})
    if entered and ends is None and row.ends is not None:
        raise Refused(_("A stage that has begun keeps an end: give it another one."))
    Stage.objects.filter(pk=row.pk).update(starts=starts, budget=money[0], currency=money[1])
    row.refresh_from_db()
    fields: dict[str, tuple[str, str]] = {}
    if before["starts"] != starts or (not entered and before["ends"] != ends):
        fields["dates"] = (_span(before["starts"], before["ends"]), _span(starts, ends))
    if (before["budget"], before["currency"]) != money:
        fields["budget"] = (_said(before["budget"], str(before["currency"])), _said(*money))
    if entered:
        if ends is not None and before["ends"] != ends:
            stages.replan(row, ends=ends, reason=reason, by=by, at=at)
        if fields:
            stages.amend(row, fields, reason=reason, by=by, at=at)
    else:
        Stage.objects.filter(pk=row.pk).update(ends=ends)
        data = {
            "stage": row.key, "fields": list(fields), "reason": reason.strip(), "begun": False,
            "values": {name: list(pair) for name, pair in fields.items()},
        }  # fmt: skip
        events.record(Event.Kind.AMENDMENT, by=by, at=at, initiative=initiative, data=data)
    row.refresh_from_db()
    forecasts.ask(row, at=at)
    gates.ask(row, at=at)
    return row


def begin(
    stage: Stage, *, starts: date | None, ends: date | None, budget: Decimal | None, currency: str, by: Person,
    at: datetime,
) -> Stage:  # fmt: skip
    """The first plan of a stage of an initiative that was just added, by whoever may add it."""
    if not rights.may_add(by, stage.initiative.objective):
        raise NotAllowed(
            _("Only the owner of %(objective)s can plan what is added to it.")
            % {"objective": stage.initiative.objective.name}
        )
    amount, said = _money(stage.initiative, budget, currency)
    if starts and ends and ends < starts:
        raise Refused(_("It would end on %(ends)s, before it starts on %(starts)s.") % {"ends": ends, "starts": starts})
    return Stage.objects.create(
        initiative=stage.initiative, key=stage.key, starts=starts, ends=ends, budget=amount, currency=said
    )


@turn()
def add_item(stage: Stage, text: str, *, by: Person, at: datetime) -> ChecklistItem:
    """A point of the checklist. One that stands there already is given back."""
    _require_planner(by, stage.initiative)
    said = text.strip()
    if not said:
        raise Refused(_("Say what has to be done."))
    if len(said) > 300:
        raise Refused(_("A point of the checklist has 300 characters at most."))
    row, _made = Stage.objects.get_or_create(initiative=stage.initiative, key=stage.key)
    last = row.checklist.order_by("-position").values_list("position", flat=True).first()
    item, made = ChecklistItem.objects.get_or_create(
        stage=row, text=said, defaults={"position": 0 if last is None else last + 1}
    )
    if made:
        _tell(item, "added", by=by, at=at)
    return item


@turn()
def take_item(item: ChecklistItem, *, by: Person, at: datetime) -> None:
    _require_planner(by, item.stage.initiative)
    _tell(item, "removed", by=by, at=at)
    item.delete()


@turn()
def copy(source: Initiative, target: Initiative, *, by: Person, at: datetime) -> None:
    """The rules, checklists and tasks of another initiative, whose dates move with the first day of the first stage that
    both plan. Tasks come without their owners: the work is new, and so may be the people."""
    if not rights.may_change(by, target) and not rights.may_add(by, target.objective):
        raise NotAllowed(
            _("Only those who may change %(target)s can plan it like another one.") % {"target": target.name}
        )
    theirs = list(source.stages.prefetch_related("checklist", "tasks"))
    mine = {stage.key: stage for stage in target.stages.all()}
    pairs = [(each.starts, mine[each.key].starts) for each in theirs if each.key in mine]
    shift = next((new - old for old, new in pairs if old and new), timedelta())
    for each in theirs:
        row, _made = Stage.objects.get_or_create(initiative=target, key=each.key)
        row.initiative = target
        Stage.objects.filter(pk=row.pk).update(check_in=each.check_in)
        triggers.put(row, {name: getattr(each, name) for name in triggers.RULES}, at=at)
        ChecklistItem.objects.bulk_create(
            [ChecklistItem(stage=row, text=item.text, position=item.position) for item in each.checklist.all()]
        )
        Task.objects.bulk_create(
            [
                Task(
                    initiative=target, stage=row, name=task.name, due=task.due + shift if task.due else None,
                    estimate_days=task.estimate_days, position=task.position, moved_at=at,
                )
                for task in each.tasks.all()
                if task.retired_at is None
            ]
        )  # fmt: skip


def _tell(item: ChecklistItem, what: str, *, by: Person, at: datetime) -> None:
    data = {"stage": item.stage.key, "item": item.text, "what": what}
    events.record(Event.Kind.CHECKLIST_CHANGED, by=by, at=at, initiative=item.stage.initiative, data=data)
    gates.ask(item.stage, at=at)


def _require_planner(person: Person, initiative: Initiative) -> None:
    if not rights.may_change(person, initiative):
        raise NotAllowed(
            _("Only the sponsor or the lead of %(initiative)s, a strategist or an administrator can.")
            % {"initiative": initiative.name}
        )


def _money(initiative: Initiative, budget: Decimal | None, currency: str) -> tuple[Decimal | None, str]:
    if budget is None:
        return None, ""
    said = currency.strip().upper()
    if len(said) != 3 or not said.isalpha() or not said.isascii():
        raise Refused(_("A budget has a currency of three letters, like EUR."))
    if budget < 0:
        raise Refused(_("A budget isn't less than nothing."))
    spending = initiative.spending
    if spending is not None and spending.unit != said:
        raise Refused(
            _("%(spending)s counts %(unit)s: the budget must be in it too.")
            % {"spending": spending.name, "unit": spending.unit or _("nothing")}
        )
    return budget, said


def _span(starts: object, ends: object) -> str:
    return f"{starts or ''}/{ends or ''}" if starts or ends else ""


def _said(budget: object, currency: str) -> str:
    return f"{budget.normalize():f} {currency}" if isinstance(budget, Decimal) else ""
