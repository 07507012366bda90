"""A table that somebody uploaded or pasted, as texts. The file is taken to be hostile: a child process reads it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..base import Failure, Limits
from .process import Child

# `bytes`: of its text, a delimiter counted for each cell. The seconds leave room for the start of the process, so that
# the whole takes at most 10.
TABLE = Limits(seconds=8.0, rows=50_000, memory_mb=512, bytes=10 * 2**20)
COLUMNS = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has a cell for each name of the head. Numbers and dates are as they were written; those of a workbook
    are plain numbers and ISO 8601. `notes`: what was guessed or left out, in sentences."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def read_table(path: Path, name: str, limits: Limits = TABLE) -> Table | Failure:
    """The table in a file of text (comma, semicolon, tab or | between the cells) or in a workbook (its first sheet).
    `name`: what it is called in a message. What it holds decides, not its suffix."""
    request = {"path": str(path.absolute()), "columns": COLUMNS}
    head: tuple[str, ...] | None = None
    rows: list[tuple[str, ...]] = []
    seconds = 0.0
    with Child("table_child", request, limits) as child:
        for line in child.lines():
            seconds = line.get("seconds", seconds)
            if "message" in line:
                return Failure(name, f"{name}: {line['message']}", seconds)
            if "head" in line:
                head, notes = tuple(line["head"]), tuple(line["notes"])
            elif "rows" in line:
                rows.extend(map(tuple, line["rows"]))
            elif line["done"] == len(rows) and head is not None:
                return Table(head, rows, notes)
        why = child.why(a_file=True)
    return Failure(name, f"{name}: {why}", child.waited)


def read_text(text: str, name: str, limits: Limits = TABLE) -> Table | Failure:
    """The same of a text that was pasted or sent; halves of characters in it stand as "?"."""
    with tempfile.TemporaryDirectory(prefix="gaitway-table-") as folder:
        path = Path(folder) / "table.tsv"
        path.write_bytes(text.encode("utf-8", "replace"))
        return read_table(path, name, limits)
