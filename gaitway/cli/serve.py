from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from . import app
from .outcome import WrongInput

if TYPE_CHECKING:
    from gaitway.work.lanes import Crew

Port = Annotated[int, typer.Option(help="The port.", min=1, max=65535)]
GRACE = 5  # seconds for what is being answered or done when it has to stop
SLOWEST = 60.0  # seconds between two starts of a worker that dies at once
WAITING = 32  # requests that may wait for their turn beside the streams


@app.command()
def serve(
    port: Port = 8321,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    threads: Annotated[int, typer.Option(help="Pages that are made at once.", min=1, max=64)] = 4,
    worker: Annotated[bool, typer.Option(help="Also run the worker.")] = True,
) -> None:
    """Serves the pages, and runs the worker beside them."""
    from .people import welcome
    from .start import start

    start()
    welcome(os.environ.get("GAITWAY_ADDRESS", "").rstrip("/") or f"http://{host}:{port}")
    run(host, port, worker=worker, threads=threads)


def run(host: str, port: int, *, worker: bool, threads: int = 4) -> None:
    """Until it is interrupted. The worker is a child, started anew if it dies."""
    import socket
    from functools import partial

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WrongInput(f"Can't listen on {host}:{port}: {error.strerror}. Choose another --port.") from None
    if not _collected():
        call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=["ext"])  # of htmx, unused
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from gaitway.web import serving

    serving.django()  # here, so that the processes to come share what it loads
    connections.close_all()  # none may cross a fork
    keeper = Keeper(_work if sys.platform == "linux" else None) if worker else None
    room = settings.STREAMS + WAITING
    try:
        Granian(
            "gaitway.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=1,
            blocking_threads=room, backpressure=2 * room, workers_kill_timeout=GRACE, respawn_failed_workers=True,
            log_level=LogLevels.error,  # it warns of the threads that hold the streams
        ).serve(target_loader=partial(serving.load, threads), wrap_loader=False)  # fmt: skip
    finally:
        if keeper is not None:
            keeper.stop()


class Keeper:
    """Runs the worker, and runs it again when it dies: at once, and after ever longer pauses where it dies at once. The
    first is a fork where `first` is given, which shares its memory with the pages."""

    def __init__(self, first: Callable[[], None] | None) -> None:
        self._over = threading.Event()
        self._child = _Fork(first) if first else _spawn()
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        pause = 1.0
        while not self._over.is_set():
            began = time.monotonic()
            code = self._child.wait()
            if self._over.wait(0.5):  # a signal to all reaches the child first
                return
            pause = 1.0 if time.monotonic() - began > SLOWEST else min(2 * pause, SLOWEST)
            print(f"The worker ended with {code}; starting it again in {pause:g} seconds.", file=sys.stderr)
            if not self._over.wait(pause):
                self._child = _spawn()

    def stop(self) -> None:
        self._over.set()
        self._child.terminate()
        self._thread.join(GRACE + 2)
        self._child.kill()


def _spawn() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "gaitway", "work"], env=os.environ)


class _Fork:
    """As much of a Popen as the keeper needs."""

    def __init__(self, work: Callable[[], None]) -> None:
        sys.stdout.flush()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            code = 1
            try:
                work()
                code = 0
            except KeyboardInterrupt:
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
            except Exception:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)

    def wait(self) -> int:
        _, status = os.waitpid(self.pid, 0)
        self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def terminate(self) -> None:
        self._send("SIGTERM")

    def kill(self) -> None:
        self._send("SIGKILL")

    def _send(self, name: str) -> None:
        import signal

        if self.returncode is None:
            os.kill(self.pid, getattr(signal, name))


def _collected() -> bool:
    """Whether the files that pages load were collected since they last changed."""
    from pathlib import Path

    from django.conf import settings

    manifest = settings.STATIC_ROOT / "staticfiles.json"
    ours = [path.stat().st_mtime for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*.*")]
    return manifest.exists() and manifest.stat().st_mtime > max(ours)


@app.command()
def work(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then stop.")] = False,
    threads: Annotated[int, typer.Option(help="Jobs that are done at once; one never pulls.", min=2, max=64)] = 4,
    pause: Annotated[float, typer.Option(help="Seconds until it looks again where nothing was due.", min=0.05)] = 0.2,
) -> None:
    """Pulls due sources, evaluates due gates, tells people."""
    from .start import now, start

    start()
    from gaitway.work import loop

    if once:
        print(f"{loop.drain(loop.name(), now)} jobs done.")
        return
    _work(threads, pause)


def _work(threads: int = 4, pause: float = 0.2) -> None:
    """Until it is told to stop; then what is being done has a few seconds to end."""
    import signal

    from gaitway.work.lanes import Crew

    from .start import now

    crew: Crew = Crew(threads, now, pause=pause)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: crew.stop())
    crew.run(grace=GRACE)
