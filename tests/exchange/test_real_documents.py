"""Documents written by others, loaded into three owners: one question joins what belongs together and no more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from real_stage import LINKED, ask, needs_documents, open_federation, read_owners

from comity.model.codes import DataClass, Status
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation

pytestmark = needs_documents


@pytest.fixture(scope="module")
def records() -> dict[str, tuple[Record, ...]]:
    """The records of the three owners whose files are linked."""
    return read_owners(LINKED)


@pytest.fixture(scope="module")
def federation(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, tuple[Record, ...]]
) -> Iterator[Federation]:
    """Three owners and one asker."""
    made = open_federation(tmp_path_factory.mktemp("real"), records)
    yield made
    made.close()


def ask_about(federation: Federation, name: str, birth_date: str) -> Outcome:
    family, _, given = name.partition(", ")
    subject = PersonSubject(family=family, given=given.split(" ")[0].strip(","), birth_date=birth_date)
    return ask(federation, subject, (DataClass.CRIMINAL_HISTORY, DataClass.WARRANT, DataClass.FIREARM))


def people(records: tuple[Record, ...]) -> dict[tuple[str, str], set[str]]:
    """(name, birth date) -> social security numbers, over searchable people of the records."""
    found: dict[tuple[str, str], set[str]] = {}
    for record in records:
        for person in record.people:
            for name in person.values("name"):
                for born in person.values("birth-date"):
                    found.setdefault((name, born), set()).update(person.values("ssn"))
    return found


def in_all_three(records: dict[str, tuple[Record, ...]]) -> list[tuple[str, str]]:
    """People whom three sources hold under one name, birth date and number."""
    each = [people(theirs) for theirs in records.values()]
    common = set(each[0]) & set(each[1]) & set(each[2])
    return sorted(key for key in common if each[0][key] & each[1][key] & each[2][key])


def test_the_same_person_in_three_sources_comes_back_as_one(
    federation: Federation, records: dict[str, tuple[Record, ...]]
) -> None:
    """A name and birth date find the person at all three owners, joined, with agreeing fields listed."""
    tried = in_all_three(records)
    assert len(tried) >= 20
    for name, birth_date in tried[:10]:
        outcome = ask_about(federation, name, birth_date)
        assert {source.status for source in outcome.sources} == {Status.ANSWERED}, name
        assert all(source.verified for source in outcome.sources)
        owner_of = {
            item.item_id: source.agency
            for source in outcome.sources
            if source.answer
            for item in source.answer.items
        }
        joined = max(outcome.persons, key=lambda person: len({owner_of[item] for item in person.item_ids}))
        assert {owner_of[item] for item in joined.item_ids} == set(LINKED)
        assert {"name", "birth-date"} <= set(joined.agree)


def test_a_namesake_with_another_birth_date_is_not_the_same(
    federation: Federation, records: dict[str, tuple[Record, ...]]
) -> None:
    """Several people of one name in the firearm file: only the one with the asked birth date is the person."""
    by_name: dict[str, set[str]] = {}
    for name, born in people(records["firearm-bureau"]):
        by_name.setdefault(name, set()).add(born)
    name, births = max(by_name.items(), key=lambda row: len(row[1]))
    assert len(births) >= 5
    asked = sorted(births)[0]
    outcome = ask_about(federation, name, asked)
    (firearm,) = [source for source in outcome.sources if source.agency == "firearm-bureau"]
    assert firearm.answer is not None
    same = [item for item in firearm.answer.items if "not the same person" not in item.labels]
    others = [item for item in firearm.answer.items if "not the same person" in item.labels]
    assert same
    assert others
    for item in same:
        assert any(one.field == "birth-date" and one.verdict == "agree" for one in item.evidence)
    for item in others:
        (disagreeing,) = [one for one in item.evidence if one.field == "birth-date"]
        assert disagreeing.verdict == "disagree"
        assert disagreeing.held != asked
    together = {item.item_id for item in same}
    for person in outcome.persons:
        assert not (set(person.item_ids) & together and set(person.item_ids) & {item.item_id for item in others})
