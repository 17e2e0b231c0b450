"""Pages that speak TLS themselves: which versions and ciphers they take."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from served_pages import HOST, free_port, served_pages
from web_stage import make_folder

from comity.web.settings import WebSettings


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of pages with a certificate of their own, and its file."""
    folder = make_folder(tmp_path_factory.mktemp("tls") / "node")
    write_certificate(folder)
    port = free_port()
    settings = WebSettings(
        address=f"https://localhost:{port}",
        host=HOST,
        port=port,
        certificate="web.pem",
        key="web.key",
        demonstration=True,
    )
    with served_pages(folder, settings) as address:
        yield address, folder / "web.pem"


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "web.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "web.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def taken(served: tuple[str, Path], version: ssl.TLSVersion, ciphers: str = "") -> str:
    """The cipher agreed on with a browser that knows this version alone."""
    address, certificate = served
    context = ssl.create_default_context(cafile=str(certificate))
    context.minimum_version = context.maximum_version = version
    if ciphers:
        context.set_ciphers(ciphers)
    with (
        socket.create_connection((HOST, int(address.rpartition(":")[2]))) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as guarded,
    ):
        found = guarded.cipher()
        assert found is not None
        return found[0]


def test_tls_1_3_and_1_2_are_taken_with_ciphers_that_authenticate(served: tuple[str, Path]) -> None:
    """Forward secrecy and authenticated encryption in both."""
    assert "GCM" in taken(served, ssl.TLSVersion.TLSv1_3) or "POLY1305" in taken(served, ssl.TLSVersion.TLSv1_3)
    found = taken(served, ssl.TLSVersion.TLSv1_2)
    assert found.startswith("ECDHE")
    assert "GCM" in found or "POLY1305" in found


@pytest.mark.parametrize("ciphers", ["ECDHE-ECDSA-AES256-SHA", "AES256-SHA256", "ECDHE-ECDSA-AES128-SHA256"])
def test_older_ciphers_are_refused(served: tuple[str, Path], ciphers: str) -> None:
    """Those in blocks that are not authenticated, and those without forward secrecy."""
    with pytest.raises(ssl.SSLError):
        taken(served, ssl.TLSVersion.TLSv1_2, ciphers)


def test_older_versions_are_refused(served: tuple[str, Path]) -> None:
    """TLS 1.1 gets no page (RFC 8996)."""
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises(ssl.SSLError):
        taken(served, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")
