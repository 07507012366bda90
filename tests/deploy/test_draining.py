"""A stop that drains: what was begun is answered or given back, and nobody waits for the rest."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.work.test_kill import done, files, rows, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="a SQLite home of its own"),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    done(tmp_path / "home", "apply", "--yes", str(files(tmp_path)))
    return tmp_path / "home"


def token(home: Path) -> str:
    env = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_URL"}
    command = [
        sys.executable,
        "-m",
        "gaitway",
        "token",
        "make",
        "x",
        "--by",
        "a@b.de",
        "--scope",
        "act",
        "--home",
        str(home),
    ]
    env |= {"DJANGO_SETTINGS_MODULE": "gaitway.settings"}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def server(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(home, "serve", "--no-worker", "--port", str(port))
    try:
        until = time.monotonic() + 60
        while answer(port, "GET", "/healthz")[0] != 200:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        yield process, port
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


def answer(port: int, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    """0 where nobody answers."""
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            line.request(method, path, json.dumps(body) if body else None, headers)
            said = line.getresponse()
            return said.status, said.read()
    except OSError:
        return 0, b""


def test_a_request_in_flight_is_answered_and_kept(home: Path, server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    headers = {"Authorization": f"Bearer {token(home)}", "Content-Type": "application/json"}
    body = {"kpi": "s/k0", "period": "2026-01-05", "events": 7}
    assert answer(port, "GET", "/api/v1/kpis", **headers)[0] == 200  # all is loaded by now
    answers: list[tuple[int, bytes]] = []
    send = threading.Thread(
        target=lambda: answers.append(answer(port, "POST", "/api/v1/observations", body, **headers))
    )
    with closing(sqlite3.connect(home / "gaitway.sqlite3", isolation_level=None)) as other:
        other.execute("begin immediate")  # so that the request waits in the middle
        send.start()
        time.sleep(3)
        assert not answers
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        other.execute("commit")
    send.join(30)
    assert answers[0][0] == 200, answers
    process.wait(30)
    assert rows(home, "select events from gaitway_observation where kpi_id = (select min(id) from gaitway_kpi)") == [
        (7.0,)
    ]
    assert answer(port, "GET", "/healthz")[0] == 0


def test_a_worker_that_is_told_to_stop_leaves_nothing_leased(home: Path) -> None:
    process = start(home, "work")
    try:
        until = time.monotonic() + 120
        for wanted in ("gaitway_job where lease_until is not null", "gaitway_worker"):
            while not rows(home, f"select 1 from {wanted}"):
                assert time.monotonic() < until, wanted
                time.sleep(0.02)
        process.terminate()
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said.decode()
    finally:
        process.kill()
        process.communicate()
    assert rows(home, "select key from gaitway_job where lease_until is not null") == []
    assert rows(home, "select count(*) from gaitway_worker") == [(0,)]
    done(home, "work", "--once")
    assert rows(home, "select key from gaitway_job where finished_at is null") == []
