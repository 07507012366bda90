"""From an address to a file. It is there whole, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from gaitway.lib.outgoing import Budget, Door, Failed
from gaitway.lib.outgoing.bodies import unpacked

from .. import http
from ..base import Limits, Place
from . import records
from .options import Options, guess

if TYPE_CHECKING:
    from gaitway.lib.outgoing.visit import Answer, Visit

PAGES = 100
DOCUMENT = 8 * 2**20  # bytes of a JSON document, which may need forty times as much memory to be taken apart
ROWS = 1_000_000  # of all pages
_GZIP = b"\x1f\x8b"  # a file that is packed itself, such as data.csv.gz
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file, and where it came from. `server`: who answered, as it says. `pages`: of a paged document."""

    path: Path
    where: str
    format: str
    size: int
    server: str
    pages: int = 1


def fetch(door: Door, key: str, place: Place, options: Options, folder: Path, limits: Limits) -> Fetched:
    """Downloads into `folder`. Errors: Failed."""
    budget = Budget(whole=limits.seconds, first=limits.seconds, bytes=limits.download)
    with door.open(budget) as visit:
        if options.records is not None:
            return _paged(visit, key, place, options, folder)
        with visit.get(place.location, options.headers) as answer:
            pieces = _content(answer)
            first = next(pieces, b"")
            format_ = options.format or guess(answer.url.path, answer.url.query.decode(), _media(answer), answer.where)
            body: Iterator[bytes] = chain([first], pieces)
            if first.startswith(_GZIP):
                body = unpacked(body, "gzip", limits.download, limits.download, answer.where)
            path = folder / f"{key}.{format_}"
            with path.open("wb") as file:
                size = sum(file.write(piece) for piece in body)
            return Fetched(path, answer.where, format_, size, _server(answer))


def _paged(visit: Visit, key: str, place: Place, options: Options, folder: Path) -> Fetched:
    from gaitway.lib.outgoing.urls import parse, same_origin

    path = folder / f"{key}.jsonl"
    url = parse(place.location)
    seen: set[str] = set()
    size = count = 0
    with path.open("w", encoding="ascii") as file:
        while len(seen) < PAGES:
            seen.add(str(url))
            with visit.get(str(url), options.headers) as answer:
                text = _document(answer)
            where, server = answer.where, _server(answer)
            size += len(text)
            found = records.document(text, where)
            rows = records.rows(found, options.records or "", where)
            count += len(rows)
            if count > ROWS:
                raise Failed(f"{place_of(place)} gives more than {ROWS:,} rows. Ask for less, or for a file.")
            file.writelines(json.dumps(row) + "\n" for row in rows)
            target = records.following(found, options.next, where) if options.next else None
            if target is None:
                break
            if not same_origin(url, following := parse(target, answer.url)):
                raise Failed(f"{where}: the next page is on another host, {following.host}. Pages have to be on one.")
            url = following.copy_with(userinfo=url.userinfo)
            if str(url) in seen:
                raise Failed(f"{where}: the next page is one that was read before. Correct the option next.")
        else:
            raise Failed(f"{place_of(place)} has more than {PAGES} pages. Ask for larger pages, or for less.")
    if not count:
        raise Failed(f"{where} holds no rows yet.", again=True)
    return Fetched(path, where, "json", size, server, len(seen))


def place_of(place: Place) -> str:
    """The address for people. Errors: Failed."""
    from gaitway.lib.outgoing.urls import parse, shown

    return shown(parse(place.location))


def _document(answer: Answer) -> bytes:
    text = bytearray()
    for piece in _content(answer):
        text += piece
        if len(text) > DOCUMENT:
            raise Failed(f"{answer.where} is a JSON document of more than {DOCUMENT:,} bytes. Ask for smaller pages.")
    return bytes(text)


def _content(answer: Answer) -> Iterator[bytes]:
    """The body of an answer that is data; its first piece is long enough to know a page of HTML."""
    http.refuse_bad(answer)
    if not answer.framed:
        raise Failed(f"{answer.where} doesn't say how long its answer is, so a part could pass for the whole.")
    start = b""
    for piece in answer.pieces:
        start += piece
        if len(start) > 1024:
            break
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:20].lower()
    if head.startswith(_HTML) or (_media(answer).startswith("text/html") and head.startswith(b"<")):
        raise Failed(
            f"{answer.where}: this is an HTML page, perhaps one to sign in. "
            "Publish the sheet as CSV, or give a token in the options (headers)."
        )
    if not head:
        raise Failed(f"{answer.where} answers with nothing. Export it again, or correct the address.")
    yield start
    yield from answer.pieces


def _media(answer: Answer) -> str:
    return str(answer.headers.get("content-type", ""))


def _server(answer: Answer) -> str:
    said = str(answer.headers.get("server", ""))[:80]
    return said if said and said.isprintable() else ""
