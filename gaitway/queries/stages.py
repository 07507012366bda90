"""Where an initiative stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gaitway.engine.stages import ENTERS, Place, State
from gaitway.models import Stage, StageChange


@dataclass(frozen=True, slots=True)
class Standing:
    place: Place
    since: date  # the stage began
    begun: date  # the initiative did


def standing(changes: Sequence[StageChange], day: date | None = None) -> Standing | None:
    """From all changes of one initiative, in their order: its place at the end of `day` (None: now), by the days from
    which the changes count. Before its first stage it stands as it then began."""
    found = None
    for change in changes:
        if found and day is not None and change.effective_on > day and found.place.stage:
            break
        place = Place(State(change.to_state), change.to_stage or None)
        entered = change.move in ENTERS or found is None
        since = change.effective_on if entered or found is None else found.since
        started = found is not None and found.place.stage is not None
        found = Standing(place, since, found.begun if found and started else change.effective_on)
    return found


def begun(stage: Stage) -> bool:
    """Whether its initiative has ever entered it: from then on a change of its plan is an amendment. One query."""
    return StageChange.objects.filter(initiative=stage.initiative_id, to_stage=stage.key).exists()
