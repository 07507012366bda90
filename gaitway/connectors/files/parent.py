"""Starts the child, watches its time, and turns what it says into answers."""

from __future__ import annotations

import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self

from ..base import LIMITS, Failure, Limits, Place, Query, Rows, Sign

START = 60.0  # seconds for Python and DuckDB to start, on a busy machine
GRACE = 1.5  # seconds for DuckDB to obey its own interrupt before the process is killed
PACKAGES = Path(__file__).parents[3]


class Files:
    """The connector for files. Stateless; each `run` has a child of its own, and a new one after a crash."""

    dialect = "duckdb"

    def serves(self, place: Place) -> bool:
        return "://" not in place.location

    def run(
        self, places: Mapping[str, Place], queries: Sequence[Query], limits: Limits = LIMITS
    ) -> Iterator[Rows | Failure]:
        """One answer a query, in their order: see `Connector`. The places are the only files that are opened."""
        refused: dict[int, str] = {}
        broken: dict[str, str] = {}
        answered = 0
        while (first := answered) < len(queries):
            request = {
                "sources": {key: str(Path(place.location).absolute()) for key, place in places.items()},
                "queries": [
                    {"index": index, "sql": queries[index].sql, "refused": refused.get(index)}
                    for index in range(first, len(queries))
                ],
                "broken": broken,
                "limits": asdict(limits),
            }
            with _Child(request, limits) as child:
                for line in child.answers():
                    yield _answer(queries[answered].key, line)
                    answered += 1
                if answered == len(queries):
                    return
                fate = child.fate()
            match child.step:
                case "check":
                    refused[child.subject] = fate
                case "load":
                    broken[child.subject] = f'Source "{child.subject}": {fate}'
                case "broken":
                    source, message = child.subject
                    broken[source] = message
                case "answered":
                    pass  # it was spent; the next child goes on
                case "run" if child.subject > first and not child.late:
                    pass  # perhaps spent by those before; it gets a child of its own
                case "run":
                    yield Failure(queries[answered].key, fate, child.waited)
                    answered += 1
                case _:
                    for query in queries[answered:]:
                        yield Failure(query.key, f"The process for SQL did not start. {fate}", child.waited)
                    return

    def probe(self, key: str, place: Place, limits: Limits = LIMITS) -> Iterator[Sign]:
        """Is the file there, and can it be read?"""
        sql = f'select * from "{key}" limit 0'  # noqa: S608  # the name of a source is a key
        for answer in self.run({key: place}, [Query(key, sql, key)], limits):
            if isinstance(answer, Failure):
                yield Sign("reads", False, answer.message)
            else:
                yield Sign("reads", True, f"{len(answer.columns)} columns: {', '.join(answer.columns)}")


def _answer(key: str, line: dict[str, Any]) -> Rows | Failure:
    if "message" in line:
        return Failure(key, line["message"], line["seconds"])
    rows = [tuple(row) for row in line["rows"]]
    return Rows(key, tuple(line["columns"]), tuple(line["types"]), rows, line["seconds"])


class _Child:
    """One process. `step` and `subject` are what it did last, `waited` the seconds since it said so; `late` means that
    it was over its time."""

    def __init__(self, request: dict[str, Any], limits: Limits) -> None:
        self.step = ""
        self.subject: Any = None
        self.waited = 0.0
        self.late = False
        self._limits = limits
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._errors: deque[bytes] = deque(maxlen=500)
        # A file, not a pipe: a child that never reads can't hold up this side.
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(request).encode())
            stdin.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gaitway.connectors.files.child"],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_environment(),
            )
        self._pumps = [
            threading.Thread(target=_pump, args=(self._process.stdout, self._lines.put, 2 * limits.bytes + 2**20)),
            threading.Thread(target=_pump, args=(self._process.stderr, self._errors.append, 2**16)),
        ]
        for pump in self._pumps:
            pump.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def answers(self) -> Iterator[dict[str, Any]]:
        """The answers as they come, until the child ends or is over its time."""
        began = time.monotonic()
        while True:
            patience = self._limits.seconds + GRACE if self.step else START
            try:
                text = self._lines.get(timeout=patience)
            except queue.Empty:
                self.late = True
            self.waited = time.monotonic() - began
            if self.late or not text.endswith(b"\n"):
                return
            line = json.loads(text)
            if "step" in line:
                self.step, self.subject = line["step"], line["subject"]
            else:
                self.step = "answered"
                yield line
            began = time.monotonic()

    def fate(self) -> str:
        """Why it gives no more answers."""
        if not self.late:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(GRACE)  # its own exit code tells more than that of our kill
        self._end()
        if self.late:
            return f"It took longer than {self._limits.seconds:g} seconds. Read fewer rows, or raise the limit."
        said = re.findall(r"^\w*(?:Error|Exception)\b.*", b"".join(self._errors).decode(errors="replace"), re.MULTILINE)
        words = "; ".join([*said[-1:], f"exit code {self._process.returncode}"])
        return f"DuckDB crashed ({words}). Make the query smaller or simpler."

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pump in self._pumps:
            pump.join()


def _pump(stream: IO[bytes], put: Callable[[bytes], None], longest: int) -> None:
    # Ends with an empty line, so that a reader knows.
    with stream:
        while line := stream.readline(longest):
            put(line)
    put(b"")


def _environment() -> dict[str, str]:
    """Nothing of ours: no secrets, no proxies, no home."""
    ours = {"PYTHONPATH": str(PACKAGES), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if "SYSTEMROOT" in os.environ:  # Windows starts nothing without it
        ours["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return ours
