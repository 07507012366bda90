"""docs/benchmarks.md: each benchmark's section between markers of its own."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import scipy

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
HEADING = "# Benchmarks\n\nMeasured, with the command that measures it again.\n"


def write(name: str, text: str, path: Path = PAGE) -> None:
    """Replaces what is between the markers of this name; a page without them gets them at its end."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = path.read_text("utf-8") if path.exists() else HEADING
    if start not in page:
        page = f"{page.rstrip()}\n\n{start}{end}\n"
    path.write_text(re.sub(f"{start}.*?{end}", lambda _: f"{start}\n{text}\n{end}", page, flags=re.DOTALL), "utf-8")


def published(name: str, path: Path = PAGE) -> str:
    """What stands between the markers of this name. Raises IndexError where the page has none."""
    return path.read_text("utf-8").split(f"<!-- {name} -->")[1].split(f"<!-- /{name} -->")[0]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """In Markdown."""
    lines = [f"| {' | '.join(cells)} |" for cells in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * (lines[0].count(" | ") + 1), *lines[1:]])


def machine() -> str:
    """Processor and versions, on one line."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", info.read_text(), re.MULTILINE) if info.exists() else None
    model = found[1].strip() if found else platform.processor() or platform.machine()
    return (
        f"{os.cpu_count()} × {model}, Python {platform.python_version()}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}"
    )
