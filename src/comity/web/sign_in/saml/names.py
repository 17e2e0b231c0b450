"""Names of SAML 2.0 and of the XML signatures it uses, as the standards write them; elements by lxml's `{namespace}name`."""

from __future__ import annotations

PROTOCOL_NS = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION_NS = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA_NS = "urn:oasis:names:tc:SAML:2.0:metadata"
SIGNATURE_NS = "http://www.w3.org/2000/09/xmldsig#"

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
ENTITY = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


def protocol(name: str) -> str:
    """An element of the protocol."""
    return f"{{{PROTOCOL_NS}}}{name}"


def assertion(name: str) -> str:
    """An element of assertions."""
    return f"{{{ASSERTION_NS}}}{name}"


def metadata(name: str) -> str:
    """An element of metadata."""
    return f"{{{METADATA_NS}}}{name}"


def signature(name: str) -> str:
    """An element of signatures."""
    return f"{{{SIGNATURE_NS}}}{name}"
