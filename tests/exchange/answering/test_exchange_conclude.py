"""One answer with one outward status, whatever was found."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest
from record_stage import asked, booking
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF
from comity.demo.records import Region
from comity.exchange.answering import conclude
from comity.exchange.answering.conclude import PADDED_BYTES
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Status, Step
from comity.model.record import Record

RUTH = "Vandermolen, Ruth"
BORN = "1980-02-03"


def answer_from(folder: Path, region: Region, records: tuple[Record, ...], born: str = BORN) -> Answer:
    stage = make_stage(folder, region, records)
    try:
        return stage.answer(stage.query(asked(region, born=born), CA_SHERIFF))
    finally:
        stage.federation.close()


@pytest.mark.parametrize(("records", "status"), [(3, Status.ANSWERED), (4, Status.TOO_MANY)])
def test_more_items_than_one_person_has_are_too_many(
    tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch, records: int, status: Status
) -> None:
    """Beyond the limit nothing is listed, and the reason says what would help."""
    monkeypatch.setattr(conclude, "MOST_ITEMS", 3)
    answer = answer_from(tmp_path, region, tuple(booking(number, RUTH, BORN) for number in range(records)))
    assert answer.status is status
    assert len(answer.items) == (records if status is Status.ANSWERED else 0)
    if status is Status.TOO_MANY:
        assert [reason.rule for reason in answer.reasons] == ["comity/TOO-MANY"]
        assert answer.possible is None


def test_a_name_alone_gets_a_count_and_no_list(tmp_path: Path, region: Region) -> None:
    """Answered with how many could be meant and what would help; no item, no person."""
    answer = answer_from(tmp_path, region, (booking(1, RUTH, BORN), booking(2, RUTH, "1991-05-06")), born="")
    assert answer.status is Status.ANSWERED
    assert answer.items == ()
    assert answer.possible == 2
    assert [reason.rule for reason in answer.reasons] == ["comity/IDENTIFY"]
    assert answer.reasons[0].remedy


def test_a_name_that_fits_nobody_is_nothing(tmp_path: Path, region: Region) -> None:
    """A count of none is the one status for nothing, not a count."""
    answer = answer_from(tmp_path, region, (booking(1, "Ortiz, Maria", BORN),), born="")
    assert answer.status is Status.NOTHING_RELEASABLE
    assert answer.possible is None
    assert answer.reasons == ()


def test_namesakes_are_few_and_labelled(tmp_path: Path, region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other people of the very name: at most so many, each labelled, beside the person meant."""
    monkeypatch.setattr(conclude, "MOST_NAMESAKES", 2)
    others = tuple(booking(number, RUTH, f"19{50 + number}-07-08") for number in range(1, 6))
    answer = answer_from(tmp_path, region, (booking(99, RUTH, BORN), *others))
    labelled = [item for item in answer.items if "not the same person" in item.labels]
    assert len(labelled) == 2
    assert len(answer.items) == 3


@pytest.mark.parametrize("note", ["", "x" * 400])
def test_answers_without_items_have_one_length_whatever_was_asked(stage: Stage, note: str) -> None:
    """The padding fills every answer without items to a multiple, the question's own length apart."""
    question = dataclasses.replace(
        stage.region.scene.detective_question, family="Xylander", given="Quillon", identifiers=(), note=note
    )
    answer = stage.answer(stage.query(question, CA_SHERIFF))
    assert answer.status is Status.NOTHING_RELEASABLE
    assert len(canonical_bytes(answer)) % PADDED_BYTES == 0
    assert answer.pad.strip() == ""


def test_an_unknown_item_is_refused_without_a_word_about_it(stage: Stage) -> None:
    """No such item, another purpose, another asker's: the same reason."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF, step=Step.DETAIL, item_id="f" * 32)
    answer = stage.answer(query)
    assert answer.status is Status.REFUSED
    assert answer.number == 2
    assert [reason.rule for reason in answer.reasons] == ["comity/ITEM"]


def test_another_purpose_or_beneficiary_cannot_use_an_item(stage: Stage) -> None:
    """The item number opens only for who was shown it, for what and for whom it was shown."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    item = stage.answer(query).items[0]
    detail = msgspec.structs.replace(query, step=Step.DETAIL, item_id=item.item_id, pair="c" * 64)
    for changed in (
        msgspec.structs.replace(detail, purpose="criminal-prosecution", pair="d" * 64),
        msgspec.structs.replace(detail, beneficiary="il-police", pair="e" * 64),
        msgspec.structs.replace(detail, id="9" * 32, pair="f" * 64),
    ):
        answer = stage.answer(changed)
        assert answer.status is Status.REFUSED
        assert answer.items == ()
    assert stage.answer(detail).status is Status.ANSWERED
