from __future__ import annotations

import pytest

from gaitway.lib import proxies


def test_a_number_is_one() -> None:
    assert [proxies.count(text) for text in ("0", "1", "9")] == [0, 1, 9]


@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "10", "²", "1 "])
def test_anything_else_refuses_to_start(text: str) -> None:
    with pytest.raises(SystemExit, match="GAITWAY_PROXIES is wrong: it is a number from 0 to 9"):
        proxies.count(text)


@pytest.mark.parametrize(
    ("forwarded", "proxies_", "found"),
    [
        ("", 0, "10.0.0.1"),
        ("1.1.1.1", 0, "10.0.0.1"),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("evil, 1.1.1.1", 1, "1.1.1.1"),
        ("evil, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
        ("1.1.1.1", 2, "10.0.0.1"),
        (" , ", 1, "10.0.0.1"),
    ],
)
def test_the_address_of_who_asks(forwarded: str, proxies_: int, found: str) -> None:
    assert proxies.client("10.0.0.1", forwarded, proxies_) == found
