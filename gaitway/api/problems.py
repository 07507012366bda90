"""What went wrong, in one shape: {"error": {"code", "message", "place"}}."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse

from gaitway.lib import storage

CODES = {
    400: "malformed", 401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "wrong_method", 409: "conflict",
    413: "too_large", 415: "wrong_type", 422: "invalid", 429: "too_often", 500: "broken",
    503: "away", 507: "no_room",
}  # fmt: skip
MESSAGES = {
    401: "Send a token: Authorization: Bearer gaitway_…",
    403: "You may not do this.",
    404: "There is no such thing, or it isn't yours to see.",
    405: "This address doesn't know this method.",
    413: "The body is larger than 8 MB: send it in parts.",
    429: "Too many tokens that aren't known came from your address: wait a minute.",
    500: "Something broke here. It was noted; nothing was changed.",
    503: "The database can't be asked just now; nothing was changed. Try again in some seconds.",
    507: "There is no room left to write; nothing was changed. Tell who runs Gaitway, and try again.",
}
LONGEST = 1000  # characters of a message: some repeat what was sent


class Problem(Exception):
    """An answer that isn't what was asked for. `place` names what is wrong in the request; `more` goes beside it."""

    def __init__(self, status: int, message: str = "", place: str | None = None, **more: Any) -> None:
        self.status, self.message, self.place, self.more = status, message or MESSAGES[status], place, more
        super().__init__(message)


def answer(status: int, message: str = "", place: str | None = None, **more: Any) -> HttpResponse:
    code = more.pop("code", CODES[status])
    said = message or MESSAGES[status]
    said = said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    error = {"code": code, "message": said, "place": place, **more}
    made = HttpResponse(json.dumps({"error": error}), status=status, content_type="application/json")
    if status == 401:
        made.headers["WWW-Authenticate"] = 'Bearer realm="gaitway"'
    return made


def of(problem: Problem) -> HttpResponse:
    return answer(problem.status, problem.message, problem.place, **problem.more)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(404)


def malformed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return answer(400, "The request can't be read.")


def broken(request: HttpRequest) -> HttpResponse:
    return fault(sys.exc_info()[1])


def fault(error: BaseException | None) -> HttpResponse:
    """Of ours, or of the database that we stand on."""
    made = answer(storage.trouble(error) or 500)
    if made.status_code == storage.AWAY:
        made.headers["Retry-After"] = "5"
    return made
