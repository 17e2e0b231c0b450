"""Properties of whole answers: never more than the law allows, nothing withheld anywhere, and reproducible."""

from __future__ import annotations

import dataclasses
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from region_stage import Stage, about, make_stage

from comity.demo.agencies import CA_SHERIFF, NY_DMV, REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.laws import texts_for
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.errors import RejectedMessageError
from comity.exchange.answering.answer import LAW_CHANGED, answer_query
from comity.exchange.messages.wire import AnswerBody, Turned, read_message
from comity.law.decide import decide_record
from comity.law.vocabulary import load_vocabulary
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Level, Status, Step
from comity.model.disclosure import EntryKind
from comity.model.query import PersonSubject, Query
from comity.model.record import Record

ON_BOTH_ENGINES = True

SHORTEST_TELLING = 5  # shorter values (a sex, a height) stand in ordinary words by chance
SEEN: Counter[str] = Counter()
SLOW = settings(
    max_examples=50,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a failure names its seed instead of shrinking
    suppress_health_check=list(HealthCheck),
)


def askers(region: Region) -> tuple[SceneQuestion, ...]:
    scene = region.scene
    return (
        scene.detective_question,
        scene.detective_b1_question,
        scene.investigator_question,
        scene.removal_question,
        scene.protected_question,
    )


def drawn_question(stage: Stage, rng: Random) -> tuple[SceneQuestion, str]:
    """An asker's question about a person drawn from an owner's file, sometimes with an identifier of the scene."""
    question = rng.choice(askers(stage.region))
    owner = rng.choice(question.owners)
    people = [
        (record, person)
        for record in stage.region.records_of(owner)
        for person in record.people
        if person.values("name")
    ]
    record, person = rng.choice(people)
    return (about(question, record, person) if rng.random() < 0.8 else question), owner


@cache
def static_text() -> str:
    """Everything an answer may quote that is about no person: laws, their tables, the exchange's own rules."""
    law = [text for owner in (CA_SHERIFF, NY_DMV, REMOVAL_OPERATIONS, WA_POLICE) for text, _ in texts_for(owner)]
    shipped = [
        path.read_text("utf-8")
        for path in (
            files("comity.law") / "comity.voc",
            files("comity.exchange") / "builtin.py",
            files("comity.exchange.answering") / "release.py",
            files("comity.match") / "sentences.py",
        )
    ]
    return "\n".join([*(one.text for one in law), *shipped])


def record_of(stage: Stage, owner: str, item_id: str) -> tuple[Record, str]:
    world = stage.federation.world_of(owner)
    minted = world.journal.find_item(item_id)
    assert minted is not None
    record = world.records.get(owner, minted.record_id)
    assert record is not None
    return record, minted.person_key


def check_within_the_law(stage: Stage, query: Query, answer: Answer) -> None:
    """Every released field at most at its decided level, in the digest no other field, every field accounted for."""
    folded = stage.law(query).folded
    for item in answer.items:
        record, key = record_of(stage, query.owner, item.item_id)
        decision = decide_record(folded, record, key)
        assert not decision.concealed
        digest = set(load_vocabulary().digest_fields(record.data_class))
        for released in item.fields:
            assert released.level <= decision.level_of(released.field)
            assert query.step is Step.DETAIL or released.field in digest
        named = {one.field for one in (*item.fields, *item.withheld)}
        held_values = {value.name for value in (*record.get_person(key).fields, *record.fields)}
        assert held_values <= named
        assert not {one.field for one in item.fields} & {one.field for one in item.withheld}


@cache
def telling_values(records: tuple[Record, ...]) -> frozenset[str]:
    """What records say, less what an answer may quote anyway."""
    static = static_text()
    return frozenset(
        value.value
        for record in records
        for person in record.people
        for value in (*person.fields, *record.fields)
        if len(value.value) >= SHORTEST_TELLING and value.value not in static
    )


def check_nothing_withheld_occurs(stage: Stage, query: Query, answer: Answer) -> None:
    """No value of any record of the owner stands in the answer, unless released, asked, or public text."""
    outward = canonical_bytes(answer).decode()
    subject = query.subject
    assert isinstance(subject, PersonSubject)
    asked = canonical_bytes(query).decode() + f"{subject.family}, {subject.given}"
    released = {value for item in answer.items for field in item.fields for value in field.values}
    plain = {text for item in answer.items for text in (item.reference, item.as_of.isoformat())}
    for value in telling_values(stage.region.records_of(query.owner)):
        if value in asked or any(value in text for text in (*released, *plain)):
            continue
        assert msgspec.json.encode(value).decode()[1:-1] not in outward, f"`{value}` is withheld and yet there"


@given(seed=st.integers(0, 2**32 - 1))
@SLOW
def test_an_answer_holds_nothing_the_law_withholds(stage: Stage, seed: int) -> None:
    """Over generated questions: released fields are within the decision, withheld values occur nowhere."""
    rng = Random(seed)
    question, owner = drawn_question(stage, rng)
    note(f"{question.asker} asks {owner} about {question.family}, {question.given} {question.birth_date}")
    query = stage.query(question, owner)
    answer = stage.answer(query)
    SEEN[answer.status] += 1
    check_within_the_law(stage, query, answer)
    check_nothing_withheld_occurs(stage, query, answer)
    if answer.items:
        item = rng.choice(answer.items)
        detail = msgspec.structs.replace(
            query, step=Step.DETAIL, item_id=item.item_id, pair=f"{rng.randrange(2**256):064x}"
        )
        opened = stage.answer(detail)
        SEEN["detail"] += 1
        check_within_the_law(stage, detail, opened)
        check_nothing_withheld_occurs(stage, detail, opened)


def test_the_property_met_answers_refusals_and_silence() -> None:
    """The questions generated above led to released items, details, refusals and nothing."""
    assert all(SEEN[kind] for kind in (Status.ANSWERED, Status.REFUSED, Status.NOTHING_RELEASABLE, "detail")), SEEN


def test_a_replayed_world_answers_with_the_same_bytes(tmp_path: Path, region: Region) -> None:
    """Two worlds of one seed that receive the same questions send equal bytes, receipts included."""
    sent = []
    for name in ("first", "second"):
        stage = make_stage(tmp_path / name, region)
        rng = Random(7)
        for _ in range(6):
            question, owner = drawn_question(stage, rng)
            raw = stage.seal(stage.query(question, owner))
            sent.append((name, answer_query(stage.federation.world_of(owner), raw)))
        stage.federation.close()
    assert [reply for name, reply in sent if name == "first"] == [
        reply for name, reply in sent if name == "second"
    ]


@given(seed=st.integers(0, 2**32 - 1))
@settings(SLOW, max_examples=15)
def test_who_asks_for_another_gets_at_most_what_both_would_get(stage: Stage, seed: int) -> None:
    """A Washington detective asking for removal operations: per record and field never above either by itself."""
    rng = Random(seed)
    detective = stage.region.scene.detective_question
    owner = rng.choice(detective.owners)
    records = [record for record in stage.region.records_of(owner) if record.data_class in detective.data_classes]
    query = stage.query(detective, owner)
    for_them = msgspec.structs.replace(query, beneficiary=REMOVAL_OPERATIONS, id=f"{rng.randrange(2**128):032x}")
    alone, stricter = stage.law(query).folded, stage.law(for_them).folded
    for record in rng.sample(records, min(8, len(records))):
        person = record.people[0].key
        own, both = decide_record(alone, record, person), decide_record(stricter, record, person)
        for field in both.fields:
            assert both.level_of(field.field) <= own.level_of(field.field)
    alone_answer, both_answer = stage.answer(query), stage.answer(for_them)
    shown = {(item.data_class, item.reference): {f.field for f in item.fields} for item in alone_answer.items}
    for item in both_answer.items:
        assert {field.field for field in item.fields} <= shown[item.data_class, item.reference]


def test_asking_for_removal_operations_closes_what_the_detective_alone_would_get(stage: Stage) -> None:
    """California and New York look through the asker to whom the question serves."""
    question = stage.region.scene.detective_question
    for owner in (CA_SHERIFF, NY_DMV):
        alone = stage.answer(stage.query(question, owner))
        serving = stage.answer(stage.query(question, owner, beneficiary=REMOVAL_OPERATIONS))
        assert len(alone.items) > len(serving.items)


@pytest.mark.parametrize("told_something", [True, False])
def test_a_retry_after_the_law_changed_is_refused_whatever_the_answer_was(
    own_stage: Stage, told_something: bool
) -> None:
    """The stored answer does not leave under another law; the refusal tells nothing of what it held."""
    question = own_stage.region.scene.detective_question
    if not told_something:
        question = dataclasses.replace(question, family="Xylander", given="Quillon", identifiers=())
    query = own_stage.query(question, CA_SHERIFF)
    first = own_stage.answer(query)
    assert bool(first.items) is told_something
    assert own_stage.answer(query) == first
    laws = own_stage.federation.laws
    laws.texts[CA_SHERIFF] = laws.texts[CA_SHERIFF][:-1]
    body = own_stage.deliver(CA_SHERIFF, own_stage.seal(query))
    assert isinstance(body, Turned)
    assert body.sentence == LAW_CHANGED
    kinds = [facts.kind for facts in own_stage.entries(CA_SHERIFF)]
    assert kinds == [EntryKind.ANSWERED, EntryKind.RESENT, EntryKind.REJECTED]


@pytest.mark.parametrize("same_nonce", [True, False])
def test_one_question_from_many_threads_is_answered_once(own_stage: Stage, same_nonce: bool) -> None:
    """Same bytes at once: one answer, the others are replays. Fresh nonces at once: one answer, sent again."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    world = own_stage.federation.world_of(CA_SHERIFF)
    messages = [own_stage.seal(query)] * 6 if same_nonce else [own_stage.seal(query) for _ in range(6)]
    with ThreadPoolExecutor(len(messages)) as pool:
        replies = list(pool.map(lambda raw: answer_query(world, raw).raw, messages))
    bodies = [read_message(raw.partition(b"\n")[2]).body for raw in replies]
    answers = [body.answer for body in bodies if isinstance(body, AnswerBody)]
    kinds = Counter(facts.kind for facts in own_stage.entries(CA_SHERIFF))
    assert kinds[EntryKind.ANSWERED] == 1
    if same_nonce:
        assert len(answers) == 1
        assert kinds[EntryKind.REJECTED] == len(messages) - 1
    else:
        assert len(answers) == len(messages)
        assert len({canonical_bytes(answer) for answer in answers}) == 1
        assert kinds[EntryKind.RESENT] == len(messages) - 1


def test_a_second_look_that_finds_nothing_lets_the_refusal_through(
    own_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A journal that refuses twice is not asked a third time."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    raw = own_stage.seal(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    tries: list[int] = []

    def refuse(*_: object) -> None:
        tries.append(1)
        raise RejectedMessageError("the question was answered already; the stored answer stands")

    monkeypatch.setattr(world.journal, "start", refuse)
    with pytest.raises(RejectedMessageError):
        answer_query(world, raw)
    assert len(tries) == 2


def test_masked_and_pointed_fields_are_released_with_no_more_than_their_level(stage: Stage) -> None:
    """What leaves as a pointer has no values."""
    for question in askers(stage.region):
        for owner in question.owners:
            for item in stage.answer(stage.query(question, owner)).items:
                assert all(field.level is not Level.POINTER or not field.values for field in item.fields)
