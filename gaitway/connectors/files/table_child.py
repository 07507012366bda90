"""The process that reads an uploaded table: `python -m gaitway.connectors.files.table_child`, started by `table`.

One request as JSON on stdin; JSON lines on stdout: a `step`, then either a `message`, or the head, the rows in batches
and how many there were.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from ..base import Limits
from . import sheets
from .columns import as_text
from .grid import headed
from .texts import BadTable, decoded, records
from .walls import bound, shut_in

BATCH = 500  # rows of one line
_LARGE = "It is larger than {:g} MB of text. Split it, or declare it as a source."


def main() -> None:
    """Answers the request on stdin."""
    request = json.loads(sys.stdin.readline())
    limits = Limits(**request["limits"])
    bound(limits, seconds=limits.seconds + 2, room_mb=0)
    say(step="read", subject="")
    began = time.monotonic()
    try:
        with opened(Path(request["path"])) as file:
            shut_in([])
            head, rows, notes = table(file, limits, request["columns"])
    except (BadTable, OSError) as error:
        say(message=str(error), seconds=time.monotonic() - began)
        return
    except MemoryError:
        most = f"{limits.memory_mb:,} MB"
        say(message=f"It needs more than {most} of memory. Split it.", seconds=time.monotonic() - began)
        return
    say(head=head, notes=notes, seconds=time.monotonic() - began)
    for start in range(0, len(rows), BATCH):
        say(rows=rows[start : start + BATCH])
    say(done=len(rows))


def say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def opened(path: Path) -> IO[bytes]:
    """The file, where it is one. Raises BadTable, OSError."""
    try:
        # Not to wait at a FIFO for somebody who writes.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise BadTable(f"The file can't be opened ({error.strerror}).") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise BadTable("This is not a file.")
    return os.fdopen(descriptor, "rb")


def table(file: IO[bytes], limits: Limits, columns: int) -> tuple[tuple[str, ...], list[tuple[str, ...]], list[str]]:
    """Head, rows and notes. Raises BadTable, MemoryError."""
    beginning = file.read(4)
    file.seek(0)
    if not beginning:
        raise BadTable("The file is empty. Export it again.")
    if sheets.is_workbook(beginning):
        sheet = sheets.read(file, limits)
        lines = [(number, ["" if cell is None else as_text(cell) for cell in cells]) for number, cells in sheet.rows]
        head, rows = shaped(lines, limits, columns, sheet.left)
        return head, rows, sheet.notes
    content = file.read(4 * limits.bytes + 1)  # UTF-32 takes four bytes a character
    if len(content) > 4 * limits.bytes:
        raise BadTable(_LARGE.format(limits.bytes / 2**20))
    text, note = decoded(content)
    if len(text) > limits.bytes:
        raise BadTable(_LARGE.format(limits.bytes / 2**20))
    return (*shaped(records(text, limits.bytes), limits, columns), [note] if note else [])


def shaped(
    lines: Iterable[tuple[int, list[str]]], limits: Limits, columns: int, left: int = 0
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Head and rows of these lines, without what is empty. Raises BadTable."""
    full = [(number, cells) for number, cells in lines if any(map(str.strip, cells))]
    if len(full) - 1 > limits.rows:
        raise BadTable(f"It has {len(full) - 1:,} rows, and {limits.rows:,} is the most. Split it.")
    head = headed(full, left)
    if len(head) > columns:
        raise BadTable(f"It has {len(head):,} columns, and {columns} is the most. Leave some out.")
    rows = [
        tuple(cell.strip() for cell in cells[: len(head)]) + ("",) * (len(head) - len(cells)) for _, cells in full[1:]
    ]
    if sum(len(cell) + 1 for cells in rows for cell in cells) > limits.bytes:
        raise BadTable(_LARGE.format(limits.bytes / 2**20))
    return head, rows


if __name__ == "__main__":
    main()
