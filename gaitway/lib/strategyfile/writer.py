"""From a StrategyFile to text: keys in the order of the shape, empty ones left out, long texts as blocks."""

from __future__ import annotations

from typing import Any

import yaml

from . import yamltree
from .shape import StrategyFile


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    block = "\n" in value and not any(line != line.rstrip() for line in value.split("\n"))
    style = "|" if block else None
    if any(mark in value for mark in "\x85\u2028\u2029"):  # line breaks to YAML, which reads \n for them
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
# Text that our reader, or any other, would take for more than text is quoted.
for tag, pattern, first in yamltree.PLAIN:
    _Dumper.add_implicit_resolver(tag, pattern, first)


def write(file: StrategyFile) -> str:
    """Reading the text gives an equal file."""
    values = file.model_dump(mode="json", exclude_defaults=True)
    values = {"gaitway": 1} | values
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
