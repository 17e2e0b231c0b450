"""docs/records.md says what the code does, and its example mapping works."""

from __future__ import annotations

import re
from pathlib import Path

from comity.formats.mapped_csv import read_csv
from comity.formats.mapping import DATE_DIRECTIVES, SEAL_WORDS, parse_mapping
from comity.formats.reading import kinds
from comity.model.codes import Disposition, PersonRole

PAGE = (Path(__file__).parents[2] / "docs" / "records.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
HEADER = (
    "Booking No,Booked,Last Change,Last Name,First Name,Middle,Suffix,DOB,Sex,SSN,Home,Contact,Contact Phone,"
    "Charge,Outcome,Bail,Outcome Code,Sealed,Clerk,Cell"
)
ROW = (
    '77,01/02/2026 23:15,01/03/2026,Roe,Ana,M,Jr,02/03/1990,F,123-00-4567,"1 Elm, Rivertown",Bo Roe,555-0100,'
    "THEFT,released,none,NF,,ab,12"
)


def test_the_example_mapping_loads_the_example_row() -> None:
    """The mapping printed in the page is a mapping that works."""
    assert EXAMPLE is not None
    mapping = parse_mapping(EXAMPLE[1], "records.md")
    record = read_csv(f"{HEADER}\r\n{ROW}\r\n".encode(), "b.csv", mapping).records[0]
    assert record.people[0].values("name") == ("Roe, Ana M, Jr",)
    assert record.people[1].role is PersonRole.EMERGENCY_CONTACT
    assert record.disposition is Disposition.NOT_FILED
    assert record.state.sealed is None
    assert ("booking-date", "2026-01-02") in [(field.name, field.value) for field in record.fields]


def test_the_page_names_every_kind_word_and_directive() -> None:
    """Document kinds, seal words and date directives in the page are those of the code."""
    for name in (*kinds(), *SEAL_WORDS):
        assert f"`{name}`" in PAGE
    for directive in DATE_DIRECTIVES:
        assert f"%{directive}" in PAGE
