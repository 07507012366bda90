from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput


@app.command()
def doctor(source: Annotated[str, typer.Argument(help="A source to ask; else the installation.")] = "") -> None:
    """Checks the installation (database, space, sources, jobs), or asks one source who we are there, whether we may only
    read, and what there is to read."""
    from .start import now, start

    start()
    from gaitway.work import health

    if source:
        from gaitway.models import Source

        known = list(Source.objects.filter(retired_at=None).values_list("key", flat=True))
        if source not in known:
            near = get_close_matches(source, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}."
            raise WrongInput(f"There is no source {source!r}, {hint}")
        checks = list(health.of_source(source))
    else:
        checks = health.checks(at=now())
    fine = True
    for check in checks:
        fine &= check.fine
        print(f"{'✓' if check.fine else '✕'} {check.name}: {check.says}")
    if not fine:
        raise AnswerIsNo("Something needs attention.")
