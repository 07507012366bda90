from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gaitway.connectors.base import Place


def places(files: Mapping[str, Path]) -> dict[str, Place]:
    return {key: Place(str(path)) for key, path in files.items()}
