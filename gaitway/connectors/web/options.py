from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from gaitway.lib.outgoing import Failed

from .. import http

FORMATS = ("csv", "tsv", "json", "jsonl", "ndjson", "parquet", "xlsx")
_MEDIA = {
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_OWN = ("format", "headers", "records", "next")


@dataclass(frozen=True, slots=True)
class Options:
    """How a source on the web is asked. `format`: nothing where it is to be guessed. `records`: the path to the rows in a
    JSON document. `next`: the path to the address of the page that follows. `rest`: what the connector for files takes.
    `hidden`: secrets that no message may hold."""

    format: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    records: str | None = None
    next: str | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


def read(options: Mapping[str, Any]) -> Options:
    """Errors: Failed."""
    rest = {name: value for name, value in options.items() if name not in _OWN}
    for name in rest:
        if near := get_close_matches(name, _OWN, n=1):
            raise Failed(f"There is no option {name}. Did you mean {near[0]}?")
    for name in ("format", "records", "next"):
        if not isinstance(options.get(name, ""), str):
            raise Failed(f"The option {name} takes a text, not {options[name]!r}.")
    chosen = options.get("format", "").lower()
    if chosen and chosen not in FORMATS:
        raise Failed(f"There is no format {chosen}. Use one of {', '.join(FORMATS)}.")
    records, following = options.get("records"), options.get("next")
    if following and records is None:
        raise Failed(
            'The option next needs records beside it: the path to the rows of each page, such as "data.items".'
        )
    if records is not None and chosen not in ("", "json"):
        raise Failed(f"The option records is for JSON documents, not for {chosen}.")
    headers, hidden = http.headers(options)
    return Options(chosen, headers, records, following or None, rest, tuple(hidden))


def guess(path: str, query: str, media_type: str, where: str) -> str:
    """The format of what came from there. Errors: Failed."""
    suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix.removeprefix(".")
    if suffix in FORMATS:
        return suffix
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if name in ("output", "format") and value.lower() in FORMATS:
            return value.lower()
    media_type = media_type.partition(";")[0].strip().lower()
    if media_type in _MEDIA:
        return _MEDIA[media_type]
    said = f"calls it {media_type[:80]!r}" if media_type else "doesn't say what it is"
    raise Failed(f"{where} {said}. Say what it is in the options: format: {' | '.join(FORMATS)}.")
