"""The index finds whom their open values find, best first, within its limits, and tells when a limit bites."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import ALL, PEOPLE, Values, field_sets, index, look, make_file, seeds

from comity.match import search as searching
from comity.match.compare import Scale, prepare
from comity.match.finding import Finder
from comity.match.parts import calibrate, even_weight
from comity.match.traits import read_traits
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

KELLY = prepare(PersonSubject(family="Kelly", given="Ann", birth_date="1984-03-12"), ALL)


@settings(max_examples=25)
@given(seeds, field_sets)
def test_everybody_whom_open_values_find_is_found(seed: int, allowed: frozenset[str]) -> None:
    """Among others, and with closed values beside: nobody is lost whom their open values alone would lead to."""
    made = make_file(seed)
    segment = index(made.held)
    for subject in made.asked:
        question = prepare(subject, allowed)
        finder = Finder(question, Scale(load_weights()))
        expected = {at for at, values in enumerate(made.held) if finder.finds(read_traits(values, allowed))}
        found = look(segment, question)
        assert expected <= set(found.people)
        assert not found.cut


@settings(max_examples=25)
@given(seeds, st.integers(1, PEOPLE))
def test_the_best_come_first_and_ties_by_place(seed: int, most: int) -> None:
    """In the order of weights, then of places; fewer are the first of more."""
    made = make_file(seed)
    segment = index(made.held)
    for subject in made.asked:
        whole = look(segment, prepare(subject, ALL))
        ranked = list(zip([-weight for weight in whole.weights], whole.people, strict=True))
        assert ranked == sorted(ranked)
        assert len(set(whole.people)) == len(whole.people)
        some = look(segment, prepare(subject, ALL), most=most)
        assert some.people == whole.people[:most]
        assert some.weights == whole.weights[:most]


@settings(max_examples=25)
@given(seeds, st.lists(st.integers(0, 63), min_size=PEOPLE, max_size=PEOPLE), st.frozensets(st.integers(0, 63)))
def test_only_people_in_records_of_the_asked_classes(seed: int, held: list[int], asked: frozenset[int]) -> None:
    """Others are neither found nor counted, and change no weight."""
    made = make_file(seed)
    every, some = index(made.held, held), prepare(made.asked[0], ALL)
    whole, found = look(every, some), look(every, some, asked)
    kept = [at for at, place in enumerate(whole.people) if held[place] in asked]
    assert found.people == [whole.people[at] for at in kept]
    assert found.weights == [whole.weights[at] for at in kept]


@settings(max_examples=15)
@given(seeds)
def test_a_person_weighs_the_same_among_others(seed: int) -> None:
    """No weight depends on who else is in the file."""
    made = make_file(seed)
    segment = index(made.held)
    for subject in made.asked:
        question = prepare(subject, ALL)
        found = look(segment, question)
        for place, weight in list(zip(found.people, found.weights, strict=True))[:5]:
            alone = look(index([made.held[place]]), question).weights
            assert alone in ([], [pytest.approx(weight, abs=0.01)])


def crowd(people: int) -> list[Values]:
    """People of one name, each born on another day, and one more born as asked."""
    held = [
        {"name": ("Kelly, Ann",), "birth-date": (f"1984-0{4 + n // 28}-{n % 28 + 1:02}",)} for n in range(people)
    ]
    return [*held, {"name": ("Kelly, Ann",), "birth-date": ("1984-03-12",)}]


def test_a_key_too_common_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rarest keys are read first; whoever has only the others is left out, and it is told."""
    segment = index(crowd(40))
    assert not look(segment, KELLY).cut
    monkeypatch.setattr(searching, "MOST_POSTINGS", 20)
    found = look(segment, KELLY)
    assert found.cut
    assert 40 in found.people
    assert len(found.people) < 41


def test_a_crowd_is_weighed_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those with most keys; that there were more is told."""
    segment = index(crowd(40))
    monkeypatch.setattr(searching, "MOST_WEIGHED", 7)
    found = look(segment, KELLY)
    assert found.cut
    assert len(found.people) == 7
    assert found.people[0] == 40


def test_leaving_out_somebody_as_good_as_the_best_is_told() -> None:
    """A limit that cuts off only those who weigh less cuts nothing that matters."""
    twins = index([{"name": ("Kelly, Ann",)}] * 5)
    assert look(twins, KELLY, most=4).cut
    assert not look(twins, KELLY, most=5).cut
    assert not look(index(crowd(20)), KELLY, most=3).cut


def test_nobody_is_found_in_an_empty_file_or_by_an_empty_question() -> None:
    """No people, no keys, no classes: nobody, nothing cut."""
    nothing = prepare(PersonSubject(family="Kelly", given="Ann"), frozenset())
    cases = (
        look(index([]), KELLY), look(index(crowd(3)), nothing), look(index(crowd(3)), KELLY, frozenset()),
        look(index([{}]), KELLY),
    )  # fmt: skip
    for found in cases:
        assert (found.people, found.weights, found.cut) == ([], [], False)


@pytest.mark.parametrize("undated", [False, True])
@pytest.mark.parametrize("population", [1_000, 1_000_000])
def test_even_weight_is_that_of_even_odds(population: int, *, undated: bool) -> None:
    """Whoever weighs so much is as probable as nobody, within the rounding of thousandths of a nat."""
    weights = msgspec.structs.replace(load_weights(), population=population)
    weight = even_weight(weights, undated=undated)
    assert abs(calibrate(round(weight), weights, undated=undated).log_odds_millinats) <= 1


def test_the_few_best_are_read_and_then_whoever_is_not_far_behind() -> None:
    """The first are read whatever they weigh; of the others those who lie less far behind than `FAR_BEHIND`."""
    assert searching.is_read(searching.FEWEST_READ - 1, -60_000, 13_000)
    assert searching.is_read(searching.FEWEST_READ, 13_000 - searching.FAR_BEHIND, 13_000)
    assert not searching.is_read(searching.FEWEST_READ, 12_999 - searching.FAR_BEHIND, 13_000)
