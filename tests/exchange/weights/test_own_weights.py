"""An owner's weights: learned from what may be learned from alone, and each answer by the version in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE
from comity.demo.records import Region
from comity.errors import TrainingError
from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.candidates import compare_people, find_people
from comity.exchange.weights.learnable import is_marked, learnable_values, make_probes
from comity.exchange.weights.own_weights import FEWEST_PEOPLE, TRAINED_ON, draw_people, learn_own_weights, nominal
from comity.exchange.weights.weights_effect import weights_effect
from comity.match.outcomes import SHIPPED_CALIBRATION
from comity.match.versions import version_bytes
from comity.match.weights import LevelWeight, Weights, load_weights
from comity.model.canon import from_canonical
from comity.model.codes import DataClass, PersonRole
from comity.model.disclosure import DeskRecord
from comity.model.record import FieldValue, Record


def learn(stage: Stage, owner: str) -> Weights:
    agency = stage.federation.directory.get_agency(owner)
    return learn_own_weights(stage.federation.world_of(owner), agency, lambda _: None).weights


def learned_from(folder: Path, region: Region, records: tuple[Record, ...]) -> bytes:
    """The bytes of Cascade City's version in a world of its own."""
    stage = make_stage(folder, region, records)
    try:
        return version_bytes(learn(stage, WA_POLICE))
    finally:
        stage.federation.close()


def mine(region: Region) -> tuple[Record, ...]:
    return tuple(record for record in region.records if record.owner == WA_POLICE)


def strangers(region: Region, change: Callable[[Record], Record]) -> tuple[Record, ...]:
    """Twenty more bookings of people of one rare name, changed into what may not be learned from."""
    booking = next(one for one in mine(region) if one.data_class is DataClass.BOOKING)
    made = []
    for number in range(20):
        fields = (
            FieldValue(name="name", value=f"Vosseler, Agathe{'abcdefghijklmnopqrst'[number]}"),
            FieldValue(name="birth-date", value=f"19{60 + number}-02-03"),
            FieldValue(name="sex", value="F"),
        )
        person = replace(booking.people[0], fields=fields)
        made.append(change(replace(booking, id=f"{number:05}-extra", people=(person,))))
    return tuple(made)


def marked(record: Record, **state: bool) -> Record:
    return replace(record, state=replace(record.state, **state))


def protected(record: Record) -> Record:
    """The same as an application of a victim (8 USC 1367): its existence is closed."""
    closed = marked(record, received_under_1367=True, relief_denied=False)
    return replace(closed, data_class=DataClass.VICTIM_1367, fields=())


def of_a_witness(record: Record) -> Record:
    return replace(record, people=tuple(replace(one, role=PersonRole.WITNESS) for one in record.people))


@pytest.mark.parametrize(
    "change",
    [
        lambda record: marked(record, sealed=True),
        lambda record: marked(record, suppressed=True),
        lambda record: marked(record, restricted=True),
        lambda record: marked(record, disputed=True),
        protected,
        of_a_witness,
    ],
    ids=["sealed", "suppressed", "restricted", "disputed", "concealed", "witness"],
)
def test_what_may_not_be_learned_from_moves_no_byte(
    tmp_path: Path, region: Region, change: Callable[[Record], Record]
) -> None:
    """With and without twenty closed records of one name the version is the same to the byte."""
    without = learned_from(tmp_path / "without", region, mine(region))
    assert learned_from(tmp_path / "with", region, (*mine(region), *strangers(region, change))) == without


def test_what_may_be_learned_from_moves_something(tmp_path: Path, region: Region) -> None:
    """The test above can fail: open records of that name change the version, and the name is listed."""
    stage = make_stage(tmp_path / "with", region, (*mine(region), *strangers(region, lambda record: record)))
    try:
        learned = learn(stage, WA_POLICE)
    finally:
        stage.federation.close()
    assert version_bytes(learned) != learned_from(tmp_path / "without", region, mine(region))
    assert "VOSSELER" in {one.name for one in learned.surnames}


def test_the_order_of_loading_moves_no_byte(tmp_path: Path, region: Region) -> None:
    """The same records, loaded the other way round, make the same version."""
    one = learned_from(tmp_path / "one", region, mine(region))
    assert one == learned_from(tmp_path / "other", region, mine(region)[::-1])


def test_a_version_says_where_its_labels_are_from(stage: Stage) -> None:
    """Label source, shipped prior and calibration, and a nominal population; the name follows from the content."""
    learned, shipped = learn(stage, WA_POLICE), load_weights()
    assert learned.trained_on == f"{TRAINED_ON}; {SHIPPED_CALIBRATION}"
    assert (learned.slope_ppm, learned.intercept_millinats, learned.present_ppm) == (
        shipped.slope_ppm,
        shipped.intercept_millinats,
        shipped.present_ppm,
    )
    assert str(learned.population).rstrip("0") in "123456789"
    assert learned.levels != shipped.levels
    assert learn(stage, CA_SHERIFF).version != learned.version


def test_too_few_people_teach_nothing(tmp_path: Path, region: Region) -> None:
    """A file of a few people would tell of single people: refused with the remedy."""
    stage = make_stage(tmp_path, region, mine(region)[: FEWEST_PEOPLE // 4])
    try:
        with pytest.raises(TrainingError, match="use the shipped weights"):
            learn(stage, WA_POLICE)
    finally:
        stage.federation.close()


@pytest.mark.parametrize("most", [1, 7, 50, 10_000])
def test_the_draw_is_that_of_the_lowest_hashes(stage: Stage, most: int) -> None:
    """A bounded draw is the beginning of an unbounded one, and tells about how many people there are."""
    world, owner = stage.federation.world_of(WA_POLICE), stage.federation.directory.get_agency(WA_POLICE)
    probes = make_probes(world, owner, world.clock.now_ms())
    everybody, count = draw_people(world, owner, probes, lambda _: None)
    drawn, estimate = draw_people(world, owner, probes, lambda _: None, most)
    lowest = sorted(everybody, key=lambda one: -one.turn)[:most]
    assert {(one.record_id, one.person_key) for one in drawn} == {
        (one.record_id, one.person_key) for one in lowest
    }
    assert count == len(everybody)
    if most == 50:
        assert 0.5 < estimate / count < 2
    for one in drawn:
        record = world.records.get(WA_POLICE, one.record_id)
        assert record is not None
        assert not is_marked(record)
        assert one.values == learnable_values(probes, record, record.get_person(one.person_key))


@pytest.mark.parametrize(
    ("count", "told"), [(0, 1), (7, 7), (96, 100), (131, 100), (4_712, 5_000), (999_999, 1_000_000)]
)
def test_a_nominal_number_has_one_digit(count: int, told: int) -> None:
    """The order of magnitude is told, never a size."""
    assert nominal(count) == told


def turned(weights: Weights) -> Weights:
    """Weights under which whatever agrees speaks against."""
    rows = tuple(
        LevelWeight(comparison=row.comparison, level=row.level, m_millinats=-20_000, u_millinats=0)
        for row in weights.levels
    )
    return replace(weights, version="turned", levels=rows)


def test_look_up_and_comparison_go_by_the_version_in_force(own_stage: Stage, region: Region) -> None:
    """Another version for one owner changes that owner's answer and desk record, and no other owner's."""
    question = region.scene.detective_question
    own_stage.federation.weights.versions[CA_SHERIFF] = turned(load_weights())
    answers = {owner: own_stage.answer(own_stage.query(question, owner)) for owner in (WA_POLICE, CA_SHERIFF)}
    assert answers[WA_POLICE].items
    assert not answers[CA_SHERIFF].items
    for owner, version in ((WA_POLICE, load_weights().version), (CA_SHERIFF, "turned")):
        journal = own_stage.federation.world_of(owner).journal
        sealed = journal.sealed(journal.size() - 1)
        assert sealed is not None
        assert from_canonical(sealed, DeskRecord).weights == version


def test_a_desk_record_of_before_is_read(stage: Stage, region: Region) -> None:
    """An explanation kept before versions were is read as it stands."""
    query = stage.query(region.scene.detective_question, WA_POLICE)
    stage.answer(query)
    journal = stage.federation.world_of(WA_POLICE).journal
    sealed = journal.sealed(journal.size() - 1)
    assert sealed is not None
    now = from_canonical(sealed, DeskRecord)
    old = sealed.replace(b',"weights":"' + now.weights.encode() + b'"', b"")
    assert old != sealed
    assert from_canonical(old, DeskRecord) == replace(now, weights="")


def test_the_effect_is_told_on_past_questions_where_there_are_some(own_stage: Stage, region: Region) -> None:
    """Counts agree with comparing by hand; without past questions the owner's own records are put."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    owner = own_stage.federation.directory.get_agency(CA_SHERIFF)
    shipped, other = load_weights(), turned(load_weights())
    own = weights_effect(world, owner, shipped, other, lambda _: None)
    assert own.basis.startswith("own records")
    assert own.questions > 20
    assert own.verdict > 0
    same = weights_effect(world, owner, shipped, shipped, lambda _: None)
    assert (same.first, same.order, same.verdict, same.found, same.verdicts) == (0, 0, 0, 0, ())
    query = own_stage.query(region.scene.detective_question, CA_SHERIFF)
    opened, law = own_stage.opened(query), own_stage.law(query)
    own_stage.answer(own_stage.query(region.scene.detective_question, CA_SHERIFF))
    past = weights_effect(world, owner, shipped, other, lambda _: None)
    assert (past.basis, past.questions) == ("past questions, the newest first", 1)
    verdicts = []
    for weights in (shipped, other):
        found = find_people(world, law, query, decide_asked(opened, law), weights)
        looked = compare_people(found)
        verdicts.append({one.decided.record.id: one.match.verdict for one in looked.matched})
    changed = sum(verdicts[0][at] != verdicts[1][at] for at in verdicts[0].keys() & verdicts[1].keys())
    assert changed > 0
    assert sum(one.records for one in past.verdicts) == changed


def test_the_owner_is_the_first_to_be_asked_for(stage: Stage) -> None:
    """Probes are the owner's own question, then one for each agency its law links it with."""
    world, owner = stage.federation.world_of(WA_POLICE), stage.federation.directory.get_agency(WA_POLICE)
    probes = make_probes(world, owner, world.clock.now_ms())
    askers = [one.query.asker for one in probes]
    assert askers[0] == WA_POLICE
    assert len(askers) == len(set(askers))
    assert {CA_SHERIFF, FEDERAL_INVESTIGATIONS} & set(askers)
