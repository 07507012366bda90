"""The element around a drawing, and the one place where text becomes markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

from .axes import BOTTOM, TOP
from .scale import place


def drawing(kind: str, width: int, height: int, parts: Iterable[str], *, title: str = "") -> Markup:
    """A small drawing of class `kind` with its size; `title` names it, without one it is decoration."""
    said = f'role="img" aria-label="{escape(title)}"' if title else 'aria-hidden="true"'
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    return finished(f'<svg class="{kind}" {size} {said}>{"".join(parts)}</svg>')


def read_out(
    width: int,
    height: int,
    parts: Iterable[str],
    *,
    key: str,
    title: str,
    desc: str,
    xs: Sequence[float],
    places: Sequence[tuple[float, float] | None],
) -> Markup:
    """A large drawing that can be read point by point: `data-x` and `data-y` hold the place of every point ("-"
    without a value), in their order. `key` makes the ids unique on a page."""
    name = escape(key)
    ys = " ".join("-" if spot is None else place(spot[1]) for spot in places)
    # Inside <defs> the title names the drawing without popping up over the read-out.
    return finished(
        f'<svg class="series" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t {name}-d"'
        f' data-x="{" ".join(place(at) for at in xs)}" data-y="{ys}">'
        f'<defs><title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(desc)}</desc></defs>'
        f'{"".join(parts)}<path class="cross" d="M0 {TOP}V{height - BOTTOM}"/><circle class="here" r="4"/></svg>'
    )


def finished(text: str) -> Markup:
    """The drawing as markup. What people wrote has been escaped where it was put in."""
    return Markup(text)  # noqa: S704  # every text in it was escaped where it was put in
