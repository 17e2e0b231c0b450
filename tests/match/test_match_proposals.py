"""Proposals: the rule of the second identifier within one owner, its reasons, and candidates by keys alone."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import NounError
from comity.match.grouping import NOTHING_DECLARED, Grouping, group_appearances
from comity.match.proposals import (
    ALIKE_ONLY,
    ELSEWHERE,
    MOST_WEIGHED,
    NO_SECOND,
    NOT_ENOUGH,
    PARTED,
    propose,
    weigh_together,
)
from comity.match.relation import read_values, relate
from comity.model.person_act import ActKind, Appearance, PersonAct

BORN = "1961-04-05"
Rows = dict[str, dict[str, str]]


def at(name: str) -> Appearance:
    return Appearance(record_id=name, person_key="p")


def readings(**rows: dict[str, str]) -> dict[Appearance, object]:
    return {
        at(name): read_values("o", {field.replace("_", "-"): (value,) for field, value in row.items()})
        for name, row in rows.items()
    }


def row(name: str = "Smith, John", **more: str) -> dict[str, str]:
    return {"name": name, **more}


def proposed(standing: Grouping = NOTHING_DECLARED, **rows: dict[str, str]) -> list[str]:
    found = propose(readings(**rows), standing)
    return ["".join(one.record_id for one in proposal.people) for proposal in found]


def declared(kind: ActKind, people: str, others: str = "") -> Grouping:
    act = PersonAct(
        id="i", owner="o", number=1, kind=kind, at_ms=1, by="m", words="w",
        people=tuple(at(name) for name in people), others=tuple(at(name) for name in others),
    )  # fmt: skip
    return group_appearances([act])


def test_a_second_identifier_that_agrees_proposes_with_its_reasons() -> None:
    """Name and whole birth date; the sentences name what agrees and no value."""
    (found,) = propose(readings(a=row(birth_date=BORN), b=row("John Smith", birth_date=BORN)), NOTHING_DECLARED)
    (reason,) = found.reasons
    assert (reason.one, reason.other, reason.speaks_for) == (at("a"), at("b"), True)
    assert reason.sentences == ("the names are the same or forms of one name", "the birth dates are the same")
    assert not any(value in " ".join(reason.sentences) for value in ("Smith", "1961", "04"))


@pytest.mark.parametrize(
    "other",
    [
        row(), row(birth_date="1961"), row(birth_date="1961-04-06"), row(birth_date="1980-11-30"),
        row("Smith, John Peter", birth_date=BORN), row(birth_date=BORN, ssn="601-22-8137"),
        row(birth_date=BORN, sex="F"), row("Jones, Ann", birth_date=BORN), row("Smith, John, Sr", birth_date=BORN),
    ],
)  # fmt: skip
def test_h1_nothing_is_proposed_without_it_or_across_a_conflict(other: dict[str, str]) -> None:
    """H1: fathers and sons, namesakes, slips, a name alone: no proposal."""
    one = row("Smith, John Paul, Jr", birth_date=BORN, ssn="512-34-6789", sex="M")
    assert proposed(a=one, b=other) == []


def test_a_bridge_between_two_who_conflict_joins_one_side_only() -> None:
    """Whom a record belongs to is asked, and said that it fits the other as well; that the two are one is not."""
    rows = {
        "a": row(birth_date=BORN, ssn="512-34-6789"),
        "b": row(birth_date=BORN, ssn="601-22-8137"),
        "c": row(birth_date=BORN),
    }
    assert proposed(**rows) == ["ac"]
    (found,) = propose(readings(**rows), NOTHING_DECLARED)
    assert found.reasons[0].sentences[-1] == ELSEWHERE
    better = {**rows, "c": row(birth_date=BORN, ssn="512-34-6789")}
    (found,) = propose(readings(**better), NOTHING_DECLARED)
    assert ELSEWHERE not in found.reasons[0].sentences


def test_who_fits_two_declared_two_people_is_asked_about_with_both_told() -> None:
    """Twins that were told apart, and a record that may be either's."""
    rows = {name: row(birth_date=BORN) for name in "abc"}
    (found,) = propose(readings(**rows), declared(ActKind.SPLIT, "a", "b"))
    assert found.people == (at("a"), at("c"))
    assert found.reasons[0].sentences[-1] == ELSEWHERE


def test_names_alike_by_sound_only_are_never_proposed_and_that_is_said() -> None:
    """One sequence of consonants under one number and date: the desk reads that a number does not tie such names."""
    rows = {
        "a": row("Metzler, Ann", birth_date=BORN, ssn="512-34-6789"),
        "b": row("McElroy, Ann", birth_date=BORN, ssn="512-34-6789"),
    }
    assert proposed(**rows) == []
    (told,) = weigh_together(readings(**rows), NOTHING_DECLARED).against
    assert told.sentences[0] == "the names are alike by sound or look only"
    assert told.sentences[-1] == ALIKE_ONLY


def test_what_stands_is_not_proposed_again_and_grows_whole() -> None:
    """A person proposed to take in a further record is named whole."""
    rows = {name: row(birth_date=BORN) for name in "abc"}
    assert proposed(declared(ActKind.MERGED, "abc"), **rows) == []
    assert proposed(declared(ActKind.MERGED, "ab"), **rows) == ["abc"]


def test_who_was_declared_two_people_is_never_proposed() -> None:
    """Twins of one birth date, told apart once, stay apart."""
    rows = {name: row(birth_date=BORN) for name in "ab"}
    assert proposed(**rows) == ["ab"]
    parted = declared(ActKind.SPLIT, "a", "b")
    assert proposed(parted, **rows) == []
    weighed = weigh_together(readings(**rows), parted)
    assert weighed.against[0].sentences[0] == PARTED


def test_what_speaks_against_is_said_pair_by_pair() -> None:
    """A conflict by what differs; the lack of a second identifier as such."""
    found = weigh_together(
        readings(a=row(birth_date=BORN), b=row(birth_date="1980-11-30"), c=row()), NOTHING_DECLARED
    )
    told = {(one.one.record_id, one.other.record_id): one.sentences for one in found.against}
    assert told["a", "b"][-1] == "the birth dates differ"
    assert told["a", "c"][-1] == told["b", "c"][-1] == NO_SECOND
    assert not any(one.speaks_for for one in found.against)


def test_a_birth_date_ties_only_names_that_are_the_same() -> None:
    """A name that only looks alike, or another sex, is not enough with a date; that is said, not the date's lack."""
    for other in (row("Smith, Johanna", birth_date=BORN), row(birth_date=BORN, sex="F")):
        found = weigh_together(readings(a=row(birth_date=BORN, sex="M"), b=other), NOTHING_DECLARED)
        assert found.against[0].sentences[-1] == NOT_ENOUGH


def test_a_record_without_a_name_says_so() -> None:
    """Nothing is inferred from what is not there."""
    found = weigh_together(readings(a={"birth_date": BORN}, b=row(birth_date=BORN, sex="M")), NOTHING_DECLARED)
    assert found.against[0].sentences[0] == "one of the two has no name to compare"


def test_numbers_and_sexes_are_told_by_their_kind() -> None:
    """Which number agrees, which differs, and the sex."""
    found = weigh_together(
        readings(
            a=row(birth_date=BORN, ssn="512-34-6789", state_id="A1234567", sex="M"),
            b=row(birth_date=BORN, ssn="512-34-6789", state_id="B7654321", sex="F"),
        ),
        NOTHING_DECLARED,
    )
    assert found.reasons[0].sentences[2:] == (
        "the numbers are the same: ssn",
        "the numbers differ: state-id",
        "the sexes differ",
    )


def test_only_so_many_are_weighed_together() -> None:
    """All pairs of a bounded few, never of a file."""
    rows = {f"r{number:03}": row() for number in range(MOST_WEIGHED + 1)}
    with pytest.raises(NounError, match="cannot be weighed together"):
        weigh_together(readings(**rows), NOTHING_DECLARED)


FIELDS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Smith, John", "Smith, Jack", "Smyth, John P", "John Smith", "Garcia Lopez, Juan"])},
    optional={
        "alias": st.sampled_from(["Smith, John", "Lopez, Juan"]),
        "birth_date": st.sampled_from([BORN, "04/05/1961", "1961-05-04", "1961-01-01", "1961", "unknown"]),
        "ssn": st.sampled_from(["512-34-6789", "512346789", "000-00-0000", "512-34-6788"]),
        "state_id": st.sampled_from(["A1234567", "WA A1234567", "B7654321"]),
        "driver_licence": st.sampled_from(["WDL1234567", "WDL-1234567"]),
        "sex": st.sampled_from(["M", "F"]),
    },
)


@settings(max_examples=80)
@given(rows=st.lists(FIELDS, min_size=1, max_size=7), order=st.permutations(range(7)))
def test_proposals_do_not_depend_on_order(rows: list[dict[str, str]], order: list[int]) -> None:
    """Nor is any record in two of them, nor two who conflict in one."""
    named = {
        at(f"r{number}"): read_values("o", {k.replace("_", "-"): (v,) for k, v in fields.items()})
        for number, fields in enumerate(rows)
    }
    mixed = {at(f"r{number}"): named[at(f"r{number}")] for number in order if number < len(rows)}
    found = propose(named, NOTHING_DECLARED)
    assert found == propose(mixed, NOTHING_DECLARED)
    people = [one for proposal in found for one in proposal.people]
    assert len(people) == len(set(people))
    for proposal in found:
        assert len(proposal.reasons) == len(proposal.people) - 1
        assert all(relate(named[a], named[b]) >= 0 for a, b in combinations(proposal.people, 2))
