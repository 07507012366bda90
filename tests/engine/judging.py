"""A history written as a list, and a trigger judged on it: a stage that starts on Monday, 5 January 2026."""

from datetime import date

from gaitway.engine import gates, periods
from gaitway.engine.facts import Facts, Moment
from gaitway.engine.kpis import Kind, KpiSpec
from gaitway.engine.periods import Cadence
from gaitway.engine.series import Series
from gaitway.engine.triggers import parse

START = date(2026, 1, 5)


def history(rows, key="kpi", kind=Kind.LEVEL, cadence=Cadence.DAY, start=START, reach=None, **spec):
    """One entry a period from `start` on: a number (of a level), the numbers of the kind, or None for no reading."""
    first = periods.index(start, cadence)
    numbers = {
        first + i: row if isinstance(row, tuple) else (float(row),) for i, row in enumerate(rows) if row is not None
    }
    return Series.of(KpiSpec(key, kind, cadence, **spec), numbers, reach=reach)


def judge(text, *histories, as_of=None, facts=None, ends=None, brief=False):
    """At the end of the newest period known, or at the end of `as_of`."""
    newest = [periods.end(series.last, series.spec.cadence) for series in histories if series.last is not None]
    moment = Moment(as_of or max(newest, default=START), START, ends, brief)
    known = {series.spec.key: series for series in histories}
    return gates.judge(parse(text), known, facts or Facts(), moment)


def finding(text, *histories, **moment):
    (only,) = judge(text, *histories, **moment).findings
    return only


def said(text, *histories, **moment):
    """The outcome, or why it is unknown."""
    found = finding(text, *histories, **moment)
    return str(found.why or found.outcome)
