"""What may come in: every record and each of its people, decided at `ingest` before anything is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from comity.errors import Finding
from comity.law.atoms import FactMap, FactValue
from comity.law.code import atoms_of
from comity.law.compiled import Law, RuleCode
from comity.law.decide_point import decide_point
from comity.law.facts import Facts
from comity.law.fold import rules_for
from comity.law.point_facts import entry_facts, missing_facts
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.decision import Reason
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.record import Record

Refusals = tuple[
    tuple[Reason, tuple[str, ...]], ...
]  # a rule, and what of the entry nobody knows that it turns on


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A record that a rule keeps out; `missing` names what nobody attested of its coming in."""

    record: Record
    reason: Reason
    missing: tuple[str, ...]


def refused_entries(
    law: Law, owner: Agency, records: tuple[Record, ...], attested: FactMap, at_ms: int
) -> tuple[RefusedEntry, ...]:
    """Every record that a rule keeps out, with each rule once. Records that look alike to the rules are decided once."""
    known: dict[tuple[object, ...], Refusals] = {}
    found = []
    for record in records:
        reasons: dict[str, tuple[Reason, tuple[str, ...]]] = {}
        for facts in entry_facts(owner, record, attested, at_ms):
            for reason, missing in _decided(law, facts, str(record.data_class), known):
                reasons.setdefault(reason.rule, (reason, missing))
        found += [RefusedEntry(record, reason, missing) for reason, missing in reasons.values()]
    return tuple(found)


def _decided(law: Law, facts: Facts, data_class: str, known: dict[tuple[object, ...], Refusals]) -> Refusals:
    codes = [code for code, _ in rules_for(law, "ingest", facts) if data_class in code.masks]
    if not codes:
        return ()
    key = (data_class, *(_hashable(facts.get(path)) for path in _paths(law, codes)))
    if key not in known:
        forbidden = decide_point(law, "ingest", facts).forbidden
        known[key] = tuple((one, missing_facts(law, one.rule, facts, "entry")) for one in forbidden)
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


def refused_unit(owner: Agency, offered: int, refused: tuple[RefusedEntry, ...], now_ms: int) -> Unit:
    """What the log keeps of a refused load: how many records, how many kept out, by which rules."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    ids = sorted({one.record.id for one in refused})
    rules = sorted({one.reason.rule for one in refused})
    return Unit(
        facts=EntryFacts(kind=EntryKind.RECORDS_REFUSED, at_ms=now_ms, owner_ori=owner.ori_on(today)),
        content=canonical_bytes({"owner": owner.id, "records": offered, "refused": len(ids), "rules": rules}),
        record=canonical_bytes(ids),
    )
