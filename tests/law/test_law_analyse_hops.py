"""Reach over several hops in the demonstration region: the proof, and the path an altered agreement opens."""

from __future__ import annotations

from functools import lru_cache

from analyse_bodies import ANSWERED_ON, demo_grounds, demo_text, edited

from altered_agreements import ADDRESSES, NO_ONWARD, NOT_KEPT, PASSED_ON
from comity.demo.agencies import FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS, WA_POLICE
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.hops import RegionReach, reach_region, region_of, shortest
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_wanted, reach
from comity.law.atoms import FactValue, ValueAtom
from comity.law.vocabulary import load_vocabulary

PURPOSE: dict[str, FactValue] = {"query's purpose": "civil-immigration"}
ANY_WAY = Given(PURPOSE, today=ANSWERED_ON)

# Washington's own exceptions, settled: the address is not public, no judge signed a paper for the last question, and the
# person is not in a state prison.
PAPERS = ValueAtom(
    "order's instrument",
    frozenset({"court-order", "court-subpoena", "judicial-warrant"}),
    frozenset(load_vocabulary().types["instrument"]),
)
PRISON = ValueAtom(
    "subject's custodian", frozenset({"state-corrections"}), frozenset(load_vocabulary().types["custodian"])
)
FACTS: dict[str, FactValue] = {**PURPOSE, "field is public": False}
GIVEN = Given(FACTS, limits=((PAPERS, False), (PRISON, False)), today=ANSWERED_ON)

# An agreement that leaves the address to the statute, as many do.
LEFT_TO_THE_STATUTE = (
    "  permit fields labelled address\n  when   query's purpose is one of criminal-investigation, federal-crime\n",
    "  permit fields labelled address\n"
    "  when   query's purpose is one of civil-immigration, criminal-investigation, federal-crime\n",
)


@lru_cache(maxsize=1)
def region() -> dict[str, Ground]:
    return demo_grounds()


def follow(grounds: dict[str, Ground], *, held: bool = True) -> tuple[RegionReach, ...]:
    """Washington's home addresses, of every class, to a civil-immigration purpose; `held` answers count as open."""
    wanted = Wanted(fields_wanted(grounds[WA_POLICE], (), ("home-address",), ""), held=held)
    return reach_region(region_of(grounds, ANY_WAY), WA_POLICE, ANY_WAY, wanted)


def left_to_the_statute() -> Ground:
    """Washington's law where the agreement with removal operations names the purpose and leaves the rest to WA-01."""
    text = edited(demo_text("HDR-CCPD-2026"), LEFT_TO_THE_STATUTE)
    return demo_grounds({text.name: text})[WA_POLICE]


def test_washington_addresses_cannot_reach_civil_immigration() -> None:
    """No question and no chain of agreements of the region brings a home address to a civil-immigration purpose.

    Everything but the purpose is open: papers, public flags, who holds the person, who asks and for whom.
    """
    found = follow(region())
    assert {one.verdict for one in found} == {Verdict.NONE}
    held = {one.data_class: set(one.holders) for one in found if one.holders}
    assert REMOVAL_OPERATIONS in held["case"], "they hold some for crimes: the proof is about the purpose"


def test_washington_addresses_are_closed_to_every_single_question() -> None:
    """Where an agreement would give them, the statute closes them, its own exceptions apart."""
    ground = left_to_the_statute()
    wanted = Wanted(fields_wanted(ground, (), ("home-address",), ""), held=True)
    found = reach(ground, GIVEN, wanted)
    assert found.verdict is Verdict.NONE
    resting = {(one.requester, one.rules) for one in found.closed if one.rules}
    assert resting == {(REMOVAL_OPERATIONS, ("us-wa/WA-01",))}


def test_a_judges_paper_is_a_way_in_that_the_statute_leaves() -> None:
    """Without settling the exceptions the analysis does not pretend: the question that meets one is shown."""
    ground = left_to_the_statute()
    wanted = Wanted(fields_wanted(ground, (), ("home-address",), ""))
    found = reach(ground, Given(FACTS, today=ANSWERED_ON), wanted)
    assert found.reached is not None
    assert {reason.rule for reason in found.reached.decided.reasons} == {"HDR-CCPD-2026/G-02"}


def test_an_agreement_altered_to_share_onward_opens_a_path() -> None:
    """Once Cascade City lets its addresses pass on, and the next agreement hands them over, the path is shown."""
    first = edited(demo_text("HDI-CCPD-2026"), ADDRESSES, NO_ONWARD)
    second = edited(demo_text("HDR-HDI-2026"), PASSED_ON, NOT_KEPT)
    found = shortest(follow(demo_grounds({text.name: text for text in (first, second)}), held=False))
    assert found is not None
    assert [(step.giver, step.taker) for step in found.route] == [
        (WA_POLICE, FEDERAL_INVESTIGATIONS),
        (FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS),
    ]
    assert [step.rules for step in found.route] == [("HDI-CCPD-2026/B-03",), ("HDR-HDI-2026/G-01",)]
    last = found.route[-1].example.all_facts()
    assert last["query's purpose"] == "civil-immigration"
    assert last["record is consented-onward"] is True
    assert last["record is own-record"] is False


def test_each_of_the_altered_clauses_is_needed() -> None:
    """The onward clause alone, the permit alone, or the next agreement alone opens nothing."""
    first, second = demo_text("HDI-CCPD-2026"), demo_text("HDR-HDI-2026")
    for texts in ((edited(first, NO_ONWARD),), (edited(second, PASSED_ON, NOT_KEPT),)):
        found = follow(demo_grounds({text.name: text for text in texts}))
        assert {one.verdict for one in found} == {Verdict.NONE}
