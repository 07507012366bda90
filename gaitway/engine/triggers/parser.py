"""The way in for text: what can't be a trigger at all is refused here, before the grammar sees it."""

from __future__ import annotations

import re

from ..phrases import Phrase
from .errors import TriggerError, place
from .tree import Trigger

LONGEST = 4000
# Control characters, lone surrogates, line separators, and the marks that make text read in another order.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def parse(text: str) -> Trigger:
    """The tree of a trigger's text. Only the syntax is judged; `check` compares it with what is known.

    Raises TriggerError with the place and what was expected there."""
    if len(text) > LONGEST:
        message = Phrase(
            "a trigger has %(most)s characters at most, this text has %(n)s", most=f"{LONGEST:,}", n=f"{len(text):,}"
        )
        raise TriggerError(message)
    if wrong := _FORBIDDEN.search(text):
        message = Phrase("the character %(code)s can't be part of a trigger", code=f"U+{ord(wrong.group()):04X}")
        raise TriggerError(message, place(text, wrong.start()))
    from .reader import read  # Lark takes longer to load than most commands take to run

    return read(text)
