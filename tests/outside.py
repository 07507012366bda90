"""A server on 127.0.0.1 that plays the outside: it says what it is told to, well or badly, and remembers who came."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from gaitway.lib.outgoing import Door


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


# What a path says: an answer as it goes over the wire, or what to do with the connection.
Says = bytes | Callable[[socket.socket, Asked], None]


def answer(body: bytes | str | list[Any] | dict[str, Any] = b"", status: str = "200 OK", **headers: str) -> bytes:
    """`content_type="text/csv"` becomes `Content-Type: text/csv`; a length is always said, except of chunks."""
    if isinstance(body, list | dict):
        body = json.dumps(body)
        headers.setdefault("content_type", "application/json")
    raw = body.encode() if isinstance(body, str) else body
    if "transfer_encoding" not in headers:
        headers.setdefault("content_length", str(len(raw)))
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + raw


@dataclass
class Outside:
    """`says` by path without its query. `visits`: connections that were accepted. `asked`: what was asked, in order."""

    port: int
    says: dict[str, Says] = field(default_factory=dict)
    visits: int = 0
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def door(self) -> Door:
        """A door through which this server may be visited, and nothing else that is private."""
        return Door(hosts=frozenset({f"127.0.0.1:{self.port}"}))

    def attend(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            while request := _read(lines):
                self.asked.append(request)
                says = self.says.get(request.path.partition("?")[0], answer("nothing here", "404 Not Found"))
                if callable(says):
                    says(connection, request)
                    return
                connection.sendall(says)


def _read(lines: Any) -> Asked | None:
    first = lines.readline().decode("latin-1").split()
    if len(first) != 3:
        return None
    headers = {}
    while (line := lines.readline().decode("latin-1").strip()) and len(headers) < 100:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(first[0], first[1], headers, lines.read(int(headers.get("content-length", 0))))


@contextmanager
def outside(tls: ssl.SSLContext | None = None) -> Iterator[Outside]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        house = Outside(listening.getsockname()[1])
        open_ones: list[socket.socket] = []

        def attend(connection: socket.socket) -> None:
            with suppress(OSError):
                house.attend(tls.wrap_socket(connection, server_side=True) if tls else connection)
            connection.close()

        def listen() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                house.visits += 1
                open_ones.append(connection)
                threading.Thread(target=attend, args=(connection,), daemon=True).start()

        ear = threading.Thread(target=listen, daemon=True)
        ear.start()
        try:
            yield house
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            ear.join()
            for connection in open_ones:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def there() -> Iterator[Outside]:
    with outside() as house:
        yield house
