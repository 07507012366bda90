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
    found = parsed(text, place)
    if may_hold_nul(text):
        refuse_nul(found, place)
    return found


def parsed(text: bytes, place: str = "body") -> Any:
    """The same for who looks for NUL themselves."""
    try:
        return from_json(text, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise Problem(400, f"This isn't JSON: {error}.", place) from None


def may_hold_nul(text: bytes) -> bool:
    return b"\\u0000" in text or b"\0" in text


def refuse_nul(found: Any, place: str) -> None:
    match found:
        case str() if "\0" in found:
            raise Problem(422, "A text can't hold the character NUL.", place)
        case dict():
            for name, each in found.items():
                refuse_nul(name, place)
                refuse_nul(each, f"{place}.{name}")
        case list():
            for at, each in enumerate(found):
                refuse_nul(each, f"{place}.{at}")


class StrictParser(Parser):
    """Ninja's, made strict; what it raises arrives as the cause of ninja's own error."""

    def parse_body(self, request: HttpRequest) -> Any:
        return value(raw(request, JSON))
