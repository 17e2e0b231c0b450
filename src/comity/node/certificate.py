"""A node's TLS key, and the certificates it shows that key in: its own at once, an agency CA's when one signs.

What other nodes trust is the public key, which the directory pins; a certificate adds the node's name and the days.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.errors import KeyUnavailableError, SettingsError, WrongUseError
from comity.settings import sync_folder, write_whole

KEY_FILE = "tls.key"
CERTIFICATE_FILE = "tls.crt"
NEXT_FILE = "tls.next.crt"  # made, and not shown before the directory lists it: until then nobody would believe it
REQUEST_FILE = "tls.csr"
VALID_DAYS = 397  # a year and the month in which it is renewed: a key that leaked without a trace goes out of use
EARLY = timedelta(hours=1)  # before its making, so that a node whose clock is behind accepts it too
LONGEST_LABEL = 63  # characters of one name in a certificate (RFC 1035)
MOST_LISTED = 4  # certificates of one node: the present, the next, and both again from an agency CA
LARGEST_PEM = 16_384  # bytes; a certificate with a chain of three stays below 8 kB


@dataclass(frozen=True, slots=True)
class Shown:
    """What a certificate says: the SHA-256 of its public key (SPKI, hexadecimal), and until when it may be shown."""

    pin: str
    names: tuple[str, ...]
    first_ms: int
    last_ms: int


def make_tls_key(keys: Path) -> None:
    """Make the TLS key, readable by its owner only. An existing key is kept: the directory pins it.

    ECDSA on P-256, because agency certificate authorities and their hardware sign it; few take Ed25519.
    """
    path = keys / KEY_FILE
    if path.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)


def certify_self(
    keys: Path, node: str, now: datetime | None = None, days: int = VALID_DAYS, file: str = CERTIFICATE_FILE
) -> str:
    """Sign the node's own certificate over its TLS key, and a request for an agency CA; the certificate as PEM.

    Raises WrongUseError for an id that no certificate can name, KeyUnavailableError for a key that is not there.
    """
    if len(node) > LONGEST_LABEL:
        raise WrongUseError(
            f"`{node}` is longer than the {LONGEST_LABEL} characters a certificate can name; choose a shorter id"
        )
    key = read_tls_key(keys)
    first = (now or datetime.now(UTC)) - EARLY
    common = x509.NameAttribute(NameOID.COMMON_NAME, node)
    # A name of its own for each: of two trusted certificates with one name OpenSSL only ever finds the first.
    subject = x509.Name([common, x509.NameAttribute(NameOID.SERIAL_NUMBER, first.strftime("%Y%m%d%H%M%S%f"))])
    names = x509.SubjectAlternativeName([x509.DNSName(node)])
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(first + timedelta(days=days))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_only(), critical=True)
        .add_extension(_both_ways(), critical=False)
        .add_extension(own, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own), critical=False)
        .sign(key, hashes.SHA256())
    )
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([common]))
        .add_extension(names, critical=False)
        .add_extension(_signs_only(), critical=True)
        .add_extension(_both_ways(), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_whole(keys / REQUEST_FILE, request.public_bytes(Encoding.PEM))
    pem = made.public_bytes(Encoding.PEM)
    write_whole(keys / file, pem)
    return pem.decode()


def renew_certificate(keys: Path, node: str) -> str:
    """Make the next certificate over the same key; the present one and it, as PEM, for the directory to list.

    A present one that cannot be read any more is left out. Raises what `certify_self` raises.
    """
    following = certify_self(keys, node, file=NEXT_FILE)
    try:
        present = (keys / CERTIFICATE_FILE).read_text(encoding="ascii")
        read_listed(present)
    except (OSError, ValueError, SettingsError):
        present = ""
    return present + following


def take_listed(keys: Path, listed: str) -> bool:
    """Show the next certificate from now on, if there is one and the directory lists it; whether it was so."""
    try:
        following = (keys / NEXT_FILE).read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    if following.strip() not in listed:
        return False
    # A crash here leaves either file whole under one of the two names, and this is done again at the next look.
    (keys / NEXT_FILE).replace(keys / CERTIFICATE_FILE)
    sync_folder(keys)
    return True


def read_tls_key(keys: Path) -> ec.EllipticCurvePrivateKey:
    """The TLS key. Raises KeyUnavailableError when it is missing, damaged or of another kind."""
    try:
        key = load_pem_private_key((keys / KEY_FILE).read_bytes(), password=None)
    except OSError as error:
        raise KeyUnavailableError(
            f"the key `{KEY_FILE}` cannot be read ({(error.strerror or 'trouble').lower()}); "
            "restore it from the key backup"
        ) from error
    except (ValueError, TypeError) as error:
        raise KeyUnavailableError(f"the key `{KEY_FILE}` is damaged; restore it from the key backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise KeyUnavailableError(
            f"the key `{KEY_FILE}` is not on the curve P-256; restore it from the key backup"
        )
    return key


def own_pin(keys: Path) -> str:
    """What the directory lists of the TLS key: the hexadecimal SHA-256 of its public half."""
    public = read_tls_key(keys).public_key()
    return hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def read_own_certificate(keys: Path) -> Shown:
    """What the certificate in the key folder says. Raises KeyUnavailableError when it cannot be read."""
    try:
        pem = (keys / CERTIFICATE_FILE).read_text(encoding="ascii")
    except (OSError, ValueError) as error:
        raise KeyUnavailableError(
            f"the certificate `{CERTIFICATE_FILE}` cannot be read; make it anew with `comity node renew`"
        ) from error
    return read_listed(pem)[0]


def read_listed(pem: str) -> tuple[Shown, ...]:
    """What one or more certificates in PEM say. Raises SettingsError for text that holds none, or too much."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode()) if len(pem) <= LARGEST_PEM else []
        shown = tuple(read_der(one.public_bytes(Encoding.DER)) for one in found)
    except ValueError:
        shown = ()
    if not 0 < len(shown) <= MOST_LISTED:
        raise SettingsError(f"this holds no certificate, or more than {MOST_LISTED}; give certificates as PEM")
    return shown


def read_der(der: bytes) -> Shown:
    """What one certificate says. Raises ValueError for bytes that are none."""
    certificate = x509.load_der_x509_certificate(der)
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(named.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = ()
    return Shown(
        pin=hashlib.sha256(spki).hexdigest(),
        names=names,
        first_ms=int(certificate.not_valid_before_utc.timestamp() * 1000),
        last_ms=int(certificate.not_valid_after_utc.timestamp() * 1000),
    )


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _both_ways() -> x509.ExtendedKeyUsage:
    """A node serves and asks with one certificate."""
    return x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
