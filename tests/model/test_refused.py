"""What is told of a refused act: each sentence is found again from its text alone, and each is said by somebody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import comity
from comity.model.refused import REFUSED, tell_refused
from comity.model.sentence import Fact, Sentence, english, read_back

PLACE = re.compile(r"\{(\w+)\}")
SAID = re.compile(r'(?:tell_refused\(|Sentence\(code=)\s*"([\w.-]+)"')


@pytest.mark.parametrize("code", REFUSED)
@pytest.mark.parametrize("value", ["wa-police", "m-0420", 7])
def test_every_sentence_is_found_again(code: str, value: str | int) -> None:
    """As the sentence that was made, whatever stands in it: no other sentence of the table has its shape."""
    facts: dict[str, Fact] = dict.fromkeys(PLACE.findall(REFUSED[code]), value)
    if "because" in facts:
        facts["because"] = Sentence(code="undo.not-yours")
    text = tell_refused(code, **facts)
    found = read_back(REFUSED, "", text)
    assert found is not None
    assert (found.code, english(REFUSED, found)) == (code, text)


def test_every_sentence_is_said_by_somebody_and_none_is_said_that_is_not_here() -> None:
    """The sources name every code of the table, and no other."""
    sources = (path.read_text(encoding="utf-8") for path in Path(comity.__file__).parent.rglob("*.py"))
    said = {code for source in sources for code in SAID.findall(source)}
    assert said == set(REFUSED)
