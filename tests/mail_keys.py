"""Keys and certificates for mail, made once: RSA for people, ECDSA for servers and partners who choose it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs7
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def mail_key(name: str, kind: str = "rsa") -> Key:
    """The key of a name."""
    return rsa.generate_private_key(65_537, 2_048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def certify(key: Key, name: str, *, days: int = 300, host: str = "") -> x509.Certificate:
    """A certificate that the key signed itself."""
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = x509.SubjectAlternativeName([x509.DNSName(host)] if host else [x509.RFC822Name(name)])
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(own, critical=False)
        .sign(key, hashes.SHA256())
    )


def write_pair(folder: Path, name: str, key: Key, certificate: x509.Certificate) -> None:
    """`NAME.key` and `NAME.crt` as PEM."""
    folder.mkdir(parents=True, exist_ok=True)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(pem)
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(Encoding.PEM))


def sign_content(
    content: bytes, name: str, folder: Path, *options: pkcs7.PKCS7Options, kind: str = "rsa"
) -> bytes:
    """A CMS message (DER) over content, by a name's key and the certificate in a folder."""
    certificate = x509.load_pem_x509_certificate((folder / f"{name}.crt").read_bytes())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    signed = builder.add_signer(certificate, mail_key(name), hashes.SHA256())
    return signed.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])
