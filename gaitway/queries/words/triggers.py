"""A whole trigger, as a manager would read it aloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gaitway.engine import triggers

from .findings import Measured, label


def sentence(trigger: triggers.Trigger, kpis: Mapping[str, Measured]) -> str:
    """ "Orders at least 6, 95% sure, and (either All tasks of the stage done, or Approved by the sponsor)"."""

    def walk(node: triggers.Trigger, outer: bool) -> str:
        match node:
            case triggers.And(parts):
                said = _joined(parts, _(", and "), walk)
            case triggers.Or(parts):
                said = _("either %(parts)s") % {"parts": _joined(parts, _(", or "), walk)}
            case triggers.AtLeast(count, parts):
                words = ngettext("at least %(n)s of: %(parts)s", "at least %(n)s of: %(parts)s", count)
                return words % {"n": count, "parts": _joined(parts, "; ", walk)}
            case triggers.Not(part):
                return _("not (%(part)s)") % {"part": walk(part, True)}
            case _:
                return label(node, kpis)
        return said if outer else f"({said})"

    return walk(trigger, True)


def _joined(parts: Sequence[triggers.Trigger], link: str, walk: Callable[[triggers.Trigger, bool], str]) -> str:
    return link.join(walk(part, False) for part in parts)
