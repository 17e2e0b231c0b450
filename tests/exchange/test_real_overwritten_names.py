"""One number, one birth date, one sex and two names: thirteen copies whose name was overwritten are never the person.

Of 83 numbers that stand in three sources, birth date and sex agree in all, the name in 70. Whoever trusts the number
alone calls the thirteen the same person; whoever trusts the name alone never sees that there is a question.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pytest
from real_stage import (
    LINKED,
    ask,
    check_days,
    conflict_of,
    evidence_of,
    items_of,
    needs_documents,
    numbered,
    people_of,
)

from comity.model.codes import DataClass
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation

pytestmark = needs_documents
CLASSES = (DataClass.CRIMINAL_HISTORY, DataClass.WARRANT, DataClass.FIREARM)
FINDING = (
    "possible only: birth date and SSN agree, but name differs; it is more than one person or a record in error, "
    "and only the owners can find out which"
)

SOUNDS_ALIKE = "Metzler, Joey B"  # and the overwritten McElroy, Joey B: one sequence of consonants, two names
ALIKE = "possible only: name, birth date and SSN agree, which is not enough to say that it is one person"


class Held(NamedTuple):
    """What one owner holds under one number."""

    names: frozenset[str]
    births: frozenset[str]
    sexes: frozenset[str]


def triples(records: dict[str, tuple[Record, ...]]) -> dict[str, dict[str, Held]]:
    """By number that stands in all three linked sources: what each owner holds under it."""
    found: dict[str, dict[str, list[tuple[str, str, str]]]] = {}
    for owner in LINKED:
        for _, person in people_of(records[owner]):
            row = (person.values("name")[0], person.values("birth-date")[0], person.values("sex")[0])
            for number in set(person.values("ssn")):
                found.setdefault(number, {}).setdefault(owner, []).append(row)
    return {
        number: {owner: Held(*map(frozenset, zip(*rows, strict=True))) for owner, rows in holders.items()}
        for number, holders in sorted(found.items())
        if len(holders) == len(LINKED)
    }


def is_overwritten(holders: dict[str, Held]) -> bool:
    return len({held.names for held in holders.values()}) > 1


def subject_of(number: str, holders: dict[str, Held]) -> PersonSubject:
    """A question with the name, birth date and number of the history repository."""
    held = holders["history-repository"]
    (name,), (birth,) = held.names, held.births
    family, _, given = name.partition(", ")
    return PersonSubject(family=family, given=given, birth_date=birth, identifiers=(numbered("ssn", number),))


def test_the_documents_are_what_they_were(real_records: dict[str, tuple[Record, ...]]) -> None:
    """83 numbers in three sources; birth date and sex agree in all 83, the name in 70, of the rest 11 have one name."""
    found = triples(real_records)
    assert len(found) == 83
    for holders in found.values():
        assert len({held.births for held in holders.values()}) == 1
        assert len({held.sexes for held in holders.values()}) == 1
    overwritten = [holders for holders in found.values() if is_overwritten(holders)]
    assert len(overwritten) == 13
    for holders in overwritten:
        assert holders["history-repository"].names == holders["warrant-office"].names
    written = Counter(
        name.partition(",")[0] for holders in overwritten for name in holders["firearm-bureau"].names
    )
    assert written == {"Matthews": 11, "McElroy": 2}


def test_all_83_get_the_examiners_answer(
    real_federation: Federation, real_records: dict[str, tuple[Record, ...]]
) -> None:
    """Asked with name, birth date and number: 70 are one person in three sources, 13 are one in two and a question."""
    counted: Counter[str] = Counter()
    for number, holders in triples(real_records).items():
        outcome = ask(real_federation, subject_of(number, holders), CLASSES)
        shown = {owner: {item.item_id for item in items_of(outcome, owner)} for owner in LINKED}
        assert all(shown.values()), number
        joined = [
            person
            for person in outcome.persons
            if set(person.item_ids) & (shown["history-repository"] | shown["warrant-office"])
        ]
        assert len(joined) == 1, number
        with_firearms = set(joined[0].item_ids) & shown["firearm-bureau"]
        if is_overwritten(holders):
            counted["kept apart"] += 1
            assert not with_firearms
            assert len(outcome.apart) == 1
        else:
            counted["joined"] += 1
            assert with_firearms == shown["firearm-bureau"]
            assert "ssn" in joined[0].agree
            assert outcome.apart == ()
    assert counted == {"joined": 70, "kept apart": 13}


@pytest.fixture(scope="module")
def overwritten(real_records: dict[str, tuple[Record, ...]]) -> dict[str, dict[str, Held]]:
    return {number: holders for number, holders in triples(real_records).items() if is_overwritten(holders)}


def test_verdict_and_sentence_of_the_thirteen(
    real_federation: Federation, overwritten: dict[str, dict[str, Held]]
) -> None:
    """However high the probability, the word is possible, and the sentence says what agrees and what does not.

    Where the names differ there is no second identifier either: the detail needs a person's recorded decision.
    """
    for number, holders in overwritten.items():
        outcome = ask(real_federation, subject_of(number, holders), CLASSES)
        for item in items_of(outcome, "firearm-bureau"):
            assert "possible match only" in item.labels
            name = evidence_of(item, "name")
            if SOUNDS_ALIKE in holders["history-repository"].names:
                assert item.finding == ALIKE
                assert "family names sound or look alike" in name.sentence
            else:
                assert item.finding == FINDING
                assert not item.second_identifier
                assert name.verdict == "disagree"
                assert "family names differ" in name.sentence
            assert evidence_of(item, "birth-date").verdict == "agree"
            assert evidence_of(item, "ssn").verdict == "agree"
        for owner in ("history-repository", "warrant-office"):
            for item in items_of(outcome, owner):
                assert "possible match only" not in item.labels
                assert item.second_identifier
                assert item.finding.startswith(
                    "same person as far as was compared: name, birth date and SSN agree"
                )


def test_the_conflict_of_the_thirteen_has_owners_and_days(
    real_federation: Federation, overwritten: dict[str, dict[str, Held]]
) -> None:
    """Both names side by side, each with whose it is and as of when; the number itself, which nobody released, not."""
    for number, holders in overwritten.items():
        outcome = ask(real_federation, subject_of(number, holders), CLASSES)
        (apart,) = outcome.apart
        assert apart.ties == ("birth-date", "ssn")
        assert conflict_of(apart, "name") == {owner: set(held.names) for owner, held in holders.items()}
        for conflict in apart.disagree:
            check_days(outcome, conflict.values)
        assert apart.sentence.endswith("held apart by name; " + FINDING.partition("; ")[2])
        assert number not in str(apart)
