"""Checkpoints are signed notes as C2SP writes them, read strictly."""

from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from log_world import TestKeys

from comity.errors import ProofError
from comity.ledger.checkpoint import (
    Checkpoint,
    log_name,
    make_vkey,
    parse_checkpoint,
    parse_vkey,
    sign_checkpoint,
    verify_checkpoint,
)

PUBLISHED = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
KEYS = TestKeys()
VKEY = KEYS.log_key()
HEAD = Checkpoint(origin=parse_vkey(VKEY).name, size=70_000, root=bytes(range(32)))
NOTE = sign_checkpoint(HEAD, parse_vkey(VKEY), KEYS.sign_log)


def test_a_published_verifier_key_is_read() -> None:
    """Tessera's published key has the key id we compute, and a plus sign inside its base64."""
    key = parse_vkey(PUBLISHED)
    assert (key.name, key.id.hex()) == ("example.com/log/testdata", "33d7b496")
    assert make_vkey(key.name, key.public) == PUBLISHED


def test_a_signed_checkpoint_verifies_and_reads_back() -> None:
    """What was signed is what is read."""
    assert verify_checkpoint(NOTE, VKEY) == HEAD
    assert parse_checkpoint(NOTE) == HEAD
    assert NOTE.startswith(HEAD.body + "\n\u2014 ")


@pytest.mark.parametrize("at", range(len(NOTE.encode())))
def test_no_byte_of_a_checkpoint_can_change(at: int) -> None:
    """Flipping any bit of any byte is noticed."""
    for bit in (1, 0x20, 0x80):
        raw = bytearray(NOTE.encode())
        raw[at] ^= bit
        try:
            changed = raw.decode()
        except UnicodeDecodeError:
            continue
        with pytest.raises(ProofError):
            verify_checkpoint(changed, VKEY)


def test_signatures_of_others_are_passed_over() -> None:
    """A witness's line beside ours is ignored; alone it does not verify."""
    other = f"\u2014 witness.example {b64encode(b'1234' + bytes(64)).decode()}\n"
    assert verify_checkpoint(NOTE + other, VKEY) == HEAD
    with pytest.raises(ProofError, match="no signature by"):
        verify_checkpoint(HEAD.body + "\n" + other, VKEY)
    with pytest.raises(ProofError, match="more than 16"):
        verify_checkpoint(NOTE + other * 16, VKEY)


def test_a_log_of_another_name_or_key_is_refused() -> None:
    """The key given decides which log it is."""
    with pytest.raises(ProofError, match="is of log"):
        verify_checkpoint(NOTE, TestKeys("wa-city").log_key())
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    with pytest.raises(ProofError, match="no signature by"):
        verify_checkpoint(NOTE, make_vkey(log_name("ca-river"), stranger))


def test_what_verified_is_kept_and_what_failed_is_not() -> None:
    """The same text under the same key is not verified again; anything else is, each time."""
    verify_checkpoint.cache_clear()
    assert [verify_checkpoint(NOTE, VKEY) for _ in range(3)] == [HEAD] * 3
    other = TestKeys("wa-city")
    stranger = make_vkey(HEAD.origin, parse_vkey(other.log_key()).public)
    for _ in range(2):
        for note, vkey in ((NOTE, stranger), (NOTE.replace("70000", "70001"), VKEY)):
            with pytest.raises(ProofError):
                verify_checkpoint(note, vkey)
    assert verify_checkpoint.cache_info()[:2] == (2, 5)
    assert verify_checkpoint.cache_info().currsize == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("log\n5\n", "exactly the lines"),
        ("log\n5\nAAAA\nextension\n", "exactly the lines"),
        ("\n5\nAAAA\n", "not a plain number"),
        ("log\n05\nAAAA\n", "not a plain number"),
        ("log\n-5\nAAAA\n", "not a plain number"),
        ("log\n9223372036854775808\nAAAA\n", "not a plain number"),
        ("log\n5\nAAAA\n", "not 32 bytes"),
        ("log\n5\n???\n", "not base64"),
        ("log\n5\nAAF=\n", "not canonical base64"),
        ("log\n5\nAA\x01AA\n", "control character"),
    ],
)
def test_a_malformed_checkpoint_is_refused(body: str, fault: str) -> None:
    """Each line has one spelling."""
    with pytest.raises(ProofError, match=fault):
        parse_checkpoint(f"{body}\n\u2014 log {b64encode(bytes(68)).decode()}\n")


@pytest.mark.parametrize(
    ("tail", "fault"),
    [
        ("\n- log AAAA\n", "malformed signature"),
        ("\n\u2014 lo+g AAAA\n", "malformed signature"),
        ("\n\u2014 log AAAA\n", "without a key id"),
        ("\n\u2014 log AAAAAAAA", "no signature block"),
        ("", "no signature block"),
    ],
)
def test_a_malformed_signature_block_is_refused(tail: str, fault: str) -> None:
    """Signature lines are read as strictly as the text."""
    with pytest.raises(ProofError, match=fault):
        verify_checkpoint(HEAD.body + tail, VKEY)


@pytest.mark.parametrize(
    ("vkey", "fault"),
    [
        ("log", "name\\+id\\+key"),
        ("lo g+00000000+AAAA", "name\\+id\\+key"),
        ("log+00000000+AAAA", "not an Ed25519 key"),
        (PUBLISHED.replace("33d7b496", "33d7b497"), "not its own"),
        (PUBLISHED.replace("+AeHT", "+BeHT"), "not an Ed25519 key"),
    ],
)
def test_a_malformed_verifier_key_is_refused(vkey: str, fault: str) -> None:
    """A key with a wrong id or type is no key."""
    with pytest.raises(ProofError, match=fault):
        parse_vkey(vkey)


def test_a_signer_or_name_that_cannot_be_is_refused() -> None:
    """A short signature and a name with a plus sign never reach a note."""
    with pytest.raises(ProofError, match="64 bytes"):
        sign_checkpoint(HEAD, parse_vkey(VKEY), lambda payload: b"short")
    with pytest.raises(ProofError, match="cannot name a log"):
        make_vkey("a+b", bytes(32))
