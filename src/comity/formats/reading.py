"""From the bytes of documents to records: choose the reader by the root element, load whole or not at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from comity.errors import Finding, NounError, RecordFileError
from comity.formats.criminal_history import read_criminal_history
from comity.formats.event import Event
from comity.formats.firearm import read_prohibitions, read_registrations
from comity.formats.incident import read_incident
from comity.formats.licence import read_regulatory_licences, read_wildlife_licences
from comity.formats.placing import Placing
from comity.formats.rap_text import read_rap_text
from comity.formats.tree import parse_tree, refuse
from comity.formats.values import NEVER_STATED
from comity.formats.warrant import read_warrants
from comity.model.base import check_agency_id
from comity.model.record import Record, RecordState

MOST_DOCUMENTS = 100_000  # one load holds all its records in memory so that it loads whole or not at all
REFERENCE_DIGITS = 16  # of the hash, where the document has no number of its own: enough to tell documents apart
ID_DIGITS = 32  # 128 bits: two documents of one owner never share an id by chance


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What was read: records, how many leaf values were placed, and what was not.

    `remainder` holds (path, count) of leaf values no record has a field for; `dropped` (path, reason) of what is
    left out on purpose. In a reading of several files the dropped paths begin with the file and a colon.
    """

    records: tuple[Record, ...]
    placed: int
    remainder: tuple[tuple[str, int], ...]
    dropped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A document kind: a name for ids, and the function that reads it."""

    name: str
    read: Callable[[Placing], tuple[Event, ...]]
    keep_bytes: bool = False


def kinds() -> dict[str, Kind]:
    """Document kinds by root element name. Versions of NIEM differ in namespaces only, so names suffice."""
    return {
        "CriminalHistory": Kind("criminal-history", read_criminal_history),
        "Warrants": Kind("warrant", read_warrants),
        "PersonFirearmRegistrationQueryResults": Kind("firearm-registration", read_registrations),
        "FirearmPurchaseProhibitionQueryResults": Kind("firearm-prohibition", read_prohibitions),
        "IncidentReport": Kind("incident", read_incident),
        "doPublish": Kind("incident", read_incident),
        "RegulatoryLicenseQueryResults": Kind("professional-licence", read_regulatory_licences),
        "WildlifeLicenseQueryResults": Kind("wildlife-licence", read_wildlife_licences),
        "CriminalHistoryTextDocument": Kind("rap-text", read_rap_text, keep_bytes=True),
    }


def read_document(raw: bytes, file: str, owner: str, received: date | None = None) -> DocumentReading:
    """Read one document of `owner`. `file` is named in errors only; `received` dates records that state no day.

    Raises RecordFileError with file, line and remedy; nothing of a refused document is loaded.
    """
    check_agency_id(owner)
    tree = parse_tree(raw, file)
    kind = kinds().get(tree.root.name)
    if kind is None:
        fault = f"`{tree.root.name[:80]}` is not a document kind that is read here"
        raise refuse(file, tree.root.line, fault, f"known are: {', '.join(sorted(kinds()))}")
    placing = Placing(tree, keep_bytes=kind.keep_bytes)
    try:
        events = kind.read(placing)
        stamp = _Stamp(owner=owner, kind=kind.name, digest=hashlib.sha256(raw).hexdigest(), received=received)
        records = tuple(_make_record(event, number, stamp, placing) for number, event in enumerate(events, 1))
    except NounError as error:
        raise refuse(file, tree.root.line, str(error), "correct the document at its source") from error
    return DocumentReading(records, *placing.result())


def read_documents(
    files: Iterable[tuple[str, bytes]], owner: str, received: date | None = None
) -> DocumentReading:
    """Read many documents as one load. Raises RecordFileError with the findings of every file that fails."""
    readings: list[tuple[str, DocumentReading]] = []
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    twins: list[tuple[str, str]] = []
    for count, (file, raw) in enumerate(files, 1):
        if count > MOST_DOCUMENTS:
            raise refuse(
                file, 1, f"more than {MOST_DOCUMENTS} documents in one load", "load them in several folders"
            )
        first = seen.setdefault(hashlib.sha256(raw).hexdigest(), file)
        if first != file:
            twins.append((f"{file}:", f"the same bytes as `{first}`, read once"))
            continue
        try:
            readings.append((file, read_document(raw, file, owner, received)))
        except RecordFileError as error:
            findings += error.findings
    if findings:
        raise RecordFileError(tuple(findings))
    return _combine(readings, tuple(twins))


@dataclass(frozen=True, slots=True)
class _Stamp:
    owner: str
    kind: str
    digest: str
    received: date | None


def _make_record(event: Event, number: int, stamp: _Stamp, placing: Placing) -> Record:
    return Record(
        id=f"{stamp.kind}-{stamp.digest[:ID_DIGITS]}-{number}",
        owner=stamp.owner,
        data_class=event.data_class,
        reference=event.reference or stamp.digest[:REFERENCE_DIGITS],
        event_date=event.event_date,
        as_of=event.as_of or stamp.received or NEVER_STATED,
        people=event.people,
        fields=event.fields,
        disposition=event.disposition,
        state=RecordState(sealed=placing.sealed, non_conviction=event.non_conviction),
        source=stamp.kind,
    )


def _combine(readings: list[tuple[str, DocumentReading]], twins: tuple[tuple[str, str], ...]) -> DocumentReading:
    remainder: Counter[str] = Counter()
    for _, reading in readings:
        remainder.update(dict(reading.remainder))
    return DocumentReading(
        records=tuple(record for _, reading in readings for record in reading.records),
        placed=sum(reading.placed for _, reading in readings),
        remainder=tuple(sorted(remainder.items())),
        dropped=(
            *((f"{file}: {path}", reason) for file, reading in readings for path, reason in reading.dropped),
            *twins,
        ),
    )
