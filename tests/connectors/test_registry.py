"""Which connector serves which place, and that none costs anything before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gaitway.connectors import Unserved, find
from gaitway.connectors.base import Place


def test_a_place_that_nobody_serves_is_told() -> None:
    with pytest.raises(Unserved, match="There is no connector for gopher:// addresses"):
        find(Place("gopher://127.0.0.1/"))


def test_connectors_are_quick_to_import() -> None:
    code = "import sys, gaitway.connectors; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert loaded & {"httpx2", "httpcore2", "duckdb", "numpy", "ssl", "django"} == set()
