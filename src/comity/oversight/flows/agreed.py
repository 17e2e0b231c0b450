"""What an owner gives by an agreement, read from its clauses: to whom, for which purposes, in which classes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from comity.law.ast import Agreement, Permit, PermitMatch, Rule
from comity.law.ast_condition import AllOf, AnyOf, Condition, Is, OneOf
from comity.law.compile import parse_text
from comity.model.agency import Agency, Directory
from comity.model.flow_map import AgreedFlow, Spell
from comity.model.law_text import LawText

PURPOSE = "query's purpose"
COPYING = frozenset({"feed", "bulk"})  # kinds of access that leave a copy at the taker


@dataclass(frozen=True, slots=True)
class Given:
    """What one clause gives: to whom, for which purposes (none: any), in which classes (none: all).

    `taker` is an agency's id, or the agreement's name for a party that the directory does not list; `oris` is every ORI of it.
    `leaves` is false where the clause lets fields be matched on only, so that nothing leaves by it.
    """

    taker: str
    oris: frozenset[str]
    purposes: frozenset[str]
    classes: frozenset[str]
    leaves: bool


@dataclass(frozen=True, slots=True)
class InForce:
    """When a text was switched on at a node: in which spells, and on which days it was switched on and off again."""

    spells: tuple[Spell, ...] = ()
    within: tuple[date, ...] = ()


def given_by(tree: Agreement, owner: Agency, directory: Directory) -> Iterator[Given]:
    """What the owner gives by an agreement, clause by clause; nothing where it only takes."""
    own = {dated.ori for dated in owner.oris}
    oris = {str(party.name): str(party.ori) for party in tree.parties}
    by_ori = {dated.ori: agency for agency in directory.agencies for dated in agency.oris}
    for clause in tree.clauses:
        if clause.gives is None or not isinstance(clause.effect, Permit | PermitMatch):
            continue
        if oris.get(str(clause.gives.giver)) not in own:
            continue
        taker = oris.get(str(clause.gives.taker), "")
        agency = by_ori.get(taker)
        yield Given(
            taker=agency.id if agency is not None else str(clause.gives.taker),
            oris=frozenset(dated.ori for dated in agency.oris) if agency is not None else frozenset({taker}),
            purposes=frozenset(_purposes(clause)),
            classes=frozenset(str(word) for word in clause.classes),
            leaves=isinstance(clause.effect, Permit),
        )


def agreed_flows(text: LawText, owner: Agency, directory: Directory, days: InForce) -> tuple[AgreedFlow, ...]:
    """The flows of an agreement from its owner: one for each taker and set of purposes, with every class given for them.

    `days` are those it was switched on at the owner's node; only days between the agreement's own count.
    """
    tree = parse_text(text)
    assert isinstance(tree, Agreement)
    dates = Spell(first=tree.dates.first, last=tree.dates.last) if tree.dates is not None else Spell()
    counted = tuple(cut for spell in days.spells if (cut := _within(spell, dates)) is not None)
    within = tuple(day for day in days.within if dates.covers(day))
    found: dict[tuple[str, tuple[str, ...]], list[Given]] = {}
    for one in given_by(tree, owner, directory):
        if one.leaves:
            found.setdefault((one.taker, tuple(sorted(one.purposes))), []).append(one)
    return tuple(
        AgreedFlow(
            agreement=text.name,
            title=str(tree.title),
            giver=owner.id,
            taker=taker,
            classes=_classes(clauses),
            purposes=purposes,
            copy=str(tree.access or "") in COPYING,
            signed_by=_signed_by(text),
            spells=counted,
            within=within,
        )
        for (taker, purposes), clauses in sorted(found.items(), key=lambda pair: pair[0])
        if taker != owner.id and (counted or within)
    )


def _classes(clauses: Sequence[Given]) -> tuple[str, ...]:
    """Every class of some clauses; none, which is all, where one of them names none."""
    every = all(one.classes for one in clauses)
    return tuple(sorted({word for one in clauses for word in one.classes})) if every else ()


def _within(spell: Spell, dates: Spell) -> Spell | None:
    """The days of a spell that lie between the agreement's own; None where there are none."""
    first = max((day for day in (spell.first, dates.first) if day is not None), default=None)
    last = min((day for day in (spell.last, dates.last) if day is not None), default=None)
    return None if first is not None and last is not None and last < first else Spell(first=first, last=last)


def _signed_by(text: LawText) -> tuple[str, ...]:
    """Who signed for whom under a delegation, whichever party it was: what one of them never read itself is a side door."""
    found = [one.delegation.delegation for one in text.signatures if one.delegation is not None]
    return tuple(dict.fromkeys(f"{one.signer} for {one.member}" for one in found))


def _purposes(clause: Rule) -> Iterator[str]:
    """The purposes a clause names; none where it leaves them to the owner's law."""
    waiting: list[Condition] = [clause.when] if clause.when is not None else []
    while waiting:  # ends: a condition is a finite tree
        one = waiting.pop()
        if isinstance(one, AllOf | AnyOf):
            waiting += one.parts
        elif isinstance(one, OneOf) and str(one.subject) == PURPOSE and not one.negated:
            yield from (str(word) for word in one.words)
        elif isinstance(one, Is) and str(one.subject) == PURPOSE and not one.negated:
            yield str(one.word)
