from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from . import app
from .outcome import WrongInput

CHOICES = {"go": "go", "conditional": "conditional go", "hold": "hold", "back": "back", "stop": "stop"}


@app.command()
def decide(
    initiative: Annotated[str, typer.Argument(help="Its key.")],
    choice: Annotated[str, typer.Argument(help="go, conditional, hold, back or stop.")],
    reason: Annotated[str, typer.Option(help="Why. Required.")] = "",
    conditions: Annotated[str, typer.Option(help="What a conditional go asks for.")] = "",
    due: Annotated[str, typer.Option(help="When the conditions must be fulfilled.")] = "",
    effective: Annotated[str, typer.Option(help="The day from which it counts.", show_default="today")] = "",
    by: Annotated[str, typer.Option(help="E-mail of the person who decides.")] = "",
) -> None:
    """Decides at the gate of an initiative, with the evidence as it is frozen beside the decision."""
    from .judge import find
    from .start import day, now, start, whoever

    start()
    from gaitway.actions import Refused, decisions
    from gaitway.models import Vote

    if choice not in CHOICES:
        raise WrongInput(f"A decision is one of {', '.join(CHOICES)}, not {choice!r}.")
    if not reason.strip():
        raise WrongInput("A decision needs its reason: --reason '…'.")
    if (choice == "conditional") != bool(conditions.strip()):
        raise WrongInput("--conditions go with conditional, and with nothing else.")
    person = whoever(by)
    found = find(whoever(""), initiative)
    stage = found.stages.filter(key=found.stage_key).first()
    if stage is None:
        raise Refused(f"{found.name} is {found.state}: there is no gate to decide at.")
    on = _effective(effective)
    decision = decisions.decide(
        stage, CHOICES[choice], reason=reason, conditions=conditions, due=day(due, "--due") if due else None,
        by=person, at=now(), effective_on=on,
    )  # fmt: skip
    if isinstance(decision, Vote):
        print(f"Your vote is kept: {decision.choice}. It is decided when the others want the same.")
        return
    found.refresh_from_db()
    print(f"Decided: {decision.choice}. {found.name} is {found.state} in {found.stage_key}.")
    if decision.against_evidence:
        print("This goes against the evidence; it is recorded as such.")


@app.command()
def move(
    initiative: Annotated[str, typer.Argument(help="Its key.")],
    step: Annotated[str, typer.Argument(help="start, pause or resume.")],
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    effective: Annotated[str, typer.Option(help="The day from which it counts.", show_default="today")] = "",
    by: Annotated[str, typer.Option(help="E-mail of the person who acts.")] = "",
) -> None:
    """Starts a proposed initiative, pauses one or resumes it. What moves on is decided at its gate: decide."""
    from .judge import find
    from .start import now, start, whoever

    start()
    from gaitway.actions import stages
    from gaitway.engine.stages import Move

    if step not in stages.STEERED:
        raise WrongInput(f"A step is one of {', '.join(stages.STEERED)}, not {step!r}.")
    found = find(whoever(""), initiative)
    stages.steer(found, Move(step), reason=reason, by=whoever(by), at=now(), effective_on=_effective(effective))
    print(f"{found.name} is {found.state}{f' in {found.stage_key}' if found.stage_key else ''}.")


def _effective(text: str) -> date:
    from .start import day, today

    on = day(text, "--effective") if text else today()
    if on > today():
        raise WrongInput(f"--effective {on} lies in the future.")
    return on
