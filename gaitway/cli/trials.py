from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .outcome import WrongInput

if TYPE_CHECKING:
    from gaitway.models import Person


@app.command("try")
def try_(
    trigger: Annotated[str, typer.Argument(help='E.g. "conversion >= 3% with 95% confidence"; may leave the KPI out.')],
    on: Annotated[str, typer.Option(help="The KPI: its key, or strategy/key.")],
    first: Annotated[str, typer.Option("--from", help="The first day.", show_default="the first one known")] = "",
    last: Annotated[str, typer.Option("--to", help="The last day.", show_default="the last one known")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tries a trigger on a KPI's history: when it would have fired, and how often by chance alone."""
    from .start import day, start, whoever

    start()
    span = day(first, "--from") if first else None, day(last, "--to") if last else None
    if span[0] and span[1] and span[1] < span[0]:
        raise WrongInput(f"--to {last} lies before --from {first}.")
    from gaitway.engine.triggers import TriggerError
    from gaitway.models import Kpi
    from gaitway.queries import trials

    viewer = whoever("")
    try:
        found = trials.tried(viewer, on, trigger, *span)
    except (Kpi.DoesNotExist, Kpi.MultipleObjectsReturned):
        raise _no_kpi(viewer, on) from None
    except TriggerError as error:
        hint = f", did you mean {error.suggestion!r}?" if error.suggestion else "."
        line = f"line {error.line}, " if "\n" in trigger else ""
        raise WrongInput(f"The trigger, {line}column {error.column}: {error.message}{hint}") from None
    except trials.CantTry as error:
        raise WrongInput(f"{error}.") from None
    if as_json:
        print(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        from gaitway.queries.words import trials as words

        print(f"{found.trigger}, from {found.first} to {found.last}:")
        print(
            "\n".join([words.fired(found), *(f"  {line}" for line in words.turns(found.trial)), *words.chance(found)])
        )
    if found.trial.fired is None:
        raise typer.Exit(1)


def _no_kpi(viewer: Person, key: str) -> WrongInput:
    from difflib import get_close_matches

    from gaitway.models import Kpi

    visible = Kpi.objects.visible_to(viewer).filter(retired_at=None).values_list("strategy__key", "key")
    full = sorted("/".join(names) for names in visible)
    here = [each for each in full if each.endswith(f"/{key}")]
    if here:
        return WrongInput(f"Which {key!r}? Name it with its strategy: {', '.join(here)}.")
    near = get_close_matches(key, [*full, *(name.partition("/")[2] for name in full)], n=1)
    return WrongInput(f"There is no KPI {key!r}{f', did you mean {near[0]!r}?' if near else '.'}")
