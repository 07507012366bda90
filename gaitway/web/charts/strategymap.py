"""The strategy as a drawing: from its name over the objectives to the initiatives, each with the shape of its state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from markupsafe import Markup, escape

from .svg import drawing

ROW, GAP = 26, 18  # the height of an initiative, and what lies between two objectives
X = (0, 250, 560)  # where strategy, objectives and initiatives begin
WIDTH = 900
LONGEST = (30, 38, 44)  # characters of a name in each column


class Leaf(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...


class Branch(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def initiatives(self) -> Sequence[Leaf]: ...


class Tree(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def objectives(self) -> Sequence[Branch]: ...


def strategymap(tree: Tree) -> Markup:
    """Decoration: the list beside it says the same in words. Empty without an objective."""
    if not tree.objectives:
        return Markup("")
    height = sum(ROW * max(1, len(each.initiatives)) + GAP for each in tree.objectives)
    return drawing("strategymap", WIDTH, height, _parts(tree, height))


def _parts(tree: Tree, height: int) -> Iterator[str]:
    middle, top = height / 2, 0.0
    for branch in tree.objectives:
        rows = max(1, len(branch.initiatives))
        at = top + (ROW * rows + GAP) / 2
        yield _way(X[0] + 210, middle, X[1] - 8, at)
        for number, leaf in enumerate(branch.initiatives):
            y = top + GAP / 2 + ROW * number + ROW / 2
            yield _way(X[1] + 270, at, X[2] - 8, y)
            shape = escape(leaf.state or "no_data")
            yield f'<use class="{shape}" href="#s-{shape}" x="{X[2]}" y="{y - 8:g}" width="16" height="16"/>'
            yield _text(X[2] + 24, y, leaf.name, 2)
        yield _text(X[1], at, branch.name, 1)
        top += ROW * rows + GAP
    yield _text(X[0], middle, tree.name, 0)


def _way(x: float, y: float, to: float, end: float) -> str:
    bend = (x + to) / 2
    return f'<path d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {end:g} {to:g} {end:g}"/>'


def _text(x: float, y: float, words: str, column: int) -> str:
    most = LONGEST[column]
    shown = words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
    return f'<text class="t{column}" x="{x:g}" y="{y:g}" dominant-baseline="central">{escape(shown)}</text>'
