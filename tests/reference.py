"""The slow literal twin: a decision read straight from the meaning of the language, one field at a time.

It shares with the engine the syntax tree and nothing else: no compiling, no folding, no masks, no caching. Every
rule of every text is looked at for every field; every condition is walked anew. Where the engine and this file
differ, one of them is wrong: the text of the semantics decides which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from comity.law import ast
from reference_truth import (
    Capacity,
    Situation,
    Source,
    Truth,
    covers,
    fields_of,
    moved,
    relied_on,
    speaks,
    terms_relied_on,
)

NOTHING = 0
LEVELS = {"nothing": NOTHING, "pointer": 1, "masked": 2, "full": 3}
ACTS_OF_A_QUESTION = ("query", "session")
SEALED = "comity/SEALED"
NO_AGREEMENT = "comity/NO-AGREEMENT"
TEN_YEARS = ast.Span(10, "year")
INSIDERS = (
    "member",
    "supervisor",
    "agency-head",
    "counsel",
    "records-custodian",
    "officer-1367",
    "privacy-officer",
    "training-officer",
    "record",
)


# ---------------------------------------------------------------- what the twin says


@dataclass(frozen=True)
class TwinField:
    """One field: what may leave once any hold is lifted, whether it is held, and the rules that decided."""

    level: int
    held: bool
    match_only: bool
    because: frozenset[str]


@dataclass(frozen=True)
class TwinDuty:
    """A duty owed; `confirm` when a human must look before an outsider is told, `until` a sealed order's last day."""

    kind: str
    rule: str
    to: str
    confirm: bool
    until: date | None = None


@dataclass(frozen=True)
class TwinRecord:
    """One record: its fields, the rules that hold some, its duties, and whether it may be known to exist."""

    fields: dict[str, TwinField]
    holds: frozenset[str]
    duties: frozenset[TwinDuty]
    concealed: bool
    seen: tuple[dict[str, Heard], ...] = ()


# ---------------------------------------------------------------- one field in one capacity


@dataclass(frozen=True)
class Spoken:
    """A rule that speaks on a field, its name with its text's, and the truth of its condition here.

    `certain`, asked of rules with duties: it is true, the rule is verified, and no unread definition said so.
    """

    name: str
    source: Source
    rule: ast.Rule
    truth: Truth
    certain: bool


@dataclass(frozen=True)
class Heard:
    """All rules that speak on one field in one capacity, sorted by what they do to it."""

    spoken: tuple[Spoken, ...]
    permits: dict[str, int]
    matches: frozenset[str]
    forbids: frozenset[str]
    caps: dict[str, int]
    holds: frozenset[str]

    @property
    def widest(self) -> int:
        return max(self.permits.values(), default=NOTHING)

    @property
    def level(self) -> int:
        """The widest permit met with every cap; nothing under a forbid."""
        return NOTHING if self.forbids else min([self.widest, *self.caps.values()])

    def because(self) -> frozenset[str]:
        """The rules that made the level: forbids, else the caps that lowered it, else permits of that level."""
        if self.forbids:
            return self.forbids
        if self.level < self.widest:
            return frozenset(name for name, level in self.caps.items() if level == self.level)
        return frozenset(self.permits_at_level()) or frozenset({NO_AGREEMENT})

    def permits_at_level(self) -> list[str]:
        return [name for name, level in self.permits.items() if level == self.level]


def hear(situation: Situation, capacity: Capacity, relied: list[Source], field: str) -> Heard:
    """Sort every rule that speaks on a field. `relied` are the agreements that may be relied on."""
    spoken = spoken_rules(situation, capacity, relied, field)
    suspended, conflicts = _conflicts(situation, spoken, field)
    touching = [s for s in spoken if touches(situation, s.rule.effect, field)]
    counting = [s for s in touching if counts(s, situation, capacity, relied)]
    return Heard(
        spoken=tuple(counting),
        permits={
            s.name: LEVELS[e.up_to or "full"] for s in counting if isinstance(e := s.rule.effect, ast.Permit)
        },
        matches=frozenset(s.name for s in counting if isinstance(s.rule.effect, ast.PermitMatch)),
        forbids=frozenset(s.name for s in counting if forbids(s.rule.effect) and s.name not in suspended),
        caps={s.name: LEVELS[e.level] for s in counting if isinstance(e := s.rule.effect, ast.Cap)},
        holds=conflicts | {s.name for s in counting if isinstance(s.rule.effect, ast.HoldReview | ast.HoldAttest)},
    )


def spoken_rules(situation: Situation, capacity: Capacity, relied: list[Source], field: str) -> list[Spoken]:
    """Every rule of every text whose condition is not false for one field; a refused question closes all."""
    facts = {**capacity.facts, **terms_relied_on(situation, capacity), **situation.record}
    facts["query's data-class"] = facts["record's data-class"] = situation.data_class
    if field in situation.public:
        facts["field is public"] = situation.public[field]
    found = []
    for source in situation.sources:
        for rule in source.rules:
            asked = refuses_question(rule) and "ask" in rule.points
            here = replace(situation, point="ask") if asked else situation
            value = speaks(rule, source, here, capacity, facts)
            if value is not False:
                certain = bool(rule.duties) and rule.status != "unverified"
                certain = certain and speaks(rule, source, here, capacity, facts, unread_counts=False) is True
                found.append(Spoken(f"{source.name}/{rule.id}", source, rule, value, certain))
    return found


def refuses_question(rule: ast.Rule) -> bool:
    return isinstance(rule.effect, ast.ForbidAct) and rule.effect.act in ACTS_OF_A_QUESTION


def touches(situation: Situation, effect: ast.Effect | None, field: str) -> bool:
    """Whether an effect is about a field. Those on acts and records, and rules of duties alone, are about all."""
    fields = getattr(effect, "fields", None)
    return fields is None or covers(fields, situation, field)


def forbids(effect: ast.Effect | None) -> bool:
    """Whether an effect closes the fields it is about; a forbidden question closes every field."""
    return isinstance(effect, ast.Forbid | ast.KeepRestricted | ast.ForbidAct)


def counts(s: Spoken, situation: Situation, capacity: Capacity, relied: list[Source]) -> bool:
    """Permits, conflicts, purges and deferrals need true; a permit also needs authority. Everything else needs not false."""
    if isinstance(s.rule.effect, ast.Permit | ast.PermitMatch):
        asked = opens_message(s.source, str(capacity.facts.get("query's message")))
        return s.truth is True and asked and opens(s.rule, s.source, situation, capacity, relied)
    if isinstance(s.rule.effect, ast.Conflict):
        return s.truth is True and s.source.owned
    if isinstance(s.rule.effect, ast.Purge | ast.Defer):
        return s.truth is True
    return s.truth is not False


def opens(rule: ast.Rule, source: Source, situation: Situation, capacity: Capacity, relied: list[Source]) -> bool:
    """A permit counts only where authority comes from, and only when verified.

    Authority: an agreement that may be relied on, or the owner's policy towards the owner's own members. What may
    serve for matching is the owner's policy towards everyone. A pack gives nothing.
    """
    if source.kind == "pack" or not source.owned or (rule.status or "verified") != "verified":
        return False
    if source.kind == "agreement":
        return any(source is one for one in relied)
    own = source.agency == situation.owner
    return own and (isinstance(rule.effect, ast.PermitMatch) or capacity.agency == situation.owner)


def opens_message(source: Source, message: str) -> bool:
    """Questions that stand and notices of events need an agreement made for just that; it opens nothing else."""
    access = source.terms.get("agreement's access") if source.kind == "agreement" else ""
    if access == "standing":
        return message == "standing-question"
    if access == "notice":
        return message == "event-notice"
    return message not in ("standing-question", "event-notice")


def _conflicts(situation: Situation, spoken: list[Spoken], field: str) -> tuple[set[str], frozenset[str]]:
    """Forbids suspended on this field, and the conflict rules that hold it instead.

    A conflict needs a true condition and a forbid that closes this very field. Elected `withhold`, the forbid
    stands again; elected `send`, it stays suspended and nothing is held, which an unverified rule cannot have.
    """
    closing = {
        s.name
        for s in spoken
        if isinstance(s.rule.effect, ast.Forbid) and covers(s.rule.effect.fields, situation, field)
    }
    suspended, holding = set(), set()
    for s in spoken:
        effect = s.rule.effect
        if not isinstance(effect, ast.Conflict) or s.truth is not True or not s.source.owned:
            continue
        first = f"{effect.first.pack or s.source.name}/{effect.first.rule}"
        election = situation.elections.get(s.name)
        if first in closing and covers(effect.fields, situation, field) and election != "withhold":
            suspended.add(first)
            if election != "send" or s.rule.status != "verified":
                holding.add(s.name)
    return suspended, frozenset(holding)


# ---------------------------------------------------------------- the whole record


def decide_record(situation: Situation) -> TwinRecord:
    """Every field in every capacity, the stricter governing; then what follows for the record as a whole."""
    names = [str(decl.name) for decl in fields_of(situation.vocabulary, situation.data_class)]
    if situation.record.get("record is sealed") is True:
        closed = TwinField(NOTHING, held=False, match_only=False, because=frozenset({SEALED}))
        return TwinRecord(dict.fromkeys(names, closed), frozenset(), frozenset(), concealed=True)
    seen = tuple(
        {name: hear(situation, capacity, relied, name) for name in names}
        for capacity in situation.capacities
        for relied in [relied_on(situation, capacity)]
    )
    concealed = any(s.rule.conceal for by_name in seen for heard in by_name.values() for s in heard.spoken)
    fields = {name: _stricter([by_name[name] for by_name in seen], concealed) for name in names}
    released = any(found.level > NOTHING and not found.held for found in fields.values())
    held = frozenset(rule for found in fields.values() if found.held for rule in found.because)
    return TwinRecord(fields, held, _duties(seen, released, deferred_notices(situation)), concealed, seen)


def _stricter(heard: list[Heard], concealed: bool) -> TwinField:
    """One field over all capacities. A hold with nothing to restore is not opened."""
    level = min(one.level for one in heard)
    held = level > NOTHING and any(one.holds for one in heard)
    if held:
        because = frozenset().union(*(one.holds for one in heard))
    else:
        because = frozenset().union(*(one.because() for one in heard if one.level == level))
    if concealed and not held:
        level = NOTHING
    usable = all(one.level > NOTHING or (one.matches and not one.forbids) for one in heard)
    return TwinField(level, held, level == NOTHING and usable and not concealed, because)


def _duties(seen: tuple[dict[str, Heard], ...], released: bool, deferred: dict[str, date]) -> frozenset[TwinDuty]:
    """Duties of every rule that counts on some field; certain when its condition is so on one, in one capacity."""
    owed: dict[str, list[Spoken]] = {}
    for by_name in seen:
        for heard in by_name.values():
            for s in heard.spoken:
                if "release" not in s.rule.points:
                    continue  # the question owes it, not the record
                owed.setdefault(s.name, []).append(s)
    found = set()
    for name, spoken in owed.items():
        rule = spoken[0].rule
        certain = any(s.certain for s in spoken)
        for spec in rule.duties:
            if spec.kind != "label" and not (
                (spec.on == "release" and not released) or (spec.on == "refusal" and released)
            ):
                to, outward = recipient_and_outward(spec)
                until = deferred.get(to) if spec.kind in ("notify", "forward") else None
                found.add(TwinDuty(str(spec.kind), name, to, outward and not certain, until))
    return frozenset(found)


def recipient_and_outward(spec: ast.DutySpec) -> tuple[str, bool]:
    """Whom a duty reaches, and whether that is somebody outside the agency that has it."""
    to = str(spec.to or (spec.what if spec.kind == "notify" else "") or "")
    return to, spec.kind in ("notify", "forward", "report") and bool(to) and to not in INSIDERS


def deferred_notices(situation: Situation) -> dict[str, date]:
    """Whom a sealed order keeps untold, with the last day: what every capacity is sure of, the record left out.

    Only a verified rule of the owner's own packs defers, only with the paper on file, only until a day that is not
    past and not further away than ten years.
    """
    each = [_deferring(replace(situation, record={}, public={}), capacity) for capacity in situation.capacities]
    found: dict[str, date] = {}
    for name, (roles, last) in each[0].items():
        if all(name in other for other in each):
            for role in roles:
                found[role] = max(last, found.get(role, last))
    return found


def _deferring(situation: Situation, capacity: Capacity) -> dict[str, tuple[list[str], date]]:
    found = {}
    for point in ("ask", "release"):
        for s in spoken_rules(replace(situation, point=point), capacity, relied_on(situation, capacity), ""):
            effect = s.rule.effect
            if not isinstance(effect, ast.Defer) or s.truth is not True or s.rule.status != "verified":
                continue
            last = capacity.facts.get(str(effect.until))
            if not s.source.owned or s.source.kind != "pack" or capacity.facts.get("order's document") is None:
                continue
            if isinstance(last, date) and situation.today <= last <= moved(situation.today, TEN_YEARS, 1):
                found[s.name] = ([str(role) for role in effect.recipients], last)
    return found


def deferred_at_ask(situation: Situation, rule: str, role: str) -> date | None:
    """Until when the notice of a rule that stands at `ask` alone waits: of all classes that owe it, the first day."""
    days = []
    for name in situation.classes:
        asked = replace(situation, data_class=name, point="ask", record={}, public={})
        owed = any(
            s.name == rule
            for capacity in situation.capacities
            for s in spoken_rules(asked, capacity, relied_on(asked, capacity), "")
        )
        if owed:
            days.append(deferred_notices(asked).get(role))
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


# ---------------------------------------------------------------- the question


def forbidden_by(situation: Situation) -> frozenset[str]:
    """The rules at `ask` that refuse a question for a data class, in any capacity: unknown facts refuse too."""
    asking = replace(situation, point="ask", record={}, public={})
    return frozenset(
        s.name
        for capacity in situation.capacities
        for s in spoken_rules(asking, capacity, relied_on(situation, capacity), "")
        if refuses_question(s.rule)
    )
