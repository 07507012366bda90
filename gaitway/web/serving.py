"""How `gaitway serve` runs the application: pages in a few threads, streams on those of the server."""

from __future__ import annotations

import gc
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from .live import hub


@cache
def django() -> WSGIHandler:
    """With all that pages need loaded: asked for before a fork, it is shared. What is loaded once is looked through no
    more, and a page or a batch of a thousand rows isn't stopped at every 700 new things."""
    made = get_wsgi_application()
    assert get_resolver().url_patterns  # noqa: S101  # asking loads every view
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    return made


class Pages:
    """Makes every page in one of a few threads, so that there are as many database connections as threads, while the
    threads of the server hold the streams of changes, which need none."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "page")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self._pool.submit(_answer, environ, start_response).result()


def _answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    response = django()(environ, start_response)
    if response.streaming:
        return response
    try:
        return [b"".join(response)]
    finally:
        response.close()


def load(threads: int) -> Pages:
    """In the process that answers: when it is told to stop, the streams end first, so that nothing waits for them."""
    told, tells = socket.socketpair()
    tells.setblocking(False)
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)

    def stop() -> None:
        with tells:  # kept open here, to the end: it may be told twice
            while number := told.recv(1):
                if number[0] in (signal.SIGTERM, signal.SIGINT):
                    hub.close()

    threading.Thread(target=stop, name="stop", daemon=True).start()
    return Pages(threads)
