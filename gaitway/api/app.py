"""The API as a whole: its parts, what becomes of exceptions, and its description."""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from gaitway import __version__
from gaitway.actions import Conflict, NotAllowed, Refused
from gaitway.lib.strategyfile import StrategyFileError

from . import (
    areas,
    boards,
    bulk,
    channels,
    checkins,
    decisions,
    delegations,
    events,
    files,
    gates,
    history,
    initiatives,
    kpis,
    meetings,
    milestones,
    mywork,
    notices,
    objectives,
    observations,
    people,
    permissions,
    plans,
    preferences,
    problems,
    proofs,
    roadmap,
    roles,
    screens,
    search,
    sources,
    strategies,
    taskparts,
    tasks,
    tokens,
    triggers,
    uploads,
    verdicts,
    views,
)
from .bodies import StrictParser
from .problems import Problem
from .scopes import READ

log, access = logging.getLogger(__name__), logging.getLogger("gaitway.access")
NOUNS = (
    strategies, objectives, initiatives, roles, plans, files, history, bulk, roadmap, milestones, gates, triggers, proofs,
    decisions, verdicts, meetings, mywork, boards, tasks, taskparts, checkins, kpis, observations, uploads, sources,
    events, search, views, notices, preferences, people, delegations, areas, permissions, tokens, channels, screens,
)  # fmt: skip

api = NinjaAPI(
    title="Gaitway", version=__version__, auth=READ, parser=StrictParser(), docs_url=None, openapi_url=None,
    description="A stage is earned by evidence. See docs/api.md: tokens, errors, idempotency, limits.",
    urls_namespace="api",
)  # fmt: skip
for noun in NOUNS:
    api.add_router("", noun.router, tags=[noun.__name__.rpartition(".")[2]])


@api.exception_handler(Problem)
def _problem(_request: HttpRequest, error: Problem) -> HttpResponse:
    return problems.of(error)


@api.exception_handler(ObjectDoesNotExist)
def _absent(_request: HttpRequest, _error: ObjectDoesNotExist) -> HttpResponse:
    return problems.answer(404)


@api.exception_handler(Http404)
def _nowhere(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problems.answer(404)


@api.exception_handler(NotAllowed)
def _not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    access.info("Person %s was refused: %s %s", request.user.pk, request.method, request.path)
    return problems.answer(403, str(error))


@api.exception_handler(Conflict)
def _conflict(_request: HttpRequest, error: Conflict) -> HttpResponse:
    return problems.answer(409, str(error))


@api.exception_handler(Refused)
def _refused(_request: HttpRequest, error: Refused) -> HttpResponse:
    return problems.answer(422, str(error), code="refused")


@api.exception_handler(StrategyFileError)
def _faulty(_request: HttpRequest, error: StrategyFileError) -> HttpResponse:
    faults = [{"line": each.line, "column": each.column, "message": each.message} for each in error.faults]
    return problems.answer(422, f"The strategy file can't be applied, faults: {len(faults)}.", "body", faults=faults)


@api.exception_handler(ValidationError)
def _invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    where = [str(part)[:60] for part in first["loc"]]
    if where[0] == "body" and len(where) > 1:  # under the name of the view's argument, which nobody outside knows
        del where[1]
    place = ".".join(where) if where[0] == "body" else f"{where[0]} {'.'.join(where[1:])}".strip()
    said = "this field isn't known here" if first["type"] == "extra_forbidden" else first["msg"][:200]
    return problems.answer(422, f"{place}: {said}.", place)


@api.exception_handler(HttpError)
def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, Problem):
        return problems.of(error.__cause__)
    return problems.answer(error.status_code, str(error))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("%s %s", request.method, request.path, exc_info=error)
    return problems.fault(error)


BYTES = {"format": "binary", "title": "Response", "type": "string"}  # the schema of an answer that is a file


@cache
def described() -> dict[str, Any]:
    """The OpenAPI description, with what ninja doesn't know: the shape of errors, who may use which token."""
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    found["components"]["schemas"]["Error"] = {
        "type": "object", "title": "Error", "required": ["error"],
        "properties": {"error": {
            "type": "object", "required": ["code", "message", "place"],
            "properties": {"code": {"type": "string", "enum": sorted({*problems.CODES.values(), "refused"})},
                           "message": {"type": "string"}, "place": {"type": ["string", "null"]}},
        }},
    }  # fmt: skip
    said = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    names = {
        401: "No token that is known",
        403: "Not allowed",
        404: "Not there, or not yours to see",
        422: "Wrong input",
    }
    for methods in found["paths"].values():
        for verb, operation in methods.items():
            codes = [401, 403, 404, 422, *([405] if operation.get("parameters") else [])]
            if verb in ("post", "put", "patch"):
                codes += [400, 409, 413, 415]
            if verb == "post":
                operation.setdefault("parameters", []).append({
                    "in": "header", "name": "Idempotency-Key", "required": False,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                })  # fmt: skip
            if (
                operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema")
                == BYTES
            ):
                operation["responses"]["200"]["content"] = {"application/octet-stream": {"schema": BYTES}}
            for code in sorted(codes):
                name = names.get(code, problems.CODES[code].replace("_", " "))
                operation["responses"].setdefault(str(code), {"description": name, **said})
    return found


@require_safe
def description(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps(described()), content_type="application/json")
