"""One subject against candidates: evidence, probability, verdict, and what may not change them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from look_alikes import any_weights

from comity.match.grouping import DECLARED_APART, Grouping, group_appearances
from comity.match.person import (
    NOT_SAME,
    POSSIBLE,
    SAME,
    Candidate,
    MatchResult,
    PersonMatch,
    is_enough_to_identify,
    log_odds,
    match_person,
)
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import Weights, load_weights
from comity.model.answer import probability_of
from comity.model.codes import IdentifierKind, Sex
from comity.model.person_act import ActKind, Appearance, PersonAct
from comity.model.query import (
    AddressSubject,
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    PersonSubject,
    PlateSubject,
    Subject,
)

ALL = MATCHABLE_FIELDS
WEIGHTS = load_weights()


def candidate(number: int, match_only: frozenset[str] = frozenset(), **values: str | tuple[str, ...]) -> Candidate:
    held = {
        name.replace("_", "-"): (value,) if isinstance(value, str) else value for name, value in values.items()
    }
    return Candidate(record_id=f"r{number}", person_key="p1", values=held, match_only=match_only)


def ssn(value: str) -> Identifier:
    return Identifier(kind=IdentifierKind.SSN, value=value)


def run(subject: Subject, *candidates: Candidate, allowed: frozenset[str] = ALL) -> MatchResult:
    return match_person(subject, candidates, allowed, WEIGHTS)


JUAN = PersonSubject(
    family="Garcia Lopez",
    given="Juan",
    middle="Carlos",
    birth_date="1984-03-12",
    sex=Sex.MALE,
    address="123 Main St, Fresno, CA 93701",
    identifiers=(ssn("512-34-6789"),),
)
JUAN_HELD = {
    "name": "Garcia Lopez, Juan Carlos",
    "birth_date": "1984-03-12",
    "sex": "M",
    "home_address": "123 Main Street, Fresno, CA 93701",
    "ssn": "512346789",
}


def test_the_person_themselves_is_the_same_person() -> None:
    """Everything agrees: near certainty, and each evidence says so."""
    result = run(JUAN, candidate(1, **JUAN_HELD))
    match = result.matches[0]
    assert match.verdict == SAME
    assert match.second_identifier
    assert match.probability_ppm > 990_000
    assert result.not_in_file_ppm < 10_000
    assert {one.field: one.verdict for one in match.evidence} == {
        "name": "agree", "birth-date": "agree", "sex": "agree", "address": "agree", "ssn": "agree",
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"birth_date": "1971-11-30"}, {"birth_date": "1984-12-03"}, {"birth_date": "1984-03-13"},
        {"name": "Garcia Lopez, Juan Antonio"}, {"ssn": "601-22-8137"}, {"ssn": "512-34-6788"},
        {"name": "Garcia Lopez, Juan Carlos, Jr", "_suffix": "Sr"},
    ],
)  # fmt: skip
def test_h1_a_differing_second_identifier_is_never_the_same_person(change: dict[str, str]) -> None:
    """H1: same family and given name, but another date, middle name, number or generation: never `same person`."""
    held = dict(JUAN_HELD)
    held.pop("home_address")
    suffix = change.pop("_suffix", "")
    held.update(change)
    subject = PersonSubject(
        family=JUAN.family, given=JUAN.given, middle=JUAN.middle, suffix=suffix,
        birth_date=JUAN.birth_date, sex=JUAN.sex, identifiers=JUAN.identifiers,
    )  # fmt: skip
    match = run(subject, candidate(1, **held)).matches[0]
    assert match.verdict != SAME
    assert any(one.verdict == "disagree" for one in match.evidence)


def test_a_namesake_with_another_birth_date_is_not_the_same_person() -> None:
    """The issue's own case: surname and given name equal, birth date different."""
    subject = PersonSubject(family="Garcia", given="Juan", birth_date="1984-03-12")
    result = run(subject, candidate(1, name="Garcia, Juan", birth_date="1961-09-30"))
    assert result.matches[0].verdict == NOT_SAME
    assert not result.matches[0].second_identifier


def test_an_equal_number_under_another_name_is_only_possible() -> None:
    """A number copied onto another name (seen in real test files) must be looked at by a person."""
    match = run(JUAN, candidate(1, **{**JUAN_HELD, "name": "Matthews, Joey"})).matches[0]
    assert match.verdict != SAME
    assert not match.second_identifier


def test_equal_numbers_with_another_birth_date_are_only_possible() -> None:
    """Nickname, equal number, conflicting birth date: possible, never the same."""
    subject = PersonSubject(
        family="Matthews", given="Joseph", birth_date="1944-05-08", identifiers=(ssn("412-16-8772"),)
    )
    match = run(subject, candidate(1, name="Matthews, Joey", birth_date="1931-03-11", ssn="412168772")).matches[0]
    assert match.verdict == POSSIBLE
    assert not match.second_identifier


@pytest.mark.parametrize(
    ("held", "verdict", "second"),
    [
        ({"name": "Smith, John", "birth_date": "1961-04-05"}, SAME, True),
        ({"name": "Smith, John", "birth_date": "1961-04-05", "sex": "F"}, POSSIBLE, True),
        ({"name": "Smith, John", "birth_date": ("1980-11-30", "1961-04-05")}, POSSIBLE, False),
        ({"name": "Smith, John", "birth_date": ("unknown", "1961", "1961-04-05")}, SAME, True),
        ({"name": "Smith, John Peter", "alias": "Smith, John", "birth_date": "1961-04-05"}, POSSIBLE, False),
        ({"name": "Smith, John, Sr", "alias": "Smith, John", "birth_date": "1961-04-05"}, POSSIBLE, False),
        ({"name": "Miller, Jim", "alias": "Smith, John", "birth_date": "1961-04-05"}, SAME, True),
        ({"name": "Smith, John", "home_address": "123 Main St"}, POSSIBLE, False),
    ],
)  # fmt: skip
def test_what_a_record_gives_first_counts(
    held: dict[str, str | tuple[str, ...]], verdict: str, second: bool
) -> None:
    """An alias or a further birth date may find a record; the main name and the first date may contradict it."""
    subject = PersonSubject(
        family="Smith", given="John", middle="Paul", suffix="Jr", birth_date="1961-04-05", sex=Sex.MALE,
        address="123 Main St",
    )  # fmt: skip
    match = run(subject, candidate(1, **held)).matches[0]
    assert (match.verdict, match.second_identifier) == (verdict, second)


def test_a_name_alike_by_sound_is_never_the_same_person() -> None:
    """One sequence of consonants under an equal number and birth date: two names all the same."""
    subject = PersonSubject(
        family="Metzler", given="Ann", birth_date="1982-03-14", identifiers=(ssn("512-34-6789"),)
    )
    match = run(subject, candidate(1, name="McElroy, Ann", birth_date="1982-03-14", ssn="512346789")).matches[0]
    assert match.verdict == POSSIBLE
    assert match.finding.startswith("possible only: name, birth date and SSN agree")


def test_placeholder_numbers_are_no_evidence_and_no_second_identifier() -> None:
    """000-00-0000 on both sides says nothing about who this is, and identifies nobody."""
    subject = PersonSubject(family="Smith", given="John", identifiers=(ssn("000-00-0000"),))
    match = run(subject, candidate(1, name="Smith, John", ssn="000000000")).matches[0]
    assert not match.second_identifier
    assert match.evidence[1].verdict == "missing"
    assert match.evidence[1].weight_millinats == 0
    assert match.evidence[1].sentence == "SSN not compared: such a number was never issued to one person"
    assert not is_enough_to_identify(subject)


def test_a_first_of_january_is_no_second_identifier() -> None:
    """1 January often stands for an unknown day."""
    subject = PersonSubject(family="Hassan", given="Omar", birth_date="1984-01-01")
    match = run(subject, candidate(1, name="Hassan, Omar", birth_date="1984-01-01")).matches[0]
    assert match.verdict == POSSIBLE
    assert not match.second_identifier
    assert "1 January" in match.evidence[1].sentence


def test_several_records_of_one_person_do_not_halve_each_other() -> None:
    """Three copies of one person are as probable as one."""
    one = run(JUAN, candidate(1, **JUAN_HELD))
    three = run(JUAN, *(candidate(number, **JUAN_HELD) for number in range(3)))
    assert {match.probability_ppm for match in three.matches} == {one.matches[0].probability_ppm}
    assert three.not_in_file_ppm == one.not_in_file_ppm


def test_a_poorer_record_of_the_same_person_is_not_drowned_by_a_richer_one() -> None:
    """A record without a number stands on its own evidence beside one with it."""
    poor = {name: JUAN_HELD[name] for name in ("name", "birth_date", "sex")}
    alone = run(JUAN, candidate(1, **poor)).matches[0].probability_ppm
    beside = run(JUAN, candidate(1, **poor), candidate(2, **JUAN_HELD)).matches[1].probability_ppm
    assert beside == alone


def test_two_different_people_compete() -> None:
    """Twins: the probabilities of two people and of nobody stay within one."""
    subject = PersonSubject(family="Garcia", given="Juan", birth_date="1984-03-12")
    result = run(
        subject,
        candidate(1, name="Garcia, Juan", birth_date="1984-03-12", ssn="512-34-6789"),
        candidate(2, name="Garcia, Juan", birth_date="1984-03-12", ssn="601-22-8137"),
    )
    total = sum(match.probability_ppm for match in result.matches) + result.not_in_file_ppm
    assert total <= 1_000_001
    assert result.matches[0].probability_ppm == pytest.approx(result.matches[1].probability_ppm)


def test_nobody_in_the_file() -> None:
    """No candidate at all: certainly not in this file, as far as may be matched."""
    result = run(JUAN)
    assert result.matches == ()
    assert result.not_in_file_ppm == 1_000_000


def test_swapped_order_costs_and_never_pays() -> None:
    """Family and given name exchanged weigh less than the same names as written."""
    subject = PersonSubject(family="Tran", given="Minh", birth_date="1984-03-12")
    written = run(subject, candidate(1, name="Tran, Minh", birth_date="1984-03-12")).matches[0].evidence[0]
    swapped = run(subject, candidate(1, name="Minh, Tran", birth_date="1984-03-12")).matches[0].evidence[0]
    assert 0 < swapped.weight_millinats < written.weight_millinats
    assert "swapped" in swapped.sentence


def test_the_household_pays_less_than_a_stranger_at_the_address() -> None:
    """Same rare family name and address is one piece of evidence, not two."""
    subject = PersonSubject(family="Zyskowski", given="Ann", address="123 Main St")
    family = run(subject, candidate(1, name="Zyskowski, Ann", home_address="123 Main St")).matches[0]
    stranger = run(subject, candidate(1, name="Miller, Ann", home_address="123 Main St")).matches[0]
    assert family.evidence[1].weight_millinats < stranger.evidence[1].weight_millinats
    assert "household" in family.evidence[1].sentence


def test_a_former_name_matches_but_is_never_shown() -> None:
    """Where allowed it is evidence; value and detail stay hidden, and sex is not held against it."""
    subject = PersonSubject(family="Perez", given="Juana", birth_date="1984-03-12", sex=Sex.FEMALE)
    held = candidate(1, name="Garcia, Alex", former_name="Perez, Juana", birth_date="1984-03-12", sex="M")
    match = run(subject, held).matches[0]
    assert match.evidence[0].verdict == "agree"
    assert match.evidence[0].held == ""
    assert "Perez" not in match.evidence[0].sentence
    assert match.evidence[2].verdict == "missing"
    closed = run(subject, held, allowed=ALL - {"former-name"}).matches[0]
    assert closed.evidence[0].verdict == "disagree"


def test_match_only_values_are_not_shown() -> None:
    """A field open to matching but not to view gives a verdict without value or detail."""
    match = run(JUAN, candidate(1, frozenset({"birth-date", "ssn"}), **JUAN_HELD)).matches[0]
    hidden = {one.field: one for one in match.evidence if one.field in ("birth-date", "ssn")}
    assert all(one.held == "" and one.verdict == "agree" for one in hidden.values())
    assert all("not shown" in one.sentence for one in hidden.values())


def test_aliases_and_other_names_are_tried() -> None:
    """The best of all names counts, less than a main name would."""
    subject = PersonSubject(
        family="Nobody", given="Else", other_names=("Matthews, Joey",), birth_date="1984-03-12"
    )
    held = candidate(1, name="Smith, John", alias=("Jones, Jim", "Matthews, Joseph"), birth_date="1984-03-12")
    match = run(subject, held).matches[0]
    assert match.evidence[0].verdict == "agree"
    assert match.evidence[0].held == "Matthews, Joseph"
    assert match.evidence[0].asked == "Matthews, Joey"
    assert "another name" in match.evidence[0].sentence


def test_a_number_alone_may_be_the_same_person() -> None:
    """An exact number asked for by itself needs no name; a mistyped one is only possible."""
    exact = run(IdentifierSubject(identifier=ssn("512-34-6789")), candidate(1, ssn="512346789")).matches[0]
    slip = run(IdentifierSubject(identifier=ssn("512-34-6788")), candidate(1, ssn="512346789")).matches[0]
    assert exact.second_identifier
    assert exact.probability_ppm > 900_000
    assert exact.verdict == SAME
    assert slip.verdict != SAME


def test_values_that_cannot_be_read_are_missing() -> None:
    """A name without letters, an address without a street, a date that is none."""
    held = candidate(1, name=",", home_address="93701", birth_date="unknown", ssn="12")
    match = run(JUAN, held).matches[0]
    assert {one.verdict for one in match.evidence} == {"missing"}


def test_unknown_sex_is_missing() -> None:
    """X and unknown codes are not held against anyone."""
    subject = PersonSubject(family="Smith", given="John", sex=Sex.MALE)
    for text in ("X", "U", " "):
        assert run(subject, candidate(1, name="Smith, John", sex=text)).matches[0].evidence[1].verdict == "missing"
    match = run(subject, candidate(1, name="Smith, John", sex="female")).matches[0]
    assert match.evidence[1].verdict == "disagree"


@pytest.mark.parametrize(
    ("subject", "held", "verdict"),
    [
        (IdentifierSubject(identifier=ssn("512-34-6789")), {"ssn": "512346789"}, "agree"),
        (PlateSubject(plate="7ABC123", state="CA"), {"plate": "CA 7ABC123"}, "agree"),
        (PlateSubject(plate="7ABC123", state="CA"), {"plate": "NV 7ABC123"}, "disagree"),
        (FirearmSubject(serial="AB-12345", make="Colt"), {"weapon_serial": "AB12345"}, "agree"),
        (FirearmSubject(serial="AB-12345", make="Colt"), {"weapon_serial": "-"}, "missing"),
        (AddressSubject(address="123 Main St"), {"home_address": "123 Main Street"}, "agree"),
    ],
)
def test_numbers_and_things(subject: Subject, held: dict[str, str], verdict: str) -> None:
    """A number, thing or address is compared with its own field only."""
    match = run(subject, candidate(1, **held)).matches[0]
    assert [one.verdict for one in match.evidence] == [verdict]
    assert match.second_identifier == (verdict == "agree")
    closed = run(subject, candidate(1, **held), allowed=frozenset({"name"})).matches[0]
    assert [one.verdict for one in closed.evidence] == ["missing"]


@pytest.mark.parametrize(
    ("subject", "enough"),
    [
        (PersonSubject(family="Smith", given="John"), False),
        (PersonSubject(family="Smith", given="John", sex=Sex.MALE), False),
        (PersonSubject(family="Smith", given="John", birth_date="1984"), False),
        (PersonSubject(family="Smith", given="John", birth_date="1984-03"), True),
        (PersonSubject(family="Smith", given="John", birth_date="1984-03-12"), True),
        (PersonSubject(family="Smith", given="John", address="123 Main St"), True),
        (PersonSubject(family="Smith", identifiers=(ssn("512-34-6789"),)), True),
        (PlateSubject(plate="7ABC123", state="CA"), True),
    ],
)
def test_a_name_alone_is_not_enough(subject: Subject, enough: bool) -> None:
    """Sex or a year of birth beside a name still describe many people (86 FR 62468)."""
    assert is_enough_to_identify(subject) is enough


VALUES: Mapping[str, tuple[str, ...]] = {
    "name": (
        "Garcia Lopez, Juan Carlos",
        "Garcia, Juan",
        "Juan, Garcia",
        "Lopez, J",
        "Smith, Ann",
        "Gracia, Jaun",
    ),
    "alias": ("Garcia, Johnny", "Matthews, Joey"),
    "birth-date": ("1984-03-12", "1984-12-03", "1984-03", "1984", "1984-01-01", "1961-09-30", "nonsense"),
    "sex": ("M", "F", "X"),
    "home-address": ("123 Main St, Fresno, CA 93701", "9 Oak Ave", "125 Main Street"),
    "ssn": ("512-34-6789", "512-34-6798", "601-22-8137", "000-00-0000"),
}
HELD = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(texts), min_size=1, max_size=2, unique=True).map(tuple)
                  for name, texts in VALUES.items()}
)  # fmt: skip
FILES = st.lists(HELD, min_size=1, max_size=6).map(
    lambda rows: [Candidate(record_id=f"r{i}", person_key="p1", values=row) for i, row in enumerate(rows)]
)
OPEN = st.sets(st.sampled_from(sorted(VALUES))).map(frozenset)


@settings(max_examples=60)
@given(held=HELD)
def test_the_shown_weights_reproduce_the_odds(held: dict[str, tuple[str, ...]]) -> None:
    """Sum of evidence weights, through the documented formula, is the probability against `not in file`."""
    result = run(JUAN, Candidate(record_id="r1", person_key="p1", values=held))
    match = result.matches[0]
    odds = math.exp(log_odds(sum(one.weight_millinats for one in match.evidence), WEIGHTS))
    assert match.probability_ppm == pytest.approx(1e6 * odds / (1 + odds), abs=1.5)
    assert result.not_in_file_ppm == pytest.approx(1e6 / (1 + odds), abs=1.5)


@settings(max_examples=100)
@given(files=FILES, weights=any_weights())
def test_the_parts_that_are_shown_add_up_to_the_answer(files: list[Candidate], weights: Weights) -> None:
    """Prior, weights, calibration and others sum to the log odds of the probability, exactly, whatever the weights."""
    result = match_person(JUAN, files, ALL, weights)
    for match in result.matches:
        fall = match.waterfall
        assert fall is not None
        shown = fall.prior_millinats + sum(one.weight_millinats for one in match.evidence)
        shown += fall.calibration_millinats + fall.others_millinats
        assert shown == fall.total_millinats(match.evidence)
        assert match.probability_ppm == probability_of(shown)


@settings(max_examples=100)
@given(files=FILES, weights=any_weights())
def test_people_and_nobody_stay_within_one(files: list[Candidate], weights: Weights) -> None:
    """The best record, the best of the other people and `not in this file` never sum to more than one."""
    result = match_person(JUAN, files, ALL, weights)
    best = result.matches[0]
    assert best.waterfall is not None
    assert best.probability_ppm + best.waterfall.runner_up_ppm + result.not_in_file_ppm <= 1_000_000
    told = {match.probability_ppm for match in result.matches}
    assert {match.waterfall.runner_up_ppm for match in result.matches if match.waterfall} <= told | {0}


def test_prior_and_calibration_do_not_tell_the_size_of_a_file() -> None:
    """Among one record or forty strangers the prior is the same, and the calibration of the same evidence, too."""
    strangers = [candidate(number, name="Miller, Ann", birth_date="1950-02-03") for number in range(2, 42)]
    alone = run(JUAN, candidate(1, **JUAN_HELD)).matches[0]
    among = run(JUAN, candidate(1, **JUAN_HELD), *strangers).matches[0]
    assert alone.waterfall is not None
    assert among.waterfall is not None
    assert alone.evidence == among.evidence
    assert alone.waterfall.prior_millinats == among.waterfall.prior_millinats
    assert alone.waterfall.calibration_millinats == among.waterfall.calibration_millinats


@settings(max_examples=60)
@given(held=HELD, field=st.sampled_from(sorted(VALUES)))
def test_removing_a_value_never_turns_into_agreement(held: dict[str, tuple[str, ...]], field: str) -> None:
    """Missing is never evidence: without a field no verdict becomes `agree`."""
    before = run(JUAN, Candidate(record_id="r1", person_key="p1", values=held)).matches[0]
    fewer = {name: texts for name, texts in held.items() if name != field}
    after = run(JUAN, Candidate(record_id="r1", person_key="p1", values=fewer)).matches[0]
    verdicts = {one.field: one.verdict for one in before.evidence}
    for one in after.evidence:
        assert one.verdict != "agree" or verdicts[one.field] == "agree"
        assert one.verdict != "missing" or one.weight_millinats == 0


@settings(max_examples=60)
@given(files=FILES, allowed=OPEN, other=HELD)
def test_changing_a_closed_value_changes_nothing(
    files: list[Candidate], allowed: frozenset[str], other: dict[str, tuple[str, ...]]
) -> None:
    """Fields outside `asked_allowed` change no probability, evidence, verdict or order."""
    changed = [
        Candidate(
            record_id=one.record_id,
            person_key=one.person_key,
            values={name: texts for name, texts in one.values.items() if name in allowed}
            | {name: texts for name, texts in other.items() if name not in allowed},
        )
        for one in files
    ]
    before, after = run(JUAN, *files, allowed=allowed), run(JUAN, *changed, allowed=allowed)
    assert before.not_in_file_ppm == after.not_in_file_ppm
    assert [_outline(match) for match in before.matches] == [_outline(match) for match in after.matches]


def _outline(match: PersonMatch) -> tuple[object, ...]:
    return match.probability_ppm, match.evidence, match.second_identifier, match.verdict, match.candidate.record_id


@settings(max_examples=60)
@given(files=FILES, places=st.permutations(range(6)))
def test_the_order_of_candidates_does_not_matter(files: list[Candidate], places: list[int]) -> None:
    """The same candidates in another order give the same result."""
    mixed = [files[place] for place in places if place < len(files)]
    assert run(JUAN, *files) == run(JUAN, *mixed)


@settings(max_examples=60)
@given(files=FILES)
def test_a_contradiction_is_never_the_same_person(files: list[Candidate]) -> None:
    """H1: wherever name, birth date or number disagrees, the word is never `same person`."""
    for match in run(JUAN, *files).matches:
        if match.verdict == SAME:
            assert match.second_identifier
            assert not {one.field for one in match.evidence if one.verdict == "disagree"} & {
                "name", "birth-date", "ssn",
            }  # fmt: skip


def place(number: int) -> Appearance:
    """Where the candidate of a number stands."""
    return Appearance(record_id=f"r{number}", person_key="p1")


def act_on(kind: ActKind, numbers: Sequence[int], number: int = 1) -> PersonAct:
    """An act on candidates, by number; a split takes the first out."""
    places = tuple(place(one) for one in numbers)
    people, others = (places[:1], places[1:]) if kind is ActKind.SPLIT else (places, ())
    return PersonAct(
        id=f"i{number}", owner="o", number=number, kind=kind, at_ms=1, by="m", words="w", people=people,
        others=others,
    )  # fmt: skip


def declared(kind: ActKind, *numbers: int) -> Grouping:
    """What an owner said of candidates."""
    return group_appearances([act_on(kind, numbers)])


def test_records_declared_one_person_do_not_stand_against_each_other() -> None:
    """However little they tell, and however many they are."""
    subject = PersonSubject(family="Garcia Lopez", given="Juan")
    held = [candidate(number, name="Garcia Lopez, Juan") for number in range(1, 15)]
    alone, rivals = run(subject, held[0]), run(subject, *held)
    together = match_person(subject, held, ALL, WEIGHTS, declared(ActKind.MERGED, *range(1, 15)))
    assert {match.probability_ppm for match in together.matches} == {alone.matches[0].probability_ppm}
    assert together.not_in_file_ppm == alone.not_in_file_ppm > rivals.not_in_file_ppm
    assert rivals.matches[0].probability_ppm < together.matches[0].probability_ppm


def test_h1_records_declared_two_people_are_never_the_same_person() -> None:
    """Two that tell the very same stand against each other: neither is more than possible, whatever the order."""
    held = [candidate(number, **JUAN_HELD) for number in (1, 2)]
    parted = declared(ActKind.SPLIT, 1, 2)
    result = match_person(JUAN, held, ALL, WEIGHTS, parted)
    assert [match.verdict for match in result.matches] == [POSSIBLE, POSSIBLE]
    assert sum(match.probability_ppm for match in result.matches) + result.not_in_file_ppm <= 1_000_000
    assert match_person(JUAN, held[::-1], ALL, WEIGHTS, parted) == result


def test_h1_who_is_declared_two_people_is_no_group_beyond_the_best() -> None:
    """Not even through a record too far down to be compared by what it tells."""
    name = "Garcia Lopez, Juan"
    best = [candidate(number, name=name, birth_date="1984-03-12") for number in (1, 2)]
    others = [candidate(number, name=name, birth_date=f"19{40 + number}-09-30") for number in range(3, 14)]
    last = candidate(99, name=name, birth_date="1920-02-02")
    subject = PersonSubject(family="Garcia Lopez", given="Juan", birth_date="1984-03-12")
    held = [*best, *others, last]
    acts = (
        PersonAct(
            id=f"i{number}", owner="o", number=number, kind=kind, at_ms=1, by="m", words="w",
            people=people, others=rest,
        )
        for number, kind, people, rest in (
            (1, ActKind.SPLIT, (place(2),), (place(99),)), (2, ActKind.MERGED, (place(1), place(99)), ()),
        )
    )  # fmt: skip
    result = match_person(subject, held, ALL, WEIGHTS, group_appearances(acts))
    assert [match.verdict for match in result.matches[:2]] == [POSSIBLE, POSSIBLE]
    assert match_person(subject, held, ALL, WEIGHTS).matches[0].verdict == SAME


SAID = st.lists(
    st.tuples(
        st.sampled_from((ActKind.MERGED, ActKind.SPLIT)),
        st.lists(st.integers(0, 5), min_size=2, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=100)
@given(files=FILES, said=SAID, weights=any_weights(), shuffle=st.randoms(use_true_random=False))
def test_what_was_declared_keeps_the_sum_and_the_order_out(
    files: list[Candidate],
    said: list[tuple[ActKind, list[int]]],
    weights: Weights,
    shuffle: random.Random,
) -> None:
    """Parts add up, people and nobody stay within one, the order of the candidates does not count, evidence stays."""
    acts = [act_on(kind, numbers, number) for number, (kind, numbers) in enumerate(said, 1)]
    grouping = group_appearances(acts, frozenset(place(number) for number in range(len(files))))
    result = match_person(JUAN, files, ALL, weights, grouping)
    mixed = list(files)
    shuffle.shuffle(mixed)
    assert match_person(JUAN, mixed, ALL, weights, grouping) == result
    plain = {
        match.candidate.record_id: match.evidence for match in match_person(JUAN, files, ALL, weights).matches
    }
    leads: dict[tuple[Appearance, ...], int] = {}
    for match in result.matches:
        assert match.waterfall is not None
        assert match.evidence == plain[match.candidate.record_id]
        assert match.probability_ppm == probability_of(match.waterfall.total_millinats(match.evidence))
        person = grouping.person_of(Appearance(record_id=match.candidate.record_id, person_key="p1"))
        leads.setdefault(person, match.probability_ppm)
    best = result.matches[0]
    assert best.waterfall is not None
    assert best.probability_ppm + best.waterfall.runner_up_ppm + result.not_in_file_ppm <= 1_000_000
    for one, other in combinations(leads, 2):
        if grouping.relation(one[0], other[0]) == DECLARED_APART:
            assert leads[one] + leads[other] + result.not_in_file_ppm <= 1_000_000
