"""An agency's own sign-in by SAML as a process (npm samlify, `tests/web/npm/saml.mjs`), and what its key can sign."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from pathlib import Path

import httpx
from browser import NO_PACKAGES, PACKAGES, missing
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from lxml import etree
from provider import NODE
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner
from signxml.algorithms import CanonicalizationMethod

from comity.node.tls import trusting_nobody
from comity.web.sign_in.saml.names import ENVELOPED, EXCLUSIVE, RSA_SHA256

MEMBER_ATTRIBUTE = "gfipm:2.0:user:FederationId"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}Assertion"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
FIELD = re.compile(r'name="(SAMLResponse|RelayState)" value="([^"]*)"')
BITS = 2048


@dataclass(frozen=True)
class Pair:
    """A key and its certificate."""

    key: RSAPrivateKey | EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def text(self) -> str:
        """The certificate as settings have it."""
        return base64.b64encode(self.certificate.public_bytes(Encoding.DER)).decode()

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Both as PEM files."""
        key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        certificate.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return key, certificate

    def sign(self, element: etree._Element, **how: object) -> etree._Element:
        """An element signed in itself, as providers do; in another way where one is given."""
        as_usual = {
            "signature_algorithm": SignatureMethod.RSA_SHA256,
            "digest_algorithm": DigestAlgorithm.SHA256,
            "c14n_algorithm": CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        }
        signer = Lenient(**{**as_usual, **how})  # type: ignore[arg-type]
        return signer.sign(element, key=self.key, cert=[self.certificate], reference_uri=element.get("ID"))

    def sign_by_hand(self, element: etree._Element, prefixes: list[str]) -> None:
        """Put a signature into an element where it stands, over namespaces that count by these prefixes besides."""
        assert isinstance(self.key, RSAPrivateKey)
        kept = f'<ec:InclusiveNamespaces xmlns:ec="{EXCLUSIVE}" PrefixList="{" ".join(prefixes)}"/>'
        covered = etree.tostring(element, method="c14n", exclusive=True, inclusive_ns_prefixes=prefixes)
        hashed = base64.b64encode(sha256(covered).digest()).decode()
        whole = etree.fromstring(
            f'<ds:Signature xmlns:ds="{SIGNATURE[1:].partition("}")[0]}"><ds:SignedInfo>'
            f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/><ds:SignatureMethod Algorithm="{RSA_SHA256}"/>'
            f'<ds:Reference URI="#{element.get("ID")}"><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/>'
            f'<ds:Transform Algorithm="{EXCLUSIVE}">{kept}</ds:Transform></ds:Transforms>'
            f'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>{hashed}</ds:DigestValue>'
            "</ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>"
        )
        told = etree.tostring(whole[0], method="c14n", exclusive=True)
        whole[1].text = base64.b64encode(self.key.sign(told, PKCS1v15(), hashes.SHA256())).decode()
        element.insert(1, whole)


class Lenient(XMLSigner):
    """A signer that signs by SHA-1 too, as old providers do."""

    def check_deprecated_methods(self) -> None:
        """Nothing is refused here."""


def make_pair(days: int = 365, began_days: int = 1, bits: int = BITS) -> Pair:
    """A pair that counts from some days ago for some days from now."""
    return _certified(generate_private_key(public_exponent=65537, key_size=bits), days, began_days)


def make_curve_pair() -> Pair:
    """A pair on a curve."""
    return _certified(ec.generate_private_key(ec.SECP256R1()), 365, 1)


def _certified(key: RSAPrivateKey | EllipticCurvePrivateKey, days: int, began_days: int) -> Pair:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agency sign-in")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=began_days)).not_valid_after(now + timedelta(days=days))
    return Pair(key, made.sign(key, hashes.SHA256()))


@dataclass(frozen=True)
class SamlAgency:
    """A running sign-in; `issuer` is its name and address, `pair` what it signs with."""

    issuer: str
    pair: Pair

    def metadata(self) -> bytes:
        """Its own metadata."""
        return httpx.get(f"{self.issuer}/metadata", verify=trusting_nobody()).raise_for_status().content

    def answer(self, address: str, who: str, **attributes: str) -> dict[str, str]:
        """Sign in at the address our pages lead to, as somebody; the form it sends the browser back with."""
        page = httpx.post(address, data={"who": who, **attributes}, verify=trusting_nobody())
        assert page.status_code == 200, page.text
        return {name: unescape(value) for name, value in FIELD.findall(page.text)}


@contextmanager
def saml_sign_in(port: int, asking: bytes, folder: Path) -> Iterator[SamlAgency]:
    """A sign-in for as long as the body runs, set up with the metadata of whoever is `asking`."""
    if not (PACKAGES / "samlify").is_dir():
        missing(NO_PACKAGES)
    pair = make_pair()
    key, certificate = pair.write(folder, "idp")
    (folder / "sp.xml").write_bytes(asking)
    words = [NODE, PACKAGES.parent / "saml.mjs", port, key, certificate, folder / "sp.xml"]
    process = subprocess.Popen([*map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield SamlAgency(f"http://localhost:{port}", pair)
    finally:
        process.kill()
        process.communicate()


def opened(form: dict[str, str]) -> etree._Element:
    """The answer in a form."""
    return etree.fromstring(base64.b64decode(form["SAMLResponse"]))


def packed(form: dict[str, str], raw: bytes) -> dict[str, str]:
    """The form with another answer in it."""
    return {**form, "SAMLResponse": base64.b64encode(raw).decode()}


def signed_anew(
    form: dict[str, str], pair: Pair, edit: Callable[[etree._Element], None], **how: object
) -> dict[str, str]:
    """The form with its answer edited by somebody who has a key, and its assertion signed by it again."""
    root = opened(form)
    (found,) = root.findall(ASSERTION)
    (old,) = found.findall(SIGNATURE)
    found.remove(old)
    edit(root)
    for one in root.findall(ASSERTION):
        alone = etree.fromstring(etree.tostring(one, with_tail=False))
        root.replace(one, pair.sign(alone, **how))
    return packed(form, etree.tostring(root))
