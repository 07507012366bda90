from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput

if TYPE_CHECKING:
    from gaitway.actions.strategies import Change, Plan
    from gaitway.lib.strategyfile import Document

MOST_PROVED = 20  # stages that are looked at before a plan is applied
PROVING = 1.5  # seconds


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="The strategy file; - for standard input.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    prune: Annotated[bool, typer.Option(help="Also take out what the file no longer holds.")] = False,
    reason: Annotated[str, typer.Option(help="Why the plan of a stage that has begun is changed.")] = "",
    by: Annotated[str, typer.Option(help="E-mail of the person who acts.")] = "",
) -> None:
    """Shows what a strategy file would change, and changes it."""
    from .start import now, start, today, whoever

    start()
    from gaitway.actions import strategies

    document = read(file)
    planned = strategies.plan(document)
    show(planned, prune)
    for key, name in strategies.paper.unanswered(document, planned):
        print(f"! initiative {key}: nobody is accountable for {name}: give it a sponsor, or its area one.")
    _doubt(document, planned)
    if not planned.changes and not (prune and planned.removals):
        return
    if not yes:
        if str(file) == "-" or not sys.stdin.isatty():
            raise AnswerIsNo("Nothing was changed: nobody is there to ask. Say --yes to apply this.")
        if not typer.confirm("Apply this?"):
            raise AnswerIsNo("Nothing was changed.")
    done = strategies.apply(document, by=whoever(by), at=now(), today=today(), prune=prune, reason=reason)
    print(f"Applied: {_counts(done, prune)}.")


@app.command()
def export(
    file: Annotated[Path, typer.Argument(help="Where to write; - for standard output.")] = Path("-"),
    strategy: Annotated[str, typer.Option(help="Its key, where there are several.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every row that is kept, as lines of JSON.")] = False,
    accounts: Annotated[
        bool, typer.Option("--with-accounts", help="With --all: passwords (hashed) and tokens too.")
    ] = False,
) -> None:
    """Writes a strategy as its file, which applies cleanly elsewhere and changes nothing here; or everything (--all)."""

    from .start import start

    if accounts and not everything:
        raise WrongInput("--with-accounts goes with --all: a strategy file holds no accounts.")
    if strategy and everything:
        raise WrongInput("--strategy and --all don't go together: --all is everything.")
    start()
    if everything:
        from . import archive

        archive.write(file, accounts=accounts)
        return
    from gaitway.lib.addresses import relative
    from gaitway.lib.strategyfile import write
    from gaitway.models import Strategy
    from gaitway.queries import strategies

    found = list(Strategy.objects.filter(**({"key": strategy} if strategy else {})))
    if len(found) != 1:
        keys = ", ".join(Strategy.objects.values_list("key", flat=True)) or "none"
        raise WrongInput(f"Which strategy? Name one with --strategy. Here: {keys}.")
    shape = strategies.as_file(found[0])
    if str(file) == "-":
        print(write(shape), end="")
        return
    folder = file.absolute().parent
    if not folder.is_dir():
        raise WrongInput(f"There is no folder {folder}.")
    sources = {
        key: relative(source, folder)
        if isinstance(source, str)
        else source.model_copy(update={"at": relative(source.at, folder)})
        for key, source in shape.sources.items()
    }
    try:
        file.write_text(write(shape.model_copy(update={"sources": sources})), encoding="utf-8")
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}.") from None
    print(f"Wrote {file}.")


@app.command()
def schema() -> None:
    """Prints the JSON Schema of the strategy file."""
    from gaitway.lib.strategyfile import json_schema

    print(json.dumps(json_schema(), indent=2))


def read(file: Path) -> Document:
    from gaitway.lib import strategyfile

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise WrongInput(f"{file}: not a text in UTF-8 (byte {error.start}).") from None
    except OSError as error:
        raise WrongInput(f"{file}: {error.strerror}.") from None
    folder = Path.cwd() if str(file) == "-" else file.absolute().parent
    return strategyfile.read(text, name=str(file), folder=folder)


def show(planned: Plan, prune: bool) -> None:
    signs = {"create": "+", "change": "~", "remove": "-"}
    for change in (*planned.changes, *(planned.removals if prune else ())):
        print(f"{signs[change.action]} {change.thing[0]} {'/'.join(change.thing[1:])}")
        if change.action == "change":
            for name, (before, after) in change.fields.items():
                amends = " (amends a stage that has begun)" if name in change.amends else ""
                print(f"    {name}: {_value(before)} → {_value(after)}{amends}")
    print(f"Plan: {_counts(planned, prune)}, {planned.unchanged} unchanged.")
    if planned.removals and not prune:
        print(f"Not in the file any more, kept without --prune: {_names(planned.removals)}.")


def _doubt(document: Document, planned: Plan) -> None:
    """Warns of triggers that their dates can hardly prove, by what is known of the KPIs; within two seconds."""
    from time import monotonic

    from gaitway.models import Observation

    known = Observation.objects.filter(kpi__strategy__key=document.file.strategy.key).exists()
    if not known or not any(change.thing[0] == "stage" for change in planned.changes):
        return
    from gaitway.actions.strategies import paper
    from gaitway.queries.words import proofs as words

    from .start import today

    stages = paper.touched(document, planned)
    hint = "Ask with: gaitway plan-evidence INITIATIVE --stage STAGE."
    if len(stages) > MOST_PROVED:
        print(f"Whether {len(stages)} stages can be proved in their dates isn't looked at here. {hint}")
        return
    until = monotonic() + PROVING
    for promise in paper.promises(document, stages, today=today()):
        if not promise.provable:
            expected = words.expects(promise.expected, promise.expected != promise.kpi.target, promise.kpi)
            said = words.doubt(promise.criterion, expected, promise.days, promise.shown)
            print(f"! stage {promise.initiative}/{promise.stage}: {said}")
        if monotonic() > until:
            print(f"Whether the rest can be proved in its dates isn't looked at here. {hint}")
            return


def _counts(planned: Plan, prune: bool) -> str:
    made = sum(change.action == "create" for change in planned.changes)
    removed = len(planned.removals) if prune else 0
    return f"{made} to create, {len(planned.changes) - made} to change, {removed} to remove"


def _names(changes: tuple[Change, ...]) -> str:
    return ", ".join(f"{change.thing[0]} {'/'.join(change.thing[1:])}" for change in changes)


def _value(value: object) -> str:
    text = "nothing" if value in (None, "", []) else str(value)
    return text if len(text) <= 70 else f"{text[:67]}…"
