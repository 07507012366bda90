"""What must never stand in a log: secrets that are known, and whatever looks like one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

GONE = "…"
LONGEST = 20_000  # characters of one text; what is longer is cut, so that nobody makes a log line cost seconds
SHORTEST = 6  # characters of a value that is looked for by itself; a shorter one stands in other words by chance

_NAMES = (
    r"(?:[\w-]{0,40}(?:passw(?:or)?d|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signature|credential)[\w-]{0,40}"
    r"|sessionid)"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, flags), put)
    for pattern, flags, put in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL, GONE),
        (r"\b(bearer|basic|digest|negotiate)\s+[^\s\"',]+", re.IGNORECASE, rf"\1 {GONE}"),
        (r"\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]\s*)[^\r\n]*", re.IGNORECASE, rf"\1\2{GONE}"),
        (rf"\b({_NAMES})(['\"]?\s*[:=]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s\"'&,;)\]}}]+)", re.IGNORECASE, rf"\1\2{GONE}"),
        (r"(://)[^\s@/:]{0,300}:\S{0,500}@", 0, rf"\1{GONE}@"),  # who asks, in an address
        (r"(\bhttps?://[^\s?\"']*\?)[^\s\"']+", 0, rf"\1{GONE}"),
        (
            r"(/enter/(?:\d+/)?|/demo/|/tv/|/unsubscribe/|/new-password/)[^/\s\"']+",
            0,
            rf"\1{GONE}",
        ),  # links that let somebody in
        (r"\bgaitway_[\w-]{40,}", 0, f"gaitway_{GONE}"),
        (r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", 0, GONE),  # JSON web tokens
        (r"(?<=/)[\w-]{32,}(?=[/\s?\"']|$)", 0, GONE),  # a part of a path that nobody would choose
    )
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without `secrets`, also as they stand in an address, and without what looks like one."""
    written = {
        form
        for secret in secrets
        if len(secret) >= SHORTEST
        for form in (secret, quote(secret), quote(secret, safe=""))
    }
    for secret in sorted(written, key=len, reverse=True):
        text = text.replace(secret, GONE)
    if len(text) > LONGEST:
        text = text[:LONGEST] + GONE
    for pattern, put in _PATTERNS:
        text = pattern.sub(put, text)
    return text


def of_the_house(environ: Iterable[tuple[str, str]] | None = None) -> Iterator[str]:
    """The secrets that Gaitway was given by the environment: keys, tokens, passwords, and those of sources."""
    for name, value in os.environ.items() if environ is None else environ:
        if not name.startswith("GAITWAY_") or not value:
            continue
        if name.startswith("GAITWAY_SOURCE_") or re.search(r"SECRET|TOKEN|PASSWORD|KEY", name):
            yield value
        if "://" in value:
            try:
                password = urlsplit(value).password
            except ValueError:
                continue
            if password:
                yield password
