"""A child process that touches what is hostile: started, fed, watched and ended from here."""

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
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Self

from ..base import Limits

START = 60.0  # seconds for Python and DuckDB to start, on a busy machine
GRACE = 1.0  # seconds for a child to obey its own deadline before the process is killed
PACKAGES = Path(__file__).parents[3]


class Child:
    """One process. `step` and `subject` are what it did last, `waited` the seconds since it said so; `late` means that
    it was over its time."""

    def __init__(self, module: str, request: dict[str, Any], limits: Limits) -> None:
        self.step = ""
        self.subject: Any = None
        self.waited = 0.0
        self.late = False
        self._limits = limits
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._errors: deque[bytes] = deque(maxlen=500)
        # A file, not a pipe: a child that never reads can't hold up this side.
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps({**request, "limits": asdict(limits)}).encode())
            stdin.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", f"gaitway.connectors.files.{module}"],
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
        return f"DuckDB crashed ({self.words()}). Make the query smaller or simpler."

    def fate_of_a_file(self) -> str:
        """The same, of a child that only reads one file."""
        fate = self.fate()
        if self.late:
            return fate
        most = f"{self._limits.memory_mb:,} MB"
        return f"It is damaged, or needs more than {most} of memory ({self.words()}). Save it as CSV."

    def words(self) -> str:
        """Its last error and exit code."""
        said = re.findall(
            r"^[\w.]*(?:Error|Exception)\b.*", b"".join(self._errors).decode(errors="replace"), re.MULTILINE
        )
        return "; ".join([*said[-1:], f"exit code {self._process.returncode}"])

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
