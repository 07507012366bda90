"""The command line. Commands import what they need when they run, so that `gaitway --help` answers at once."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from gaitway import __version__

app = typer.Typer(
    name="gaitway",
    help="Turns a strategy into action by crawl, walk, run. Exit codes: 0 fine, 1 the answer is no, 2 wrong input.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help answers in half the time
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def root(
    home: Annotated[
        str, typer.Option(help="Where the data lives; also GAITWAY_HOME.", show_default="the user's data directory")
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(f"gaitway {__version__}")
        raise typer.Exit


def main() -> None:
    """The entry point. `--home` may stand anywhere."""
    arguments = sys.argv[1:]
    for i, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--home" and i + 1 < len(arguments):
            os.environ["GAITWAY_HOME"] = arguments[i + 1]
            del arguments[i : i + 2]
            break
        if argument.startswith("--home="):
            os.environ["GAITWAY_HOME"] = argument.removeprefix("--home=")
            del arguments[i]
            break
    from .outcome import guarded

    sys.exit(guarded(app, arguments))


# Each adds its commands.
from . import (  # noqa: E402, F401  # noqa: E402, F401
    audit,
    backup,
    data,
    decide,
    demo,
    digest,
    doctor,
    judge,
    people,
    permissions,
    proofs,
    serve,
    strategy,
    tokens,
    transfer,
    trials,
)
