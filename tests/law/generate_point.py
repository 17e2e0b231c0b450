"""Random rules and facts for the decision points beside asking and releasing, drawn from the whole vocabulary.

Conditions are made of whatever the vocabulary declares for the entities known at a point, so that a word added there
is drawn here by itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from generate_law import CLASSES, TABLES, TODAY

from comity.law import ast
from comity.law.ast import Word
from comity.law.check_effect import POINTS_OF_ACTS
from comity.law.vocabulary import Vocabulary, load_vocabulary

POINTS = ("activate", "ingest", "session", "configure", "onward", "purge")
ACT_AT = {point: act for act, points in POINTS_OF_ACTS.items() for point in points if point in POINTS}
SKIPPED = frozenset(
    {"record is sealed", "field is public", "record's data-class", "query's data-class"}
)  # set apart
SPANS = (ast.Span(5, "year"), ast.Span(21, "day"), ast.Span(6, "month"))
DEFERRING = ("order is sealed", "order's document", "order's expires")
GIVEN = "agreement's data-classes"  # what rules at `activate` with a data clause turn on
FEW_ATTRIBUTES = 7  # a rule set over few attributes meets itself often


@dataclass(frozen=True)
class PointBody:
    """A pack of rules at one point, and the attributes they were drawn from."""

    point: str
    pack: ast.Pack
    declared: tuple[ast.AttributeDecl, ...]


def attributes_at(vocabulary: Vocabulary, point: str) -> tuple[ast.AttributeDecl, ...]:
    """Every attribute of an entity known at a point."""
    known = {str(name) for name, entity in vocabulary.entities.items() if point in entity.points}
    return tuple(
        decl
        for path, decl in vocabulary.attributes.items()
        if str(decl.entity) in known
        and path not in SKIPPED
        and decl.kind.name != "listed"
        and not path.startswith("conviction's ")
    )


def generated_point(seed: int) -> PointBody:
    """One pack at one point: refusals, closed fields, holds, purges, keeps and duties."""
    rng = random.Random(seed)
    vocabulary = load_vocabulary()
    point = POINTS[seed % len(POINTS)]
    every = attributes_at(vocabulary, point)
    maker = PointMaker(rng, vocabulary, point, tuple(rng.sample(every, min(FEW_ATTRIBUTES, len(every)))))
    rules = tuple(maker.rule(number) for number in range(1, rng.choice((3, 5, 8))))
    if point == "onward":  # drawn apart, so that the other rules of a seed stay what they are
        rules += deferring(random.Random(f"deferring {seed}"))
        needed = [
            vocabulary.attributes[path] for path in DEFERRING if vocabulary.attributes[path] not in maker.declared
        ]
        maker.declared += tuple(needed)
    pack = ast.Pack(
        name=Word("us-points"),
        title=Word("Generated law"),
        jurisdiction=Word("US"),
        version=1,
        uses=(ast.Use("vocabulary", Word("comity"), 1),),
        rules=rules,
        tables=TABLES,
    )
    return PointBody(point, pack, maker.declared)


def deferring(rng: random.Random) -> tuple[ast.Rule, ...]:
    """A rule that has the person told when something is passed on, and one that lets a sealed order defer it."""
    review = ast.DutySpec(
        kind=Word("review"),
        what=Word("order"),
        to=Word("counsel"),
        within=ast.Span(1, "working-day"),
        of=Word("decision-made"),
        on=Word("any-outcome"),
    )
    notice = ast.DutySpec(kind=Word("notify"), what=Word("subject"), on=Word("any-outcome"))
    sealed = ast.Is(Word("order"), Word("sealed"), rng.random() < 0.2)
    tells = _dutiful("P-90", None, None, notice)
    waits = _dutiful("P-91", ast.Defer((Word("subject"),), Word("order's expires")), sealed, review)
    return (tells, replace(waits, status=Word("verified" if rng.random() < 0.8 else "unverified")))


def _dutiful(name: str, effect: ast.Effect | None, when: ast.Condition | None, duty: ast.DutySpec) -> ast.Rule:
    return ast.Rule(
        id=Word(name),
        title=Word("Generated rule"),
        cite=Word("Generated Code"),
        status=Word("verified"),
        points=(Word("onward"),),
        dates=ast.Dates(date(2019, 1, 1)),
        effect=effect,
        when=when,
        duties=(duty,),
    )


@dataclass
class PointMaker:
    """Draws rules at one point over a few attributes."""

    rng: random.Random
    vocabulary: Vocabulary
    point: str
    declared: tuple[ast.AttributeDecl, ...]

    def rule(self, number: int) -> ast.Rule:
        rng = self.rng
        effect = self.effect()
        opens = isinstance(effect, ast.Purge)
        return ast.Rule(
            id=Word(f"P-{number:02d}"),
            title=Word(f"Generated rule {number}"),
            cite=Word(f"Generated Code {number}"),
            status=Word("verified" if rng.random() < 0.8 else "unverified"),
            points=(Word(self.point),),
            dates=ast.Dates(date(2019, 1, 1), None if rng.random() < 0.9 else TODAY - timedelta(days=1)),
            effect=effect,
            classes=tuple(Word(c) for c in rng.sample(CLASSES, 2)) if rng.random() < 0.25 else (),
            when=self.condition(opens) if rng.random() < 0.85 else None,
            unless=tuple(self.condition(not opens) for _ in range(rng.choice((0, 0, 1, 2)))),
            duties=self.duties() if effect is None or rng.random() < 0.4 else (),
        )

    def effect(self) -> ast.Effect | None:
        rng = self.rng
        label = ast.ByLabel((Word(rng.choice(("identity", "contact", "offence", "location"))),))
        fields = ast.AllFields() if rng.random() < 0.3 else label
        choices: list[ast.Effect | None] = [None]
        if self.point in ACT_AT:
            choices += [ast.ForbidAct(Word(ACT_AT[self.point]))] * 3
        if self.point == "onward":
            choices += [ast.Forbid(fields), ast.Forbid(fields), ast.HoldReview(fields, Word("counsel"))]
            choices += [ast.HoldAttest(fields, Word("the facts are in order"), Word("supervisor"))]
        if self.point == "purge":
            choices += [ast.Purge(), ast.Purge(), ast.Purge(), ast.KeepRestricted()]
        return rng.choice(choices)

    def duties(self) -> tuple[ast.DutySpec, ...]:
        kind, to = self.rng.choice((("notify", "subject"), ("notify", "supervisor"), ("log", None)))
        on = self.rng.choice(("any-outcome", "release", "refusal", None))
        what = Word(to) if to else None
        return (ast.DutySpec(kind=Word(kind), what=what, on=Word(on) if on else None),)

    def condition(self, present_ok: bool, depth: int = 1) -> ast.Condition:
        if depth and self.rng.random() < 0.4:
            parts = tuple(self.condition(present_ok, depth - 1) for _ in range(2))
            return (ast.AllOf if self.rng.random() < 0.5 else ast.AnyOf)(parts)
        return self.test(self.rng.choice(self.declared), present_ok)

    def test(self, decl: ast.AttributeDecl, present_ok: bool) -> ast.Condition:
        """One test of an attribute, of a form its kind has."""
        rng, kind = self.rng, decl.kind
        negated = rng.random() < 0.3
        if kind.name == "flag":
            return ast.Is(Word(decl.entity), Word(decl.name), negated)
        if kind.name == "text":
            return ast.Has(Word(decl.entity), Word(decl.name), not present_ok)
        if kind.name == "date":
            if self.point == "purge" or rng.random() < 0.5:
                return ast.Apart(
                    Word("now"), rng.choice(("gt", "le")), rng.choice(SPANS), "after", Word(decl.path)
                )
            return ast.Ordered(Word(decl.path), rng.choice(("earlier", "later")), date(2026, 3, 1))
        if kind.name == "number":
            return ast.Amount(Word(decl.path), rng.choice(("gt", "le", "lt", "ge")), number=kind.low + 3)
        if kind.name == "duration":
            return ast.Amount(Word(decl.path), rng.choice(("gt", "le")), None, ast.Span(30, "minute"))
        assert kind.type is not None
        words = [Word(word) for word in self.vocabulary.types[kind.type]]
        if kind.name == "set":
            return ast.Includes(Word(decl.path), rng.choice(words[:3]), negated)
        return ast.Is(Word(decl.path), rng.choice(words[:3]), negated)


def generated_facts(body: PointBody, rng: random.Random) -> dict[str, object]:
    """Values for the attributes of a body, each unknown one time in three."""
    vocabulary = load_vocabulary()
    facts: dict[str, object] = {}
    for decl in body.declared:
        if rng.random() < 0.67:
            facts[str(decl.path)] = _value(decl, vocabulary.types, rng)
    if body.point == "activate" and rng.random() < 0.67:
        facts[GIVEN] = frozenset(rng.sample(CLASSES, rng.choice((0, 1, 2))))
    return facts


def _value(decl: ast.AttributeDecl, types: Mapping[str, Mapping[str, object]], rng: random.Random) -> object:
    kind = decl.kind
    if kind.name == "flag":
        return rng.random() < 0.5
    if kind.name == "text":
        return "something"
    if kind.name == "date":
        return rng.choice((TODAY, TODAY - timedelta(days=21), TODAY - timedelta(days=22), date(2021, 11, 20)))
    if kind.name in {"number", "duration"}:
        return (
            rng.choice((kind.low + 2, kind.low + 3, kind.low + 4))
            if kind.name == "number"
            else rng.choice((29, 30, 31))
        )
    assert kind.type is not None
    words = [str(word) for word in types[kind.type]][:4]
    return frozenset(rng.sample(words, 2)) if kind.name == "set" else rng.choice(words)
