"""One log entry: plain codes and two keyed commitments, always the same length, never a particular.

Layout, big-endian: version 1, kind 1, minute 4, owner ORI 9, asker ORI 9, purpose 1, instrument 1, decision 1,
class mask 4, items released 4, agreement 32, law 32, pair 32, content commitment 32, record commitment 32.
Fixed size and whole minutes, because lengths and exact times in a shared log can reveal an investigation
(reference `log.md` section 6). All numbers are permanent: append, never renumber.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct

from comity.errors import NounError, ProofError
from comity.model.base import check_hash, check_ori
from comity.model.codes import Instrument, Purpose, Status
from comity.model.disclosure import EntryFacts, EntryKind

VERSION = 1
BUCKET_MS = 60_000  # one minute
KEY_BYTES = 32
COMMITMENT_BYTES = 32
LAYOUT = Struct(">BBI9s9sBBBII32s32s32s32s32s")
ENTRY_BYTES = LAYOUT.size

KIND_NUMBERS = {
    EntryKind.ASKED: 1,
    EntryKind.ANSWERED: 2,
    EntryKind.RECEIVED: 3,
    EntryKind.REJECTED: 4,
    EntryKind.LAW_ACTIVATED: 5,
    EntryKind.RECORDS_LOADED: 6,
    EntryKind.NODE_OPENED: 7,
    EntryKind.RESENT: 8,
    EntryKind.LAW_REFUSED: 9,
    EntryKind.LAW_SUSPENDED: 10,
    EntryKind.ELECTION_SIGNED: 11,
    EntryKind.DUTY_DONE: 12,
    EntryKind.DUTY_DEFERRED: 13,
    EntryKind.DUTY_RAISED: 14,
    EntryKind.RECORDS_PURGED: 15,
    EntryKind.RECORDS_REFUSED: 16,
    EntryKind.ACCESS_SWEPT: 17,
    EntryKind.PERSON_ACT: 18,
    EntryKind.WEIGHTS_CHANGED: 19,
    EntryKind.RECORD_CORRECTED: 20,
    EntryKind.HIT_OUTCOME: 21,
    EntryKind.DIRECTORY_ADOPTED: 22,
    EntryKind.DIRECTORY_REFUSED: 23,
    EntryKind.DELIVERED: 24,
    EntryKind.TAKEN: 25,
    EntryKind.RECALLED: 26,
    EntryKind.HELD_DECIDED: 27,
    EntryKind.RECALL_CONFIRMED: 28,
    EntryKind.COPIED: 29,
    EntryKind.FORK_SEEN: 30,
    EntryKind.HIT_CONFIRMATION: 34,
    EntryKind.DISCLOSED: 35,
    EntryKind.REQUEST_ACTED: 36,
    EntryKind.REQUEST_WITHDRAWN: 37,
    EntryKind.AGREEMENT_KEPT: 38,
    EntryKind.TEXT_SIGNED: 39,
    EntryKind.FEED_ACT: 40,
    EntryKind.FEED_BATCH: 41,
    EntryKind.FEED_WITHDREW: 42,
    EntryKind.FEED_BROKEN: 43,
    EntryKind.RECORD_READ: 44,
    EntryKind.STANDING_SET: 45,
    EntryKind.NOTICES_SET: 46,
    EntryKind.NOTICED: 47,
    EntryKind.ENTRY_OPENED: 48,
    EntryKind.AUDIT_IMPORTED: 49,
    EntryKind.TRANSMISSION_PREPARED: 50,
    EntryKind.TRANSMISSION_RELEASED: 51,
    EntryKind.TRANSMISSION_MAILED: 52,
    EntryKind.TRANSMISSIONS_SUSPENDED: 53,
    EntryKind.TRANSMISSIONS_RESUMED: 54,
    EntryKind.RELAYED: 55,
    EntryKind.NOT_CARRIED: 56,
    EntryKind.DELEGATED: 57,
    EntryKind.DELEGATION_ENDED: 58,
    EntryKind.ONWARD: 59,
    EntryKind.MONTH_TALLIED: 60,
    EntryKind.LOG_PRUNED: 61,
    EntryKind.PETITION_OPENED: 62,
    EntryKind.PETITION_CHECKED: 63,
    EntryKind.LOG_OPENING_ASKED: 64,
    EntryKind.LOG_OPENED: 65,
    EntryKind.PETITION_REVIEWED: 66,
    EntryKind.PETITION_DECIDED: 67,
    EntryKind.PETITION_DISPUTED: 68,
    EntryKind.PETITION_TOLD: 69,
    EntryKind.FINDING_OPENED: 70,
    EntryKind.FINDING_TAKEN: 71,
    EntryKind.FINDING_CLOSED: 72,
    EntryKind.FINDING_MEMBERS_SEEN: 73,
    EntryKind.CIRCLE_CHANGED: 74,
    EntryKind.FIGURE_ENTERED: 75,
    EntryKind.APPROVAL_ASKED: 76,
    EntryKind.APPROVAL_DECIDED: 77,
    EntryKind.ASKED_AGAIN: 78,
    EntryKind.SAMPLE_REVIEWED: 79,
    EntryKind.REPORT_FILED: 80,
    EntryKind.PASSKEY_ADDED: 81,
    EntryKind.PASSKEY_REMOVED: 82,
    EntryKind.MEMBER_UNLOCKED: 83,
    EntryKind.SIGNED_IN: 84,
    EntryKind.SESSION_ENDED: 85,
    EntryKind.SIGN_IN_FAILED: 86,
    EntryKind.PAGE_REFUSED: 87,
    EntryKind.MEMBER_LOCKED_OUT: 88,
    EntryKind.MEMBER_CHANGED: 90,
    EntryKind.DIRECTORY_BROUGHT: 91,
    EntryKind.MISTAKE_REPORTED: 92,
    EntryKind.STATEMENT_SIGNED: 95,
    EntryKind.SESSION_REFUSED: 96,
    EntryKind.APPROVAL_WITHDRAWN: 97,
    EntryKind.TOLD_NOTED: 98,
    EntryKind.NODE_RESUMED: 99,
}
PURPOSE_NUMBERS = {
    Purpose.CRIMINAL_INVESTIGATION: 1,
    Purpose.CRIMINAL_PROSECUTION: 2,
    Purpose.FEDERAL_CRIME: 3,
    Purpose.TASK_FORCE: 4,
    Purpose.CUSTODY: 5,
    Purpose.MISSING_PERSON: 6,
    Purpose.OFFICER_SAFETY: 7,
    Purpose.STOP: 8,
    Purpose.LICENSING: 9,
    Purpose.CUSTOMS: 10,
    Purpose.CIVIL_IMMIGRATION: 11,
    Purpose.IMMIGRATION_ENTRY_CRIME: 12,
    Purpose.REPRODUCTIVE_ENFORCEMENT: 13,
    Purpose.EMERGENCY_LIFE: 14,
    Purpose.SUBJECT_ACCESS: 15,
    Purpose.AUDIT: 16,
    Purpose.STATISTICS: 17,
}
INSTRUMENT_NUMBERS = {
    Instrument.NOTHING: 1,
    Instrument.AGENCY_HEAD_REQUEST: 2,
    Instrument.ADMINISTRATIVE_WARRANT: 3,
    Instrument.DETAINER: 4,
    Instrument.ADMINISTRATIVE_SUBPOENA: 5,
    Instrument.COURT_SUBPOENA: 6,
    Instrument.COURT_ORDER: 7,
    Instrument.JUDICIAL_WARRANT: 8,
    Instrument.CONSENT: 9,
    Instrument.STATUTE: 10,
}
DECISION_NUMBERS = {
    Status.ANSWERED: 1,
    Status.NOTHING_RELEASABLE: 2,
    Status.HELD: 3,
    Status.REFUSED: 4,
    Status.TOO_MANY: 5,
    Status.TIMED_OUT: 6,
    Status.UNREACHABLE: 7,
    Status.FAILED: 8,
}
MOST_CLASSES = 32  # bits of the class mask
MOST_RELEASED = (1 << 32) - 1
LAST_MS = ((1 << 32) - 1) * BUCKET_MS  # the year 10136
MOST_KNOWN = 4_096  # words whose bytes are kept: agencies, agreements and laws of a region come again and again

_ABSENT = bytes(32)
_PAIR = re.compile(r"[0-9a-f]{64}")
_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}
_PURPOSES = {number: purpose for purpose, number in PURPOSE_NUMBERS.items()}
_INSTRUMENTS = {number: word for word, number in INSTRUMENT_NUMBERS.items()}
_DECISIONS = {number: word for word, number in DECISION_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Entry:
    """A decoded entry: the codes (time cut to the minute) and the two commitments (32 bytes each)."""

    facts: EntryFacts
    content: bytes
    record: bytes


def commit(key: bytes, content: bytes) -> bytes:
    """Commitment to bytes under a fresh key of 32 bytes: HMAC-SHA256, hiding and binding."""
    if len(key) != KEY_BYTES:
        raise NounError(f"a commitment key has {KEY_BYTES} bytes, not {len(key)}")
    return hmac.digest(key, content, "sha256")


def encode_entry(entry: Entry) -> bytes:
    """The bytes of a leaf, `ENTRY_BYTES` long. Raises NounError for facts the codes cannot say."""
    facts = entry.facts
    if not 0 <= facts.at_ms <= LAST_MS:
        raise NounError(f"`{facts.at_ms}` is not a time an entry can hold; write UTC milliseconds")
    if not 0 <= facts.class_mask < 1 << MOST_CLASSES or not 0 <= facts.released <= MOST_RELEASED:
        raise NounError("the class mask or the number of items released does not fit an entry")
    if len(entry.content) != COMMITMENT_BYTES or len(entry.record) != COMMITMENT_BYTES:
        raise NounError(f"a commitment has {COMMITMENT_BYTES} bytes")
    return LAYOUT.pack(
        VERSION,
        KIND_NUMBERS[facts.kind],
        facts.at_ms // BUCKET_MS,
        _ori_bytes(facts.owner_ori),
        _ori_bytes(facts.asker_ori),
        PURPOSE_NUMBERS[facts.purpose] if facts.purpose is not None else 0,
        _instrument_number(facts.instrument),
        _decision_number(facts.decision),
        facts.class_mask,
        facts.released,
        _hash_bytes(facts.agreement),
        _hash_bytes(facts.law),
        _pair_bytes(facts.pair),
        entry.content,
        entry.record,
    )


def decode_entry(raw: bytes) -> Entry:
    """Read a leaf. Raises ProofError for a length, version, number or spelling this version does not write."""
    if len(raw) != ENTRY_BYTES:
        raise ProofError(f"an entry has {ENTRY_BYTES} bytes, not {len(raw)}")
    parts = LAYOUT.unpack(raw)
    if parts[0] != VERSION:
        raise ProofError(f"entry version {parts[0]} is not known; verify with a newer comity")
    try:
        facts = EntryFacts(
            kind=_KINDS[parts[1]],
            at_ms=parts[2] * BUCKET_MS,
            owner_ori=_ori_text(parts[3]),
            asker_ori=_ori_text(parts[4]),
            purpose=_PURPOSES[parts[5]] if parts[5] else None,
            instrument=_INSTRUMENTS[parts[6]].value if parts[6] else "",
            decision=_DECISIONS[parts[7]].value if parts[7] else "",
            class_mask=parts[8],
            released=parts[9],
            agreement=_hash_text(parts[10]),
            law=_hash_text(parts[11]),
            pair=parts[12].hex() if parts[12] != _ABSENT else "",
        )
    except KeyError as error:
        raise ProofError(f"the entry holds the unknown code {error.args[0]}") from error
    except (NounError, UnicodeDecodeError) as error:
        raise ProofError("the entry holds something that is not an ORI") from error
    return Entry(facts=facts, content=parts[13], record=parts[14])


@lru_cache(maxsize=MOST_KNOWN)
def _ori_bytes(ori: str) -> bytes:
    return check_ori(ori).encode() if ori else b""


@lru_cache(maxsize=MOST_KNOWN)
def _ori_text(padded: bytes) -> str:
    ori = padded.rstrip(b"\x00").decode("ascii")
    return check_ori(ori) if ori else ""


@lru_cache(maxsize=MOST_KNOWN)
def _instrument_number(word: str) -> int:
    if not word:
        return 0
    try:
        return INSTRUMENT_NUMBERS[Instrument(word)]
    except ValueError as error:
        raise NounError(f"`{word[:80]}` is not an instrument; use a word of the vocabulary") from error


@lru_cache(maxsize=MOST_KNOWN)
def _decision_number(word: str) -> int:
    if not word:
        return 0
    try:
        return DECISION_NUMBERS[Status(word)]
    except ValueError as error:
        raise NounError(f"`{word[:80]}` is not a status; use a word of the vocabulary") from error


@lru_cache(maxsize=MOST_KNOWN)
def _hash_bytes(text: str) -> bytes:
    if not text:
        return _ABSENT
    raw = bytes.fromhex(check_hash(text)[len("sha256:") :])
    return _present(raw)


def _hash_text(raw: bytes) -> str:
    return "" if raw == _ABSENT else f"sha256:{raw.hex()}"


def _pair_bytes(text: str) -> bytes:
    if not text:
        return _ABSENT
    if not _PAIR.fullmatch(text):
        raise NounError(f"`{text[:80]}` is not a pairing commitment; write 64 hexadecimal digits")
    return _present(bytes.fromhex(text))


def _present(raw: bytes) -> bytes:
    if raw == _ABSENT:  # zeros spell absence; one value must have one encoding
        raise NounError("a hash of zeros only cannot stand in an entry")
    return raw
