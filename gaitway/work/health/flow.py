"""What flows: sources, jobs, the workers that do them, and whether anything is held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from gaitway import connectors
from gaitway.connectors import secrets
from gaitway.connectors.base import Place
from gaitway.lib import addresses
from gaitway.models import Hold, Initiative, Job, Kpi, Source
from gaitway.queries import operating, summaries

from .check import Check, bad, fine, warn

WAITS_TOO_LONG = timedelta(minutes=10)
MOST = 20  # things of one sort that are named
SAMPLE = 50  # initiatives whose summary is worked out again


def checks(at: datetime) -> Iterator[Check]:
    yield _held()
    yield _worker(at)
    yield from _sources()
    yield from _jobs(at)
    yield from _kpis()
    yield _summaries()


def _held() -> Check:
    hold = Hold.objects.filter(released_at=None).first()
    if hold is None:
        return fine("outgoing", "sources are asked and people are told")
    return warn("outgoing", f"held since {hold.at:%Y-%m-%d %H:%M} UTC: {hold.reason}",
                "Look around, then: gaitway restore --release")  # fmt: skip


def _worker(at: datetime) -> Check:
    age = operating.silence(at)
    if age is None:
        return warn(
            "worker", "none is running", "Run `gaitway serve`, or `gaitway work` beside `gaitway serve --no-worker`."
        )
    if age > operating.SILENT:
        return bad("worker", f"the last one fell silent {age.total_seconds():.0f} s ago", "Start `gaitway work` again.")
    return fine("worker", f"seen {age.total_seconds():.0f} s ago")


def _sources() -> Iterator[Check]:
    """Files are looked for; a server is asked only by name, for that may take its time."""
    for source in Source.objects.filter(retired_at=None):
        name = f"source {source.key}"
        if addresses.is_address(source.location):
            yield fine(name, f"{source.location}; `gaitway doctor {source.key}` asks it")
        elif Path(source.location).exists():
            yield fine(name, source.location)
        else:
            yield bad(
                name, f"no file {source.location}", "Put the file there, or change the source in the strategy file."
            )


def of_source(key: str) -> Iterator[Check]:
    """What every source of this name says when it is asked."""
    for source in Source.objects.filter(key=key, retired_at=None):
        hidden = secrets.secrets_in(source.location)
        try:
            place = Place(secrets.fill(source.location), source.options)
            connector = connectors.find(place)
        except (secrets.SecretMissing, connectors.Unserved) as error:
            yield bad(source.key, str(error), "Change the source in the strategy file, and apply it.")
            continue
        for sign in connector.probe(source.key, place):
            says = secrets.redact(sign.says, hidden)
            yield (
                fine(sign.name, says)
                if sign.fine
                else bad(sign.name, says, "docs/sources.md tells what each kind needs.")
            )


def _jobs(at: datetime) -> Iterator[Check]:
    waiting = Job.objects.filter(finished_at=None, dead_at=None, due_at__lte=at)
    oldest = waiting.order_by("due_at").first()
    if oldest is None:
        yield fine("jobs", "nothing waits")
    else:
        says = f"{waiting.count()} due, the oldest since {oldest.due_at:%Y-%m-%d %H:%M}"
        late = at - oldest.due_at > WAITS_TOO_LONG
        yield bad("jobs", says, "Is `gaitway work` running, and is anything held?") if late else fine("jobs", says)
    for job in Job.objects.exclude(dead_at=None)[:MOST]:
        yield bad("job laid aside", f"{job.key}: {job.fault}", "Mend the cause, then ask again on the page of sources.")


def _summaries() -> Check:
    """A sample of what lists show beside what is true: those that changed last are the likeliest to be wrong."""
    some = list(Initiative.objects.exclude(summary=None).order_by("-summary__at").values_list("pk", flat=True)[:SAMPLE])
    if wrong := summaries.wrong(some):
        return bad("summaries", f"wrong in {len(wrong)} of {len(some)}: {'; '.join(wrong[:3])}",
                   "gaitway doctor --rebuild makes them anew.")  # fmt: skip
    waiting = len(summaries.missing_or_due())
    if waiting:
        return warn(
            "summaries", f"{waiting} wait to be made", "Is `gaitway work` running? Or: gaitway doctor --rebuild"
        )
    return fine("summaries", f"true of the {len(some)} that changed last")


def _kpis() -> Iterator[Check]:
    for kpi in Kpi.objects.filter(retired_at=None).exclude(pull_fault="")[:MOST]:
        yield bad(f"KPI {kpi.key}", kpi.pull_fault, f"Mend the source, then: gaitway pull {kpi.key}")
