"""Proofs are C2SP tlog-proof texts, read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest
from log_world import make_unit, open_world

from comity.errors import ProofError
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import strict_base64
from comity.ledger.proof import FIRST_LINE, parse_proof, verify_proof, write_proof


def test_a_proof_has_the_published_form(tmp_path: Path) -> None:
    """First line, index, hashes, empty line, checkpoint verbatim."""
    store, world = open_world(tmp_path)
    receipts = [append_entry(world, make_unit(number)) for number in range(3)]
    note = store.journal.checkpoint()
    store.close()
    lines = receipts[2].proof.split("\n")
    assert lines[:2] == [FIRST_LINE, "index 2"]
    assert len(strict_base64(lines[2], "hash")) == 32
    assert receipts[2].proof.endswith("\n\n" + note)
    entry = strict_base64(receipts[2].entry, "entry")
    index, head = verify_proof(receipts[2].proof, entry, world.keys.log_key())
    assert (index, head.size) == (2, 3)
    with pytest.raises(ProofError, match="does not lead"):
        verify_proof(receipts[2].proof, strict_base64(receipts[1].entry, "entry"), world.keys.log_key())


def test_a_proof_of_the_only_entry_has_no_hashes() -> None:
    """The header is two lines, then the empty line."""
    text = write_proof(0, (), "note\n")
    assert text == f"{FIRST_LINE}\nindex 0\n\nnote\n"
    assert parse_proof(text).path == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "does not begin"),
        (f"{FIRST_LINE}\n\nnote", "does not begin"),
        (f"{FIRST_LINE}\nindex 0\nnote", "does not begin"),
        ("c2sp.org/tlog-proof@v2\nindex 0\n\nnote", "does not begin"),
        (f"{FIRST_LINE}\nextra AAAA\nindex 0\n\nnote", "not its index"),
        (f"{FIRST_LINE}\nindex 01\n\nnote", "not its index"),
        (f"{FIRST_LINE}\nindex -1\n\nnote", "not its index"),
        (f"{FIRST_LINE}\nindex 0\nAAAA\n\nnote", "not 32 bytes"),
        (f"{FIRST_LINE}\nindex 0\n?\n\nnote", "not base64"),
        (FIRST_LINE + "\nindex 0\n" + "AAAA\n" * 64 + "\nnote", "more than 63"),
    ],
)
def test_a_malformed_proof_is_refused(text: str, fault: str) -> None:
    """Nothing is guessed from a proof that is not in the one form."""
    with pytest.raises(ProofError, match=fault):
        parse_proof(text)
