"""Words as people look for them: without case and accents, so that "zürich", "Zurich" and "ZÜRICH" are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

# Letters that Unicode doesn't take apart, each with one plain letter; models.folded says the same in SQL.
STRANGE, PLAIN = "øłđħıŧ", "oldhit"
DOUBLE = {"ß": "ss", "æ": "ae", "œ": "oe"}
_LETTERS = str.maketrans({**dict(zip(STRANGE, PLAIN, strict=True)), **DOUBLE})
MARKS = "[\u0300-\u036f]"
_MARKS = re.compile(f"{MARKS}+")

Part = tuple[str, bool]


def fold(text: str) -> str:
    lower = text.lower()
    if lower.isascii():
        return lower
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", lower))
    return plain if plain.isascii() else plain.translate(_LETTERS)


def words(text: str, most: int = 8) -> list[str]:
    """What somebody looks for: all of these."""
    return list(dict.fromkeys(fold(text[:200]).split()))[:most]


def marked(text: str, sought: Sequence[str]) -> list[Part]:
    """The text in parts, with whether each is one of the words that were sought."""
    folded, places = _placed(text)
    hit = [False] * len(text)
    for word in sought:
        at = folded.find(word)
        while at >= 0:
            for place in places[at : at + len(word)]:
                hit[place] = True
            at = folded.find(word, at + len(word))
    parts: list[Part] = []
    for sign, is_hit in zip(text, hit, strict=True):
        if parts and parts[-1][1] == is_hit:
            parts[-1] = (parts[-1][0] + sign, is_hit)
        else:
            parts.append((sign, is_hit))
    return parts


def snippet(text: str, sought: Sequence[str], length: int = 160) -> list[Part]:
    """The piece of the text in which the first hit stands, marked; nothing where there is no hit."""
    text = " ".join(text.split())
    folded, places = _placed(text)
    found = [places[at] for word in sought if (at := folded.find(word)) >= 0]
    if not found:
        return []
    first = min(found)
    begin = 0 if len(text) <= length or first < length // 2 else text.rfind(" ", 0, first - length // 3) + 1
    piece = text[begin : begin + length]
    if begin + length < len(text):
        piece = (piece[: piece.rfind(" ")] if " " in piece[length // 2 :] else piece) + " …"
    return marked(("… " if begin else "") + piece, sought)


def _placed(text: str) -> tuple[str, list[int]]:
    """The folded text, and of each of its signs the place in the text that it comes from."""
    folded, places = [], []
    for place, sign in enumerate(text):
        for each in fold(sign):
            folded.append(each)
            places.append(place)
    return "".join(folded), places
