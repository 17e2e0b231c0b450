"""From texts to the ground of an analysis: which owner, which requesters, and an agreement where none is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from msgspec import structs

from comity.errors import LawUnavailableError
from comity.law import ast
from comity.law.analyse.ground import (
    NOTHING,
    Ground,
    Requester,
    directory_facts,
    listed_requesters,
    requesters_of,
)
from comity.law.atoms import FactMap
from comity.law.compile import compile_law, parse_text
from comity.law.compiled import Election, Law, Source
from comity.law.facts import Standing
from comity.model.agency import Agency
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, Signature

MOST_GROUNDS = 16  # the owners of a node, before a change and after it
OWNER, ASKER = "any-owner", "any-asker"
OWNER_ORI, ASKER_ORI = "ZZ0000100", "ZZ0000200"
ANY_AGREEMENT = "ANY-1"
# A pack permits nothing by itself. To see what it leaves open it stands under an agreement that permits everything, for
# ever; what such an agreement says of itself is left open.
ANY_TEXT = f"""agreement {ANY_AGREEMENT} "Everything to everybody"
party {OWNER} is {OWNER_ORI} "Any owner" level local state WA
party {ASKER} is {ASKER_ORI} "Any asker" level local state WA
authority "none"
from 0001-01-01 to 2999-12-31
review every 12 months
assessment "NONE" sha256:00000000
signs for {OWNER} agency-head
signs for {ASKER} agency-head
clause ANY-01 "Everything" gives {OWNER} to {ASKER} at release permit all fields
"""


def as_signed(text: LawText) -> LawText:
    """A draft as it would count with every signature it lists beside it. Such a text is for analysis only."""
    tree = parse_text(text)
    if not isinstance(tree, ast.Agreement):
        return text
    signers = [(str(signing.party), str(role)) for signing in tree.signings for role in signing.roles]
    return structs.replace(
        text, signatures=tuple(Signature(agency=party, role=role, value="-") for party, role in signers)
    )


def ground_of(texts: tuple[LawText, ...], owner: str = "", owner_facts: FactMap = NOTHING) -> Ground:
    """The ground of an owner's texts; agreements count as signed.

    Without an agreement or policy of any owner the packs stand under one that permits everything. Raises
    LawUnavailableError when the texts do not say whose law they are, and LawTextError for texts that do not check.
    """
    signed = tuple(as_signed(text) for text in texts)
    if all(text.kind is LawKind.PACK for text in signed):
        return _any_ground(signed, owner_facts)
    chosen = owner or owner_among(signed)
    law = compile_law(signed)
    return Ground(law, chosen, owner_facts, requesters_of(law, chosen, _oris_of(law, chosen), {}))


def listed_ground(
    texts: tuple[LawText, ...],
    owner: Agency,
    agencies: Iterable[Agency],
    today: date | None,
    elections: tuple[Election, ...] = (),
) -> Ground:
    """The ground of an owner that a directory lists, texts as they are in force; `today` None means any day."""
    return _listed_ground(texts, owner, tuple(agencies), today, elections)


@lru_cache(maxsize=MOST_GROUNDS)
def _listed_ground(
    texts: tuple[LawText, ...],
    owner: Agency,
    listed: tuple[Agency, ...],
    today: date | None,
    elections: tuple[Election, ...],
) -> Ground:
    law = compile_law(texts, (), elections)
    names = {dated.ori: agency.id for agency in listed for dated in agency.oris}
    oris = frozenset(dated.ori for dated in owner.oris)
    found = requesters_of(law, owner.id, oris, names)
    requesters = listed_requesters(found, listed, today)
    return Ground(law, owner.id, directory_facts("owner", owner, today), requesters)


def owner_among(texts: tuple[LawText, ...]) -> str:
    """Whose law the texts are: the agency of the policy, else the one party of every agreement."""
    trees = [parse_text(text) for text in texts]
    policies = {str(tree.agency) for tree in trees if isinstance(tree, ast.Policy)}
    parties = [
        frozenset(str(party.name) for party in tree.parties) for tree in trees if isinstance(tree, ast.Agreement)
    ]
    common = frozenset.intersection(*parties) if parties else frozenset()
    candidates = policies if len(policies) == 1 else common
    if len(candidates) != 1:
        known = ", ".join(sorted(policies | frozenset().union(*parties)))
        raise LawUnavailableError(f"the texts do not say whose law they are; name the owner: one of {known}")
    return next(iter(candidates))


def _any_ground(packs: tuple[LawText, ...], owner_facts: FactMap) -> Ground:
    unsigned = LawText(
        kind=LawKind.AGREEMENT, name=ANY_AGREEMENT, version=1, text=ANY_TEXT, hash=text_digest(ANY_TEXT)
    )
    law = without_terms(compile_law((*packs, as_signed(unsigned))), ANY_AGREEMENT)
    standing = Standing(ASKER, frozenset({ASKER_ORI}), OWNER, frozenset({OWNER_ORI}), ASKER_ORI)
    return Ground(law, OWNER, owner_facts, (Requester(ASKER, standing),), any_terms=True)


def without_terms(law: Law, name: str) -> Law:
    """The law with an agreement that says nothing of itself, so that a question may say it."""
    bare = {id(one): replace(one, terms=MappingProxyType({})) for one in law.agreements if one.name == name}

    def swapped(source: Source) -> Source:
        return bare.get(id(source), source)

    codes = tuple(replace(code, source=swapped(code.source)) for code in law.codes)
    points = {point: tuple(codes[code.index] for code in listed) for point, listed in law.at_point.items()}
    agreements = tuple(swapped(source) for source in law.agreements)
    return replace(law, codes=codes, at_point=MappingProxyType(points), agreements=agreements)


def _oris_of(law: Law, owner: str) -> frozenset[str]:
    found = set()
    for source in law.agreements:
        assert source.agreement is not None
        found |= {str(party.ori) for party in source.agreement.parties if party.name == owner}
    return frozenset(found)
