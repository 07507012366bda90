"""One style sheet for all pages, joined from those that people read and write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "gaitway/css/site.css"
FIRST = ("system", "components", "evidence", "charts", "pages")  # the others follow by name
PARTS = Path(__file__).parent / "static" / "gaitway" / "css"


def parts() -> list[Path]:
    rank = {name: place for place, name in enumerate(FIRST)}
    return sorted(PARTS.glob("*.css"), key=lambda path: (rank.get(path.stem, len(rank)), path.stem))


def joined() -> str:
    """Without comments and indents."""
    whole = "\n".join(path.read_text("utf-8") for path in parts())
    return re.sub(r"\n\s+", "\n", re.sub(r"/\*.*?\*/", "", whole, flags=re.DOTALL)).lstrip()


class Joined(BaseFinder):
    """Gives Django the joined sheet as if it lay among the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.HOME / "joined")
        super().__init__(*args, **kwargs)

    def check(self, **_: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = [str(self._made())] if path == NAME else []
        return found if find_all else (found[0] if found else [])

    def list(self, ignore_patterns: object) -> Iterator[tuple[str, FileSystemStorage]]:  # noqa: ARG002  # Django gives it
        self._made()
        yield NAME, self.storage

    def _made(self) -> Path:
        """Made anew where one of its parts is newer."""
        path = Path(self.storage.path(NAME))
        if not path.exists() or path.stat().st_mtime < max(part.stat().st_mtime for part in parts()):
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            fresh.write_text(joined(), "utf-8")
            fresh.replace(path)
        return path
