"""Reach: what is found replays in evaluator, twin and Cedar; what is proved no question contradicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from analyse_bodies import body_ground, cedar_sees, every_question, twin_sees
from generate_law import CLASSES, TODAY
from generate_question import generated_body
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.law.analyse.example import replay
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict, analysis
from comity.law.analyse.reach import Reach, Sampling, Wanted, fields_wanted, find_reached, reach, searches_of
from comity.law.analyse.texts import ground_of
from comity.law.atoms import ValueAtom
from comity.law.shipped import shipped_pack
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Level
from long_runs import LONG

WASHINGTON = {
    "owner's state": "WA",
    "owner's kind": "police",
    "owner's level": "local",
    "owner's component": "none",
}


def washington(held: bool = False, **more: object) -> Reach:
    """Home addresses of a Washington police force and civil immigration, under any agreement."""
    ground = ground_of((shipped_pack("us"), shipped_pack("us-wa")), "", WASHINGTON)
    facts = {"query's purpose": "civil-immigration", **more}
    wanted = Wanted(fields_wanted(ground, (), ("home-address",), ""), held=held)
    return reach(ground, Given(facts, today=TODAY), wanted, Sampling(80))  # type: ignore[arg-type]


def test_each_exception_of_a_statute_is_found_as_a_question() -> None:
    """Washington's three exceptions are three ways in; with all of them settled nothing is left, held or not."""
    shut = {"field is public": False, "order's instrument": "nothing", "subject's custodian": "none"}
    for held in (False, True):
        found = washington(held, **shut)
        assert found.verdict is Verdict.NONE
        assert [one.rules for one in found.closed if one.data_class == "case"] == [("us-wa/WA-01",)]
        assert found.sampled == 80
    ways = [{**shut, "field is public": True}, {**shut, "order's instrument": "judicial-warrant"}]
    ways.append({**shut, "subject's custodian": "state-corrections"})
    for open_way in ways:
        reached = washington(**open_way).reached
        assert reached is not None
        assert reached.decided.level is Level.FULL


def test_an_example_holds_only_what_it_needs() -> None:
    """The question shown has no optional fact that it would reach the field without."""
    reached = washington(**{"field is public": False, "order's instrument": "judicial-warrant"}).reached
    assert reached is not None
    ground = ground_of((shipped_pack("us"), shipped_pack("us-wa")), "", WASHINGTON)
    for path in reached.example.facts:
        if path.startswith(("record", "subject", "field")) or path == "order's issuer":
            facts = {key: value for key, value in reached.example.facts.items() if key != path}
            fewer = replay(ground.law, replace(reached.example, facts=facts))
            assert fewer.level(reached.field, held=False) is Level.NOTHING, path


def test_limits_shut_out_values_and_leave_the_rest_open() -> None:
    """`not one of these papers` proves what `no paper` proves; `one of these` must be kept to."""
    ground = ground_of((shipped_pack("us"), shipped_pack("us-wa")), "", WASHINGTON)
    domain = frozenset(load_vocabulary().types["instrument"])
    papers = ValueAtom(
        "order's instrument", frozenset({"court-order", "court-subpoena", "judicial-warrant"}), domain
    )
    facts = {"query's purpose": "civil-immigration", "field is public": False, "subject's custodian": "none"}
    wanted = Wanted(fields_wanted(ground, ("case",), ("home-address",), ""))
    assert reach(ground, Given(facts, limits=((papers, False),), today=TODAY), wanted).verdict is Verdict.NONE
    found = reach(ground, Given(facts, limits=((papers, True),), today=TODAY), wanted).reached
    assert found is not None
    assert found.example.facts["order's instrument"] in papers.words


def test_years_are_counted_on_the_calendar() -> None:
    """An intelligence entry is open on the last day of five years, over a leap day, and on no later one."""
    ground = ground_of((shipped_pack("us"),))
    shut: dict[str, object] = {"query's purpose": "emergency-life", "record's last-validated": date(2024, 2, 29)}
    shut["record's retain-until"] = date(2029, 2, 28)
    wanted = Wanted({"intelligence": ("name",)})
    open_day = reach(ground, Given(shut, today=date(2029, 2, 28)), wanted)  # type: ignore[arg-type]
    assert open_day.verdict is Verdict.FOUND
    assert reach(ground, Given(shut, today=date(2029, 3, 1)), wanted).verdict is Verdict.NONE  # type: ignore[arg-type]
    any_day = reach(ground, Given({"query's purpose": "emergency-life"}, today=None), wanted)
    assert any_day.verdict is Verdict.FOUND


@settings(max_examples=5)
@given(st.integers(0, 10_000))
def test_what_is_found_replays_everywhere_and_what_is_proved_withstands_questions(seed: int) -> None:
    """Every counterexample is a yes of twin and Cedar as well; every proof stands against hundreds of questions."""
    body = generated_body(seed)
    ground = body_ground(body)
    for data_class in CLASSES[:2]:
        for held in (False, True):
            wanted = Wanted({data_class: ("home-address",)}, held=held)
            found = reach(ground, Given(today=TODAY), wanted, Sampling(60, seed))
            if found.reached is not None:
                assert twin_sees(body, found.reached.example, "home-address", held=held)
                assert cedar_sees(body, found.reached.example, "home-address")
            else:
                assert found.verdict is Verdict.NONE


BLOCK = 10 if LONG == 1 else 30  # seeds; of thirty some can always be written down whole, and of the first ten


@pytest.mark.parametrize("first", range(0, 10 * LONG, BLOCK))
@analysis()
def test_enumeration_over_the_cut_points_agrees(first: int) -> None:
    """Where every question can be written down, asking them all finds what the solver finds, and no more."""
    compared = 0
    for seed in range(first, first + BLOCK):
        ground = body_ground(generated_body(seed, size=3))
        for requester in ground.requesters:
            searches = searches_of(ground, Given(today=TODAY))
            for data_class in CLASSES:
                questions = every_question(ground, requester, data_class, most=5_000)
                if questions is None:
                    continue
                seen = [replay(ground.law, one) for one in questions]
                for held in (False, True):
                    wanted = Wanted({data_class: ("phone",)}, held=held)
                    verdict, _ = find_reached(searches.of(requester, data_class), wanted, searches)
                    any_open = any(one.level("phone", held=held) for one in seen)
                    assert (verdict is Verdict.FOUND) == any_open, (seed, requester.name, data_class, held)
                    compared += 1
    assert compared > 8
