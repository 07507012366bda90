from __future__ import annotations

import base64
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import httpcore2
import httpx2

from gaitway import __version__

from .bodies import ACCEPTED, unpacked
from .door import Budget
from .faults import Failed
from .leave import allows
from .network import Timer
from .urls import parse, port_of, same_origin, shown

FOLLOWED = 3  # redirects
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, token
_VALUE = re.compile(r"[\x20-\x7e\x80-\xff\t]*")
# These say how the request travels, which is not for others to say.
# fmt: off
_OURS = frozenset({
    "accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "te",
    "trailer", "transfer-encoding", "upgrade",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `where`: its address for people. `framed`: the server says where the body ends, so that a cut is
    noticed. `pieces`: the body as it comes, unpacked; errors: Failed."""

    url: httpx2.URL
    where: str
    status: int
    headers: httpx2.Headers
    framed: bool
    pieces: Iterator[bytes]

    def read(self) -> bytes:
        """All of the body. Errors: Failed."""
        return b"".join(self.pieces)


class Visit:
    """Requests that share connections, time and bytes. Errors: Failed."""

    def __init__(self, pool: httpcore2.ConnectionPool, hosts: frozenset[str], timer: Timer, budget: Budget) -> None:
        self._pool = pool
        self._hosts = hosts
        self._timer = timer
        self._budget = budget
        self._spent = 0  # bytes

    @contextmanager
    def get(self, address: str, headers: Mapping[str, str] | None = None) -> Iterator[Answer]:
        """Follows a few redirects, each as a request of its own: checked from scratch, never from https to http, and
        without `headers` on another host."""
        url = parse(address)
        sent = [*_checked(headers), *_basic(url)]
        for _ in range(FOLLOWED + 1):
            with self._ask("GET", url, sent) as answer:
                target = _target(answer)
                if target is None:
                    yield answer
                    return
            if (url.scheme, target.scheme) == ("https", "http"):
                raise Failed(
                    f"{shown(url)} leads from https to {shown(target)}, where anyone can read along. Ask its owner."
                )
            if not same_origin(url, target):
                sent = []
            url = target
        raise Failed(f"{shown(url)} leads on and on, more than {FOLLOWED} times. Give the address where it ends.")

    @contextmanager
    def post(
        self, address: str, content: bytes, media_type: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[Answer]:
        """Follows nothing: a redirect is a fault that names its target."""
        url = parse(address)
        sent = [*_checked(headers), *_basic(url)]
        with self._ask("POST", url, sent, (media_type, content)) as answer:
            if target := _target(answer):
                raise Failed(f"{answer.where} has moved to {shown(target)}. If that is right, give that address.")
            yield answer

    @contextmanager
    def _ask(
        self, method: str, url: httpx2.URL, headers: list[tuple[str, str]], body: tuple[str, bytes] | None = None
    ) -> Iterator[Answer]:
        if headers and url.scheme == "http" and not allows(self._hosts, url.host, port_of(url)):
            raise Failed(f"{shown(url)} would get a token or a password where anyone can read along. Use https://.")
        own = [
            ("Host", url.netloc.decode("ascii")),
            ("User-Agent", f"Gaitway/{__version__}"),
            ("Accept-Encoding", ACCEPTED),
        ]
        if body:
            own += [("Content-Type", body[0]), ("Content-Length", str(len(body[1])))]
        request = httpcore2.Request(
            method=method,
            url=httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in [*own, *headers]],
            content=body[1] if body else None,
            extensions={"timeout": {"connect": self._budget.connect, "pool": self._budget.connect}},
        )
        where = shown(url)
        self._timer.asks()
        with _told(where, self._budget):
            response = self._pool.handle_request(request)
        self._timer.answered()
        try:
            yield self._answer(url, where, response)
        finally:
            response.close()

    def _answer(self, url: httpx2.URL, where: str, response: httpcore2.Response) -> Answer:
        head = httpx2.Headers(response.headers)
        framed = "content-length" in head or "chunked" in head.get("transfer-encoding", "").lower()
        pieces = self._pieces(where, response, head.get("content-encoding", ""))
        return Answer(url, where, response.status, head, framed, pieces)

    def _pieces(self, where: str, response: httpcore2.Response, encoding: str) -> Iterator[bytes]:
        with _told(where, self._budget):
            most = self._budget.bytes
            for piece in unpacked(response.iter_stream(), encoding, most - self._spent, most, where):
                yield piece
                self._spent += len(piece)


def _checked(headers: Mapping[str, str] | None) -> list[tuple[str, str]]:
    for name, value in (headers or {}).items():
        if not _NAME.fullmatch(name):
            raise Failed(f"{name!r} can't be the name of a header.")
        if name.lower() in _OURS:
            raise Failed(f"The header {name} is set by Gaitway. Leave it out.")
        if not _VALUE.fullmatch(value):
            raise Failed(f"The value of the header {name} holds a line break or a character that a header can't carry.")
    return list((headers or {}).items())


def _basic(url: httpx2.URL) -> list[tuple[str, str]]:
    """`https://name:password@host` as a header."""
    if not url.userinfo:
        return []
    return [("Authorization", "Basic " + base64.b64encode(unquote_to_bytes(url.userinfo)).decode("ascii"))]


def _target(answer: Answer) -> httpx2.URL | None:
    """Where a redirect leads. Who asks is never taken from it."""
    location = answer.headers.get("location")
    if answer.status not in _REDIRECTS or location is None:
        return None
    try:
        return parse(location, answer.url).copy_with(userinfo=b"")
    except Failed as error:
        raise Failed(f"{answer.where} leads elsewhere. {error}") from None


@contextmanager
def _told(where: str, budget: Budget) -> Iterator[None]:
    """Turns what httpcore2 raises into Failed."""
    try:
        yield
    except httpcore2.ConnectTimeout:
        raise Failed(f"{where} can't be reached: no answer to the connection in time.", again=True) from None
    except httpcore2.TimeoutException:
        raise Failed(
            f"{where} is too slow: its answer has to begin within {budget.first:g} seconds and to end within "
            f"{budget.whole:g}. Ask it for less, or raise the limit.",
            again=True,
        ) from None
    except httpcore2.ConnectError as error:
        cause = error.args[0] if error.args else None  # what the operating system or OpenSSL says
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Failed(f"{where} can't prove who it is: {cause.verify_message}. Renew its certificate.") from None
        if isinstance(cause, ssl.SSLError):
            raise Failed(f"{where} speaks no TLS that can be understood ({cause.reason}). Is it http://?") from None
        why = cause.strerror if isinstance(cause, OSError) else None
        raise Failed(f"{where} can't be reached: {why or 'no connection'}.", again=True) from None
    except httpcore2.NetworkError:
        raise Failed(f"{where} broke the connection off.", again=True) from None
    except httpcore2.RemoteProtocolError as error:
        raise Failed(
            f"{where} stopped in the middle of its answer, or it speaks no HTTP ({error}).", again=True
        ) from None
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        raise Failed(f"{where} can't be asked: {error}.") from None
