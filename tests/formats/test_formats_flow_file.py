"""Files of declared flows: read whole or refused with one clear sentence per fault."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.errors import Finding, RecordFileError
from comity.formats.flow_file import parse_flows
from comity.model.codes import DataClass, Purpose
from comity.model.flow import Access, Authority, Evidence, Onward

ROOT = Path(__file__).parents[2]
ONE = """\
version: 1
flows:
  - id: larch-plates
    owner: Larch County Sheriff
    recipient: Marsh City Police
    system: LarchView
    access: plate-network
    data_classes: [plate-read]
    purposes: [criminal-investigation]
    onward: forbidden
    authority: {kind: agreement, citation: "Memorandum, section 4"}
    source: {title: The memorandum, dated: 2026-05-02, evidence: signed-paper}
    first: 2025-03-01
"""


def faults(text: str) -> tuple[Finding, ...]:
    with pytest.raises(RecordFileError) as caught:
        parse_flows(text, "f.yaml")
    return caught.value.findings


def test_a_whole_flow_is_read() -> None:
    """Every key has its place; an end that nobody states closes nothing."""
    (flow,) = parse_flows(ONE, "f.yaml")
    assert (flow.access, flow.onward, flow.authority) == (
        Access.PLATE_NETWORK,
        Onward.FORBIDDEN,
        Authority.AGREEMENT,
    )
    assert (flow.data_classes, flow.purposes) == ((DataClass.PLATE_READ,), (Purpose.CRIMINAL_INVESTIGATION,))
    assert (flow.citation, flow.source, flow.dated) == (
        "Memorandum, section 4",
        "The memorandum",
        date(2026, 5, 2),
    )
    assert flow.evidence is Evidence.SIGNED_PAPER
    assert [flow.runs_on(date(year, 3, 1)) for year in (2024, 2025, 2090)] == [False, True, True]


def test_what_is_not_known_is_written() -> None:
    """No stated purpose and no known authority are words of their own."""
    text = ONE.replace("[criminal-investigation]", "none-stated").replace(
        '{kind: agreement, citation: "Memorandum, section 4"}', "{kind: none-known}"
    )
    (flow,) = parse_flows(text, "f.yaml")
    assert (flow.purposes, flow.authority, flow.citation) == ((), Authority.NONE_KNOWN, "")


def test_the_example_of_the_document_is_a_file_of_flows() -> None:
    """What the document shows can be used."""
    page = (ROOT / "docs" / "oversight-flows.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    assert [len(parse_flows(block, "doc")) for block in blocks if "flows:" in block] == [2]


@pytest.mark.parametrize(
    ("old", "new", "line", "fault"),
    [
        ("version: 1", "version: 2", 1, "version `2` is not known"),
        ("flows:\n", "flows: {}\nrest:\n", 2, "`flows` is not a list"),
        ("    onward: forbidden\n", "", 3, "the flow has no `onward`"),
        ("    purposes: [criminal-investigation]\n", "", 3, "the flow has no `purposes`"),
        ("[criminal-investigation]", "[police-work]", 9, "`police-work` is not one of the purposes"),
        ("[plate-read]", "[plate-read, plate-read]", 3, "names no data class, or one twice"),
        ("[plate-read]", "[]", 3, "names no data class, or one twice"),
        ("plate-network", "cameras", 7, "`cameras` is not a access"),
        ("Marsh City Police", "larch county sheriff", 3, "to itself"),
        ("2026-05-02", "May 2026", 12, "`May 2026` is not a day"),
        ("dated: 2026-05-02, ", "", 12, "`source` has no `dated`"),
        ("kind: agreement, ", "", 11, "`authority` has no `kind`"),
        ('kind: agreement, citation: "Memorandum, section 4"', "kind: agreement", 3, "citation of flow"),
        ("kind: agreement", "kind: none-known", 3, "says that no authority is known"),
        ("signed-paper", "inferred", 3, "what an inference rests on"),
        ("first: 2025-03-01", "first: 2025-03-01\n    last: 2024-01-01", 3, "before it begins"),
        ("system: LarchView", "system: LarchView\n    vendor: X", 7, "`vendor` is not a key of a flow"),
        ("id: larch-plates", "id: Larch Plates", 3, "is not an id"),
    ],
)
def test_each_fault_is_one_sentence_with_its_line(old: str, new: str, line: int, fault: str) -> None:
    """The fault, the line and a remedy; nothing of the file is used."""
    assert old in ONE
    (found,) = faults(ONE.replace(old, new))[:1]
    assert found.line == line
    assert fault in found.fault


def test_a_flow_stands_once() -> None:
    """Two flows of one id are a fault, and so is what is no map."""
    assert "stands twice" in faults(ONE + ONE.partition("flows:\n")[2])[0].fault
    assert "a flow is not a map" in faults("version: 1\nflows: [one]\n")[0].fault
