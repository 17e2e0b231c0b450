"""Which texts can stand in a field: what documents bring passes, what is none of its kind does not."""

from __future__ import annotations

from datetime import date

import pytest

from comity.model.field_values import SENTENCES, name_fault, value_fault
from comity.model.sentence import fill, read_back

TODAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("birth-date", one) for one in ("1984-03-12", "1984-03", "1984", "2026-03-04", "2026-03", "2026")),
        *(("sex", one) for one in "FMX"),
        *(("arrest-date", one) for one in ("2019-05-06", "2019-05", "2019", "2019-05-06T07:08:09.5-05:00")),
        ("incident-date", "2019-05-06T07:08 to 2019-05-07Z"),
        ("registration-date", "permit 2019-05-06"),
        ("release-date", "2027-01-01"),
        ("charge", "yesterday"),
    ],
)
def test_what_a_document_brings_can_stand(field: str, text: str) -> None:
    """Whole dates and parts of them, with a time or not, and from one to another; a release may lie ahead."""
    assert value_fault(field, text, TODAY) is None


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("birth-date", one) for one in ("2026-03-05", "2026-04", "2027", "1849", "1984-02-30", "19840312", "")),
        *(("sex", one) for one in ("banana", "f", "Female", "U", "")),
        *(("booking-date", one) for one in ("yesterday", "2019-02-30", "05/06/2019", "2019-13", "0000", "")),
        *(("incident-date", one) for one in ("2019-05-06 to", "2019-05-06T25:00", "2019-05 to later")),
    ],
)
def test_what_is_none_of_its_kind_cannot(field: str, text: str) -> None:
    """The sentence ends with the way to write it."""
    assert "; write" in (value_fault(field, text, TODAY) or "")


def test_a_name_by_hand_has_its_parts_told_apart() -> None:
    """Of one word alone it is the whole name; an alias is as it was heard."""
    for text in ("Marsh, Rosa", "de la Cruz,", "Sukarno"):
        assert name_fault("name", text) is None
    assert name_fault("alias", "Little Rosa") is None
    for text in ("Rosa Marsh", ", Rosa", ""):
        for field in ("name", "former-name"):
            assert name_fault(field, text) == "a name has no comma; write it as `Family, Given`"


@pytest.mark.parametrize("text", ["yesterday", "04201", "13", "`quoted`; twice"])
def test_what_is_said_of_a_text_is_found_again(text: str) -> None:
    """From its text alone, which is all that comes over the local socket: pages say it in the reader's language."""
    for field in ("birth-date", "sex", "arrest-date"):
        told = str(value_fault(field, text, TODAY))
        found = read_back(SENTENCES, "value.", told)
        assert found is not None
        assert fill(SENTENCES.get, found) == told
