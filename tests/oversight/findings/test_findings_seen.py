"""What was seen is made from figures, and is found again from the sentence and the figures that a finding keeps."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from comity.model.finding import Finding, FindingKind
from comity.model.sentence import Fact, Sentence
from comity.oversight.findings.seen import MOST_A_MINUTE, SEEN, SENTENCES, seen_of, sentence_of

CODES = [code for code in SENTENCES if code.startswith(SEEN)]
VALUE = re.compile(r"\{(\w+?)(?:_said)?\}")


def finding(kind: FindingKind, sentence: str, counts: dict[str, int]) -> Finding:
    return Finding(
        id="f-1",
        owner="wa-police",
        kind=kind,
        asker="",
        sentence=sentence,
        entries=(1,),
        counts=counts,
        first_ms=1,
        last_ms=1,
        opened_ms=1,
    )


def facts_of(code: str, number: int) -> dict[str, Fact]:
    """Figures for every place of a sentence, each another one."""
    names = dict.fromkeys(VALUE.findall(SENTENCES[code]))
    found: dict[str, Fact] = {name: number + place for place, name in enumerate(names)}
    return {**found, "most": MOST_A_MINUTE} if "most" in found else found


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_found_again_from_what_a_finding_keeps(code: str) -> None:
    """Its own code among those of its kind, with the figures in it, also those that are no counts."""
    kind = FindingKind(code.removeprefix(SEEN).partition(".")[0])
    facts = facts_of(code, 20)
    sentence = sentence_of(Sentence(code=code, facts=facts))
    counts = {
        name: value
        for name, value in facts.items()
        if isinstance(value, int)
        and (name, kind) not in (("most", FindingKind.SHARED), ("hours", FindingKind.SHARED))
    }
    seen = seen_of(finding(kind, sentence, counts))
    assert seen is not None
    assert (seen.code, sentence_of(seen)) == (code, sentence)


def test_every_kind_has_its_sentences() -> None:
    """And no sentence is of no kind."""
    assert {code.removeprefix(SEEN).partition(".")[0] for code in CODES} == {one.value for one in FindingKind}


def test_a_sentence_that_does_not_say_its_figures_is_told_as_nothing_else() -> None:
    """What was kept in other words, or with other figures, stands as it was kept."""
    kept = finding(FindingKind.OWN_CIRCLE, "2 look-ups of a colleague", {"look-ups": 2, "staff": 1})
    assert seen_of(kept) == Sentence(code="seen.own-circle.staff", facts={"look-ups": 2, "staff": 1})
    assert seen_of(replace(kept, counts={"look-ups": 3, "staff": 1})) is None
    assert seen_of(replace(kept, sentence="2 look-ups of somebody")) is None


def test_one_reads_as_one() -> None:
    """A number takes the form of its noun."""
    said = [sentence_of(Sentence(code="seen.own-circle.self", facts={"look-ups": number})) for number in (1, 2)]
    assert said == ["1 look-up of a member's own person", "2 look-ups of a member's own person"]
