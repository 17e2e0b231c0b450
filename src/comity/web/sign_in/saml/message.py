"""An answer as it arrived: what it says it is of, before anything of it is believed."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from comity.web.sign_in.saml.names import SUCCESS, assertion, protocol, signature
from comity.web.sign_in.saml.strict_xml import (
    LARGEST,
    UnreadableXmlError,
    check_children,
    name_of,
    only,
    read_xml,
    text_of,
)

LONGEST = LARGEST * 4 // 3 + 4_000  # characters of base64, with ends of lines
PARTS = (assertion("Issuer"), signature("Signature"), protocol("Status"), assertion("Assertion"))


@dataclass(frozen=True, slots=True)
class Message:
    """One answer. `issuer` is who it says it is from, `request` what it says it answers (empty where it says nothing),
    `refuses` whether it says that nobody signed in.
    """

    root: etree._Element
    issuer: str
    request: str
    refuses: bool


def read_message(sent: str) -> Message:
    """The answer in a form's field. Raises UnreadableXmlError for what is none, is encrypted, or holds several assertions."""
    if len(sent) > LONGEST:
        raise UnreadableXmlError("it is too long")
    try:
        raw = base64.b64decode("".join(sent.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableXmlError("it is not base64") from error
    root = read_xml(raw)
    if root.tag != protocol("Response") or root.get("Version") != "2.0":
        raise UnreadableXmlError("it is no answer of SAML 2.0")
    if any(name_of(one).startswith("Encrypted") for one in root.iter()):
        raise UnreadableXmlError("a part of it is encrypted; have the provider sign it and send it unencrypted")
    check_children(root, PARTS)
    code = only(only(root, protocol("Status")), protocol("StatusCode")).get("Value")
    refuses = code != SUCCESS
    return Message(root, _issuer(root, refuses), root.get("InResponseTo", ""), refuses)


def _issuer(root: etree._Element, refuses: bool) -> str:
    """Whom it says it is from: the answer and its assertion say the same; one that holds an assertion may leave it to that."""
    own = [text_of(one) for one in root.findall(assertion("Issuer"))]
    if not refuses:
        own.append(text_of(only(only(root, assertion("Assertion")), assertion("Issuer"))))
    if len(set(own)) != 1:
        raise UnreadableXmlError("it does not say which one provider it is from")
    return own[0]
