from __future__ import annotations

import os
from typing import Annotated

import typer

from . import app
from .outcome import WrongInput
from .serve import Port


@app.command()
def demo(
    port: Port = 8321,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is built.")] = True,
) -> None:
    """Builds a world to look at, shows where every initiative stands, and serves it, signed in."""
    os.environ["GAITWAY_DEMO"] = "1"
    from .start import now, start, today, whoever

    start()
    from django.conf import settings

    from gaitway.models import Strategy

    marker = settings.HOME / "demo-of"
    if Strategy.objects.exists() and not marker.exists():
        raise WrongInput(f"The home {settings.HOME} already holds a strategy. Choose another one with --home.")
    if Strategy.objects.exists() and marker.read_text() != today().isoformat():
        raise WrongInput(
            f"The demo in {settings.HOME} is of {marker.read_text()}. Remove that folder to build a new one."
        )
    if not Strategy.objects.exists():
        from rich.console import Console
        from rich.progress import Progress

        from gaitway.demo import play

        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("Two years of Brimwell", total=1.0)
            play.build(
                settings.HOME / "brimwell", now=now(), progress=lambda share: progress.update(bar, completed=share)
            )
        marker.write_text(today().isoformat())
    from .judge import status

    status()
    if serve:
        from gaitway.web.signin import demo_link

        from .serve import run

        print(f"\nServing as Sofia Marino, sponsor: http://127.0.0.1:{port}{demo_link(whoever('sofia@example.com'))}")
        run("127.0.0.1", port, worker=False)
