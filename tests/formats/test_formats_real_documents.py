"""The linked documents written by others: all of them load, and what matters has a place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from comity.formats.classes import PERSON_FIELDS, own_fields
from comity.formats.reading import DocumentReading, read_document, read_documents
from comity.model.codes import SEARCHABLE_ROLES, DataClass, Disposition, PersonRole
from comity.model.record import Record

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "ojbc" / "static-instances"
EXCHANGE_SAMPLES = FOLDER.parent / "ndex-2.1.1"
FILES = {
    "CriminalHistory": 100,
    "Warrant": 101,
    "FirearmRegistration": 100,
    "Incident": 51,
    "FirearmProhibition": 30,
    "ProfessionalLicense": 1,
    "WildlifeLicense": 1,
    "StateRapsheet": 1,
    "FBIRapsheet": 1,
}
OWNER = "sample-owner"

# The test's own idea of which leaves matter, by the end of their path. It shares nothing with the readers.
MUST_HAVE_A_PLACE = {
    "name": re.compile(r"Person(Given|Middle|Sur|Full)Name$"),
    "birth date": re.compile(r"PersonBirthDate/"),
    "identifier": re.compile(
        r"/(IdentificationID|SourceIDText|CaseDocketID|PermitNumber|IncidentCaseNumberText)$"
    ),
    "identifier issuer": re.compile(
        r"(SSN|Other|License|Fingerprint)Identification/Identification(Source|Jurisd)\w+$"
    ),
    "address": re.compile(r"(Address|LocationStreet|LocationState|LocationCountry)/\w+$|/GeoCode$"),
    "telephone": re.compile(r"/Telephone\w*ID$"),
    "charge": re.compile(r"Charge/|Offense(Text)?$|WarrantLevelText$|PurchaseProhibitionCode$|OffenseText$"),
    "disposition": re.compile(
        r"Disposition/|Sentence/|Supervision/|Bail/|Resolution/|Complaint|StatusDescriptionText$|StatusText$|StatusCode$"
    ),
    # units are translated (INH to in), so they are compared with their amounts only
    "weapon": re.compile(r"(QueryResults/Firearm/|Digest/EntityTangibleItem/)(?!.*UnitCode$)"),
}


@cache
def documents(folder: str) -> tuple[tuple[str, bytes], ...]:
    if not FOLDER.is_dir():
        pytest.skip(
            f"the sample documents are not at {FOLDER.name}/ beside the repository; nothing real was tested"
        )
    return tuple((f"{folder}/{path.name}", path.read_bytes()) for path in sorted((FOLDER / folder).glob("*.xml")))


@cache
def reading(folder: str) -> DocumentReading:
    return read_documents(documents(folder), OWNER)


def leaves(raw: bytes) -> list[tuple[str, str]]:
    """(path, folded text) of every element with text, walked with another parser."""
    found: list[tuple[str, str]] = []

    def walk(element: ElementTree.Element, above: str) -> None:
        path = f"{above}/{element.tag.rsplit('}', 1)[-1]}".lstrip("/")
        if element.text and element.text.strip():
            found.append((path, " ".join(element.text.split())))
        for child in element:
            walk(child, path)

    walk(ElementTree.fromstring(raw), "")
    return found


def words_of(records: tuple[Record, ...]) -> str:
    values = [field.value for record in records for field in record.fields]
    values += [field.value for record in records for person in record.people for field in person.fields]
    return "\n".join(values)


@pytest.mark.parametrize("folder", FILES)
def test_every_document_loads(folder: str) -> None:
    """All 386 documents are read, each without a finding."""
    assert len(documents(folder)) == FILES[folder]
    records = reading(folder).records
    assert len({record.id for record in records}) == len(records)
    assert records or folder == "StateRapsheet"


def test_the_number_of_records_is_that_of_the_events() -> None:
    """One record per cycle or order, warrant, registration, incident, prohibition and licence."""
    found = {folder: len(reading(folder).records) for folder in FILES}
    assert found == {
        "CriminalHistory": 242 + 28,
        "Warrant": 102,
        "FirearmRegistration": 160,
        "Incident": 51,
        "FirearmProhibition": 30,
        "ProfessionalLicense": 1,
        "WildlifeLicense": 1,
        "StateRapsheet": 0,
        "FBIRapsheet": 1,
    }


@pytest.mark.parametrize("folder", [name for name in FILES if not name.endswith("Rapsheet")])
def test_every_leaf_is_placed_dropped_or_left(folder: str) -> None:
    """In each document the leaves counted by another parser are exactly those accounted for."""
    for file, raw in documents(folder):
        one = read_document(raw, file, OWNER)
        left = sum(count for _, count in one.remainder)
        assert one.placed + left + len(one.dropped) == len(leaves(raw)), file


@pytest.mark.parametrize("folder", [name for name in FILES if not name.endswith("Rapsheet")])
def test_values_that_matter_have_a_place(folder: str) -> None:
    """Names, birth dates, identifiers, addresses, charges, dispositions and weapons stand in the records."""
    seen: Counter[str] = Counter()
    for file, raw in documents(folder):
        one = read_document(raw, file, OWNER)
        remainder = {path for path, _ in one.remainder}
        dropped = {path for path, _ in one.dropped}
        words = words_of(one.records)
        tokens = set(re.split(r"[\s,;:()]+", words))
        for path, text in leaves(raw):
            for kind, pattern in MUST_HAVE_A_PLACE.items():
                if not pattern.search(path) or path in dropped:
                    continue
                seen[kind] += 1
                assert path not in remainder, (file, kind, path)
                assert text in words or set(re.split(r"[\s,;:()]+", text)) <= tokens, (file, kind, path, text)
    assert seen["name"] >= FILES[folder]


def test_what_is_dropped_is_biometric_or_a_text_that_names_nobody() -> None:
    """Only fingerprint classes and one text without a person are left out of the whole collection."""
    reasons = Counter(reason.split(",")[0] for folder in FILES for _, reason in reading(folder).dropped)
    assert reasons == {"biometric": 200, "text of 26 characters without an identification section": 1}


def test_the_remainder_is_small_and_known() -> None:
    """What no record has a field for is listed by path; it holds message metadata and nothing about charges."""
    paths = {path.rsplit("/", 1)[-1] for folder in FILES for path, _ in reading(folder).remainder}
    assert {"PurposeCode", "LEXSVersion", "RegistrationNotesText", "DataSensitivity"} <= paths
    assert len(paths) < 40


def test_people_in_three_sources_agree_on_the_birth_date() -> None:
    """Of the 83 social security numbers in three sources, 83 agree on the first birth date."""
    dates: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for folder in ("CriminalHistory", "FirearmRegistration", "Warrant"):
        for record in reading(folder).records:
            for person in record.people:
                for number in person.values("ssn"):
                    dates[number][folder].update(person.values("birth-date"))
    triples = [sources for sources in dates.values() if len(sources) == 3]
    agreeing = [sources for sources in triples if set.intersection(*sources.values())]
    assert (len(agreeing), len(triples)) == (83, 83)


def test_both_people_of_a_criminal_history_are_kept() -> None:
    """Where the asked-for and the recorded person differ, the second birth date and the second name are there."""
    people = {record.id.rsplit("-", 1)[0]: record.people[0] for record in reading("CriminalHistory").records}
    assert sum(len(person.values("birth-date")) > 1 for person in people.values()) == 6
    # 67 documents have alternate names; in one of them the only alternate name is the name
    assert sum(bool(person.values("alias")) for person in people.values()) == 66
    assert all(len(person.values("name")) == 1 for person in people.values())


def test_victims_and_officials_of_incidents_are_never_searchable() -> None:
    """Every incident names its victim, as a victim; subjects and suspects alone can be searched for."""
    for record in reading("Incident").records:
        roles = Counter(person.role for person in record.people)
        assert roles[PersonRole.VICTIM] == roles[PersonRole.SUSPECT] == roles[PersonRole.SUBJECT] == 1
        assert roles[PersonRole.OFFICIAL] == 4
        searchable = {person.role for person in record.people if person.role in SEARCHABLE_ROLES}
        assert searchable == {PersonRole.SUBJECT, PersonRole.SUSPECT}


def test_nothing_is_assumed_of_seals_review_and_certification() -> None:
    """No document states a seal, a review or a certification, so all three are unknown."""
    for folder in FILES:
        for record in reading(folder).records:
            assert record.state.sealed is None
            assert record.state.reviewed is None
            assert record.state.certified is None


def test_records_hold_only_fields_of_their_class() -> None:
    """Every field name belongs to the record's data class or to people."""
    for folder in FILES:
        for record in reading(folder).records:
            assert {field.name for field in record.fields} <= set(own_fields(record.data_class))
            assert {field.name for person in record.people for field in person.fields} <= set(PERSON_FIELDS)


def test_dispositions_come_from_the_documents() -> None:
    """Arrests without an outcome are unknown, mixtures are unknown, convictions carry their date."""
    records = reading("CriminalHistory").records
    assert {record.data_class for record in records} == {DataClass.CRIMINAL_HISTORY}
    kinds = Counter(record.disposition for record in records)
    assert kinds[Disposition.CONVICTED]
    assert kinds[Disposition.ACQUITTED]
    assert kinds[Disposition.NOT_APPLICABLE] == 28
    facts = [record.people[0].facts.convictions for record in records]
    assert any(found and all(one.day for one in found) for found in facts)
    assert () not in facts


def test_reading_twice_gives_the_same_records() -> None:
    """Ids and records are functions of the bytes, whatever the file is called."""
    file, raw = documents("Warrant")[0]
    assert read_document(raw, file, OWNER) == read_document(raw, "another-name.xml", OWNER)


def test_published_exchange_samples_keep_attachments_closed() -> None:
    """In the LEXS samples every attachment is dropped by name, no stylesheet is obeyed, victims stay victims."""
    if not EXCHANGE_SAMPLES.is_dir():
        pytest.skip("the published exchange samples are not beside the repository; nothing real was tested")
    for name in ("burglary-incident-w-arrest-basic", "rape-with-sketch-incident", "all-fields"):
        path = EXCHANGE_SAMPLES / f"{name}-lexs.xml"
        one = read_document(path.read_bytes(), path.name, OWNER)
        assert any("attachment" in reason for _, reason in one.dropped)
        assert ("?xml-stylesheet", "processing instruction, not obeyed") in one.dropped
        assert any(person.role is PersonRole.VICTIM for person in one.records[0].people)
        assert not re.search(r"[A-Za-z0-9+/]{200}", words_of(one.records))
