"""Joining items of several owners into people, with conflicts shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import NounError
from comity.match.group import MOST_ITEMS, GroupInput, group_people
from comity.match.grouping import DECLARED, DECLARED_APART
from comity.model.outcome import Conflict, HeldValue

DAY = date(2026, 5, 1)


def item(key: str, owner: str = "", **values: str) -> GroupInput:
    held = {name.replace("_", "-"): (value,) for name, value in values.items()}
    return GroupInput(key=key, owner=owner or f"owner-{key}", as_of=DAY, values=held)


def conflict(field: str, *values: tuple[str, str]) -> Conflict:
    return Conflict(
        field=field, values=tuple(HeldValue(owner=owner, value=value, as_of=DAY) for owner, value in values)
    )


def keys(*items: GroupInput) -> list[tuple[str, ...]]:
    return [group.keys for group in group_people(items)]


def test_h2_one_person_from_three_owners_with_the_conflict_shown() -> None:
    """H2: three records join, agreement is listed, the odd birthplace is shown with its owner, unresolved."""
    born = {"birth_date": "1961-04-05", "birthplace": "Ohio"}
    groups = group_people(
        [
            item("a", "sheriff", name="Smith, Robert", ssn="512-34-6789", **born),
            item("b", "police", name="Bob Smith", ssn="512346789", **born),
            item("c", "licensing", name="Smith, Robert A", birth_date="1961-04-05", birthplace="Canada"),
        ]
    )
    assert [group.keys for group in groups] == [("a", "b", "c")]
    assert groups[0].agree == ("name", "birth-date", "ssn")
    assert groups[0].disagree == (
        conflict("birthplace", ("licensing", "Canada"), ("police", "Ohio"), ("sheriff", "Ohio")),
    )


def test_the_same_name_with_another_birth_date_is_another_person() -> None:
    """Surname and given name equal, birth dates different: two people."""
    one, two = (
        item("a", name="Smith, John", birth_date="1961-04-05"),
        item("b", name="Smith, John", birth_date="1980-11-30"),
    )
    assert keys(one, two) == [("a",), ("b",)]


def test_the_same_number_under_another_name_does_not_join() -> None:
    """A number whose name was overwritten: same number and birth date, another name."""
    one = item("a", name="Kelly, Stephanie", birth_date="1961-04-05", ssn="512-34-6789")
    two = item("b", name="Matthews, Joey", birth_date="1961-04-05", ssn="512-34-6789")
    assert keys(one, two) == [("a",), ("b",)]


def test_conflicting_birth_dates_keep_equal_numbers_apart() -> None:
    """Nickname and equal number, but clearly another birth date: a clear conflict joins nobody."""
    one = item("a", name="Matthews, Joey", birth_date="1931-03-11", ssn="412-16-8772")
    two = item("b", name="Matthews, Joseph", birth_date="1944-05-08", ssn="412-16-8772")
    assert keys(one, two) == [("a",), ("b",)]


def test_state_numbers_of_two_owners_may_differ() -> None:
    """Licence and state numbers change with the state: joined by name and date, the difference shown."""
    one = item("a", name="Smith, John", birth_date="1961-04-05", state_id="A1234567")
    two = item("b", name="Smith, John", birth_date="1961-04-05", state_id="B7654321")
    groups = group_people([one, two])
    assert [group.keys for group in groups] == [("a", "b")]
    assert groups[0].disagree == (conflict("state-id", ("owner-a", "A1234567"), ("owner-b", "B7654321")),)


def test_state_numbers_of_one_owner_may_not_differ() -> None:
    """Within one owner two numbers of one kind are two people, unless a lifelong number agrees."""
    one = item("a", "o", name="Smith, John", birth_date="1961-04-05", state_id="A1234567")
    two = item("b", "o", name="Smith, John", birth_date="1961-04-05", state_id="B7654321")
    assert keys(one, two) == [("a",), ("b",)]
    number = {"ssn": ("512-34-6789",)}
    one = GroupInput(key="a", owner="o", as_of=DAY, values={**one.values, **number})
    two = GroupInput(key="b", owner="o", as_of=DAY, values={**two.values, **number})
    assert keys(one, two) == [("a", "b")]


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Smith, John, Sr"}, {"name": "Smith, John Peter"}, {"ssn": "601-22-8137"}, {"sex": "F"},
        {"name": "Smith, Johanna"},
    ],
)  # fmt: skip
def test_what_keeps_people_of_one_birth_date_apart(other: dict[str, str]) -> None:
    """Generation, middle name, lifelong number, sex, a given name that only looks alike."""
    held = {"name": "Smith, John Paul, Jr", "birth_date": "1961-04-05", "ssn": "512-34-6789", "sex": "M"}
    one = item("a", **held)
    plain = {"name": "Smith, John", "birth_date": "1961-04-05"}
    two = item("b", **{**plain, **other})
    assert keys(one, two) == [("a",), ("b",)]
    assert keys(one, item("b", **plain)) == [("a", "b")]


def test_an_address_alone_joins_nobody() -> None:
    """Father and son share a name and a house."""
    home = {"name": "Smith, John", "home_address": "123 Main St"}
    assert keys(item("a", **home), item("b", **home)) == [("a",), ("b",)]


def test_mistyped_dates_are_not_joined() -> None:
    """One digit apart may be one person; nobody is joined on a may-be."""
    one, two = (
        item("a", name="Smith, John", birth_date="1961-04-05"),
        item("b", name="Smith, John", birth_date="1961-04-06"),
    )
    assert keys(one, two) == [("a",), ("b",)]


@pytest.mark.parametrize("names", [("a", "b", "c"), ("c", "b", "a"), ("b", "c", "a")])
def test_a_bridge_does_not_join_two_people_who_conflict(names: tuple[str, str, str]) -> None:
    """A record that fits two conflicting ones alike is joined to neither, however the records are numbered."""
    born = {"name": "Smith, John", "birth_date": "1961-04-05"}
    one, two, bridge = names
    items = (item(one, ssn="512-34-6789", **born), item(two, ssn="601-22-8137", **born), item(bridge, **born))
    assert keys(*items) == [("a",), ("b",), ("c",)]


def test_a_record_that_fits_one_of_two_better_goes_there() -> None:
    """An equal number outweighs an equal name and birth date."""
    born = {"name": "Smith, John", "birth_date": "1961-04-05"}
    one, two = item("a", ssn="512-34-6789", **born), item("b", ssn="601-22-8137", **born)
    assert keys(one, two, item("c", ssn="601-22-8137", **born)) == [("a",), ("b", "c")]


def test_birth_dates_no_single_slip_explains_keep_equal_numbers_apart() -> None:
    """Year and month equal, the day another by more than a slip: a conflict, whatever number agrees."""
    one = item("a", name="Smith, John", birth_date="1961-04-05", ssn="512-34-6789")
    assert keys(one, item("b", name="Smith, John", birth_date="1961-04-28", ssn="512-34-6789")) == [("a",), ("b",)]


def test_a_conflict_carries_each_owners_latest_day() -> None:
    """Two records of one owner with one value: the value once, as of the later day."""
    held = {"name": ("Smith, John",), "birth-date": ("1961-04-05",), "birthplace": ("Ohio",)}
    items = [
        GroupInput(key="a", owner="sheriff", as_of=date(2020, 1, 2), values=held),
        GroupInput(key="b", owner="sheriff", as_of=date(2024, 1, 2), values=held),
        GroupInput(key="c", owner="police", as_of=date(2022, 1, 2), values={**held, "birthplace": ("Canada",)}),
    ]
    (group,) = group_people(items)
    assert group.disagree == (
        Conflict(
            field="birthplace",
            values=(
                HeldValue(owner="police", value="Canada", as_of=date(2022, 1, 2)),
                HeldValue(owner="sheriff", value="Ohio", as_of=date(2024, 1, 2)),
            ),
        ),
    )


def test_a_number_never_issued_to_one_person_neither_agrees_nor_differs() -> None:
    """000-00-0000 on both sides is no agreement, and against a real number no conflict."""
    born = {"name": "Smith, John", "birth_date": "1961-04-05"}
    none = item("a", ssn="000-00-0000", **born)
    for other in (item("b", ssn="000-00-0000", **born), item("b", ssn="512-34-6789", **born)):
        (group,) = group_people([none, other])
        assert group.keys == ("a", "b")
        assert group.agree == ("name", "birth-date")
        assert group.disagree == ()


def test_numbers_the_question_gave_tie_and_are_not_shown() -> None:
    """Two owners say that the record bears the number asked about without releasing it: it agrees, no value shown."""
    held = {"name": ("Smith, John",), "birth-date": ("1961-04-05",)}
    one, two = (
        GroupInput(key=key, owner=key, as_of=DAY, values=held, borne={"ssn": "512-34-6789"}) for key in "ab"
    )
    other = GroupInput(key="c", owner="c", as_of=DAY, values={**held, "ssn": ("601-22-8137",)})
    (joined, alone) = group_people([one, two, other])
    assert joined.keys == ("a", "b")
    assert joined.agree == ("name", "birth-date", "ssn")
    assert alone.keys == ("c",)


def test_address_agreement_is_shown() -> None:
    """Addresses are compared as addresses once people are joined by more."""
    held = {"name": "Smith, John", "birth_date": "1961-04-05"}
    groups = group_people(
        [item("a", home_address="123 Main St", **held), item("b", home_address="123 Main Street", **held)]
    )
    assert "home-address" in groups[0].agree


def test_what_an_owner_declared_one_person_stands_with_the_difference_shown() -> None:
    """Two birth dates in one owner's file, declared one person: joined, both dates shown, unresolved."""
    items = (
        item("a", "sheriff", name="Smith, John", birth_date="1961-04-05"),
        item("b", "sheriff", name="Smith, John", birth_date="1980-11-30"),
    )
    assert keys(*items) == [("a",), ("b",)]
    (group,) = group_people(items, {("a", "b"): DECLARED})
    assert group.keys == ("a", "b")
    assert group.disagree == (conflict("birth-date", ("sheriff", "1961-04-05"), ("sheriff", "1980-11-30")),)


def test_who_fits_one_of_two_records_declared_one_and_not_the_other_is_not_joined() -> None:
    """Another owner's record agrees with one birth date and conflicts with the other: it stays alone."""
    items = (
        item("a", "sheriff", name="Smith, John", birth_date="1961-04-05"),
        item("b", "sheriff", name="Smith, John", birth_date="1980-11-30"),
        item("c", "police", name="Smith, John", birth_date="1961-04-05"),
    )
    assert [group.keys for group in group_people(items)] == [("a", "c"), ("b",)]
    assert [group.keys for group in group_people(items, {("a", "b"): DECLARED})] == [("a", "b"), ("c",)]


def test_who_fits_two_that_an_owner_declared_two_people_is_joined_to_neither() -> None:
    """Twins of one name and date in one file, and a third record elsewhere that cannot say whose it is."""
    items = [item(key, owner, name="Smith, John", birth_date="1961-04-05") for key, owner in ("ax", "bx", "cy")]
    assert keys(*items) == [("a", "b", "c")]
    found = group_people(items, {("a", "b"): DECLARED_APART})
    assert [group.keys for group in found] == [("a",), ("b",), ("c",)]


def test_two_items_with_one_key_are_refused() -> None:
    """Keys are unique, and the number of items is bounded."""
    with pytest.raises(NounError, match="one key"):
        group_people([item("a"), item("a")])
    with pytest.raises(NounError, match="cannot be grouped"):
        group_people([item(f"k{number}") for number in range(MOST_ITEMS + 1)])


ITEMS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["Smith, John", "Smith, John P", "Smith, John Q", "John Smith", "Jones, Ann"])},
        optional={
            "birth_date": st.sampled_from(["1961-04-05", "1961-05-04", "1980-11-30", "1961"]),
            "ssn": st.sampled_from(["512-34-6789", "601-22-8137"]),
            "state_id": st.sampled_from(["A1234567", "B7654321"]),
            "sex": st.sampled_from(["M", "F"]),
        },
    ),
    max_size=7,
)


@settings(max_examples=80)
@given(rows=ITEMS, places=st.permutations(range(7)))
def test_groups_do_not_depend_on_order(rows: list[dict[str, str]], places: list[int]) -> None:
    """Any order of the same items gives the same groups, and every item is in exactly one."""
    items = [item(f"k{place}", f"o{place % 3}", **row) for place, row in enumerate(rows)]
    mixed = [items[place] for place in places if place < len(items)]
    groups = group_people(items)
    assert groups == group_people(mixed)
    assert sorted(key for group in groups for key in group.keys) == sorted(one.key for one in items)


SAID = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([DECLARED, DECLARED_APART]),
    max_size=5,
)


@settings(max_examples=120)
@given(rows=ITEMS, names=st.permutations("abcdefg"), said=SAID)
def test_neither_order_nor_keys_decide_what_declared_items_join(
    rows: list[dict[str, str]], names: list[str], said: dict[tuple[int, int], int]
) -> None:
    """Whatever was declared, also what no owner could mean: the same people under any keys, and two are never one."""
    items = [item(f"{place}", f"o{place % 2}", **row) for place, row in enumerate(rows)]
    renamed = [
        GroupInput(key=names[place], owner=one.owner, as_of=DAY, values=one.values)
        for place, one in enumerate(items)
    ]
    told = {(f"{one}", f"{other}"): strength for (one, other), strength in said.items()}
    again = {
        (min(names[one], names[other]), max(names[one], names[other])): strength
        for (one, other), strength in said.items()
    }
    groups = [frozenset(group.keys) for group in group_people(items, told)]
    assert {frozenset(names[int(key)] for key in group) for group in groups} == {
        frozenset(group.keys) for group in group_people(renamed[::-1], again)
    }
    apart = [set(pair) for pair, strength in told.items() if strength == DECLARED_APART]
    assert not [pair for pair in apart for group in groups if pair <= group]


def test_one_value_of_two_owners_that_cannot_be_read_is_shown_as_it_stands() -> None:
    """Two owners who wrote the same, where nobody can read it, have not agreed on anything."""
    number, unread = "512-34-6789", "19xx"
    (group,) = group_people(
        [item(key, name="Smith, Robert", ssn=number, birth_date=unread, birthplace="Ohio") for key in ("a", "b")]
    )
    assert group.agree == ("name", "ssn", "birthplace")
    assert group.disagree == (conflict("birth-date", ("owner-a", unread), ("owner-b", unread)),)
