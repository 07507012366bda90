"""Names to connections. A name is resolved once for a connection, every address of it is checked, and the connection goes
to one of those very addresses: what the name says a moment later doesn't matter."""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore2  # the wire of httpx2, in step with it

from .addresses import refused
from .faults import Failed
from .leave import allows

# From a name and a port to addresses. Errors: OSError.
Resolve = Callable[[str, int], list[str]]


def resolve(host: str, port: int) -> list[str]:
    """By the operating system. Errors: OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@cache
def trusted() -> ssl.SSLContext:
    """Whom this machine trusts; read once, for it takes longer than a request."""
    return httpcore2.default_ssl_context()


class Timer:
    """How long a connection may still take: `whole` seconds for all of a visit, and `first` for the head of each
    answer, however slowly its bytes drip in."""

    def __init__(self, whole: float, first: float) -> None:
        self._end = time.monotonic() + whole
        self._first = first
        self._head = self._end

    def asks(self) -> None:
        """A request is on its way."""
        self._head = time.monotonic() + self._first

    def answered(self) -> None:
        """The head of its answer is there."""
        self._head = self._end

    def left(self, most: float | None = None) -> float:
        """Seconds; zero or less when time is over."""
        ends = min(self._end, self._head) - time.monotonic()
        return ends if most is None else min(ends, most)


class Network(httpcore2.NetworkBackend):
    """How httpcore2 gets its connections. Errors: Failed for a name that isn't found or an address that is refused."""

    def __init__(self, resolve: Resolve, hosts: frozenset[str], timer: Timer) -> None:
        self._resolve = resolve
        self._hosts = hosts
        self._timer = timer
        self._sockets = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._checked(host, port, self._timer.left(timeout))
        fault: Exception = httpcore2.ConnectTimeout()
        for address in addresses:
            if (left := self._timer.left(timeout)) <= 0:
                break
            try:
                stream = self._sockets.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                fault = error
            else:
                return _Stream(stream, self._timer)
        raise fault

    def _checked(self, host: str, port: int, seconds: float) -> list[str]:
        addresses = self._found(host, port, seconds)
        if allows(self._hosts, host, port):
            return addresses
        # One bad address is enough: who controls the name could let any of them be the one.
        for address in addresses:
            if kind := refused(address):
                raise Failed(
                    f"{host} has {kind} address, and Gaitway goes only to public ones. If it is meant, an administrator "
                    f"can allow it: add {f'[{host}]' if ':' in host else host}:{port} to GAITWAY_PRIVATE_HOSTS."
                )
        return addresses

    def _found(self, host: str, port: int, seconds: float) -> list[str]:
        # In a thread, because the operating system's resolver can't be told to hurry.
        answer: queue.Queue[list[str] | OSError | UnicodeError] = queue.Queue()

        def ask() -> None:
            try:
                answer.put(self._resolve(host, port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        threading.Thread(target=ask, daemon=True, name="resolve").start()
        try:
            found = answer.get(timeout=max(seconds, 0))
        except queue.Empty:
            raise Failed(f"The name {host} can't be looked up: no name server answers.", again=True) from None
        if isinstance(found, list) and found:
            return found
        gone = isinstance(found, UnicodeError) or (isinstance(found, OSError) and found.errno == socket.EAI_NONAME)
        raise Failed(f"The name {host} can't be found. Correct the address, or its entry in the DNS.", again=not gone)


class _Stream(httpcore2.NetworkStream):
    """A connection that ends when time is over, also where every single byte comes in time."""

    def __init__(self, stream: httpcore2.NetworkStream, timer: Timer) -> None:
        self._stream = stream
        self._timer = timer

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if (left := self._timer.left(timeout)) <= 0:
            raise httpcore2.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if (left := self._timer.left(timeout)) <= 0:
            raise httpcore2.WriteTimeout
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        if (left := self._timer.left(timeout)) <= 0:
            raise httpcore2.ConnectTimeout
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._timer)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
