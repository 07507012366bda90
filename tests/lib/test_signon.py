from __future__ import annotations

from pathlib import Path

import pytest

from gaitway.lib import signon

OIDC = {
    "GAITWAY_OIDC_ISSUER": "https://login.example.com/", "GAITWAY_OIDC_CLIENT": "gaitway", "GAITWAY_OIDC_SECRET": "canary",
}  # fmt: skip
SAML = {
    "GAITWAY_SAML_ENTITY": "https://login.example.com/saml", "GAITWAY_SAML_URL": "https://login.example.com/sso",
    "GAITWAY_SAML_CERTIFICATE": "x.pem",
}  # fmt: skip


@pytest.fixture
def saml(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "x.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n")
    return SAML | {"GAITWAY_SAML_CERTIFICATE": str(path)}


def test_nothing_is_set_nothing_is_offered() -> None:
    assert signon.providers({}) == {}


def test_openid_connect() -> None:
    (app,) = signon.providers(OIDC | {"GAITWAY_OIDC_NAME": "Brimwell"})["openid_connect"]["APPS"]
    assert (app["name"], app["client_id"], app["secret"]) == ("Brimwell", "gaitway", "canary")
    assert app["settings"] == {"server_url": "https://login.example.com", "oauth_pkce_enabled": True}


def test_saml_wants_signed_assertions(saml: dict[str, str]) -> None:
    (app,) = signon.providers(saml)["saml"]["APPS"]
    assert app["settings"]["advanced"]["want_assertion_signed"] is True
    assert app["settings"]["idp"]["x509cert"].startswith("-----BEGIN CERTIFICATE")
    assert "uid" not in app["settings"]["attribute_mapping"]


@pytest.mark.parametrize("name", OIDC)
def test_half_of_it_refuses_to_start(name: str) -> None:
    with pytest.raises(SystemExit, match=f"Missing: {name}") as refused:
        signon.providers(OIDC | {name: ""})
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("name", SAML)
def test_half_of_saml_refuses_to_start(saml: dict[str, str], name: str) -> None:
    with pytest.raises(SystemExit, match=f"Missing: {name}"):
        signon.providers(saml | {name: ""})


@pytest.mark.parametrize(
    "address", ["http://login.example.com", "login.example.com", "https://", "ftp://x", "http://10.1.2.3"]
)
def test_who_listens_in_between_could_sign_in_as_anybody(address: str) -> None:
    with pytest.raises(SystemExit, match="begins with https://"):
        signon.providers(OIDC | {"GAITWAY_OIDC_ISSUER": address})


def test_plain_http_on_this_machine_is_for_trying_out() -> None:
    assert signon.providers(OIDC | {"GAITWAY_OIDC_ISSUER": "http://127.0.0.1:9000"})


def test_a_certificate_is_a_file_with_one(saml: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("-----BEGIN PRIVATE KEY-----")
    for path, said in (("nowhere.pem", "can't be|isn't a PEM"), (str(tmp_path / "key.pem"), "holds no certificate")):
        with pytest.raises(SystemExit, match=said):
            signon.providers(saml | {"GAITWAY_SAML_CERTIFICATE": path})
