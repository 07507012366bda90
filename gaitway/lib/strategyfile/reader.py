"""From text to a StrategyFile, with every fault at its place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from . import shape, yamltree
from .faults import Fault, StrategyFileError, nearest
from .yamltree import Path as NodePath


@dataclass(frozen=True)
class Document:
    """A file that was read: its values, and where each of them stands."""

    name: str
    folder: Path
    file: shape.StrategyFile
    positions: yamltree.Positions

    def fault(self, path: NodePath, message: str, *, line: int = 1, column: int = 1) -> Fault:
        """A fault at the value at `path`, or at the nearest thing around it; line and column count within a text
        that stands on one line."""
        top, left = position(self.positions, path)
        if line > 1 or column > 1:
            return Fault(top + line - 1, (left if line == 1 else 1) + column - 1, message)
        return Fault(top, left, message)


def position(positions: yamltree.Positions, path: NodePath) -> tuple[int, int]:
    while path and path not in positions:
        path = path[:-1]
    return positions.get(path, (1, 1))


def read(text: str, *, name: str, folder: Path) -> Document:
    """Relative paths of sources are relative to `folder`. Raises StrategyFileError with every fault."""
    try:
        values, positions = yamltree.load(text)
    except yamltree.YamlFault as error:
        raise StrategyFileError(name, [error.fault]) from None
    if not isinstance(values, dict):
        raise StrategyFileError(name, [Fault(1, 1, "a strategy file is a mapping that begins with 'gaitway: 1'")])
    try:
        file = shape.StrategyFile.model_validate(values)
    except ValidationError as error:
        raise StrategyFileError(name, [_fault(item, positions) for item in error.errors()]) from None
    return Document(name, folder, file, positions)


def _fault(error: Any, positions: yamltree.Positions) -> Fault:
    path: NodePath = tuple(part for part in error["loc"] if part != "[key]")
    context = error.get("ctx", {})
    if error["type"] == "extra_forbidden":
        known = _known(path[:-1])
        message = f"unknown key {path[-1]!r}{nearest(str(path[-1]), known) or '.'} Known here: {', '.join(known)}."
        return Fault(*positions.get((*path, ""), position(positions, path)), message)
    if error["type"] == "missing":
        return Fault(*position(positions, path[:-1]), f"{path[-1]!r} is missing")
    where = (*path, "") if "[key]" in error["loc"] else path
    got = f", not {error['input']!r}" if isinstance(error["input"], str | int | float | bool) else ""
    match error["type"]:
        case "value_error":
            message = str(context["error"])
        case "literal_error":
            message = f"must be {context['expected']}{got}"
        case "string_pattern_mismatch" if "@" in context["pattern"]:
            message = f"must be an e-mail address{got}"
        case "string_pattern_mismatch":
            message = f"must be a key of small letters, digits and _ that begins with a letter{got}"
        case "string_type" if isinstance(error["input"], list):
            message = "must be one value, not a list"
        case kind if kind.endswith("_type") and error["input"] is None:
            message = f"{path[-1]!r} is empty"
        case _:
            message = error["msg"].replace("Input should", "must").replace("valid ", "") + got
    return Fault(*position(positions, where), message)


@cache
def _schema() -> dict[str, Any]:
    return shape.StrategyFile.model_json_schema()


def _known(path: NodePath) -> list[str]:
    """The keys that the shape knows at `path`."""
    schema = _schema()
    here: dict[str, Any] = schema
    for part in path:
        if isinstance(part, int):
            here = here.get("items", {})
        elif part in here.get("properties", {}):
            here = here["properties"][part]
        else:
            here = here.get("additionalProperties", {})
        for option in here.get("anyOf", []):
            here = option if "$ref" in option else here
        if "$ref" in here:
            here = schema["$defs"][here["$ref"].rsplit("/", 1)[1]]
    return list(here.get("properties", {}))
