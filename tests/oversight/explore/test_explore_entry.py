"""One entry with its proof, and what lies behind it, which is opened in a step that is entered first."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from contextlib import closing

import pytest
from finding_stage import ASKER, NODE, OTHER_OWNER, OWNER, Log, reviewer

from comity.errors import NounError, ProofError, WrongUseError
from comity.exchange.log.tally import month_of
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import verify_proof
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.finding import Relation
from comity.model.query import PersonSubject
from comity.oversight.explore.entry_view import open_entry, show_entry
from comity.oversight.findings.circle import add_to_circle
from store_engines import on_sqlite

REASON = "a complaint about this day"


def test_an_entry_comes_with_a_proof_that_a_foreign_verifier_follows(log: Log) -> None:
    """And with nothing of what lies behind."""
    (index,) = log.enter(log.asked(3))
    shown = show_entry(log.world, reviewer(), index)
    assert verify_proof(shown.proof, b64decode(shown.entry), log.world.keys.log_key())[0] == index
    assert (shown.kept, shown.opens, shown.forgotten_by) == (True, True, None)
    assert "Quillfeather" not in str(shown)


def test_opening_is_entered_with_its_reason_before_it_is_told(log: Log) -> None:
    """Who opened what, and why, is an entry of its own that can be opened in turn."""
    (index,) = log.enter(log.asked(3))
    opened = open_entry(log.world, reviewer(), index, REASON)
    (part,) = opened.parts
    assert json.loads(part)["query"]["subject"]["family"] == "Quillfeather"
    entry = decode_entry(log.world.journal.entry(opened.seen))
    assert entry.facts.kind is EntryKind.ENTRY_OPENED
    assert not entry.facts.asker_ori
    (said,) = open_entry(log.world, reviewer(), opened.seen, "who looked at this").parts
    assert json.loads(said) == {"by": reviewer().id, "entry": index, "reason": REASON}


def test_nothing_is_opened_without_a_reason_or_by_anybody_else(log: Log) -> None:
    """Neither is anything entered then."""
    (index,) = log.enter(log.asked(3))
    before = log.world.journal.size()
    with pytest.raises(WrongUseError, match="3 words"):
        open_entry(log.world, reviewer(), index, "curious")
    with pytest.raises(NounError):
        open_entry(log.world, reviewer(), index, "word " * 500)
    with pytest.raises(WrongUseError, match="does not review"):
        open_entry(log.world, reviewer(OWNER, "detective", "member"), index, REASON)
    assert log.world.journal.size() == before


def test_another_owners_record_is_not_opened_though_both_share_the_node(log: Log) -> None:
    """One's own question to a neighbour is seen by its codes; the neighbour's record of it stays the neighbour's."""
    mine, theirs = log.enter(
        log.asked(3, owner=OTHER_OWNER, asker=OWNER), log.asked(2, owner=OTHER_OWNER, asker=ASKER)
    )
    assert not show_entry(log.world, reviewer(), mine).opens
    with pytest.raises(WrongUseError, match="is for"):
        open_entry(log.world, reviewer(), mine, REASON)
    for index in (theirs, 999):
        with pytest.raises(WrongUseError, match=f"no entry {index}"):
            show_entry(log.world, reviewer(), index)


def test_the_sealed_list_is_opened_by_nobody(log: Log) -> None:
    """It lies behind an entry of this owner, and no reason opens it here."""
    before = log.world.journal.size()
    subject = PersonSubject(family="Lindgren", given="Petra", birth_date="1986-05-17")
    add_to_circle(log.world, reviewer(), Relation.STAFF, "", subject)
    assert not show_entry(log.world, reviewer(), before).opens
    with pytest.raises(WrongUseError, match="is for"):
        open_entry(log.world, reviewer(), before, REASON)


def test_a_question_of_our_own_is_opened_with_what_was_asked(log: Log) -> None:
    """The entry of asking keeps who, and what to whom; both open."""
    unit = log.asked(3, asker=OWNER, owner=OTHER_OWNER)
    member = reviewer(OWNER, "detective", "member")
    asked = Unit(
        facts=EntryFacts(
            kind=EntryKind.ASKED, at_ms=log.now_ms, asker_ori=unit.facts.asker_ori, purpose=unit.facts.purpose
        ),
        content=canonical_bytes(({"case_number": "26-5"},)),
        record=canonical_bytes(member),
    )
    before = log.world.journal.size()
    append_entry(log.world, asked)
    who, what = open_entry(log.world, reviewer(), before, REASON).parts
    assert json.loads(who)["id"] == member.id
    assert "26-5" in what


@on_sqlite
def test_what_was_forgotten_says_so_and_by_which_pruning(log: Log) -> None:
    """The codes and the proof remain; the pruning that names the entry's month is told with it."""
    (index,) = log.enter(log.asked(200))
    month = month_of(decode_entry(log.world.journal.entry(index)).facts.at_ms)
    append_entry(
        log.world,
        Unit(
            facts=EntryFacts(kind=EntryKind.LOG_PRUNED, at_ms=log.now_ms),
            content=canonical_bytes({"node": NODE, "months": [{"key": month, "forgotten": 1}]}),
            record=canonical_bytes({"destroyed": [month]}),
        ),
    )
    database = log.federation.stores[NODE].folder / "node.db"
    with closing(sqlite3.connect(database)) as changed, changed:
        changed.execute("UPDATE entry SET record = NULL, content = NULL WHERE idx = ?", (index,))
    shown = show_entry(log.world, reviewer(), index)
    assert (shown.kept, shown.opens, shown.forgotten_by) == (False, False, index + 1)
    assert shown.forgotten_ms == decode_entry(log.world.journal.entry(index + 1)).facts.at_ms
    with pytest.raises(WrongUseError, match="was destroyed"):
        open_entry(log.world, reviewer(), index, REASON)


@on_sqlite
def test_what_does_not_open_its_commitment_is_not_shown(log: Log) -> None:
    """One byte changed behind the log: nothing it says is told, and nothing is entered."""
    (index,) = log.enter(log.asked(3))
    database = log.federation.stores[NODE].folder / "node.db"
    with closing(sqlite3.connect(database)) as changed, changed:
        (record,) = changed.execute("SELECT record FROM entry WHERE idx = ?", (index,)).fetchone()
        altered = bytes(record).replace(b"26-01417", b"26-09417")
        changed.execute("UPDATE entry SET record = ? WHERE idx = ?", (altered, index))
    before = log.world.journal.size()
    with pytest.raises(ProofError, match="does not open"):
        open_entry(log.world, reviewer(), index, REASON)
    assert log.world.journal.size() == before
