"""The exchange's own reasons: each names a source that its reader has."""

from __future__ import annotations

import re
from pathlib import Path

from comity.exchange.builtin import builtin_rules

ROOT = Path(__file__).parents[2]
OWN = re.compile(r"docs/[\w/.-]+\.md")
NOT_HERE = re.compile(
    r"\b(law|harms|systems|lexs|screens|platform)\.md\b|\bdesign section|\bharms H\d", re.IGNORECASE
)
LAW = re.compile(r"USC|CFR|FR \d|CJIS|NCIC|COPLINK|LEXS")


def test_every_source_is_a_law_or_a_page_of_ours_that_is_there() -> None:
    """Notes that were never published are no source, and a page that was renamed is found here."""
    for rule, (_, citation, _) in builtin_rules().items():
        pages = OWN.findall(citation)
        assert pages or LAW.search(citation), rule
        assert not NOT_HERE.search(OWN.sub("", citation)), rule
        assert [one for one in pages if not (ROOT / one).is_file()] == [], rule


def test_a_word_of_the_glossary_that_is_named_stands_there() -> None:
    """Whoever looks it up finds it."""
    glossary = (ROOT / "docs" / "glossary.md").read_text().lower()
    for rule, (_, citation, _) in builtin_rules().items():
        named = citation.partition("docs/glossary.md: ")[2]
        for word in filter(None, named.split(", ")):
            assert f"**{word}" in glossary, rule


def test_no_sentence_that_somebody_reads_names_a_note_that_nobody_has() -> None:
    """Statutes of redress and what binds a log are read on pages and in answers to the public."""
    redress = (ROOT / "src/comity/oversight/redress/clauses.toml").read_text()
    told = re.findall(r'^(?:says|citation|appeal) = "(.*)"$', redress, re.MULTILINE)
    assert len(told) > 20
    assert [one for one in told if NOT_HERE.search(one)] == []
    kept = (
        (ROOT / "src/comity/oversight/retain/obligations.py").read_text().partition('"""')[2].partition('"""')[2]
    )
    assert not NOT_HERE.search(kept)
