from __future__ import annotations

import json
from dataclasses import asdict
from difflib import get_close_matches
from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput

SIGNS = {"ok": "✓", "warn": "!", "bad": "✕"}


@app.command()
def doctor(
    source: Annotated[str, typer.Argument(help="A source to ask; else the installation.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="First make anew what lists show of all initiatives.")
    ] = False,
) -> None:
    """Checks the installation (database, space, clock, key, worker, sources, jobs), or asks one source who we are there,
    whether we may only read, and what there is to read. Ends with 1 where something is bad."""
    from .start import now, start

    start()
    from gaitway.work import health

    if rebuild:
        from gaitway.actions import summaries
        from gaitway.models import Initiative

        count = summaries.refresh(list(Initiative.objects.values_list("pk", flat=True)), at=now())
        if not as_json:
            print(f"Made anew: {count}")
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
    broken = any(check.state == health.State.BAD for check in checks)
    if as_json:
        print(json.dumps({"fine": not broken, "checks": [asdict(check) for check in checks]}, indent=2))
    else:
        for check in checks:
            print(f"{SIGNS[check.state]} {check.name}: {check.says}")
            if check.fix:
                print(f"  → {check.fix}")
    if broken:
        raise AnswerIsNo("Something needs attention.")
