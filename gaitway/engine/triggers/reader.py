"""From text to tree by the grammar. Loads Lark, so `parser` loads this module with the first trigger only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import cast

from lark import Lark, Token, UnexpectedInput, UnexpectedToken

from ..phrases import Phrase
from .builder import Builder, position
from .errors import TriggerError, nearest, place
from .tree import Trigger
from .words import LINKS, RESERVED, SLIPS, TIME, phrases, sentence, short

DEEPEST = 50
_FOUND = re.compile(r'"[^"\n]*"?|\w+([.,/-]\w+)*|[<>=!≥≤&|]+|.', re.DOTALL)


def read(text: str) -> Trigger:
    """The tree of `text`; TriggerError where the text isn't a trigger."""
    cursor = _lark().parse_interactive(text)
    seen: list[Token] = []
    depth = 0
    try:
        for token in cursor.iter_parse():
            seen.append(token)
            depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
            if depth > DEEPEST:
                message = Phrase("more than %(most)s parentheses inside one another", most=DEEPEST)
                raise TriggerError(message, position(token))
        return cast(Trigger, cursor.feed_eof())  # type: ignore[no-untyped-call]  # Lark has no types here
    except UnexpectedInput as error:
        raise _unexpected(text, error, seen) from None


@cache
def _lark() -> Lark:
    # The basic lexer, not the contextual one: a reserved word is then never read as a KPI or a unit.
    # Plain sets are quicker, and the table of a grammar without conflicts doesn't depend on their order.
    return Lark.open(
        "grammar.lark", rel_to=__file__, parser="lalr", lexer="basic", start="trigger",
        ordered_sets=False, transformer=Builder(), g_regex_flags=re.IGNORECASE | re.ASCII,
    )  # fmt: skip


def _unexpected(text: str, error: UnexpectedInput, seen: Sequence[Token]) -> TriggerError:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    offset = len(text.rstrip()) if ended else cast(int, error.pos_in_stream)
    before = [token for token in seen if cast(int, token.end_pos) <= offset]
    match = _FOUND.match(text, offset)
    found = match.group() if match and not ended else ""
    terminals = _acceptable(before)
    expected = phrases(terminals)
    words = {"expected": sentence(expected), "found": short(found), "before": short(before[-1]) if before else ""}
    if before:
        there = Phrase("expected %(expected)s after '%(before)s', found '%(found)s'", **words)
        message = there if found else Phrase("expected %(expected)s after '%(before)s', found the end", **words)
    else:
        there = Phrase("expected %(expected)s, found '%(found)s'", **words)
        message = there if found else Phrase("expected %(expected)s, found the end", **words)
    suggestion = _meant(text[offset:], found, terminals, before)
    return TriggerError(message, place(text, offset), expected, suggestion)


def _acceptable(before: Sequence[Token]) -> set[str]:
    # Asked of a fresh parser: the one that failed has already reduced what it held on seeing the wrong token.
    cursor = _lark().parse_interactive("")
    for token in before:
        cursor.feed_token(token)
    return cast(set[str], cursor.accepts())  # type: ignore[no-untyped-call]  # Lark has no types here


def _meant(rest: str, found: str, terminals: set[str], before: Sequence[Token]) -> str | None:
    """What the person probably meant to write."""
    if found in SLIPS:
        return SLIPS[found]
    last = before[-1] if before else None
    if last and last.type == "NUMBER" and (comma := re.match(r",([0-9]+)", rest)):
        return last + ("" if len(comma[1]) == 3 else ".") + comma[1]
    words = {terminal.lower() for terminal in terminals} & RESERVED
    if "PERIODS" in terminals:
        words |= TIME if "SPAN" in terminals else {"period", "periods"}
    if found and (word := nearest(found, words)):
        return word
    # A misspelt word of the language reads as a unit or a KPI: the parser stumbles over the word behind it.
    if last and last.type == "NAME":
        unit = len(before) > 1 and before[-2].type == "NUMBER"
        return nearest(last, LINKS, 0.65) if unit else nearest(last, RESERVED, 0.75)
    return None
