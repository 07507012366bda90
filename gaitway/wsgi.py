"""The web application. `application` is for any server; `load` is how `gaitway serve` runs it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gaitway.settings")
application = get_wsgi_application()


class Pages:
    """Makes every page in one of a few threads, so that there are as many database connections as threads, while the
    threads of the server hold the streams of changes, which need none."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, "page")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self._pool.submit(_answer, environ, start_response).result()


def _answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    response = application(environ, start_response)
    if getattr(response, "streaming", False):
        return response
    try:
        return [b"".join(response)]
    finally:
        response.close()


def load(threads: int) -> Pages:
    """In the process that answers: when it is told to stop, the streams end first, so that nothing waits for them."""
    from gaitway.web.live import hub

    told, tells = socket.socketpair()
    tells.setblocking(False)
    signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)

    def stop() -> None:
        with tells:  # kept open here
            while told.recv(1)[0] not in (signal.SIGTERM, signal.SIGINT):
                pass
        hub.close()

    threading.Thread(target=stop, name="stop", daemon=True).start()
    return Pages(threads)
