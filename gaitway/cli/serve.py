from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Annotated

import typer

from . import app
from .outcome import WrongInput

Port = Annotated[int, typer.Option(help="The port.", min=1, max=65535)]


@app.command()
def serve(
    port: Port = 8321,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    worker: Annotated[bool, typer.Option(help="Also run the worker.")] = True,
) -> None:
    """Serves the pages, and runs the worker beside them."""
    from .start import start

    start()
    run(host, port, worker=worker)


def run(host: str, port: int, *, worker: bool) -> None:
    """Until it is interrupted. The worker is a child, started anew if it dies."""
    import socket

    from django.core.management import call_command

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise WrongInput(f"Can't listen on {host}:{port}: {error.strerror}. Choose another --port.") from None
    if not _collected():
        call_command("collectstatic", verbosity=0, interactive=False)
    child = subprocess.Popen([sys.executable, "-m", "gaitway", "work"], env=os.environ) if worker else None
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    try:
        Granian(
            "gaitway.wsgi:application", address=host, port=port, interface=Interfaces.WSGI, workers=1,
            blocking_threads=4, log_level=LogLevels.warning,
        ).serve()  # fmt: skip
    finally:
        if child is not None:
            child.terminate()
            child.wait(timeout=10)


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
    pause: Annotated[float, typer.Option(help="Seconds to wait while there is nothing to do.", min=0.05)] = 1.0,
) -> None:
    """Pulls due sources, evaluates due gates, tells people."""
    from .start import now, start

    start()
    import secrets
    import signal

    from gaitway.work import loop

    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    if once:
        print(f"{loop.drain(name, now)} jobs done.")
        return

    def stop(*_: object) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    asked = 0.0
    while True:
        if time.monotonic() - asked > 60:
            loop.ask_for_due(now())
            asked = time.monotonic()
        if loop.once(name, now) is None:
            loop.close()
            time.sleep(pause)
