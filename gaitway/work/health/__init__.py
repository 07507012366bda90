"""What `gaitway doctor` says of an installation: each part with its state, a sentence and the fix."""

from __future__ import annotations

from datetime import datetime

from . import database, flow, machine
from .check import Check, State
from .flow import of_source

__all__ = ["Check", "State", "checks", "of_source"]


def checks(*, at: datetime) -> list[Check]:
    return [*database.checks(), *machine.checks(at), *flow.checks(at)]
