from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import chain

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_a_value_is_the_same_after_a_database_kept_it(value: object) -> None:
    assert chain.canonical(json.loads(json.dumps(value))) == chain.canonical(value)


@given(st.dictionaries(st.text(), values, max_size=5), st.data())
def test_the_order_of_keys_says_nothing(record: dict[str, object], data: st.DataObject) -> None:
    shuffled = dict(data.draw(st.permutations(list(record.items()))))
    assert chain.digest(chain.BEGIN, shuffled) == chain.digest(chain.BEGIN, record)


@given(st.dictionaries(st.text(), values, max_size=5), st.dictionaries(st.text(), values, max_size=5))
def test_another_record_has_another_digest(one: dict[str, object], other: dict[str, object]) -> None:
    same = chain.canonical(one) == chain.canonical(other)
    assert (chain.digest(chain.BEGIN, one) == chain.digest(chain.BEGIN, other)) == same


def test_a_moment_is_the_same_in_every_zone() -> None:
    here = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert chain.canonical(here) == chain.canonical(here.astimezone(timezone(timedelta(hours=5, minutes=30))))


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no canonical form"):
        chain.digest(chain.BEGIN, {"a": {1}})
