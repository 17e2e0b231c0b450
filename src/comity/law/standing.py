"""Whether agreements stand under an owner's law: every rule at `activate`, for every party that could ask."""

from __future__ import annotations

from dataclasses import dataclass

from comity.law import ast
from comity.law.asked import entity_of
from comity.law.atoms import FactMap
from comity.law.code import atoms_of
from comity.law.compiled import Law, RuleCode
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


@dataclass(frozen=True, slots=True)
class Opening:
    """Data of `owner` would come to `recipient`; it gives to `holder` itself. Rules of the texts in `silent` have no say."""

    owner: Agency
    holder: Agency
    recipient: Agency
    silent: frozenset[str] = frozenset()


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


def decide_opening(law: Law, terms: FactMap, opening: Opening, at_ms: int) -> tuple[Reason, ...]:
    """The rules at `activate` that forbid a way an agreement opens for data of `opening.owner`; each said of the recipient.

    Rules of the owner's own law count, and clauses by which it gives to `opening.holder`; of texts named in `silent`, none.
    A rule that says nothing of a recipient is about the agreement itself, and is decided with it.
    """
    facts = activation_facts(opening.owner, opening.holder, terms, at_ms, opening.recipient)
    found = decide_point(law, "activate", facts, opening.silent).forbidden
    about = {code.id for code in law.at_point.get("activate", ()) if speaks_of_recipient(law, code)}
    return tuple(reason for reason in found if reason.rule in about)


def speaks_of_recipient(law: Law, code: RuleCode) -> bool:
    """Whether a rule turns on to whom data would come."""
    paths = {path for index in atoms_of(code.hit) for path in law.atoms[index].reads()}
    return any(entity_of(path) == "recipient" for path in paths)


def parties_of(agreement: ast.Agreement, directory: Directory) -> tuple[Agency, ...]:
    """The agencies of the directory that an agreement names by an ORI they use or used, in the agreement's order."""
    by_ori = {dated.ori: agency for agency in directory.agencies for dated in agency.oris}
    found = (by_ori.get(str(party.ori)) for party in agreement.parties)
    return tuple(dict.fromkeys(agency for agency in found if agency is not None))
