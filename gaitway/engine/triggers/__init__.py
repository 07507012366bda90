"""The trigger language: `parse` reads a trigger, `show` prints it, `check` compares it with what is known."""

from .check import ROLES, check
from .errors import TriggerError
from .parser import parse
from .printer import show
from .quantities import number
from .tree import (
    After,
    And,
    Approved,
    AtLeast,
    Between,
    Compare,
    Confidence,
    Criterion,
    Done,
    Feedback,
    Improves,
    Money,
    Node,
    Not,
    Op,
    Or,
    Position,
    Qualifiers,
    Quantity,
    Trigger,
    Unit,
    Window,
    criteria,
    kpis,
)
from .words import RESERVED

__all__ = [
    "RESERVED",
    "ROLES",
    "After",
    "And",
    "Approved",
    "AtLeast",
    "Between",
    "Compare",
    "Confidence",
    "Criterion",
    "Done",
    "Feedback",
    "Improves",
    "Money",
    "Node",
    "Not",
    "Op",
    "Or",
    "Position",
    "Qualifiers",
    "Quantity",
    "Trigger",
    "TriggerError",
    "Unit",
    "Window",
    "check",
    "criteria",
    "kpis",
    "number",
    "parse",
    "show",
]
