"""What something ties together and something else holds apart is shown side by side, never joined, never hidden."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.match.apart import MOST_APART, keep_apart, ties_of
from comity.match.group import GroupInput, group_people, read_items
from comity.match.grouping import DECLARED, DECLARED_APART
from comity.match.relation import ALIKE, STRONG, WEAK_LINK, Reading, read_values, strength_of, weigh
from comity.model.outcome import Conflict, HeldValue, KeptApart

HISTORY, FIREARM = date(2013, 7, 9), date(2004, 5, 22)


def item(key: str, owner: str, as_of: date = HISTORY, **values: str) -> GroupInput:
    held = {name.replace("_", "-"): (value,) for name, value in values.items()}
    return GroupInput(key=key, owner=owner, as_of=as_of, values=held)


def apart(*items: GroupInput) -> tuple[KeptApart, ...]:
    return keep_apart(items, group_people(items))


def test_one_number_under_two_names_is_shown_with_owner_and_day() -> None:
    """The number and birth date tie, the names hold apart: one entry with both names, whose they are and as of when."""
    born = {"birth_date": "1961-04-05", "ssn": "512-34-6789"}
    (found,) = apart(
        item("a", "history", name="Kelly, Ann", **born),
        item("b", "warrants", name="Kelly, Ann", **born),
        item("c", "firearms", FIREARM, name="Marsh, Joan", **born),
    )
    assert found.item_ids == ("a", "b", "c")
    assert found.ties == ("birth-date", "ssn")
    assert found.disagree == (
        Conflict(
            field="name",
            values=(
                HeldValue(owner="firearms", value="Marsh, Joan", as_of=FIREARM),
                HeldValue(owner="history", value="Kelly, Ann", as_of=HISTORY),
                HeldValue(owner="warrants", value="Kelly, Ann", as_of=HISTORY),
            ),
        ),
    )
    assert found.sentence.startswith("tied by birth date and SSN, held apart by name; ")
    assert "only the owners can find out" in found.sentence


def test_one_licence_and_three_people_are_one_entry() -> None:
    """Three bearers of one number are told together."""
    number = {"driver_licence": "F8076606"}
    (found,) = apart(
        item("a", "w", name="Bates, Andrew", birth_date="1929-03-20", **number),
        item("b", "w", name="Marsh, Joan", birth_date="1931-04-11", **number),
        item("c", "i", name="Marsh, Joan", birth_date="1944-05-08", **number),
    )
    assert found.item_ids == ("a", "b", "c")
    assert found.ties == ("name", "driver-licence")
    assert [conflict.field for conflict in found.disagree] == ["name", "birth-date"]


def test_a_birth_date_one_slip_away_is_shown_and_not_joined() -> None:
    """One name, one digit apart: perhaps one person mistyped, said so."""
    (found,) = apart(
        item("a", "x", name="Smith, John", birth_date="1961-04-05"),
        item("b", "y", name="Smith, John", birth_date="1961-04-06"),
    )
    assert found.ties == ("name",)
    assert [conflict.field for conflict in found.disagree] == ["birth-date"]


def test_a_record_that_fits_two_people_is_told() -> None:
    """The bridge between two people who conflict stands alone, and the entry names all three."""
    born = {"name": "Smith, John", "birth_date": "1961-04-05"}
    (found,) = apart(
        item("a", "x", ssn="512-34-6789", **born),
        item("b", "y", ssn="601-22-8137", **born),
        item("c", "z", **born),
    )
    assert found.item_ids == ("a", "b", "c")
    assert [conflict.field for conflict in found.disagree] == ["ssn"]


def test_brother_and_sister_with_one_name_are_told_apart_by_sex() -> None:
    """Name and birth date tie; the sex holds apart."""
    born = {"name": "Smith, Robin", "birth_date": "1961-04-05"}
    (found,) = apart(item("a", "x", sex="F", **born), item("b", "y", sex="M", **born))
    assert [conflict.field for conflict in found.disagree] == ["sex"]


def test_what_nothing_ties_is_not_mentioned() -> None:
    """One name and two birth dates, one address, one placeholder number: that is two people and no tie."""
    one = item("a", "x", name="Smith, John", birth_date="1961-04-05", home_address="1 Oak St", ssn="000-00-0000")
    two = item("b", "y", name="Smith, John", birth_date="1980-11-30", home_address="1 Oak St", ssn="000-00-0000")
    assert apart(one, two) == ()
    assert apart() == ()


def test_two_that_their_owner_declared_two_people_are_told_so() -> None:
    """Twins that agree on everything shown: the tie and the owner's word, no doubt whether it is an error."""
    born = {"name": "Smith, John", "birth_date": "1961-04-05"}
    items = (item("a", "x", **born), item("b", "x", **born), item("c", "y", ssn="512-34-6789", **born))
    said = {("a", "b"): DECLARED_APART}
    (found,) = keep_apart(items[:2], group_people(items[:2], said), said)
    assert (found.item_ids, found.disagree) == (("a", "b"), ())
    assert found.sentence == "tied by name and birth date; an owner declared that two people are among them"
    (found,) = keep_apart(items, group_people(items, said), said)
    assert found.item_ids == ("a", "b", "c")


def test_records_declared_one_person_are_no_entry() -> None:
    """What holds two birth dates of one person together is the owner's word; the difference stands with the person."""
    items = (
        item("a", "x", name="Smith, John", birth_date="1961-04-05", ssn="512-34-6789"),
        item("b", "x", name="Smith, John", birth_date="1980-11-30", ssn="512-34-6789"),
    )
    assert [one.item_ids for one in apart(*items)] == [("a", "b")]
    said = {("a", "b"): DECLARED}
    assert keep_apart(items, group_people(items, said), said) == ()


def test_a_crowd_is_cut() -> None:
    """At most so many entries, the same whichever order the items come in."""
    items = [
        item(
            f"{number:03}{side}",
            side,
            name=name,
            ssn=f"512-34-{6000 + number}",
        )
        for number in range(MOST_APART + 5)
        for side, name in (("x", "Kelly, Ann"), ("y", "Marsh, Joan"))
    ]
    found = apart(*items)
    assert len(found) == MOST_APART
    assert found == apart(*reversed(items))


def literal_ties(one: Reading, other: Reading) -> tuple[str, ...]:
    """Everything weighed before anything is said."""
    found = weigh(one, other)
    born = found.birth == "exact"
    if found.exact or (found.fit == STRONG and born) or strength_of(found) == WEAK_LINK:
        return (*found.exact, *(("birth-date",) if born else ()), *(("name",) if found.fit > ALIKE else ()))
    return ()


TOLD = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from([("Smith, John",), ("Smyth, Jon",), ("Jones, Ann", "Smith, Johnny")]),
        "birth-date": st.sampled_from([("1961-04-05",), ("1961-05-04",), ("1961-04-06", "1990-01-01"), ("1961",)]),
        "state-id": st.sampled_from([("A1234567",), ("B7654321",)]),
        "ssn": st.sampled_from([("512-34-6789",), ("512-34-6780",)]),
    },
)


@settings(max_examples=300)
@given(TOLD, TOLD, st.booleans())
def test_ties_are_those_of_records_weighed_in_full(
    one: dict[str, tuple[str, ...]], other: dict[str, tuple[str, ...]], same: bool
) -> None:
    """Names are not looked at where neither a number nor a birth date ties, and nothing is missed by that."""
    readings = read_values("o", one), read_values("o" if same else "p", other)
    assert ties_of(*readings) == literal_ties(*readings)


def test_items_read_once_are_grouped_and_kept_apart_as_read_each_time() -> None:
    """Several owners who give one name, and another."""
    born = {"birth_date": "1961-04-05", "ssn": "512-34-6789"}
    items = [
        *(item(f"a{place}", f"o{place}", name="Kelly, Ann", **born) for place in range(3)),
        item("b", "firearms", FIREARM, name="Marsh, Joan", **born),
    ]
    readings = read_items(items)
    assert readings == {one.key: read_values(one.owner, one.compared) for one in items}
    groups = group_people(items, readings=readings)
    assert groups == group_people(items)
    assert keep_apart(items, groups, readings=readings) == keep_apart(items, groups) != ()
