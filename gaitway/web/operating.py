"""For whoever operates the installation: whether it is up, and its numbers for Prometheus. Neither names anything."""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from gaitway import __version__
from gaitway.queries import operating

from .live import hub
from .measuring import tally

HERE = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")
Sample = tuple[dict[str, str], float]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Ready where the database answers and its tables are of this version; with `?worker=1` also only where a worker has
    been seen within the last minute. Else 503, for who spreads the requests."""
    said: dict[str, object] = {"live": True, "ready": False, "database": False, "tables": False, "worker_seconds": None}
    try:
        silence = operating.silence(timezone.now())
        said |= {"database": True, "tables": operating.is_current()}
        said["worker_seconds"] = None if silence is None else round(silence.total_seconds())
        worked = silence is not None and silence <= operating.SILENT
        said["ready"] = bool(said["tables"]) and (worked or request.GET.get("worker") != "1")
    except DatabaseError:
        pass  # that is the answer
    return JsonResponse(said, status=200 if said["ready"] else 503, headers={"Cache-Control": "no-store"})


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116): what GAITWAY_SECURITY_CONTACT says. Absent where it says nothing."""
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    where = contact if ":" in contact else f"mailto:{contact}"
    until = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: {where}\nExpires: {until}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """In the text format of Prometheus. For this machine alone, or with GAITWAY_METRICS_TOKEN."""
    if not _may_read(request):
        raise Http404
    text = "".join([*_of_this_process(), *_of_all()])
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return HttpResponse(text, content_type=kind, headers={"Cache-Control": "no-store"})


def _may_read(request: HttpRequest) -> bool:
    """A proxy on the same machine asks from here for the whole world: what it passes on isn't from here."""
    if settings.METRICS_TOKEN:
        sent = request.headers.get("Authorization", "").encode("utf-8", "surrogatepass")
        return hmac.compare_digest(sent, f"Bearer {settings.METRICS_TOKEN}".encode())
    return request.META.get("REMOTE_ADDR") in HERE and not any(name in request.headers for name in FORWARDED)


def _of_this_process() -> Iterator[str]:
    me = {"process": str(os.getpid())}
    requests, spent = tally.read()
    yield _family("requests_total", "counter", "Answers, by route, method and class of status.", [
        ({"route": route, "method": method, "status": status, **me}, count)
        for (route, method, status), count in sorted(requests.items())
    ])  # fmt: skip
    lines = []
    for route, each in sorted(spent.items()):
        lines += [
            _line("request_seconds_bucket", {"route": route, "le": le, **me}, count) for le, count in each.up_to()
        ]
        lines.append(_line("request_seconds_sum", {"route": route, **me}, each.seconds))
        lines.append(_line("request_seconds_count", {"route": route, **me}, sum(each.counts)))
    yield _head("request_seconds", "histogram", "How long an answer took.") + "".join(lines)
    yield _family("streams", "gauge", "Browsers that hear of changes.", [(me, len(hub.listeners))])


def _of_all() -> Iterator[str]:
    """Of the whole installation, whichever process says it."""
    found = operating.numbers(timezone.now())
    yield _family("info", "gauge", "The version.", [({"version": __version__}, 1)])
    yield _family("jobs", "gauge", "Jobs by state.", [({"state": state}, count) for state, count in found.jobs.items()])
    silence = None if found.silence is None else found.silence.total_seconds()
    for name, kind, says, value in (
        (
            "oldest_job_seconds",
            "gauge",
            "How long the oldest job that is due has waited.",
            found.oldest.total_seconds(),
        ),
        ("workers", "gauge", "Workers seen within the last minute.", found.workers),
        (
            "worker_silence_seconds",
            "gauge",
            "Since the last sign of life of a worker.",
            silence,
        ),
        ("observations_total", "counter", "The highest number of an observation.", found.observations),
        ("evaluations_total", "counter", "The highest number of an evaluation of a gate.", found.judged),
        ("pulls_failed_total", "counter", "Pulls that failed.", found.failed),
        ("kpis_failing", "gauge", "KPIs whose last pull failed.", found.broken),
        ("held", "gauge", "1 while nothing leaves the house after a restore.", found.held),
        ("database_bytes", "gauge", "The size of the database.", found.size),
    ):
        yield _family(name, kind, says, [] if value is None else [({}, float(value))])


def _family(name: str, kind: str, says: str, samples: Iterable[Sample]) -> str:
    return _head(name, kind, says) + "".join(_line(name, labels, value) for labels, value in samples)


def _head(name: str, kind: str, says: str) -> str:
    return f"# HELP gaitway_{name} {says}\n# TYPE gaitway_{name} {kind}\n"


def _line(name: str, labels: dict[str, str], value: float) -> str:
    written = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    number = int(value) if value == int(value) else value
    return f"gaitway_{name}{f'{{{written}}}' if written else ''} {number}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
