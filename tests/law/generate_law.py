"""Random small bodies of law and the questions put to them, from one seed.

Every text uses the shipped vocabulary and obeys the checker's rules (permits only where they may stand, presence
tests only where absence narrows), so that each generated body is one that could be activated. Domains are kept
narrow on purpose: conditions must come true, false and unknown often, and rules must meet on the same fields.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from comity.law import ast
from comity.law.ast import Word
from comity.model.agency import Agency

TODAY = date(2026, 11, 20)
CLASSES = ("case", "custody", "dmv", "plate-read", "intelligence")
STATES = ("CA", "WA", "US")
LABELS = ("identity", "contact", "address", "offence", "disposition", "photo", "narrative", "immigration-status",
          "government-number", "location", "release-date", "event")  # fmt: skip
NAMES = ("name", "home-address", "phone", "charge", "outcome", "photo", "status", "story", "seen-at", "image")
SHARED_NAMES = ("name", "home-address", "phone", "photo", "status", "ssn")  # every class has them
ROLES = ("supervisor", "counsel", "agency-head")

# Values a generated rule asks for. Kept near to what generated facts hold.
ENUMS: dict[str, tuple[str, ...]] = {
    "asker's level": ("federal", "state", "local"),
    "asker's state": STATES,
    "asker's kind": ("police", "sheriff", "investigative"),
    "asker's component": ("ice", "cbp", "none"),
    "query's purpose": ("criminal-investigation", "federal-crime", "civil-immigration", "emergency-life"),
    "query's message": ("records-query", "notification-request"),
    "query's step": ("digest", "detail"),
    "query's dppa-use": ("b1", "b4", "b6"),
    "order's instrument": ("nothing", "detainer", "court-order", "judicial-warrant"),
    "order's issuer": ("nobody", "state-judge", "article-three-judge"),
    "record's disposition": ("convicted", "dismissed", "unknown"),
    "subject's custodian": ("local-jail", "state-corrections"),
}
ASKED = {path: words for path, words in ENUMS.items() if path.split("'s ")[0] in ("asker", "query", "order")}
ASKED["query's data-class"] = CLASSES
FLAGS = (
    "asker is primarily-immigration",
    "member is acting-for-immigration",
    "order is approved-1367",
    "record is reviewed",
    "record is sealed",
    "record is tied-to-case",
    "record is received-under-1367",
    "subject is registrant",
    "subject is minor",
    "field is public",
    "field is public",  # twice: it stands in most statutes' exceptions
)
DATES = (
    "record's collected",
    "record's last-validated",
    "record's retain-until",
    "record's event-date",
    "order's expires",
)
PRESENCE = ("query's note", "query's dppa-use", "order's document", "order's expires", "order's activity",
            "record's collected", "record's retain-until", "subject's custodian")  # fmt: skip
AGREEMENT_DATES = (ast.Dates(date(2026, 1, 1), date(2028, 1, 1)),) * 9 + (
    ast.Dates(date(2024, 1, 1), date(2026, 11, 19)),
)
BINDING = ("owner's state", "owner's level", "owner's kind")
BINDING_WORDS = {
    "owner's state": STATES,
    "owner's level": ("federal", "state", "local"),
    "owner's kind": ("police", "sheriff"),
}
OFFENCES = ("PC211", "PC459", "PC484")
TABLE_TEXT = "code\nPC211\nPC459\n"
LISTED = frozenset(OFFENCES[:2])
TABLE_HASH = Word("sha256:" + hashlib.sha256(TABLE_TEXT.encode()).hexdigest())
# One closed list under two names: read and not yet read by counsel.
TABLES = tuple(
    ast.Table(
        Word(name), Word("Listed offences"), Word("tables/listed.csv"), TABLE_HASH, Word("Code 1"), Word(status)
    )
    for name, status in (("listed-offences", "verified"), ("unread-offences", "unverified"))
)


# ---------------------------------------------------------------- conditions


@dataclass
class ConditionMaker:
    """Draws conditions. `terms` are the (entity, name) definitions that may be named, `tables` whether lists may;
    `asked` keeps to what is known when a question is asked."""

    rng: random.Random
    terms: tuple[tuple[str, str], ...] = ()
    tables: bool = True
    asked: bool = False

    def condition(self, *, present_ok: bool, absent_ok: bool, depth: int = 2) -> ast.Condition:
        """A random condition; `present_ok` and `absent_ok` say whether `has` and `has no` may stand in it."""
        roll = self.rng.random()
        if depth > 0 and roll < 0.42:
            parts = tuple(
                self.condition(present_ok=present_ok, absent_ok=absent_ok, depth=depth - 1)
                for _ in range(self.rng.choice((2, 2, 3)))
            )
            return (ast.AllOf if roll < 0.2 else ast.AnyOf)(parts)
        return self._atom(present_ok, absent_ok)

    def _atom(self, present_ok: bool, absent_ok: bool) -> ast.Condition:
        rng = self.rng
        roll = rng.random()
        if self.terms and roll < 0.18 and not self.asked:
            entity, name = rng.choice(self.terms)
            return ast.Is(Word(entity), Word(name), rng.random() < 0.25)
        if self.asked:
            return self._worded(ASKED)
        if roll < 0.34:
            entity, flag = rng.choice(FLAGS).split(" is ")
            return ast.Is(Word(entity), Word(flag), rng.random() < 0.3)
        if roll < 0.44 and (present_ok or absent_ok):
            entity, attribute = rng.choice(PRESENCE).split("'s ")
            negated = rng.random() < 0.5 if present_ok and absent_ok else absent_ok
            return ast.Has(Word(entity), Word(attribute), negated)
        if roll < 0.56:
            return self._dated()
        if roll < 0.58:
            return ast.Amount(Word("agreement's review-months"), rng.choice(("gt", "le", "lt", "ge")), 6)
        if roll < 0.62:
            return ast.Includes(
                Word("asker's certificates"), Word(rng.choice(("part-23", "wa-access"))), rng.random() < 0.3
            )
        if roll < 0.70:
            return ast.Some(Word("subject"), Word("conviction"), self._about_conviction())
        return self._worded(ENUMS)

    def _worded(self, domain: dict[str, tuple[str, ...]]) -> ast.Condition:
        path = self.rng.choice(tuple(domain))
        words = tuple(Word(word) for word in domain[path])
        negated = self.rng.random() < 0.3
        if len(words) > 2 and self.rng.random() < 0.4:
            return ast.OneOf(Word(path), tuple(self.rng.sample(words, 2)), negated)
        return ast.Is(Word(path), self.rng.choice(words), negated)

    def _dated(self) -> ast.Condition:
        rng = self.rng
        subject = Word(rng.choice((*DATES, "now")))
        others = [path for path in (*DATES, "now") if path != subject]
        moment: Word | date = Word(rng.choice(others)) if rng.random() < 0.75 else date(2026, 3, 1)
        if subject == "now" and isinstance(moment, date):
            moment = Word("record's collected")
        if rng.random() < 0.35:
            return ast.Ordered(subject, rng.choice(("earlier", "later")), moment)
        span = rng.choice((ast.Span(5, "year"), ast.Span(21, "day"), ast.Span(6, "month"), ast.Span(1, "year")))
        return ast.Apart(
            subject, rng.choice(("gt", "lt", "ge", "le")), span, rng.choice(("after", "before")), moment
        )

    def _about_conviction(self) -> ast.Condition:
        rng = self.rng
        parts: list[ast.Condition] = []
        if self.tables and rng.random() < 0.5:
            parts.append(ast.Listed(Word("conviction's offence"), rng.choice(TABLES).name, rng.random() < 0.3))
        if rng.random() < 0.5:
            parts.append(
                ast.Is(
                    Word("conviction's grade"), Word(rng.choice(("felony", "misdemeanour"))), rng.random() < 0.2
                )
            )
        if not parts or rng.random() < 0.4:
            size = rng.choice(("gt", "le"))
            parts.append(ast.Apart(Word("now"), size, ast.Span(5, "year"), "after", Word("conviction's day")))
        if len(parts) == 1:
            return parts[0]
        return (ast.AllOf if rng.random() < 0.7 else ast.AnyOf)(tuple(parts))


# ---------------------------------------------------------------- rules and texts


@dataclass
class TextMaker:
    """Draws definitions, rules and whole texts for one body of law."""

    rng: random.Random

    def defines(self, count: int) -> tuple[ast.Define, ...]:
        made: list[ast.Define] = []
        for number in range(count):
            entity = self.rng.choice(("asker", "query", "order", "record", "subject"))
            maker = ConditionMaker(self.rng, tuple((str(d.entity), str(d.name)) for d in made))
            made.append(
                ast.Define(
                    name=Word(f"term-{number}"),
                    entity=Word(entity),
                    title=Word("A generated term"),
                    means=maker.condition(present_ok=False, absent_ok=False, depth=1),
                    cite=Word("Generated Code 1"),
                    status=Word(self.rng.choice(("verified", "verified", "unverified"))),
                )
            )
        return tuple(made)

    def fields(self) -> ast.FieldSet:
        roll = self.rng.random()
        if roll < 0.15:
            return ast.AllFields()
        labels = tuple(Word(label) for label in self.rng.sample(LABELS, self.rng.choice((1, 2, 3))))
        names = tuple(Word(name) for name in self.rng.sample(SHARED_NAMES, self.rng.choice((1, 2))))
        selection: ast.ByLabel | ast.ByName = ast.ByLabel(labels) if self.rng.random() < 0.8 else ast.ByName(names)
        return ast.AllFields(selection) if roll < 0.25 else selection

    def narrowing(self) -> ast.Effect:
        rng = self.rng
        roll = rng.random()
        if roll < 0.38:
            return ast.Forbid(self.fields())
        if roll < 0.64:
            return ast.Cap(self.fields(), Word(rng.choice(("pointer", "masked"))))
        if roll < 0.88:
            return ast.HoldReview(
                self.fields(), Word(rng.choice(ROLES)), ast.Span(2, "day") if rng.random() < 0.5 else None
            )
        return ast.HoldAttest(self.fields(), Word("the facts are in order"), Word(rng.choice(ROLES)))

    def opening(self) -> ast.Effect:
        if self.rng.random() < 0.12:
            return ast.PermitMatch(self.fields())
        fields = ast.AllFields() if self.rng.random() < 0.35 else self.fields()
        return ast.Permit(fields, self.rng.choice((None, None, Word("masked"), Word("pointer"))))

    def rule(
        self, number: int, effect: ast.Effect | None, terms: tuple[ast.Define, ...], **given: object
    ) -> ast.Rule:
        """A rule around an effect, with random condition, exceptions, dates, class and duties."""
        rng = self.rng
        maker = ConditionMaker(rng, tuple((str(d.entity), str(d.name)) for d in terms), "gives" not in given)
        opens = isinstance(effect, ast.Permit | ast.PermitMatch | ast.Conflict)
        fields: dict[str, object] = {
            "id": Word(f"G-{number:02d}"),
            "title": Word(f"Generated rule {number}"),
            "cite": Word(f"Generated Code {number}"),
            "status": Word("verified" if rng.random() < 0.85 else "unverified"),
            "points": (Word("release"), Word("onward"))
            if isinstance(effect, ast.Forbid | ast.HoldReview) and rng.random() < 0.2
            else (Word("release"),),
            "dates": self._dates(),
            "effect": effect,
            "classes": tuple(Word(c) for c in rng.sample(CLASSES, 2)) if rng.random() < 0.25 else (),
            "when": self._when(maker, opens=opens),
            "unless": tuple(
                maker.condition(present_ok=not opens, absent_ok=opens, depth=1)
                for _ in range(rng.choice((0, 0, 0, 0, 1) if opens else (0, 1, 1, 2)))
            ),
            "duties": self._duties(),
        }
        fields.update(given)
        return ast.Rule(**fields)  # type: ignore[arg-type]

    def _when(self, maker: ConditionMaker, *, opens: bool) -> ast.Condition | None:
        """Permits ask less than prohibitions, or nearly every field would be closed."""
        if self.rng.random() < (0.4 if opens else 0.1):
            return None
        return maker.condition(present_ok=opens, absent_ok=not opens, depth=1 if opens else 2)

    def _dates(self) -> ast.Dates:
        roll = self.rng.random()
        if roll < 0.06:
            return ast.Dates(TODAY + timedelta(days=1))
        if roll < 0.12:
            return ast.Dates(date(2019, 1, 1), TODAY - timedelta(days=1))
        if roll < 0.2:
            return ast.Dates(TODAY, TODAY)
        return ast.Dates(date(2019, 1, 1))

    def _duties(self) -> tuple[ast.DutySpec, ...]:
        if self.rng.random() < 0.75:
            return ()
        within = ast.Span(self.rng.choice((1, 3)), "day")
        kind, to = self.rng.choice((("notify", "subject"), ("notify", "supervisor"), ("log", None)))
        return (
            ast.DutySpec(
                kind=Word(kind),
                what=Word(to) if to else None,
                within=within,
                of=Word("decision-made"),
                on=Word("any-outcome"),
            ),
        )

    def pack(self, name: str, jurisdiction: str, rules: int) -> ast.Pack:
        """A pack of narrowing rules, some of them concealing, and sometimes a conflict over one of them."""
        rng = self.rng
        terms = self.defines(rng.choice((0, 1, 2, 3)))
        made = []
        for number in range(1, rules + 1):
            given: dict[str, object] = {}
            if rng.random() < 0.5:
                given["binds"] = self._binds()
            effect = self.narrowing()
            if rng.random() < 0.04:
                effect, given["conceal"], given["duties"] = ast.Forbid(ast.AllFields()), True, ()
            made.append(self.rule(number, effect, terms, **given))
        if rng.random() < 0.15:
            made.append(self._activating(rules + 2, terms))
        if rng.random() < 0.2:
            made.append(self._asking(rules + 3, terms))
        # Drawn apart, so that the other rules of a seed stay what they are.
        apart = random.Random(f"{name} {rng.getstate()[1][:2]}")
        if apart.random() < 0.6:
            maker = TextMaker(apart)
            made += [maker.telling(rules + 4, terms), maker.deferring(rules + 5, terms)]
        forbids = [
            rule for rule in made if isinstance(rule.effect, ast.Forbid) and not rule.conceal and not rule.classes
        ]
        if forbids and rng.random() < 0.8:
            made.append(self._conflict(rules + 1, rng.choice(forbids), made[0], terms))
        return ast.Pack(
            name=Word(name),
            title=Word("Generated law"),
            jurisdiction=Word(jurisdiction),
            version=1,
            uses=(ast.Use("vocabulary", Word("comity"), 1),),
            rules=tuple(made),
            defines=terms,
            tables=TABLES,
        )

    def _activating(self, number: int, terms: tuple[ast.Define, ...]) -> ast.Rule:
        """A rule against switching on an agreement: by its own terms or by who asks, at times about some classes."""
        when: ast.Condition = ast.Amount(Word("agreement's review-months"), self.rng.choice(("gt", "le")), 6)
        if self.rng.random() < 0.5:
            when = ast.Is(
                Word("asker's component"), Word(self.rng.choice(("ice", "none"))), self.rng.random() < 0.3
            )
        effect = ast.ForbidAct(Word("activation"))
        given = {"points": (Word("activate"),), "when": when, "unless": (), "duties": (), "classes": ()}
        made = self.rule(number, effect, terms, **given)
        # Drawn apart, so that the other rules of a seed stay what they are.
        apart = random.Random(f"classes of {made.dates} {when} {number}")
        few = tuple(Word(name) for name in ("wage", *apart.sample(CLASSES, 2)))
        return replace(made, classes=few[: apart.choice((1, 1, 3))]) if apart.random() < 0.6 else made

    def _asking(self, number: int, terms: tuple[ast.Define, ...]) -> ast.Rule:
        """A rule that refuses the question, or one class of records, to some askers."""
        asked = ConditionMaker(self.rng, asked=True)
        both = (
            asked.condition(present_ok=False, absent_ok=False, depth=0),
            asked.condition(present_ok=False, absent_ok=False, depth=0),
        )
        points = (Word("ask"),) if self.rng.random() < 0.6 else (Word("ask"), Word("release"))
        given = {"points": points, "when": ast.AllOf(both), "unless": (), "duties": ()}
        return self.rule(number, ast.ForbidAct(Word("query")), terms, **given)

    def telling(self, number: int, terms: tuple[ast.Define, ...]) -> ast.Rule:
        """A rule that has the person told of a question, whatever comes of it."""
        asked = ConditionMaker(self.rng, asked=True)
        notice = ast.DutySpec(kind=Word("notify"), what=Word("subject"), on=Word("any-outcome"))
        when = asked.condition(present_ok=False, absent_ok=False, depth=1) if self.rng.random() < 0.3 else None
        given = {"points": (Word("ask"),), "when": when, "unless": (), "duties": (notice,)}
        return self.rule(number, None, terms, **given)

    def deferring(self, number: int, terms: tuple[ast.Define, ...]) -> ast.Rule:
        """A rule that keeps the person untold while a sealed order lasts, with counsel's review of it."""
        rng = self.rng
        asked = ConditionMaker(rng, asked=True)
        review = ast.DutySpec(
            kind=Word("review"),
            what=Word("order"),
            to=Word("counsel"),
            within=ast.Span(1, "working-day"),
            of=Word("query-received"),
            on=Word("any-outcome"),
        )
        sealed: ast.Condition = ast.Is(Word("order"), Word("sealed"))
        if rng.random() < 0.5:
            either = asked.condition(present_ok=False, absent_ok=False, depth=1)
            sealed = (ast.AllOf if rng.random() < 0.5 else ast.AnyOf)((sealed, either))
        given: dict[str, object] = {
            "points": (Word("ask"),) if rng.random() < 0.5 else (Word("ask"), Word("release")),
            "when": sealed,
            "unless": (),
            "duties": (review,),
        }
        if rng.random() < 0.7:
            given["classes"] = ()
        return self.rule(number, ast.Defer((Word("subject"),), Word("order's expires")), terms, **given)

    def _binds(self) -> ast.Binds:
        path = self.rng.choice(BINDING)
        return ast.Binds(
            Word("owner"), ast.Is(Word(path), Word(self.rng.choice(BINDING_WORDS[path])), self.rng.random() < 0.3)
        )

    def _conflict(self, number: int, first: ast.Rule, second: ast.Rule, terms: tuple[ast.Define, ...]) -> ast.Rule:
        assert isinstance(first.effect, ast.Forbid)
        effect = ast.Conflict(
            id=Word(f"C-{number:02d}"),
            first=ast.Ref(None, first.id),
            second=ast.Ref(None, second.id),
            fields=first.effect.fields if self.rng.random() < 0.5 else ast.AllFields(),
            elect=(Word("send"), Word("withhold")),
            valid=ast.Span(1, "year"),
        )
        return self.rule(number, effect, terms, duties=(), classes=())

    def policy(self, owner: str, rules: int) -> ast.Policy:
        """An owner's policy: permits for its own members and some narrowing rules for everyone."""
        terms = self.defines(self.rng.choice((0, 1, 2)))
        made = tuple(
            self.rule(n, self.opening() if self.rng.random() < 0.7 else self.narrowing(), terms)
            for n in range(1, rules + 1)
        )
        return ast.Policy(
            name=Word(f"{owner}-policy"),
            title=Word("Generated policy"),
            agency=Word(owner),
            version=1,
            uses=(ast.Use("vocabulary", Word("comity"), 1),),
            rules=made,
            defines=terms,
            tables=TABLES,
        )

    def agreement(self, number: int, owner: Agency, taker: Agency, clauses: int) -> ast.Agreement:
        """An agreement in which the owner gives records to the taker; a few clauses run the other way."""
        rng = self.rng
        made = []
        for n in range(1, clauses + 1):
            sides = (owner.id, taker.id) if rng.random() < 0.9 else (taker.id, owner.id)
            effect = self.opening() if rng.random() < 0.8 else self.narrowing()
            gives = ast.Gives(Word(sides[0]), Word(sides[1]))
            made.append(self.rule(n, effect, (), gives=gives, status=None, cite=None, dates=None))
        apart = random.Random(f"classes of {number} {made}")  # drawn apart: the rules of a seed stay what they are
        if apart.random() < 0.3:  # without this nearly every agreement would give every class
            few = tuple(Word(name) for name in apart.sample(CLASSES, 3))
            made = [replace(clause, classes=clause.classes or few) for clause in made]
        return ast.Agreement(
            id=Word(f"AGR-{number:02d}"),
            title=Word("Generated agreement"),
            uses=(ast.Use("vocabulary", Word("comity"), 1),),
            parties=tuple(_party(rng, agency) for agency in (owner, taker)),
            dates=rng.choice(AGREEMENT_DATES),
            authority=Word("Generated authority"),
            assessment=(Word("PIA-1"), Word("sha256:" + "5" * 64)),
            review=ast.Span(rng.choice((6, 12)), "month"),
            ends=(Word("either"), ast.Span(30, "day")),
            suspends=(Word(owner.id),),
            signings=tuple(ast.Signing(Word(side.id), (Word("agency-head"),)) for side in (owner, taker)),
            meanings=(
                (Word("right-to-know"), Word("a sworn member")),
                (Word("need-to-know"), Word("it bears on a case")),
            ),
            clauses=tuple(made),
        )


def _party(rng: random.Random, agency: Agency) -> ast.Party:
    state = Word(agency.state) if agency.state != "US" else None
    return ast.Party(
        Word(agency.id), Word(rng.choice(agency.oris).ori), Word(agency.name), Word(str(agency.level)), state
    )
