from __future__ import annotations

import pytest

from gaitway.lib import proxies


def test_a_number_is_one() -> None:
    assert [proxies.count(text) for text in ("0", "1", "9")] == [0, 1, 9]


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "10", "²", "1 "])
def test_anything_else_refuses_to_start(text: str) -> None:
    with pytest.raises(SystemExit, match="GAITWAY_PROXIES is wrong: it is a number from 0 to 9"):
        proxies.count(text)
