"""What the command line and the settings offer, to hold the files of `deploy/` against."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from gaitway.cli import app

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
SETTINGS = set(re.findall(r"^\| `(GAITWAY_\w+)`", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE))


def parses(arguments: list[str]) -> bool:
    """Raises click's own error where the command line would."""
    name, *rest = arguments
    return COMMANDS[name].make_context(name, rest).command is COMMANDS[name]  # type: ignore[no-any-return]
