"""Acts of a custodian on which records are one person: entered, undone, refused, and never a change of a record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from duty_stage import COUNSEL, CUSTODIAN, OFFICER, OWNER, Desk, member
from person_stage import (
    BORN,
    OFFICER_CUSTODIAN,
    REASON,
    RECORDS,
    at,
    booking,
    members,
    merge,
    overrule,
    person,
    record,
    replayed,
    split,
    stage_desk,
    together,
    undo,
)

from comity.errors import NounError, PersonRefusedError, PersonsChangedError, StoreError, WrongUseError
from comity.exchange.person import person_acts
from comity.exchange.person.person_acts import (
    Merge,
    Split,
    enter_acts,
    history,
    merge_persons,
    next_act,
    split_person,
    undo_act,
)
from comity.exchange.person.person_proposals import propose_persons
from comity.exchange.person.person_state import show_person, show_persons
from comity.ledger.append import append_entry
from comity.ledger.verify import verify_log_directory
from comity.match.proposals import NO_SECOND, PARTED
from comity.model.codes import PersonRole
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.person_act import ActKind, PersonAct
from comity.store.person_rows import decode_act
from store_engines import both_engines, open_store

pytestmark = both_engines


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = stage_desk(tmp_path)
    yield made
    made.federation.close()


def purge(desk: Desk, *record_ids: str) -> None:
    """Records go, as a purge removes them: with an entry, in its transaction."""
    unit = Unit(
        facts=EntryFacts(kind=EntryKind.RECORDS_PURGED, at_ms=desk.now_ms),
        content=b"{}",
        record=b"{}",
        removes=tuple((OWNER, record_id) for record_id in record_ids),
    )
    append_entry(desk.world, unit)


def test_a_merge_is_one_entry_with_its_reasons_and_changes_no_record(desk: Desk) -> None:
    """Who, when, why, what speaks for it; the content of the entry names nobody, and the records are as they were."""
    act = merge(desk, "a", "b")
    assert (act.number, act.kind, act.by, act.words) == (1, ActKind.MERGED, CUSTODIAN.id, REASON)
    assert (act.at_ms, act.people, act.confirmed) == (desk.now_ms, (at("a"), at("b")), None)
    assert act.reasons[0].sentences[1] == "the birth dates are the same"
    assert desk.kinds() == [EntryKind.PERSON_ACT]
    content = desk.world.journal.content(0)
    assert content is not None
    told = [{"act": act.id, "kind": "merged", "appearances": 2}]
    assert msgspec.json.decode(content) == {"owner": OWNER, "acts": told}
    assert msgspec.json.decode(desk.world.journal.record(0) or b"", type=tuple[PersonAct, ...]) == (act,)
    assert all(desk.world.records.get(OWNER, one.id) == one for one in RECORDS)
    assert len(set(members(desk).values())) == 1


def test_a_further_record_joins_the_whole_person(desk: Desk) -> None:
    """The act names everybody it declares one, by whichever record the person was named."""
    merge(desk, "a", "b")
    act = merge(desk, "b", "c")
    assert act.people == (at("a"), at("b"), at("c"))
    assert together(desk, "a") == "abc"
    by_person = merge(desk, next(iter(members(desk).values())), "f#p")
    assert by_person.people == (at("a"), at("b"), at("c"), at("f"))


def test_said_already_changes_nothing(desk: Desk) -> None:
    """A merge, a split and an undoing done twice: one entry each."""
    merged = merge(desk, "a", "b")
    assert merge_persons(desk.world, CUSTODIAN, Merge(("b", "a"), REASON)).act is None
    split(desk, "b")
    assert split_person(desk.world, CUSTODIAN, Split(("b",), REASON, ("a",))).act is None
    undo(desk, merged)
    assert undo_act(desk.world, CUSTODIAN, merged.id, REASON).act is None
    assert len(desk.kinds()) == 3


@pytest.mark.parametrize(("other", "told"), [("d", "the birth dates differ"), ("e", NO_SECOND)])
def test_h1_against_the_rule_two_named_members_decide(desk: Desk, other: str, told: str) -> None:
    """H1: another birth date, or none: refused with the reason; confirmed, the decision of both is kept."""
    with pytest.raises(PersonRefusedError, match=told):
        merge(desk, "a", other)
    assert desk.kinds() == []
    act = overrule(desk, "a", other)
    assert act.confirmed is not None
    assert (act.confirmed.by, act.confirmed.words) == (COUNSEL.id, "counsel compared the photographs")
    assert told in act.reasons[0].sentences
    assert not act.reasons[0].speaks_for
    assert together(desk, other) == f"a{other}"


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"second": CUSTODIAN, "confirmation": REASON}, "for another member"),
        ({"second": member("counsel", of="other-police"), "confirmation": REASON}, "for another member"),
        ({"second": OFFICER_CUSTODIAN, "confirmation": REASON}, "may not confirm"),
        ({"second": COUNSEL}, "needs both"),
        ({"confirmation": REASON}, "needs both"),
        ({"second": COUNSEL, "confirmation": "because"}, "at least 3 words"),
    ],
)
def test_a_confirmation_is_a_second_persons(desk: Desk, more: dict[str, Any], refusal: str) -> None:
    """Not one's own, not a stranger's, not an officer's, not without its reason."""
    with pytest.raises(WrongUseError, match=refusal):
        merge(desk, "a", "d", **more)
    assert desk.kinds() == []


def test_only_a_records_custodian_acts_and_only_the_desk_reads(desk: Desk) -> None:
    """Counsel may read and not act; an officer neither."""
    act = merge(desk, "a", "b")
    for by in (COUNSEL, OFFICER):
        for verb in (
            lambda by=by: merge_persons(desk.world, by, Merge(("a", "c"), REASON)),
            lambda by=by: split_person(desk.world, by, Split(("a",), REASON)),
            lambda by=by: undo_act(desk.world, by, act.id, REASON),
            lambda by=by: propose_persons(desk.world, by),
        ):
            with pytest.raises(WrongUseError, match="records-custodian"):
                verb()
    assert show_person(desk.world, COUNSEL, "a").acts == (act,)
    assert len(history(desk.world, member("auditor"))) == 1
    for reads in (lambda: show_person(desk.world, OFFICER, "a"), lambda: history(desk.world, OFFICER)):
        with pytest.raises(WrongUseError, match="may not do this"):
            reads()
    with pytest.raises(WrongUseError, match="not held at this node"):
        merge(desk, "a", "b", by=member("records-custodian", of="other-police"))


@pytest.mark.parametrize(
    ("names", "refusal"),
    [
        (("a",), "at least two"),
        (("a", "nowhere"), "no record, person or act"),
        (("a", "f"), "third parties are never grouped"),
        (("a", "f#v"), "`f#p`, `f#q`: victims"),
        (("a", "a#x"), "no such person"),
        (("a", "nowhere#p"), "no record, person or act"),
        (tuple("ab" * 21), "name at most"),
    ],
)
def test_a_name_that_means_nobody_is_refused(desk: Desk, names: tuple[str, ...], refusal: str) -> None:
    """H16: victims and witnesses are never grouped; of several people one is named by key."""
    with pytest.raises(WrongUseError, match=refusal):
        merge(desk, *names)
    assert desk.kinds() == []


def test_what_is_restricted_is_grouped_by_nobody(desk: Desk) -> None:
    """A record under a hold is found by nobody, here neither."""
    with pytest.raises(PersonRefusedError, match="restricted"):
        merge(desk, "a", "z")


def test_a_reason_has_three_words(desk: Desk) -> None:
    """Every act says why."""
    with pytest.raises(NounError, match="reason"):
        merge(desk, "a", "b", words="same")
    with pytest.raises(NounError, match="reason"):
        undo_act(desk.world, CUSTODIAN, "x", "no")


def test_a_split_parts_and_is_remembered(desk: Desk) -> None:
    """Who left is none of the rest; a new merge of them is against the rule, and confirmed it overrules the split."""
    merge(desk, "a", "b", "c")
    parted = split(desk, "c")
    assert (parted.people, parted.others) == ((at("c"),), (at("a"), at("b")))
    assert together(desk, "a") == "ab"
    assert [one.appearance for one in show_person(desk.world, CUSTODIAN, "c").apart] == [at("a"), at("b")]
    with pytest.raises(PersonRefusedError, match=PARTED):
        merge(desk, "c", "a")
    again = overrule(desk, "c", "a")
    assert again.overrules == (parted.id,)
    assert together(desk, "c") == "abc"
    assert show_person(desk.world, CUSTODIAN, "c").apart == ()


def test_two_who_never_were_one_are_declared_two(desk: Desk) -> None:
    """Whole persons on both sides, so that nobody slips across through a record that was not named."""
    merge(desk, "b", "c")
    act = split(desk, "a", others=("b",))
    assert (act.people, act.others) == ((at("a"),), (at("b"), at("c")))
    within = split(desk, "b", others=("c",))
    assert (within.people, within.others) == ((at("b"),), (at("c"),))


@pytest.mark.parametrize(
    ("names", "others", "refusal"),
    [
        (("c",), (), "nobody would be left"),
        (("a", "b"), (), "nobody would be left"),
        (("a", "c"), (), "several persons"),
        (("a", "b"), ("b",), "both sides"),
    ],
)
def test_a_split_has_two_sides(desk: Desk, names: tuple[str, ...], others: tuple[str, ...], refusal: str) -> None:
    """Somebody is taken out, and somebody is left."""
    merge(desk, "a", "b")
    with pytest.raises(WrongUseError, match=refusal):
        split(desk, *names, others=others)


def test_every_act_can_be_undone_and_the_undoing_too(desk: Desk) -> None:
    """Exactly what was is restored, and nothing was overwritten."""
    first = merge(desk, "a", "b")
    before = members(desk)
    second = split(desk, "a")
    undoing = undo(desk, second)
    assert members(desk) == before
    undo(desk, undoing)
    assert members(desk) == {}
    kept = history(desk.world, CUSTODIAN)
    assert [(one.act.kind.value, one.stands) for one in kept] == [
        ("merged", True), ("split", True), ("undone", False), ("undone", True),
    ]  # fmt: skip
    assert [one.act.number for one in kept] == [1, 2, 3, 4]
    undo(desk, first)
    assert together(desk, "a") == "a"
    assert [one.act.id for one in history(desk.world, CUSTODIAN, "a")] == [
        one.act.id for one in history(desk.world, CUSTODIAN)
    ]
    with pytest.raises(WrongUseError, match="no act"):
        undo_act(desk.world, CUSTODIAN, "nothing", REASON)


def test_a_split_that_stands_again_keeps_later_merges_from_joining(desk: Desk) -> None:
    """What was merged while the split was undone has no effect against it, and that is shown."""
    parted = split(desk, "a", others=("b",))
    undoing = undo(desk, parted)
    merged = merge(desk, "a", "b")
    undo(desk, undoing)
    assert together(desk, "a") == "a"
    assert show_person(desk.world, CUSTODIAN, "a").idle == (merged.id,)
    assert members(desk) == replayed(desk) == {}


def test_proposals_are_entered_once_accepted_by_name_and_dismissed_by_undoing(desk: Desk) -> None:
    """One entry for a page; nothing is one person before a custodian says so."""
    trial = propose_persons(desk.world, CUSTODIAN, trial=True)
    assert desk.kinds() == []
    found = propose_persons(desk.world, CUSTODIAN)
    assert [one.people for one in found.acts] == [(at("a"), at("b"), at("c"), at("f"))]
    assert [one.people for one in trial.acts] == [one.people for one in found.acts]
    assert (found.looked_at, found.after, found.crowded) == (len(RECORDS), "", 0)
    assert (desk.kinds(), members(desk)) == ([EntryKind.PERSON_ACT], {})
    assert propose_persons(desk.world, CUSTODIAN).acts == ()
    (proposal,) = found.acts
    assert [one.open for one in history(desk.world, CUSTODIAN)] == [True]
    dismissed = undo(desk, proposal)
    assert propose_persons(desk.world, CUSTODIAN).acts == ()
    undo(desk, dismissed)
    assert merge(desk, proposal.id).people == proposal.people
    assert not any(one.open for one in history(desk.world, CUSTODIAN))


def test_proposals_go_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same proposals whatever the pages, each once, numbered on."""
    records = tuple(booking(f"{at:03}", f"Marsh{'abcdefghij'[at % 10] * 3}, Rosa", BORN) for at in range(30))
    desk = stage_desk(tmp_path, records)
    whole = propose_persons(desk.world, CUSTODIAN, trial=True)
    assert len(whole.acts) == 10
    after, found = "", []
    monkeypatch.setattr("comity.exchange.person.person_proposals.PAGE", 7)
    while True:
        page = propose_persons(desk.world, CUSTODIAN, after)
        found += page.acts
        after = page.after
        if not after:
            break
    assert [one.people for one in found] == [one.people for one in whole.acts]
    assert [one.number for one in found] == list(range(1, 11))
    desk.federation.close()


def test_a_purge_takes_a_record_out_of_its_person_and_its_words_out_of_the_history(desk: Desk) -> None:
    """The others stay one; nothing in the database says who else it was, nor why."""
    marked = merge(desk, "a", "b", "c", words="zanzibar marker word")
    undo(desk, split(desk, "b"))
    purge(desk, "b")
    assert together(desk, "a") == "ac"
    assert members(desk) == replayed(desk)
    assert set(members(desk)) == {at("a"), at("c")}
    kept = history(desk.world, CUSTODIAN)
    assert [one.act.words for one in kept] == ["", "", ""]
    assert kept[0].act.id == marked.id
    assert not any(at("b") in one.act.appearances for one in kept)
    purge(desk, "a", "c")
    assert members(desk) == {}
    assert undo_act(desk.world, CUSTODIAN, marked.id, REASON).act is None


def test_nothing_of_what_was_purged_is_left_in_the_rows(desk: Desk, tmp_path: Path) -> None:
    """Struck acts are overwritten on the disk; only the sealed log keeps what it committed to."""
    merge(desk, "a", "b", words="zanzibar marker word")
    purge(desk, "a")
    with desk.federation.stores["river-node"]._readers.lend(OWNER) as connection:
        bodies = [bytes(body) for (body,) in connection.execute("SELECT body FROM person_act")]
    assert not any(b"zanzibar" in body or b'"a"' in body for body in bodies)


def test_two_custodians_at_once_both_act_on_what_stands(desk: Desk) -> None:
    """An act drafted on an older state is not entered; the verb looks again."""
    owner = desk.federation.directory.get_agency(OWNER)
    stale = next_act(desk.world, owner, CUSTODIAN)
    merge(desk, "a", "b")
    with pytest.raises(PersonsChangedError):
        enter_acts(desk.world, owner, (stale.make(ActKind.MERGED, REASON, (at("c"), at("f"))),))
    gone = next_act(desk.world, owner, CUSTODIAN).make(ActKind.MERGED, REASON, (at("a"), at("nowhere")))
    with pytest.raises(PersonsChangedError):
        enter_acts(desk.world, owner, (gone,))
    assert len(desk.kinds()) == 1
    assert merge(desk, "b", "c").number == 2


@pytest.mark.parametrize("point", ["rows", "sealed", "committed"])
def test_a_stop_leaves_act_and_entry_together(tmp_path: Path, point: str) -> None:
    """Neither before the commit, both after it."""
    desk = stage_desk(tmp_path)

    def fault(name: str) -> None:
        if name == point:
            raise OSError("stopped")

    writer = desk.federation.stores["river-node"]._writer
    writer._fault = writer._committer._fault = fault
    with pytest.raises(StoreError):
        merge(desk, "a", "b")
    desk.federation.close()
    store = open_store(tmp_path / "river-node")
    entered = store.journal.size() == 1
    assert entered == (point == "committed")
    assert (store.journal.persons.count(OWNER) == 1) == entered
    store.close()


def test_the_log_verifies_after_acts(desk: Desk, tmp_path: Path) -> None:
    """Acts are entries like any other."""
    undo(desk, merge(desk, "a", "b"))
    desk.federation.close()
    verify_log_directory(tmp_path / "river-node" / "log", desk.federation.keys["river-node"].log_key())


def test_acts_that_tie_too_much_together_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person of hundreds of records is a mistake, and every act would read all of them."""
    monkeypatch.setattr("comity.exchange.person.person_state.MOST_TIED", 2)
    merge(desk, "a", "b")
    with pytest.raises(PersonRefusedError, match="undo some"):
        merge(desk, "a", "c")
    monkeypatch.setattr(person_acts, "MOST_LISTED", 0)
    with pytest.raises(WrongUseError, match="--about"):
        history(desk.world, CUSTODIAN)


def test_a_person_of_too_many_records_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Said before anything is read."""
    monkeypatch.setattr(person_acts, "MOST_APPEARANCES", 2)
    with pytest.raises(PersonRefusedError, match="no one person"):
        merge(desk, "a", "b", "c")


def test_a_role_that_is_never_searched_is_never_proposed(tmp_path: Path) -> None:
    """H16: the same victim in two records is nobody's person."""
    victim = {"name": "Marsh, Rosa", "birth_date": BORN}
    desk = stage_desk(tmp_path, tuple(record(name, person("v", PersonRole.VICTIM, **victim)) for name in "ab"))
    assert propose_persons(desk.world, CUSTODIAN).acts == ()
    desk.federation.close()


def test_a_person_is_followed_only_so_far(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of records that never ends is somebody's placeholder: what was reached is proposed, no more."""
    monkeypatch.setattr("comity.exchange.person.person_proposals.MOST_REACHED", 2)
    assert [len(one.people) for one in propose_persons(desk.world, CUSTODIAN).acts] == [2]


def test_a_record_that_went_between_act_and_view_is_said(desk: Desk) -> None:
    """Nothing is shown of what is gone, and an act that cannot be read closes the door."""
    with pytest.raises(PersonRefusedError, match="went meanwhile"):
        show_persons(desk.world, OWNER, (at("nowhere"),))
    with pytest.raises(StoreError, match="restore the database"):
        decode_act(b"{}")
