"""What the pack of a state says when plate data of that state is searched or shared: asked of the law engine, cited, or none.

Foreign files say less than a question of Comity does. So every question is decided twice: once with what the file tells,
and once with everything in its favour that a file cannot show (declarations, a judge's order, a case). Closed both times is
closed; closed once needs a paper that the file does not show. A pack without a rule on plates says so, which is no permit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from comity.law.atoms import FactValue
from comity.law.calendar import OwnerCalendar
from comity.law.cases import with_used
from comity.law.compile import compile_law, parse_text, rules_of
from comity.law.compiled import Law
from comity.law.decide_point import decide_point
from comity.law.decide_question import decide_query
from comity.law.decide_record import decide_values
from comity.law.facts import Facts, Standing
from comity.law.fold import fold
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import text_digest
from comity.model.codes import AgencyKind, Component, DataClass, GovernmentLevel, Level, Purpose
from comity.model.decision import Reason
from comity.model.law_text import LawKind, LawText, Signature
from comity.oversight.audit.finding import Cited, LawStanding
from comity.oversight.audit.sentences import say_audit

PLATES = str(DataClass.PLATE_READ)
OWNER_ORI, ASKER_ORI = "ZZ0000100", "ZZ0000200"
AGREEMENT = "AUDIT-1"
NARROWS = frozenset({"forbid", "refuse", "hold", "cap"})
# Read with the rule they stand beside; none of them is law by itself.
READINGS = MappingProxyType({"us-ca/CA-17": say_audit("reading.us-ca-ca-17")})


class Outcome(StrEnum):
    """What the law says to a flow of plate data."""

    OPEN = "open"
    NEEDS_PAPER = "needs paper"
    CLOSED = "closed"
    NO_RULE = "no rule"


@dataclass(frozen=True, slots=True)
class Party:
    """Owner or recipient as the law sees it."""

    state: str
    level: GovernmentLevel
    kind: AgencyKind
    component: Component = Component.NONE


@dataclass(frozen=True, slots=True)
class PlateFlow:
    """Plate data of an owner, shared or searched on a day. `standing` access is a sharing list's, not one question's.

    `purpose` is a hypothesis where words said it; without one the flow is judged for the investigation of a crime, which
    more rules open than any other purpose. `age_days` is the age of the oldest read asked for.
    """

    owner: Party
    asker: Party
    on: date
    purpose: Purpose = Purpose.CRIMINAL_INVESTIGATION
    standing: bool = False
    has_case: bool | None = None
    age_days: int = 0


@dataclass(frozen=True, slots=True)
class LawSays:
    """Outcome, and the rules it rests on."""

    outcome: Outcome
    rules: tuple[Cited, ...] = ()

    @property
    def law(self) -> LawStanding:
        if self.outcome is Outcome.NO_RULE or not self.rules:
            return LawStanding.NO_RULE
        verified = any(rule.status == "verified" for rule in self.rules)
        return LawStanding.VERIFIED if verified else LawStanding.UNVERIFIED


def pack_of(state: str) -> str:
    """The name of the shipped pack of a state, empty where none ships."""
    name = f"us-{state.casefold()}"
    return name if name in shipped_pack_names() else ""


@lru_cache(maxsize=64)
def speaks_of_plates(state: str) -> bool:
    """Whether the state's pack has a rule written for plate data alone."""
    name = pack_of(state)
    if not name:
        return False
    rules = rules_of(parse_text(shipped_pack(name)))
    return any(tuple(map(str, rule.classes)) == (PLATES,) for rule in rules)


@lru_cache(maxsize=4096)
def ask_law(flow: PlateFlow) -> LawSays:
    """What the pack of the owner's state says of a flow."""
    if not pack_of(flow.owner.state):
        return LawSays(Outcome.NO_RULE)
    shown = _narrowing(flow, in_favour=False)
    at_best = _narrowing(flow, in_favour=True)
    if any(reason.effect != "hold" for reason in at_best):
        return LawSays(Outcome.CLOSED, _cited(at_best))
    if shown or at_best:
        return LawSays(Outcome.NEEDS_PAPER, _cited((*shown, *at_best)))
    return LawSays(Outcome.OPEN if speaks_of_plates(flow.owner.state) else Outcome.NO_RULE)


@lru_cache(maxsize=64)
def logged_reason_rules(state: str, on: date) -> tuple[Cited, ...]:
    """Rules of a state's pack by which the purpose of every search of plate data is to be recorded."""
    name = pack_of(state)
    if not name:
        return ()
    party = Party(state, GovernmentLevel.LOCAL, AgencyKind.POLICE)
    flow = PlateFlow(party, party, on)
    law = _state_law(name)
    duties = decide_query(fold(_without(law, "activate"), _facts(flow, in_favour=True))).duties
    owed = {duty.rule for duty in duties if duty.kind == "log" and ("purpose" in duty.text or "why" in duty.text)}
    return tuple(
        Cited(code.id, str(code.rule.title), str(code.rule.cite or ""), str(code.rule.status or ""))
        for code in law.at_point.get("ask", ())
        if code.id in owed
    )


@lru_cache(maxsize=4096)
def kept_too_long(owner: Party, days: int, on: date) -> tuple[Cited, ...]:
    """Rules of the owner's state by which a read that belongs to no case is purged before it is this many days old."""
    name = pack_of(owner.state)
    if not name:
        return ()
    law = _state_law(name)
    record: dict[str, FactValue] = {
        "record's data-class": PLATES,
        "record's collected": date.fromordinal(max(1, on.toordinal() - days)),
        "record is tied-to-case": False,
        "record is legal-hold": False,
        # A read of another use has a rule of its own, which a page's number of days says nothing of.
        "record is parking": False,
        "record is traffic-study": False,
        "record is commercial-vehicle": False,
        "record is in-court": False,
    }
    decision = decide_point(law, "purge", _facts(PlateFlow(owner, owner, on), in_favour=True).having(record))
    codes = {code.id: code.rule for code in law.at_point.get("purge", ())}
    found = ((rule, codes[rule]) for rule in decision.rules) if decision.purge else ()
    return tuple(
        Cited(rule, str(text.title), str(text.cite or ""), str(text.status or "")) for rule, text in found
    )


def _narrowing(flow: PlateFlow, *, in_favour: bool) -> tuple[Reason, ...]:
    """The reasons of the state's own pack that close the flow or hold it; none where it is open."""
    law = _state_law(pack_of(flow.owner.state))
    facts = _facts(flow, in_favour=in_favour)
    found: list[Reason] = []
    if flow.standing:
        given: dict[str, FactValue] = {
            "agreement's data-classes": frozenset({PLATES}),
            "agreement's access": "direct",
            # A sharing list says nothing of these; they are asked for elsewhere and taken as in order here.
            "agreement's papers": frozenset(load_vocabulary().types["paper"]),
            "agreement is limits-status-exchange": False,
        }
        found += decide_point(law, "activate", facts.having(given)).forbidden
    folded = fold(_without(law, "activate"), facts)
    asked = decide_query(folded)
    found += [*asked.refused, *(reason for _, reasons in asked.removed for reason in reasons)]
    if asked.allowed:
        collected = date.fromordinal(flow.on.toordinal() - flow.age_days)
        record: dict[str, FactValue] = {"record's data-class": PLATES, "record's collected": collected}
        if in_favour:
            record["record is tied-to-case"] = True
        decision = decide_values(folded, PLATES, record, (0, 0))
        if all(one.held or one.level is Level.NOTHING for one in decision.fields):
            found += [reason for one in decision.fields for reason in one.reasons]
    return tuple({one.rule: one for one in found if one.effect in NARROWS and not _built_in(one)}.values())


def _built_in(reason: Reason) -> bool:
    return reason.rule.startswith("comity/")


def _cited(reasons: tuple[Reason, ...]) -> tuple[Cited, ...]:
    titles = {
        one.rule: Cited(one.rule, one.title, one.citation, one.status, READINGS.get(one.rule, ""))
        for one in reasons
    }
    return tuple(titles.values())


def _facts(flow: PlateFlow, *, in_favour: bool) -> Facts:
    values: dict[str, FactValue] = {
        **_party_facts("asker", flow.asker),
        **_party_facts("owner", flow.owner),
        "asker is primarily-immigration": flow.asker.component is not Component.NONE,
        "member is acting-for-immigration": False,
        "owner is federal-1367-holder": False,
        "query's purpose": str(flow.purpose),
        "query's message": "records-query",
        "query's data-class": PLATES,
        "query's step": "digest",
        "query is brokered": False,
        "query's broker": "direct",
        "order's instrument": "none",
        "now": flow.on,
    }
    if flow.has_case or in_favour:
        values["query's case-number"] = "given"
    if in_favour:
        values["asker's certificates"] = frozenset(load_vocabulary().types["certificate"])
        values |= {"order's instrument": "judicial-warrant", "order's issuer": "article-three-judge"}
    noon = datetime(flow.on.year, flow.on.month, flow.on.day, 12, tzinfo=UTC)
    standing = Standing("audit-asker", frozenset({ASKER_ORI}), "audit-owner", frozenset({OWNER_ORI}))
    calendar = OwnerCalendar(int(noon.timestamp() * 1000))
    return Facts(MappingProxyType(values), standing, calendar, (PLATES,))


def _party_facts(entity: str, party: Party) -> dict[str, FactValue]:
    return {
        f"{entity}'s level": str(party.level),
        f"{entity}'s state": party.state,
        f"{entity}'s kind": str(party.kind),
        f"{entity}'s component": str(party.component),
    }


@lru_cache(maxsize=64)
def _state_law(name: str) -> Law:
    """The rules of one state's pack alone, under an agreement that gives everything: what is left over is the pack's."""
    law = compile_law((*with_used(shipped_pack(name)), _agreement()))
    own = {
        point: tuple(code for code in codes if code.source.name in {name, AGREEMENT})
        for point, codes in law.at_point.items()
    }
    return replace(law, at_point=MappingProxyType(own))


@lru_cache(maxsize=64)
def _without(law: Law, point: str) -> Law:
    points = {name: codes for name, codes in law.at_point.items() if name != point}
    return replace(law, at_point=MappingProxyType(points))


def _agreement() -> LawText:
    """An invented agreement that permits every field of every class, so that only a pack's rules can close anything."""
    text = "\n".join(
        (
            f'agreement {AGREEMENT} "Everything, so that only the law narrows"',
            f'party audit-owner is {OWNER_ORI} "The owner" level local state WA',
            f'party audit-asker is {ASKER_ORI} "The asker" level local state WA',
            'authority "none; for the audit" access query',
            'from 1900-01-01 to 2199-12-31 assessment "AUDIT" sha256:00000000',
            "review every 12 months",
            "signs for audit-owner agency-head signs for audit-asker agency-head",
            'clause AUDIT-01 "Everything" gives audit-owner to audit-asker at release permit all fields',
        )
    )
    signers = ("audit-owner", "audit-asker")
    return LawText(
        kind=LawKind.AGREEMENT,
        name=AGREEMENT,
        version=1,
        text=text,
        hash=text_digest(text),
        signatures=tuple(Signature(agency=name, role="agency-head", value="-") for name in signers),
    )
