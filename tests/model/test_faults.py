"""What is told of a node: each sentence of the table is found again from its text alone, whatever stands in it."""

from __future__ import annotations

import re

import pytest

from comity.model.faults import FAULTS, fault, system_says
from comity.model.sentence import Fact, english, read_back

PLACE = re.compile(r"\{(\w+?)(?:_said)?\}")
CODES = [code for code in FAULTS if not code.startswith(("counted.", "word."))]


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_found_again(code: str) -> None:
    """Its code, and its text from its facts."""
    inner = {"because": fault("tls.expired"), "besides": fault("feed.late")}
    facts: dict[str, Fact] = {
        name: inner.get(name, 7 if f"counted.{name}.one" in FAULTS else f"`x` ({name})")
        for name in PLACE.findall(FAULTS[code])
    }
    text = fault(code, **facts)
    found = read_back(FAULTS, "", text)
    assert found is not None
    assert (found.code, english(FAULTS, found)) == (code, text)


def test_what_the_system_says_of_a_file_is_in_small_letters() -> None:
    """And a fault without words is trouble."""
    assert system_says(FileNotFoundError(2, "No such file or directory")) == "no such file or directory"
    assert system_says(OSError()) == "trouble"
