"""The way into the API: who asks, in the right order, and what every answer has in common."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.cache import get_conditional_response

from gaitway.actions import Conflict, Refused, replies, tokens
from gaitway.lib import proxies
from gaitway.models import Person
from gaitway.queries import tokens as asked

from . import problems
from .problems import Problem

PREFIX, OPEN = "/api/", "/api/v1/openapi.json"
FAILURES, WINDOW = 30, 60  # unknown tokens from one address in so many seconds


class Door:
    """A middleware that stands inside authentication: requests to the API get their own addresses, and an answer in JSON
    whatever happens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.urlconf = "gaitway.api.urls"  # where Django looks for it
        try:
            if settings.HTTPS and not request.is_secure():
                raise Problem(
                    403, "This came without HTTPS, where anyone can read along: end this token, and use https://."
                )
            response = self._answer(request)
        except Problem as problem:
            response = problems.of(problem)
        if response.status_code >= 400 and not response.headers["Content-Type"].startswith("application/json"):
            response = _in_json(response)
        response.headers["Cache-Control"] = "private, no-cache"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != OPEN:
            self._identify(request)
        if "\0" in request.path_info:
            raise Problem(404)
        for name, texts in request.GET.lists():
            if any("\0" in text for text in (name, *texts)):
                raise Problem(422, "A text can't hold the character NUL.", f"query {name}".replace("\0", ""))
        if request.method == "POST" and (key := request.headers.get("Idempotency-Key")) is not None:
            return self._once(request, key)
        response = self.get_response(request)
        if request.method == "GET" and response.status_code == 200:
            etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            response.headers["ETag"] = etag
            return get_conditional_response(request, etag=etag, response=response)  # type: ignore[return-value]  # given one, it gives one
        return response

    def _identify(self, request: HttpRequest) -> None:
        """Sets `user`, and `token` where the request came with one. Raises Problem."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme:
            at = timezone.now()
            token = asked.alive(text.strip(), at) if scheme.lower() == "bearer" else None
            if token is None:
                raise Problem(429 if _failed(request) else 401)
            tokens.used(token, at=at)
            request.user, request.token = token.person, token  # type: ignore[attr-defined]  # for scopes.Bearer
            return
        if not request.user.is_authenticated:
            raise Problem(401)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not _same_origin(request):
            raise Problem(403, "A page that is signed in sends its CSRF token: the header X-CSRFToken.")

    def _once(self, request: HttpRequest, key: str) -> HttpResponse:
        """The effect and its stored answer in one transaction; what changed nothing isn't stored."""
        person, at = request.user, timezone.now()
        assert isinstance(person, Person)  # noqa: S101  # who isn't was sent away
        try:
            reply = replies.claim(key, _digest(request), by=person, at=at)
        except Conflict as error:
            raise Problem(409, str(error), "header Idempotency-Key") from None
        except Refused as error:
            raise Problem(422, str(error), "header Idempotency-Key") from None
        if reply.status is not None:
            return HttpResponse(
                reply.body, status=reply.status, content_type="application/json", headers={"Idempotent-Replay": "true"}
            )
        kept = False
        try:
            with transaction.atomic():
                response = self.get_response(request)
                if response.status_code < 400:
                    replies.keep(reply, response.status_code, _kept(request, response), by=person, at=at)
                else:
                    transaction.set_rollback(True)
            kept = response.status_code < 400
        except Conflict as error:
            raise Problem(409, str(error), "header Idempotency-Key") from None
        finally:
            if not kept:
                replies.release(reply, by=person, at=at)
        return response


def _kept(request: HttpRequest, response: HttpResponse) -> str:
    """The answer as it is repeated: what is shown once is not in it."""
    names: tuple[str, ...] = getattr(request, "shown_once", ())
    body: str = response.content.decode()
    return json.dumps({**json.loads(body), **dict.fromkeys(names)}) if names else body


def _in_json(response: HttpResponse) -> HttpResponse:
    """An answer of Django's own, in the shape of the API."""
    made = problems.answer(response.status_code)
    if "Allow" in response.headers:
        made.headers["Allow"] = response.headers["Allow"]
    return made


def _digest(request: HttpRequest) -> str:
    from .bodies import whole

    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return hashlib.sha256(head.encode("utf-8", "surrogatepass") + whole(request)).hexdigest()


def _failed(request: HttpRequest) -> bool:
    """Counts an unknown token; whether there were too many from this address lately."""
    near, forwarded = request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", "")
    address = proxies.client(near, forwarded, settings.PROXIES)
    name = f"api-unknown:{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}"
    cache.add(name, 0, WINDOW)
    try:
        return cache.incr(name) > FAILURES
    except ValueError:  # it ran out between the two
        return False


def _same_origin(request: HttpRequest) -> bool:
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    request.csrf_processing_done = False  # type: ignore[attr-defined]  # API views are exempt, their sessions aren't
    check.process_request(request)
    return check.process_view(request, _no_view, (), {}) is None


def _no_view() -> HttpResponse:
    """Stands for a view that isn't exempt."""
    return HttpResponse()
