"""From the log to a reviewed finding: opened against commitments, entered, put to somebody who is not in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from finding_stage import ASKER, DAY_MS, NODE, OTHER_OWNER, OWNER, PARTNER, Log, reviewer

from comity.errors import DeliveryChangedError, NounError, WrongUseError
from comity.exchange.asking.circle import CIRCLE_KEY
from comity.ledger.entry import decode_entry
from comity.ledger.proof import verify_proof
from comity.model.canon import from_canonical
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.finding import Finding, FindingKind, FindingState, Relation
from comity.model.query import PersonSubject
from comity.oversight.findings.circle import add_to_circle, circle_told, remove_from_circle
from comity.oversight.findings.look import list_findings, look_for_findings
from comity.oversight.findings.review import (
    ask_to_explain,
    dismiss_finding,
    see_members,
    show_finding,
    take_finding,
    uphold_finding,
)
from comity.ports import World
from store_engines import on_sqlite


def kinds(log: Log, since: int) -> list[EntryKind]:
    journal = log.world.journal
    return [decode_entry(journal.entry(index)).facts.kind for index in range(since, journal.size())]


def the_finding(log: Log, who: str = OWNER) -> Finding:
    (found,) = look_for_findings(log.world, reviewer(who)).findings
    return found


def test_h12_a_finding_is_made_of_opened_records_and_entered(log: Log) -> None:
    """H12: repeat look-ups in the log become one finding that names its entries, and the finding an entry of its own."""
    entries = log.watch()
    log.enter(log.asked(3, PersonSubject(family="Someone", given="Else", birth_date="1990-01-02")))
    before = log.world.journal.size()
    told = look_for_findings(log.world, reviewer())
    (found,) = told.findings
    assert (found.kind, found.state, found.asker) == (FindingKind.REPEATED, FindingState.OPEN, ASKER)
    assert list(found.entries) == entries
    assert (told.questions, told.forgotten) == (9, 0)
    assert kinds(log, before) == [EntryKind.FINDING_OPENED]
    assert look_for_findings(log.world, reviewer()).findings == (found,)
    assert log.world.journal.size() == before + 1


def test_a_finding_holds_nobodys_particulars(log: Log) -> None:
    """Neither what is kept, nor what is told, nor what is entered has the subject, the member or a case number in it."""
    log.watch()
    before = log.world.journal.size()
    shown = show_finding(log.world, reviewer(), the_finding(log).id)
    told = str(shown) + str(log.world.journal.record(before)) + str(log.world.journal.content(before))
    for word in ("Quillfeather", "Ondine", "1988-03-09", "detective", "Some Body", "417"):
        assert word not in told


def test_every_entry_of_a_finding_is_proved(log: Log) -> None:
    """Each comes with its bytes and a proof that a foreign verifier follows to the log's own checkpoint."""
    from base64 import b64decode

    log.watch()
    found = the_finding(log)
    shown = show_finding(log.world, reviewer(), found.id)
    key = log.world.keys.log_key()
    assert [verify_proof(one.proof, b64decode(one.entry), key)[0] for one in shown.proofs] == list(found.entries)


def test_the_same_person_written_otherwise_is_the_same_subject(log: Log) -> None:
    """A look-up under another spelling or a number joins those before it; another birth date does not."""
    spelt = PersonSubject(family="Quillfether", given="Ondine", birth_date="1988-03-09")
    other = PersonSubject(family="Quillfeather", given="Ondine", birth_date="1961-12-01")
    log.watch(4)
    log.enter(log.asked(5, spelt, case_number="26-77"), log.asked(4, spelt, case_number="26-78"))
    log.enter(log.asked(3, other, case_number="26-79"))
    assert the_finding(log).counts["look-ups"] == 6


@on_sqlite
def test_a_record_that_does_not_open_is_a_finding_and_no_evidence(log: Log) -> None:
    """One byte changed in the database behind the log: the entry is named, and the pattern it belonged to is not made."""
    entries = log.watch(5)
    database = log.federation.stores[NODE].folder / "node.db"
    with closing(sqlite3.connect(database)) as changed, changed:
        (record,) = changed.execute("SELECT record FROM entry WHERE idx = ?", (entries[2],)).fetchone()
        altered = bytes(record).replace(b"26-02417", b"26-09417")
        assert altered != record
        changed.execute("UPDATE entry SET record = ? WHERE idx = ?", (altered, entries[2]))
    found = the_finding(log)
    assert (found.kind, found.entries) == (FindingKind.UNOPENED, (entries[2],))
    assert "does not open its commitment" in found.sentence


@on_sqlite
def test_an_entry_that_is_not_in_the_tree_is_a_finding(log: Log) -> None:
    """Entry and record changed together still do not lead to the signed root."""
    entries = log.watch(5)
    database = log.federation.stores[NODE].folder / "node.db"
    with closing(sqlite3.connect(database)) as changed, changed:
        row = changed.execute(
            "SELECT entry, record, record_key FROM entry WHERE idx = ?", (entries[0],)
        ).fetchone()
        changed.execute("UPDATE entry SET entry = ?, record = ?, record_key = ? WHERE idx = ?", (*row, entries[1]))
    assert the_finding(log).entries == (entries[1],)


def test_whoever_is_in_a_finding_neither_sees_nor_takes_it(log: Log) -> None:
    """A reviewer whose own questions they are is told of nothing, whatever the role."""
    own = reviewer(OWNER, "auditor", "auditor")
    log.watch(asker=OWNER, member=own.id)
    assert not look_for_findings(log.world, own).findings
    found = the_finding(log)
    for act in (show_finding, take_finding):
        with pytest.raises(WrongUseError, match="has no finding"):
            act(log.world, own, found.id)


def test_a_finding_is_taken_and_then_closed_by_who_took_it(log: Log) -> None:
    """Each step is one entry; nobody closes what another took, and closed is closed."""
    log.watch()
    name = the_finding(log).id
    before = log.world.journal.size()
    with pytest.raises(WrongUseError, match="take it first"):
        dismiss_finding(log.world, reviewer(), name, "two linked cases")
    assert take_finding(log.world, reviewer(), name).reviewer == reviewer().id
    assert take_finding(log.world, reviewer(), name).changed == 1
    second = reviewer(OWNER, "auditor", "auditor")
    with pytest.raises(WrongUseError, match="take it first"):
        uphold_finding(log.world, second, name, "passed to internal affairs")
    with pytest.raises(NounError, match="at least 3 words"):
        uphold_finding(log.world, reviewer(), name, "misuse")
    done = uphold_finding(log.world, reviewer(), name, "passed to internal affairs")
    assert (done.state, done.words) == (FindingState.UPHELD, "passed to internal affairs")
    assert uphold_finding(log.world, reviewer(), name, "passed to internal affairs") == done
    with pytest.raises(WrongUseError, match="was upheld by"):
        take_finding(log.world, second, name)
    assert kinds(log, before) == [EntryKind.FINDING_TAKEN, EntryKind.FINDING_CLOSED]
    told = look_for_findings(log.world, reviewer())
    assert (told.closed, told.dismissed) == ({"repeated-look-ups": 1}, {})


def test_who_it_was_is_entered_before_it_is_told(log: Log) -> None:
    """Only the reviewer who took the finding sees the members, and the reason stands in the entry."""
    log.watch()
    name = the_finding(log).id
    with pytest.raises(WrongUseError, match="take it first"):
        see_members(log.world, reviewer(), name, "to ask for an explanation")
    take_finding(log.world, reviewer(), name)
    before = log.world.journal.size()
    shown = see_members(log.world, reviewer(), name, "to ask for an explanation")
    assert shown.members == (f"{ASKER}-detective",)
    assert kinds(log, before) == [EntryKind.FINDING_MEMBERS_SEEN]
    assert "to ask for an explanation" in str(log.world.journal.record(before))


def test_what_comes_after_a_dismissal_makes_its_own_finding(log: Log) -> None:
    """The questions of a closed finding are not put again; as many new ones are."""
    log.watch()
    name = the_finding(log).id
    take_finding(log.world, reviewer(), name)
    dismiss_finding(log.world, reviewer(), name, "two linked cases")
    log.watch(2, first_days_ago=12)
    assert the_finding(log).id == name
    entries = log.watch(6, first_days_ago=18)
    newest = look_for_findings(log.world, reviewer()).findings[0]
    assert set(entries) <= set(newest.entries)
    assert not set(newest.entries) & set(range(8))


def test_one_owner_is_told_nothing_of_anothers(log: Log) -> None:
    """Two owners at one node: each has its own findings, over its own records, behind its own wall."""
    mine, theirs = log.watch(), log.watch(owner=OTHER_OWNER)
    first, second = the_finding(log), the_finding(log, OTHER_OWNER)
    assert (list(first.entries), list(second.entries)) == (mine, theirs)
    findings = log.world.journal.findings
    assert findings.of(OWNER) == (first,)
    assert findings.find(OTHER_OWNER, first.id) is None
    with pytest.raises(WrongUseError, match="has no finding"):
        take_finding(log.world, reviewer(OTHER_OWNER), first.id)


def test_nobody_else_looks(log: Log) -> None:
    """A detective or a custodian has no findings to read."""
    log.watch()
    for roles in (("member",), ("records-custodian", "counsel")):
        with pytest.raises(WrongUseError, match="does not review findings"):
            look_for_findings(log.world, reviewer(OWNER, "someone", *roles))


def test_since_and_kind_choose(log: Log) -> None:
    """Only what was last asked since a day, and only one kind."""
    log.watch()
    later = log.now_ms - 10 * DAY_MS
    assert not look_for_findings(log.world, reviewer(), later).findings
    assert look_for_findings(log.world, reviewer(), later - 20 * DAY_MS).findings
    assert not look_for_findings(log.world, reviewer(), None, FindingKind.FISHING).findings


# ---------------------------------------------------------------- the sealed list
def test_h12_a_look_up_of_the_members_household_is_found_by_the_sealed_list(log: Log) -> None:
    """H12: one question about somebody on the list is enough; the same by another member is not of that household."""
    add_to_circle(log.world, reviewer(), Relation.HOUSEHOLD, f"{ASKER}-detective", PARTNER)
    entries = log.enter(log.asked(2), log.asked(1, member=f"{ASKER}-chief"))
    found = the_finding(log)
    assert (found.kind, list(found.entries)) == (FindingKind.OWN_CIRCLE, entries[:1])
    assert "household" in found.sentence


def test_the_sealed_list_is_forgotten_when_it_changes(log: Log) -> None:
    """What stood on it before lies nowhere any more; what it tells is how many lines it has."""
    first = add_to_circle(log.world, reviewer(), Relation.STAFF, "", PARTNER)
    at = log.world.journal.size() - 1
    other = PersonSubject(family="Marchwarden", given="Tib", birth_date="1971-02-03")
    add_to_circle(log.world, reviewer(), Relation.SELF, "ca-sheriff-detective", other)
    assert log.world.journal.content(at) is None
    assert log.world.journal.record_key(at) is None
    told = remove_from_circle(log.world, reviewer(), first.added)
    assert told.lines == {"self": 1}
    assert circle_told(log.world, reviewer()) == told
    with pytest.raises(WrongUseError, match="has no line"):
        remove_from_circle(log.world, reviewer(), first.added)


class MeanwhileJournal:
    """A journal at which somebody else acts right after a reader looked at the list, `times` times."""

    def __init__(self, world: World, act: Callable[[], object], times: int) -> None:
        self._journal, self._act, self._times = world.journal, act, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def find_answer(self, asker: str, query_id: str, step_key: str) -> Any:
        """What stands there; then the other one acts."""
        found = self._journal.find_answer(asker, query_id, step_key)
        if query_id == CIRCLE_KEY and self._times:
            self._times -= 1
            self._act()
        return found


def somebody(number: int) -> PersonSubject:
    return PersonSubject(family="Marchwarden", given=f"Tib {number}", birth_date="1971-02-03")


def test_of_two_who_change_the_sealed_list_at_once_neither_loses_a_line(log: Log) -> None:
    """The second reads it again: both lines stand, and a line that the first took off stays off."""
    gone = add_to_circle(log.world, reviewer(), Relation.STAFF, "", somebody(0)).added

    def other() -> None:
        remove_from_circle(log.world, reviewer(), gone)
        add_to_circle(log.world, reviewer(), Relation.STAFF, "", somebody(1))

    second = replace(log.world, journal=MeanwhileJournal(log.world, other, 1))
    told = add_to_circle(second, reviewer(), Relation.SELF, f"{ASKER}-detective", PARTNER)
    assert told.lines == {"self": 1, "staff": 1}
    assert circle_told(log.world, reviewer()).lines == told.lines
    assert remove_from_circle(log.world, reviewer(), told.added).lines == {"staff": 1}


def test_whoever_always_comes_second_meets_one_sentence_and_nothing_of_the_other_is_lost(log: Log) -> None:
    """The sentence says what happened and what to do; the list is what the others made of it."""
    numbers = count()

    def other() -> None:
        add_to_circle(log.world, reviewer(), Relation.STAFF, "", somebody(next(numbers)))

    second = replace(log.world, journal=MeanwhileJournal(log.world, other, 1_000))
    size = log.world.journal.size()
    with pytest.raises(DeliveryChangedError, match=r"somebody else changed the sealed list .*; do yours again$"):
        add_to_circle(second, reviewer(), Relation.SELF, f"{ASKER}-detective", PARTNER)
    looks = next(numbers)
    assert circle_told(log.world, reviewer()).lines == {"staff": looks}
    assert log.world.journal.size() == size + looks, "each of theirs has its entry, and ours none"


def test_two_writers_in_threads_of_their_own_lose_nothing(log: Log) -> None:
    """Both add ten, whoever comes first each time."""

    def ten(first: int) -> None:
        for number in range(first, first + 10):
            for _ in range(100):
                try:
                    add_to_circle(log.world, reviewer(), Relation.STAFF, "", somebody(number))
                    break
                except DeliveryChangedError:
                    continue

    with ThreadPoolExecutor(2) as pool:
        tuple(pool.map(ten, (0, 10)))
    assert circle_told(log.world, reviewer()).lines == {"staff": 20}


def test_a_name_alone_is_no_line(log: Log) -> None:
    """A line says who it is by a birth date or a number, and whose household it is."""
    name = PersonSubject(family="Smith", given="John")
    with pytest.raises(NounError, match="a name alone means too many people"):
        add_to_circle(log.world, reviewer(), Relation.STAFF, "", name)
    with pytest.raises(NounError, match="self and household are somebody's"):
        add_to_circle(log.world, reviewer(), Relation.SELF, "", PARTNER)


def test_a_finding_reads_back_as_it_was_kept(log: Log) -> None:
    """The entry's record is the finding itself, so that a report can open it."""
    log.watch(status=Status.REFUSED)
    before = log.world.journal.size()
    found = the_finding(log)
    assert from_canonical(log.world.journal.record(before) or b"", Finding) == found


def test_whoever_asked_is_asked_to_explain_and_the_finding_stays_open(log: Log) -> None:
    """By the reviewer who took it, in words that are kept; nothing is sent, and it can be closed afterwards."""
    log.watch()
    found = the_finding(log)
    with pytest.raises(WrongUseError, match="take it first"):
        ask_to_explain(log.world, reviewer(), found.id, "asked in person today")
    take_finding(log.world, reviewer(), found.id)
    before = log.world.journal.size()
    asked = ask_to_explain(log.world, reviewer(), found.id, "asked in person today")
    assert (asked.state, asked.words) == (FindingState.TAKEN, "asked in person today")
    assert kinds(log, before) == [EntryKind.FINDING_TAKEN]
    with pytest.raises(WrongUseError, match="3 words"):
        ask_to_explain(log.world, reviewer(), found.id, "asked")
    assert not dismiss_finding(log.world, reviewer(), found.id, "it was explained well").is_open


def test_the_list_looks_at_nothing_and_keeps_what_its_reader_is_in_from_them(log: Log) -> None:
    """Listing enters nothing and finds nothing new; how often a kind was wrong counts every reviewed finding."""
    own = reviewer(OWNER, "auditor", "auditor")
    log.watch(asker=OWNER, member=own.id)
    before = log.world.journal.size()
    assert list_findings(log.world, reviewer()).findings == ()
    assert log.world.journal.size() == before
    found = the_finding(log)
    take_finding(log.world, reviewer(), found.id)
    dismiss_finding(log.world, reviewer(), found.id, "an inquiry into it")
    listed = list_findings(log.world, own)
    assert listed.findings == ()
    assert listed.closed == listed.dismissed == {"repeated-look-ups": 1}
    with pytest.raises(WrongUseError, match="does not review"):
        list_findings(log.world, reviewer(OWNER, "detective", "member"))
