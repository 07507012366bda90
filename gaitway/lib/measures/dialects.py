"""The handful of expressions on which engines differ, written out for each: a translator that adds 3,600 days for 3,600
seconds on one of them would not be noticed. Names and texts are quoted by sqlglot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot.expressions as exp

Forms = Mapping[str, str]
_STANDARD: Forms = {"day": "{0}", "month": "DATE_TRUNC('month', {0})", "quarter": "DATE_TRUNC('quarter', {0})",
                    "week": "DATE_TRUNC('week', {0})"}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """`{0}` is the expression, `{1}` a whole number. Weeks begin on Monday, quarters in January."""

    name: str
    moment: str = "CAST({0} AS TIMESTAMP)"
    date: str = "CAST({0} AS DATE)"
    double: str = "CAST({0} AS DOUBLE)"
    seconds: str = "({0} + INTERVAL '{1} SECOND')"
    days: str = "CAST({0} + INTERVAL '{1} DAY' AS DATE)"
    months: str = "CAST({0} + INTERVAL '{1} MONTH' AS DATE)"
    literal: str = "TIMESTAMP {0}"
    variance: str = "VAR_SAMP({0})"
    floor: Forms = field(default_factory=lambda: _STANDARD)

    def named(self, name: str) -> str:
        """A column or table; `a.b` is the table b of the schema a."""
        return ".".join(exp.to_identifier(part, quoted=True).sql(dialect=self.name) for part in name.split("."))

    def column(self, name: str) -> str:
        return exp.to_identifier(name, quoted=True).sql(dialect=self.name)

    def value(self, value: str | bool | int | float) -> str:
        return exp.convert(value).sql(dialect=self.name)


_FLOORED_DATE = {unit: f"CAST({form} AS DATE)" if unit != "day" else form for unit, form in _STANDARD.items()}
DIALECTS = {
    each.name: each
    for each in (
        Dialect("duckdb", floor=_FLOORED_DATE),
        Dialect("postgres", double="CAST({0} AS DOUBLE PRECISION)", floor=_FLOORED_DATE),
        Dialect(
            "mysql", moment="CAST({0} AS DATETIME(6))", seconds="DATE_ADD({0}, INTERVAL {1} SECOND)",
            days="DATE_ADD({0}, INTERVAL {1} DAY)", months="DATE_ADD({0}, INTERVAL {1} MONTH)",
            floor={
                "day": "{0}",
                "week": "DATE_SUB({0}, INTERVAL WEEKDAY({0}) DAY)",
                "month": "DATE_SUB({0}, INTERVAL DAYOFMONTH({0}) - 1 DAY)",
                "quarter": "DATE_SUB(DATE_SUB({0}, INTERVAL DAYOFMONTH({0}) - 1 DAY), INTERVAL MOD(MONTH({0}) - 1, 3) MONTH)",
            },
        ),
        Dialect(
            "spark", seconds="({0} + INTERVAL '{1}' SECOND)", days="DATE_ADD({0}, {1})", months="ADD_MONTHS({0}, {1})",
            floor={"day": "{0}", **{unit: f"TRUNC({{0}}, '{unit}')" for unit in ("week", "month", "quarter")}},
        ),
        Dialect(
            "clickhouse", moment="toDateTime64({0}, 6, 'UTC')", date="toDate({0})", double="toFloat64({0})",
            seconds="addSeconds({0}, {1})", days="addDays({0}, {1})", months="addMonths({0}, {1})",
            literal="toDateTime64({0}, 6, 'UTC')", variance="varSamp({0})",
            floor={"day": "{0}", "week": "toMonday({0})", "month": "toStartOfMonth({0})",
                   "quarter": "toStartOfQuarter({0})"},
        ),
        Dialect(
            "trino", seconds="DATE_ADD('second', {1}, {0})", days="DATE_ADD('day', {1}, {0})",
            months="DATE_ADD('month', {1}, {0})",
        ),
        Dialect(
            "snowflake", moment="CAST({0} AS TIMESTAMP_NTZ)", seconds="DATEADD(second, {1}, {0})",
            days="DATEADD(day, {1}, {0})", months="DATEADD(month, {1}, {0})",
            floor={**_STANDARD, "week": "DATEADD(day, 1 - DAYOFWEEKISO({0}), {0})"},
        ),
        Dialect(
            "bigquery", moment="CAST({0} AS DATETIME)", double="CAST({0} AS FLOAT64)", literal="DATETIME {0}",
            seconds="DATETIME_ADD({0}, INTERVAL {1} SECOND)", days="DATE_ADD({0}, INTERVAL {1} DAY)",
            months="DATE_ADD({0}, INTERVAL {1} MONTH)",
            floor={"day": "{0}", "week": "DATE_TRUNC({0}, ISOWEEK)", "month": "DATE_TRUNC({0}, MONTH)",
                   "quarter": "DATE_TRUNC({0}, QUARTER)"},
        ),
    )
}  # fmt: skip
