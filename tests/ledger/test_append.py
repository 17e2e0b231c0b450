"""Nothing leaves without an entry: what `append_entry` stores, proves and refuses."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from log_world import TestKeys, make_unit, make_world, open_world
from msgspec.structs import replace

from comity.errors import (
    KeyUnavailableError,
    LedgerError,
    NounError,
    ProofError,
    RejectedMessageError,
    StoreError,
)
from comity.ledger import append
from comity.ledger.append import append_entry, restore_receipt, start_entry
from comity.ledger.checkpoint import parse_checkpoint, verify_checkpoint
from comity.ledger.entry import commit, decode_entry
from comity.ledger.proof import parse_proof
from comity.ledger.tree import check_consistency, consistency_proof
from comity.ledger.verify import check_head, verify_receipt
from comity.model.codes import Purpose
from comity.model.decision import Duty
from comity.model.disclosure import MintedItem, Receipt, StoredDuty
from store_engines import both_engines, open_store

pytestmark = both_engines


def test_a_receipt_verifies_with_nothing_but_the_content_and_the_log_key(tmp_path: Path) -> None:
    """The asker checks the answer it got against the receipt that came with it."""
    store, world = open_world(tmp_path)
    unit = make_unit(7)
    receipt = append_entry(world, unit)
    store.close()
    facts = verify_receipt(receipt, unit.content, world.keys.log_key())
    assert facts == replace(unit.facts, at_ms=unit.facts.at_ms // 60_000 * 60_000)


def test_everything_the_entry_commits_is_stored_with_it(tmp_path: Path) -> None:
    """Content, record, sealed explanation, nonce, stored answer, items, duties and wrapped keys, all at once."""
    duty = StoredDuty(
        id="d1",
        owner="ca-river",
        query_id="q",
        duty=Duty(kind="notify", rule="us-ny/NY-01", citation="VTL 201(12)"),
        raised_ms=1,
    )
    item = MintedItem(
        item_id="i1",
        query_id="q",
        asker="wa-city",
        member="m",
        owner="ca-river",
        purpose=Purpose.STOP,
        beneficiary="wa-city",
        record_id="r",
        person_key="p",
        question="sha256:" + "0" * 64,
    )
    unit = make_unit(1, duties=(duty,), items=(item,))
    store, world = open_world(tmp_path)
    receipt = append_entry(world, unit)
    journal = store.journal
    assert journal.size() == 1
    assert journal.entry(0) == b64decode(receipt.entry)
    assert (journal.content(0), journal.record(0), journal.sealed(0)) == (unit.content, unit.record, unit.sealed)
    assert journal.find_nonce("wa-city", "nonce-1")
    assert not journal.find_nonce("wa-city", "nonce-2")
    assert journal.find_answer("wa-city", f"{1:032x}", "digest") == ("sha256:" + "00" * 32, unit.content, 0)
    assert journal.find_answer("wa-city", f"{1:032x}", "detail") is None
    assert journal.find_item("i1") == item
    assert journal.find_item("i2") is None
    assert journal.duties("ca-river") == (duty,)
    record_key = journal.record_key(0)
    assert record_key is not None
    assert decode_entry(journal.entry(0)).record == commit(world.keys.unwrap(record_key), unit.record)
    store.close()


def test_keys_are_stored_wrapped_only(tmp_path: Path) -> None:
    """The key in the receipt is nowhere in the node's directory."""
    store, world = open_world(tmp_path)
    key = b64decode(append_entry(world, make_unit(1)).content_key)
    assert store.journal.content_key(0) == world.keys.wrap(key)
    store.close()
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or key not in file.read_bytes()


def test_a_restored_receipt_is_equally_valid(tmp_path: Path) -> None:
    """A retry gets the stored answer with the same entry and key, also after a restart and further entries."""
    store, world = open_world(tmp_path)
    units = [make_unit(number) for number in range(300)]
    receipts = [append_entry(world, unit) for unit in units]
    store.close()
    store, world = open_world(tmp_path)
    for index in (0, 17, 255, 256, 299):
        restored = restore_receipt(world, index)
        assert (restored.entry, restored.content_key) == (receipts[index].entry, receipts[index].content_key)
        verify_receipt(restored, units[index].content, world.keys.log_key())
    with pytest.raises(LedgerError, match="no entry 300"):
        restore_receipt(world, 300)
    store.close()


def test_a_question_or_nonce_entered_before_is_rejected_and_changes_nothing(tmp_path: Path) -> None:
    """Two copies of one message cannot both be answered."""
    store, world = open_world(tmp_path)
    append_entry(world, make_unit(1))
    before = store.journal.checkpoint()
    with pytest.raises(RejectedMessageError, match="nonce"):
        append_entry(world, make_unit(1, answer_to=None))
    with pytest.raises(RejectedMessageError, match="answered already"):
        append_entry(world, make_unit(1, replay=("wa-city", "fresh")))
    assert store.journal.checkpoint() == before
    assert not store.journal.find_nonce("wa-city", "fresh")
    append_entry(world, make_unit(2))
    assert store.journal.size() == 2
    store.close()


def test_facts_that_cannot_be_entered_store_nothing(tmp_path: Path) -> None:
    """An entry that the codes cannot say is refused before the transaction."""
    store, world = open_world(tmp_path)
    with pytest.raises(NounError):
        append_entry(world, make_unit(1, facts=replace(make_unit(1).facts, owner_ori="Maria")))
    assert store.journal.size() == 0
    store.close()


def test_too_large_an_answer_is_not_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content, record and explanation have a bound."""
    monkeypatch.setattr(append, "LARGEST_PART", 100)
    store, world = open_world(tmp_path)
    for part in ("content", "record", "sealed"):
        with pytest.raises(LedgerError, match="more than 100"):
            append_entry(world, make_unit(1, **{part: bytes(101)}))
    store.close()


def test_a_missing_log_key_closes_the_log_until_it_is_back(tmp_path: Path) -> None:
    """Without a signature nothing is stored; with the key back the log goes on."""
    store = open_store(tmp_path)
    keys = TestKeys()
    world = make_world(store.journal, keys)
    keys.missing = True
    with pytest.raises(KeyUnavailableError):
        append_entry(world, make_unit(1))
    keys.missing = False
    append_entry(world, make_unit(1))
    assert store.journal.size() == 1
    store.close()


def test_poor_randomness_closes_the_log(tmp_path: Path) -> None:
    """A short key commits to nothing; no entry is made with it."""

    class Short:
        def take(self, count: int) -> bytes:
            return bytes(count - 1)

    store = open_store(tmp_path)
    world = make_world(store.journal)
    object.__setattr__(world, "randomness", Short())
    with pytest.raises(LedgerError, match="randomness"):
        append_entry(world, make_unit(1))
    store.close()


def test_many_threads_share_the_log_without_a_fork(tmp_path: Path) -> None:
    """Every receipt has its own index, verifies, and every checkpoint given extends the smaller ones."""
    store, world = open_world(tmp_path)
    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(lambda number: append_entry(world, make_unit(number)), range(400)))
    vkey = world.keys.log_key()
    proofs = [parse_proof(receipt.proof) for receipt in receipts]
    assert sorted(proof.index for proof in proofs) == list(range(400))
    for number, receipt in enumerate(receipts):
        verify_receipt(receipt, b"answer %d" % number, vkey)
    heads = sorted({(head.size, head.root) for proof in proofs if (head := verify_checkpoint(proof.note, vkey))})
    for (old, old_root), (size, root) in pairwise(heads):
        assert old < size
        path = consistency_proof(old, size, store.journal.hash_at)
        check_consistency(old, old_root, size, root, path)
    assert parse_checkpoint(store.journal.checkpoint()).size == 400
    store.close()


def test_many_clients_of_one_event_loop_share_the_log(tmp_path: Path) -> None:
    """An awaited entry gives the receipt that a waiting thread would get; each is refused for itself."""
    store, world = open_world(tmp_path)

    async def client(first: int) -> list[Receipt]:
        receipts = [await start_entry(world, make_unit(number)) for number in range(first, first + 10)]
        with pytest.raises(RejectedMessageError):
            await start_entry(world, make_unit(first))
        return receipts

    async def clients() -> list[list[Receipt]]:
        return await asyncio.gather(*[client(first) for first in range(0, 200, 10)])

    receipts = [receipt for own in asyncio.run(clients()) for receipt in own]
    for number, receipt in enumerate(receipts):
        verify_receipt(receipt, b"answer %d" % number, world.keys.log_key())
    assert sorted(parse_proof(receipt.proof).index for receipt in receipts) == list(range(200))
    assert store.journal.size() == 200
    store.close()


def test_what_was_begun_can_be_waited_for_later(tmp_path: Path) -> None:
    """One caller begins many and then collects their receipts; a faulty one is refused before anything is begun."""
    store, world = open_world(tmp_path)
    begun = [start_entry(world, make_unit(number)) for number in range(300)]
    with pytest.raises(NounError):
        start_entry(world, make_unit(1, facts=replace(make_unit(1).facts, owner_ori="Maria")))
    for number, one in enumerate(begun):
        verify_receipt(one.receipt(), b"answer %d" % number, world.keys.log_key())
    store.close()
    with pytest.raises(StoreError, match="closed"):
        start_entry(world, make_unit(301))


def test_answers_and_other_entries_stand_in_one_transaction(tmp_path: Path) -> None:
    """Entries that answer no question lie between those that do, each with what it commits."""
    store, world = open_world(tmp_path)
    begun = [
        start_entry(world, make_unit(number, **({} if number % 3 else {"answer_to": None, "sealed": b""})))
        for number in range(90)
    ]
    indexes = [parse_proof(one.receipt().proof).index for one in begun]
    assert indexes == list(range(90))
    for number in indexes:
        kept = store.journal.find_answer("wa-city", f"{number:032x}", "digest")
        assert (kept is not None) == bool(number % 3)
        assert store.journal.content(number) == b"answer %d" % number
        assert store.journal.sealed(number) == (b"explanation %d" % number if number % 3 else None)
    store.close()


def test_a_closed_store_takes_no_entry(tmp_path: Path) -> None:
    """After closing, the door is shut."""
    store, world = open_world(tmp_path)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        append_entry(world, make_unit(1))


def test_the_head_is_checked_against_the_log_key_and_the_tree(tmp_path: Path) -> None:
    """A node does not open a log that another key signed or whose tree was changed."""
    store, world = open_world(tmp_path)
    assert check_head(store.journal, world.keys.log_key()) == 0
    for number in range(5):
        append_entry(world, make_unit(number))
    assert check_head(store.journal, world.keys.log_key()) == 5
    with pytest.raises(LedgerError, match="log key"):
        check_head(store.journal, TestKeys("wa-city").log_key())

    class Changed:
        def checkpoint(self) -> str:
            return store.journal.checkpoint()

        def hash_at(self, level: int, index: int) -> bytes:
            return bytes(32)

    changed: object = Changed()
    with pytest.raises(LedgerError, match="signed root"):
        check_head(changed, world.keys.log_key())  # type: ignore[arg-type]
    store.close()


@pytest.mark.parametrize("name", ["node", "entry", "proof", "content_key"])
def test_no_character_of_a_receipt_can_change(tmp_path: Path, name: str) -> None:
    """Every part of a receipt is checked."""
    store, world = open_world(tmp_path)
    for number in range(6):
        receipt = append_entry(world, make_unit(number))
    store.close()
    text = getattr(receipt, name)
    for at in range(len(text)):
        other = "A" if text[at] != "A" else "B"
        changed = replace(receipt, **{name: text[:at] + other + text[at + 1 :]})
        with pytest.raises(ProofError):
            verify_receipt(changed, b"answer 5", world.keys.log_key())
    with pytest.raises(ProofError, match="commits to"):
        verify_receipt(receipt, b"answer 6", world.keys.log_key())
    with pytest.raises(ProofError, match="commits to"):
        verify_receipt(replace(receipt, content_key="AAAA"), b"answer 5", world.keys.log_key())
