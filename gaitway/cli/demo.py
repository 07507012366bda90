from __future__ import annotations

from . import app


@app.command()
def demo() -> None:
    """Builds a world to look at."""
