"""Uploaded and pasted tables, from the bytes to the cells."""

from datetime import date, datetime
from pathlib import Path

import pytest

from gaitway.connectors.base import Failure
from gaitway.connectors.files.table import TABLE, Table, read_table
from tests.connectors.files.workbooks import ods, packed, parts, sheet, workbook

GUESSED = ("It isn't UTF-8, so it was read as Windows-1252: look at letters like ä, é and ß.",)


def read(tmp_path: Path, content: bytes | str) -> Table | Failure:
    path = tmp_path / "upload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, "orders.csv")


TEXTS: dict[str, tuple[bytes | str, Table]] = {
    "comma": ("day,n\n2026-01-05,3\n", Table(("day", "n"), [("2026-01-05", "3")])),
    "semicolon, decimal comma": ("day;n\n05.01.2026;1,5\n", Table(("day", "n"), [("05.01.2026", "1,5")])),
    "pasted from a spreadsheet": ("day\tn\r\n5/1/2026\t1,000\r\n", Table(("day", "n"), [("5/1/2026", "1,000")])),
    "pipe": ("day|n\n1|2\n", Table(("day", "n"), [("1", "2")])),
    "one column": ("n\n1\n2\n", Table(("n",), [("1",), ("2",)])),
    "the delimiter is said": ("sep=;\na;b,c\n1;2\n", Table(("a", "b,c"), [("1", "2")])),
    "quotes": ('a,b\n"1, ""one""\nline",2\n', Table(("a", "b"), [('1, "one"\nline', "2")])),
    "spaces": (" a , b \n 1 , 2 \n", Table(("a", "b"), [("1", "2")])),
    "mark of UTF-8": ("\ufeffa,ß\n1,ä\n", Table(("a", "ß"), [("1", "ä")])),
    "UTF-16": ("a,ß\n1,\U0001f986\n".encode("utf-16"), Table(("a", "ß"), [("1", "\U0001f986")])),
    "Windows-1252": ("a;ß\n1;€\n".encode("cp1252"), Table(("a", "ß"), [("1", "€")], GUESSED)),
    "empty rows and columns": (
        "\n\na,b,,\n1,2,,\n,,,\n\n3,,,\n\n,,,,,,\n",
        Table(("a", "b"), [("1", "2"), ("3", "")]),
    ),
    "short rows": ("a,b,c\n1\n1,2\n", Table(("a", "b", "c"), [("1", "", ""), ("1", "2", "")])),
    "a head alone": ("a,b", Table(("a", "b"), [])),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_gives_its_cells(tmp_path: Path, name: str) -> None:
    content, table = TEXTS[name]
    assert read(tmp_path, content) == table


CELLS = [
    ["day", "at", "n", "share", "open", "what"],
    [date(2026, 1, 5), datetime(2026, 1, 5, 8, 30), 3, 0.1, True, "a b"],  # noqa: DTZ001  # as in a workbook
    [date(2026, 1, 6), datetime(2026, 1, 6), -2e20, 1e308, False, None],  # noqa: DTZ001  # as in a workbook
]
READ = Table(
    ("day", "at", "n", "share", "open", "what"),
    [
        ("2026-01-05", "2026-01-05T08:30:00", "3", "0.1", "true", "a b"),
        ("2026-01-06", "2026-01-06", "-2e+20", "1e+308", "false", ""),
    ],
)


@pytest.mark.parametrize("content", [workbook(CELLS), ods(CELLS), workbook([*CELLS, [], [None, " "]], top=4, left=3)])
def test_a_workbook_gives_plain_texts(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == READ


def test_the_other_sheets_are_mentioned(tmp_path: Path) -> None:
    content = packed(parts({"Orders": sheet([["n"], [1]]), "Old": sheet([["x"]]), "Notes": sheet([])}))
    assert read(tmp_path, content) == Table(
        ("n",), [("1",)], ('Only its first sheet, "Orders", was read, not: Old, Notes.',)
    )


NEAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
FAULTS: dict[str, tuple[bytes | str, str]] = {
    "nothing": ("", "The file is empty."),
    "no cell": ("\n,,\n \n", "no cell with a value"),
    "too many cells": ("a,b\n1,2\n1,2,3\n", "Cell C1 is empty, and its column should have a name: row 3 has 3 cells."),
    "no name": ("a,,c\n1,2,3\n", "Cell B1 is empty"),
    "no name in a workbook": (workbook([["a", None, "c"]], top=3, left=2), "Cell D3 is empty"),
    "a name twice": ("a,b,A\n1,2,3\n", 'Cells A1 and C1 both say "A". Rename one.'),
    "an open quote": ('a,b\n1,2\n"3,4\n5,6\n', "Line 3 can't be read (unexpected end of data). A quote (\")"),
    "a quote inside": ('a,b\n1,2\n"3"x,4\n', "Line 3 can't be read"),
    "a NUL": ("a,b\n1,2\n3,\0\n", "Line 3 holds the character U+0000"),
    "no encoding": (b"a,b\n1,\x81\n", "Line 2 is neither UTF-8 nor Windows-1252."),
    "half of UTF-16": (b"\xff\xfea\0,\0b", "It begins as utf-16, and then isn't"),
    "a PDF": ("%PDF-1.7\n", "This is a PDF."),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(600), "an old workbook, or one with a password"),
    "a web page": (" <html><table>", "a web page or XML"),
    "JSON": ('[{"a": 1}]', "JSON"),
    "half a workbook": (workbook(CELLS)[:-300], "It begins like a workbook and is damaged"),
    "another ZIP": (packed({"word/document.xml": "<a/>"}), "It can't be read as a workbook"),
    "too many rows": ("a\n" + "1\n" * 50_001, "It has 50,001 rows, and 50,000 is the most."),
    "too many columns": (",".join(map(str, range(201))), "It has 201 columns, and 200 is the most."),
    "too much text": ("a\n" + "x" * TABLE.bytes, "larger than 10 MB of text"),
    "a large workbook": (packed({"xl/worksheets/sheet1.xml": bytes(129 << 20)}), "Unpacked it is larger than 128 MB."),
    "a cell far away": (
        packed(parts({"a": sheet([["a"]]).replace("</sheetData>", NEAR)})),
        "damaged, or needs more than 512 MB of memory",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_the_file_the_place_and_the_fix(tmp_path: Path, name: str) -> None:
    content, words = FAULTS[name]
    answer = read(tmp_path, content)
    assert isinstance(answer, Failure)
    assert answer.message.startswith("orders.csv: ")
    assert words in answer.message
    assert "Traceback" not in answer.message


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    missing, folder = read_table(tmp_path / "gone", "gone.csv"), read_table(tmp_path, "folder")
    assert isinstance(missing, Failure)
    assert missing.message == "gone.csv: The file can't be opened (No such file or directory)."
    assert isinstance(folder, Failure)
    assert folder.message == "folder: This is not a file."


def test_as_many_rows_as_promised_are_read(tmp_path: Path) -> None:
    line = ",".join(["1"] * 10)
    table = read(tmp_path, "\n".join([",".join(f"c{i}" for i in range(10)), *[line] * 50_000]))
    assert isinstance(table, Table)
    assert len(table.rows) == 50_000
    assert set(table.rows) == {("1",) * 10}
