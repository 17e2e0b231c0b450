"""Grounds, directory and declared flows of the demonstration region, as reach and the map are tested with them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from msgspec import structs

from comity.demo.agencies import CA_SHERIFF, OWNERS, WA_POLICE, directory_agencies
from comity.demo.laws import texts_for
from comity.law.analyse.ground import Ground
from comity.law.analyse.texts import as_signed, listed_ground
from comity.model.agency import Directory, NodeListing
from comity.model.canon import text_digest
from comity.model.codes import DataClass, GovernmentLevel, Purpose
from comity.model.delegation import Delegation, SignedDelegation
from comity.model.flow import Access, Authority, DeclaredFlow, Evidence, Onward
from comity.model.law_text import LawText, Signature

DAY = date(2026, 11, 28)


@lru_cache(maxsize=4)
def grounds(name: str = "", text: str = "", *, delegated: bool = False) -> dict[str, Ground]:
    """The region's grounds; with a name, one agreement's text altered, or signed for the sheriff by a committee."""

    def altered(one: LawText) -> LawText:
        if one.name != name:
            return as_signed(one)
        made = as_signed(structs.replace(one, text=text, hash=text_digest(text)) if text else one)
        return structs.replace(made, signatures=tuple(map(by_committee, made.signatures))) if delegated else made

    agencies = directory_agencies()
    return {
        agency.id: listed_ground(tuple(altered(one) for one, _ in texts_for(agency.id)), agency, agencies, DAY)
        for agency in agencies
        if agency.id in OWNERS
    }


def by_committee(signature: Signature) -> Signature:
    """The sheriff's signature as a committee gives it under a delegation; others as they are."""
    delegation = Delegation(
        member=CA_SHERIFF,
        signer="pool-committee",
        roles=("agency-head", "counsel"),
        purposes=(Purpose.CRIMINAL_INVESTIGATION,),
        data_classes=(DataClass.BOOKING,),
        first=DAY,
        until=DAY,
        levels=(GovernmentLevel.FEDERAL,),
        authority="charter",
    )
    signed = SignedDelegation(delegation=delegation, value="-")
    return structs.replace(signature, delegation=signed) if signature.agency == CA_SHERIFF else signature


def directory(*, broker: bool = False) -> Directory:
    names = dict.fromkeys(agency.node for agency in directory_agencies())
    nodes = [
        NodeListing(
            id=name,
            address=f"https://{name}.example",
            message_key="",
            log_key="",
            broker=broker and name == "wa-node",
            via="wa-node" if broker and name == "fed-node" else "",
        )
        for name in names
    ]
    return Directory(version=7, agencies=directory_agencies(), nodes=tuple(nodes))


def flow(**changed: object) -> DeclaredFlow:
    given = {
        "id": "crime-centre",
        "owner": WA_POLICE,
        "recipient": "vendor",
        "system": "Crime Centre",
        "access": Access.COMMERCIAL_BROKER,
        "data_classes": (DataClass.BOOKING,),
        "purposes": (),
        "onward": Onward.UNKNOWN,
        "authority": Authority.CONTRACT,
        "citation": "contract 17-204",
        "source": "council minutes",
        "dated": date(2026, 3, 2),
        "evidence": Evidence.OWN_STATEMENT,
    }
    return DeclaredFlow(**{**given, **changed})  # type: ignore[arg-type]
