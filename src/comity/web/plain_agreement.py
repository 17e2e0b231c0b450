"""An agreement in plain words: who gives what to whom, what is never given, what is owed, and who may end it.

The sentences are those its drafters gave its clauses and both sides signed; the exact text stands below them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.law import ast
from comity.law.parse import parse_agreement
from comity.model.law_text import LawText, Signature

PERMITS = (ast.Permit, ast.PermitMatch)


@dataclass(frozen=True, slots=True)
class Line:
    """One clause: its number, its sentence, and the classes of records it is about; none named means all."""

    id: str
    sentence: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Direction:
    """What one party gives to the other: clauses that open, that close, and that bring a duty."""

    giver: str
    taker: str
    opens: tuple[Line, ...]
    closes: tuple[Line, ...]
    owes: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PlainAgreement:
    """An agreement as its page tells it. `suspends` are those who may suspend it at once."""

    id: str
    title: str
    first: date | None
    last: date | None
    authority: str
    assessment: str
    review: str
    suspends: tuple[str, ...]
    directions: tuple[Direction, ...]
    signatures: tuple[Signature, ...]

    def may_suspend(self, agency: str) -> bool:
        """Whether a party may suspend it by its own word."""
        return agency in self.suspends or "either" in self.suspends


def plain_agreement(text: LawText) -> PlainAgreement:
    """What an agreement in force says. Raises LawTextError for a text that does not parse."""
    tree = parse_agreement(text.text, text.name)
    ways = dict.fromkeys(
        (str(one.gives.giver), str(one.gives.taker)) for one in tree.clauses if one.gives is not None
    )
    return PlainAgreement(
        id=text.name,
        title=str(tree.title),
        first=tree.dates.first if tree.dates else None,
        last=tree.dates.last if tree.dates else None,
        authority=str(tree.authority or ""),
        assessment=str(tree.assessment[0]) if tree.assessment else "",
        review=f"{tree.review.count} {tree.review.unit}" if tree.review else "",
        suspends=tuple(str(one) for one in tree.suspends),
        directions=tuple(_direction(tree, giver, taker) for giver, taker in ways),
        signatures=text.signatures,
    )


def _direction(tree: ast.Agreement, giver: str, taker: str) -> Direction:
    clauses = [
        one
        for one in tree.clauses
        if one.gives is not None and (str(one.gives.giver), str(one.gives.taker)) == (giver, taker)
    ]
    return Direction(
        giver=giver,
        taker=taker,
        opens=_lines([one for one in clauses if isinstance(one.effect, PERMITS)]),
        closes=_lines([one for one in clauses if one.effect is not None and not isinstance(one.effect, PERMITS)]),
        owes=_lines([one for one in clauses if one.duties]),
    )


def _lines(clauses: list[ast.Rule]) -> tuple[Line, ...]:
    return tuple(
        Line(str(one.id), str(one.told or one.title), tuple(str(name) for name in one.classes)) for one in clauses
    )
