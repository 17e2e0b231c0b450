"""Persons derived from acts: what stands, what is undone, what a split forbids, and what is struck out."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import NounError
from comity.match.grouping import (
    DECLARED,
    DECLARED_APART,
    NOTHING_DECLARED,
    Grouping,
    group_appearances,
    person_id,
    standing_acts,
)
from comity.model.person_act import MOST_APPEARANCES, ActKind, Appearance, PersonAct

NAMES = "abcdefgh"


def at(name: str) -> Appearance:
    return Appearance(record_id=f"r-{name}", person_key="p")


def ats(names: str) -> tuple[Appearance, ...]:
    return tuple(at(name) for name in names)


def act(number: int, kind: ActKind, people: str = "", others: str = "", **more: object) -> PersonAct:
    given = {"owner": "o", "at_ms": number, "by": "m", "words": "w", **more}
    return PersonAct(id=f"act-{number}", number=number, kind=kind, people=ats(people), others=ats(others), **given)


def merged(number: int, people: str, **more: object) -> PersonAct:
    return act(number, ActKind.MERGED, people, **more)


def split(number: int, people: str, others: str) -> PersonAct:
    return act(number, ActKind.SPLIT, people, others)


def undone(number: int, target: int) -> PersonAct:
    return act(number, ActKind.UNDONE, undoes=f"act-{target}")


def persons(grouping: Grouping) -> list[str]:
    """Persons of two or more, as the letters of their members."""
    found = {"".join(one.record_id[2:] for one in person) for person in grouping.persons.values()}
    return sorted(letters for letters in found if len(letters) > 1)


def test_what_was_merged_is_one_person_and_the_rest_stand_alone() -> None:
    """Through a shared member two merges are one person; who is named by nobody is a person alone."""
    found = group_appearances([merged(1, "ab"), merged(2, "bc")])
    assert persons(found) == ["abc"]
    assert found.relation(at("a"), at("c")) == DECLARED
    assert found.person_of(at("z")) == (at("z"),)
    assert found.relation(at("a"), at("z")) is None
    assert NOTHING_DECLARED.relation(at("a"), at("b")) is None


def test_who_is_split_off_is_none_of_the_others() -> None:
    """One leaves, the rest stay; every pair across is declared two people, in both orders."""
    found = group_appearances([merged(1, "abc"), split(2, "c", "ab")])
    assert persons(found) == ["ab"]
    assert found.relation(at("c"), at("a")) == found.relation(at("b"), at("c")) == DECLARED_APART


def test_who_is_one_with_somebody_is_none_of_whom_that_one_is_not() -> None:
    """Two people stay two through everybody declared one with either."""
    found = group_appearances([split(1, "a", "b"), merged(2, "ac"), merged(3, "bd")])
    assert found.relation(at("c"), at("d")) == found.relation(at("d"), at("a")) == DECLARED_APART
    assert found.relation(at("c"), at("z")) is None
    assert found.apart == {(at("a"), at("b"))}


def test_two_who_were_never_one_can_be_declared_two() -> None:
    """Twins are told apart before anybody merges them."""
    found = group_appearances([split(1, "a", "b")])
    assert found.relation(at("a"), at("b")) == DECLARED_APART


def test_undoing_is_as_if_the_act_had_never_been_made() -> None:
    """The last act or an earlier one; an undoing can be undone as well."""
    acts = [merged(1, "ab"), merged(2, "cd"), split(3, "a", "b")]
    assert group_appearances([*acts, undone(4, 3)]) == group_appearances(acts[:2])
    assert persons(group_appearances([*acts, undone(4, 1)])) == ["cd"]
    again = [*acts, undone(4, 3), undone(5, 4)]
    assert group_appearances(again) == group_appearances(acts)
    assert [one.id for one in standing_acts(again)] == ["act-1", "act-2", "act-3", "act-5"]


def test_a_merge_against_a_standing_split_has_no_effect_unless_it_overrules_it() -> None:
    """Not even through a third record; overruled, the pair is one person and no longer apart."""
    parted = [split(1, "a", "b"), merged(2, "ac")]
    idle = group_appearances([*parted, merged(3, "bc")])
    assert (persons(idle), idle.idle) == (["ac"], ("act-3",))
    assert idle.relation(at("a"), at("b")) == DECLARED_APART
    overruled = group_appearances([*parted, merged(3, "bc", overrules=("act-1",))])
    assert (persons(overruled), overruled.idle, overruled.apart) == (["abc"], (), frozenset())


def test_an_overruled_split_does_not_open_another() -> None:
    """Two splits part a pair: overruling one of them joins nobody."""
    acts = [split(1, "a", "b"), split(2, "a", "b"), merged(3, "ab", overrules=("act-1",))]
    assert group_appearances(acts).idle == ("act-3",)


def test_proposals_change_nothing() -> None:
    """Nobody is one person because a program says so."""
    assert group_appearances([act(1, ActKind.PROPOSED, "ab")]).persons == {}


def test_a_record_that_is_struck_out_ties_nobody() -> None:
    """A person known only through a record that may not be spoken of is not known."""
    acts = [merged(1, "ab"), merged(2, "bc")]
    assert persons(group_appearances(acts, frozenset(ats("ac")))) == []
    whole = [merged(1, "ab"), merged(2, "abc")]
    assert persons(group_appearances(whole, frozenset(ats("ac")))) == ["ac"]


def test_a_person_is_named_by_its_first_appearance() -> None:
    """The same for any order, another for another owner."""
    assert person_id("o", ats("ab")) == person_id("o", ats("ba")) == person_id("o", ats("a"))
    assert person_id("o", ats("ab")) != person_id("other", ats("ab"))
    assert len(person_id("o", ats("ab"))) == 16


def test_an_act_names_few() -> None:
    """A person of more records than the limit is refused where it is written."""
    many = tuple(Appearance(record_id=f"r-{number}", person_key="p") for number in range(MOST_APPEARANCES + 1))
    with pytest.raises(NounError, match="a person is not so many"):
        PersonAct(id="i", owner="o", number=1, kind=ActKind.MERGED, at_ms=1, by="m", words="w", people=many)


def test_what_is_struck_out_of_an_act_leaves_no_word() -> None:
    """A purge takes the record, and what was written."""
    struck = merged(1, "abc", undoes="x").without(frozenset({"r-b"}))
    assert (struck.people, struck.words, struck.reasons) == (ats("ac"), "", ())
    assert (struck.id, struck.by, struck.undoes, struck.kind) == ("act-1", "m", "x", ActKind.MERGED)


LETTERS = st.text(NAMES, min_size=1, max_size=4)


@st.composite
def histories(draw: st.DrawFn) -> list[PersonAct]:
    """Any acts at all, also such as no verb would write."""
    acts: list[PersonAct] = []
    for number in range(1, draw(st.integers(0, 14)) + 1):
        kind = draw(st.sampled_from(["merged", "split", "undone"]))
        if kind == "undone" and acts:
            acts.append(undone(number, draw(st.integers(1, number - 1))))
        elif kind == "split":
            others = draw(LETTERS)
            acts.append(split(number, "".join(set(draw(LETTERS)) - set(others)), others))
        else:
            overrules = tuple(one.id for one in acts if draw(st.booleans()))
            acts.append(merged(number, draw(LETTERS), overrules=overrules))
    return acts


def twin(acts: list[PersonAct]) -> tuple[set[frozenset[Appearance]], set[frozenset[Appearance]]]:
    """Persons and pairs apart, by the letter of the module's text and as slowly as it reads."""

    def stands(one: PersonAct) -> bool:
        return not any(other.undoes == one.id and stands(other) for other in acts)

    blocks = {frozenset({at(name)}) for name in NAMES}
    apart: dict[frozenset[Appearance], set[str]] = {}
    for one in (one for one in acts if stands(one)):
        if one.kind is ActKind.MERGED:
            touched = {block for block in blocks if block & set(one.people)}
            union = frozenset().union(*touched)
            clashes = [pair for pair in apart if pair <= union]
            if any(apart[pair] - set(one.overrules) for pair in clashes):
                continue
            blocks = (blocks - touched) | ({union} if union else set())
            apart = {pair: by for pair, by in apart.items() if pair not in clashes}
        elif one.kind is ActKind.SPLIT:
            out = frozenset(one.people)
            blocks = {part for block in blocks for part in (block & out, block - out) if part}
            for a in one.people:
                for b in one.others:
                    apart.setdefault(frozenset({a, b}), set()).add(one.id)
    return blocks, set(apart)


@settings(max_examples=300)
@given(acts=histories())
def test_persons_are_what_the_twin_says(acts: list[PersonAct]) -> None:
    """Every record is in exactly one person, nobody declared two is one, and all of it as the slow twin has it."""
    found = group_appearances(acts)
    blocks, apart = twin(acts)
    assert {frozenset(found.person_of(at(name))) for name in NAMES} == blocks
    assert {frozenset(pair) for pair in found.apart} == apart
    for one, other in combinations(ats(NAMES), 2):
        both = other in found.person_of(one)
        assert both == (found.relation(one, other) == DECLARED)
        assert not (both and found.relation(one, other) == DECLARED_APART)


@settings(max_examples=150)
@given(acts=histories(), extra=histories())
def test_an_act_and_its_undoing_leave_no_trace(acts: list[PersonAct], extra: list[PersonAct]) -> None:
    """Whatever an act is, undoing it restores exactly what was."""
    before = group_appearances(acts)
    for made in extra[:1]:
        number = len(acts) + 1
        tried = PersonAct(**{**_fields(made), "id": f"act-{number}", "number": number})
        assert group_appearances([*acts, tried, undone(number + 1, number)]) == before


@settings(max_examples=150)
@given(
    data=st.data(),
    ones=histories(),
    others=histories(),
)
def test_the_order_of_independent_acts_does_not_matter(
    data: st.DataObject, ones: list[PersonAct], others: list[PersonAct]
) -> None:
    """Acts on different people may come in any order between each other."""
    rest = [_shifted(one) for one in others]
    order = data.draw(st.permutations([True] * len(ones) + [False] * len(rest)))
    queues = {True: iter(ones), False: iter(rest)}
    mixed = [
        PersonAct(**{**_fields(next(queues[which])), "number": number}) for number, which in enumerate(order, 1)
    ]
    together, apart = group_appearances(mixed), (group_appearances(ones), group_appearances(rest))
    assert together.persons == {**apart[0].persons, **apart[1].persons}
    assert together.apart == apart[0].apart | apart[1].apart
    assert set(together.idle) == {*apart[0].idle, *apart[1].idle}


def _fields(one: PersonAct) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _shifted(one: PersonAct) -> PersonAct:
    """The same act on other people, under another id."""

    def moved(people: tuple[Appearance, ...]) -> tuple[Appearance, ...]:
        return tuple(Appearance(record_id=f"{person.record_id}-other", person_key="p") for person in people)

    changes = {
        "id": f"{one.id}-other",
        "people": moved(one.people),
        "others": moved(one.others),
        "undoes": f"{one.undoes}-other" if one.undoes else "",
        "overrules": tuple(f"{name}-other" for name in one.overrules),
    }
    return PersonAct(**{**_fields(one), **changes})


@settings(max_examples=150)
@given(acts=histories(), gone=st.sets(st.sampled_from(NAMES)))
def test_striking_out_is_as_if_the_records_had_never_been_named(acts: list[PersonAct], gone: set[str]) -> None:
    """What an asker's answer rests on, and what a purge leaves, are the same."""
    left = frozenset(ats("".join(sorted(set(NAMES) - gone))))
    struck = [one.without(frozenset(f"r-{name}" for name in gone)) for one in acts]
    assert group_appearances(acts, left) == group_appearances(struck)
