"""The children that touch what is hostile: what their ends mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from .. import process
from ..base import Limits

GRACE = 1.0  # seconds for a child to obey its own deadline before the process is killed


class Child(process.Child):
    """`module`: of this folder."""

    def __init__(self, module: str, request: dict[str, Any], limits: Limits) -> None:
        asked = {**request, "limits": asdict(limits)}
        super().__init__(f"gaitway.connectors.files.{module}", asked, limits, grace=GRACE, heeds=False)

    def why(self, *, a_file: bool = False) -> str:
        """Why it gives no more answers. `a_file`: all that it does is to read one."""
        said = self.fate()
        if self.late:
            return f"It took longer than {self._limits.seconds:g} seconds. Read fewer rows, or raise the limit."
        if a_file:
            most = f"{self._limits.memory_mb:,} MB"
            return f"It is damaged, or needs more than {most} of memory ({said}). Save it as CSV."
        return f"DuckDB crashed ({said}). Make the query smaller or simpler."
