"""Passkeys: WebAuthn (level 3) by py_webauthn, with what is demanded here.

Demanded of each: this site's own origin and name, the challenge of this very try, a person whom the authenticator verified
(by a finger, a face or a number), a key it keeps by itself (discoverable), and a signature with ES256, EdDSA or RS256. No
attestation is asked: which make of key somebody has is nobody's business here.
"""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException

from comity.errors import ClosedError
from comity.model.agency import Member
from comity.web.sign_in.access import Access, Passkey

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
WAIT_MS = 120_000  # how long a browser waits for its person
LONGEST = 20_000  # characters of an answer; one with a certificate of its maker is some thousand


class NotThisKeyError(ClosedError):
    """An answer that does not prove what was asked; the sentence is for the administrator."""


def party_of(address: str) -> str:
    """The name passkeys of a site belong to (RP ID): its host."""
    return urlsplit(address).hostname or ""


def options_to_add(address: str, challenge: str, member: Member, access: Access) -> dict[str, Any]:
    """What the browser is asked for a new passkey, as WebAuthn's JSON; the member's others are not taken again."""
    return {
        "rp": {"id": party_of(address), "name": "Comity"},
        "user": {"id": _packed(access.handle.encode()), "name": member.id, "displayName": member.name},
        "challenge": _packed(challenge.encode()),
        "pubKeyCredParams": [{"type": "public-key", "alg": int(one)} for one in ALGORITHMS],
        "timeout": WAIT_MS,
        "attestation": "none",
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "excludeCredentials": [{"type": "public-key", "id": one.id} for one in access.passkeys],
    }


def options_to_use(address: str, challenge: str) -> dict[str, Any]:
    """What the browser is asked for a sign-in. No key is named: who asks learns of nobody's."""
    return {
        "rpId": party_of(address),
        "challenge": _packed(challenge.encode()),
        "timeout": WAIT_MS,
        "userVerification": "required",
    }


def read_new(address: str, challenge: str, answer: str, name: str, now_ms: int) -> Passkey:
    """The passkey of an answer. Raises NotThisKeyError for anything that is not what was asked."""
    try:
        found = verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge.encode(),
            expected_rp_id=party_of(address),
            expected_origin=address,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotThisKeyError(str(error)) from error
    return Passkey(
        id=_packed(found.credential_id),
        public_key=_packed(found.credential_public_key),
        count=found.sign_count,
        name=name,
        added_ms=now_ms,
    )


def named_by(answer: str) -> str:
    """The id of the passkey an answer says it is of, before anything of it is believed; empty where it says none."""
    try:
        return str(_read(answer).get("id", ""))
    except NotThisKeyError:
        return ""


def read_use(address: str, challenge: str, answer: str, access: Access, passkey: Passkey) -> int:
    """The signature counter of an answer that this passkey signed. Raises NotThisKeyError for any other.

    Whether the counter went on is for the caller: what is then known is that a copy signs too.
    """
    said = _read(answer)
    try:
        found = verify_authentication_response(
            credential=said,
            expected_challenge=challenge.encode(),
            expected_rp_id=party_of(address),
            expected_origin=address,
            credential_public_key=_unpacked(passkey.public_key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = said["response"].get("userHandle") or ""
        if _unpacked(handle) != access.handle.encode():
            raise NotThisKeyError("it is kept for another member")
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotThisKeyError(str(error)) from error
    return found.new_sign_count


def went_back(count: int, passkey: Passkey) -> bool:
    """Whether a counter did not go on (WebAuthn level 3, 6.1.1); a key that always says 0 has none."""
    return (count, passkey.count) != (0, 0) and count <= passkey.count


def _read(answer: str) -> dict[str, Any]:
    if len(answer) > LONGEST:
        raise NotThisKeyError("it is too long")
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise NotThisKeyError("it is not JSON") from error
    if not isinstance(said, dict):
        raise NotThisKeyError("it is no object")
    return said


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
