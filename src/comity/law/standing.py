"""Whether agreements stand under an owner's law: every rule at `activate`, for every party that could ask."""

from __future__ import annotations

from dataclasses import dataclass

from comity.law import ast
from comity.law.atoms import FactMap
from comity.law.compiled import Law
from comity.law.decide_point import PointDecision, decide_point
from comity.law.point_facts import activation_facts
from comity.model.agency import Agency, Directory
from comity.model.decision import Reason


@dataclass(frozen=True, slots=True)
class Barred:
    """An agreement, a party that could ask under it, and the owner's rules that do not let it stand."""

    agreement: str
    other: str
    reasons: tuple[Reason, ...]


def barred_agreements(law: Law, owner: Agency, directory: Directory, at_ms: int) -> tuple[Barred, ...]:
    """The agreements of a law that its own rules forbid, by other party."""
    found = []
    for source in law.agreements:
        if source.agreement is None:
            continue
        for other in parties_of(source.agreement, directory):
            if other.id == owner.id:
                continue
            agreement = str(source.agreement.id)
            reasons = decide_activation(law, agreement, source.terms, (owner, other), at_ms).forbidden
            if reasons:
                found.append(Barred(agreement, other.id, reasons))
    return tuple(found)


def decide_activation(
    law: Law, agreement: str, terms: FactMap, between: tuple[Agency, Agency], at_ms: int
) -> PointDecision:
    """What an owner's law says of an agreement with another agency; `between` is owner and other.

    A clause of another agreement has no say. What is unknown forbids, as at each question.
    """
    owner, other = between
    names = {source.name for source in law.agreements}
    return decide_point(law, "activate", activation_facts(owner, other, terms, at_ms), names - {agreement})


def parties_of(agreement: ast.Agreement, directory: Directory) -> tuple[Agency, ...]:
    """The agencies of the directory that an agreement names by an ORI they use or used, in the agreement's order."""
    by_ori = {dated.ori: agency for agency in directory.agencies for dated in agency.oris}
    found = (by_ori.get(str(party.ori)) for party in agreement.parties)
    return tuple(dict.fromkeys(agency for agency in found if agency is not None))
