"""Bodies of requests, read strictly: of a declared type, in UTF-8, JSON as the standard has it, no NUL in a text."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from ninja.parser import Parser
from pydantic_core import from_json

from .problems import Problem

JSON, LINES, YAML = "application/json", "application/x-ndjson", "application/yaml"


def raw(request: HttpRequest, *accepted: str) -> bytes:
    """Raises Problem for a body of another type, or one that is too large."""
    if request.content_type not in accepted or request.headers.get("Content-Encoding", "identity") != "identity":
        raise Problem(415, f"Send the body as {' or '.join(accepted)}, not compressed.", "header Content-Type")
    return whole(request)


def whole(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise Problem(413) from None
    except UnreadablePostError:
        raise Problem(400, "The body ended too early.", "body") from None


def value(text: bytes, place: str = "body") -> Any:
    try:
        found = from_json(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Problem(400, f"This isn't JSON: {error}.", place) from None
    if b"\\u0000" in text or b"\0" in text:
        _refuse_nul(found, place)
    return found


def _refuse_nul(found: Any, place: str) -> None:
    match found:
        case str() if "\0" in found:
            raise Problem(422, "A text can't hold the character NUL.", place)
        case dict():
            for name, each in found.items():
                _refuse_nul(name, place)
                _refuse_nul(each, f"{place}.{name}")
        case list():
            for at, each in enumerate(found):
                _refuse_nul(each, f"{place}.{at}")


class StrictParser(Parser):
    """Ninja's, made strict; what it raises arrives as the cause of ninja's own error."""

    def parse_body(self, request: HttpRequest) -> Any:
        return value(raw(request, JSON))
