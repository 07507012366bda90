"""The one writer of CSV. A cell that a spreadsheet would run as a formula is written as the text that it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

HOSTILE = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that a spreadsheet takes for a formula (OWASP, "CSV Injection")."""


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line. None is an empty cell; numbers stay numbers, negative ones too."""
    yield _line(head)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([_tame(cell) for cell in cells])
    return text.getvalue()


def _tame(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.startswith(HOSTILE):
        return "'" + cell
    return cell
