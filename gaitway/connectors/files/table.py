"""A table out of a file that somebody uploaded: CSV, with whatever stands between its cells."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from ..base import Failure, Limits


@dataclass(frozen=True, slots=True)
class Table:
    """`head` are the names of the columns, `rows` the cells as texts, as many as the head has; `notes` say what was seen to."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def read_table(path: Path, name: str, limits: Limits) -> Table | Failure:
    """`name` is what its owner calls the file: the ending says what it is."""
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        return Failure(name, f"{name} is no table that can be read here. Save it as CSV.", 0.0)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    mark = max("\t;,", key=first.count)
    try:
        lines = [
            line for line in csv.reader(text.splitlines(keepends=True), delimiter=mark) if any(map(str.strip, line))
        ]
    except csv.Error as error:
        return Failure(name, f"{name} is no table: {error}.", 0.0)
    if not lines:
        return Failure(name, f"{name} is empty.", 0.0)
    if len(lines) - 1 > limits.rows:
        return Failure(name, f"{name} has {len(lines) - 1:,} rows, more than {limits.rows:,}. Split it.", 0.0)
    head, width = lines[0], len(lines[0])
    if long := next((i for i, line in enumerate(lines, start=1) if len(line) > width), None):
        return Failure(name, f"Row {long} of {name} has more cells than the head has names. Name every column.", 0.0)
    rows = [tuple(line + [""] * (width - len(line))) for line in lines[1:]]
    return Table(tuple(head), rows)
