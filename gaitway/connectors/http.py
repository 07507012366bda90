"""What the connectors that speak HTTP have in common: headers with secrets, and what a status means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gaitway.lib.outgoing import Failed

from . import secrets

if TYPE_CHECKING:
    from gaitway.lib.outgoing.visit import Answer

_EXAMPLE = 'headers: {Authorization: "Bearer ${GAITWAY_SOURCE_…}"}'


def headers(options: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The headers of `options`, with their secrets filled in, and these secrets. Errors: Failed."""
    given = options.get("headers", {})
    if not isinstance(given, Mapping) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        raise Failed(f"The option headers takes names and texts, such as {_EXAMPLE}.")
    try:
        filled = {name: secrets.fill(value) for name, value in given.items()}
    except secrets.SecretMissing as error:
        raise Failed(str(error)) from None
    hidden = [secret for value in given.values() for secret in secrets.secrets_in(value)]
    return filled, hidden


def refuse_bad(answer: Answer) -> None:
    """Errors: Failed where the answer isn't one to use, with what to do about it."""
    where, status = answer.where, answer.status
    match status:
        case 200:
            return
        case 204 | 205:
            raise Failed(f"{where} answers {status}: it has no content.")
        case 401 | 407:
            raise Failed(
                f"{where} answers {status}: it wants to know who asks. Give a token in the options: {_EXAMPLE}."
            )
        case 403:
            raise Failed(f"{where} answers 403: it doesn't let us in. Publish it, or give a token that may read it.")
        case 404 | 410:
            raise Failed(f"{where} answers {status}: there is nothing. Correct the address.")
        case 408 | 425 | 429 | 500 | 502 | 503 | 504:
            raise Failed(f"{where} answers {status}: it can't now. {_when(answer)}", again=True)
    what = "is no answer with data" if status < 400 else "the request isn't right" if status < 500 else "it is broken"
    raise Failed(f"{where} answers {status}: {what}. Look at the address and the options.", again=status >= 500)


def _when(answer: Answer) -> str:
    later = answer.headers.get("retry-after", "").strip()[:40]
    if later.isdecimal():
        return f"Try again in {int(later):,} seconds."
    return f"Try again after {later}." if later.isprintable() and later else "Try again later."
