"""The ground of an analysis: one owner's law, who may ask it, and what of a question is settled beforehand.

An agency with several ORIs is looked at as if it asked under one of them alone: its further agreements could only add
rules that narrow and leave terms less certain, so whatever is closed to the one is closed to all. In the same way a
question for a beneficiary, or by a member who acts for others, is the stricter of several standpoints: what no
asker can reach by itself is reached by none of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from comity.law.analyse.encode import View
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS
from comity.law.atoms import Atom, FactMap, FactValue
from comity.law.compiled import Law, Source
from comity.law.facts import Standing, agency_facts, owner_facts
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency

NOTHING: FactMap = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Requester:
    """Who may ask: where it stands towards the owner, and what is known of it; all else is open."""

    name: str
    standing: Standing
    facts: FactMap = field(default_factory=lambda: NOTHING, compare=False)

    @property
    def is_owner(self) -> bool:
        """Whether the owner's own members ask."""
        return self.standing.asker == self.standing.owner


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """An owner's compiled law, what is known of the owner, and the requesters that could be given anything.

    `any_terms`: the agreement stands for any that could be made, so what it says of itself is open.
    """

    law: Law
    owner: str
    owner_facts: FactMap
    requesters: tuple[Requester, ...]
    any_terms: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """What is settled beforehand of a question: `facts` by path, `unknown` paths, the day (None: any day).

    `limits` are tests that must come out certainly true, or (False) must not. `any_election`: a choice may stand or
    not for every conflict, whatever was elected.
    """

    facts: FactMap = field(default_factory=lambda: NOTHING, compare=False)
    unknown: frozenset[str] = frozenset()
    limits: tuple[tuple[Atom, bool], ...] = ()
    today: date | None = None
    any_election: bool = False


def requesters_of(
    law: Law, owner: str, owner_oris: frozenset[str], names: Mapping[str, str]
) -> tuple[Requester, ...]:
    """The owner's own members, and every agency some clause of the owner gives to, each ORI by itself.

    `names` are agency ids by ORI where the agreement's name for a party is not the agency's.
    """
    takers = {code.taker: code.source for code in law.codes if code.giver in owner_oris and code.source.may_widen}
    found = [Requester(owner, Standing(owner, owner_oris, owner, owner_oris, _one(owner_oris)))]
    for ori, source in sorted(takers.items()):
        name = names.get(ori) or _party_name(source, ori)
        if name != owner:
            found.append(Requester(name, Standing(name, frozenset({ori}), owner, owner_oris, ori)))
    return tuple(found)


def listed_requesters(
    found: Sequence[Requester], agencies: Sequence[Agency], today: date | None
) -> tuple[Requester, ...]:
    """The requesters with what the directory says of them; those it does not list stay open."""
    listed = {dated.ori: agency for agency in agencies for dated in agency.oris}
    made = []
    for one in found:
        agency = listed.get(one.standing.named_ori)
        facts = directory_facts("asker", agency, today) if agency is not None else NOTHING
        made.append(Requester(one.name, one.standing, facts))
    return tuple(made)


def directory_facts(entity: str, agency: Agency, today: date | None) -> FactMap:
    """What the directory says of an agency, as a question has it; on any day, its certificates are open."""
    found = agency_facts(entity, agency, today or date.min)
    found |= owner_facts(agency) if entity == "owner" else {}
    known = load_vocabulary().attributes
    dated = f"{entity}'s certificates"
    return MappingProxyType({p: v for p, v in found.items() if p in known and (today is not None or p != dated)})


def contradicts(requester: Requester, given: Given) -> bool:
    """Whether what is settled of the question cannot be so for this requester."""
    return any(requester.facts.get(path, value) != value for path, value in given.facts.items()) or any(
        path in requester.facts for path in given.unknown
    )


def within(given: Given, facts: FactMap) -> bool:
    """Whether facts keep to the limits given."""
    return all((atom.truth(facts) is True) == wanted for atom, wanted in given.limits)


def agreements_between(law: Law, standing: Standing) -> tuple[Source, ...]:
    """The agreements the owner and this asker are parties of; none where the owner asks itself."""
    if standing.owner == standing.asker:
        return ()
    found = []
    for source in law.agreements:
        assert source.agreement is not None
        oris = {str(party.ori) for party in source.agreement.parties}
        if oris & standing.owner_oris and oris & standing.asker_oris:
            found.append(source)
    return tuple(found)


def view_of(ground: Ground, requester: Requester, given: Given, unknowns: Unknowns, data_class: str) -> View:
    """A question about one class as one requester puts it: what is settled, and what is open."""
    terms, absent, silent = _terms(ground, requester)
    own = _as_asker(ground.owner_facts) if requester.is_owner else {}
    known: dict[str, FactValue] = {**own, **requester.facts, **given.facts, **ground.owner_facts, **terms}
    known.update(dict.fromkeys(CLASS_PATHS, data_class))
    if given.today is not None:
        known["now"] = given.today
    unknown = frozenset(path for path in (*absent, *given.unknown) if path not in known)
    return View(unknowns, known, unknown, silent)


def _as_asker(owner_facts: FactMap) -> dict[str, FactValue]:
    """What is known of an owner that asks itself."""
    known = load_vocabulary().attributes
    seen = {path.replace("owner", "asker", 1): value for path, value in owner_facts.items()}
    return {path: value for path, value in seen.items() if path in known}


def _terms(ground: Ground, requester: Requester) -> tuple[dict[str, FactValue], frozenset[str], frozenset[str]]:
    """What the agreements say of themselves: settled terms, paths that are unknown, entities not spoken of at all.

    A term on which two agreements differ stays open: which of them are active turns on the day. An example that rests
    on a mix of terms does not replay.
    """
    if ground.any_terms and not requester.is_owner:
        return {}, frozenset(), frozenset()
    sources = agreements_between(ground.law, requester.standing)
    if not sources:
        return {"agreement's access": "query"}, frozenset(), frozenset({"agreement"})
    first = sources[0].terms
    agreed = {p: v for p, v in first.items() if all(source.terms.get(p) == v for source in sources)}
    spoken = {path for source in sources for path in source.terms}
    every = {path for path in ground.law.vocabulary.attributes if path.startswith("agreement's ")}
    return agreed, frozenset(every - spoken), frozenset()


def _one(oris: frozenset[str]) -> str:
    return min(oris, default="")


def _party_name(source: Source, ori: str) -> str:
    assert source.agreement is not None
    return next(str(party.name) for party in source.agreement.parties if str(party.ori) == ori)
