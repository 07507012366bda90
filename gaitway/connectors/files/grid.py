"""Rows of cells under a head, as spreadsheets and exports have them. Cells are named as a spreadsheet names them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .texts import BadTable


def letters(column: int) -> str:
    """The name of a column, counted from 0: A, B, …, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def headed(rows: Sequence[tuple[int, Sequence[Any]]], left: int = 0) -> tuple[str, ...]:
    """The names in the first of these rows, each of which comes with its number. `left`: the number of the first column,
    counted from 0. Columns at the end that hold nothing are left out. Raises BadTable where another has no name, or
    one that stands there twice."""
    if not rows:
        raise BadTable("It holds no cell with a value. Export it again.")
    top, cells = rows[0]
    names = [str(cell or "").strip() for cell in cells]
    # The row that is the widest, so that a value without a name can be shown.
    width, widest = max((_width(cells), -number) for number, cells in rows)
    names = (names + [""] * width)[: max(width, 1)]
    seen: dict[str, str] = {}
    for column, name in enumerate(names, left):
        place = f"{letters(column)}{top}"
        if not name:
            raise BadTable(
                f"Cell {place} is empty, and its column should have a name: row {-widest} has {width} cells. Name it, or "
                "leave the column out."
            )
        if name.casefold() in seen:
            raise BadTable(f'Cells {seen[name.casefold()]} and {place} both say "{name}". Rename one.')
        seen[name.casefold()] = place
    return tuple(names)


def _width(cells: Sequence[Any]) -> int:
    width = len(cells)
    while width and (cells[width - 1] is None or not str(cells[width - 1]).strip()):
        width -= 1
    return width
