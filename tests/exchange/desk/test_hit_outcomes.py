"""Outcomes of hits: who may say them, what is kept, and that training goes by them from enough on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from record_stage import asked, booking
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.errors import WrongUseError
from comity.exchange.desk.hit_outcomes import hit_unit, read_hits, say_outcome
from comity.exchange.weights.own_weights import TRAINED_ON, learn_own_weights
from comity.ledger.append import append_entry
from comity.match.weights import MILLINATS, PPM, load_weights
from comity.model.answer import Answer
from comity.model.disclosure import EntryKind
from comity.model.hit import Hit, HitOutcome

CUSTODIAN = f"{CA_SHERIFF}-custodian"


@pytest.fixture
def asked_stage(tmp_path: Path, region: Region) -> Iterator[tuple[Stage, Answer]]:
    """The sheriff's node after one answer with one item."""
    stage = make_stage(tmp_path, region, (booking(1, "Vandermolen, Ruth", "1980-02-03"),))
    yield stage, stage.answer(stage.query(asked(region), CA_SHERIFF))
    stage.federation.close()


def say(stage: Stage, member: str, item: str, outcome: HitOutcome = HitOutcome.CONFIRMED) -> int | None:
    world = stage.federation.world_of(CA_SHERIFF)
    return say_outcome(world, stage.member(member), item, outcome).log_entry


def test_an_outcome_is_an_entry_by_references_alone(asked_stage: tuple[Stage, Answer]) -> None:
    """Receipt's entry, item, what the evidence weighed, who said it; no name, no date, no record. Once."""
    stage, answer = asked_stage
    item = answer.items[0]
    index = say(stage, CUSTODIAN, item.item_id)
    assert index == 1
    world = stage.federation.world_of(CA_SHERIFF)
    assert [one.kind for one in stage.entries(CA_SHERIFF)] == [EntryKind.ANSWERED, EntryKind.HIT_OUTCOME]
    kept = (world.journal.record(index) or b"") + (world.journal.content(index) or b"")
    for word in (b"Vandermolen", b"VANDERMOLEN", b"1980", b"crowd-00001", b"confirmed" * 2):
        assert word not in kept
    (hit,) = read_hits(world, stage.federation.directory.get_agency(CA_SHERIFF))
    assert (hit.entry, hit.item_id, hit.by) == (0, item.item_id, CUSTODIAN)
    assert hit.evidence_millinats == sum(one.weight_millinats for one in item.evidence)
    assert say(stage, CUSTODIAN, item.item_id) is None
    assert say(stage, CUSTODIAN, item.item_id, HitOutcome.NOT_THE_PERSON) == 2
    (hit,) = read_hits(world, stage.federation.directory.get_agency(CA_SHERIFF))
    assert hit.outcome is HitOutcome.NOT_THE_PERSON


def test_desk_and_asker_may_say_it_and_nobody_else(asked_stage: tuple[Stage, Answer]) -> None:
    """An officer of the owner, and an item nobody minted, are refused; nothing is entered."""
    stage, answer = asked_stage
    item = answer.items[0].item_id
    with pytest.raises(WrongUseError, match="for the desk of `ca-sheriff`, or for whoever asked"):
        say(stage, f"{CA_SHERIFF}-detective", item)
    with pytest.raises(WrongUseError, match="`nothing` is no item of an answer given here"):
        say(stage, CUSTODIAN, "nothing")
    assert stage.size(CA_SHERIFF) == 1
    assert say(stage, f"{WA_POLICE}-detective", item) == 1


def test_training_goes_by_four_hundred_outcomes(tmp_path: Path, region: Region) -> None:
    """Hits that come true less often than their evidence says: the version is damped, and says by whose word."""
    stage = make_stage(tmp_path, region)
    owner, world = stage.federation.directory.get_agency(WA_POLICE), stage.federation.world_of(WA_POLICE)
    before = learn_own_weights(world, owner, lambda _: None).weights
    assert before.trained_on == f"{TRAINED_ON}; calibration: shipped, made on synthetic people"
    present = before.present_ppm / PPM
    prior = math.log(present / (1 - present)) - math.log(before.population)
    random, sides = Random(7), {True: 0, False: 0}
    for number in range(2_000):  # ends long before: both sides are about as likely
        raw = random.uniform(-3, 7)
        right = random.random() < 1 / (1 + math.exp(-(0.6 * raw - 1.0)))
        if sides[right] == 200:
            continue
        sides[right] += 1
        outcome = HitOutcome.CONFIRMED if right else HitOutcome.NOT_THE_PERSON
        hit = Hit(
            owner=WA_POLICE, entry=0, query_id=f"q-{number}", item_id=f"i-{number}", outcome=outcome, by="custodian",
            at_ms=world.clock.now_ms(), evidence_millinats=round((raw - prior) * MILLINATS), weights="shipped",
        )  # fmt: skip
        append_entry(world, hit_unit(owner, hit))
    after = learn_own_weights(world, owner, lambda _: None).weights
    stage.federation.close()
    assert sides == {True: 200, False: 200}
    assert after.trained_on == (
        f"{TRAINED_ON}; calibration: 200 confirmed outcomes of hits and 200 that were not the person"
    )
    assert 0.35 < after.slope_ppm / PPM < 0.85
    assert -2.0 < after.intercept_millinats / MILLINATS < -0.2
    assert (
        replace(
            after,
            version=before.version,
            trained_on=before.trained_on,
            slope_ppm=before.slope_ppm,
            intercept_millinats=before.intercept_millinats,
        )
        == before
    )
    assert after.version != before.version
    assert before.slope_ppm == load_weights().slope_ppm
