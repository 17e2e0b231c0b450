"""Cosignatures as C2SP writes them: made, added to a checkpoint, and held against a policy."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from log_world import TestKeys

from comity.errors import ProofError
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint, split_note, verify_checkpoint
from comity.ledger.cosignature import (
    add_cosignatures,
    cosign,
    cosigned_at,
    cosigners,
    parse_witness_vkey,
    verify_cosigned,
)
from witness_keys import WitnessKey, policy_of

KEYS = TestKeys()
VKEY = KEYS.log_key()
HEAD = Checkpoint(origin=parse_vkey(VKEY).name, size=70_000, root=bytes(range(32)))
NOTE = sign_checkpoint(HEAD, parse_vkey(VKEY), KEYS.sign_log)
RIVER, CITY = WitnessKey("river"), WitnessKey("city")
AT_S = 1_795_000_000
BY_RIVER = add_cosignatures(NOTE, RIVER.line(HEAD.body, AT_S), RIVER.vkey)


def test_a_cosignature_is_a_dated_line_beside_the_logs_own() -> None:
    """The log's signature still verifies, and the witness's time can be read."""
    assert verify_checkpoint(BY_RIVER, VKEY) == HEAD
    assert cosigned_at(BY_RIVER, RIVER.vkey) == AT_S
    assert cosigned_at(BY_RIVER, CITY.vkey) is None
    assert NOTE + RIVER.line(HEAD.body, AT_S) == BY_RIVER


def test_a_cosignature_is_spelt_as_the_specification_says() -> None:
    """Key id over name, line end, type 4 and key; eight big-endian bytes of time; a signature over header, time and text."""
    raw = b64decode(split_note(BY_RIVER)[1][1].split(" ")[2])
    public = RIVER.key.public
    assert raw[:4] == sha256(b"comity.witness/river\n\x04" + public).digest()[:4]
    assert raw[4:12] == AT_S.to_bytes(8, "big")
    signed = f"cosignature/v1\ntime {AT_S}\n{HEAD.body}".encode()
    Ed25519PublicKey.from_public_bytes(public).verify(raw[12:], signed)


@pytest.mark.parametrize("at", range(len(NOTE.encode()), len(BY_RIVER.encode())))
def test_no_byte_of_a_cosignature_can_change(at: int) -> None:
    """A changed line is refused, or is no longer that witness's."""
    for bit in (1, 0x20, 0x80):
        raw = bytearray(BY_RIVER.encode())
        raw[at] ^= bit
        try:
            changed = raw.decode()
            assert cosigned_at(changed, RIVER.vkey) is None
        except (UnicodeDecodeError, ProofError):
            continue


def test_a_newer_line_takes_the_place_of_the_witnesss_older_one() -> None:
    """A checkpoint that is cosigned again keeps one line of each witness."""
    twice = add_cosignatures(BY_RIVER, RIVER.line(HEAD.body, AT_S + 60), RIVER.vkey)
    assert cosigned_at(twice, RIVER.vkey) == AT_S + 60
    assert len(split_note(twice)[1]) == 2


def test_what_a_witness_answers_is_not_believed_unread() -> None:
    """Lines of strangers are left out; without one of the witness's own, over this very text, nothing is added."""
    both = CITY.line(HEAD.body, AT_S) + RIVER.line(HEAD.body, AT_S)
    assert add_cosignatures(NOTE, both, RIVER.vkey) == BY_RIVER
    other = HEAD.body.replace("70000", "70001")
    for answer in (CITY.line(HEAD.body, AT_S), "", "\n", "\u2014 nonsense\n", RIVER.line(HEAD.body, AT_S) * 17):
        with pytest.raises(ProofError):
            add_cosignatures(NOTE, answer, RIVER.vkey)
    with pytest.raises(ProofError, match="does not verify"):
        add_cosignatures(NOTE, RIVER.line(other, AT_S), RIVER.vkey)
    with pytest.raises(ProofError, match="each ending its line"):
        add_cosignatures(NOTE, RIVER.line(HEAD.body, AT_S)[:-1], RIVER.vkey)


def test_a_cosignature_of_another_form_is_refused() -> None:
    """Too short, too long, or dated beyond what the specification allows."""
    for stamped in (bytes(8), bytes(73), b"\xff" * 72):
        line = f"\u2014 {RIVER.key.name} {b64encode(RIVER.key.id + stamped).decode()}\n"
        with pytest.raises(ProofError, match="is not a time and an Ed25519 signature"):
            cosigned_at(NOTE + line, RIVER.vkey)


def test_a_log_key_is_no_witness_key() -> None:
    """The kind stands in the key, so that one cannot be taken for the other; a signer must give a whole signature."""
    with pytest.raises(ProofError, match="is not an Ed25519 cosignature key"):
        parse_witness_vkey(VKEY)
    with pytest.raises(ProofError, match="is not an Ed25519 key"):
        parse_vkey(RIVER.vkey)
    with pytest.raises(ProofError, match="has 64 bytes, not 3"):
        cosign(HEAD.body, RIVER.key, AT_S, lambda _: b"abc")


def test_a_checkpoint_holds_against_a_policy_when_its_quorum_cosigned() -> None:
    """One of two is enough where any is, and not where all are needed."""
    assert verify_cosigned(BY_RIVER, policy_of("river", "city", rule="any"), VKEY).by == (("river", AT_S),)
    with pytest.raises(ProofError, match=r"cosigned by river; the quorum `all-of-them` is not met"):
        verify_cosigned(BY_RIVER, policy_of("river", "city"), VKEY)
    with pytest.raises(ProofError, match=r"cosigned by nobody"):
        verify_cosigned(NOTE, policy_of("river"), VKEY)
    both = add_cosignatures(BY_RIVER, CITY.line(HEAD.body, AT_S + 1), CITY.vkey)
    found = verify_cosigned(both, policy_of("city", "river"), VKEY)
    assert (found.head, found.by) == (HEAD, (("city", AT_S + 1), ("river", AT_S)))


def test_a_quorum_does_not_stand_in_for_the_logs_own_signature() -> None:
    """Cosignatures over a checkpoint that the log did not sign prove nothing about the log."""
    unsigned = f"{HEAD.body}\n{RIVER.line(HEAD.body, AT_S)}"
    assert cosigners(unsigned, policy_of("river")) == (("river", AT_S),)
    with pytest.raises(ProofError, match="no signature by"):
        verify_cosigned(unsigned, policy_of("river"), VKEY)
