"""What may come in: every record and each of its people, decided at `ingest` before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import Finding
from comity.exchange.duty.act_duties import Act, clocks_started, duties_elsewhere, duties_of_records
from comity.exchange.owners import owner_facts
from comity.law.atoms import FactMap, FactValue
from comity.law.code import atoms_of
from comity.law.compiled import Law, RuleCode
from comity.law.decide_point import decide_point
from comity.law.facts import Facts
from comity.law.fold import rules_for
from comity.law.point_facts import entry_facts, missing_facts
from comity.law.reasons import distinct_duties
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty, Reason
from comity.model.disclosure import EntryKind, Unit
from comity.model.record import Record
from comity.ports import World

Refusals = tuple[
    tuple[Reason, tuple[str, ...]], ...
]  # a rule, and what of the entry nobody knows that it turns on
Known = dict[tuple[object, ...], tuple[Refusals, tuple[Duty, ...]]]


@dataclass(frozen=True, slots=True)
class DecidedEntry:
    """What the law says of one record that is to come in: the rules that keep it out, and what it brings."""

    record: Record
    refused: tuple[RefusedEntry, ...]
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A record that a rule keeps out; `missing` names what nobody attested of its coming in."""

    record: Record
    reason: Reason
    missing: tuple[str, ...]


def decide_entries(
    law: Law, owner: Agency, records: tuple[Record, ...], attested: FactMap, at_ms: int
) -> tuple[DecidedEntry, ...]:
    """Decide every record, each of its people; each rule once. Records that look alike to the rules are decided once."""
    known: Known = {}
    found = []
    for record in records:
        reasons: dict[str, RefusedEntry] = {}
        duties: list[Duty] = []
        for facts in entry_facts(owner, record, attested, at_ms):
            refusals, owed = _decided(law, facts, str(record.data_class), known)
            duties += owed
            for reason, missing in refusals:
                reasons.setdefault(reason.rule, RefusedEntry(record, reason, missing))
        found.append(DecidedEntry(record, tuple(reasons.values()), distinct_duties(duties)))
    return tuple(found)


def _decided(law: Law, facts: Facts, data_class: str, known: Known) -> tuple[Refusals, tuple[Duty, ...]]:
    codes = [code for code, _ in rules_for(law, "ingest", facts) if data_class in code.masks]
    if not codes:
        return (), ()
    key = (data_class, *(_hashable(facts.get(path)) for path in _paths(law, codes)))
    if key not in known:
        decided = decide_point(law, "ingest", facts)
        refusals = tuple((one, missing_facts(law, one.rule, facts, "entry")) for one in decided.forbidden)
        known[key] = refusals, decided.duties
    return known[key]


def _paths(law: Law, codes: list[RuleCode]) -> tuple[str, ...]:
    """The facts on which any of these rules turns."""
    wanted = {
        path
        for code in codes
        for index in atoms_of(code.hit) | atoms_of(code.sure)
        for path in law.atoms[index].reads()
    }
    return tuple(sorted(wanted))


def _hashable(value: FactValue | None) -> object:
    """A fact as part of a key; lists of things are told by their text."""
    return repr(value) if isinstance(value, tuple) else value


def finding_of(one: RefusedEntry, file: str) -> Finding:
    """The refusal of one record, by its reference, with rule, citation and remedy: nothing of what it holds."""
    told = ", ".join(f"`--attest {name}`" for name in one.missing)
    remedy = f"where it is so, vouch for it with {told}; else leave the record out" if told else "leave it out"
    return Finding(
        file=file,
        line=1,
        column=1,
        fault=f"record `{one.record.reference}` may not come in: {one.reason.title} "
        f"({one.reason.rule}, {one.reason.citation})",
        remedy=remedy,
    )


def refused_unit(owner: Agency, decided: tuple[DecidedEntry, ...], now_ms: int) -> Unit:
    """What the log keeps of a refused load: how many records, how many kept out, by which rules; and what is owed.

    Only what was kept out owes anything: of the rest nothing came in, and it is decided anew when it does.
    """
    out = [one for one in decided if one.refused]
    ids = sorted({one.record.id for one in out})
    rules = sorted({refused.reason.rule for one in out for refused in one.refused})
    return Unit(
        facts=owner_facts(EntryKind.RECORDS_REFUSED, owner, now_ms),
        content=canonical_bytes({"owner": owner.id, "records": len(decided), "refused": len(ids), "rules": rules}),
        record=canonical_bytes(ids),
        duties=duties_of_records(_received(owner, now_ms), ((one.record, one.duties) for one in out)),
    )


def loaded_unit(
    world: World, law: Law, owner: Agency, decided: tuple[DecidedEntry, ...], checked_by: str, now_ms: int
) -> Unit:
    """What the log keeps of a load: how many records, who checked their outcomes; with what their coming in brings."""
    act = _received(owner, now_ms)
    records = tuple(one.record for one in decided)
    owed = [*((one.record, one.duties) for one in decided), *duties_elsewhere(law, act, records)]
    return Unit(
        facts=owner_facts(EntryKind.RECORDS_LOADED, owner, now_ms),
        content=canonical_bytes(
            {"owner": owner.id, "records": len(records), "dispositions_checked_by": checked_by}
        ),
        record=canonical_bytes(sorted(record.id for record in records)),
        duties=duties_of_records(act, owed),
        changed_duties=clocks_started(world, act, records),
    )


def _received(owner: Agency, now_ms: int) -> Act:
    return Act(owner, "ingest", "entry-received", now_ms, now_ms)
