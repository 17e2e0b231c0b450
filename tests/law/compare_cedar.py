"""Engine and Cedar side by side: every level of every field, asked of cedarpy over the exported policies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cedarpy
from cedar_export import ACTIONS, CedarLaw, context_of, export_law, request_of
from compare_law import Difference, Tally, compiled, folded
from generate_question import Body, Case, generated_body, generated_cases, situation_of

from comity.law.decide import decide_record
from comity.law.vocabulary import load_vocabulary
from reference import decide_record as twin_record
from reference_truth import Capacity, Situation, fields_of, relied_on, terms_relied_on


@dataclass(frozen=True)
class Oracle:
    """One exported law, parsed and validated once."""

    law: CedarLaw
    policies: cedarpy.PolicySet
    schema: cedarpy.Schema
    entities: cedarpy.Entities


@dataclass
class Oracles:
    """The oracles of one body of law, one for every capacity met."""

    made: dict[tuple[object, ...], Oracle] = field(default_factory=dict)
    policies: int = 0

    def of(self, situation: Situation, capacity: Capacity) -> Oracle:
        relied = tuple(source.name for source in relied_on(situation, capacity))
        key = (capacity.agency, capacity.named, capacity.oris, relied)
        if key not in self.made:
            self.made[key] = make_oracle(situation, capacity)
            self.policies += self.made[key].law.count
        return self.made[key]


def make_oracle(situation: Situation, capacity: Capacity) -> Oracle:
    """Export, validate against the schema, parse. Cedar skips a policy that errs, so one that might is refused."""
    law = export_law(situation, capacity)
    checked = cedarpy.validate_policies(law.policies, law.schema)
    assert checked.validation_passed, "\n".join(str(error) for error in checked.errors)
    return Oracle(
        law=law,
        policies=cedarpy.PolicySet.from_str(law.policies),
        schema=cedarpy.Schema.from_str(law.schema),
        entities=cedarpy.Entities.from_json_str(law.entities, law.schema),
    )


def requests_of(oracle: Oracle, situation: Situation, capacity: Capacity) -> list[dict[str, object]]:
    """One request for every field and action, in that order."""
    facts = {**capacity.facts, **terms_relied_on(situation, capacity), **situation.record}
    facts["query's data-class"] = situation.data_class
    found = []
    for decl in fields_of(situation.vocabulary, situation.data_class):
        known = dict(facts)
        if decl.name in situation.public:
            known["field is public"] = situation.public[decl.name]
        context = context_of(oracle.law, known, situation.data_class, situation.today)
        found += [request_of(situation.data_class, str(decl.name), action, context) for action in ACTIONS]
    return found


def cedar_levels(situation: Situation, oracles: Oracles) -> dict[str, int]:
    """The level of every field by Cedar, the lowest over all capacities. Any error, or a gap in levels, fails."""
    names = [str(decl.name) for decl in fields_of(situation.vocabulary, situation.data_class)]
    levels = dict.fromkeys(names, len(ACTIONS))
    for capacity in situation.capacities:
        oracle = oracles.of(situation, capacity)
        requests = requests_of(oracle, situation, capacity)
        results = cedarpy.is_authorized_batch(requests, oracle.policies, oracle.entities, oracle.schema)
        errors = [error for result in results for error in result.diagnostics.errors]
        assert not errors, errors[:3]
        for index, name in enumerate(names):
            allowed = [result.allowed for result in results[index * len(ACTIONS) : (index + 1) * len(ACTIONS)]]
            assert allowed == sorted(allowed, reverse=True), f"`{name}` is open at a higher level but not below"
            levels[name] = min(levels[name], sum(allowed))
    return levels


def compare_with_cedar(seed: int, tally: Tally, *, queries: int = 2, records: int = 2) -> list[Difference]:
    """One generated body of law decided by the engine and by Cedar; the twin only counts what was met."""
    body = generated_body(seed)
    return compare_cases_with_cedar(
        seed, body, generated_cases(body, seed, queries=queries, records=records), tally
    )


def compare_cases_with_cedar(seed: int, body: Body, cases: Iterable[Case], tally: Tally) -> list[Difference]:
    """Cases under one body of law, in the order of their questions."""
    law, oracles = compiled(body), Oracles()
    found, last, engine = [], None, None
    for case in cases:
        if engine is None or case.query is not last:
            engine, last = folded(law, case), case.query
        situation = situation_of(case, load_vocabulary().text)
        decided = decide_record(engine, case.record, case.person.key)
        tally.record(twin_record(situation), situation)
        tally.counts["missing attribute"] += count_missing(case) * len(decided.fields)
        levels = cedar_levels(situation, oracles)
        faults = [
            f"{one.field}: engine {one.level.word}, Cedar {levels[one.field]}"
            for one in decided.fields
            # A concealed record is dropped whole, which Cedar, asked field by field, cannot know.
            if int(one.level) != levels[one.field] and not (decided.concealed and one.level < levels[one.field])
        ]
        if faults:
            found.append(Difference(seed, case.record.id, tuple(faults)))
    return found


def count_missing(case: Case) -> bool:
    """Whether some fact that rules may read is missing from question, record or person."""
    state, person = case.record.state, case.person.facts
    facts = (
        case.query.dppa_use or None,
        case.query.basis.document,
        state.reviewed,
        state.tied_to_case,
        state.received_under_1367,
        state.collected,
        state.last_validated,
        state.retain_until,
        person.convictions,
        person.registrant,
        person.minor,
        person.custodian,
    )
    return any(fact is None for fact in facts)
