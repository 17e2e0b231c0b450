"""Who could be meant: kinds of records, the limits on a crowd, and twin worlds around those limits."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest
from record_stage import asked, booking
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.exchange.answering import candidates
from comity.exchange.answering.answer import Reply, answer_query
from comity.exchange.answering.candidates import (
    Decided,
    Looked,
    _best,
    compare_people,
    find_people,
    is_silent,
    waits_whole,
)
from comity.law.decide import decide_query
from comity.match import search
from comity.match.weights import load_weights
from comity.model.codes import Level, PersonRole, Status
from comity.model.decision import FieldDecision, RecordDecision
from comity.model.record import Record

NOTHING = FieldDecision(field="name", level=Level.NOTHING)
HELD = FieldDecision(field="name", level=Level.FULL, held=True)
FREE = FieldDecision(field="birth-date", level=Level.POINTER)


def decision(*fields: FieldDecision, concealed: bool = False) -> RecordDecision:
    return RecordDecision(fields=fields, concealed=concealed)


@pytest.mark.parametrize(
    ("decided", "silent", "waits"),
    [
        (decision(NOTHING), True, False),
        (decision(), True, False),
        (decision(HELD, NOTHING), False, True),
        (decision(HELD, FREE), False, False),
        (decision(FREE), False, False),
        (decision(HELD, concealed=True), True, False),
        (decision(FREE, concealed=True), True, False),
    ],
)
def test_a_record_is_spoken_of_waits_or_is_silent(decided: RecordDecision, silent: bool, waits: bool) -> None:
    """Withheld whole or concealed is silent; wholly held waits; anything that may leave is spoken of."""
    assert is_silent(decided) is silent
    assert waits_whole(decided) is waits


def decided_booking(number: int, weight: int) -> Decided:
    record = booking(number, "Vandermolen, Ruth", "1980-02-03")
    return Decided(record, record.people[0], decision(FREE), frozenset(), weight)


def test_of_a_crowd_the_best_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose values weigh most stay; it is too many only when one as good as the best was cut."""
    monkeypatch.setattr(candidates, "MOST_SPOKEN_OF", 2)
    good, fair, poor = decided_booking(3, 9), decided_booking(2, 5), decided_booking(1, 1)
    assert _best([poor, fair, good]) == ([good, fair], False)
    equals = [decided_booking(number, 4) for number in range(3)]
    assert _best(equals) == (equals[:2], True)
    assert _best(equals[:2]) == (equals[:2], False)
    assert _best([]) == ([], False)


def reply_of(folder: Path, region: Region, records: tuple[Record, ...], question: SceneQuestion) -> Reply:
    stage = make_stage(folder, region, records)
    try:
        return answer_query(stage.federation.world_of(CA_SHERIFF), stage.seal(stage.query(question, CA_SHERIFF)))
    finally:
        stage.federation.close()


def status_in(folder: Path, region: Region, records: tuple[Record, ...], question: SceneQuestion) -> Status:
    stage = make_stage(folder, region, records)
    try:
        return stage.answer(stage.query(question, CA_SHERIFF)).status
    finally:
        stage.federation.close()


@pytest.mark.parametrize("spoken", [0, 1, 3, 4, 5])
@pytest.mark.parametrize("hidden", [1, 3, 8])
def test_concealed_records_around_the_limit_change_no_byte(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch, spoken: int, hidden: int
) -> None:
    """With none, one and many sealed records beside those spoken of, around the limit of four: the same bytes."""
    monkeypatch.setattr(candidates, "MOST_SPOKEN_OF", 4)
    open_ones = tuple(booking(100 + number, "Vandermolen, Ruth", "1980-02-03") for number in range(spoken))
    sealed = tuple(booking(number, "Vandermolen, Ruth", "1980-02-03", sealed=True) for number in range(hidden))
    with_them = reply_of(tmp_path / "with", region, (*open_ones, *sealed), asked(region))
    assert with_them == reply_of(tmp_path / "without", region, open_ones, asked(region))


@pytest.mark.parametrize("hidden", [1, 3, 8])
def test_concealed_records_take_nobodys_place_among_those_read(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch, hidden: int
) -> None:
    """Who is read however little they weigh is counted over those spoken of: sealed records before them change no byte."""
    monkeypatch.setattr(search, "FEWEST_READ", 2)
    monkeypatch.setattr(search, "FAR_BEHIND", 0)
    monkeypatch.setattr(candidates, "READ_AT_ONCE", 3)
    born = ("1980-02-03", "1980-02-04", "1981-02-03", "1950-07-08")
    open_ones = tuple(booking(100 + number, "Vandermolen, Ruth", date) for number, date in enumerate(born))
    sealed = tuple(booking(number, "Vandermolen, Ruth", "1980-02-03", sealed=True) for number in range(hidden))
    with_them = reply_of(tmp_path / "with", region, (*open_ones, *sealed), asked(region))
    assert with_them == reply_of(tmp_path / "without", region, open_ones, asked(region))


@pytest.mark.parametrize(("people", "status"), [(4, Status.ANSWERED), (5, Status.TOO_MANY)])
def test_too_many_is_decided_by_those_spoken_of(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch, people: int, status: Status
) -> None:
    """One more than the limit, all sharing as many keys, describes a crowd."""
    monkeypatch.setattr(candidates, "MOST_SPOKEN_OF", 4)
    records = tuple(booking(number, "Vandermolen, Ruth", "1980-02-03") for number in range(people))
    assert status_in(tmp_path, region, records, asked(region)) is status


def test_a_crowd_that_shares_less_does_not_hide_the_best(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many people with the surname's sound only are cut; the one with name and date is answered."""
    monkeypatch.setattr(candidates, "MOST_SPOKEN_OF", 4)
    crowd = tuple(booking(number, "Vandermolen, Ruth", f"19{50 + number}-07-08") for number in range(9))
    wanted = booking(500, "Vandermolen, Ruth", "1980-02-03")
    assert status_in(tmp_path, region, (*crowd, wanted), asked(region)) is Status.ANSWERED


def test_the_limit_of_what_is_read_counts_concealed_records_too(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known residue: beyond MOST_READ equally good people the answer is `too many`, sealed ones counted.

    Reading must end somewhere and only the law, after reading, knows what is concealed. It takes a thousand people who
    share as many of the question's keys as the best, most of them concealed, for one record more to show.
    """
    monkeypatch.setattr(candidates, "MOST_READ", 4)
    sealed = tuple(booking(number, "Vandermolen, Ruth", "1980-02-03", sealed=True) for number in range(5))
    assert status_in(tmp_path / "4", region, sealed[:4], asked(region)) is Status.NOTHING_RELEASABLE
    assert status_in(tmp_path / "5", region, sealed, asked(region)) is Status.TOO_MANY


def test_a_closed_value_leads_to_nobody_but_the_desk(tmp_path: Path, region: Region) -> None:
    """A sealed record is found for the owner's desk, and by no key outwardly."""
    records = (
        booking(1, "Vandermolen, Ruth", "1980-02-03", sealed=True),
        booking(2, "Vandermolen, Ruth", "1980-02-03"),
    )
    stage: Stage = make_stage(tmp_path, region, records)
    try:
        query = stage.query(asked(region), CA_SHERIFF)
        law = stage.law(query)
        found = find_people(
            stage.federation.world_of(CA_SHERIFF), law, query, decide_query(law.folded), load_weights()
        )
        assert [one.record.id for one in found.spoken_of] == ["crowd-00002"]
        assert [one.record.id for one in found.silent] == ["crowd-00001"]
        assert found.silent[0].weight == 0
        assert found.waiting == ()
        assert not found.overflow
    finally:
        stage.federation.close()


def test_a_record_that_may_be_sealed_is_as_if_it_were_not_there(tmp_path: Path, region: Region) -> None:
    """A file that does not say whether it is sealed stays closed under a policy that hides sealed records."""
    record = booking(1, "Vandermolen, Ruth", "1980-02-03")
    unsaid = msgspec.structs.replace(record, state=msgspec.structs.replace(record.state, sealed=None))
    assert status_in(tmp_path / "open", region, (record,), asked(region)) is Status.ANSWERED
    assert status_in(tmp_path / "unsaid", region, (unsaid,), asked(region)) is Status.NOTHING_RELEASABLE


def told(looked: Looked) -> list[tuple[object, ...]]:
    """What is told of everybody compared."""
    return [
        (
            one.decided.record.id,
            one.match.probability_ppm,
            one.match.evidence,
            one.match.finding,
            one.match.waterfall,
        )
        for one in (*looked.matched, *looked.waiting)
    ]


def test_who_was_compared_to_be_found_is_told_as_if_compared_anew(stage: Stage) -> None:
    """The comparisons kept from the look-up and new ones say the same of everybody, over classes that open unlike fields."""
    compared = 0
    for question in (stage.region.scene.detective_question, asked(stage.region)):
        query = stage.query(question, CA_SHERIFF)
        law = stage.law(query)
        world = stage.federation.world_of(CA_SHERIFF)
        found = find_people(world, law, query, decide_query(law.folded), load_weights())
        anew = dataclasses.replace(
            found,
            spoken_of=tuple(dataclasses.replace(one, seen=None) for one in found.spoken_of),
            waiting=tuple(dataclasses.replace(one, seen=None) for one in found.waiting),
        )
        kept = told(compare_people(found))
        assert kept == told(compare_people(anew))
        compared += len(kept)
    assert compared


def test_victims_and_witnesses_are_never_candidates(tmp_path: Path, region: Region) -> None:
    """A person in a role that is not searchable is found by nobody, whatever the question."""
    record = booking(1, "Vandermolen, Ruth", "1980-02-03")
    for role in (PersonRole.VICTIM, PersonRole.WITNESS, PersonRole.EMERGENCY_CONTACT):
        third = msgspec.structs.replace(record, people=(msgspec.structs.replace(record.people[0], role=role),))
        assert status_in(tmp_path / role, region, (third,), asked(region)) is Status.NOTHING_RELEASABLE
