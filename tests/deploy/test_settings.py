"""Settings for who stands before Gaitway, and before its database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKS = """
import json
from gaitway import settings
print(json.dumps([
    settings.DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"], getattr(settings, "SECURE_PROXY_SSL_HEADER", None),
    settings.METRICS_TOKEN,
]))
"""


def read(home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key != "GAITWAY_DATABASE_URL"}
    env |= {"GAITWAY_HOME": str(home), **environ}
    return subprocess.run(
        [sys.executable, "-c", ASKS], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({}, [False, None, ""]),
        ({"GAITWAY_POOLED": "1", "GAITWAY_DATABASE_URL": "postgresql://g@db/g"}, [True, None, ""]),
        ({"GAITWAY_PROXIES": "1"}, [False, ["HTTP_X_FORWARDED_PROTO", "https"], ""]),
        ({"GAITWAY_METRICS_TOKEN": "t"}, [False, None, "t"]),
    ],
)
def test_what_the_environment_says(tmp_path: Path, environ: dict[str, str], found: list[object]) -> None:
    assert json.loads(read(tmp_path, **environ).stdout) == found


def test_a_log_that_nobody_knows_is_told_in_one_line(tmp_path: Path) -> None:
    done = read(tmp_path, GAITWAY_LOG="loud")
    said = "GAITWAY_LOG is one of DEBUG, INFO, WARNING, ERROR, or json, or both: not 'loud'.\n"
    assert (done.returncode, done.stderr) == (1, said)
