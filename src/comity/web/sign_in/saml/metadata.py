"""Metadata: ours, which a provider is set up with, and a provider's, read once for `web.json` and looked at by a person."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from comity.errors import WrongUseError
from comity.web.saml_settings import LONGEST_CERTIFICATE, read_certificate
from comity.web.sign_in.saml.believe import Us
from comity.web.sign_in.saml.names import (
    METADATA_NS,
    POST,
    PROTOCOL_NS,
    REDIRECT,
    SIGNATURE_NS,
    metadata,
    signature,
)
from comity.web.sign_in.saml.requests import Signer
from comity.web.sign_in.saml.strict_xml import UnreadableXmlError, only, read_xml, text_of


@dataclass(frozen=True, slots=True)
class Described:
    """What a provider's metadata says of it: its name, where browsers are sent, its signing certificates (base64 of DER)."""

    entity_id: str
    sign_in_at: str
    certificates: tuple[str, ...]


def our_metadata(us: Us, signer: Signer | None) -> bytes:
    """What we are to a provider (SAML 2.0 metadata, 2.4.4): assertions are wanted signed, at one address, by a form."""
    whole = etree.Element(metadata("EntityDescriptor"), nsmap={"md": METADATA_NS, "ds": SIGNATURE_NS})
    whole.set("entityID", us.entity_id)
    role = etree.SubElement(whole, metadata("SPSSODescriptor"))
    role.set("AuthnRequestsSigned", "true" if signer else "false")
    role.set("WantAssertionsSigned", "true")
    role.set("protocolSupportEnumeration", PROTOCOL_NS)
    if signer is not None:
        key = etree.SubElement(role, metadata("KeyDescriptor"), use="signing")
        held = etree.SubElement(etree.SubElement(key, signature("KeyInfo")), signature("X509Data"))
        raw = base64.b64encode(signer.certificate.public_bytes(Encoding.DER)).decode()
        etree.SubElement(held, signature("X509Certificate")).text = raw
    answers = etree.SubElement(role, metadata("AssertionConsumerService"))
    for name, value in (("Binding", POST), ("Location", us.answers_at), ("index", "0"), ("isDefault", "true")):
        answers.set(name, value)
    return etree.tostring(whole, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def read_metadata(raw: bytes) -> Described:
    """A provider's metadata, one provider in one file. Raises WrongUseError for any other."""
    try:
        root = read_xml(raw, remarks=True)
        if root.tag != metadata("EntityDescriptor"):
            raise UnreadableXmlError("it does not describe one entity")
        role = only(root, metadata("IDPSSODescriptor"))
        found = Described(root.get("entityID", ""), _sign_in_at(role), _certificates(role))
    except UnreadableXmlError as error:
        raise WrongUseError(
            f"this is no metadata of a SAML provider: {error}; ask the provider's administrator for the file"
        ) from error
    for one in found.certificates:
        read_certificate(one)
    return found


def _sign_in_at(role: etree._Element) -> str:
    found = [
        one.get("Location", "")
        for one in role.findall(metadata("SingleSignOnService"))
        if one.get("Binding") == REDIRECT
    ]
    if len(found) != 1:
        raise UnreadableXmlError("it has not one address that takes requests by redirect")
    return found[0]


def _certificates(role: etree._Element) -> tuple[str, ...]:
    """Those of keys that sign: said so, or of keys for everything."""
    keys = [one for one in role.findall(metadata("KeyDescriptor")) if one.get("use", "signing") == "signing"]
    path = "/".join((signature("KeyInfo"), signature("X509Data"), signature("X509Certificate")))
    texts = ["".join(text_of(one).split()) for key in keys for one in key.findall(path)]
    if not texts or any(len(one) > LONGEST_CERTIFICATE for one in texts):
        raise UnreadableXmlError("it has no certificate of a key that signs")
    return tuple(dict.fromkeys(texts))
