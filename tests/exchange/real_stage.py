"""Documents written by others, loaded into owners of a small federation. Read where they lie, never copied."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.exchange.asking.ask import ask_query
from comity.exchange.records.intake import take_in
from comity.formats.reading import read_documents
from comity.law.shipped import shipped_pack
from comity.model.agency import Agency, DatedOri, Member
from comity.model.answer import Evidence, Item
from comity.model.canon import text_digest
from comity.model.codes import AgencyKind, DataClass, GovernmentLevel, IdentifierKind, Instrument, Purpose
from comity.model.law_text import LawKind, LawText
from comity.model.outcome import AskRequest, Conflict, HeldValue, KeptApart, Outcome, SourceResult
from comity.model.query import Identifier, LegalBasis, Subject
from comity.model.record import PersonInRecord, Record
from comity.sim.federation import Federation, build_federation

DOCUMENTS = Path(__file__).parents[3] / "shared" / "data" / "ojbc" / "static-instances"
OWNERS = {
    "history-repository": ("VT0010000", "CriminalHistory", "criminal-history"),
    "warrant-office": ("VT0020000", "Warrant", "warrant"),
    "firearm-bureau": ("VT0030000", "FirearmRegistration", "firearm"),
    "prohibition-office": ("VT0050000", "FirearmProhibition", "ncic-restricted"),
    "incident-police": ("VT0060000", "Incident", "case"),
    "wildlife-bureau": ("VT0070000", "WildlifeLicense", "licence"),
}
LINKED = ("history-repository", "warrant-office", "firearm-bureau")  # the three that share numbers
ENTERED, VALIDATED = date(2026, 3, 2), date(2026, 5, 15)
ASKER = ("town-police", "VT0040000")
DETECTIVE = Member(
    id="town-detective", name="Ada Quist", agency=ASKER[0], roles=("member",), trained_until=date(2030, 1, 1)
)
AGREEMENT = """agreement REAL-{number}-2026 "Records for criminal investigations"
  uses vocabulary comity 1
  party      {owner} is {owner_ori} "Owner" level local state VT
  party      town-police is VT0040000 "Town Police" level local state VT
  authority  "Interlocal cooperation"
  from       2026-01-01 to 2029-12-31
  review     every 12 months
  assessment "PIA-{number}" sha256:5be1f03c7a90
  covers     audit, dissemination, hit-confirmation, logging, quality, screening, security, timeliness, training, use,
    validation
  suspends   by {owner} at once
  ends       by either on 30 days notice
  delegation none
  signs for {owner} agency-head
  signs for town-police agency-head

clause G-01 "Whole records for a numbered case"
  gives  {owner} to town-police
  data   {data}
  at     release
  permit fields labelled identity, offence, disposition, event, government-number, justice-number, weapon, caution
  when   query's purpose is criminal-investigation and query has case-number
"""
CLASSES = tuple(DataClass(data) for _, _, data in OWNERS.values())

needs_documents = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason=f"SKIPPED LOUDLY: the linked real documents are not at {DOCUMENTS}"
)


def agency(agency_id: str, ori: str, kind: AgencyKind) -> Agency:
    return Agency(
        id=agency_id,
        name=agency_id.replace("-", " ").title(),
        oris=(DatedOri(ori=ori, first=date(2000, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="VT",
        kind=kind,
        zone="America/New_York",
        node=f"{agency_id}-node",
    )


def agreement_text(number: int, owner: str) -> LawText:
    ori, _, data = OWNERS[owner]
    text = AGREEMENT.format(number=number, owner=owner, owner_ori=ori, data=data)
    return LawText(
        kind=LawKind.AGREEMENT, name=f"REAL-{number}-2026", version=1, text=text, hash=text_digest(text)
    )


def read_owners(owners: tuple[str, ...] = tuple(OWNERS)) -> dict[str, tuple[Record, ...]]:
    """The records of each owner, read from its own folder of documents and validated by that owner."""
    read = {}
    for owner in owners:
        files = sorted((DOCUMENTS / OWNERS[owner][1]).glob("*.xml"))
        found = read_documents(((file.name, file.read_bytes()) for file in files), owner).records
        read[owner] = tuple(validated(record) for record in found)
    return read


def validated(record: Record) -> Record:
    """The record as its owner keeps it: the documents do not say when an entry was made and validated (NC-03)."""
    return replace(record, state=replace(record.state, collected=ENTERED, last_validated=VALIDATED))


def open_federation(folder: Path, records: dict[str, tuple[Record, ...]]) -> Federation:
    """The owners and one asker, under federal law and one agreement each."""
    agencies = [agency(owner, OWNERS[owner][0], AgencyKind.POLICE) for owner in records]
    agencies.append(agency(*ASKER, AgencyKind.POLICE))
    texts: dict[str, list[tuple[LawText, list[tuple[str, str]]]]] = {
        one.id: [(shipped_pack("us"), [(one.id, "counsel")])] for one in agencies
    }
    for number, owner in enumerate(records):
        signed = (agreement_text(number, owner), [(owner, "agency-head"), (ASKER[0], "agency-head")])
        texts[owner].append(signed)
        texts[ASKER[0]].append(signed)
    made = build_federation(folder, "real", agencies, texts, ())
    for owner, theirs in records.items():
        take_in(made.world_of(owner), owner, theirs, "documents", checked_by="custodian")
    return made


CASES = count(1)  # each question is a case of its own: many under one number would be a list, and refused


def ask(federation: Federation, subject: Subject, classes: tuple[DataClass, ...] = CLASSES) -> Outcome:
    """What comes back when the town's detective asks every owner about one subject."""
    request = AskRequest(
        asker=ASKER[0],
        member=DETECTIVE.id,
        beneficiary=ASKER[0],
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number=f"26-{next(CASES):04}",
        data_classes=classes,
        subject=subject,
    )
    return ask_query(federation.world_of(ASKER[0]), request, DETECTIVE)


def source_of(outcome: Outcome, owner: str) -> SourceResult:
    return next(source for source in outcome.sources if source.agency == owner)


def items_of(outcome: Outcome, owner: str) -> tuple[Item, ...]:
    """The items one owner released."""
    answer = source_of(outcome, owner).answer
    return answer.items if answer else ()


def evidence_of(item: Item, field: str) -> Evidence:
    return next(one for one in item.evidence if one.field == field)


def conflict_of(apart: KeptApart, field: str) -> dict[str, set[str]]:
    """The values of one field that hold apart, by owner; each is checked to carry a day."""
    (conflict,) = [one for one in apart.disagree if one.field == field]
    return values_by_owner(conflict)


def values_by_owner(conflict: Conflict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for held in conflict.values:
        assert held.as_of > date.min
        found.setdefault(held.owner, set()).add(held.value)
    return found


def check_days(outcome: Outcome, values: tuple[HeldValue, ...]) -> None:
    """Each value shown in a conflict stands in an item of that owner, and its day is that of the latest such item."""
    for held in values:
        days = [
            item.as_of
            for item in items_of(outcome, held.owner)
            if any(held.value in field.values for field in item.fields)
        ]
        assert held.as_of == max(days)


def numbered(kind: str, value: str) -> Identifier:
    return Identifier(kind=IdentifierKind(kind), value=value)


def people_of(records: tuple[Record, ...]) -> Iterator[tuple[Record, PersonInRecord]]:
    """Every person of every record with the record."""
    return ((record, person) for record in records for person in record.people)
