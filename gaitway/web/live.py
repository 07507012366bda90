"""The stream that tells open pages what has changed: topics only, to each the ones that `visible_to` shows them.

One hub a process looks for new rows a few times a second, only while somebody listens, and wakes the listeners. A
listener waits without a database connection. Why threads: docs/adr/0007."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gaitway.models import Person
from gaitway.queries import live

from .viewer import viewer

EVERY = 0.25  # seconds between two looks
CHECKED = 2.0  # seconds after which who was removed or signed out hears nothing more
ALIVE = 15.0  # seconds until a comment says that the line is still there
A_BROWSER = 4  # streams of one session; the oldest ends when one more comes
AGAIN = 30  # seconds after which a browser that found no place asks again
log = logging.getLogger("gaitway.live")


@dataclass(eq=False)
class Listener:
    """One browser. What it has not read yet waits in a set, so that a slow one costs no more than a quick one."""

    person: int
    session: str
    proof: str  # changes with the password
    topics: set[str] = field(default_factory=set)
    resync: bool = False
    over: bool = False
    news: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, topics: frozenset[str] = frozenset(), *, resync: bool = False, over: bool = False) -> None:
        if not (topics or resync or over):
            return
        with self.news:
            self.topics |= topics
            self.resync, self.over = self.resync or resync, self.over or over
            self.news.notify()

    def wait(self) -> tuple[bool, list[str]]:
        """Whether to look again, and the topics; neither where nothing came for a while."""
        with self.news:
            self.news.wait_for(lambda: self.topics or self.resync or self.over, ALIVE)
            found = self.resync, sorted(self.topics)
            self.topics, self.resync = set(), False
            return found


class Hub:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._checked = 0.0
        self.listeners: list[Listener] = []
        self.mark = ""
        self.closed = False

    def join(self, listener: Listener) -> bool:
        """False where the house is full or closing."""
        with self._lock:
            if self.closed or len(self.listeners) >= settings.STREAMS:
                return False
            of_browser = [each for each in self.listeners if each.session == listener.session]
            for each in of_browser[: 1 - A_BROWSER] if len(of_browser) >= A_BROWSER else []:
                each.tell(over=True)
            self.listeners.append(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live", daemon=True)
                self._thread.start()
            return True

    def leave(self, listener: Listener) -> None:
        with self._lock:
            if listener in self.listeners:
                self.listeners.remove(listener)

    def close(self) -> None:
        """Ends every stream; the server stops."""
        with self._lock:
            self.closed = True
        for each in list(self.listeners):
            each.tell(over=True)

    def _run(self) -> None:
        """Until nobody listens any more."""
        watch: live.Watch | None = None
        while True:
            try:
                watch = self._look(watch)
            except Exception:  # whatever it is, the streams outlive it
                log.exception("News can't be looked for; trying again.")
                connection.close()
                watch = None
            with self._lock:
                if not self.listeners:
                    self._thread = None
                    break
            time.sleep(EVERY if watch else 1.0)
        connection.close()

    def _look(self, watch: live.Watch | None) -> live.Watch:
        if watch is None:  # what happened before isn't known: all are to look for themselves
            watch = live.Watch()
            self.mark = text(watch.mark)
            for each in list(self.listeners):
                each.tell(resync=True)
            return watch
        changes = watch.look()
        if changes or time.monotonic() - self._checked > CHECKED:
            self._tell(changes, text(watch.mark))
            self._checked = time.monotonic()
        self.mark = text(watch.mark)
        return watch

    def _tell(self, changes: live.Changes, mark: str) -> None:
        listeners = list(self.listeners)
        standing = live.standing({each.person for each in listeners}, timezone.localdate())
        sessions = set(
            Session.objects.filter(
                session_key__in={each.session for each in listeners}, expire_date__gt=timezone.now()
            ).values_list("session_key", flat=True)
        )
        topics = live.Topics.of(changes) if changes and not changes.everything else None
        self.mark = mark
        told: dict[object, frozenset[str]] = {}
        for each in listeners:
            person, eyes = standing.get(each.person, (None, None))
            if person is None or each.session not in sessions or each.proof != proof(person):
                each.tell(over=True)
            elif changes.everything:
                each.tell(resync=True)
            elif topics is not None:
                if eyes not in told:
                    told[eyes] = topics.told_to(person)
                mine = frozenset({"inbox"}) if person.pk in topics.people else frozenset()
                each.tell(told[eyes] | mine)


hub = Hub()


def text(mark: live.Mark) -> str:
    return ".".join(map(str, mark))


def proof(person: Person) -> str:
    return str(person.password)


@require_GET
def stream(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Server-sent events: `resync` (look again, unless the page is as new as the mark that comes with it) and `topics`."""
    person = viewer(request)
    listener = Listener(person.pk, request.session.session_key or "", proof(person))
    if not hub.join(listener):
        return HttpResponse("Too many pages are open here.", status=503, headers={"Retry-After": str(AGAIN)})
    answer = StreamingHttpResponse(events(listener, lambda: hub.leave(listener)), content_type="text/event-stream")
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"  # nginx passes it on at once
    return answer


class events(Iterator[bytes]):  # reads as the generator that it would be, had it not to be left unread too
    """What a listener hears, until it goes. Leaves the hub also where it was never read."""

    def __init__(self, listener: Listener, leave: Callable[[], None]) -> None:
        self._said = self._say(listener)
        self._leave = leave

    def __next__(self) -> bytes:
        try:
            return next(self._said)
        except BaseException:
            self._leave()
            raise

    def close(self) -> None:
        self._leave()

    def _say(self, listener: Listener) -> Iterator[bytes]:
        # What the page missed since it was made; what comes later than this mark is told as a topic.
        yield b"retry: 2000\n\n" + _event("resync", [hub.mark])
        while True:
            resync, topics = listener.wait()
            if listener.over:
                return
            if resync:
                yield _event("resync", [hub.mark])
            if topics:
                yield _event("topics", topics)
            if not resync and not topics:
                yield b":\n\n"


def _event(kind: str, lines: list[str]) -> bytes:
    body = "".join(f"data: {line}\n" for line in lines)
    return f"id: {hub.mark}\nevent: {kind}\n{body}\n".encode()
