"""Requests to sign in: by redirect (SAML 2.0 bindings, 3.4), deflated, signed where the settings name a key."""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from comity.errors import SettingsError
from comity.web.saml_settings import SMALLEST_RSA, SamlProvider
from comity.web.settings import WebSettings
from comity.web.sign_in.saml.believe import Us
from comity.web.sign_in.saml.names import ASSERTION_NS, POST, PROTOCOL_NS, RSA_SHA256, assertion, protocol

ANSWERS_AT = "/saml/acs"
METADATA_AT = "/saml/metadata"


@dataclass(frozen=True, slots=True)
class Request:
    """One request: its ID, what comes back with its answer (`relay`), and when it is made (UTC s)."""

    id: str
    relay: str
    at_s: int


@dataclass(frozen=True, slots=True)
class Signer:
    """Our own key for requests, and the certificate in our metadata. RSA alone: on what bytes a signature by a curve is in an
    address providers differ.
    """

    key: RSAPrivateKey
    certificate: x509.Certificate


def us(settings: WebSettings) -> Us:
    """Who this site is to providers: it is called by the address of its metadata."""
    return Us(settings.address + METADATA_AT, settings.address + ANSWERS_AT)


def read_signer(folder: Path, settings: WebSettings) -> Signer | None:
    """The key of the settings; None where they name none. Raises SettingsError for files that cannot be used together."""
    if not settings.saml_key:
        return None
    try:
        key = load_pem_private_key((folder / settings.saml_key).read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((folder / settings.saml_certificate).read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise SettingsError(
            f"`{settings.saml_key}` and `{settings.saml_certificate}` are not a key without a password and its certificate, "
            "both PEM; put them into the node's folder"
        ) from error
    if (
        not isinstance(key, RSAPrivateKey)
        or key.key_size < SMALLEST_RSA
        or key.public_key() != certificate.public_key()
    ):
        raise SettingsError(
            f"`{settings.saml_key}` is not RSA of {SMALLEST_RSA} bits, or `{settings.saml_certificate}` is not its "
            "certificate; name a pair that is"
        )
    return Signer(key, certificate)


def address_of(request: Request, provider: SamlProvider, who: Us, signer: Signer | None) -> str:
    """The whole address a browser is sent to."""
    packed = zlib.compress(_written(request, provider, who), wbits=-zlib.MAX_WBITS)
    query = [("SAMLRequest", base64.b64encode(packed).decode()), ("RelayState", request.relay)]
    if signer is not None:
        told = urlencode(
            [*query, ("SigAlg", RSA_SHA256)]
        ).encode()  # what is signed, in this order (bindings, 3.4.4.1)
        signed = signer.key.sign(told, padding.PKCS1v15(), hashes.SHA256())
        query += [("SigAlg", RSA_SHA256), ("Signature", base64.b64encode(signed).decode())]
    return provider.sign_in_at + ("&" if urlsplit(provider.sign_in_at).query else "?") + urlencode(query)


def _written(request: Request, provider: SamlProvider, who: Us) -> bytes:
    made = etree.Element(protocol("AuthnRequest"), nsmap={"samlp": PROTOCOL_NS, "saml": ASSERTION_NS})
    said = {
        "ID": request.id,
        "Version": "2.0",
        "IssueInstant": datetime.fromtimestamp(request.at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Destination": provider.sign_in_at,
        "ForceAuthn": "true",
        "ProtocolBinding": POST,
        "AssertionConsumerServiceURL": who.answers_at,
    }
    for name, value in said.items():
        made.set(name, value)
    etree.SubElement(made, assertion("Issuer")).text = who.entity_id
    if provider.two_factor_contexts:
        asked = etree.SubElement(made, protocol("RequestedAuthnContext"), Comparison="exact")
        for one in provider.two_factor_contexts:
            etree.SubElement(asked, assertion("AuthnContextClassRef")).text = one
    return etree.tostring(made)
