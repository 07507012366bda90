"""Names of stages and states."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gaitway.engine.stages import Ladder


def state(value: str) -> str:
    return {
        "on_track": _("On track"),
        "at_risk": _("At risk"),
        "off_track": _("Off track"),
        "no_data": _("No fresh data"),
        "proposed": _("Proposed"),
        "paused": _("Paused"),
        "stopped": _("Stopped"),
        "finished": _("Finished"),
    }[value]


def next_stage(ladder: Ladder, key: str) -> str:
    """The name of the stage after this one, or of the end."""
    following = ladder.shifted(key, 1)
    return ladder.name(following) if following else _("Finish")
