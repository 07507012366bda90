from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import app
from .outcome import WrongInput

if TYPE_CHECKING:
    from datetime import date

    from gaitway.models import Initiative, Person
    from gaitway.queries.evaluations import Judged

AsOf = Annotated[str, typer.Option("--as-of", help="Judge at the end of this day, e.g. 2026-03-31.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def evaluate(
    initiatives: Annotated[list[str] | None, typer.Argument(help="Keys; all where none is given.")] = None,
    as_of: AsOf = "",
    as_known: Annotated[bool, typer.Option("--as-known", help="Only with what had been recorded by then.")] = False,
    as_json: Json = False,
) -> None:
    """Judges the gate of every active initiative. With --as-of it only looks; without, the verdicts are kept."""
    from .start import day, now, start, today, whoever

    start()
    from datetime import datetime, time, timedelta

    from django.utils import timezone

    from gaitway.actions import gates
    from gaitway.queries import evaluations

    until = day(as_of, "--as-of") if as_of else today()
    viewer = whoever("")
    _require_known(initiatives or [])
    known_at = None
    if as_known:
        known_at = timezone.make_aware(datetime.combine(until + timedelta(days=1), time())) - timedelta(microseconds=1)
    found = evaluations.judged(viewer, until, known_at=known_at, keys=initiatives or [])
    if not as_of and not as_known:
        for judged in found:
            gates.evaluate(judged.stage, through=until, by=viewer, at=now())
    if as_json:
        rows = [evaluations.as_json(judged) for judged in found]
        print(json.dumps({"as_of": until.isoformat(), "initiatives": rows}, indent=2, ensure_ascii=False))
        return
    print(f"As of {until}:")
    for judged in found:
        _print(judged)


@app.command()
def replay(
    initiatives: Annotated[list[str] | None, typer.Argument(help="Keys; all where none is given.")] = None,
    first: Annotated[str, typer.Option("--from", help="The first day.")] = ...,  # type: ignore[assignment]  # it is required
    last: Annotated[str, typer.Option("--to", help="The last day.")] = ...,  # type: ignore[assignment]
    as_json: Json = False,
) -> None:
    """Judges initiatives day by day on their history, as it would have been seen then: one with all its numbers,
    several with the days on which a verdict turned."""
    from .start import day, start, whoever

    start()
    from gaitway.queries import evaluations

    span = day(first, "--from"), day(last, "--to")
    if span[1] < span[0]:
        raise WrongInput(f"--to {last} lies before --from {first}.")
    viewer = whoever("")
    if len(initiatives or []) != 1:
        _replay_together(viewer, initiatives or [], *span, as_json=as_json)
        return
    (initiative,) = initiatives or []
    find(viewer, initiative)
    changes: list[dict[str, Any]] = []
    for when, judged in evaluations.replayed(viewer, initiative, *span):
        if as_json:
            changes.append({"day": when.isoformat(), **evaluations.as_json(judged)})
        else:
            print(when)
            _print(judged)
    if as_json:
        print(
            json.dumps(
                {"from": first, "to": last, "initiative": initiative, "changes": changes}, indent=2, ensure_ascii=False
            )
        )


def _replay_together(viewer: Person, keys: list[str], first: date, last: date, *, as_json: bool) -> None:
    from gaitway.queries import evaluations

    _require_known(keys)
    turns = evaluations.replayed_together(viewer, first, last, keys)
    if as_json:
        changes = [{"day": when.isoformat(), **evaluations.as_json(judged)} for when, judged in turns]
        print(json.dumps({"from": str(first), "to": str(last), "changes": changes}, indent=2, ensure_ascii=False))
        return
    for when, judged in turns:
        outcome = judged.verdict.trigger.outcome if judged.verdict.trigger else "no trigger"
        proposal = f", proposes {judged.verdict.proposal}" if judged.verdict.proposal else ""
        print(f"{when}  {judged.initiative.key} in {judged.stage.key}: {outcome}{proposal}")


@app.command()
def status(as_of: AsOf = "", as_json: Json = False) -> None:
    """Where every initiative stands."""
    from .start import day, start, today, whoever

    start()
    from gaitway.queries import status as asked

    until = day(as_of, "--as-of") if as_of else today()
    rows = asked.rows(whoever(""), until)
    if as_json:
        print(json.dumps({"as_of": until.isoformat(), "initiatives": [asked.as_json(row) for row in rows]}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Initiative", "State", "Stage", "Trigger", "Gate due", "Proposal", "Outlook"):
        table.add_column(name, no_wrap=name != "Initiative")
    for row in rows:
        table.add_row(row.name, row.state, row.stage, row.trigger, row.due, row.proposal, row.outlook)
    Console().print(table)


def _print(judged: Judged) -> None:
    from gaitway.engine.logic import Outcome
    from gaitway.queries.words import findings

    signs = {Outcome.MET: "✓", Outcome.UNMET: "✕", Outcome.UNKNOWN: "◌"}
    verdict = judged.verdict
    proposal = f", proposes {verdict.proposal}" if verdict.proposal else ""
    outcome = verdict.trigger.outcome if verdict.trigger else "has no trigger"
    print(f"  {judged.initiative.key} in {judged.stage.key}: {outcome}{proposal}")
    measured = {
        name: findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every) for name, kpi in judged.stage.read().items()
    }
    for prefix, rule in (("", verdict.trigger), ("stop: ", verdict.stop), ("guardrail: ", verdict.guard)):
        for finding in rule.findings if rule else ():
            numbers = {name: getattr(finding, name) for name in finding.__slots__}
            print(
                f"    {signs[finding.outcome]} {prefix}{finding.criterion}: {findings.sentence(numbers, measured.get(finding.kpi))}"
            )


def find(viewer: Person, key: str) -> Initiative:
    """By its key, or by `strategy/key`. Raises WrongInput."""
    from gaitway.models import Initiative
    from gaitway.queries import evaluations

    name = key.rpartition("/")[2]
    _require_known([name])
    try:
        return evaluations.find(viewer, key)
    except Initiative.DoesNotExist:
        raise WrongInput(f"There is no initiative {key!r}.") from None
    except Initiative.MultipleObjectsReturned:
        among = Initiative.objects.current().filter(key=name).order_by("strategy__key").select_related("strategy")
        keys = ", ".join(f"{initiative.strategy.key}/{name}" for initiative in among)
        raise WrongInput(f"Which {name!r}? Name it with its strategy: {keys}.") from None


def _require_known(keys: list[str]) -> None:
    from difflib import get_close_matches

    from gaitway.models import Initiative

    known = set(Initiative.objects.current().values_list("key", flat=True))
    for key in keys:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise WrongInput(f"There is no initiative {key!r}{f', did you mean {near[0]!r}?' if near else '.'}")
