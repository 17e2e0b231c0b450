"""Twin and engine side by side: one case decided by both, and what differs between them, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import msgspec
from generate_question import NOW_MS, Body, Case, generated_body, generated_cases, situation_of
from write_law import asker_texts_of, elections_of, texts_of

from comity.law.calendar import local_time
from comity.law.compile import Law, compile_law
from comity.law.decide import decide_query, decide_record, match_fields
from comity.law.defer import defer_notices, deferrals_of
from comity.law.facts import Parties, request_facts
from comity.law.fold import Folded, fold
from comity.law.vocabulary import load_vocabulary
from comity.model.decision import Duty, QueryDecision, RecordDecision
from comity.model.query import Query
from reference import TwinDuty, TwinRecord, deferred_at_ask, forbidden_by
from reference import decide_record as twin_record
from reference_truth import Situation

ZONE = "America/Los_Angeles"  # of every generated agency


def compiled(body: Body) -> Law:
    """The engine's law of a body, through its texts."""
    return compile_law(texts_of(body), asker_texts_of(body), elections_of(body))


def folded(law: Law, case: Case) -> Folded:
    """The engine's law folded for a case's question."""
    return fold(law, request_facts(case.query, parties_of(case), NOW_MS))


def parties_of(case: Case) -> Parties:
    directory, query = case.body.directory, case.query
    return Parties(
        asker=directory.get_agency(query.asker),
        member=case.member,
        owner=directory.get_agency(query.owner),
        beneficiary=directory.get_agency(query.beneficiary),
        directory=directory,
    )


@dataclass
class Tally:
    """What a run of comparisons met: its value rests on these counts being large."""

    counts: Counter[str] = field(default_factory=Counter)
    rules: set[str] = field(default_factory=set)

    def record(self, twin: TwinRecord, situation: Situation) -> None:
        counts = self.counts
        counts["records"] += 1
        counts["concealed"] += twin.concealed
        counts["duties"] += len(twin.duties)
        for name, found in twin.fields.items():
            counts["fields"] += 1
            counts[f"level {found.level}"] += 1
            counts["held"] += found.held
            counts["match only"] += found.match_only
            counts["several capacities"] += len(situation.capacities) > 1
            for by_name in twin.seen:
                heard = by_name[name]
                counts["forbid over permit"] += bool(heard.forbids and heard.permits)
                counts["cap lowers permit"] += not heard.forbids and heard.level < heard.widest
                counts["unknown decides"] += any(s.truth is None for s in heard.spoken)
                self.rules.update(s.name for s in heard.spoken)
                counts["conflict"] += any(s.name in heard.holds and _is_conflict(s) for s in heard.spoken)


def _is_conflict(spoken: object) -> bool:
    return type(spoken.rule.effect).__name__ == "Conflict"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Difference:
    """One case in which twin and engine differ, with the seed that makes it again."""

    seed: int
    record: str
    faults: tuple[str, ...]

    def __str__(self) -> str:
        more = f" and {len(self.faults) - 3} more" if len(self.faults) > 3 else ""
        return f"seed {self.seed}, {self.record}: {'; '.join(self.faults[:3])}{more}"


def compare(seed: int, tally: Tally, *, queries: int = 2, records: int = 2) -> list[Difference]:
    """One generated body of law with its questions and records, decided by both."""
    body = generated_body(seed)
    return compare_cases(seed, body, generated_cases(body, seed, queries=queries, records=records), tally)


def compare_cases(seed: int, body: Body, cases: Iterable[Case], tally: Tally) -> list[Difference]:
    """Cases under one body of law, in the order of their questions."""
    law = compiled(body)
    found, last, engine = [], None, None
    for case in cases:
        if engine is None or case.query is not last:
            engine, last = folded(law, case), case.query
        faults = differences(case, engine, tally)
        if faults:
            found.append(Difference(seed, case.record.id, tuple(faults)))
    return found


def differences(case: Case, engine: Folded, tally: Tally | None = None) -> list[str]:
    """Everything in which twin and engine differ over one case; empty when they agree."""
    situation = situation_of(case, load_vocabulary().text)
    twin = twin_record(situation)
    decided = decide_record(engine, case.record, case.person.key)
    deferrals = deferrals_of(engine, str(case.record.data_class))
    decided = msgspec.structs.replace(decided, duties=defer_notices(decided.duties, deferrals))
    question = decide_query(engine)
    if tally is not None:
        tally.record(twin, situation)
        tally.counts["deferred"] += sum(duty.deferred_until_ms is not None for duty in question.duties)
    return [
        *_field_differences(twin, decided),
        *_record_differences(twin, decided),
        *_duty_differences(twin, decided, question),
        *_deferral_differences(situation, question, case),
        *_question_differences(twin, situation, case.query, question),
        *_matching_differences(twin, engine, situation, case),
    ]


def _field_differences(twin: TwinRecord, decided: RecordDecision) -> list[str]:
    found = []
    if [one.field for one in decided.fields] != list(twin.fields):
        return ["other fields"]
    for one in decided.fields:
        ours = twin.fields[one.field]
        because = frozenset(reason.rule for reason in one.reasons)
        theirs = (int(one.level), one.held, one.match_only, because)
        if theirs != (ours.level, ours.held, ours.match_only, ours.because):
            found.append(f"{one.field}: engine {theirs}, twin {ours}")
    return found


def _record_differences(twin: TwinRecord, decided: RecordDecision) -> list[str]:
    holds = frozenset(hold.rule for hold in decided.holds)
    found = [] if holds == twin.holds else [f"holds: engine {holds}, twin {twin.holds}"]
    if decided.concealed != twin.concealed:
        found.append(f"concealed: engine {decided.concealed}, twin {twin.concealed}")
    return found


def _duty_differences(twin: TwinRecord, decided: RecordDecision, question: QueryDecision) -> list[str]:
    """What the twin sees owed is owed by record or question; the record owes nothing the twin does not see.

    What the question owes whatever the record says may ask for a human's eye where the record would settle it.
    """
    own = {_duty(duty) for duty in decided.duties}
    # When a notice of the question is due depends on all its classes: `_deferral_differences`.
    asked = {replace(_duty(duty), until=None) for duty in question.duties}
    owed = own | asked | {replace(duty, confirm=False) for duty in asked}
    missing = [duty for duty in twin.duties - own if replace(duty, until=None) not in owed]
    found = [f"duty missing: {duty}" for duty in sorted(missing, key=str)]
    return found + [f"duty without ground: {duty}" for duty in sorted(own - twin.duties, key=str)]


def _deferral_differences(situation: Situation, question: QueryDecision, case: Case) -> list[str]:
    """Notices of rules that stand at `ask` alone wait until the very day the twin says, or do not wait at all."""
    alone = {
        f"{pack.name}/{rule.id}"
        for pack in (*case.body.packs, *case.body.asker_packs)
        for rule in pack.rules
        if rule.points == ("ask",)
    }
    return [
        f"deferral of {duty.rule}: engine {_duty(duty).until}, twin {until}"
        for duty in question.duties
        if duty.rule in alone and duty.kind == "notify"
        for until in [deferred_at_ask(situation, duty.rule, duty.to)]
        if until != _duty(duty).until
    ]


def _duty(duty: Duty) -> TwinDuty:
    until = None
    if duty.deferred_until_ms is not None:
        until = local_time(duty.deferred_until_ms, ZONE).date()
    return TwinDuty(duty.kind, duty.rule, duty.to, duty.confirm, until)


def _question_differences(
    twin: TwinRecord, situation: Situation, query: Query, question: QueryDecision
) -> list[str]:
    """A forbidden class is never left; one is only taken out when it is forbidden or nothing of it may leave."""
    allowed = situation.data_class in question.allowed
    forbidden = forbidden_by(situation)
    if allowed and forbidden:
        return [f"class {situation.data_class} is left though {sorted(forbidden)} forbid it"]
    opened = [name for name, one in twin.fields.items() if one.level > 0 or one.match_only]
    if not allowed and not forbidden and not question.refused and any(twin.fields[name].level for name in opened):
        return [f"class {situation.data_class} is taken out though {opened} may leave"]
    return []


def _matching_differences(twin: TwinRecord, engine: Folded, situation: Situation, case: Case) -> list[str]:
    """Whatever may leave or may be matched on is among the fields the question may match on."""
    usable = match_fields(engine, case.record.data_class)
    return [
        f"{name} may not be matched on though it is open"
        for name, one in twin.fields.items()
        if (one.level > 0 or one.match_only) and name not in usable
    ]
