"""Closed fields are closed to matching too: changing a closed value, or taking it away, changes no byte of the answer."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import msgspec
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from region_stage import Stage, make_stage

from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.exchange.answering.answer import answer_query
from comity.exchange.answering.candidates import waits_whole
from comity.exchange.answering.law_in_force import law_in_force
from comity.exchange.answering.open_query import Opened, open_query
from comity.law.decide import decide_record, match_fields
from comity.law.fold import Folded
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Level, Purpose
from comity.model.record import PersonInRecord, Record
from long_runs import LONG

OTHER_VALUES = (
    "Ortiz, Maria",
    "1987-04-19",
    "1990-01-01",
    "F",
    "900-11-2222",
    "WDL1234567",
    "12 Elm Street, Springfield",
    "something else entirely",
)
EXAMPLES = 24 * LONG
SEEN: Counter[str] = Counter()


def questions(region: Region) -> tuple[SceneQuestion, ...]:
    scene = region.scene
    papers = dataclasses.replace(  # its answers name what would help against single fields
        scene.detective_question,
        asker=scene.removal_question.asker,
        member=scene.removal_question.member,
        beneficiary=scene.removal_question.asker,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        note="",
        owners=("il-police",),
        data_classes=(DataClass.CASE,),
    )
    return (
        papers,
        scene.detective_question,
        scene.investigator_question,
        scene.removal_question,
        scene.namesake_question,
        scene.protected_question,
        scene.name_only_question,
    )


def folded_law(stage: Stage, question: SceneQuestion, owner: str) -> Folded:
    """The owner's law folded for a question, as the answer folds it."""
    world = stage.federation.world_of(owner)
    opened = open_query(world, stage.seal(stage.query(question, owner)), world.clock.now_ms())
    assert isinstance(opened, Opened)
    return law_in_force(world, opened).folded


def closed_places(folded: Folded, record: Record) -> list[tuple[str, str]]:
    """(person key, field) of every value this question may not have and may not match on."""
    askable = {str(name) for name in folded.facts.data_classes}
    searchable = [person for person in record.people if person.role in SEARCHABLE_ROLES]
    places = []
    for person in record.people:
        for field in person.fields:
            if (
                record.data_class not in askable
                or (person in searchable and all(_closed(folded, record, one, field.name) for one in searchable))
                or (
                    person not in searchable
                    and all(_closed(folded, record, one, "third-party") for one in searchable)
                )
            ):
                places.append((person.key, field.name))
    return places


def _closed(folded: Folded, record: Record, person: PersonInRecord, name: str) -> bool:
    if name not in match_fields(folded, record.data_class) and name != "third-party":
        decided = decide_record(folded, record, person.key)
        return decided.level_of(name) is Level.NOTHING
    decided = decide_record(folded, record, person.key)
    field = next(one for one in decided.fields if one.field == name)
    if waits_whole(decided):  # only its status leaves, and that follows from what the hold keeps back
        return field.level is Level.NOTHING and not field.match_only
    return decided.concealed or ((field.level is Level.NOTHING or field.held) and not field.match_only)


def changed(record: Record, key: str, name: str, value: str) -> Record:
    """The record with one closed value replaced, or without it where `value` is empty."""
    people = tuple(
        msgspec.structs.replace(
            person,
            fields=tuple(
                msgspec.structs.replace(field, value=value) if (person.key, field.name) == (key, name) else field
                for field in person.fields
                if value or (person.key, field.name) != (key, name)
            ),
        )
        for person in record.people
    )
    return msgspec.structs.replace(record, people=people)


def raw_answer(region: Region, records: tuple[Record, ...], question: SceneQuestion, owner: str) -> bytes:
    """The bytes an owner with just these records sends, in a world of its own."""
    with tempfile.TemporaryDirectory() as folder:
        stage = make_stage(Path(folder), region, records)
        try:
            return answer_query(stage.federation.world_of(owner), stage.seal(stage.query(question, owner))).raw
        finally:
            stage.federation.close()


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=EXAMPLES,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # worlds are costly: a failure names its seed instead
    suppress_health_check=list(HealthCheck),
)
def test_changing_a_closed_value_changes_no_byte(stage: Stage, seed: int) -> None:
    """Over generated questions and records: a value that is closed to the asker influences nothing that leaves."""
    rng = Random(seed)
    region = stage.region
    question = rng.choice(questions(region))
    owner = rng.choice(question.owners)
    folded = folded_law(stage, question, owner)
    theirs = region.records_of(owner)
    about = [
        record for record in theirs if any(question.family in n for p in record.people for n in p.values("name"))
    ]
    records = {record.id: record for record in (*about, *rng.sample(theirs, min(4, len(theirs))))}
    target = rng.choice(sorted(records))
    places = closed_places(folded, records[target])
    if not places:
        SEEN["nothing closed"] += 1
        return
    key, name = rng.choice(places)
    own = (question.family, question.birth_date, *(one.value for one in question.identifiers))
    value = rng.choice((*OTHER_VALUES, "", "", *(text for text in own if text)))
    SEEN[question.purpose] += 1
    SEEN["about the subject"] += target in {record.id for record in about}
    note(f"{question.purpose} to {owner}: {records[target].data_class} {target}, {key} {name} becomes {value}")
    before = raw_answer(region, tuple(records.values()), question, owner)
    SEEN["a paper that would help"] += b'"paper":' in before
    SEEN["taken away"] += not value
    records[target] = changed(records[target], key, name, value)
    assert raw_answer(region, tuple(records.values()), question, owner) == before


def test_the_property_was_tried_on_what_matters() -> None:
    """The generator reached closed values of the very person, for several purposes."""
    assert SEEN["about the subject"] >= EXAMPLES // 6, SEEN
    assert SEEN["a paper that would help"] >= EXAMPLES // 24, SEEN
    assert SEEN["taken away"] >= EXAMPLES // 24, SEEN
    assert (
        sum(SEEN[purpose] > 0 for purpose in ("criminal-investigation", "civil-immigration", "federal-crime")) >= 2
    )
