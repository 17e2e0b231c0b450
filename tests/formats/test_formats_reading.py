"""Whole documents into records, and many documents as one load."""

from __future__ import annotations

from datetime import date

import document_samples as made
import pytest
from document_samples import OWNER

from comity.errors import NounError, RecordFileError
from comity.formats.reading import read_document, read_documents
from comity.formats.values import NEVER_STATED, values
from comity.model.base import LONGEST_TEXT
from comity.model.codes import DataClass, PersonRole


def test_an_unknown_document_is_refused_with_the_known_kinds() -> None:
    """A root element that no reader knows stops the load."""
    with pytest.raises(RecordFileError, match=r"`Zoo` is not a document kind.*\n.*CriminalHistory, "):
        read_document(b"<Zoo/>", "zoo.xml", OWNER)


def test_ids_depend_on_content_alone() -> None:
    """The same bytes give the same ids under any name; one changed byte gives others."""
    first = read_document(made.warrants(), "a.xml", OWNER)
    assert first == read_document(made.warrants(), "b.xml", OWNER)
    assert first.records[0].id != read_document(made.warrants("Open"), "a.xml", OWNER).records[0].id
    assert first.records[0].id.startswith("warrant-")


def test_the_reference_is_the_owners_number_or_the_hash() -> None:
    """A warrant keeps its number; a document without one is referred to by its hash."""
    record = read_document(made.warrants(), "a.xml", OWNER).records[0]
    bare = made.warrants().replace(b"W-1", b"")
    unnumbered = read_document(bare, "a.xml", OWNER).records[0]
    assert record.reference == "W-1"
    assert unnumbered.reference == unnumbered.id.split("-")[1][:16]


def test_a_load_names_every_faulty_file_and_loads_none() -> None:
    """Two faults in three files are two findings, and no record."""
    files = [("a.xml", made.warrants("Bogus")), ("b.xml", made.warrants()), ("c.xml", b"<a")]
    with pytest.raises(RecordFileError) as caught:
        read_documents(files, OWNER)
    assert [finding.file for finding in caught.value.findings] == ["a.xml", "c.xml"]


def test_a_copy_under_another_name_is_read_once_and_named() -> None:
    """Identical files make one set of records."""
    reading = read_documents([("a.xml", made.warrants()), ("b.xml", made.warrants())], OWNER)
    assert len(reading.records) == 1
    assert reading.dropped == (("b.xml:", "the same bytes as `a.xml`, read once"),)


def test_a_combined_reading_adds_up() -> None:
    """Placed and remainder counts of a load are the sums over its files."""
    one = made.criminal_history(made.cycle(f"<ArrestCharge>{made.charge('C1')}</ArrestCharge>"))
    readings = [read_document(raw, "x.xml", OWNER) for raw in (one, made.warrants())]
    both = read_documents([("a.xml", one), ("b.xml", made.warrants())], OWNER)
    assert both.placed == sum(reading.placed for reading in readings)
    assert both.remainder == (("CriminalHistory/RapSheet/Introduction/RapSheetRequest/PurposeCode", 1),)


def test_a_record_without_a_stated_day_is_as_old_as_can_be() -> None:
    """Without any day the record is never fresh, unless the caller states when the document was received."""
    raw = made.warrants().replace(b"2020-05-06", b"")
    assert read_document(raw, "a.xml", OWNER).records[0].as_of == NEVER_STATED
    day = date(2024, 2, 3)
    assert read_document(raw, "a.xml", OWNER, received=day).records[0].as_of == day


def test_an_impossible_owner_is_refused() -> None:
    """The owner is an agency id."""
    with pytest.raises(NounError):
        read_document(made.warrants(), "a.xml", "Not An Id")


def test_a_document_that_breaks_the_model_is_refused_with_its_file() -> None:
    """Limits of the model become findings, not bare errors; so does an id that stands twice."""
    crowd = "".join(made.human(f"K{number}", "Ann", "<Victim/>") for number in range(70))
    with pytest.raises(RecordFileError, match=r"names 70 people, more than 64; it is a list"):
        read_document(made.incident(crowd), "i.xml", OWNER)

    many = made.cycle("".join(f"<ArrestCharge>{made.charge(f'C{n}')}</ArrestCharge>" for n in range(450)))
    with pytest.raises(RecordFileError, match=r"c.xml:1:1 record `criminal-history-.*more than 400 values"):
        read_document(made.criminal_history(many), "c.xml", OWNER)
    twice = made.warrants().replace(b"<nc:Location>", b'<nc:Location s:id="P1">')
    with pytest.raises(RecordFileError, match="repeats the id `P1`"):
        read_document(twice, "a.xml", OWNER)


def test_a_seal_is_read_and_an_unreadable_seal_stops_the_load() -> None:
    """Sealed is what the document says; an unmapped word is refused with line and path."""
    told = made.warrants(extra="<RecordSealedIndicator>true</RecordSealedIndicator>")
    assert read_document(told, "a.xml", OWNER).records[0].state.sealed is True
    odd = made.warrants(extra="<RecordSealedIndicator>maybe</RecordSealedIndicator>")
    with pytest.raises(RecordFileError, match=r"`Warrants/.*/RecordSealedIndicator` says `maybe`, a seal state"):
        read_document(odd, "a.xml", OWNER)


def test_a_seal_that_is_not_stated_is_unknown() -> None:
    """Nothing is assumed."""
    state = read_document(made.warrants(), "a.xml", OWNER).records[0].state
    assert (state.sealed, state.reviewed, state.certified) == (None, None, None)


def test_a_person_is_read_with_all_particulars() -> None:
    """Name, birth date, sex, number with issuer, measures and address of a NIEM person."""
    record = read_document(made.warrants(), "a.xml", OWNER).records[0]
    wanted = record.people[0]
    assert record.data_class is DataClass.WARRANT
    assert wanted.role is PersonRole.WANTED
    assert wanted.values("name") == ("Vasquez, Ines Q",)
    assert wanted.values("birth-date") == ("1975-02-03",)
    assert wanted.values("sex") == ("F",)
    assert wanted.values("ssn") == ("123-00-4567",)
    assert wanted.values("description") == ("SSN issued by SSA", "height 70 in")
    assert wanted.values("home-address") == ("12 Elm, Rivertown, CA 90001",)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("1975-02-03", "1975-02-30", "is no birth date"),
        ("<nc:PersonSexCode>F", "<nc:PersonSexCode>Q", "a sex code that is not mapped"),
        ("</eBWResults>", "<nc:Person/></eBWResults>", "has 2 people where one is expected"),
        ('s:ref="P1"', 's:ref="P9"', "refers to `P9`, which is not in the document"),
        ("eBWResult>", "eBWNothing>", "has no `eBWResult`"),
    ],
)
def test_faults_name_line_path_and_remedy(old: str, new: str, reason: str) -> None:
    """What cannot be understood stops the document."""
    with pytest.raises(RecordFileError) as caught:
        read_document(made.warrants().replace(old.encode(), new.encode()), "a.xml", OWNER)
    finding = caught.value.findings[0]
    assert reason in finding.fault
    assert "`Warrants" in finding.fault
    assert finding.remedy


def test_an_unknown_sex_stays_in_the_remainder() -> None:
    """U states nothing, so no record says anything."""
    raw = made.warrants().replace(b"SexCode>F", b"SexCode>U")
    reading = read_document(raw, "a.xml", OWNER)
    assert ("Warrants/eBWResults/Person/PersonSexCode", 1) in reading.remainder
    assert reading.records[0].people[0].values("sex") == ()


def test_a_full_name_that_says_something_else_is_an_alias() -> None:
    """A full name equal in words to its parts is the same name; a different one is kept beside it."""
    same = made.warrants().replace(
        b"</nc:PersonName>", b"<nc:PersonFullName>Ines Q Vasquez</nc:PersonFullName></nc:PersonName>"
    )
    other = same.replace(b"Ines Q Vasquez", b"Nina Vazquez")
    assert read_document(same, "a.xml", OWNER).records[0].people[0].values("alias") == ()
    assert read_document(other, "a.xml", OWNER).records[0].people[0].values("alias") == ("Nina Vazquez",)


def test_long_texts_are_cut_at_blanks_without_loss() -> None:
    """A narrative over the model's limit becomes several values that join to the whole."""
    text = " ".join(f"word{number}" for number in range(3_000))
    parts = [value.value for value in values("story", text)]
    assert len(parts) > 1
    assert max(map(len, parts)) <= LONGEST_TEXT
    assert " ".join(parts) == text
    assert "".join(value.value for value in values("story", "x" * (LONGEST_TEXT + 7))) == "x" * (LONGEST_TEXT + 7)
