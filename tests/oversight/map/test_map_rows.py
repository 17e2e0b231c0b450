"""The rows of the map over the demonstration region's texts, held against what reach finds in the same ones."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from msgspec import structs
from reach_stage import DAY, by_committee, directory, flow, grounds

from altered_agreements import FEED_AGREEMENT, feed_law
from comity.demo.agencies import CA_SHERIFF, OWNERS, REMOVAL_OPERATIONS, WA_POLICE, directory_agencies
from comity.demo.laws import texts_for
from comity.law.analyse.texts import as_signed
from comity.model.agency import Agency
from comity.model.canon import text_digest
from comity.model.codes import DataClass
from comity.model.flow import Access
from comity.model.flow_map import ActingFor, AgreedFlow, PrivateFlows, Spell, ToldFlow
from comity.model.law_text import LawKind, LawText
from comity.oversight.flows.agreed import InForce, agreed_flows
from comity.oversight.map.row import MapRow
from comity.oversight.map.rows import agreed_rows, declared_rows, directory_rows, private_rows
from comity.oversight.reach.hop import By, Door, Known
from comity.oversight.reach.law_hops import agreement_hops

SINCE = InForce((Spell(first=date(2026, 3, 1)),))


def owner(name: str) -> Agency:
    return next(agency for agency in directory_agencies() if agency.id == name)


def text(name: str, of: str = CA_SHERIFF) -> LawText:
    return next(as_signed(one) for one, _ in texts_for(of) if one.name == name)


@lru_cache(maxsize=1)
def flows() -> tuple[AgreedFlow, ...]:
    """Every agreement of the region, in force since March."""
    return tuple(
        one
        for name in OWNERS
        for law, _ in texts_for(name)
        if law.kind is LawKind.AGREEMENT
        for one in agreed_flows(as_signed(law), owner(name), directory(), SINCE)
    )


def rows() -> tuple[MapRow, ...]:
    return tuple(agreed_rows(flows(), str))


def test_h20_the_map_has_every_agreement_that_reach_has() -> None:
    """H20: giver, taker and agreement of the map's rows are exactly those of the hops that reach decides by law."""
    classes = tuple(str(one) for one in DataClass)
    hops = agreement_hops(grounds(), classes)
    reached = {(hop.giver, hop.taker, name) for hop in hops for name in hop.agreements}
    assert {(row.giver, row.taker, row.paper) for row in rows()} == reached


def test_each_purpose_has_the_classes_given_for_it() -> None:
    """A row is one set of purposes with the classes of the clauses that name it; what helps to match alone is no flow."""
    found = {
        row.purposes: row.classes for row in rows() if (row.giver, row.paper) == (CA_SHERIFF, "ACSO-CCPD-2026")
    }
    assert found["stop",] == ("dmv", "licence", "protection-order", "warrant")
    crime = ("criminal-investigation", "criminal-prosecution", "federal-crime", "task-force-investigation")
    assert found[crime] == ("booking", "case", "criminal-history", "custody", "warrant")
    assert len(found) == 2


def test_only_days_between_an_agreements_own_count() -> None:
    """Switched on before its first day it is not in force until then; switched off before that it never was."""
    law = text("ACSO-CCPD-2026")
    early = InForce((Spell(first=date(2025, 1, 1)),))
    for one in agreed_flows(law, owner(CA_SHERIFF), directory(), early):
        assert one.spells == (Spell(first=date(2026, 1, 1), last=date(2029, 12, 31)),)
    never = InForce((Spell(first=date(2025, 1, 1), last=date(2025, 6, 1)),))
    assert agreed_flows(law, owner(CA_SHERIFF), directory(), never) == ()


def test_h11_what_another_signed_is_a_side_door_and_says_who_signed() -> None:
    """H11: a committee's signature for a member is told on the map, with signer and member."""
    law = text("HDI-ACSO-2026")
    signed = structs.replace(law, signatures=tuple(map(by_committee, law.signatures)))
    (row,) = agreed_rows(agreed_flows(signed, owner(CA_SHERIFF), directory(), SINCE), str)
    assert (row.by, row.door) == (By.DELEGATED, Door.SIDE)
    assert row.source == "agreement HDI-ACSO-2026, signed by pool-committee for ca-sheriff"


def test_an_agreement_that_gives_a_feed_is_a_copy() -> None:
    """A feed leaves a copy at the taker: a back door."""
    words = feed_law().replace(FEED_AGREEMENT, "ACSO-CCPD-2026")
    law = structs.replace(text("ACSO-CCPD-2026"), text=words, hash=text_digest(words))
    found = tuple(agreed_rows(agreed_flows(law, owner(CA_SHERIFF), directory(), SINCE), str))
    assert {(row.by, row.door) for row in found} == {(By.COPY, Door.BACK)}


def test_h29_whoever_carries_or_holds_could_read_and_is_on_the_map() -> None:
    """H29: the agencies of a broker on the way, and those on the giver's node, each with what it rests on."""
    agreed = tuple(row for row in rows() if row.giver == "il-police")
    found = tuple(
        directory_rows(directory(broker=True), agreed, frozenset({"il-police", "federal-investigations"}))
    )
    brokers = [row for row in found if row.by is By.BROKER]
    assert {row.taker for row in brokers} == {WA_POLICE}
    assert all("could read it; agreement" in row.source and row.spells == agreed[0].spells for row in brokers)
    pools = [row for row in found if row.by is By.POOL]
    assert [(row.giver, row.taker) for row in pools] == [("federal-investigations", REMOVAL_OPERATIONS)]


def test_h29_a_vendors_contract_is_on_the_map_with_what_its_source_leaves_open() -> None:
    """H29: a declared flow is a row, its door by its kind, its purposes any where none are stated, its source beside it."""
    plates = flow(id="account", access=Access.DIRECT_ACCOUNT, first=date(2026, 1, 1), last=date(2026, 6, 30))
    vendor, account = declared_rows((flow(), plates), str)
    assert (vendor.door, vendor.purposes, vendor.known) == (Door.BACK, (), Known.DECLARED)
    assert "contract: contract 17-204; council minutes, 2026-03-02, own-statement" in vendor.source
    assert account.door is Door.SIDE
    assert (account.is_on(date(2026, 6, 30)), account.is_on(date(2026, 7, 1))) == (True, False)


def test_h8_who_acts_for_whom_is_a_side_door_of_the_private_map() -> None:
    """H8: one row a person who acts for another agency, one for what was told; what was told never ends."""
    private = PrivateFlows(
        agency=WA_POLICE,
        acting=(ActingFor(member="wa-2", other="other"), ActingFor(member="wa-1", other="other")),
        told=(ToldFlow(recipient="caller", data_class="case", channel="call", count=3, first=date(2026, 5, 2)),),
    )
    first, second, told = private_rows(private, str)
    assert [(row.paper, row.door) for row in (first, second)] == [("wa-1", Door.SIDE), ("wa-2", Door.SIDE)]
    assert (told.source, told.is_on(DAY), told.is_on(date(2026, 5, 1))) == (
        "told by call, 3 recorded",
        True,
        False,
    )
