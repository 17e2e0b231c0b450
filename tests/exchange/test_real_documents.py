"""Documents written by others, loaded into three owners: one question joins what belongs together and no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.exchange.ask import ask_query
from comity.exchange.intake import take_in
from comity.formats.reading import read_documents
from comity.law.shipped import shipped_pack
from comity.model.agency import Agency, DatedOri, Member
from comity.model.canon import text_digest
from comity.model.codes import AgencyKind, DataClass, GovernmentLevel, Instrument, Purpose, Status
from comity.model.law_text import LawKind, LawText
from comity.model.outcome import AskRequest, Outcome
from comity.model.query import LegalBasis, PersonSubject
from comity.model.record import Record
from comity.sim.federation import Federation, build_federation

DOCUMENTS = Path(__file__).parents[3] / "shared" / "data" / "ojbc" / "static-instances"
OWNERS = {
    "history-repository": ("VT0010000", "CriminalHistory", "criminal-history"),
    "warrant-office": ("VT0020000", "Warrant", "warrant"),
    "firearm-bureau": ("VT0030000", "FirearmRegistration", "firearm"),
}
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

pytestmark = pytest.mark.skipif(
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


@pytest.fixture(scope="module")
def records() -> dict[str, tuple[Record, ...]]:
    """The records of each owner, read from its own folder of documents and validated by that owner."""
    read = {}
    for owner, (_, folder, _) in OWNERS.items():
        files = sorted((DOCUMENTS / folder).glob("*.xml"))
        found = read_documents(((file.name, file.read_bytes()) for file in files), owner).records
        read[owner] = tuple(validated(record) for record in found)
    return read


def validated(record: Record) -> Record:
    """The record as its owner keeps it: the documents do not say when an entry was made and validated (NC-03)."""
    return replace(record, state=replace(record.state, collected=ENTERED, last_validated=VALIDATED))


@pytest.fixture(scope="module")
def federation(
    tmp_path_factory: pytest.TempPathFactory, records: dict[str, tuple[Record, ...]]
) -> Iterator[Federation]:
    """Three owners and one asker, under federal law and one agreement each."""
    agencies = [agency(owner, ori, AgencyKind.POLICE) for owner, (ori, _, _) in OWNERS.items()]
    agencies.append(agency(*ASKER, AgencyKind.POLICE))
    texts: dict[str, list[tuple[LawText, list[tuple[str, str]]]]] = {
        one.id: [(shipped_pack("us"), [(one.id, "counsel")])] for one in agencies
    }
    for number, owner in enumerate(OWNERS):
        signed = (agreement_text(number, owner), [(owner, "agency-head"), (ASKER[0], "agency-head")])
        texts[owner].append(signed)
        texts[ASKER[0]].append(signed)
    made = build_federation(tmp_path_factory.mktemp("real"), "real", agencies, texts, ())
    for owner, theirs in records.items():
        take_in(made.world_of(owner), owner, theirs, "documents", checked_by="custodian")
    yield made
    made.close()


def ask(federation: Federation, name: str, birth_date: str) -> Outcome:
    family, _, given = name.partition(", ")
    request = AskRequest(
        asker=ASKER[0],
        member=DETECTIVE.id,
        beneficiary=ASKER[0],
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-0001",
        data_classes=(DataClass.CRIMINAL_HISTORY, DataClass.WARRANT, DataClass.FIREARM),
        subject=PersonSubject(family=family, given=given.split(" ")[0].strip(","), birth_date=birth_date),
    )
    return ask_query(federation.world_of(ASKER[0]), request, DETECTIVE)


def people(records: tuple[Record, ...]) -> dict[tuple[str, str], set[str]]:
    """(name, birth date) -> social security numbers, over searchable people of the records."""
    found: dict[tuple[str, str], set[str]] = {}
    for record in records:
        for person in record.people:
            for name in person.values("name"):
                for born in person.values("birth-date"):
                    found.setdefault((name, born), set()).update(person.values("ssn"))
    return found


def in_all_three(records: dict[str, tuple[Record, ...]]) -> list[tuple[str, str]]:
    """People whom three sources hold under one name, birth date and number."""
    each = [people(theirs) for theirs in records.values()]
    common = set(each[0]) & set(each[1]) & set(each[2])
    return sorted(key for key in common if each[0][key] & each[1][key] & each[2][key])


def test_the_same_person_in_three_sources_comes_back_as_one(
    federation: Federation, records: dict[str, tuple[Record, ...]]
) -> None:
    """A name and birth date find the person at all three owners, joined, with agreeing fields listed."""
    tried = in_all_three(records)
    assert len(tried) >= 20
    for name, birth_date in tried[:10]:
        outcome = ask(federation, name, birth_date)
        assert {source.status for source in outcome.sources} == {Status.ANSWERED}, name
        assert all(source.verified for source in outcome.sources)
        owner_of = {
            item.item_id: source.agency
            for source in outcome.sources
            if source.answer
            for item in source.answer.items
        }
        joined = max(outcome.persons, key=lambda person: len({owner_of[item] for item in person.item_ids}))
        assert {owner_of[item] for item in joined.item_ids} == set(OWNERS)
        assert {"name", "birth-date"} <= set(joined.agree)


def test_a_namesake_with_another_birth_date_is_not_the_same(
    federation: Federation, records: dict[str, tuple[Record, ...]]
) -> None:
    """Several people of one name in the firearm file: only the one with the asked birth date is the person."""
    by_name: dict[str, set[str]] = {}
    for name, born in people(records["firearm-bureau"]):
        by_name.setdefault(name, set()).add(born)
    name, births = max(by_name.items(), key=lambda row: len(row[1]))
    assert len(births) >= 5
    asked = sorted(births)[0]
    outcome = ask(federation, name, asked)
    (firearm,) = [source for source in outcome.sources if source.agency == "firearm-bureau"]
    assert firearm.answer is not None
    same = [item for item in firearm.answer.items if "not the same person" not in item.labels]
    others = [item for item in firearm.answer.items if "not the same person" in item.labels]
    assert same
    assert others
    for item in same:
        assert any(one.field == "birth-date" and one.verdict == "agree" for one in item.evidence)
    for item in others:
        (disagreeing,) = [one for one in item.evidence if one.field == "birth-date"]
        assert disagreeing.verdict == "disagree"
        assert disagreeing.held != asked
    together = {item.item_id for item in same}
    for person in outcome.persons:
        assert not (set(person.item_ids) & together and set(person.item_ids) & {item.item_id for item in others})
