"""Reach over the demonstration region: doors, authorities, what closes them, and the harms they stand for."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec import structs
from reach_stage import DAY, directory, flow, grounds

from altered_agreements import FEED_AGREEMENT, feed_law
from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    REMOVAL_OPERATIONS,
    WA_POLICE,
)
from comity.errors import WrongUseError
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Member
from comity.model.codes import DataClass
from comity.model.flow import Onward
from comity.oversight.reach.hop import By, Door, Known
from comity.oversight.reach.outside_hops import acting_hops, declared_hops, told_hops
from comity.oversight.reach.question import Federation, ReachAnswer, ReachQuestion, answer_reach

CIVIL = {"query's purpose": "civil-immigration"}


def ask(
    federation: Federation,
    owner: str,
    to: str,
    *classes: str,
    purpose: bool = False,
    without: frozenset[By] = frozenset(),
) -> ReachAnswer:
    wanted = Wanted(fields_named(load_vocabulary(), classes, (), ""), held=True)
    given = Given(CIVIL if purpose else {}, today=DAY)
    question = ReachQuestion(owner, frozenset({to}), wanted, given, without)
    return answer_reach(federation, question)


def agencies(answer: ReachAnswer) -> list[tuple[str, ...]]:
    return [one.way.agencies for one in answer.ways]


def test_h9_every_way_is_told_with_door_authority_and_what_closes_it() -> None:
    """H9: a way through a third agency is found beside the direct one, each hop with its agreement and how it is known."""
    found = ask(Federation(grounds()), CA_SHERIFF, FEDERAL_INVESTIGATIONS, "booking")
    assert agencies(found)[:2] == [
        (CA_SHERIFF, FEDERAL_INVESTIGATIONS),
        (CA_SHERIFF, WA_POLICE, FEDERAL_INVESTIGATIONS),
    ]
    assert found.verdict is Verdict.FOUND
    direct, third = found.ways[:2]
    assert [(step.door, step.hop.known) for step in direct.way.steps] == [(Door.FRONT, Known.LAW)]
    assert [step.door for step in third.way.steps] == [Door.FRONT, Door.BACK]
    assert third.way.steps[1].hop.authority.startswith("agreement HDI-CCPD-2026, B-")
    assert third.questions[-1].taker == FEDERAL_INVESTIGATIONS
    closing = found.reached.closings[0]
    assert any("HDI-ACSO-2026" in one for one in closing.ends)
    assert found.reached.own is not None
    assert {hop.giver for hop in found.reached.own.hops} == {CA_SHERIFF}


def test_h9_law_that_lets_nothing_pass_leaves_no_way() -> None:
    """H9: where the law of every agency on the way decides, what the packs close is no way: the answer is no, not silence."""
    found = ask(Federation(grounds()), "il-police", REMOVAL_OPERATIONS, "booking", purpose=True)
    assert (found.verdict, found.ways, found.reached.cost) == (Verdict.NONE, (), 0)


def test_h9_a_node_that_two_share_is_a_back_door_and_can_be_left_out() -> None:
    """H9: whoever runs a regional node can read it; that way is told as one, and only the asker's word leaves it out."""
    found = ask(Federation(grounds(), directory()), "il-police", REMOVAL_OPERATIONS, "booking", purpose=True)
    assert ("il-police", FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS) in agencies(found)
    assert found.ways[0].way.steps[-1].hop.by is By.POOL
    without = ask(
        Federation(grounds(), directory()),
        "il-police",
        REMOVAL_OPERATIONS,
        "booking",
        purpose=True,
        without=frozenset({By.POOL}),
    )
    assert without.verdict is Verdict.NONE
    assert "left out at your word: pool" in without.assumed


def test_h9_a_broker_on_the_way_is_a_back_door() -> None:
    """H9: what is carried by a broker is come to by the agencies of its node, unless the owner's law shuts brokers out."""
    found = ask(Federation(grounds(), directory(broker=True)), "il-police", WA_POLICE, "booking")
    broker = [one for one in found.ways if one.way.steps[-1].hop.by is By.BROKER]
    assert broker[0].way.agencies == ("il-police", WA_POLICE)
    assert "carries what il-police answers" in broker[0].way.steps[0].hop.authority


def test_h8_somebody_who_acts_for_another_agency_is_a_side_door() -> None:
    """H8: people of an agency who act for another make a way to it, counted and never named."""
    member = Member(
        id="wa-1",
        name="Pat Example",
        agency=WA_POLICE,
        roles=("member",),
        trained_until=DAY,
        acting_for=("other-agency",),
    )
    hops = acting_hops(
        (member, structs.replace(member, id="wa-2"), structs.replace(member, id="wa-3", acting_for=()))
    )
    assert [(hop.giver, hop.taker, hop.authority) for hop in hops] == [
        (WA_POLICE, "other-agency", "2 of wa-police's people act for other-agency")
    ]
    found = ask(Federation(grounds(), None, hops), CA_SHERIFF, "other-agency", "booking")
    assert agencies(found)[0] == (CA_SHERIFF, WA_POLICE, "other-agency")
    assert found.ways[0].way.steps[-1].door is Door.SIDE
    assert "Pat" not in repr(found.ways)


def test_h8_what_was_told_by_telephone_is_a_side_door_that_nothing_closes() -> None:
    """H8: a recorded disclosure is a way of its own; it happened, and no closing pretends to undo it."""
    told = told_hops(
        [(CA_SHERIFF, "caller", DataClass.BOOKING, "call"), (CA_SHERIFF, "caller", DataClass.CASE, "call")],
        frozenset({"booking"}),
    )
    assert [hop.authority for hop in told] == ["disclosure by call, 1 recorded"]
    found = ask(Federation(grounds(), None, told), CA_SHERIFF, "caller", "booking")
    assert [one.way.door for one in found.ways] == [Door.SIDE]
    assert (found.reached.past[0].agencies, found.reached.cost) == ((CA_SHERIFF, "caller"), 0)


def test_h11_a_delegated_signature_is_a_side_door_and_says_who_signed() -> None:
    """H11: where another signed for the owner, the hop is told as that, with signer, member and delegation."""
    signed = grounds("HDI-ACSO-2026", delegated=True)
    found = ask(Federation(signed), CA_SHERIFF, FEDERAL_INVESTIGATIONS, "booking")
    step = found.ways[0].way.steps[0]
    assert (step.door, step.hop.by) == (Door.SIDE, By.DELEGATED)
    assert "signed by pool-committee for ca-sheriff by delegation sha256:" in step.hop.authority


def test_h29_a_vendors_contract_is_a_back_door_to_whoever_the_vendor_sells_to() -> None:
    """H29: contracts entered by hand are hops like others; where nobody says that the vendor may not pass on, it may."""
    flows = (flow(), flow(id="sale", owner="vendor", recipient=REMOVAL_OPERATIONS, citation="federal contract 9"))
    hops = declared_hops(flows, str, frozenset({"booking"}), "civil-immigration", DAY)
    found = ask(Federation(grounds(), None, hops), WA_POLICE, REMOVAL_OPERATIONS, "booking", purpose=True)
    way = next(one.way for one in found.ways if "vendor" in one.way.agencies and len(one.way.steps) == 2)
    assert way.agencies == (WA_POLICE, "vendor", REMOVAL_OPERATIONS)
    assert [step.door for step in way.steps] == [Door.BACK, Door.BACK]
    assert "contract 17-204" in way.steps[0].hop.authority
    assert way.steps[0].hop.sources == ("crime-centre: council minutes, 2026-03-02, own-statement",)
    kept = declared_hops((flow(onward=Onward.FORBIDDEN), *flows[1:]), str, frozenset({"booking"}), "", DAY)
    closed = ask(Federation(grounds(), None, kept), WA_POLICE, REMOVAL_OPERATIONS, "booking", purpose=True)
    assert all("vendor" not in one.way.agencies for one in closed.ways)


def test_h29_what_a_flow_leaves_open_counts_as_yes() -> None:
    """H29: other classes, other purposes and other days close a declared flow; what its source does not state never does."""
    wanted = frozenset({"booking"})
    assert declared_hops((flow(),), str, wanted, "civil-immigration", DAY)
    assert not declared_hops((flow(data_classes=(DataClass.CASE,)),), str, wanted, "", DAY)
    assert not declared_hops((flow(purposes=("custody",)),), str, wanted, "civil-immigration", DAY)
    assert declared_hops((flow(purposes=("custody",)),), str, wanted, "", DAY)
    assert not declared_hops((flow(last=date(2026, 1, 1)),), str, wanted, "", DAY)


def test_a_way_that_no_record_can_go_as_a_whole_is_refuted() -> None:
    """Hops that are possible one by one are held together: what no field of any record can go is no way."""
    found = ask(Federation(grounds()), WA_POLICE, REMOVAL_OPERATIONS, purpose=True)
    assert found.refuted
    assert ("wa-police", "ny-dmv", REMOVAL_OPERATIONS) not in agencies(found)
    assert found.closing_exact


def test_an_agency_that_nothing_is_known_of_is_refused() -> None:
    """A name that no law, list or directory has is a mistake, and is said to be one."""
    with pytest.raises(WrongUseError, match="nothing is known here of `nobody`"):
        ask(Federation(grounds()), CA_SHERIFF, "nobody", "booking")


def test_an_agreement_that_gives_a_feed_is_a_copy() -> None:
    """A feed is a copy at the taker: a back door from the first hop on."""
    text = feed_law().replace(FEED_AGREEMENT, "ACSO-CCPD-2026")
    found = ask(Federation(grounds("ACSO-CCPD-2026", text)), CA_SHERIFF, WA_POLICE, "booking")
    assert (found.ways[0].way.steps[0].hop.by, found.ways[0].way.door) == (By.COPY, Door.BACK)
