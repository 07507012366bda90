"""An authority of the tests' own, and servers it vouches for."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests' authority")])
        self._root = self._signed(self._name, self._key, x509.BasicConstraints(ca=True, path_length=None))

    def trusted(self) -> ssl.SSLContext:
        """For who believes it, and nobody else."""
        pem = self._root.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def vouches(self, host: str, folder: Path, *, expired: bool = False) -> ssl.SSLContext:
        """For the server of that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        signed = self._signed(name, key, x509.SubjectAlternativeName([x509.DNSName(host)]), expired=expired)
        path = folder / f"{host}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(path)
        return context

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, more: x509.ExtensionType, *, expired: bool = False
    ) -> x509.Certificate:
        today = datetime.now(UTC)
        until = today - timedelta(days=1) if expired else today + timedelta(days=1)
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=9))
            .not_valid_after(until)
            .add_extension(more, critical=False)
            .sign(self._key, hashes.SHA256())
        )
