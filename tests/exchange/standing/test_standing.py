"""Standing questions: what stays, what is decided anew, what leaves, and that nothing of it becomes a history."""

from __future__ import annotations

import random
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from region_stage import TODAY, Stage, make_stage
from standing_stage import (
    STANDS,
    again,
    agree,
    come,
    items,
    kept,
    last_day,
    open_standing,
    request,
    rounds,
    row,
    somebody,
    suspend,
)

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of, members
from comity.demo.records import Region
from comity.errors import NounError, WrongUseError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.answering.open_query import MOST_STANDING
from comity.exchange.answering.release import PLACE_LABELS
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.exchange.standing.standing_asked import end_over, end_standing, review_standing, standing_shown
from comity.exchange.standing.standing_look import MOST_CAME, look_at_standing, outward_digest
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, Instrument, Issuer, MessageKind, Status
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.delivery import AnswerDue
from comity.model.disclosure import EntryKind
from comity.model.outcome import FetchRequest
from comity.model.query import LegalBasis, PlateSubject
from comity.model.record import Record
from comity.model.standing import StandingEnd

ON_BOTH_ENGINES = True


@pytest.fixture
def standing_stage(own_stage: Stage) -> Stage:
    """The region's records, and an agreement made for questions that stand."""
    agree(own_stage)
    return own_stage


def custodian(stage: Stage):  # type: ignore[no-untyped-def]
    return stage.member(member_of(CA_SHERIFF, "custodian"))


def act(stage: Stage, record_id: str, what: str) -> None:
    world = stage.federation.world_of(CA_SHERIFF)
    act_on_record(
        world, custodian(stage), RecordAct(record_id=record_id, act=what, reason="by order of the court")
    )


def correct(stage: Stage, record_id: str, field: str, value: str, person: str = "") -> None:
    given = GivenField(person=person, name=field, values=(value,))
    correction = Correction(record_id=record_id, reason="the paper file says so", fields=(given,))
    correct_record(stage.federation.world_of(CA_SHERIFF), custodian(stage), correction)


def sent(stage: Stage) -> int:
    deliveries = stage.federation.world_of(CA_SHERIFF).journal.deliveries(CA_SHERIFF)
    return sum(isinstance(one.due, AnswerDue) for one in deliveries)


def test_without_an_agreement_made_for_it_no_question_stands(own_stage: Stage) -> None:
    """An agreement on single questions opens none that stands: refused, and it stays nowhere."""
    outcome = open_standing(own_stage, somebody(own_stage.region))
    (source,) = outcome.sources
    assert source.status is Status.REFUSED
    assert row(own_stage, outcome, CA_SHERIFF) is None


def test_an_agreement_for_standing_questions_opens_nothing_else(standing_stage: Stage) -> None:
    """With it alone, a question asked once is refused."""
    suspend(standing_stage, "ACSO-CCPD-2026")
    record = somebody(standing_stage.region)
    once = standing_stage.ask(
        standing_stage.region.scene.detective_question, sources=(CA_SHERIFF,), data_classes=(DataClass.BOOKING,)
    )
    assert once.sources[0].status is Status.REFUSED
    assert open_standing(standing_stage, record).sources[0].status is Status.ANSWERED


def test_a_record_that_comes_is_brought_once_and_alone(standing_stage: Stage) -> None:
    """The answer of the day it came takes the old one's place; a second round brings nothing."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    before = {item.reference for item in items(standing_stage, outcome)}
    come(standing_stage, again(record, "new-booking"))
    assert rounds(standing_stage) == 1
    after = {item.reference for item in items(standing_stage, outcome)}
    assert after == before | {"R-new-booking"}
    assert rounds(standing_stage) == 0


def test_what_concerns_somebody_else_sends_nothing_and_enters_nothing(standing_stage: Stage) -> None:
    """A record of another person moves the mark and nothing else: no entry, no delivery."""
    first = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, first)
    other = next(
        one
        for one in standing_stage.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.BOOKING and one.people[0].values("name") != first.people[0].values("name")
    )
    come(standing_stage, again(other, "of-another"))
    size = standing_stage.size(CA_SHERIFF)
    assert rounds(standing_stage) == 0
    assert standing_stage.size(CA_SHERIFF) == size
    stored = row(standing_stage, outcome, CA_SHERIFF)
    assert stored is not None
    assert stored.seen == standing_stage.federation.world_of(CA_SHERIFF).records.newest()


def test_a_value_that_nobody_may_see_sends_nothing(standing_stage: Stage) -> None:
    """Its correction is decided anew, and what it shows is as before."""
    record = somebody(standing_stage.region)
    open_standing(standing_stage, record)
    correct(standing_stage, record.id, "home-address", "1 Elsewhere Lane", record.people[0].key)
    assert rounds(standing_stage) == 0
    assert sent(standing_stage) == 0


def test_a_corrected_value_takes_the_place_of_the_one_before(standing_stage: Stage) -> None:
    """The recall marks the item, the new answer replaces it, and the old value stands nowhere at the asker any more."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    old = next(
        one.values for item in items(standing_stage, outcome) for one in item.fields if one.field == "charge"
    )
    correct(standing_stage, record.id, "charge", "an offence nobody heard of")
    rounds(standing_stage)
    found = [one.values for item in items(standing_stage, outcome) for one in item.fields if one.field == "charge"]
    assert ("an offence nobody heard of",) in found
    world = standing_stage.federation.world_of(WA_POLICE)
    contents = [world.journal.content(index) or b"" for index in range(world.journal.size())]
    stored = [content for content in contents if record.reference.encode() in content]
    assert all(old[0].encode() not in content for content in stored)
    assert len(stored) <= 2  # the outcome, and the newest delivery that it was made of


def test_a_sealed_and_an_expunged_record_go_and_the_question_stands_on(standing_stage: Stage) -> None:
    """The kept answer is what asking today gives; after an expungement, too, which destroys the last answer."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    come(standing_stage, again(record, "second"), again(record, "third"))
    rounds(standing_stage)
    act(standing_stage, "second", "seal")
    rounds(standing_stage)
    assert "R-second" not in {item.reference for item in items(standing_stage, outcome)}
    act(standing_stage, "third", "expunge")
    rounds(standing_stage)
    assert "R-third" not in {item.reference for item in items(standing_stage, outcome)}
    come(standing_stage, again(record, "fourth"))
    rounds(standing_stage)
    assert "R-fourth" in {item.reference for item in items(standing_stage, outcome)}


def test_it_ends_with_its_day_on_both_sides_and_what_it_showed_is_forgotten(standing_stage: Stage) -> None:
    """After its last day nothing is taken, nothing is sent, and the asker has no answer any more."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record, replace(STANDS, until=STANDS.review_by))
    standing_stage.federation.advance(last_day(STANDS.review_by))
    come(standing_stage, again(record, "too-late"))
    assert sent(standing_stage) == 0
    rounds(standing_stage)
    assert items(standing_stage, outcome) == ()
    for agency in (CA_SHERIFF, WA_POLICE):
        stored = row(standing_stage, outcome, agency)
        assert stored is not None
        assert stored.ended is StandingEnd.EXPIRED
    world = standing_stage.federation.world_of(WA_POLICE)
    assert all(
        record.reference.encode() not in (world.journal.content(index) or b"")
        for index in range(world.journal.size())
    )


def test_a_review_that_nobody_made_ends_it(standing_stage: Stage) -> None:
    """Renewed by a supervisor it stands on at both sides; not renewed it stops on the day after."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    standing_stage.federation.advance(10 * 86_400_000)
    sergeant = standing_stage.member(member_of(WA_POLICE, "sergeant"))
    world = standing_stage.federation.world_of(WA_POLICE)
    day = TODAY + timedelta(days=40)
    renewed = review_standing(world, sergeant, outcome.query_id, day, "the warrant is still out")
    assert renewed.stands.review_by == day
    rounds(standing_stage)
    here = row(standing_stage, outcome, CA_SHERIFF)
    assert here is not None
    assert here.stands.review_by == day
    standing_stage.federation.advance(last_day(day))
    rounds(standing_stage)
    for agency in (CA_SHERIFF, WA_POLICE):
        stored = row(standing_stage, outcome, agency)
        assert stored is not None
        assert stored.ended is StandingEnd.NOT_REVIEWED


def test_who_asked_does_not_review_and_a_member_may_not(standing_stage: Stage) -> None:
    """A supervisor other than the asker, and a day that lies within the month and the paper."""
    record = somebody(standing_stage.region)
    sergeant = standing_stage.member(member_of(WA_POLICE, "sergeant"))
    outcome = open_standing(standing_stage, record, member=sergeant.id)
    world = standing_stage.federation.world_of(WA_POLICE)
    day = TODAY + timedelta(days=20)
    with pytest.raises(WrongUseError, match="another supervisor"):
        review_standing(world, sergeant, outcome.query_id, day, "I say so myself")
    detective = standing_stage.member(member_of(WA_POLICE, "detective"))
    with pytest.raises(WrongUseError, match="needs a supervisor"):
        review_standing(world, detective, outcome.query_id, day, "it is still needed")
    other = replace(detective, roles=("member", "supervisor"))
    with pytest.raises(NounError, match="every 30 days"):
        review_standing(world, other, outcome.query_id, TODAY + timedelta(days=31), "it is still needed")
    with pytest.raises(WrongUseError, match="no standing question"):
        review_standing(world, other, "0" * 32, day, "it is still needed")


@pytest.mark.parametrize("why", [StandingEnd.ENDED, StandingEnd.PAPER_RECALLED])
def test_its_asker_ends_it_at_both_sides(standing_stage: Stage, why: StandingEnd) -> None:
    """The owner's node stops with the word, and ending it twice changes nothing."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    world = standing_stage.federation.world_of(WA_POLICE)
    detective = standing_stage.member(member_of(WA_POLICE, "detective"))
    end_standing(world, detective, outcome.query_id, why, "the man is in custody")
    size = standing_stage.size(WA_POLICE)
    assert end_standing(world, detective, outcome.query_id, why, "the man is in custody").ended is why
    assert standing_stage.size(WA_POLICE) == size
    assert items(standing_stage, outcome) == ()
    rounds(standing_stage)
    here = row(standing_stage, outcome, CA_SHERIFF)
    assert here is not None
    assert here.ended is StandingEnd.ENDED
    come(standing_stage, again(record, "afterwards"))
    assert rounds(standing_stage) == 0
    with pytest.raises(WrongUseError, match="nothing a person says"):
        end_standing(world, detective, outcome.query_id, StandingEnd.EXPIRED, "because I want to")


def test_an_answer_under_way_when_it_ended_is_not_taken(standing_stage: Stage) -> None:
    """The owner's node has not heard yet; the asker's turns the delivery away."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    come(standing_stage, again(record, "under-way"))
    look_at_standing(standing_stage.federation.world_of(CA_SHERIFF))
    detective = standing_stage.member(member_of(WA_POLICE, "detective"))
    world = standing_stage.federation.world_of(WA_POLICE)
    end_standing(world, detective, outcome.query_id, StandingEnd.ENDED, "the man is in custody")
    rounds(standing_stage)
    assert items(standing_stage, outcome) == ()
    assert all(
        b"R-under-way" not in (world.journal.content(index) or b"") for index in range(world.journal.size())
    )


def test_a_member_who_left_or_is_untrained_asks_no_longer(standing_stage: Stage) -> None:
    """The asker's node looks at its own members, not at what they were when they asked."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    world = standing_stage.federation.world_of(WA_POLICE)
    asker = member_of(WA_POLICE, "detective")
    staff = tuple(
        replace(one, trained_until=TODAY - timedelta(days=1)) if one.id == asker else one for one in members()
    )
    assert end_over(world, members()) == 0
    assert end_over(world, staff) == 1
    stored = row(standing_stage, outcome, WA_POLICE)
    assert stored is not None
    assert stored.ended is StandingEnd.MEMBER_GONE


def test_a_suspended_agreement_stops_it_and_its_return_does_not_revive_it(standing_stage: Stage) -> None:
    """The refusal takes the answer's place at the asker; afterwards it stands at neither side."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    assert items(standing_stage, outcome)
    suspend(standing_stage)
    rounds(standing_stage)
    (source,) = kept(standing_stage, outcome).outcome.sources
    assert source.status is Status.REFUSED
    assert items(standing_stage, outcome) == ()
    here, there = row(standing_stage, outcome, CA_SHERIFF), row(standing_stage, outcome, WA_POLICE)
    assert here is not None
    assert here.ended is StandingEnd.REFUSED
    assert there is not None
    assert there.stopped_at == (CA_SHERIFF,)
    agree(standing_stage)
    come(standing_stage, again(record, "after-the-quarrel"))
    assert rounds(standing_stage) == 0


def test_a_law_that_closes_more_is_followed_at_once(standing_stage: Stage) -> None:
    """Nothing has come, but the law is another: the answer is given anew under it."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    before = row(standing_stage, outcome, CA_SHERIFF)
    suspend(standing_stage, "ACSO-CCPD-2026")  # another text than the one it stands by
    rounds(standing_stage)
    after = row(standing_stage, outcome, CA_SHERIFF)
    assert before is not None
    assert after is not None
    assert after.law != before.law
    assert after.ended is None
    assert sent(standing_stage) == 0


def test_no_detail_no_place_no_thing_no_sighting(standing_stage: Stage) -> None:
    """What would follow somebody cannot be asked by a question that stands, and no field of a place leaves by one."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    world = standing_stage.federation.world_of(WA_POLICE)
    shown = items(standing_stage, outcome)[0]
    wanted = FetchRequest(
        query_id=outcome.query_id,
        item_id=shown.item_id,
        asker=WA_POLICE,
        member=outcome.request.member,
        identified_by="the photograph and the date agree",
    )
    with pytest.raises(WrongUseError, match="question of its own"):
        fetch_item(world, wanted, standing_stage.member(outcome.request.member))
    with pytest.raises(NounError, match="about a person"):
        open_standing(standing_stage, record, subject=PlateSubject(plate="7ABC123", state="CA"))
    subject = replace(request(standing_stage, record).subject, address="1 Main Street")
    with pytest.raises(NounError, match="no address"):
        open_standing(standing_stage, record, subject=subject)
    with pytest.raises(NounError, match="where somebody is"):
        open_standing(standing_stage, record, data_classes=(DataClass.BOOKING, DataClass.PLATE_READ))


def test_how_long_and_by_what_it_may_stand() -> None:
    """A judge's paper, no longer than it, ninety days at most, a month to the first review."""
    with pytest.raises(NounError, match="ask it once"):
        replace(STANDS, paper=Instrument.ADMINISTRATIVE_WARRANT)
    with pytest.raises(NounError, match="no longer than its paper"):
        replace(STANDS, paper_ends=STANDS.until - timedelta(days=1))
    far = replace(STANDS, until=TODAY + timedelta(days=91), paper_ends=TODAY + timedelta(days=91))
    with pytest.raises(NounError, match="90 days"):
        far.check_asked(TODAY)
    with pytest.raises(NounError, match="is past"):
        STANDS.check_asked(STANDS.review_by + timedelta(days=1))


def test_a_question_that_stands_says_how_and_no_other_does(standing_stage: Stage) -> None:
    """The kind of message and the paper go together."""
    record = somebody(standing_stage.region)
    with pytest.raises(NounError, match="comity standing open"):
        open_standing(standing_stage, record, message=MessageKind.RECORDS_QUERY)


def test_who_sees_which(standing_stage: Stage) -> None:
    """Whoever asked, an overseer of theirs, and the desk of the owner; nobody else of either."""
    open_standing(standing_stage, somebody(standing_stage.region))

    def seen(agency: str, post: str) -> int:
        world = standing_stage.federation.world_of(agency)
        return len(standing_shown(world, standing_stage.member(member_of(agency, post))))

    assert [seen(WA_POLICE, post) for post in ("detective", "sergeant", "custodian")] == [1, 1, 0]
    assert [seen(CA_SHERIFF, post) for post in ("detective", "custodian")] == [0, 1]


def test_the_log_says_that_it_was_set_on_both_sides(standing_stage: Stage) -> None:
    """One entry beside the asking, one beside the answer."""
    sizes = {agency: standing_stage.size(agency) for agency in (CA_SHERIFF, WA_POLICE)}
    open_standing(standing_stage, somebody(standing_stage.region))
    kinds = {agency: [one.kind for one in standing_stage.entries(agency, sizes[agency])] for agency in sizes}
    assert kinds[CA_SHERIFF] == [EntryKind.ANSWERED, EntryKind.STANDING_SET]
    assert kinds[WA_POLICE] == [EntryKind.ASKED, EntryKind.STANDING_SET, EntryKind.RECEIVED]


STEPS = ("come", "come", "other", "correct", "closed", "seal", "dispute", "expunge", "day", "law")


def step(stage: Stage, what: str, rng: random.Random, there: list[str]) -> None:
    """One thing that happens at the owner."""
    record = somebody(stage.region)
    number = f"r{rng.getrandbits(32):08x}"
    match what:
        case "come":
            come(stage, again(record, number))
            there.append(number)
        case "other":
            come(stage, again(stranger(stage), number))
        case "correct" if there:
            correct(stage, rng.choice(there), "charge", f"offence {number}")
        case "closed" if there:
            correct(stage, rng.choice(there), "home-address", f"{number} Lane", record.people[0].key)
        case "seal" | "dispute" | "expunge" if there:
            name = rng.choice(there)
            act(stage, name, what)
            if what == "expunge":
                there.remove(name)
        case "day":
            stage.federation.advance(86_400_000)
        case "law":
            texts = stage.federation.laws.texts
            texts[CA_SHERIFF] = tuple(text for text in texts[CA_SHERIFF] if text.name != "ACSO-CCPD-2026")


def stranger(stage: Stage) -> Record:
    """A booking of somebody else."""
    name = somebody(stage.region).people[0].values("name")
    return next(
        one
        for one in stage.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.BOOKING and len(one.people) == 1 and one.people[0].values("name") != name
    )


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_is_what_asking_today_gives(standing_stage: Stage, seed: int) -> None:
    """After anything that happens at the owner, in any order; and once it stands no more it is nothing."""
    rng = random.Random(seed)
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    there: list[str] = []
    world = standing_stage.federation.world_of(WA_POLICE)
    detective = standing_stage.member(member_of(WA_POLICE, "detective"))
    for _ in range(8):
        step(standing_stage, rng.choice(STEPS), rng, there)
        rounds(standing_stage)
        today = open_standing(standing_stage, record)
        (now,), (was,) = today.sources, kept(standing_stage, outcome).outcome.sources
        assert now.answer is not None
        assert was.answer is not None
        assert outward_digest(now.answer) == outward_digest(was.answer)
        end_standing(world, detective, today.query_id, StandingEnd.ENDED, "it was asked to compare")
        rounds(standing_stage)
    suspend(standing_stage)
    rounds(standing_stage)
    assert items(standing_stage, outcome) == ()


def test_a_protected_record_leaves_messages_and_log_as_they_are_without_it(tmp_path: Path, region: Region) -> None:
    """Twin worlds: the same file comes to both, in one of them with a sealed record of the very person."""
    seen = []
    for name, extra in (("without", False), ("with", True)):
        made = make_stage(tmp_path / name, region)
        agree(made)
        record = somebody(region)
        outcome = open_standing(made, record)
        sealed = again(record, "protected", state=replace(record.state, sealed=True))
        come(made, again(stranger(made), "plain"), *((sealed,) if extra else ()))
        lengths: list[int] = []
        made.federation.meddle = partial(_measured, made, lengths)
        arrived = rounds(made)
        made.federation.advance(86_400_000)
        arrived += rounds(made)
        entries = {agency: made.entries(agency) for agency in (CA_SHERIFF, WA_POLICE)}
        seen.append((arrived, lengths, entries, [item.reference for item in items(made, outcome)]))
        made.federation.close()
    assert seen[0] == seen[1]


def _measured(stage: Stage, lengths: list[int], node: str, raw: bytes) -> bytes:
    lengths.append(len(raw))
    return stage.federation.deliver(node, raw)


def test_more_than_a_room_full_is_refused(standing_stage: Stage) -> None:
    """An owner keeps so many of one asker; the next is refused with the reason, and one that ends makes room."""
    record = somebody(standing_stage.region)
    first, *_ = [open_standing(standing_stage, record) for _ in range(MOST_STANDING)]
    (source,) = open_standing(standing_stage, record).sources
    assert source.status is Status.REFUSED
    assert [reason.rule for reason in source.reasons] == ["comity/STANDING-ROOM"]
    world = standing_stage.federation.world_of(WA_POLICE)
    detective = standing_stage.member(member_of(WA_POLICE, "detective"))
    end_standing(world, detective, first.query_id, StandingEnd.ENDED, "the man is in custody")
    rounds(standing_stage)
    assert open_standing(standing_stage, record).sources[0].status is Status.ANSWERED


def test_a_file_that_comes_at_once_is_looked_at_through_the_index(standing_stage: Stage) -> None:
    """More people than are held against the questions one by one: the questions are put to the file instead."""
    record = somebody(standing_stage.region)
    outcome = open_standing(standing_stage, record)
    other = stranger(standing_stage)
    crowd = [again(other, f"crowd-{number}") for number in range(MOST_CAME)]
    come(standing_stage, *crowd, again(record, "among-many"))
    assert rounds(standing_stage) == 1
    assert "R-among-many" in {item.reference for item in items(standing_stage, outcome)}


def test_a_paper_that_is_to_open_something_waits_for_counsel_each_time(standing_stage: Stage) -> None:
    """Shown as the legal basis, it holds the answer like any question's; what was granted does not cover what comes later."""
    record = somebody(standing_stage.region)
    shown = LegalBasis(
        instrument=Instrument.JUDICIAL_WARRANT,
        issuer=Issuer.STATE_JUDGE,
        document=STANDS.document,
        expires=STANDS.paper_ends,
    )
    outcome = open_standing(standing_stage, record, basis=shown)
    assert outcome.sources[0].status is Status.HELD
    world = standing_stage.federation.world_of(CA_SHERIFF)
    counsel = standing_stage.member(member_of(CA_SHERIFF, "counsel"))
    for task in list_held(world, counsel):
        decide_held(world, counsel, task.duty_id, grant=True, reason="the court confirmed it")
    rounds(standing_stage)
    granted = {item.reference for item in items(standing_stage, outcome)}
    assert record.reference in granted
    come(standing_stage, again(record, "not-looked-at"))
    rounds(standing_stage)
    assert "R-not-looked-at" not in {item.reference for item in items(standing_stage, outcome)}


def test_no_digest_field_of_any_class_is_a_place() -> None:
    """What a standing question shows is the digest without places, whatever a class puts into its digest."""
    vocabulary = load_vocabulary()
    for name in DataClass:
        for field in vocabulary.digest_fields(name):
            assert not vocabulary.labels_of(name, field) & PLACE_LABELS
