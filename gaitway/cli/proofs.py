from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .outcome import WrongInput

if TYPE_CHECKING:
    from gaitway.models import Initiative, Stage
    from gaitway.queries.proofs import Proved


@app.command("plan-evidence")
def plan_evidence(
    initiative: Annotated[str, typer.Argument(help="Its key.")],
    stage: Annotated[str, typer.Option(help="Its key.", show_default="the present one")] = "",
    expect: Annotated[list[str] | None, typer.Option(help="The value you expect, e.g. 3.3%; or KPI=VALUE.")] = None,
    traffic: Annotated[list[str] | None, typer.Option(help="The sample of a period; or KPI=NUMBER.")] = None,
    spread: Annotated[list[str] | None, typer.Option(help="The standard deviation; or KPI=NUMBER.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Says whether the dates of a stage are long enough to prove its trigger."""
    from .judge import find
    from .start import start, today, whoever

    start()
    from rich.console import Console

    from gaitway.queries import proofs

    found = find(whoever(""), initiative)
    planned = _stage(found, stage)
    try:
        assumed = proofs.assumed(planned, expect or [], traffic or [], spread or [])
    except proofs.CantAssume as error:
        raise WrongInput(f"--{error}") from None
    when = proofs.moment(planned, today())
    with Console(stderr=True).status("Simulating pilots …"):
        rows = proofs.of(planned, today(), assumed)
    if as_json:
        head = {
            "initiative": f"{found.strategy.key}/{found.key}", "stage": planned.key, "from": when.started.isoformat(),
            "to": when.ends.isoformat() if when.ends else None,
        }  # fmt: skip
        print(json.dumps({**head, "criteria": [row.as_json() for row in rows]}, indent=2, ensure_ascii=False))
    if all(row.proof is None for row in rows):
        raise WrongInput("\n".join(f"{row.criterion}: {row.missing}." for row in rows))
    if not as_json:
        print(f"{found.name} in {planned.key}, {when.started} to {when.ends}:")
        for row in rows:
            _print(row, planned)
    if not all(row.provable for row in rows):
        raise typer.Exit(1)


def _print(row: Proved, stage: Stage) -> None:
    from rich.console import Console
    from rich.table import Table

    from gaitway.queries.words import findings
    from gaitway.queries.words import proofs as words

    kpi = stage.read()[row.kpi]
    measured = findings.Measured(kpi.name, kpi.kind, kpi.unit, kpi.every)
    print(f"\n{row.criterion}")
    print("\n".join(line for line in (words.sentence(row, measured), words.rests_on(row, measured)) if line))
    if row.proof is None:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    as_written = ("", ", as written") if row.by_stage_end else (", as written", "")
    for name in ("", f"At any time{as_written[0]}", f"By stage end{as_written[1]}"):
        table.add_column(name, no_wrap=True)
    for line in words.table(row, measured):
        table.add_row(*line)
    Console().print(table)


def _stage(initiative: Initiative, key: str) -> Stage:
    """The named one, else the present one, else the first. Raises WrongInput where it has nothing to prove."""
    from difflib import get_close_matches

    from gaitway.queries import proofs
    from gaitway.queries.gates import parsed

    rungs = initiative.ladder.keys
    if key and key not in rungs:
        near = get_close_matches(key, rungs, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"they are {', '.join(rungs)}."
        raise WrongInput(f"There is no stage {key!r}, {hint}")
    key = key or initiative.stage_key or rungs[0]
    found: Stage | None = initiative.stages.filter(key=key).select_related("initiative__strategy").first()
    trigger = parsed(found.trigger) if found else None
    if found is None or trigger is None:
        raise WrongInput(f"{initiative.name} has no trigger in {key}: there is nothing to prove.")
    if not any(proofs.sure(trigger)):
        raise WrongInput(f"{found.trigger}: it asks for no confidence, so there is nothing to prove.")
    return found
