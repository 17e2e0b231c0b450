"""Taking records in: every field known to its class, every rule of entry met, all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from comity.errors import Finding, RecordFileError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.records.entering import decide_entries, finding_of, loaded_unit, refused_unit
from comity.law.atoms import FactMap
from comity.law.vocabulary import Vocabulary, load_vocabulary
from comity.ledger.append import append_entry
from comity.model.field_values import value_fault
from comity.model.record import FieldValue, Record
from comity.ports import World

MOST_FINDINGS = 50  # faults shown at once; the rest are counted in the last line


NOTHING_ATTESTED: FactMap = MappingProxyType({})


def take_in(
    world: World,
    owner: str,
    records: tuple[Record, ...],
    file: str,
    checked_by: str = "",
    attested: FactMap = NOTHING_ATTESTED,
) -> None:
    """Check every record, store them all, and enter in the log how many came in. Raises RecordFileError; then none did.

    `checked_by` is the records custodian who attests that outcomes were checked with the state repository (28 CFR
    20.21(a)(1)); without it whatever a record itself says stands. `attested` are facts of `entry` that a person
    vouches for. A record that a rule at `ingest` keeps out stops the load, which is entered as refused. What the law
    owes for what came in, or was kept out, is raised with the entry.
    """
    agency = owner_here(world, owner)
    strangers = {record.owner for record in records} - {owner}
    if strangers:
        raise WrongUseError(
            f"records of `{min(strangers)}` cannot be loaded for `{owner}`; load each owner's by itself"
        )
    check_records(records, file)
    now_ms = world.clock.now_ms()
    check_values(records, file, owner_day(agency, now_ms))
    if checked_by:
        records = tuple(
            replace(record, state=replace(record.state, disposition_checked=True)) for record in records
        )
    _, law = read_law(world, world.directory(), owner)
    decided = decide_entries(law, agency, records, attested, now_ms)
    refused = [refusal for one in decided for refusal in one.refused]
    if refused:
        append_entry(world, refused_unit(agency, decided, now_ms))
        raise RecordFileError(_bounded([finding_of(one, file) for one in refused], file))
    world.records.load(records)
    # A crash here leaves records without their entry and duties; loading them again is refused as duplicates,
    # releasing is not affected: what counts for a release is the release's own entry.
    look_again(lambda: append_entry(world, loaded_unit(world, law, agency, decided, checked_by, now_ms)))


def check_records(records: tuple[Record, ...], file: str) -> None:
    """Every field of every record belongs to its data class. Raises RecordFileError with the findings; nothing loads."""
    vocabulary = load_vocabulary()
    findings = [finding for record in records for finding in _check(record, vocabulary, file)]
    if findings:
        raise RecordFileError(_bounded(findings, file))


def check_values(records: tuple[Record, ...], file: str, today: date) -> None:
    """Every value can stand in its field, on the owner's day. Raises RecordFileError with the findings; nothing loads."""
    findings = [
        _value_finding(record, field.name, fault, file)
        for record in records
        for field in _fields(record)
        if (fault := value_fault(field.name, field.value, today)) is not None
    ]
    if findings:
        raise RecordFileError(_bounded(findings, file))


def _value_finding(record: Record, name: str, said: str, file: str) -> Finding:
    fault, _, remedy = said.rpartition("; ")
    return Finding(file, 1, 1, f"record `{record.reference}`, field `{name}`: {fault}", remedy=remedy)


def _fields(record: Record) -> Iterator[FieldValue]:
    yield from record.fields
    for person in record.people:
        yield from person.fields


def _bounded(findings: list[Finding], file: str) -> tuple[Finding, ...]:
    return (*findings[:MOST_FINDINGS], *_not_shown(findings[MOST_FINDINGS:], file))


def _not_shown(findings: list[Finding], file: str) -> tuple[Finding, ...]:
    if not findings:
        return ()
    fault = f"{len(findings)} more faults of this kind"
    return (Finding(file=file, line=1, column=1, fault=fault, remedy="mend those shown, then load again"),)


def _check(record: Record, vocabulary: Vocabulary, file: str) -> list[Finding]:
    known = frozenset(vocabulary.fields_of(record.data_class))
    named = {field.name for field in record.fields}
    for person in record.people:
        named |= {field.name for field in person.fields}
    return [
        Finding(
            file=file,
            line=1,
            column=1,
            fault=f"record `{record.reference}` has the field `{name}`, which class `{record.data_class}` does not have",
            remedy="map it to a field of the class, or ignore it explicitly",
        )
        for name in sorted(named - known)
    ]
