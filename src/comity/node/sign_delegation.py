"""A member's signature over its delegation, and a signer's over an agreement for a member."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.model.delegation import Delegation, SignedDelegation, delegated_bytes
from comity.model.law_text import LawText, Signature, signed_bytes


def value_of(delegation: Delegation, key: Ed25519PrivateKey) -> str:
    """The member's signature over a delegation, base64."""
    unsigned = SignedDelegation(delegation=delegation, value="")
    return base64.b64encode(key.sign(unsigned.signed_bytes)).decode()


def sign_for(text: LawText, role: str, under: SignedDelegation, key: Ed25519PrivateKey) -> Signature:
    """The signer's signature over an agreement, for the member of a delegation."""
    value = key.sign(delegated_bytes(signed_bytes(text.kind, text.name, text.hash), under))
    member = under.delegation.member
    return Signature(agency=member, role=role, value=base64.b64encode(value).decode(), delegation=under)
