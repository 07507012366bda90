"""What a person declares: a table, its time, what is counted of it, which rows."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]

# The kinds of KPI that a measure can be.
KINDS: dict[str, tuple[str, ...]] = {
    "count": ("count", "level"),
    "distinct": ("count", "level"),
    "sum": ("count", "level"),
    "mean": ("mean", "level"),
    "proportion": ("proportion",),
    "ratio": ("ratio",),
}
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "like", "not like", "in", "not in", "is")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone like Europe/Berlin or UTC") from None
    return value


def _plain(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str | bool) or (number and math.isfinite(value))


def _condition(value: Any) -> dict[str, Any]:
    """`Germany`, `[paid, sent]` and `{">=": 5}` as one form: operator to operand."""
    if _plain(value):
        return {"=": value}
    if isinstance(value, list):
        value = {"in": value}
    if not isinstance(value, dict) or not value:
        raise ValueError("a condition is a value, a list of values, or an operator with its value")
    for operator, operand in value.items():
        if operator not in OPERATORS:
            raise ValueError(f"{operator!r} is no operator; there are {', '.join(OPERATORS)}")
        if operator == "is":
            fine = operand in ("null", "not null")
        elif operator in ("in", "not in"):
            fine = isinstance(operand, list) and 0 < len(operand) <= 1000 and all(map(_plain, operand))
        else:
            fine = _plain(operand)
        if not fine:
            wants = {"is": "null or not null", "in": "a list of values", "not in": "a list of values"}
            raise ValueError(f"{operator!r} takes {wants.get(operator, 'one value')}, not {operand!r}")
    return value


Zone = Annotated[str, AfterValidator(_zone)]
Condition = Annotated[
    dict[str, Any],
    BeforeValidator(_condition),
    Field(json_schema_extra={"type": ["string", "number", "boolean", "array", "object"]}),
]
Where = dict[Name, Condition]


class Amount(BaseModel):
    """One side of a ratio."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sum: Name | None = None
    distinct: Name | None = None
    count: Literal["rows"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Amount:
        if sum(value is not None for value in (self.sum, self.distinct, self.count)) != 1:
            raise ValueError("give one of sum: COLUMN, distinct: COLUMN, count: rows")
        return self


def _amount(value: Any) -> Any:
    return {"sum": value} if isinstance(value, str) else value


class MeasureShape(BaseModel):
    """`of`: the column that is summed, averaged or counted once each; of a ratio, what is above the line, and `per` what
    is below. `when`: what makes a row of a proportion a success."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    what: Literal["count", "sum", "mean", "distinct", "proportion", "ratio"]
    time: Name
    table: Name | None = Field(default=None, description="Left out: named like the source")
    zone: Zone | None = Field(default=None, description="Of times without one; left out: that of the strategy")
    of: Name | Annotated[Amount, BeforeValidator(_amount)] | None = None
    per: Annotated[Amount, BeforeValidator(_amount)] | None = None
    when: Where = {}
    where: Where = {}

    @model_validator(mode="after")
    def _fits(self) -> MeasureShape:
        column = isinstance(self.of, str)
        if self.what in ("sum", "mean", "distinct") and not column:
            raise ValueError(f"{self.what} needs a column: of: COLUMN")
        if self.what == "count" and self.of is not None:
            raise ValueError("count counts rows and takes no 'of'; to count each value once, write what: distinct")
        if self.what == "proportion" and (not self.when or isinstance(self.of, Amount)):
            raise ValueError("a proportion needs 'when': which rows are successes; and 'of' is a column, or left out")
        if self.what == "ratio" and (self.of is None or self.per is None):
            raise ValueError("a ratio needs 'of' (above the line) and 'per' (below)")
        if self.what != "ratio" and self.per is not None:
            raise ValueError(f"{self.what} takes no 'per'")
        if self.what != "proportion" and self.when:
            raise ValueError(f"{self.what} takes no 'when': write it under 'where'")
        return self
