"""The words of the language, and how its parts are called in errors."""

from __future__ import annotations

from collections.abc import Sequence, Set

from ..phrases import Phrase

TIME = frozenset(("day", "days", "week", "weeks", "month", "months", "quarter", "quarters", "period", "periods"))
# A KPI can't have one of these as its key, in upper or lower case.
RESERVED = TIME | {
    "after", "and", "answer", "answers", "approved", "baseline", "between", "budget", "by", "checklist",
    "confidence", "done", "end", "feedback", "for", "from", "held", "improves", "not", "of", "on", "or",
    "over", "roi", "spent", "stage", "task", "tasks", "with",
}  # fmt: skip
# Those that may follow a value.
LINKS = frozenset(("and", "for", "held", "or", "over", "with"))

# A currency may be written as its sign; it is printed as its code.
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}
OPERATORS = {">=": ">=", ">": ">", "<=": "<=", "<": "<", "=": "=", "≥": ">=", "≤": "<="}
# What people write by habit, and the word for it.
SLIPS = {
    "=>": ">=", "=<": "<=", "==": "=", "&": "and", "&&": "and", "|": "or", "||": "or", "!": "not",
    "“": '"', "”": '"', "„": '"', "‘": '"', "’": '"', "'": '"', "«": '"', "»": '"',
}  # fmt: skip


def _of(what: Phrase, words: str) -> Phrase:
    return Phrase("%(what)s (%(words)s)", what=what, words=words)


# The first group that is wholly acceptable at a place names all its terminals there.
_GROUPS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = tuple(
    (frozenset(terminals.split()), phrases)
    for terminals, phrases in (
        (
            "NAME NUMBER ROI SPENT TASKS TASK CHECKLIST APPROVED FEEDBACK AFTER",
            (
                Phrase("a KPI"),
                _of(
                    Phrase("a fact of the initiative"),
                    "roi, spent, tasks, task, checklist, approved by, feedback, after",
                ),
                "N of (…)",
            ),
        ),
        ("NAME BASELINE", (Phrase("a KPI"), "baseline")),
        ("NAME PERCENT SIGN SPAN PERIODS", (Phrase("a unit"),)),
        ("NAME", (Phrase("a role"),)),
        ("NUMBER SIGN", (Phrase("a number"),)),
        ("NUMBER", (Phrase("a number"),)),
        ("SPAN PERIODS", (_of(Phrase("a length of time"), "days, weeks, months, quarters, periods"),)),
        ("OPERATOR BETWEEN IMPROVES", (_of(Phrase("a comparison"), ">=, >, <=, <, =, between, improves on"),)),
        ("OPERATOR", (_of(Phrase("a comparison"), ">=, >, <=, <, ="),)),
        ("STRING", (Phrase("a name in double quotes"),)),
        ("DATE", (Phrase("a date such as 2026-06-30"),)),
        ("OVER FOR", (_of(Phrase("a window"), "over, for"),)),
        ("WITH", (_of(Phrase("a confidence"), "with"),)),
        ("_ANSWERS", ("answers",)),
        ("PERCENT", ("%",)),
        ("LPAR", ("(",)),
        ("COMMA", (",",)),
        ("RPAR", (")",)),
    )
)


def phrases(terminals: Set[str]) -> tuple[str, ...]:
    """The grammar's terminals as people would call them, the end last."""
    left = set(terminals)
    found: list[str] = []
    for group, words in _GROUPS:
        if group <= left:
            left -= group
            found += words
    found += sorted(terminal.lower() for terminal in left - {"$END"})
    return (*found, "end") if "$END" in left else tuple(found)


def sentence(expected: Sequence[str]) -> Phrase:
    """`a KPI, '(' or 'not'`: the words of the language quoted, and without details where there are many."""
    if len(expected) > 3:
        expected = [_bare(phrase) for phrase in expected]
    *most, last = [_quoted(phrase) for phrase in expected]
    return Phrase("%(most)s or %(last)s", most=tuple(most), last=last) if most else last


def _bare(phrase: str) -> str:
    if isinstance(phrase, Phrase):
        what = phrase.values.get("what")
        return what if isinstance(what, Phrase) else phrase
    return phrase.partition(" (")[0]


def _quoted(phrase: str) -> Phrase:
    if phrase == "end":
        return Phrase("the end")
    if isinstance(phrase, Phrase):
        return phrase
    return Phrase("'%(word)s'", word=phrase) if phrase in RESERVED or not phrase[0].isalnum() else Phrase(phrase)


def short(word: str) -> str:
    """A piece of the text, fit to stand in an error."""
    shown = "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in word[:30])
    return shown if len(word) <= 30 else f"{shown}…"
