"""Synthetic people: who they are, and that their names know nothing of what happened to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from datetime import date
from random import Random

import pytest

from comity.demo.names import SPANISH_SURNAMES, name_lists
from comity.demo.people import draw_bodies, name_bodies
from comity.demo.places import draw_numbers
from comity.demo.records import DEMO_PEOPLE, Region, TruePerson, generate_region
from comity.demo.slips import SlipKind
from comity.errors import NounError
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.record import PersonInRecord, Record

NAME_FIELDS = frozenset({"name", "alias", "former-name", "relatives"})


def without_names(record: Record) -> tuple[object, ...]:
    """All of a record but the values that are made of names."""
    people = tuple(
        (person.key, person.role, person.facts, tuple(f for f in person.fields if f.name not in NAME_FIELDS))
        for person in record.people
    )
    rest = (record.id, record.owner, record.data_class, record.reference, record.event_date, record.as_of)
    return (*rest, people, record.fields, record.disposition, record.state)


def test_names_are_independent_of_everything_else() -> None:
    """Another stream of names changes names and nothing else: not one role, offence, outcome, date or flag."""
    first = generate_region(seed=5, people=1_000, name_seed=5)
    second = generate_region(seed=5, people=1_000, name_seed=6)
    assert [without_names(record) for record in first.records] == [
        without_names(record) for record in second.records
    ]
    assert [(t.record, t.key, t.person) for t in first.truth] == [
        (t.record, t.key, t.person) for t in second.truth
    ]
    same = sum(a.name == b.name for a, b in zip(first.people, second.people, strict=True))
    assert same < 10


def chi_square(pairs: list[tuple[Hashable, Hashable]]) -> tuple[float, int]:
    """Pearson's statistic and its degrees of freedom, over cells that expect at least five."""
    rows, columns = Counter(row for row, _ in pairs), Counter(column for _, column in pairs)
    seen, total = Counter(pairs), len(pairs)
    rows = Counter({row: n for row, n in rows.items() if n * min(columns.values()) >= 5 * total})
    statistic = 0.0
    for row, in_row in rows.items():
        for column, in_column in columns.items():
            expected = in_row * in_column / total
            statistic += (seen[row, column] - expected) ** 2 / expected
    return statistic, max(1, (len(rows) - 1) * (len(columns) - 1))


def one_of_each_household(region: Region) -> list[tuple[TruePerson, Record, PersonInRecord]]:
    """The first appearance of the first member of each household, so that appearances are independent."""
    records = {record.id: record for record in region.records}
    taken: set[int] = set()
    found = []
    for true in region.truth:
        body = region.people[true.person].body
        if body.place == 0 and body.household >= 0 and body.household not in taken:
            taken.add(body.household)
            record = records[true.record]
            found.append((true, record, record.get_person(true.key)))
    return found


def group_of(region: Region, true: TruePerson) -> str:
    """The origin group as far as a name shows one."""
    return "spanish" if region.people[true.person].name.family in SPANISH_SURNAMES else "other"


def test_names_tell_nothing_about_offence_role_status_or_outcome(full_region: Region) -> None:
    """Over the full region no attribute departs from independence of the name by more than chance allows."""
    appearances = one_of_each_household(full_region)
    assert len(appearances) > 6_000
    for attribute in (
        lambda record, person, body: person.role in SEARCHABLE_ROLES,
        lambda record, person, body: person.role,
        lambda record, person, body: record.owner,
        lambda record, person, body: record.data_class,
        lambda record, person, body: record.disposition,
        lambda record, person, body: bool(person.facts.convictions),
        lambda record, person, body: person.values("charge")[:1],
        lambda record, person, body: body.citizen,
        lambda record, person, body: body.sex,
    ):
        pairs: list[tuple[Hashable, Hashable]] = [
            (attribute(record, person, full_region.people[true.person].body), group_of(full_region, true))
            for true, record, person in appearances
        ]
        statistic, freedom = chi_square(pairs)
        assert statistic < freedom + 4.5 * (2 * freedom) ** 0.5 + 4


def test_common_names_are_common(full_region: Region) -> None:
    """Surnames follow the Census list: the commonest one is borne by about its share of the list."""
    heads = [person.name.family for person in full_region.people if person.body.place == 0]
    counted = Counter(heads)
    lists = name_lists().surnames
    share = lists.totals[0] / lists.totals[-1]
    assert abs(counted[lists.words[0]] / len(heads) - share) < 0.006
    assert len(counted) > 2_500


def test_everyone_stands_in_some_record(full_region: Region) -> None:
    """Each of at least 20,000 people occurs in at least one record, some in the files of several owners."""
    assert DEMO_PEOPLE >= 20_000
    owners: dict[int, set[str]] = {}
    owner_of = {record.id: record.owner for record in full_region.records}
    for true in full_region.truth:
        owners.setdefault(true.person, set()).add(owner_of[true.record])
    assert len(owners) == len(full_region.people) >= 20_000
    assert sum(len(found) > 1 for found in owners.values()) > 1_000


def test_no_number_can_be_a_real_persons(full_region: Region) -> None:
    """Social security numbers lie in areas never issued, ZIP codes and telephone numbers in unassigned ranges."""
    numbers = set()
    for record in full_region.records:
        for person in record.people:
            for ssn in person.values("ssn"):
                found = re.fullmatch(r"(9\d\d)-(\d\d)-(\d{4})", ssn)
                assert found is not None
                assert 1 <= int(found[2]) <= 49
            for phone in person.values("phone"):
                assert phone.startswith("+1555")
            for address in person.values("home-address"):
                assert re.search(r", (CA 929|WA 987|IL 621|NY 004)\d\d$", address)
    for person in full_region.people:
        numbers.add((person.body.numbers.ssn, person.body.numbers.licence))
    assert len(numbers) == len(full_region.people)


def test_numbers_stay_distinct_and_inside_their_ranges() -> None:
    """Numbers are a bijection of the person's number up to millions of people."""
    random = Random(1)
    seen = {draw_numbers(random, number, "CA").ssn for number in range(0, 2_000_000, 401)}
    assert len(seen) == len(range(0, 2_000_000, 401))
    assert all(re.fullmatch(r"9[0-2]\d-[0-4]\d-\d{4}", ssn) for ssn in seen)


def test_birth_dates_are_plausible() -> None:
    """People are sixteen or older, the young are many, and partners are of an age."""
    today = date(2026, 11, 20)
    bodies = draw_bodies(Random(3), 4_000, today)
    ages = [body.age_on(today) for body in bodies]
    assert min(ages) >= 16
    assert max(ages) < 91
    assert sum(age < 40 for age in ages) > sum(age >= 60 for age in ages)
    assert sum(age < 18 for age in ages) > 20
    assert len({(body.born.month, body.born.day) for body in bodies}) > 350


def test_children_share_a_surname_and_partners_may_keep_theirs() -> None:
    """Children carry the household's surname; among partners some keep their own and some have a former one."""
    bodies = draw_bodies(Random(3), 3_000, date(2026, 11, 20))
    people = name_bodies(Random(4), name_lists(), bodies)
    heads = {person.body.household: person.name.family for person in people if person.body.place == 0}
    for person in people:
        if person.body.place >= 2:
            assert person.name.family == heads[person.body.household]
    assert any(person.name.former for person in people)
    assert any(person.name.second for person in people)


def test_every_kind_of_slip_occurs_and_is_labelled(full_region: Region) -> None:
    """Each error of writing shows up somewhere under its label, and most appearances have none."""
    counted = Counter(slip for true in full_region.truth for slip in true.slips)
    assert set(counted) == {kind.value for kind in SlipKind} - {"none"}
    assert sum(not true.slips for true in full_region.truth) > 0.75 * len(full_region.truth)


@pytest.mark.parametrize("people", [0, 399, 2_000_001])
def test_an_impossible_number_of_people_is_refused(people: int) -> None:
    """A region too small to give bystanders a case, or too large for distinct numbers, names the range."""
    with pytest.raises(NounError, match="ask for 400 to 2000000"):
        generate_region(people=people)
