"""Names of stages and states."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gaitway.models import Initiative


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


def next_stage(initiative: Initiative) -> str:
    """The name of the stage after the present one, or of the end."""
    ladder = initiative.strategy.ladder
    following = ladder.shifted(initiative.stage_key, 1)
    return ladder.name(following) if following else _("Finish")
