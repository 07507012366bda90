"""What a file takes besides its path. Which options there are depends on its suffix; docs/sources.md names them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

# By suffix: what reads it.
KINDS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".xlsx": "workbook",
    ".ods": "workbook",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}
OPTIONS = {
    "parquet": (),
    "csv": ("delimiter", "decimal", "encoding"),
    "json": (),
    "workbook": ("sheet",),
    "sqlite": ("table",),
}
_ALLOWED = {"decimal": (".", ","), "encoding": ("utf-8", "utf-16", "latin-1", "windows-1252")}
SUFFIXES = tuple(KINDS)


class BadOptions(ValueError):
    """The options of a source can't be taken. The text says which, and the fix."""


def checked(suffix: str, options: Mapping[str, Any]) -> dict[str, str]:
    """The options of a file with this suffix. Raises BadOptions."""
    known = OPTIONS[KINDS[suffix.lower()]]
    for name, value in options.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f'Did you mean "{near[0]}"?' if near else f"It takes {', '.join(known) or 'none'}."
            raise BadOptions(f'A {suffix} file takes no option "{name}". {hint}')
        if not isinstance(value, str) or not value:
            raise BadOptions(f'The option "{name}" is {value!r}. Make it a text.')
        if name in _ALLOWED and value not in _ALLOWED[name]:
            raise BadOptions(f'The option "{name}" is {value!r}. Use one of {", ".join(map(repr, _ALLOWED[name]))}.')
        if name == "delimiter" and (len(value) > 1 or value in '"\r\n\0'):
            raise BadOptions(f'The option "delimiter" is {value!r}. Use one character, such as ";".')
    return dict(options)
