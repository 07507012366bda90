"""Sheets of XLSX and ODS workbooks: the cells with the types that they have there. Only a child process reads one."""

from __future__ import annotations

import codecs
import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import python_calamine

from ..base import Limits
from .texts import BadTable

codecs.lookup("cp437")  # of names inside a ZIP: imported while something can be

ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "Err:502", "Err:504", "Err:508"}
)
# What a workbook may hold unpacked, as a share of the memory: its cells take several times that.
SHARE = 4
Typed = bool | int | float | str | datetime.date | datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows`: each with its number, counted from 1; `left`: the number of the first column, counted from 0."""

    rows: list[tuple[int, list[Typed]]]
    left: int
    notes: list[str] = field(default_factory=list)


def is_workbook(beginning: bytes) -> bool:
    """Whether a file that begins like this can be one."""
    return beginning.startswith(b"PK\x03\x04")


def read(file: IO[bytes], limits: Limits, name: str | None = None) -> Sheet:
    """The sheet of that name, or the first that is to be seen. Empty cells are None; those with an error too.

    Errors: BadTable, MemoryError. A hostile workbook can end the process.
    """
    _weigh(file, limits)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(file) as workbook:
            chosen, notes = _choose(workbook, name)
            sheet = workbook.get_sheet_by_name(chosen)
            rows = [(number, cells) for number, cells in enumerate(_rows(sheet), 1) if cells]
    except python_calamine.PasswordError:
        raise BadTable("It has a password. Save it without one.") from None
    except BadTable:
        raise
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise BadTable(f"It can't be read as a workbook ({error}). Save it again as XLSX, or as CSV.") from None
    return Sheet(rows, sheet.start[1] if sheet.start else 0, notes)


def _weigh(file: IO[bytes], limits: Limits) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise BadTable(f"It begins like a workbook and is damaged ({error}). Save it again.") from None
    file.seek(0)
    most = limits.memory_mb * 2**20 // SHARE
    if unpacked > most:
        raise BadTable(f"Unpacked it is larger than {most // 2**20:,} MB. Leave sheets out, or save the one as CSV.")


def _choose(workbook: python_calamine.CalamineWorkbook, name: str | None) -> tuple[str, list[str]]:
    sheets = [each.name for each in workbook.sheets_metadata if _to_be_seen(each)]
    if name is not None:
        if name not in workbook.sheet_names:
            raise BadTable(f'It has no sheet "{name}". It has: {", ".join(workbook.sheet_names)}.')
        return name, []
    if not sheets:
        raise BadTable("It has no sheet with cells that is to be seen.")
    others = ", ".join(sheets[1:])
    return sheets[0], [f'Only its first sheet, "{sheets[0]}", was read, not: {others}.'] if others else []


def _to_be_seen(sheet: python_calamine.SheetMetadata) -> bool:
    return (
        sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        and sheet.visible == python_calamine.SheetVisibleEnum.Visible
    )


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[Typed]]:
    """Without the empty cells at the end of each."""
    for cells in sheet.iter_rows():
        row = [_cell(cell) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        yield row


def _cell(cell: Any) -> Typed:
    if isinstance(cell, str):
        return None if not cell.strip() or cell in ERRORS else cell
    if isinstance(cell, datetime.timedelta | datetime.time):
        return str(cell)
    return cell
