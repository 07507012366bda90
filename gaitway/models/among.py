from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Iterable[int] | Iterable[str], kind: Literal["bigint", "text"] = "bigint") -> RawSQL:
    """Thousands of numbers or texts as one value: `filter(pk__in=among(pks))`. The ORM would name each of them, which takes
    longer than the question."""
    if connection.vendor == "postgresql":
        return RawSQL(f"select unnest(%s::{kind}[])", [list(values)])  # noqa: S611  # one of two words
    return RawSQL("select value from json_each(%s)", [json.dumps(list(values))])  # no value in it
