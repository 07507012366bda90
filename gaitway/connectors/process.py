"""A child process that answers in JSON lines and is never waited for too long.

The request goes down its stdin, which stays open as long as somebody wants the answers: at its end the child stops what
it does at the server, and ends. `step` lines say what it is about to do, so that this side knows what to blame.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

from .base import Limits

START = 60.0  # seconds for Python and a driver to start, on a busy machine
GRACE = 1.5  # seconds for the source to obey a cancel before the process is killed
PACKAGES = Path(__file__).parents[2]
PASSED = ("SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")  # Windows starts nothing without the first; whom TLS trusts


class Child:
    """One process: `python -m MODULE`. `step` and `subject` are what it did last, `waited` the seconds since it said so;
    `late` means that it was over its time. Its folder is its home and goes with it."""

    def __init__(
        self,
        module: str,
        request: Mapping[str, Any],
        limits: Limits,
        *,
        passes: tuple[str, ...] = (),
        start: float = START,
        grace: float = GRACE,
        heeds: bool = True,
    ) -> None:
        """`heeds`: it stops by itself when its stdin ends, and has something to stop; else it is killed."""
        self.step = ""
        self.subject: Any = None
        self.waited = 0.0
        self.late = False
        self._limits = limits
        self._start, self._grace, self._heeds = start, grace, heeds
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._errors: deque[bytes] = deque(maxlen=500)
        self._folder = tempfile.TemporaryDirectory(prefix="gaitway-child-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder.name,
            env=_environment(self._folder.name, passes),
            start_new_session=True,
        )
        text = json.dumps(request).encode() + b"\n"
        self._threads = [
            # A thread, because a child that never reads must not hold up this side.
            threading.Thread(target=_feed, args=(self._process.stdin, text)),
            threading.Thread(target=_pump, args=(self._process.stdout, self._lines.put, 2 * limits.bytes + 2**20)),
            threading.Thread(target=_pump, args=(self._process.stderr, self._errors.append, 2**16)),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def lines(self) -> Iterator[dict[str, Any]]:
        """What it says besides its steps, until it ends or is over its time."""
        began = time.monotonic()
        while True:
            patience = self._limits.seconds + self._grace if self.step else self._start
            try:
                text = self._lines.get(timeout=patience)
            except queue.Empty:
                self.late = True
            self.waited = time.monotonic() - began
            if self.late or not text.endswith(b"\n"):
                return
            line = json.loads(text)
            if "step" in line:
                self.step, self.subject = line["step"], line.get("subject")
            else:
                self.step = "answered"
                yield line
            began = time.monotonic()

    def fate(self) -> str:
        """Why it says no more: the error that it ended with, and its exit code."""
        if not self.late:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self._grace)  # its own exit code tells more than that of our kill
        self._end()
        said = re.findall(
            r"^[\w.]*(?:Error|Exception)\b.*", b"".join(self._errors).decode(errors="replace"), re.MULTILINE
        )
        return "; ".join([*said[-1:], f"exit code {self._process.returncode}"])

    def _end(self) -> None:
        stdin = self._process.stdin
        assert stdin is not None  # noqa: S101  # Popen was told to make it
        self._threads[0].join(0.1)
        if self._threads[0].is_alive():
            self._kill()  # it never read its request
        with suppress(OSError):
            stdin.close()
        if self._heeds and not self.late:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(self._grace)
        self._kill()
        self._process.wait()
        for thread in self._threads:
            thread.join()
        self._folder.cleanup()

    def _kill(self) -> None:
        """It and what it started."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()


def _feed(stream: IO[bytes], text: bytes) -> None:
    with suppress(OSError):  # it ended before it read
        stream.write(text)
        stream.flush()


def _pump(stream: IO[bytes], put: Callable[[bytes], None], longest: int) -> None:
    # Ends with an empty line, so that a reader knows.
    with stream:
        while line := stream.readline(longest):
            put(line)
    put(b"")


def _environment(folder: str, passes: tuple[str, ...]) -> dict[str, str]:
    """Nothing of ours: no secrets, no proxies, no home but its folder."""
    ours = {"PYTHONPATH": str(PACKAGES), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC"}
    ours |= {"HOME": folder, "TMPDIR": folder}
    return ours | {name: os.environ[name] for name in (*PASSED, *passes) if name in os.environ}
