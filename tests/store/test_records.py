"""Records load whole, and a question finds the people in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from log_world import make_unit, make_world
from msgspec.structs import replace

from comity.errors import StoreError, WrongUseError
from comity.ledger.append import append_entry
from comity.match.compare import Scale, prepare
from comity.match.weights import load_weights
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition, PersonRole
from comity.model.query import PersonSubject
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.ports import LookedUp
from comity.store.opening import Store
from comity.store.segments.rows import CLASS_BITS, CLASS_NUMBERS
from store_engines import both_engines, open_store

pytestmark = both_engines
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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def found_ids(
    store: Store, family: str, given: str, *classes: DataClass, **changes: object
) -> list[tuple[str, str]]:
    """Record ids and person keys of those found under a name and the birth date of all, best first."""
    asked = {"owner": "ca-river", "birth_date": "1984-03-12", "limit": 100, **changes}
    owner = str(asked.pop("owner"))
    limit = int(str(asked.pop("limit")))
    subject = PersonSubject(family=family, given=given, birth_date=str(asked["birth_date"]))
    found = store.records.find(
        owner, prepare(subject, FIELDS), classes or (BOOKING,), limit, Scale(load_weights())
    )
    assert list(found.weights) == sorted(found.weights, reverse=True)
    assert len(found.weights) == len(found.numbers) <= limit
    return [(record.id, key) for record, key in store.records.people(owner, found.numbers)]


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


def test_a_person_is_found_by_name_and_date(store: Store) -> None:
    """Who is meant comes first; a witness is not found by her own name."""
    store.records.load([make_record(1, "GARCIA, MARIA", "witness:LEE, JON"), make_record(2, "SMITH, ADAM")])
    assert found_ids(store, "Garcia", "Maria")[0] == ("r-00001", "p0")
    assert ("r-00001", "p1") not in found_ids(store, "Lee", "Jon")


def test_people_who_are_not_searchable_are_not_found(store: Store) -> None:
    """Every role outside the searchable ones is out of reach."""
    for number, role in enumerate(PersonRole):
        store.records.load([make_record(number, f"{role}:GARCIA, MARIA")])
    found = {store.records.get("ca-river", record_id) for record_id, _ in found_ids(store, "Garcia", "Maria")}
    assert {record.people[0].role for record in found if record is not None} == SEARCHABLE_ROLES


def test_best_come_first_and_ties_go_by_the_order_in_which_records_came(store: Store) -> None:
    """Within one load that is the order of record ids and of people in a record."""
    store.records.load([make_record(5, "GARCIA, MARIO"), make_record(3, "GARCIA, MARIA")])
    store.records.load([make_record(1, "GARCIA, MARIA", "GARCIA, MARIA")])
    assert found_ids(store, "Garcia", "Maria") == [
        ("r-00003", "p0"),
        ("r-00001", "p0"),
        ("r-00001", "p1"),
        ("r-00005", "p0"),
    ]
    assert len(found_ids(store, "Garcia", "Maria", limit=2)) == 2


def test_owner_class_and_question_bound_the_look_up(store: Store) -> None:
    """Another owner's and another class's people are not found; no class, no room and no name find nobody."""
    store.records.load(
        [
            make_record(1, "GARCIA, MARIA"),
            make_record(2, "GARCIA, MARIA", owner="wa-city"),
            make_record(3, "GARCIA, MARIA", data_class=CASE),
        ]
    )
    assert found_ids(store, "Garcia", "Maria") == [("r-00001", "p0")]
    assert found_ids(store, "Garcia", "Maria", BOOKING, CASE) == [("r-00001", "p0"), ("r-00003", "p0")]
    assert found_ids(store, "Garcia", "Maria", owner="ny-dmv") == []
    assert found_ids(store, "Garcia", "Maria", limit=0) == []
    subject = PersonSubject(family="Garcia", given="Maria")
    assert store.records.find("ca-river", prepare(subject, FIELDS), [], 10, Scale(load_weights())) == LookedUp(
        (), ()
    )
    assert store.records.find(
        "ca-river", prepare(subject, frozenset({"sex"})), [BOOKING], 10, Scale(load_weights())
    ) == LookedUp((), ())


def test_numbers_of_another_owner_read_nothing(store: Store) -> None:
    """A number is of one owner: for another nobody has it, nor is there anybody under a number never given."""
    store.records.load([make_record(1, "GARCIA, MARIA"), make_record(2, "GARCIA, MARIA", owner="wa-city")])
    subject = PersonSubject(family="Garcia", given="Maria")
    found = store.records.find("wa-city", prepare(subject, FIELDS), [BOOKING], 10, Scale(load_weights()))
    assert [record.id for record, _ in store.records.people("wa-city", found.numbers)] == ["r-00002"]
    assert store.records.people("ca-river", found.numbers) == ()
    assert store.records.people("ca-river", (1 << 40,)) == ()


def test_a_corrected_record_takes_the_place_of_the_old_one(store: Store) -> None:
    """Found by what it says now, no more by what it said; a record that is not there is refused, then nothing changes."""
    store.records.load([make_record(1, "GARCIA, MARIA"), make_record(2, "SMITH, ADAM")])
    assert store.records.correct([make_record(1, "OKAFOR, CHIDI")]) == 1
    assert ("r-00001", "p0") in found_ids(store, "Okafor", "Chidi")
    assert found_ids(store, "Garcia", "Maria", birth_date="1971-07-30") == []
    with pytest.raises(WrongUseError, match="`r-00009` of `ca-river` is not stored"):
        store.records.correct([make_record(2, "GARCIA, MARIA"), make_record(9, "LEE, JON")])
    assert store.records.get("ca-river", "r-00002") == make_record(2, "SMITH, ADAM")
    assert store.records.check_index("ca-river").faults == ()


def test_a_restricted_record_stays_so_when_it_is_corrected(store: Store) -> None:
    """Whatever the new record says, no question finds it."""
    kept = make_record(1, "GARCIA, MARIA")
    store.records.load([kept])
    restricted = replace(kept, state=replace(kept.state, restricted=True))
    append_entry(make_world(store.journal), replace(make_unit(1), restricts=(restricted,)))
    store.records.correct([make_record(1, "GARCIA, MARIA LUZ")])
    assert found_ids(store, "Garcia", "Maria") == []
    stored = store.records.get("ca-river", "r-00001")
    assert stored is not None
    assert stored.state.restricted is True


def test_a_record_twice_loads_nothing(store: Store) -> None:
    """A double within a load or with what is stored refuses the whole load and names the record."""
    with pytest.raises(WrongUseError, match="`r-00001` of `ca-river` comes twice"):
        store.records.load(
            [make_record(1, "GARCIA, MARIA"), make_record(2, "GARCIA, MARIA"), make_record(1, "LEE, JON")]
        )
    assert store.records.count("ca-river") == 0
    store.records.load([make_record(1, "GARCIA, MARIA")])
    with pytest.raises(WrongUseError, match="`r-00001` of `ca-river` is stored already"):
        store.records.load([make_record(0, "GARCIA, MARIA"), make_record(1, "GARCIA, MARIA")])
    assert store.records.count("ca-river") == 1
    assert found_ids(store, "Garcia", "Maria") == [("r-00001", "p0")]
    store.records.load([make_record(1, "GARCIA, MARIA", owner="wa-city")])


def test_a_record_that_cannot_be_read_stops_the_load(store: Store) -> None:
    """An error while the records are made leaves the store as it was."""

    def broken() -> Iterator[Record]:
        yield make_record(1, "GARCIA, MARIA")
        raise WrongUseError("line 2 cannot be read")

    with pytest.raises(WrongUseError, match="line 2"):
        store.records.load(broken())
    assert store.records.count("ca-river") == 0


def test_records_survive_a_restart(tmp_path: Path) -> None:
    """What was loaded is there again, and further loads go on."""
    store = open_store(tmp_path / "node")
    store.records.load([make_record(1, "GARCIA, MARIA")])
    store.close()
    store = open_store(tmp_path / "node")
    store.records.load([make_record(2, "GARCIA, MARIO")])
    assert found_ids(store, "Garcia", "Maria") == [("r-00001", "p0"), ("r-00002", "p0")]
    store.close()


def test_a_damaged_record_closes_the_door(store: Store) -> None:
    """A record that cannot be read is the store's trouble, not the asker's."""
    store.records.load([make_record(1, "GARCIA, MARIA")])
    store._writer.change(lambda connection: connection.execute("UPDATE record SET body = ?", (b"{}",)).rowcount)
    with pytest.raises(StoreError, match="cannot be read"):
        store.records.get("ca-river", "r-00001")


def test_class_numbers_fit() -> None:
    """The class number has its own bits in a person's id."""
    assert len(DataClass) <= 1 << CLASS_BITS
    assert CLASS_NUMBERS[DataClass.CASE] == 0
    assert CLASS_NUMBERS[DataClass.WAGE] == 18
