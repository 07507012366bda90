"""What this process has answered so far, for `/metrics`: by route, never by address, so that there are few and no names."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.http.response import HttpResponseBase

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOWHERE = "none"  # the route of an address that nobody answers


@dataclass
class Spent:
    """How long the requests of one route took: how many in each of BOUNDS and above, and all seconds together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def up_to(self) -> Iterator[tuple[str, int]]:
        """Each bound, and how many took no longer."""
        so_far = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self.counts, strict=True):
            so_far += count
            yield bound, so_far


class Tally:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, str]] = Counter()
        self._spent: dict[str, Spent] = {}

    def add(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self._requests[route, method if method in METHODS else "other", f"{status // 100}xx"] += 1
            spent = self._spent.setdefault(route, Spent())
            spent.counts[bisect_left(BOUNDS, seconds)] += 1
            spent.seconds += seconds

    def read(self) -> tuple[dict[tuple[str, str, str], int], dict[str, Spent]]:
        """Requests by route, method and class of status; times by route. Copies of one moment."""
        with self._lock:
            spent = {route: Spent(list(each.counts), each.seconds) for route, each in self._spent.items()}
            return dict(self._requests), spent


tally = Tally()


class Measured:
    """The outermost middleware. A stream counts as answered when it begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        request.began = began  # type: ignore[attr-defined]  # for the foot of the page
        response = self.get_response(request)
        tally.add(route(request), request.method or "", response.status_code, time.perf_counter() - began)
        return response


def route(request: HttpRequest) -> str:
    """As it stands in the list of addresses, with the names of its parts in the place of what they were."""
    return f"/{request.resolver_match.route}" if request.resolver_match else NOWHERE
