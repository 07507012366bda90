"""A small provider of SAML: its key, its certificate, and the answers that a browser carries."""

from __future__ import annotations

import base64
import re
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ENTITY, SSO = "https://login.example.com/saml", "https://login.example.com/sso"
HOST = "gaitway.example.com"
HOUSE = f"http://{HOST}/login/saml/saml"
WHEN = "%Y-%m-%dT%H:%M:%SZ"


class Pair:
    """A key and the certificate that goes with it."""

    def __init__(self) -> None:
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.example.com")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(made.public_key())
        builder = (
            builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        )
        pem = serialization.Encoding.PEM
        self.certificate = builder.sign(made, hashes.SHA256()).public_bytes(pem).decode()
        private = serialization.PrivateFormat.TraditionalOpenSSL
        self.key = made.private_bytes(pem, private, serialization.NoEncryption()).decode()


RIGHT, WRONG = Pair(), Pair()


def asked(address: str) -> str:
    """The number of the question with which the browser was sent there."""
    packed = base64.b64decode(parse_qs(urlsplit(address).query)["SAMLRequest"][0])
    return ElementTree.fromstring(zlib.decompress(packed, -15)).attrib["ID"]


def answer(
    question: str, name: str = "4711", *, pair: Pair | None = RIGHT, audience: str = f"{HOUSE}/metadata/", age: int = 0
) -> str:
    """As the form of the provider posts it; without a pair unsigned, `age` seconds old."""
    from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    now = datetime.now(UTC) - timedelta(seconds=age)
    at, until = now.strftime(WHEN), (now + timedelta(minutes=2)).strftime(WHEN)
    reply = f' InResponseTo="{question}"' if question else ""
    assertion = f"""<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" Version="2.0" IssueInstant="{at}">
<saml:Issuer>{ENTITY}</saml:Issuer>
<saml:Subject><saml:NameID>{name}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{until}" Recipient="{HOUSE}/acs/"{reply}/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="{at}" NotOnOrAfter="{until}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="{at}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>
urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
</saml:Assertion>"""
    if pair is not None:
        made = OneLogin_Saml2_Utils.add_sign(
            assertion,
            pair.key,
            pair.certificate,
            sign_algorithm=Constants.RSA_SHA256,
            digest_algorithm=Constants.SHA256,
        )
        assertion = re.sub(r"^<\?xml[^>]*\?>", "", made.decode() if isinstance(made, bytes) else made)
    whole = f"""<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" \
xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" \
ID="_r" Version="2.0" IssueInstant="{at}" Destination="{HOUSE}/acs/"{reply}><saml:Issuer>{ENTITY}</saml:Issuer><samlp:Status>\
<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>{assertion}</samlp:Response>"""
    return base64.b64encode(whole.encode()).decode()
