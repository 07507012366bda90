"""The text of a table, as people export or paste it: its encoding, its delimiter, its cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator

DELIMITERS = (",", ";", "\t", "|")
_LOOK = 200  # records that are looked at for the delimiter
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
for _encoding in ("utf-8", "cp1252", "windows-1252", *(name for _, name in _MARKS)):
    codecs.lookup(_encoding)  # imported while something can be
# Of a file that only has the wrong name: how it begins, and what to do.
_OTHERS = (
    (b"%PDF", "a PDF. Copy its table into a spreadsheet, and save that as CSV"),
    (b"PAR1", "a Parquet file. Declare it as a source instead"),
    (b"SQLite format 3\0", "an SQLite database. Declare it as a source instead"),
    (b"\x1f\x8b", "packed with gzip. Unpack it first"),
    (b"\xd0\xcf\x11\xe0", "an old workbook, or one with a password. Save it as XLSX without a password"),
    (b"<", "a web page or XML. Save the table as CSV or XLSX"),
    (b"{", "JSON. Save the table as CSV or XLSX"),
    (b"[", "JSON. Save the table as CSV or XLSX"),
    (b"\x89PNG", "a picture. Save the table as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture. Save the table as CSV or XLSX"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


class BadTable(ValueError):
    """No table can be made of it. The text names the place and the fix."""


def decoded(content: bytes) -> tuple[str, str]:
    """The text, and a note where its encoding is a guess. Raises BadTable."""
    for beginning, what in _OTHERS:
        if content.lstrip(b" \r\n\t").startswith(beginning):
            raise BadTable(f"This is {what}.")
    text, note = _decoded(content)
    if bad := _CONTROL.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        raise BadTable(
            f"Line {line} holds the character U+{ord(bad[0]):04X}, which is no text. Save it as CSV in UTF-8."
        )
    return text, note


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), ""
            except UnicodeError as error:
                raise BadTable(f"It begins as {encoding}, and then isn't ({error}). Save it as CSV in UTF-8.") from None
    try:
        return content.decode(), ""
    except UnicodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeError as error:
        line = content.count(b"\n", 0, getattr(error, "start", 0)) + 1
        raise BadTable(f"Line {line} is neither UTF-8 nor Windows-1252. Save it as CSV in UTF-8.") from None
    return text, "It isn't UTF-8, so it was read as Windows-1252: look at letters like ä, é and ß."


def records(text: str, most: int, delimiter: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """The line on which each record begins, and its cells; `most`: characters of one cell. Raises BadTable."""
    if delimiter:
        return _records(text, delimiter, most, 1)
    first, _, rest = text.partition("\n")
    if found := re.fullmatch(r"(?i)sep=(.)\r?", first):  # Excel's own way to say it
        return _records(rest, found[1], most, 2)
    return _records(text, delimiter_of(text), most, 1)


def delimiter_of(text: str) -> str:
    """The delimiter under which most records have as many cells as the first, and more than one."""

    def fitness(delimiter: str) -> tuple[float, int]:
        counts: Counter[int] = Counter()
        head = 0
        try:
            for _, cells in zip(range(_LOOK), _plain(text, delimiter), strict=False):
                head = head or len(cells)
                counts[len(cells)] += bool(cells)
        except csv.Error:
            pass
        return (counts[head] / counts.total(), head) if head > 1 else (0.0, 0)

    return max(DELIMITERS, key=fitness)


def _plain(text: str, delimiter: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _records(text: str, delimiter: str, most: int, line: int) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(most)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            yield before + line, cells
            before = reader.line_num
    except csv.Error as error:
        raise BadTable(
            f"Line {before + line} can't be read ({error}). A quote (\") that opens a cell must close it before the "
            "next delimiter; two stand for one."
        ) from None
