"""E-mail that is signed, then encrypted (S/MIME, CMS, RFC 8551), and signed receipts, by certificates that are kept.

Trusted is the certificate that lies in the node's folder, and no chain: whoever signs a receipt is the one key in it. What is
made here is read by any S/MIME reader (`openssl cms`). A receipt is read strictly: one signer, SHA-256, signed attributes,
definite lengths, and nothing that is not needed.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import MIMEPart
from email.policy import SMTP

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from comity.errors import ProofError, SettingsError

MailKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
MOST_PARTS = 64  # elements of one level of a receipt; a signer has some ten
DEEPEST = 8  # levels that are opened
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SHA256 = bytes.fromhex("0609608648016503040201")
SEQUENCE, SET, OCTETS, INTEGER, EXPLICIT = 0x30, 0x31, 0x04, 0x02, 0xA0
FAULT = "this is no receipt of one signer in CMS with SHA-256"


def seal_mail(document: bytes, own: tuple[MailKey, x509.Certificate], partner: x509.Certificate) -> bytes:
    """A document signed by us, then encrypted to the partner: an enveloped CMS message in DER.

    Within are two MIME entities, as mail readers want them: the signed message, and in it the document as a file.
    Raises SettingsError for a partner's certificate that nothing can be encrypted to.
    """
    key, certificate = own
    signed = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(_entity(document, "json", filename="document.json"))
        .add_signer(certificate, key, hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities])
    )
    try:
        return (
            pkcs7.PKCS7EnvelopeBuilder()
            .set_data(_entity(signed, "pkcs7-mime", filename="smime.p7m", params={"smime-type": "signed-data"}))
            .set_content_encryption_algorithm(AES256)
            .add_recipient(partner)
            .encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
        )
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError(
            "nothing can be encrypted to the partner's mail certificate; it needs an RSA key"
        ) from error


def _entity(content: bytes, subtype: str, *, filename: str, params: dict[str, str] | None = None) -> bytes:
    part = MIMEPart(policy=SMTP)
    part.set_content(content, "application", subtype, filename=filename, params=params or {})
    return part.as_bytes()


def open_signed(signed: bytes, partner: x509.Certificate, now_ms: int) -> bytes:
    """The content of a signed CMS message (DER), by the partner's key. Raises ProofError for anything else."""
    when = datetime.fromtimestamp(now_ms / 1000, UTC)
    if not partner.not_valid_before_utc <= when <= partner.not_valid_after_utc:
        raise ProofError("the partner's mail certificate is not valid today; ask the partner for the next one")
    content, attributes, signature = _parts_of(signed)
    found = {one.parts()[0].whole: one.parts()[1] for one in attributes.parts()}
    digest, kind = found.get(MESSAGE_DIGEST), found.get(CONTENT_TYPE)
    if digest is None or kind is None or [one.whole for one in kind.parts()] != [DATA]:
        raise ProofError(FAULT)
    if not hmac.compare_digest(_only(digest).body, hashlib.sha256(content).digest()):
        raise ProofError("the receipt's content is another than the one that was signed")
    _verify(partner, signature, bytes([SET]) + attributes.whole[1:])
    return content


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of DER: its tag, its body, and both with the length between."""

    tag: int
    body: bytes
    whole: bytes
    depth: int = 0

    def parts(self) -> tuple[_Element, ...]:
        """The elements within. Raises ProofError where the body is not made of such."""
        return _read_all(self.body, self.depth + 1)


def _parts_of(signed: bytes) -> tuple[bytes, _Element, bytes]:
    """Content, signed attributes and signature of a CMS message of one signer (RFC 5652, 5.1 to 5.3)."""
    (outer,) = _take(_read_all(signed, 0), 1, SEQUENCE)
    kind, explicit = _take(outer.parts(), 2, None)
    if kind.whole != SIGNED_DATA or explicit.tag != EXPLICIT:
        raise ProofError(FAULT)
    data = _only(explicit).parts()
    if len(data) < 4 or data[2].tag != SEQUENCE or data[-1].tag != SET:
        raise ProofError(FAULT)
    held = data[2].parts()
    if len(held) != 2 or held[0].whole != DATA or _only(held[1]).tag != OCTETS:
        raise ProofError("the receipt is not in what was signed; sign it with its content (`-nodetach`)")
    signer = _only(data[-1]).parts()
    if len(signer) not in (6, 7) or signer[3].tag != EXPLICIT or signer[5].tag != OCTETS:
        raise ProofError(FAULT)
    if signer[2].parts()[0].whole != SHA256:
        raise ProofError(FAULT)
    return _only(held[1]).body, signer[3], signer[5].body


def _verify(partner: x509.Certificate, signature: bytes, signed: bytes) -> None:
    key = partner.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        else:
            raise ProofError("the partner's mail certificate has a key that signs no mail; RSA and ECDSA do")
    except InvalidSignature as error:
        raise ProofError("the receipt was not signed by the partner's mail certificate") from error


def _read_all(raw: bytes, depth: int) -> tuple[_Element, ...]:
    found: list[_Element] = []
    at = 0
    while at < len(raw):
        if len(found) == MOST_PARTS or depth > DEEPEST:
            raise ProofError(FAULT)
        one = _read_one(raw, at, depth)
        found.append(one)
        at += len(one.whole)
    return tuple(found)


def _read_one(raw: bytes, at: int, depth: int) -> _Element:
    """The element at a place: one-byte tags and definite, shortest lengths alone (X.690, 10.1)."""
    if len(raw) - at < 2 or raw[at] & 0x1F == 0x1F:
        raise ProofError(FAULT)
    length, begin = raw[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(raw[begin : begin + count], "big")
        if not 1 <= count <= 3 or length < 0x80 or length.bit_length() <= 8 * (count - 1):
            raise ProofError(FAULT)
        begin += count
    end = begin + length
    if end > len(raw):
        raise ProofError(FAULT)
    return _Element(raw[at], raw[begin:end], raw[at:end], depth)


def _take(found: tuple[_Element, ...], count: int, tag: int | None) -> tuple[_Element, ...]:
    if len(found) != count or (tag is not None and any(one.tag != tag for one in found)):
        raise ProofError(FAULT)
    return found


def _only(one: _Element) -> _Element:
    return _take(one.parts(), 1, None)[0]
