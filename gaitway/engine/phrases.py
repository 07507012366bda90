"""A sentence of the engine that can be said in another language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class Phrase(str):
    """English, made of a `template` and its `values`: who shows it to people words the template in their language. Values
    that are phrases themselves are `Phrase` too; several stand one after the other."""

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> Self:
        filled = {name: ", ".join(map(str, each)) if isinstance(each, tuple) else each for name, each in values.items()}
        made = super().__new__(cls, template % filled if values else template)
        made.template, made.values = template, values
        return made

    def kept(self) -> dict[str, Any]:
        """As a row can keep it; `of` reads it again."""
        values = {name: each.kept() if isinstance(each, Phrase) else str(each) for name, each in self.values.items()}
        return {"template": self.template, "values": values}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        values = {name: cls.of(each) if isinstance(each, dict) else each for name, each in kept["values"].items()}
        return cls(kept["template"], **values)
