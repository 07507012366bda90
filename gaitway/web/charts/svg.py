"""The element around a drawing, and the one place where text becomes markup."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def drawing(kind: str, width: int, height: int, parts: Iterable[str], *, title: str = "") -> Markup:
    """A small drawing of class `kind` with its size; `title` names it, without one it is decoration."""
    said = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return finished(f'<svg class="{kind}" {size} {said}>{"".join(parts)}</svg>')


def finished(text: str) -> Markup:
    """The drawing as markup. What people wrote has been escaped where it was put in."""
    return Markup(text)  # noqa: S704  # every text in it was escaped where it was put in
