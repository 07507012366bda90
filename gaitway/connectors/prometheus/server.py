"""What is asked of a Prometheus, and what it says. Its JSON is hostile until it was read here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from gaitway.lib.outgoing import Failed

from .. import http

if TYPE_CHECKING:
    from gaitway.lib.outgoing.visit import Answer, Visit

_FORM = "application/x-www-form-urlencoded"
_ERRORS = 65_536  # bytes of an error that are read


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: its labels, and its values by milliseconds since 1970."""

    labels: Mapping[str, str]
    values: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Server:
    """`base`: its address with its prefix, without a slash at the end. Errors: Failed."""

    visit: Visit
    base: str
    headers: Mapping[str, str]

    def range(self, query: str, first: int, last: int, step: int, seconds: float) -> list[Series]:
        """The series of an expression, from the moment `first` to `last` by `step` milliseconds."""
        asked = {
            "query": query,
            "start": f"{first / 1000:.3f}",
            "end": f"{last / 1000:.3f}",
            "step": f"{step / 1000:.3f}",
            "timeout": f"{seconds:g}s",
            "partial_response": "false",  # Thanos: half of the numbers would pass for all of them
        }
        data = self._post("query_range", asked)
        with _odd(self.base):
            if data["resultType"] != "matrix":
                raise ValueError(data["resultType"])
            return [_series(each) for each in data["result"]]

    def now(self) -> float:
        """Its clock, in seconds since 1970."""
        data = self._post("query", {"query": "time()"})
        with _odd(self.base):
            return float(data["result"][1])

    def version(self) -> str:
        """What it says it is; nothing where it doesn't."""
        try:
            data = self._get("status/buildinfo")
        except Failed:
            return ""
        said = data.get("version") if isinstance(data, dict) else None
        return said[:40] if isinstance(said, str) and said.isprintable() else ""

    def metrics(self) -> list[str]:
        """The names of its metrics."""
        data = self._get("label/__name__/values")
        with _odd(self.base):
            return [str(name) for name in list(data)]

    def _post(self, path: str, asked: Mapping[str, str]) -> Any:
        address = f"{self.base}/api/v1/{path}"
        try:
            form = urlencode(asked).encode("ascii")
        except UnicodeEncodeError:
            raise Failed("The query holds a character that is not text. Type it again.") from None
        with self.visit.post(address, form, _FORM, self.headers) as answer:
            return _data(answer)

    def _get(self, path: str) -> Any:
        with self.visit.get(f"{self.base}/api/v1/{path}", self.headers) as answer:
            return _data(answer)


def _data(answer: Answer) -> Any:
    """What an answer holds. Errors: Failed, with Prometheus's own words where it has some."""
    if answer.status in (400, 422, 503):
        try:
            said = json.loads(_start(answer))
            text, kind = said["error"], said["errorType"]
        except (ValueError, KeyError, TypeError, RecursionError):
            http.refuse_bad(answer)
        else:
            words = "".join(letter for letter in str(text)[:500] if letter.isprintable())
            raise Failed(f"{answer.where}: {words}", again=kind in ("timeout", "canceled", "unavailable", "internal"))
    http.refuse_bad(answer)
    text = answer.read()
    with _odd(answer.where):
        said = json.loads(text)
        if said["status"] != "success":
            raise ValueError(said["status"])
        return said["data"]


def _start(answer: Answer) -> bytes:
    text = b""
    for piece in answer.pieces:
        text += piece
        if len(text) > _ERRORS:
            break
    return text


def _series(each: Any) -> Series:
    labels = {str(name): str(value) for name, value in each["metric"].items()}
    return Series(labels, {round(float(at) * 1000): float(value) for at, value in each["values"]})


@contextmanager
def _odd(where: str) -> Iterator[None]:
    """Turns what goes wrong while an answer is read into Failed."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Failed(f"{where} answers in a way that no Prometheus does. Is the address right?") from None
