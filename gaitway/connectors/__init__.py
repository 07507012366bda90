"""The ways to the numbers. A connector is a folder with one line in `registry`, found by the ending of the source.

A connector imports its driver inside `run`, so that this page stays quick to import.
"""

from __future__ import annotations

from .base import Connector
from .files import SUFFIXES, Files

registry: dict[str, Connector] = {
    **dict.fromkeys(SUFFIXES, Files()),
}
