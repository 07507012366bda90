"""YAML as plain values with the position of every node. Aliases, tags, duplicate keys and bombs are refused.

Only true, false, null and plain numbers are more than text: `no` stays Norway and 2011-01-03 a text to be read later."""

from __future__ import annotations

import re
from typing import Any

import yaml

from .faults import Fault

LARGEST = 5_000_000  # characters
DEEPEST = 30

Path = tuple[str | int, ...]
Positions = dict[Path, tuple[int, int]]


class _Loader(yaml.SafeLoader):
    """Composes nodes only."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise YamlFault(event.start_mark, "aliases (*name) are not allowed: write the value out")
        event = self.peek_event()
        if getattr(event, "anchor", None):
            raise YamlFault(event.start_mark, "anchors (&name) are not allowed: write the value out")
        return super().compose_node(parent, index)


_Loader.yaml_implicit_resolvers = {}
_FLOAT = r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]+)?$"
# Tag, pattern and first characters of what is more than text.
PLAIN = (
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"]),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")),
    ("tag:yaml.org,2002:float", re.compile(_FLOAT), list("-+.0123456789")),
)
for _rule in PLAIN:
    _Loader.add_implicit_resolver(*_rule)


class YamlFault(Exception):
    def __init__(self, mark: yaml.Mark | None, message: str) -> None:
        self.fault = Fault((mark.line if mark else 0) + 1, (mark.column if mark else 0) + 1, message)
        super().__init__(message)


def load(text: str) -> tuple[Any, Positions]:
    """The document as dicts, lists and scalars, and where each value stands by its path. Raises YamlFault."""
    if len(text) > LARGEST:
        raise YamlFault(None, f"the file is larger than {LARGEST:,} characters")
    try:
        loader = _Loader(text)
    except yaml.reader.ReaderError as error:
        before = text[: error.position]
        mark = yaml.Mark("", 0, before.count("\n"), len(before) - before.rfind("\n") - 1, None, 0)
        raise YamlFault(mark, f"the character U+{ord(text[error.position]):04X} is not allowed") from None
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise YamlFault(error.problem_mark or error.context_mark, str(error.problem or error.context)) from None
    except RecursionError:
        raise YamlFault(None, f"nested deeper than {DEEPEST} levels") from None
    except (ValueError, OverflowError):
        raise YamlFault(loader.get_mark(), "there is no character with this number") from None
    finally:
        loader.dispose()
    positions: Positions = {}
    return (_plain(node, (), positions) if node else None), positions


def _plain(node: yaml.Node, path: Path, positions: Positions) -> Any:
    positions[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if len(path) > DEEPEST:
        raise YamlFault(node.start_mark, f"nested deeper than {DEEPEST} levels")
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, i), positions) for i, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlFault(key_node.start_mark, "a key must be a word")
            key = _text(key_node)
            if key in found:
                raise YamlFault(key_node.start_mark, f"{key!r} stands here twice")
            found[key] = _plain(value_node, (*path, key), positions)
            positions[(*path, key, "")] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return found
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return node.value == "true"
            case "int":
                return int(node.value)
            case "float":
                return float(node.value)
            case "str":
                return _text(node)  # type: ignore[arg-type]  # only scalars come here
    except ValueError:
        raise YamlFault(node.start_mark, f"{node.value[:40]!r} is not a number that can be read") from None
    raise YamlFault(node.start_mark, f"the tag {node.tag} is not allowed")


def _text(node: yaml.ScalarNode) -> str:
    # An escape can hide what the reader refuses in plain sight, and no database keeps.
    if found := _Loader.NON_PRINTABLE.search(node.value):
        raise YamlFault(node.start_mark, f"the character U+{ord(found[0]):04X} is not allowed")
    return str(node.value)
