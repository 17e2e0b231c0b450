"""The catalogue: both languages whole, every sentence used, and the words that never appear."""

from __future__ import annotations

import re
from pathlib import Path

import comity.web
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, IdentifierKind
from comity.model.disclosure import EntryKind
from comity.web.words import SAID, words_of

WEB = Path(comity.web.__file__).parent
NAMED = re.compile(r"""(?:\bt|\bwords)(\.many)?\(\s*"([a-z0-9_.-]+)"(\s*~)?""")
PUT_TOGETHER = re.compile(r"""\bwords\(\s*f"([a-z0-9_.-]+\.)\{""")
FORMS = (".one", ".other")
VALUE = re.compile(r"\{(\w+)\}")
TEXT = """told after citation agency agreement acts agreed at became before by care case channel class column contact day ends
entry event fault field fields first form giver ground how key kind label last length letter level line
list log member month name node now of other owner paper state edition petition petitioned purpose reason
recipient reference remedy role roles row rules said second signers step taker time trouble until urgency
version what who whom word"""
TEXT_VALUES = frozenset(TEXT.split())  # names, days and other words; any other value is a number
PLURAL = re.compile(r"(?<![\d,.:/])1 (?:[a-záéíóúñ]+ )?([a-záéíóúñ]{2,}s|have|are|were)\b", re.IGNORECASE)
NOT_PLURAL = frozenset(
    {"this", "as", "is", "was", "has", "does", "más", "stops", "needs", "loses", "waits", "stays", "fits", "less"}
)
# Where the number is never one, with the reason.
NEVER_ONE = {
    "said.draft.long": "a limit of the software",
    "said.draft.too-many": "a limit of the software",
    "said.agreement.long-why": "a limit of the software",
    "said.act.too-often": "a limit of the software",
    "said.offered.long": "a limit of the software",
    "said.offered.too-many": "a limit of the software",
    "said.petition.most-disputed": "a limit of the software",
    "said.petition.most-entries": "a limit of the software",
    "agreement.way-to-many": "four agencies at least; fewer are named",
    "ask.fault.go-on": "a fixed number of words",
    "ask.fault.note-long": "a fixed number of letters",
    "asked-before.title": "more than three",
    "audits.columns.long-agency": "a fixed number of characters",
    "clock.days": "two at least; below it hours",
    "desk.duties.first": "as many as one page has",
    "desk.fault.long": "a fixed number of characters",
    "desk.fault.reason": "a fixed number of words",
    "desk.fault.done": "a fixed number of words",
    "drafts.fault.none": "a fixed number of characters",
    "offered.fault.none": "a fixed number of characters",
    "duty-says.list": "a fixed number of people",
    "oversight.file.look": "the bytes of a file, which has more than one",
    "oversight.log.take-what": "as many as a file takes at most",
    "path.hop-many": "several by its very use",
    "said.audit.beside": "the verb is of the offence, not of the number",
    "said.audit.reason-recycled": "twenty searches at least",
    "said.audit.to-either": "one is told by its own kind",
    "said.directory.too-many": "a fixed number of versions",
    "said.file.too-large": "a fixed number of bytes",
    "said.law.too-many": "a fixed number of texts",
    "said.name.alike": "as many as are alike, which are two at least",
    "said.name.too-few-points": "more than are worth showing",
    "said.seen.fishing": "as many questions and subjects as make the pattern, which are several",
    "said.seen.out-of-hours": "as many questions as make the pattern, which are several",
    "said.seen.pointers-not-followed": "as many answers as make the pattern, which are several",
    "said.seen.poor-reasons.no-case": "as many questions as make the pattern, which are several",
    "said.seen.poor-reasons.one-case": "as many questions as make the pattern, which are several",
    "said.seen.poor-reasons.one-note": "as many questions as make the pattern, which are several",
    "said.seen.purpose-laundering.agencies": "one agency has a sentence of its own, and one question links nothing",
    "said.seen.purpose-laundering.one-agency": "one question links nothing",
    "said.seen.repeated-look-ups.cases": "one case has a sentence of its own, and one look-up repeats nothing",
    "said.seen.repeated-look-ups.one-case": "one look-up repeats nothing",
    "said.seen.shared-credentials.fast": "a fixed number of subjects, and more questions",
    "said.seen.shared-credentials.places": "there and back again are three",
    "said.seen.shared-credentials.sleepless": "most hours of a day",
}
NEVER = re.compile(
    r"\b(please|sorry|successfully|invalid|data subject|match score|suspicious|safe|illegal)\b|!", re.IGNORECASE
)


def used() -> tuple[set[str], set[str]]:
    """The names that templates and pages use, and the beginnings of those they put together."""
    whole: set[str] = set()
    begun: set[str] = set()
    for path in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        begun |= set(PUT_TOGETHER.findall(path.read_text()))
        for many, name, joined in NAMED.findall(path.read_text()):
            if joined:
                begun.add(name)
            else:
                whole |= {name + form for form in FORMS} if many else {name}
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
    begun.add(SAID)  # by its code; that each is said by somebody is told where they are said
    names = set(words_of("en").sentences)
    assert whole <= names
    assert {one for one in names - whole if not one.startswith(tuple(begun))} == set()


def test_one_of_anything_is_told_as_one() -> None:
    """With 1 in every place no sentence has a word for many behind it, in either language."""
    for language in ("en", "es"):
        sentences = words_of(language).sentences
        shown = {name: VALUE.sub(_one, text) for name, text in sentences.items()}
        wrong = {
            name: text
            for name, text in shown.items()
            if not name.endswith(".other") and set(PLURAL.findall(text)) - NOT_PLURAL
        }
        assert {name: text for name, text in wrong.items() if name not in NEVER_ONE} == {}


def _one(value: re.Match[str]) -> str:
    return "(text)" if value[1] in TEXT_VALUES or value[1].endswith("_said") else "1"


def test_the_form_follows_the_number() -> None:
    """None and many read alike, one reads as one."""
    t = words_of("en")
    told = [t.many("ask.check.send", number, n=number) for number in (0, 1, 2)]
    assert told == ["Ask 0 agencies", "Ask 1 agency", "Ask 2 agencies"]


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
