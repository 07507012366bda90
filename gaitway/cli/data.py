from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated

import typer

from . import app
from .outcome import AnswerIsNo, WrongInput


@app.command()
def pull(
    kpis: Annotated[list[str] | None, typer.Argument(help="Keys; all where none is given.")] = None,
    since: Annotated[str, typer.Option("--from", help="Fill a range: the first day.")] = "",
    until: Annotated[str, typer.Option("--to", help="Fill a range: the last day.")] = "",
) -> None:
    """Asks the sources of KPIs and records what is new. One that fails holds up no other."""
    from .start import day, now, start, whoever

    first = day(since, "--from") if since else None
    last = day(until, "--to") if until else None
    if first and last and last < first:
        raise WrongInput(f"--to {last} lies before --from {first}.")
    start()
    from rich.console import Console
    from rich.progress import Progress

    from gaitway.models import Hold, Kpi
    from gaitway.work.pull import pull as run

    if Hold.objects.filter(released_at=None).exists():
        raise AnswerIsNo("Restored from a backup: no source is asked until you say gaitway restore --release.")

    wanted = Kpi.objects.filter(retired_at=None, source__isnull=False, whole=None).select_related("strategy", "source")
    if kpis:
        known = set(wanted.values_list("key", flat=True))
        for key in kpis:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                raise WrongInput(
                    f"There is no KPI {key!r} with a source{f', did you mean {near[0]!r}?' if near else '.'}"
                )
        wanted = wanted.filter(key__in=kpis)
    rows = list(wanted)
    if not rows:
        print("No KPI has a source to pull from.")
        return
    faults = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("Pulling", total=len(rows))
        for pulled in run(rows, by=whoever(""), clock=now, since=first, until=last):
            progress.advance(bar)
            if pulled.fault:
                faults.append(pulled.fault)
            elif (recorded := pulled.recorded) is not None:
                counts = {"new": recorded.new, "revised": recorded.revised, "withdrawn": recorded.withdrawn,
                          "unchanged": recorded.unchanged}  # fmt: skip
                said = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no complete period"
                print(f"{pulled.kpi.key}: {said}")
    if faults:
        raise AnswerIsNo("\n".join(faults))
