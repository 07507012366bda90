"""A command as it is typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gaitway.cli import app
from gaitway.cli.outcome import guarded

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: object) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        try:
            code = guarded(app, [str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command
