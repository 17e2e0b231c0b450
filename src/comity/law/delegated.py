"""Whether an agreement lies within a delegation. Whatever is not certainly within is outside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from comity.law import ast
from comity.law.code import NEVER, fold_node, literal_values
from comity.law.compile import compile_law
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.parse import parse_agreement
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.delegation import Delegation
from comity.model.law_text import LawText

PURPOSE = "query's purpose"


def outside(text: LawText, delegation: Delegation, directory: Directory, today: date) -> tuple[str, ...]:
    """Everything about an agreement that the delegation does not cover, a sentence each; nothing where all is covered.

    `text` counts as signed by all. Raises LawTextError for a text that is no agreement.
    """
    tree = parse_agreement(text.text, text.name)
    return (
        *_days(tree, delegation, today),
        *_parties(tree, delegation, directory),
        *_given(text, delegation),
    )


def _days(tree: ast.Agreement, delegation: Delegation, today: date) -> Iterator[str]:
    if not delegation.first <= today <= delegation.until:
        yield f"the delegation runs from {delegation.first} to {delegation.until}, and today is {today}"
    last = tree.dates.last if tree.dates is not None else None
    if last is None or last > delegation.until:
        yield f"it lasts longer than the delegation, which ends on {delegation.until}"


def _parties(tree: ast.Agreement, delegation: Delegation, directory: Directory) -> Iterator[str]:
    by_ori = {dated.ori: agency for agency in directory.agencies for dated in agency.oris}
    for party in tree.parties:
        if party.name in (delegation.member, *delegation.parties):
            continue
        agency = by_ori.get(str(party.ori))
        if agency is None or agency.level not in delegation.levels:
            yield f"`{party.name}` is no party that the delegation is for"


def _given(text: LawText, delegation: Delegation) -> Iterator[str]:
    """What the member gives: every permit of its clauses, with the purposes that its condition leaves open."""
    law = compile_law((text,))
    closed = [purpose for purpose in Purpose if purpose not in delegation.purposes]
    for code in law.codes:
        gives = code.rule.gives
        if code.deed is not Deed.PERMIT or gives is None or gives.giver != delegation.member:
            continue
        classes = {str(name) for name in code.rule.classes}
        if not classes or classes - {str(one) for one in delegation.data_classes}:
            yield f"{code.rule.id} gives classes that the delegation does not name"
        if any(_open_to(law, code, purpose) for purpose in closed):
            yield f"{code.rule.id} gives for purposes that the delegation does not name"


def _open_to(law: Law, code: RuleCode, purpose: Purpose) -> bool:
    """Whether a permit could count for a purpose, whatever else is so: everything but the purpose is left open."""
    known: list[bool | None] = [None] * (4 * len(law.atoms))
    for index, atom in enumerate(law.atoms):
        if set(atom.reads()) == {PURPOSE}:
            known[4 * index : 4 * index + 4] = literal_values(atom.truth({PURPOSE: str(purpose)}))
    return fold_node(code.hit, known) != NEVER
