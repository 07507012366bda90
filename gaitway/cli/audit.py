from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import app

audit = typer.Typer(help="The record of who did what, when and why: verify, head, export.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@audit.command()
def verify(
    head: Annotated[
        list[str] | None, typer.Option(help="NUMBER:DIGEST, or a file of them, as `audit head` gave.")
    ] = None,
) -> None:
    """Works out the whole chain anew; tells each entry that was changed, added or taken away. Exit code 1 where one was."""
    import re

    from .outcome import AnswerIsNo, WrongInput
    from .start import start

    start()
    from gaitway.queries import audit as asked

    known = [line for text in head or [] for line in _heads(text)]
    for line in known:
        if not re.fullmatch(r"\d{1,15}:[0-9a-f]{64}", line):
            raise WrongInput(f"{line!r} is no head. One looks like 412:9f…, as `gaitway audit head` prints it.")
    checked = asked.verify(known)
    for fault in checked.faults:
        print(fault)
    if checked.faults:
        raise AnswerIsNo(f"{len(checked.faults)} faults in {checked.entries:,} entries: somebody changed the record.")
    print(f"Whole: {checked.entries:,} entries. Its head: {checked.head}")


def _heads(text: str) -> list[str]:
    return Path(text).read_text().split() if ":" not in text and Path(text).is_file() else [text]


@audit.command("head")
def head_() -> None:
    """Prints NUMBER:DIGEST of the last entry. Keep it elsewhere, and no later change of the past stays unseen."""
    from .start import start

    start()
    from gaitway.queries import audit as asked

    print(asked.head())


@audit.command()
def export(
    kind: Annotated[str, typer.Option(help="Only entries of this kind.")] = "",
    person: Annotated[str, typer.Option(help="Only what this person did: an e-mail.")] = "",
    initiative: Annotated[str, typer.Option(help="Only of this initiative: its key, or strategy/key.")] = "",
    from_: Annotated[str, typer.Option("--from", help="The first day.")] = "",
    to: Annotated[str, typer.Option(help="The last day.")] = "",
) -> None:
    """Prints the entries, oldest first, a JSON object a line."""
    import json

    from .outcome import WrongInput
    from .start import day, start, whoever

    start()
    from gaitway.models import Event
    from gaitway.queries import audit as asked

    if kind and kind not in Event.Kind.values:
        raise WrongInput(f"{kind!r} is no kind of entry. Known: {', '.join(sorted(Event.Kind.values))}.")
    first, last = (day(from_, "--from") if from_ else None), (day(to, "--to") if to else None)
    for row in asked.export(whoever(""), asked.Sought(kind, person, initiative, first, last)):
        print(json.dumps(row, ensure_ascii=False))
