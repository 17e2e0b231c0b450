"""The look-up that proposals rest on loses nobody whom the rule of the second identifier joins."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from person_stage import BORN, RECORDS, booking, person, record, stage_desk

from comity.exchange.person.second_identifier import find_sharing
from comity.match.proposals import read_appearance
from comity.match.relation import JOINED, relate
from comity.model.codes import PersonRole
from comity.model.record import Record

NAMES = ("Smith, John", "Smith, Jack", "Smyth, John P", "John Smith", "Garcia Lopez, Juan")
VALUES = {
    "alias": ("Smith, John", "Lopez, Juan"),
    "birth_date": (BORN, "02/03/1980", "1980-03-02", "1980-01-01", "1980", "unknown"),
    "ssn": ("512-34-6789", "512346789", "000-00-0000", "512-34-6788"),
    "state_id": ("A1234567", "WA A1234567", "B7654321"),
    "driver_licence": ("WDL1234567", "WDL-1234567", "WDL1234567 (WA)", "(WA) WDL1234567"),
    "a_number": ("A98723456", "098-723-456"),
    "sex": ("M", "F"),
}
DRAWN = 60


def drawn_records(rng: Random) -> tuple[Record, ...]:
    """Bookings of people of few names, each with some of the values, written in several ways."""
    made = []
    for number in range(DRAWN):
        held = {field: rng.choice(texts) for field, texts in VALUES.items() if rng.random() < 0.5}
        born = held.pop("birth_date", "")
        made.append(booking(f"r{number:02}", rng.choice(NAMES), born, values=held))
    return tuple(made)


@given(seed=st.integers(0, 2**32 - 1))
@settings(
    max_examples=6,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a store is costly: a failure names its seed instead
    suppress_health_check=list(HealthCheck),
)
def test_whom_the_rule_joins_the_look_up_finds(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """In either direction, however the values are written."""
    records = drawn_records(Random(seed))
    desk = stage_desk(tmp_path_factory.mktemp("sharing"), records)
    read = {one.id: read_appearance(one, one.people[0]) for one in records}
    found = {
        one.id: {other.id for other, _ in find_sharing(desk.world, one, one.people[0]).people} for one in records
    }
    desk.federation.close()
    joined = [pair for pair in combinations(read, 2) if relate(read[pair[0]], read[pair[1]]) >= JOINED]
    assert len(joined) > DRAWN
    assert not [(one, other) for one, other in joined if other not in found[one] or one not in found[other]]


def test_only_others_who_may_be_searched_for_and_share_something_are_found(tmp_path: Path) -> None:
    """Not the person itself, no victim, and nobody who shares a name, 1 January or an unissued number."""
    january = {"birth_date": "1980-01-01", "ssn": "000-00-0000"}
    unknown = [
        record(name, person("p", PersonRole.ARRESTEE, name="Ivers, Noor", **january)) for name in ("x", "y")
    ]
    desk = stage_desk(tmp_path, (*RECORDS, *unknown))
    seed = RECORDS[0]
    found = find_sharing(desk.world, seed, seed.people[0])
    assert {(other.id, one.key) for other, one in found.people} == {
        ("b", "p"), ("c", "p"), ("f", "p"), ("z", "p"),
    }  # fmt: skip
    assert not found.crowded
    assert find_sharing(desk.world, unknown[0], unknown[0].people[0]).people == ()
    desk.federation.close()


def test_more_than_are_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A date that everybody bears, somebody's placeholder: so many and no more, and that there are more."""
    monkeypatch.setattr("comity.exchange.person.second_identifier.MOST_SHARING", 3)
    records = tuple(booking(f"r{number}", f"Smith{'abcdefgh'[number] * 2}, John") for number in range(8))
    desk = stage_desk(tmp_path, records)
    found = find_sharing(desk.world, records[7], records[7].people[0])
    desk.federation.close()
    assert 0 < len(found.people) <= 3
    assert found.crowded
