"""The stream through the real server and all of its middleware: twenty browsers, the limit, what goes, what stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.work.test_kill import done, files, rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("GAITWAY_TEST_ENGINE") == "postgres", reason="a SQLite home of its own"),
]
STREAMS = 20
SIGN_IN = """
import json, django
django.setup()
from django.test import Client
from gaitway.models import Person
from gaitway.actions import people
from django.utils import timezone
keys = {}
for number in range(%d):
    person = people.invite(f"p{number}@example.com", by=people.terminal(at=timezone.now()), at=timezone.now())
    browser = Client(); browser.force_login(person); keys[person.email] = browser.cookies["sessionid"].value
print(json.dumps(keys))
"""


@dataclass
class Line:
    """An open stream, read by hand so that nothing is between."""

    socket: socket.socket
    text: bytes = b""

    def until(self, wanted: bytes, seconds: float = 20.0) -> float:
        """Seconds until this was said; where the stream ends without it, that is no answer."""
        began = time.monotonic()
        while wanted not in self.text:
            self.socket.settimeout(max(seconds - (time.monotonic() - began), 0.01))
            more = self.socket.recv(65536)
            assert more, f"it ended: {self.text!r}"
            self.text += more
        return time.monotonic() - began

    def ends(self, seconds: float) -> float:
        began = time.monotonic()
        while True:
            self.socket.settimeout(max(seconds - (time.monotonic() - began), 0.01))
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                more = b""
            if not more or more.endswith(b"0\r\n\r\n"):
                return time.monotonic() - began


@dataclass
class House:
    home: Path
    port: int
    process: subprocess.Popen[bytes]
    sessions: list[str]
    lines: list[Line] = field(default_factory=list)

    def ask(self, path: str, session: str) -> Line:
        line = Line(socket.create_connection(("127.0.0.1", self.port), 20))
        self.lines.append(line)
        line.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={session}\r\nAccept-Encoding: gzip, br\r\n\r\n".encode()
        )
        line.until(b"\r\n\r\n")
        return line

    def stream(self, session: str) -> Line:
        line = self.ask("/live/", session)
        assert line.text.startswith(b"HTTP/1.1 200"), line.text
        line.until(b"event: resync")
        return line

    def write(self, statement: str) -> None:
        with closing(sqlite3.connect(self.home / "gaitway.sqlite3", timeout=20)) as connection:
            connection.execute(statement)
            connection.commit()

    def connections(self) -> int:
        """How often the database is open in the processes of the server."""
        group = subprocess.run(
            ["pgrep", "-g", str(self.process.pid)], capture_output=True, text=True, check=True
        ).stdout
        links = [link for pid in group.split() for link in Path(f"/proc/{pid}/fd").iterdir()]
        return sum(os.path.basename(os.readlink(link)) == "gaitway.sqlite3" for link in links)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    home = tmp_path / "home"
    done(home, "apply", "--yes", str(files(tmp_path)))
    env = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "gaitway.settings", "GAITWAY_HOME": str(home), "GAITWAY_STREAMS": str(STREAMS)}
    made = subprocess.run(
        [sys.executable, "-c", SIGN_IN % (STREAMS + 1)], env=env, capture_output=True, text=True, check=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gaitway", "serve", "--no-worker", "--port", str(port)]
    process = subprocess.Popen(command, env=env, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        made_house = House(home, port, process, list(json.loads(made.stdout.splitlines()[-1]).values()))
        yield made_house
        for line in made_house.lines:
            line.socket.close()
    finally:
        with suppress(ProcessLookupError):  # it was stopped
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_twenty_browsers_hear_of_it_and_one_more_is_asked_to_come_back(house: House) -> None:
    lines = [house.stream(session) for session in house.sessions[:STREAMS]]
    assert b"text/event-stream" in lines[0].text
    assert b"content-encoding" not in lines[0].text.lower()
    full = house.ask("/live/", house.sessions[STREAMS])
    assert full.text.startswith(b"HTTP/1.1 503")
    assert b"retry-after: 30" in full.text.lower()
    assert house.ask("/", house.sessions[STREAMS]).text.startswith(b"HTTP/1.1 200")
    # Four threads make pages, one looks for news; the twenty that wait have none.
    assert house.connections() <= 5

    done(house.home, "pull", "k1")
    for line in lines:
        line.until(b"data: kpi s/k1\n")
        assert b"data: initiative s/i1\n" in line.text

    # Who is removed hears nothing more, and neither does who signed out.
    [(key,)] = rows(house.home, "select id from gaitway_person where email = 'p0@example.com'")
    house.write(f"update gaitway_person set is_active = 0 where id = {key}")
    house.write(f"delete from django_session where session_key = '{house.sessions[1]}'")
    assert lines[0].ends(10) < 5
    assert lines[1].ends(10) < 5
    done(house.home, "pull", "k2")
    lines[2].until(b"data: kpi s/k2\n")
    assert b"k2" not in lines[0].text + lines[1].text
    # Their places are free again.
    late = house.stream(house.sessions[STREAMS])

    began = time.monotonic()
    house.process.terminate()
    assert late.ends(10) < 2
    house.process.wait(20)
    assert time.monotonic() - began < 5


def test_a_browser_has_a_few_streams_and_no_more(house: House) -> None:
    lines = [house.stream(house.sessions[0]) for _ in range(5)]
    assert lines[0].ends(10) < 5
    done(house.home, "pull", "k1")
    for line in lines[1:]:
        line.until(b"data: kpi s/k1\n")
