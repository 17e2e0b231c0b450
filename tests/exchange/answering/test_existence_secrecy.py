"""Twin worlds: with and without a protected record, the bytes that leave are the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.exchange.answering.answer import TICK_MS, answer_query
from comity.exchange.answering.conclude import PADDED_BYTES
from comity.exchange.messages.wire import AnswerBody, read_message
from comity.model.codes import DataClass, Purpose, Status
from comity.model.record import FieldValue, Record, RecordState

ON_BOTH_ENGINES = True

Change = Callable[[Record], Record | None]


def replies(
    folder: Path, region: Region, records: tuple[Record, ...], question: SceneQuestion, owner: str
) -> bytes:
    """The raw bytes one owner sends for one question, in a world of its own."""
    stage = make_stage(folder, region, records)
    try:
        raw = stage.seal(stage.query(question, owner))
        reply = answer_query(stage.federation.world_of(owner), raw)
        assert reply.not_before_ms == 0 or reply.not_before_ms % TICK_MS == 0
        return reply.raw
    finally:
        stage.federation.close()


def about_subject(region: Region, record: Record, owner: str) -> bool:
    """Whether a record of this owner is about the scene's subject (by the subject's true birth date and surname)."""
    question = region.scene.detective_question
    return record.owner == owner and any(
        question.family in name and question.birth_date in person.values("birth-date")
        for person in record.people
        for name in person.values("name")
    )


def status_of(raw: bytes) -> Status:
    body = read_message(raw.partition(b"\n")[2]).body
    assert isinstance(body, AnswerBody)
    return body.answer.status


def test_a_protected_record_changes_no_byte(tmp_path: Path, region: Region) -> None:
    """With and without the 8 USC 1367 record the outward bytes are equal, receipt included."""
    question = region.scene.protected_question
    without = tuple(record for record in region.records if record.data_class is not DataClass.VICTIM_1367)
    assert len(without) < len(region.records)
    with_it = replies(tmp_path / "with", region, region.records, question, FEDERAL_INVESTIGATIONS)
    assert with_it == replies(tmp_path / "without", region, without, question, FEDERAL_INVESTIGATIONS)
    assert status_of(with_it) is Status.NOTHING_RELEASABLE


def test_a_sealed_record_changes_no_byte(tmp_path: Path, region: Region) -> None:
    """An owner whose only records of the person are sealed answers as one that has none."""
    question = region.scene.detective_question
    mine = [record for record in region.records if record.owner == CA_SHERIFF]
    others = tuple(record for record in mine if not about_subject(region, record, CA_SHERIFF))
    sealed = tuple(
        msgspec.structs.replace(record, state=msgspec.structs.replace(record.state, sealed=True))
        for record in mine
        if about_subject(region, record, CA_SHERIFF)
    )
    assert sealed
    with_them = replies(tmp_path / "with", region, (*others, *sealed), question, CA_SHERIFF)
    assert with_them == replies(tmp_path / "without", region, others, question, CA_SHERIFF)


def test_every_field_withheld_is_the_same_as_nothing(tmp_path: Path, region: Region) -> None:
    """Records of which the law leaves no field are outwardly not there."""
    question = region.scene.protected_question
    base = tuple(record for record in region.records if record.data_class is not DataClass.VICTIM_1367)
    closed = msgspec.structs.replace(
        next(record for record in region.records if record.data_class is DataClass.VICTIM_1367),
        id="closed-tip",
        data_class=DataClass.VICTIM_1367,
        fields=(FieldValue(name="application", value="something else"),),
        state=RecordState(),
    )
    with_it = replies(tmp_path / "with", region, (*base, closed), question, FEDERAL_INVESTIGATIONS)
    assert with_it == replies(tmp_path / "without", region, base, question, FEDERAL_INVESTIGATIONS)


def test_a_paper_is_named_whether_or_not_there_is_a_value(tmp_path: Path, region: Region) -> None:
    """What would open a closed field is said of a record that has the field and of one that has not, byte for byte."""
    scene = region.scene
    question = dataclasses.replace(
        scene.detective_question,
        asker=scene.removal_question.asker,
        member=scene.removal_question.member,
        beneficiary=scene.removal_question.asker,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        note="",
        data_classes=(DataClass.CASE,),
    )
    (one, *_) = (
        record
        for record in region.records
        if about_subject(region, record, IL_POLICE) and record.data_class is DataClass.CASE
    )

    def having(*emails: str) -> Record:
        added = tuple(FieldValue(name="email", value=value) for value in emails)
        people = tuple(
            msgspec.structs.replace(
                person, fields=(*(field for field in person.fields if field.name != "email"), *added)
            )
            for person in one.people
        )
        return msgspec.structs.replace(one, people=people)

    with_it = replies(tmp_path / "with", region, (having("someone@example.org"),), question, IL_POLICE)
    assert with_it == replies(tmp_path / "without", region, (having(),), question, IL_POLICE)
    body = read_message(with_it.partition(b"\n")[2]).body
    assert isinstance(body, AnswerBody)
    papers = {field.field: field.would_help for item in body.answer.items for field in item.withheld}
    assert "signed by a federal judge" in papers["email"]


@pytest.mark.parametrize("surname", ["Nobodyhere", "Xylander"])
def test_answers_that_tell_nothing_have_one_length_and_leave_on_the_grid(stage: Stage, surname: str) -> None:
    """No match, whoever was asked about: same status, same reasons, same padded length, same tick."""
    question = stage.region.scene.detective_question
    lengths, ticks = set(), set()
    for family in (surname, "Zzyzx", stage.region.scene.protected_question.family):
        query = stage.query(question, CA_SHERIFF)
        subject = msgspec.structs.replace(question.subject, family=family, given="Quillon", identifiers=())
        reply = answer_query(
            stage.federation.world_of(CA_SHERIFF), stage.seal(msgspec.structs.replace(query, subject=subject))
        )
        body = read_message(reply.raw.partition(b"\n")[2]).body
        assert isinstance(body, AnswerBody)
        assert body.answer.status is Status.NOTHING_RELEASABLE
        assert not body.answer.items
        assert body.answer.possible is None
        lengths.add(len(msgspec.json.encode(body.answer)))
        ticks.add(reply.not_before_ms)
        assert reply.not_before_ms > stage.federation.world_of(CA_SHERIFF).clock.now_ms()
        assert reply.not_before_ms % TICK_MS == 0
        assert len(msgspec.json.encode(body.answer)) % PADDED_BYTES == 0
    assert len(lengths) == 1
    assert len(ticks) == 1
