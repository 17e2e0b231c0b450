"""How often strangers agree, counted over a file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import ALL, Values, index, make_file

from comity.errors import NounError
from comity.match.addresses import Address, compare_addresses, read_address
from comity.match.compare import Comparison, Question, Scale, compare, prepare
from comity.match.dates import Birth, compare_births
from comity.match.frequencies import surname_shares
from comity.match.learn_chance import (
    FEWEST_BEARERS,
    FEWEST_MIDDLES,
    FEWEST_RELATIVES,
    FEWEST_TENANTS,
    PLACE_LEVELS,
    PSEUDO_PAIRS,
    SHIPPED_PEOPLE,
    crowded_buildings,
    given_counts,
    housemates,
    learn_chance,
    learn_places,
    surname_counts,
    with_middle,
)
from comity.match.name_levels import Term
from comity.match.packed import building_of
from comity.match.sentences import tell
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.versions import name_version, version_bytes
from comity.match.weights import PPB, BuildingShare, Weights, load_weights
from comity.model.query import PersonSubject

START = load_weights()
QUORL, VESPRIN, ZADKOV = "QUORL", "VESPRIN", "ZADKOV"  # names that no list has


def asked(*names: tuple[str, str], birth: str = "") -> list[Question]:
    return [prepare(PersonSubject(family=one, given=other, birth_date=birth), ALL) for one, other in names]


def named(many: dict[str, int], given_name: str = "Ann") -> list[Values]:
    return [{"name": (f"{name}, {given_name}",)} for name, count in many.items() for _ in range(count)]


def u_of(weights: Weights, comparison: str, level: str) -> float:
    return math.exp(weights.table()[comparison, level][1] / 1e3)


def shares(weights: Weights) -> dict[str, float]:
    return {one.name: one.ppb / PPB for one in weights.surnames}


def test_shares_are_those_of_the_file_beside_the_shipped_list() -> None:
    """A name's bearers over everybody, the shipped list counting as so many people; two digits are kept."""
    held = named({QUORL: 600, VESPRIN: 400})
    found = shares(learn_chance(index(held), asked((QUORL, "Ann")), START))
    whole = 1_000 + SHIPPED_PEOPLE
    assert found[QUORL] == pytest.approx(600 / whole, rel=0.05)
    assert found[VESPRIN] == pytest.approx(400 / whole, rel=0.05)
    assert found["SMITH"] == pytest.approx(surname_shares()["SMITH"] * SHIPPED_PEOPLE / whole, rel=0.05)


def test_what_the_list_does_not_hold_is_u() -> None:
    """Names a letter from an asked one, of too few bearers to be listed: their share of the file is u at that level."""
    held = named({QUORL: 90, "QUORLE": 4, VESPRIN: 6})
    weights = learn_chance(index(held), asked((QUORL, "Ann")), START)
    assert u_of(weights, "surname", "close") == pytest.approx(4 / 100, rel=0.01)
    assert weights.table()["surname", "exact"] == START.table()["surname", "exact"]
    unlisted = learn_chance(index(held), asked((QUORL, "Ann"), ("QUORLE", "Ann")), START)
    assert u_of(unlisted, "surname", "exact") == pytest.approx(4 / 100, rel=0.01)
    shipped = learn_chance(index(held), asked((QUORL, "Ann")), START, own_names=False)
    assert shipped.table()["surname", "exact"] == START.table()["surname", "exact"]
    assert u_of(shipped, "surname", "close") == pytest.approx(4 / 100, rel=0.01)


@settings(max_examples=15)
@given(st.dictionaries(st.sampled_from((QUORL, VESPRIN, ZADKOV)), st.integers(1, 2 * FEWEST_BEARERS), min_size=1))
def test_names_of_few_never_enter_a_version(many: dict[str, int]) -> None:
    """Weights travel: a name that fewer than five people bear might point at somebody."""
    weights = learn_chance(index(named(many)), asked((QUORL, "Ann")), START)
    listed = set(shares(weights))
    for name, count in many.items():
        assert (name in listed) == (count >= FEWEST_BEARERS)


def test_one_person_of_many_names_is_one_bearer() -> None:
    """Aliases of one person do not make a name common: a bearer is a person, not a writing."""
    aliases = tuple(f"{QUORL}, {one}" for one in ("Bea", "Cleo", "Dora", "Eve", "Fay"))
    segment = index([{"name": (f"{QUORL}, Ann",), "alias": aliases}, *named({VESPRIN: 9})])
    assert surname_counts(segment)[segment.vocabulary.numbers_of([QUORL])].tolist() == [1]
    assert QUORL not in shares(learn_chance(segment, asked((QUORL, "Ann")), START))


def test_given_names_are_counted_by_the_first_and_by_the_whole() -> None:
    """At the first place or at a further one, whichever more people bear it at."""
    held = ("Kelly, Ann Marie", "Marsh, Marie", "Ann, Zoe", "Nguyen, Van Minh", "Tran, Thi Minh", "Ly, Minh")
    segment = index([{"name": (name,)} for name in held])
    counts = given_counts(segment)
    number = {
        word: int(segment.vocabulary.numbers_of([word])[0]) for word in ("ANN", "MARIE", "ANNMARIE", "ZOE", "MINH")
    }
    assert {word: int(counts[at]) for word, at in number.items()} == {
        "ANN": 1,
        "MARIE": 1,
        "ANNMARIE": 1,
        "ZOE": 1,
        "MINH": 2,
    }


def test_without_own_names_no_name_is_listed() -> None:
    """The shipped table stands, and the version holds nothing of the file's names."""
    weights = learn_chance(index(named({QUORL: 900})), asked((QUORL, "Ann")), START, own_names=False)
    assert (weights.surnames, weights.givens) == ((), ())


@dataclass(frozen=True)
class House:
    """Who lives at an address: so many of each family name."""

    number: int
    families: tuple[tuple[str, int], ...]

    @property
    def held(self) -> list[Values]:
        home = (f"{self.number} Main St, Fresno, CA 93701",)
        return [
            {"name": (f"{name}, Ann",), "home-address": home}
            for name, count in self.families
            for _ in range(count)
        ]


def living(houses: Sequence[House]) -> list[Values]:
    return [values for house in houses for values in house.held]


def test_housemates_are_those_of_ones_name_in_ones_house() -> None:
    """Three Quorls in one house have two others each; strangers in the house and Quorls elsewhere have none."""
    houses = (House(1, ((QUORL, 3), (VESPRIN, 1))), House(2, ((QUORL, 1), (ZADKOV, 2))))
    held = living(houses)
    assert housemates(index(held)) == pytest.approx((3 * 2 + 0 + 0 + 2 * 1) / 7)
    more = [*held, {"name": (f"{QUORL}, Zoe",)}, {"home-address": ("1 Main St, Fresno, CA 93701",)}]
    assert housemates(index(more)) == housemates(index(held))
    assert learn_chance(index(held), [], START).relatives_ppm == round(8 / 7 * 1e6)


families = st.dictionaries(st.sampled_from((QUORL, VESPRIN)), st.integers(1, 4))


@settings(max_examples=30)
@given(st.lists(families, max_size=5))
def test_housemates_are_counted_house_by_house(drawn: list[dict[str, int]]) -> None:
    """What a loop over the houses counts."""
    houses = [House(number + 1, tuple(living_there.items())) for number, living_there in enumerate(drawn)]
    counts = [count for house in houses for _, count in house.families]
    expected = sum(count * (count - 1) for count in counts) / max(1, sum(counts))
    assert housemates(index(living(houses))) == pytest.approx(expected)


def test_nobody_is_their_own_housemate() -> None:
    """An address given twice, in two ways of writing, is one home."""
    twice = {"name": (f"{QUORL}, Ann",), "home-address": ("1 Main St, Fresno", "1 Main Street, Fresno")}
    assert housemates(index([twice])) == 0.0
    assert housemates(index([twice, House(1, ((QUORL, 1),)).held[0]])) == 1.0
    assert learn_chance(index([twice]), [], START).relatives_ppm == round(FEWEST_RELATIVES * 1e6)


def test_with_a_middle_are_those_who_have_a_second_given_name_in_letters() -> None:
    """Written apart or with a hyphen, in any of a person's names; an initial says that there is one, and not which."""
    held = [
        {"name": (f"{QUORL}, Ann Marie",)},
        {"name": (f"{QUORL}, Soo-Yun", f"{QUORL}, Soo Yun Min")},
        {"name": (f"{QUORL}, Ann",), "alias": (f"{VESPRIN}, Ann Zoe",)},
        *({"name": (f"{QUORL}, {given}",)} for given in ("Ann", "Ann M", "Zoe B.", "Zoe")),
        {"home-address": ("1 Main St, Fresno, CA 93701",)},
    ]
    assert with_middle(index(held)) == pytest.approx(3 / 8)
    assert learn_chance(index(held), [], START).middles_ppm == round(3 / 8 * 1e6)
    assert learn_chance(index(held[3:]), [], START).middles_ppm == round(FEWEST_MIDDLES * 1e6)


def test_a_shared_middle_name_says_less_where_few_have_one() -> None:
    """It is compared only where both have one: of half as many who do, twice as many share it by chance."""
    share = 0.01
    weights = [Scale(msgspec.structs.replace(START, middles_ppm=ppm)) for ppm in (1_000_000, 500_000)]
    all_have, half_have = (scale.weigh(Term("middle", "exact", share)) for scale in weights)
    assert all_have - half_have == pytest.approx(
        1_000 * math.log(2), abs=15
    )  # the least that no table lists is in both
    assert Scale(START).weigh(Term("middle", "exact", share)) == all_have
    given = [scale.weigh(Term("given", "exact", share)) for scale in weights]
    assert given[0] == given[1]


def test_weights_that_counted_no_middle_names_have_the_hash_they_had() -> None:
    """Unset, the share leaves no trace in what is hashed, so that earlier versions are still themselves; counted, it does."""
    assert START.middles_ppm is msgspec.UNSET
    assert b"middles" not in version_bytes(START)
    counted = msgspec.structs.replace(START, middles_ppm=1_000_000)
    assert name_version(counted).version != name_version(START).version
    assert counted.middles == START.middles == 1.0


@pytest.mark.parametrize("ppm", [0, -1, 1_000_001])
def test_a_share_of_middle_names_is_a_share(ppm: int) -> None:
    """None at all would make every shared one certain chance, and more than all is no share."""
    with pytest.raises(NounError, match="further given name"):
        msgspec.structs.replace(START, middles_ppm=ppm)


def lodgers(count: int, *, born: int = 1950, house: str = "1 Main St, Fresno") -> list[dict[str, tuple[str, ...]]]:
    """People of many names who live in one house, each born in another year."""
    return [
        {
            "name": (f"{QUORL}{chr(65 + place % 26)}, Ann",),
            "birth-date": (f"{born + place}-03-12",),
            "home-address": (house,),
        }
        for place in range(count)
    ]


def test_a_house_is_crowded_where_many_different_people_live() -> None:
    """Told apart by their birth dates: one man's bookings are one tenant, and a family is no crowd."""
    crowd = lodgers(FEWEST_TENANTS)
    some = lodgers(FEWEST_TENANTS - 1, house="2 Main St, Fresno")
    one_man = lodgers(1, house="3 Main St, Fresno") * 40
    undated = [{"name": one["name"], "home-address": ("4 Main St, Fresno",)} for one in crowd]
    file = index([*crowd, *some, *one_man, *undated])
    (found,) = crowded_buildings(file)
    assert found.building == building_of(read_address("1 Main Street, Fresno, CA"))
    assert found.ppb == pytest.approx(FEWEST_TENANTS / file.people * 1e9, rel=0.06)
    assert learn_chance(file, [], START).buildings == (found,)
    assert crowded_buildings(index([])) == ()


def test_who_lives_where_many_live_is_told_so_and_weighs_less() -> None:
    """A tenth of all people in one house: it weighs what one in ten weighs. A unit that is the same says more."""
    address = "1 Main St, Fresno"
    listed = BuildingShare(building=building_of(read_address(address)), ppb=100_000_000)
    crowded = msgspec.structs.replace(START, buildings=(listed,))

    def agreement(weights: Weights, asked: str, held: str) -> Comparison:
        question = prepare(PersonSubject(family=QUORL, given="Ann", address=asked), MATCHABLE_FIELDS)
        values = {"name": (f"{VESPRIN}, Zoe",), "home-address": (held,)}
        return next(one for one in compare(question, values, Scale(weights)) if one.field == "address")

    alone, among = agreement(START, address, address), agreement(crowded, address, address)
    m = START.table()["address", "exact"][0]
    assert among.weight == pytest.approx(m - math.log(0.1) * 1_000, abs=5)
    assert among.weight < alone.weight
    assert tell(among, hidden=False) == "house number and street are the same; many people live there"
    for asked, held in (("2 Main St, Fresno", "2 Main St, Fresno"), ("1 Main St Apt 7, Fresno",) * 2):
        assert agreement(crowded, asked, held) == agreement(START, asked, held)
    other_unit = ("1 Main St Apt 7, Fresno", "1 Main St Apt 9, Fresno")
    assert agreement(crowded, *other_unit).weight < agreement(START, *other_unit).weight


@pytest.mark.parametrize(("building", "ppb"), [(-1, 1), (1 << 26, 1), (0, 0), (0, 1_000_000_001)])
def test_a_building_is_a_hash_and_a_share(building: int, ppb: int) -> None:
    """Anything else is refused."""
    with pytest.raises(NounError, match="building"):
        BuildingShare(building=building, ppb=ppb)


def test_u_of_dates_is_counted_and_1_january_keeps_its_own() -> None:
    """Every level's share over all held dates against the asked ones; default dates say nothing about a file."""
    births = ["1984-03-12"] * 3 + ["1984-03-13"] * 5 + ["1984-01-01"] * 40 + ["1984"] * 2 + ["1950-11-30"] * 50
    held: list[Values] = [{"name": ("Kelly, Ann",), "birth-date": (birth,)} for birth in births]
    weights = learn_chance(index(held), asked(("Kelly", "Ann"), birth="1984-03-12"), START)
    found = [compare_births(Birth(1984, 3, 12), Birth(*map(int, birth.split("-")))) for birth in births]
    for level in ("exact", "typo", "year", "different"):
        assert u_of(weights, "birth-date", level) == pytest.approx(found.count(level) / len(births), rel=0.002)
    for level in ("january", "january-exact", "near"):
        assert weights.table()["birth-date", level] == START.table()["birth-date", level]


def test_u_of_the_sexes_is_what_two_strangers_agree_on() -> None:
    """Nine men and one woman: strangers agree in 82 of 100 pairs; a file that does not say keeps a half."""
    held: list[Values] = [{"name": ("Kelly, A",), "sex": (sex,)} for sex in "MMMMMMMMMF"]
    assert u_of(learn_chance(index(held), [], START), "sex", "agree") == pytest.approx(0.82, abs=0.001)
    assert u_of(learn_chance(index(named({QUORL: 3})), [], START), "sex", "disagree") == pytest.approx(
        0.5, abs=0.001
    )


def test_m_and_what_no_file_tells_stay() -> None:
    """Only u of names, dates and sex is counted; the same file gives the same version."""
    made = make_file(4)
    questions = [prepare(one, ALL) for one in made.asked]
    weights = learn_chance(index(made.held), questions, START)
    assert weights == learn_chance(index(made.held), questions, START)
    before, after = START.table(), weights.table()
    assert all(after[row][0] == before[row][0] for row in before)
    counted = {"surname", "given", "birth-date", "sex"}
    assert all(after[row] == before[row] for row in before if row[0] not in counted)


def test_a_long_list_of_questions_is_sampled_the_same_way_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the version of the weights, and by nothing else."""
    monkeypatch.setattr("comity.match.learn_chance.SAMPLE", 3)
    held = named({QUORL: 9, VESPRIN: 3, ZADKOV: 2})
    questions = asked(*[(name, "Ann") for name in (QUORL, VESPRIN, ZADKOV) * 3])
    one, other = (learn_chance(index(held), questions, START) for _ in range(2))
    assert one == other


STREETS = (
    "1 Main St, Fresno, CA 93701",
    "2 Main St, Fresno, CA 93701",
    "3 Oak Ave, Fresno, CA 93701",
    "4 Elm St, Yarrow, CA 95012",
)


@settings(max_examples=30)
@given(st.lists(st.sampled_from(STREETS), max_size=12), st.lists(st.sampled_from(STREETS), max_size=12))
def test_u_of_places_is_counted_beside_the_starting_one(asked_at: list[str], strangers: list[str]) -> None:
    """Pairs at a level over all pairs that share no house, and so many pairs' worth of the start; nothing else moves."""
    questions = [prepare(PersonSubject(family=QUORL, given="Ann", address=home), ALL) for home in asked_at]
    held = [read_address(home) for home in strangers]
    weights = learn_places(START, questions, held)
    found = [compare_addresses(read_address(one), other) for one in asked_at for other in held]
    told = [level for level in found if level in PLACE_LEVELS]
    before, after = START.table(), weights.table()
    for level in PLACE_LEVELS:
        start = math.exp(before["address", level][1] / 1e3)
        expected = (told.count(level) + PSEUDO_PAIRS * start) / (len(told) + PSEUDO_PAIRS)
        assert u_of(weights, "address", level) == pytest.approx(min(1.0, expected), rel=0.002)
    moved = {row for row in before if after[row] != before[row]}
    assert moved <= {("address", level) for level in PLACE_LEVELS}
    assert told or not moved


def test_strangers_without_addresses_teach_nothing_of_places() -> None:
    """Nobody asked with an address, or nobody held with one: the weights are the starting ones."""
    home = read_address(STREETS[0])
    assert learn_places(START, asked((QUORL, "Ann")), [home]) == START
    assert learn_places(START, asked((QUORL, "Ann")), [Address("", "", "", "")]) == START
