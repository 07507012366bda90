"""Providers of single sign-on, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OIDC = ("GAITWAY_OIDC_ISSUER", "GAITWAY_OIDC_CLIENT", "GAITWAY_OIDC_SECRET")
SAML = ("GAITWAY_SAML_ENTITY", "GAITWAY_SAML_URL", "GAITWAY_SAML_CERTIFICATE")


def providers(environ: Mapping[str, str]) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS: OpenID Connect under `oidc`, SAML under `saml`, each where it is set. Raises
    SystemExit with the place and the fix, and without a secret."""
    found: dict[str, Any] = {}
    issuer, client = environ.get("GAITWAY_OIDC_ISSUER"), environ.get("GAITWAY_OIDC_CLIENT")
    secret, name = environ.get("GAITWAY_OIDC_SECRET"), environ.get("GAITWAY_OIDC_NAME", "Single sign-on")
    if issuer or client or secret:
        _complete(environ, OIDC)
        options = {"server_url": _address("GAITWAY_OIDC_ISSUER", issuer or ""), "oauth_pkce_enabled": True}
        app = {"provider_id": "oidc", "name": name, "client_id": client, "secret": secret, "settings": options}
        found["openid_connect"] = {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    entity, url = environ.get("GAITWAY_SAML_ENTITY"), environ.get("GAITWAY_SAML_URL")
    certificate, saml = environ.get("GAITWAY_SAML_CERTIFICATE"), environ.get("GAITWAY_SAML_NAME", "SAML")
    if entity or url or certificate:
        _complete(environ, SAML)
        if find_spec("onelogin") is None:
            raise SystemExit("GAITWAY_SAML_… is set, but SAML needs an extra: pip install 'gaitway[saml]'.")
        idp = {
            "entity_id": entity,
            "sso_url": _address("GAITWAY_SAML_URL", url or ""),
            "x509cert": _read(certificate or ""),
        }
        advanced = {"want_assertion_signed": True, "want_name_id": True, "want_attribute_statement": False}
        settings = {"idp": idp, "advanced": advanced, "attribute_mapping": _attributes()}
        app = {"provider_id": "saml", "name": saml, "client_id": "saml", "settings": settings}
        found["saml"] = {"APPS": [app]}
    return found


def _attributes() -> dict[str, list[str]]:
    """Under which names providers send what. There is no `uid`: the NameID of the signed assertion is it."""
    claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    return {
        "email": ["email", "mail", "urn:oid:0.9.2342.19200300.100.1.3", f"{claims}emailaddress"],
        "email_verified": ["email_verified", "http://schemas.auth0.com/email_verified"],
    }


def _complete(environ: Mapping[str, str], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not environ.get(name)]
    if missing:
        raise SystemExit(f"Single sign-on needs {', '.join(names)}. Missing: {', '.join(missing)}.")


def _address(name: str, url: str) -> str:
    """HTTPS, or plain HTTP on this machine: who listens in between could sign in as anybody."""
    parts = urlsplit(url)
    if parts.hostname and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost"))
    ):
        return url.rstrip("/")
    raise SystemExit(f"{name} is wrong: it begins with https://, such as https://login.example.com.")


def _read(path: str) -> str:
    try:
        text = Path(path).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise SystemExit(f"GAITWAY_SAML_CERTIFICATE is wrong: {path} isn't a PEM file that can be read.") from None
    if "BEGIN CERTIFICATE" not in text:
        raise SystemExit(f"GAITWAY_SAML_CERTIFICATE is wrong: {path} holds no certificate.")
    return text
