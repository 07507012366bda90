"""Malformed and bomb files as uploads: python -m bench.hostile_files [--count 5000] [--seed N] [--write]

Every file must give a table or a clear message, in 10 seconds, with 512 MB in the child and nothing left in this process.
Three readers that do wrong are planted among them: a run that doesn't find all three does not count.
"""

from __future__ import annotations

import argparse
import random
import resource
import struct
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from bench.page import machine, table, write
from gaitway.connectors.base import Failure
from gaitway.connectors.files.table import Table, read_table
from tests.connectors.files.workbooks import ods, packed, parts, sheet, workbook

SECONDS, CHILD_MB, LEFT_MB = 10.0, 512, 64
CELLS = [["day", "n", "what"], *([f"2026-01-{day:02}", day * 1.5, f"ä {day}"] for day in range(1, 29))]
TEXT = "\n".join(";".join(map(str, cells)) for cells in CELLS)
VALID: dict[str, bytes] = {
    "csv": TEXT.replace(";", ",").encode(),
    "semicolon": TEXT.encode("cp1252"),
    "utf-16": TEXT.replace(";", "\t").encode("utf-16"),
    "xlsx": workbook(CELLS),
    "ods": ods(CELLS),
}
PIECES = [
    b"\0",
    b'"',
    b'""',
    b'"\n',
    b"\r",
    b"\n",
    b",",
    b";",
    b"\t",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x81",
    b"\x1a",
    b"=1+1",
]
PIECES += [
    b"1e308",
    b"-1e999",
    b"nan",
    b"inf",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"]]>",
    b"<!--",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
]
BEGINNINGS = [
    b"PK\x03\x04",
    b"%PDF-1.7",
    b"PAR1",
    b"SQLite format 3\0",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\xff\xfe",
    b"{",
    b"<",
]


def mutated(rng: random.Random, content: bytes) -> bytes:
    """Some bytes turned, cut, doubled, moved or put in."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at, to = sorted(rng.randrange(len(made) + 1) for _ in range(2))
        match rng.randrange(6):
            case 0:
                made[at:at] = rng.choice(PIECES)
            case 1:
                del made[at : at + rng.randint(1, 40)]
            case 2:
                made[at:to] = made[at:to] * 2 if len(made) < 200_000 else b""
            case 3:
                made[at : at + 4] = rng.randbytes(4)
            case 4 if rng.random() < 0.3:
                del made[at:]
            case _:
                made[at:at] = rng.choice(PIECES) * rng.choice([1, 2, 1000])
    return bytes(made)


def bent(rng: random.Random) -> bytes:
    """A sound ZIP with a workbook that isn't."""
    files: dict[str, str | bytes] = {**parts({"a": sheet(CELLS), "b": sheet([["x"]])})}
    if rng.random() < 0.2:
        del files[rng.choice(list(files))]
    for _ in range(rng.randint(0, 2)):
        name = rng.choice(list(files))
        files[name] = mutated(rng, str(files[name]).encode() if isinstance(files[name], str) else bytes(files[name]))
    text = str(files.get("xl/worksheets/sheet1.xml", ""))
    row = rng.choice([0, -1, 2**31, 2**64, 5])
    ref = rng.choice(["ZZZZ99999999999", "A0", "", "A-1", "1A", "XFD1048576", "A4294967297", "\U0001f986"])
    files["xl/worksheets/sheet1.xml"] = rng.choice([
        text,
        text.replace("</sheetData>", f'<row r="{row}"><c r="{ref}"><v>1</v></c></row></sheetData>'),
        text.replace("inlineStr", "s"),
        text.replace('t="inlineStr"', f't="{rng.choice(["s", "d", "e", "b", "str", "?"])}" s="{rng.randint(-5, 10**9)}"'),
        _entities(rng.randint(2, 12)) + text.replace("2026", "&z;", 1),
        "<a>" * rng.choice([1000, 200_000]) + text,
        text.replace("<sheetData>", "<sheetData>" * rng.choice([2, 50_000])),
        text.replace("<worksheet", f'<worksheet a="{"x" * rng.choice([10, 2_000_000])}"', 1),
        text.replace("<v>", f"<v>{'9' * rng.choice([400, 100_000])}"),
    ])  # fmt: skip
    return packed(files)


def _entities(depth: int) -> str:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, depth))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "lol">{levels}<!ENTITY z "&l{depth - 1};">]>'


def bomb(rng: random.Random) -> bytes:
    """Little that becomes much."""
    match rng.randrange(5):
        case 0:
            return packed({**parts({"a": ""}), "xl/worksheets/sheet1.xml": bytes(rng.choice([1, 20, 129]) << 20)})
        case 1:  # the same, with a header that says it is small
            content = bytearray(packed({**parts({"a": ""}), "xl/worksheets/sheet1.xml": b"<a>" * (40 << 18)}))
            size = struct.pack("<I", len(b"<a>") * (40 << 18))
            return bytes(content.replace(size, struct.pack("<I", 100)))
        case 2:
            rows = "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(1, 60_000))
            return packed(
                {**parts({"a": ""}), "xl/worksheets/sheet1.xml": sheet([]).replace("<sheetData>", f"<sheetData>{rows}")}
            )
        case 3:
            inner = packed(parts({"a": sheet(CELLS)}))
            return packed({f"{n}/xl/workbook.xml": inner for n in range(300)})
    room = BytesIO()
    with zipfile.ZipFile(room, "w") as archive:
        for n in range(20_000):
            archive.writestr(zipfile.ZipInfo(f"../../{n}"), b"")
    return room.getvalue()


def odd(rng: random.Random) -> bytes:
    """A text that nobody would call a table."""
    delimiter = rng.choice([",", ";", "\t", "|"])
    return rng.choice([
        b"",
        delimiter.encode() * rng.choice([1, 199, 200, 5_000_000]),
        ('"' * rng.randint(1, 99_999)).encode(),
        ("a" * 3_000_000).encode(),
        (f'a{delimiter}b\n"' + "x\n" * 200_000).encode(),
        delimiter.join(f"c{n}" for n in range(rng.choice([200, 201, 100_000]))).encode(),
        ("a\r" * rng.randint(1, 60_000)).encode(),
        ("a\n" + "\n" * 1_000_000).encode(),
        ("a\n" + "1\n" * rng.choice([49_999, 50_001, 1_000_000])).encode(),
        ("[" * 100_000).encode(),
        (f"a{delimiter}b\n" + f"1e308{delimiter}nan\n-1e999{delimiter}inf\n" * 9).encode(),
        rng.choice(BEGINNINGS) + rng.randbytes(rng.randint(0, 5000)),
        rng.randbytes(rng.randint(1, 5000)),
    ])  # fmt: skip


def hostile(seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many files, the same for the same seed: what is done to each, and its bytes."""
    rng = random.Random(seed)
    for _ in range(count):
        kind = rng.choices(["mutated", "bent", "bomb", "odd"], [10, 6, 1, 3])[0]
        if kind == "mutated":
            name = rng.choice(list(VALID))
            yield f"{name}, {kind}", mutated(rng, VALID[name])
        else:
            yield kind, {"bent": bent, "bomb": bomb, "odd": odd}[kind](rng)


Reader = Callable[[Path, str], Table | Failure]


def fault(read: Reader, path: Path) -> tuple[str, str]:
    """What is wrong with how it was read (nothing where all is well), and how it ended."""
    before = memory()
    began = time.monotonic()
    try:
        answer = read(path, "upload.csv")
    except Exception as error:
        return f"{type(error).__name__}: {error}", "crash"
    took, more = time.monotonic() - began, memory() - before
    if took > SECONDS:
        return f"{took:.1f} s", "late"
    if isinstance(answer, Table):
        widths = {len(cells) for cells in answer.rows} | {len(answer.head)}
        return ("" if len(widths) == 1 else f"rows of {widths} cells"), "table"
    if more > LEFT_MB:
        return f"{more:.0f} MB left", "hoard"
    message = answer.message
    clear = message.startswith("upload.csv: ") and message.endswith((".", "XLSX.", '"')) and "Traceback" not in message
    return ("" if clear else f"unclear: {message}"), "message"


def memory() -> float:
    """MB of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


HOARD: list[bytes] = []


def planted() -> dict[str, Reader]:
    """Readers that do wrong, each in one way."""

    def crashes(path: Path, name: str) -> Table | Failure:
        raise UnicodeError(path.read_bytes()[:1], name)

    def dawdles(path: Path, name: str) -> Table | Failure:
        answer = read_table(path, name)
        time.sleep(SECONDS)
        return answer

    def hoards(path: Path, name: str) -> Table | Failure:
        HOARD.append(path.read_bytes()[:1] * (100 << 20))
        return Failure(name, f"{name}: It is kept.", 0.0)

    return {"crash": crashes, "late": dawdles, "hoard": hoards}


def run(seed: int, count: int) -> tuple[Counter[str], list[str]]:
    """How the files ended, and the faults, each with what was done to the file."""
    ends: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        for number, (what, content) in enumerate(hostile(seed, count)):
            path.write_bytes(content)
            said, end = fault(read_table, path)
            ends[end] += 1
            if said:
                faults.append(f"file {number} ({what}): {said}")
    return ends, faults


def section(seed: int, ends: Counter[str], peak: float, seconds: float, faults: list[str], missed: list[str]) -> str:
    """Markdown, without the markers. `ends`: how many files ended how; `peak`: MB of the largest child."""
    count, planted_ = ends.total(), len(planted())
    how = ", ".join(f"{ends[end]:,} {end}s" for end in sorted(ends))
    return "\n\n".join((
        "## Safety: hostile files",
        f"`python -m bench.hostile_files --count {count} --seed {seed} --write` · seed {seed} · {seconds / 60:.0f} minutes · "
        f"{machine()}",
        "Malformed, truncated and bomb files as uploads. Each must give a table or a clear message, within "
        f"{SECONDS:.0f} seconds and {CHILD_MB} MB, and leave nothing behind. Readers that do wrong are planted.",
        table(
            ("files", "ended as", "faults", "largest child, MB", "planted found"),
            [(f"{count:,}", how, str(len(faults)), f"{peak:.0f}", f"{planted_ - len(missed)} of {planted_}")],
        ),
    ))  # fmt: skip


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.hostile_files", description=__doc__)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--write", action="store_true", help="put the result into docs/benchmarks.md")
    asked = parser.parse_args(words)
    began = time.monotonic()
    ends, faults = run(asked.seed, asked.count)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if peak > CHILD_MB:
        faults.append(f"a child of {peak:.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "planted"
        path.write_bytes(VALID["csv"])
        missed = [name for name, reader in planted().items() if fault(reader, path)[1] != name]
    print(
        f"{asked.count:,} files, seed {asked.seed}: {dict(ends)}; largest child {peak:.0f} MB; {time.monotonic() - began:.0f} s"
    )
    print(*faults, sep="\n")
    if asked.write:
        write("hostile-files", section(asked.seed, ends, peak, time.monotonic() - began, faults, missed))
    print(f"{len(faults)} faults; planted readers that were not found: {missed or 'none'}")
    return 1 if faults or missed else 0


if __name__ == "__main__":
    sys.exit(main())
