"""A message posted to an address that somebody entered: through the one door, and with what an answer means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gaitway.lib import retry
from gaitway.lib.outgoing import Budget, Door, Failed

from .base import Undelivered

BUDGET = Budget(connect=5, first=10, whole=15, bytes=2**16)
MEDIA = "application/json"


def post(
    door: Door, address: str, body: bytes, headers: Mapping[str, str] | None = None, *, at: datetime
) -> tuple[int, bytes]:
    """The status and the body of an answer that says yes. Whoever answers is read to the end, so that an answer that was
    cut is none. Raises Undelivered: the address is a secret, so that only its host is told."""
    try:
        with door.open(BUDGET) as visit, visit.post(address, body, MEDIA, headers) as answer:
            status, said = answer.status, answer.read()
            later = retry.asked(answer.headers.get("retry-after", ""), at, answer.headers.get("date", ""))
    except Failed as error:
        raise Undelivered(without(str(error), address), again=error.again, whole=error.again) from None
    where = _host(address)
    match status:
        case 408 | 425 | 429 | 503:
            raise Undelivered(f"{where} answers {status}: it can't now.", again=True, whole=True, wait=later)
        case 401 | 403 | 404 | 405 | 410:
            raise Undelivered(
                f"{where} answers {status}: nobody takes messages at this address any more. Make a new one there, and add it."
            )
    if status >= 500:
        raise Undelivered(f"{where} answers {status}: it is broken.", again=True, wait=later)
    if not 200 <= status < 300:
        raise Undelivered(f"{where} answers {status}: it doesn't understand what was sent. Is it the right address?")
    return status, said


def without(message: str, address: str) -> str:
    """`message` with nothing of the address but its host."""
    from gaitway.lib.outgoing.urls import parse, shown

    try:
        url = parse(address)
    except Failed:
        return message
    for part in (address, str(url), shown(url), url.raw_path.decode("ascii", "replace"), url.path):
        if len(part) > 1:
            message = message.replace(part, _host(address) if "://" in part else "/…")
    return message


def _host(address: str) -> str:
    from gaitway.lib.outgoing.urls import parse

    url = parse(address)
    return f"{url.host}:{url.port}" if url.port else url.host
