"""The catalogue: both languages whole, every sentence used, and the words that never appear."""

from __future__ import annotations

import re
from pathlib import Path

import comity.web
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, IdentifierKind
from comity.model.disclosure import EntryKind
from comity.web.words import words_of

WEB = Path(comity.web.__file__).parent
NAMED = re.compile(r"""(?:\bt|\bwords)\(\s*"([a-z0-9_.-]+)"(\s*~)?""")
NEVER = re.compile(
    r"\b(please|sorry|successfully|invalid|data subject|match score|suspicious|safe|illegal)\b|!", re.IGNORECASE
)


def used() -> tuple[set[str], set[str]]:
    """The names that templates and pages use, and the beginnings of those they put together."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        for name, joined in NAMED.findall(path.read_text()):
            (begun if joined else whole).add(name)
    return whole, begun


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    """No page falls back to the other language, and no value is lost in translation."""
    english, spanish = words_of("en").sentences, words_of("es").sentences
    assert set(english) == set(spanish)
    for name in english:
        assert sorted(re.findall(r"\{\w+\}", english[name])) == sorted(re.findall(r"\{\w+\}", spanish[name])), name


def test_every_sentence_that_is_used_is_there_and_every_one_there_is_used() -> None:
    """A page never stops at a missing word, and nothing translated is for nobody."""
    whole, begun = used()
    names = set(words_of("en").sentences)
    assert whole <= names
    assert {one for one in names - whole if not one.startswith(tuple(begun))} == set()


def test_the_voice_of_the_pages() -> None:
    """Words that beg, blame or promise are absent (screens.md, section 6 and 7)."""
    assert [text for text in words_of("en").sentences.values() if NEVER.search(text)] == []


def test_no_template_marks_anything_as_safe_or_has_script_or_style_in_line() -> None:
    """The policy forbids it, and a page that tried would be broken for everybody."""
    for path in WEB.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\|\s*safe|<style|style=|\son\w+=|<script(?! src=)|autoescape false", text), (
            path.name
        )


def test_every_field_class_and_label_of_the_law_has_its_words() -> None:
    """No page falls back to the law's own English where somebody reads Spanish."""
    vocabulary = load_vocabulary()
    fields = {str(field) for one in DataClass for field in vocabulary.fields_of(str(one))}
    assert len(fields) > 80
    for language in ("en", "es"):
        t = words_of(language)
        assert [one for one in sorted(fields) if not t.has(f"field.{one}")] == []
        assert [one for one in (*IdentifierKind, "birth-date", "name") if not t.has(f"field.{one}")] == []
        assert [one for one in DataClass if not t.has(f"class.{one}")] == []


def test_every_kind_of_entry_has_its_words() -> None:
    """One without would be the end of the log's page for whoever reads it, as soon as the first such entry stands in it."""
    for language in ("en", "es"):
        assert [one for one in EntryKind if not words_of(language).has(f"entry-kind.{one}")] == []
