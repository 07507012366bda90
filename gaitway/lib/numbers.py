"""Numbers as people write them: 1,234.5 and 1.234,5, 1 234 and 1'234, −5, 4.2 %, 1.5E+3."""

from __future__ import annotations

import re
from dataclasses import dataclass

LARGEST = 1e300  # what is larger can't be reckoned with any more
LONGEST = 60  # characters of one number
_SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
_MINUS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{RIGHT SINGLE QUOTATION MARK}": "'"})
_MONEY = "€$£¥"
_SHAPE = re.compile(r"([+-]?)([0-9][0-9.,' ]*|[.,][0-9]+)(?:[eE]([+-]?[0-9]{1,3}))?")


class NotANumber(ValueError):
    """The text is no number; the message says why, without the text. `reason` is the same before its
    `values` are filled in: to be said in another language."""

    def __init__(self, reason: str, **values: object) -> None:
        self.reason, self.values = reason, values
        super().__init__(reason % values)


@dataclass(frozen=True, slots=True)
class Written:
    """`value` as it stands there: 4.2 for "4.2 %", with `percent`. `guessed`: one separator before three digits, which
    means thousands here and a fraction there; it was read as the reader's language has it."""

    value: float
    percent: bool = False
    guessed: bool = False


def read(text: str, decimal: str = ".") -> Written:
    """`decimal`: what the reader's language puts before a fraction, "." or ",". Raises NotANumber."""
    rest = text.strip(_SPACES + "\t\r\n")
    if not rest:
        raise NotANumber("nothing stands there")
    if len(rest) > LONGEST:
        raise NotANumber("it has %(n)s characters", n=f"{len(rest):,}")
    if rest.startswith(("=", "@")):
        raise NotANumber("it is a formula: paste its value")
    rest = rest.translate(_MINUS)
    sign = "-" if rest.startswith("-") and rest[1:2] in tuple(_MONEY) else ""
    rest = rest.removeprefix(sign).strip(_MONEY + _SPACES)
    percent = rest.endswith("%")
    rest = rest.removesuffix("%").rstrip(_SPACES)
    for space in _SPACES:
        rest = rest.replace(space, " ")
    shape = _SHAPE.fullmatch(rest)
    if not shape:
        raise NotANumber("it is text")
    digits, guessed = _plain(shape[2], decimal)
    value = float(f"{sign or shape[1]}{digits}e{shape[3] or 0}")
    if abs(value) > LARGEST:
        raise NotANumber("it is larger than any number that can be kept")
    return Written(value, percent, guessed)


def write(value: float, decimal: str = ".") -> str:
    """The shortest text that `read` turns into the same value, for `decimal` as given."""
    text = repr(float(value)).removesuffix(".0")
    mantissa, e, exponent = text.partition("e")
    if e and abs(int(exponent)) <= 21:
        text = f"{value:.0f}" if abs(value) >= 1 else f"{value:.40f}".rstrip("0")
        text = text if float(text) == value else f"{mantissa}e{exponent}"
    return text.replace(".", decimal)


def _plain(text: str, decimal: str) -> tuple[str, bool]:
    """Digits with a point alone, and whether that was a guess."""
    points, commas = text.count("."), text.count(",")
    if points and commas:
        mark = "." if text.rindex(".") > text.rindex(",") else ","
        if text.count(mark) > 1:
            raise NotANumber("its separators are mixed up")
    elif points + commas == 1:
        mark = "." if points else ","
        before, _, after = text.partition(mark)
        if re.fullmatch(r"[1-9][0-9]{0,2}", before) and len(after) == 3:
            return (text.replace(mark, "." if mark == decimal else ""), True)
    else:
        mark = ""  # none, or thousands alone
    whole, _, fraction = text.partition(mark) if mark else (text, "", "")
    groups = re.split(r"[., ']", whole)
    if len(groups) > 1:
        if len(set(re.findall(r"[., ']", whole))) > 1 or not all(len(group) == 3 for group in groups[1:]):
            raise NotANumber("its thousands aren't groups of three digits")
        if not 1 <= len(groups[0]) <= 3:
            raise NotANumber("its thousands aren't groups of three digits")
    if fraction and not fraction.isdecimal():
        raise NotANumber("its separators are mixed up")
    return f"{''.join(groups) or 0}.{fraction or 0}", False
