from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.lib import mail


def smtp(address: str) -> tuple[object, ...]:
    found = mail.settings(address)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    return tuple(found[f"EMAIL_{name}"] for name in names)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 25, "", "", False, False)),
        ("smtp://u:p@mail.example.com:2525/?starttls=1", ("mail.example.com", 2525, "u", "p", True, False)),
        ("smtp://u:p@mail.example.com/?starttls=1", ("mail.example.com", 587, "u", "p", True, False)),
        ("smtps://u%40x:p%2F@mail.example.com", ("mail.example.com", 465, "u@x", "p/", False, True)),
        ("smtp://u:p@127.0.0.1:1025", ("127.0.0.1", 1025, "u", "p", False, False)),
    ],
)
def test_an_address_becomes_djangos_settings(address: str, wanted: tuple[object, ...]) -> None:
    assert smtp(address) == wanted


def test_without_an_address_mail_is_off() -> None:
    assert mail.settings("")["EMAIL_ON"] is False
    assert mail.settings("console://")["EMAIL_ON"] is True


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("mail.example.com", "begins with smtp://"),
        ("http://mail.example.com", "begins with smtp://"),
        ("smtp://", "names no host"),
        ("smtp://host:port", "can't be read"),
        ("smtp://u:secret@mail.example.com", "anyone can read along"),
        ("smtp://host/?starttls=yes", "only starttls=1"),
        ("smtp://host/?tls=1", "only starttls=1"),
        ("smtps://host/?starttls=1", "too much"),
    ],
)
def test_what_is_wrong_is_said_with_the_fix(address: str, why: str) -> None:
    with pytest.raises(SystemExit, match="GAITWAY_EMAIL_URL is wrong") as said:
        mail.settings(address)
    assert why in str(said.value)
    assert "secret" not in str(said.value)


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_and_password_come_through(user: str, password: str) -> None:
    try:
        address = f"smtps://{quote(user, safe='')}:{quote(password, safe='')}@host"
    except UnicodeEncodeError:
        return
    assert smtp(address)[2:4] == (user, password)


@given(st.text())
def test_nonsense_is_refused_and_nothing_else_happens(address: str) -> None:
    try:
        said = str(mail.settings(address)["EMAIL_ON"])
    except SystemExit as error:
        said = str(error)
    assert said in ("True", "False") or said.startswith("GAITWAY_EMAIL_URL is wrong: ")
