"""An agency's own sign-in by SAML 2.0, as `web.json` has it: whom it signs in, where it is, and the certificates that count.

Nothing of it is fetched: `comity web provider` reads a provider's metadata once, and an administrator compares its
fingerprints.
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_short, check_text

LONGEST_ATTRIBUTE = 200  # characters; names of GFIPM attributes are half of it
LONGEST_ENTITY = 1_024  # characters of an entity's name (SAML 2.0 core, 8.3.6)
LONGEST_CERTIFICATE = 8_000  # characters of base64; one of a key of 4096 bits is a third of it
MOST_CERTIFICATES = 4  # the present key and the next one, and as much again
MOST_DEMANDED = 20
SOON_S = 30 * 86_400  # an agency's change of keys takes weeks
SMALLEST_RSA = 2_048  # bits (NIST SP 800-131A)
SMALLEST_CURVE = 256  # bits


class Demanded(Noun, frozen=True, kw_only=True):
    """An attribute that must have this one value, or nobody is signed in."""

    attribute: str
    value: str

    def __post_init__(self) -> None:
        check_text("an attribute", self.attribute, LONGEST_ATTRIBUTE)
        check_text("the value of an attribute", self.value, LONGEST_ATTRIBUTE)


class SamlProvider(Noun, frozen=True, kw_only=True):
    """An agency's own sign-in (SAML 2.0, Web Browser SSO): requests go by redirect, answers come by a form.

    `name` is what its button says; `entity_id` what it calls itself; `sign_in_at` where browsers are sent; `certificates`
    those of the keys that sign, base64 of DER, and no other counts. `member_attribute` holds the member's id at this node
    behind `member_prefix`; `agencies` are those whose members it may name. `roles_attribute` and `trained_until_attribute`
    confirm a member's roles and last day of training, `ori_attribute` the ORI of their agency, empty where it confirms none;
    what is `demanded` must be said of everybody. `two_factor_contexts` are the classes of authentication context by which
    this provider says that it asked for two factors (SAML 2.0 core, 2.7.2.2), such as `https://refeds.org/profile/mfa`; where
    some are named, one of them is asked for.
    """

    name: str
    entity_id: str
    sign_in_at: str
    certificates: tuple[str, ...]
    member_attribute: str
    agencies: tuple[str, ...]
    member_prefix: str = ""
    roles_attribute: str = ""
    trained_until_attribute: str = ""
    ori_attribute: str = ""
    demanded: tuple[Demanded, ...] = ()
    two_factor_contexts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_text("a provider's name", self.name, 80)
        check_text("an entity id", self.entity_id, LONGEST_ENTITY)
        check_text("an attribute", self.member_attribute, LONGEST_ATTRIBUTE)
        for name in (self.member_prefix, self.roles_attribute, self.trained_until_attribute, self.ori_attribute):
            check_short("an attribute", name, LONGEST_ATTRIBUTE)
        for one in self.two_factor_contexts:
            check_text("a class of authentication context", one, LONGEST_ATTRIBUTE)
        if not self.agencies:
            raise NounError(f"`{self.name}` could sign nobody in; name its agencies")
        for agency in self.agencies:
            check_agency_id(agency)
        if len(self.demanded) > MOST_DEMANDED:
            raise NounError(f"at most {MOST_DEMANDED} attributes are demanded")
        if not 1 <= len(self.certificates) <= MOST_CERTIFICATES:
            raise NounError(
                f"`{self.name}` has 1 to {MOST_CERTIFICATES} certificates; take them from its metadata"
            )
        for certificate in self.certificates:
            read_certificate(certificate)
        parts = urlsplit(self.sign_in_at)
        if not parts.hostname or parts.fragment:
            raise NounError(
                f"`{self.sign_in_at[:80]}` is not an address to sign in at; write its `https://` address"
            )

    def pinned(self) -> tuple[x509.Certificate, ...]:
        """The certificates, read."""
        return tuple(read_certificate(one) for one in self.certificates)


def ending(providers: tuple[SamlProvider, ...], now_s: int) -> tuple[str, ...]:
    """A sentence for the administrator about each certificate that ended or ends soon."""
    return tuple(
        f"a certificate of `{one.name}` counts until {key.not_valid_after_utc:%Y-%m-%d}; "
        "put the provider's next one into `web.json`"
        for one in providers
        for key in one.pinned()
        if key.not_valid_after_utc.timestamp() - now_s < SOON_S
    )


def read_certificate(text: str) -> x509.Certificate:
    """A certificate as base64 of DER, with a key that is good enough. Raises NounError for any other."""
    check_text("a certificate", text, LONGEST_CERTIFICATE)
    try:
        found = x509.load_der_x509_certificate(base64.b64decode("".join(text.split()), validate=True))
        key = found.public_key()
    except (binascii.Error, ValueError) as error:
        raise NounError("a certificate is not base64 of DER; take it from the provider's metadata") from error
    strong = (isinstance(key, RSAPublicKey) and key.key_size >= SMALLEST_RSA) or (
        isinstance(key, EllipticCurvePublicKey) and key.key_size >= SMALLEST_CURVE
    )
    if not strong:
        raise NounError(
            f"a certificate's key is neither RSA of {SMALLEST_RSA} bits nor on a curve of {SMALLEST_CURVE}; "
            "have the provider make another"
        )
    return found
