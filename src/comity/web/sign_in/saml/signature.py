"""The one module that calls signxml: is an assertion signed by a key that the settings name, and what exactly was signed.

Only what the verifier returns is read afterwards, parsed anew from the very bytes whose hash was signed; whatever else stood
in the message (signature wrapping) is never looked at. Whoever's certificate the message brings along counts for nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.util import find_spec

from cryptography import x509
from lxml import etree

from comity.errors import SettingsError
from comity.web.sign_in.saml.names import ENVELOPED, EXCLUSIVE, assertion, signature
from comity.web.sign_in.saml.strict_xml import UnreadableXmlError, only, read_xml

SIGNED_BY = ("RSA_SHA256", "RSA_SHA384", "RSA_SHA512", "SHA256_RSA_MGF1", "SHA384_RSA_MGF1", "SHA512_RSA_MGF1")
SIGNED_BY_CURVE = ("ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512")
HASHED_BY = ("SHA256", "SHA384", "SHA512")


def check_installed() -> None:
    """Raises SettingsError where the extra is missing."""
    # Imported where it is used: whose agency signs in otherwise needs no reader of XML signatures.
    if find_spec("signxml") is None:
        raise SettingsError(
            "the settings name a SAML provider and the verifier of its signatures is missing; install `comity[saml]`"
        )


def signed_assertion(root: etree._Element, keys: tuple[x509.Certificate, ...], now_s: int) -> etree._Element:
    """The one assertion of an answer, as it was signed. Raises UnreadableXmlError for anything that is not signed so.

    The assertion itself must be signed; where the whole answer is signed too, that signature must hold as well.
    """
    found = only(root, assertion("Assertion"))
    _check_places(root, found)
    _check_ids(root)
    if found.find(signature("Signature")) is None:
        raise UnreadableXmlError("its assertion is not signed; have the provider sign assertions")
    if root.find(signature("Signature")) is not None:
        _verified(root, keys, now_s)
    return _verified(found, keys, now_s)


def _check_places(root: etree._Element, found: etree._Element) -> None:
    """Signatures stand in what they sign, one in each, and nowhere else."""
    holders = [one.getparent() for one in root.iter(signature("Signature"))]
    if len(set(holders)) != len(holders) or not set(holders) <= {root, found}:
        raise UnreadableXmlError("a signature stands where none is wanted")


def _check_ids(root: etree._Element) -> None:
    """No two elements may be meant by one name."""
    ids = [
        value
        for element in root.iter()
        for name, value in element.attrib.items()
        if str(name).rpartition("}")[2].lower() == "id"
    ]
    if len(set(ids)) != len(ids):
        raise UnreadableXmlError("two of its elements have one ID")


def _verified(element: etree._Element, keys: tuple[x509.Certificate, ...], now_s: int) -> etree._Element:
    """An element as its own signature covers it."""
    _check_shape(element)
    alone = etree.tostring(element, with_tail=False)
    for key in keys:
        signed = _signed_bytes(alone, key, now_s)
        if signed is None:
            continue
        covered = read_xml(signed)
        if (covered.tag, covered.get("ID")) != (element.tag, element.get("ID")):
            raise UnreadableXmlError("its signature covers something else")
        return covered
    raise UnreadableXmlError(
        "it is not signed by a certificate of the settings that counts now; compare them with the provider's metadata"
    )


def _check_shape(element: etree._Element) -> None:
    """One reference, to the very element, by the two transforms that SAML has (SAML 2.0 core, 5.4)."""
    about = only(only(element, signature("Signature")), signature("SignedInfo"))
    reference = only(about, signature("Reference"))
    transforms = only(reference, signature("Transforms")).findall(signature("Transform"))
    names = [one.get("Algorithm") for one in transforms]
    if not element.get("ID") or reference.get("URI") != f"#{element.get('ID')}":
        raise UnreadableXmlError("its signature is not of the element it stands in")
    if (
        names != [ENVELOPED, EXCLUSIVE]
        or only(about, signature("CanonicalizationMethod")).get("Algorithm") != EXCLUSIVE
    ):
        raise UnreadableXmlError("its signature is made in another way than SAML has it")


def _signed_bytes(alone: bytes, key: x509.Certificate, now_s: int) -> bytes | None:
    """The bytes that a key signed; None where it did not, or its certificate does not count at this time."""
    from signxml.algorithms import DigestAlgorithm, SignatureMethod
    from signxml.exceptions import SignXMLException
    from signxml.verifier import SignatureConfiguration, XMLVerifier

    how = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=frozenset(SignatureMethod[one] for one in (*SIGNED_BY, *SIGNED_BY_CURVE)),
        digest_algorithms=frozenset(DigestAlgorithm[one] for one in HASHED_BY),
        ignore_ambiguous_key_info=True,  # no key of the message is looked at
        verification_time=datetime.fromtimestamp(now_s, UTC),
    )
    try:
        found = XMLVerifier().verify(alone, x509_cert=key, expect_config=how, id_attribute="ID")
    except (SignXMLException, etree.LxmlError, ValueError, TypeError):
        return None
    assert not isinstance(found, list)
    return found.signed_data
