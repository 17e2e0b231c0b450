"""Which of the keys and nodes a directory lists count, and when.

A node's clock decides about messages, which are fresh; the time in an answer decides about receipts, which are read
for years.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.model.agency import Agency, Directory, NodeListing

MOST_REMEMBERED = 4_096  # signatures under law: a node with a hundred owners reads some two thousand


def message_keys(listing: NodeListing, now_ms: int) -> tuple[str, ...]:
    """Keys whose signature under a message counts now: the current one, and former ones whose time has not passed."""
    revoked = {one.key for one in listing.revoked_keys}
    former = (one.key for one in listing.former_message_keys if now_ms <= one.until_ms)
    return tuple(key for key in (listing.message_key, *former) if key not in revoked)


def log_keys(listing: NodeListing, at_ms: int) -> tuple[str, ...]:
    """Verifier keys that count under the receipt of an answer given at an instant."""
    revoked = {one.key: one.from_ms for one in listing.revoked_keys}
    former = (one.key for one in listing.former_log_keys if at_ms <= one.until_ms)
    before = (key for key, from_ms in revoked.items() if at_ms < from_ms)
    current = () if listing.log_key in revoked else (listing.log_key,)
    return (*current, *(key for key in former if key not in revoked), *before)


def own_log_keys(listing: NodeListing) -> tuple[str, ...]:
    """Every verifier key a node's log was ever signed with, the current one first: what verifies its own disk."""
    return (
        listing.log_key,
        *(one.key for one in listing.former_log_keys),
        *(one.key for one in listing.revoked_keys),
    )


def agency_keys(directory: Directory, agency_id: str, since_ms: int | None = None) -> tuple[str, ...]:
    """Keys whose signature for an agency counts.

    A signature holds no time; the entry that put something in force does. What has been in force since an instant may be
    signed with a key that was replaced or revoked later than that, also by an agency that is not listed any more. What is
    put in force now, with no `since_ms`, needs the key that is listed now.
    """
    agency = directory.find_agency(agency_id)
    past = directory.past_of(agency_id)
    revoked = {one.key: one.from_ms for one in past.revoked_keys}
    current = (agency.public_key,) if agency is not None and agency.public_key not in ("", *revoked) else ()
    if since_ms is None:
        return current
    former = (one.key for one in past.former_keys if since_ms <= one.until_ms and one.key not in revoked)
    before = (key for key, from_ms in revoked.items() if since_ms < from_ms)
    return (*current, *former, *before)


def nodes_at(directory: Directory, agency: Agency, at_ms: int) -> tuple[str, ...]:
    """Nodes that could answer for an agency at an instant: its own, and those it left later than that."""
    left = (one.node for one in directory.past_of(agency.id).former_nodes if at_ms <= one.until_ms)
    return (agency.node, *left)


def is_signed_by(key: str, value: bytes, signed: bytes) -> bool:
    """Whether an Ed25519 signature (64 bytes) over `signed` is by the key, base64."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(value, signed)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


@lru_cache(maxsize=MOST_REMEMBERED)
def is_law_signed_by(key: str, value: bytes, signed: bytes) -> bool:
    """`is_signed_by` for what is signed once and read at every question: law, never a message, which is kept nowhere.

    The answer follows from the bytes alone, so it is remembered; which keys count is asked of the directory each time.
    """
    return is_signed_by(key, value, signed)
