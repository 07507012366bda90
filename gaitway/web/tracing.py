"""Each request has an id, which its answer and every line of the log name."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from gaitway.lib.logs import request_id

from .measuring import route

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
log = logging.getLogger("gaitway.requests")


class Traced:
    """Takes the id that a proxy gave where it is well formed: 8 to 64 letters, digits, points, dashes. Any other could
    write lines into the log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(HEADER, "")
        asked = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        request_id.set(asked)  # until the thread's next request: Django logs a fault when all middleware is done
        began = time.perf_counter()
        response = self.get_response(request)
        response.headers[HEADER] = asked
        took = round((time.perf_counter() - began) * 1000, 1)
        said = {"route": route(request), "method": request.method, "status": response.status_code, "ms": took}
        log.info("answered", extra=said)
        return response
