"""No password stands in a location, and none in a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gaitway.connectors import secrets
from gaitway.connectors.databases.address import parse
from gaitway.lib.addresses import SecretWritten, require_no_secret

NAMED = "${GAITWAY_SOURCE_SHOP}"


@pytest.mark.parametrize(
    "location",
    [
        "/data/sales.parquet",
        "sales.parquet",
        f"postgresql://reader:{NAMED}@db:5432/shop?sslmode=require",
        "postgresql://reader@db/shop",
        "postgresql://db/shop?sslkey=/etc/key.pem",
        "mysql://reader:@db/shop",
        f"bigquery://project/data?key={NAMED}",
        f"sc://host:15002?token={NAMED}",
        NAMED,
        "https://example.com/a@b.csv",
    ],
)
def test_a_location_without_its_secret_is_fine(location: str) -> None:
    require_no_secret(location)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("postgresql://reader:canary-1@db/shop", "The password of reader stands in the postgresql:// address itself"),
        ("postgresql://reader:canary-1/2?3#4@db/shop", "The password of reader"),
        ("postgresql://reader:canary-1:2@db/shop", "The password of reader"),
        (f"postgresql://reader:canary-1{NAMED}@db/shop", "The password of reader"),
        (f"postgresql://{NAMED}:canary-1@db/shop", "The password stands"),
        ("mysql://:canary-1@db/shop", "The password stands"),
        ("bigquery://project/data?key=canary-1", "The key stands"),
        ("sc://host?token=canary-1", "The token stands"),
        ("postgresql://db/shop?password=canary-1", "The password stands"),
        ("https://example.com/x.csv?api_key=canary-1", "The api_key stands"),
    ],
)
def test_a_secret_that_is_written_out_is_refused_and_not_repeated(location: str, words: str) -> None:
    with pytest.raises(SecretWritten) as caught:
        require_no_secret(location)
    assert str(caught.value).startswith(words)
    assert "${GAITWAY_SOURCE_…}" in str(caught.value)
    assert "canary" not in str(caught.value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_password_arrives_whole(password: str) -> None:
    address = f"postgresql://reader:{NAMED}@db:5432/shop?token={NAMED}"
    filled = secrets.fill(address, {"GAITWAY_SOURCE_SHOP": password})
    found = parse(filled)
    assert (found.user, found.password, found.host, found.port, found.path) == (
        "reader",
        password,
        "db",
        5432,
        ("shop",),
    )
    assert found.options == {"token": password}
    hidden = secrets.secrets_in(address, {"GAITWAY_SOURCE_SHOP": password})
    assert secrets.redact(filled, hidden).count(password) == secrets.redact(
        "postgresql://reader:@db:5432/shop?token=", hidden
    ).count(password)


def test_a_whole_address_in_a_variable_stays_as_it_is() -> None:
    assert secrets.fill(NAMED, {"GAITWAY_SOURCE_SHOP": "mysql://a:b%40@c/d"}) == "mysql://a:b%40@c/d"


def test_other_variables_of_the_machine_are_not_told() -> None:
    with pytest.raises(secrets.SecretMissing, match="only variables that begin with GAITWAY_SOURCE_"):
        secrets.fill("postgresql://a:${GAITWAY_SECRET_KEY}@b/c", {"GAITWAY_SECRET_KEY": "x"})
