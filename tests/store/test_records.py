"""Records load whole, and a question finds people by shared keys only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from comity.errors import StoreError, WrongUseError
from comity.match.keys import query_keys
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition, PersonRole
from comity.model.query import PersonSubject
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.store import records
from comity.store.records import CLASS_BITS, SqliteRecords
from comity.store.sqlite import Store, open_store

BOOKING, CASE = DataClass.BOOKING, DataClass.CASE
FIELDS = frozenset({"name", "birth-date"})


def make_record(number: int, *names: str, owner: str = "ca-river", **changes: object) -> Record:
    """A booking; each name is a person, whose role may precede it as `witness:`."""
    people = []
    for at, name in enumerate(names):
        role, _, plain = name.rpartition(":")
        people.append(
            PersonInRecord(
                key=f"p{at}",
                role=PersonRole(role or "arrestee"),
                fields=(FieldValue(name="name", value=plain), FieldValue(name="birth-date", value="1984-03-12")),
            )
        )
    whole: dict[str, object] = {
        "id": f"r-{number:05}",
        "owner": owner,
        "data_class": BOOKING,
        "reference": f"B-{number}",
        "event_date": None,
        "as_of": date(2026, 1, 1),
        "people": tuple(people),
        "disposition": Disposition.UNKNOWN,
    }
    return Record(**{**whole, **changes})  # type: ignore[arg-type]


def numbered_keys(person: PersonInRecord, fields: Sequence[FieldValue]) -> list[int]:
    """Stand-in keys: the numbers written in the name."""
    return [int(word) for word in person.values("name")[0].split()]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def plain(store: Store) -> SqliteRecords:
    """Records under stand-in keys."""
    return SqliteRecords(store._writer, store._readers, numbered_keys)


def found_ids(found: records.Found) -> list[tuple[str, str]]:
    return [(record.id, key) for record, key in found.people]


def test_a_record_is_read_back_as_it_was(store: Store) -> None:
    """Loading changes nothing of a record; another owner does not have it."""
    record = make_record(1, "GARCIA, MARIA", "witness:LEE, JON")
    assert store.records.load([record]) == 1
    assert store.records.get("ca-river", record.id) == record
    assert store.records.get("wa-city", record.id) is None
    assert store.records.get("ca-river", "r-2") is None
    assert (store.records.count("ca-river"), store.records.count("wa-city")) == (1, 0)
    assert store.records.owners() == ("ca-river",)


def test_records_are_named_by_their_owners_reference(store: Store) -> None:
    """Ids in their order, no more than asked for; another owner's are not among them."""
    made = [make_record(number, "LEE, JON", reference="26-1") for number in (3, 1, 2)]
    other = make_record(4, "LEE, JON", owner="wa-city", reference="26-1")
    store.records.load([*made, other])
    assert store.records.ids_of("ca-river", "26-1", 10) == ("r-00001", "r-00002", "r-00003")
    assert store.records.ids_of("ca-river", "26-1", 2) == ("r-00001", "r-00002")
    assert store.records.ids_of("ca-river", "r-00001", 10) == ()
    assert store.records.ids_of("wa-city", "26-1", 10) == ("r-00004",)
    assert store.records.ids_of("nobody", "26-1", 10) == ()


def test_a_person_is_found_by_the_keys_of_the_question(store: Store) -> None:
    """The keys `match` makes of a record and of a question meet; a witness's never do."""
    store.records.load([make_record(1, "GARCIA, MARIA", "witness:LEE, JON"), make_record(2, "SMITH, ADAM")])
    for family, given in (("Garcia", "Maria"), ("Lee", "Jon")):
        keys = query_keys(PersonSubject(family=family, given=given, birth_date="1984-03-12"), FIELDS)
        found = found_ids(store.records.find("ca-river", keys, [BOOKING], 10))
        assert ("r-00001", "p1") not in found
        assert family == "Lee" or found[0] == ("r-00001", "p0")


def test_people_who_are_not_searchable_have_no_keys(plain: SqliteRecords) -> None:
    """Every role outside the searchable ones is out of reach."""
    for number, role in enumerate(PersonRole):
        plain.load([make_record(number, f"{role}:7")])
    found = plain.find("ca-river", [7], [BOOKING], 100)
    assert {record.people[0].role for record, _ in found.people} == SEARCHABLE_ROLES


def test_best_shared_come_first_and_ties_go_by_record_and_person(plain: SqliteRecords) -> None:
    """The order does not depend on the order of loading."""
    people = {5: ("1",), 3: ("1 2",), 4: ("2 1", "1 2"), 1: ("1",), 2: ("1 2 3",)}
    plain.load([make_record(number, *names) for number, names in people.items()])
    found = plain.find("ca-river", [1, 2, 3, 3], [BOOKING], 10)
    assert found_ids(found) == [
        ("r-00002", "p0"),
        ("r-00003", "p0"),
        ("r-00004", "p0"),
        ("r-00004", "p1"),
        ("r-00001", "p0"),
        ("r-00005", "p0"),
    ]
    assert not found.overflow


def test_owner_class_and_keys_bound_the_look_up(plain: SqliteRecords) -> None:
    """Another owner's, another class's and unshared people are not found; no key, class or room finds nobody."""
    plain.load(
        [
            make_record(1, "1"),
            make_record(2, "1", owner="wa-city"),
            make_record(3, "1", data_class=CASE),
            make_record(4, "2"),
        ]
    )
    assert found_ids(plain.find("ca-river", [1], [BOOKING], 10)) == [("r-00001", "p0")]
    assert found_ids(plain.find("ca-river", [1], [BOOKING, CASE], 10)) == [("r-00001", "p0"), ("r-00003", "p0")]
    for owner, keys, classes, limit in (
        ("ny-dmv", [1], [BOOKING], 10),
        ("ca-river", [], [BOOKING], 10),
        ("ca-river", [1], [], 10),
        ("ca-river", [1], [BOOKING], 0),
        ("ca-river", [9], [BOOKING], 10),
    ):
        assert plain.find(owner, keys, classes, limit) == records.Found(people=())


def test_a_limit_that_cuts_equals_is_told(plain: SqliteRecords) -> None:
    """Cutting weaker candidates is no overflow; cutting as good ones is."""
    plain.load([make_record(1, "1 2"), make_record(2, "1"), make_record(3, "1")])
    assert plain.find("ca-river", [1, 2], [BOOKING], 1).overflow is False
    assert plain.find("ca-river", [1], [BOOKING], 2).overflow is True
    assert plain.find("ca-river", [1], [BOOKING], 3).overflow is False


def test_a_key_too_common_finds_nobody_alone(plain: SqliteRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told as overflow, and still counts for people whom another key found."""
    monkeypatch.setattr(records, "MOST_POSTINGS", 3)
    plain.load(
        [make_record(number, "1 2" if number == 4 else "1 3" if number == 5 else "1") for number in range(6)]
    )
    alone = plain.find("ca-river", [1], [BOOKING], 10)
    assert (alone.people, alone.overflow) == ((), True)
    both = plain.find("ca-river", [1, 2], [BOOKING], 10)
    assert (found_ids(both), both.overflow) == ([("r-00004", "p0")], True)


def test_too_many_keys_are_told(plain: SqliteRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    """The strongest keys come first; what is cut is told as overflow."""
    monkeypatch.setattr(records, "MOST_KEYS", 2)
    plain.load([make_record(1, "3")])
    found = plain.find("ca-river", [1, 2, 3], [BOOKING], 10)
    assert (found.people, found.overflow) == ((), True)


def test_keys_of_any_64_bits_are_kept(plain: SqliteRecords) -> None:
    """Unsigned and signed spellings of one key meet."""
    plain.load([make_record(1, str((1 << 64) - 1)), make_record(2, str(-(1 << 63)))])
    assert found_ids(plain.find("ca-river", [-1], [BOOKING], 10)) == [("r-00001", "p0")]
    assert found_ids(plain.find("ca-river", [1 << 63], [BOOKING], 10)) == [("r-00002", "p0")]


def test_a_record_twice_loads_nothing(plain: SqliteRecords) -> None:
    """A double within a load or with what is stored refuses the whole load and names the record."""
    with pytest.raises(WrongUseError, match="`r-00001` of `ca-river` comes twice"):
        plain.load([make_record(1, "1"), make_record(2, "1"), make_record(1, "5")])
    assert plain.count("ca-river") == 0
    plain.load([make_record(1, "1")])
    with pytest.raises(WrongUseError, match="`r-00001` of `ca-river` is stored already"):
        plain.load([make_record(0, "1"), make_record(1, "1")])
    assert plain.count("ca-river") == 1
    assert found_ids(plain.find("ca-river", [1], [BOOKING], 10)) == [("r-00001", "p0")]
    plain.load([make_record(1, "1", owner="wa-city")])


def test_a_record_that_cannot_be_read_stops_the_load(plain: SqliteRecords) -> None:
    """An error while the records are made leaves the store as it was."""

    def broken() -> Iterator[Record]:
        yield make_record(1, "1")
        raise WrongUseError("line 2 cannot be read")

    with pytest.raises(WrongUseError, match="line 2"):
        plain.load(broken())
    assert plain.count("ca-river") == 0


def test_records_survive_a_restart(tmp_path: Path) -> None:
    """What was loaded is there again, and further loads go on."""
    store = open_store(tmp_path / "node")
    store.records.load([make_record(1, "GARCIA, MARIA")])
    store.close()
    store = open_store(tmp_path / "node")
    store.records.load([make_record(2, "GARCIA, MARIO")])
    keys = query_keys(PersonSubject(family="Garcia", given="Maria", birth_date="1984-03-12"), FIELDS)
    assert {record.id for record, _ in store.records.find("ca-river", keys, [BOOKING], 10).people} == {
        "r-00001",
        "r-00002",
    }
    store.close()


def test_a_damaged_record_closes_the_door(store: Store) -> None:
    """A record that cannot be read is the store's trouble, not the asker's."""
    store.records.load([make_record(1, "GARCIA, MARIA")])
    store._writer.change(lambda connection: connection.execute("UPDATE record SET body = x'7b7d'").rowcount)
    with pytest.raises(StoreError, match="cannot be read"):
        store.records.get("ca-river", "r-00001")


def test_class_numbers_fit() -> None:
    """The class number has its own bits in a person's id."""
    assert len(DataClass) <= 1 << CLASS_BITS
    assert records.CLASS_NUMBERS[DataClass.CASE] == 0
    assert records.CLASS_NUMBERS[DataClass.WAGE] == 18
