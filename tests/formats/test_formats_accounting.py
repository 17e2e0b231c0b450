"""Whatever a document holds: it is refused, or every leaf is accounted for and what counts as placed is there."""

from __future__ import annotations

from collections import Counter
from xml.etree import ElementTree

import document_samples as made
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_formats_justice_documents import PROHIBITION, REGISTRATION, REGULATORY, SHEET

from comity.errors import RecordFileError
from comity.formats.reading import read_document

LOCATED = """<EntityLocation><nc:Location s:id="L1"><nc:LocationAddress>
  <nc:AddressFullText>1 Home Road</nc:AddressFullText></nc:LocationAddress></nc:Location></EntityLocation>
  <EntityVehicle><nc:Vehicle s:id="V1"/></EntityVehicle>"""
SAMPLES = (
    made.warrants(),
    made.criminal_history(
        made.cycle(
            f"<ArrestCharge>{made.charge('C1')}</ArrestCharge>", made.charge("C1", "GUILTY", "FB", "2012-03-04")
        )
    ),
    made.incident(
        made.human("A", "Ann", "<Suspect/>") + made.human("B", "Ben", "<Victim/>"),
        links='<ResidenceAssociation><nc:PersonReference s:ref="A"/>'
        '<nc:LocationReference s:ref="L1"/></ResidenceAssociation>',
        digest=LOCATED,
    ),
    made.wrapped("PersonFirearmRegistrationQueryResults", REGISTRATION),
    PROHIBITION,
    REGULATORY,
    made.rap_text(SHEET),
)
# Elements that readers look for, put where they do not belong, beside one that nobody knows.
NAMES = sorted(
    {element.tag for raw in SAMPLES for element in ElementTree.fromstring(raw).iter()}
    | {
        f"{{urn:local}}{name}"
        for name in ("Unheard", "BailSetAmount", "SubjectCautionInformationText", "RecordSealedIndicator")
    }
)
TRANSLATED = ("SexCode", "UnitCode", "Seal")  # the record holds what these mean, not what they say


def leaves(root: ElementTree.Element, above: str = "") -> list[tuple[str, str]]:
    path = f"{above}/{root.tag.rsplit('}', 1)[-1]}".lstrip("/")
    own = [(path, " ".join(root.text.split()))] if root.text and root.text.strip() else []
    return own + [leaf for child in root for leaf in leaves(child, path)]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A sample in which elements were renamed, moved, copied, emptied or given other text."""
    root = ElementTree.fromstring(draw(st.sampled_from(SAMPLES)))
    for number in range(draw(st.integers(1, 4))):
        elements = list(root.iter())
        element = elements[draw(st.integers(0, len(elements) - 1))]
        deed = draw(st.sampled_from(["text", "rename", "add", "clear", "graft"]))
        if deed == "text" and not len(element):
            element.text = f"word{number}x"
        elif deed == "rename":
            element.tag = draw(st.sampled_from(NAMES))
        elif deed == "add":
            ElementTree.SubElement(element, draw(st.sampled_from(NAMES))).text = f"added{number}x"
        elif deed == "clear":
            element.clear()
        elif deed == "graft" and element is not root and len(list(element.iter())) < 40:
            root.append(ElementTree.fromstring(ElementTree.tostring(element)))
    return ElementTree.tostring(root)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(damaged())
def test_a_damaged_document_is_refused_or_fully_accounted_for(raw: bytes) -> None:
    """No other error, no leaf lost, and no leaf called placed that stands in no record."""
    try:
        reading = read_document(raw, "sample.xml", "sample-owner")
    except RecordFileError:
        return
    if b"Base64BinaryObject" in raw:  # the leaf is a text of its own, accounted by lines
        return
    found = leaves(ElementTree.fromstring(raw))
    left = Counter(dict(reading.remainder)) + Counter(path for path, _ in reading.dropped)
    assert reading.placed + left.total() == len(found)
    values = [field.value for record in reading.records for field in record.fields]
    values += [value.value for record in reading.records for person in record.people for value in person.fields]
    days = [str(day) for record in reading.records for day in (record.event_date, record.as_of)]
    words = "\n".join((*values, *days, *(record.reference for record in reading.records)))
    for path, text in found:
        if left[path] == 0 and not path.endswith(TRANSLATED) and not any(word in path for word in TRANSLATED):
            shown = text[:10] if path.endswith(("Date", "DateTime")) else text
            assert shown in words or shown.lower() in words, (path, text)


def test_the_samples_themselves_load() -> None:
    """The property starts from documents that are whole."""
    for raw in SAMPLES:
        assert read_document(raw, "sample.xml", "sample-owner").records


@pytest.mark.parametrize("raw", SAMPLES)
def test_no_word_of_a_document_is_lost(raw: bytes) -> None:
    """Placed, left and dropped add up for every sample."""
    reading = read_document(raw, "sample.xml", "sample-owner")
    assert reading.placed >= 1
