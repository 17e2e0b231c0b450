"""The statement in words: whole in both languages, plain enough for a reader of thirteen, every figure computed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from comity.errors import WrongUseError
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, Purpose
from comity.model.flow_map import MonthUse, PrivateFlows, Spell
from comity.oversight.exposure.closed import LabelClosed, Outcome
from comity.oversight.exposure.doors import doors_of
from comity.oversight.exposure.statement import Law, LawRead, Statement, outside_hops, statement_of, with_sureness
from comity.oversight.exposure.values import statement_spreadsheet, statement_value
from comity.oversight.exposure.written import sentences_of, statement_document
from comity.oversight.map.flow_map import Read, map_of
from comity.oversight.map.month import Month
from comity.oversight.map.row import MapRow
from comity.oversight.reach.hop import By, CitedRule, Known
from comity.oversight.reach.party import Party
from comity.oversight.texts import en, es
from comity.oversight.texts.document import page_text, text_lines
from comity.oversight.texts.public_page import statement_page
from comity.oversight.texts.say import LANGUAGES, Language

TODAY = date(2026, 11, 21)
OLDEST_GRADE = 8.0  # school years: the reader of a grade of eight is thirteen
VOWELS = re.compile(r"[aeiouy]+")
RULE = CitedRule("us-ca/CA-02", "Addresses stay closed", "Gov. Code 7284.6(a)(1)(D)", "verified")
PLACES = {
    name: Party(id=name, name=f"{name.title()} Police", state=state, level=level, sure=sure)
    for name, state, level, sure in (
        ("alder", "CA", "local", True),
        ("birch", "CA", "local", True),
        ("cedar", "TX", "local", False),
        ("dogwood", "US", "federal", True),
    )
}


def row(giver: str, taker: str, by: By, known: Known, first: date | None = None) -> MapRow:
    return MapRow(
        giver=giver,
        taker=taker,
        by=by,
        known=known,
        classes=("plate-read",),
        purposes=(),
        paper="" if known is Known.LISTED else f"{giver}-{taker}",
        source=f"{known} {giver} {taker}",
        spells=(Spell(first=first),),
    )


ROWS = (
    row("alder", "birch", By.LIST, Known.LISTED),
    row("alder", "cedar", By.ACCOUNT, Known.DECLARED, date(2026, 11, 3)),
    row("birch", "dogwood", By.LIST, Known.LISTED),
)
CLOSED = tuple(
    LabelClosed(label, outcome, (RULE,) if outcome is Outcome.UNLESS_PUBLIC else ())
    for label, outcome in zip(en.LABELS, tuple(Outcome) * 6, strict=True)
)


def statement(rows: tuple[MapRow, ...] = ROWS, read: LawRead = LawRead.OWN) -> Statement:
    use = (MonthUse(agency="alder", month="2026-10", purpose="stop", asked=300, released=140, refused=9),)
    flow_map = map_of(Read(rows, use, frozenset({"2026-10"})), Month(2026, 11), TODAY, 2)
    doors = doors_of(outside_hops(flow_map.rows, frozenset()), "alder", lambda passing: True)
    law = Law(read, CLOSED if read is not LawRead.NONE else ())
    made = statement_of(flow_map, PLACES["alder"], doors, PLACES, law)
    return with_sureness(made, date(2026, 4, 29), undated=True)


def grade(sentences: tuple[str, ...]) -> float:
    """School years a text asks for (Flesch and Kincaid, 1975); names, numbers and citations left out, being data."""
    plain = [
        re.sub(r"\([^)]*\)|[0-9.,]*[0-9]", "", sentence)
        for text in sentences
        for sentence in re.split(r"(?<=[.?])\s", text)
    ]
    counted = [re.findall(r"[a-z]+", sentence.casefold()) for sentence in plain]
    counted = [words for words in counted if words]
    words = [word for sentence in counted for word in sentence]
    syllables = sum(max(1, len(VOWELS.findall(re.sub(r"(?<=[a-z]{2})e$|es$|ed$", "", word)))) for word in words)
    return 0.39 * len(words) / len(counted) + 11.8 * syllables / len(words) - 15.59


def test_a_reader_of_thirteen_understands_it() -> None:
    """The statement's own sentences ask for no more than eight years of school, and none is longer than twenty words."""
    document = statement_document(statement(), Language("en"))
    # The lists of what is closed are as long as the law has it; each is one sentence of common words.
    sentences = tuple(one for one in sentences_of(document) if "immigration enforcement" not in one)
    assert grade(sentences) <= OLDEST_GRADE
    spoken = [one for text in sentences for one in re.split(r"(?<=[.?])\s", text)]
    assert max(len(one.split()) for one in spoken) <= 20


def test_the_measure_tells_plain_words_from_hard_ones() -> None:
    """A sentence of an officer's manual would fail: the measure can."""
    hard = "Dissemination of information to unauthorised jurisdictions necessitates supervisory authorisation."
    assert grade((hard,)) > 2 * OLDEST_GRADE
    assert grade(("We ask you. You can say no.",)) < 3


def test_both_languages_have_every_text_with_the_same_words_put_in() -> None:
    """No key, purpose, class or label is missing in either, and each sentence takes the same figures."""
    for table in ("TEXTS", "PURPOSES", "CLASSES", "LABELS"):
        assert getattr(en, table).keys() == getattr(es, table).keys()
    for key, text in en.TEXTS.items():
        names = [{name for _, name, _, _ in Formatter().parse(one) if name} for one in (text, es.TEXTS[key])]
        assert names[0] == names[1], key
    assert en.PURPOSES.keys() == {str(one) for one in Purpose}
    assert en.CLASSES.keys() == {str(one) for one in DataClass}
    vocabulary = load_vocabulary()
    labels = {label for name in vocabulary.classes for label in vocabulary.class_fields(name).label_masks}
    assert en.LABELS.keys() == labels


def test_every_text_is_said_somewhere() -> None:
    """A sentence that no code says is a promise nobody keeps."""
    from pathlib import Path

    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[3] / "src" / "comity" / "oversight").rglob("*.py")
        if path.name not in ("en.py", "es.py")
    )
    for key in en.TEXTS:
        stem = key.removesuffix(".one")
        group, _, last = stem.partition(".")
        assert f'"{stem}"' in source or f'"{last}"' in source or f"{group}.{{" in source, key


@pytest.mark.parametrize("code", LANGUAGES)
def test_h20_the_statement_says_each_door_with_its_count_and_list(code: str) -> None:
    """H20: in short, then each door with how many and who; the figures are those of the rows."""
    language = Language(code)
    document = statement_document(statement(), language)
    short = {"en": "In short: 1 agency can ask us, 1 through someone else, 1 more gets copies.",
             "es": "En breve: 1 agencia puede consultarnos, 1 por medio de otra, 1 más recibe copias."}  # fmt: skip
    assert document.lead[0] == short[code]
    tables = [part.table for part in document.parts[:3]]
    assert [[row[0] for row in table.rows] for table in tables if table is not None] == [
        ["Birch Police"],
        ["Cedar Police"],
        ["Dogwood Police"],
    ]
    assert "Dogwood Police" in page_text(document)
    assert any("Birch Police" in line for line in text_lines(document))


def test_h29_what_nobody_checked_is_said() -> None:
    """H29: declared flows, days of lists, spellings and what nobody declared stand in the statement, each with its number."""
    told = sentences_of(statement_document(statement(), Language("en")))
    assert "1 declared flow was told to us. We did not check it." in told
    assert "2 lines come from sharing lists, the newest of Apr 29, 2026. What changed since is not here." in told
    assert "1 name is known by its spelling alone." in told
    assert "What nobody declared is not here." in told
    assert "1 opened, 0 closed." in told
    assert "Last month: 300 asked, 140 released, 9 refused." in told


def test_not_decided_is_told_as_not_closed() -> None:
    """Three outcomes, and the third is to be treated as the second; without law nothing is called closed."""
    told = "\n".join(sentences_of(statement_document(statement(), Language("en"))))
    assert "Not decided in time. Treat it as not closed: " in told
    assert "unless already public: " in told
    assert "Gov. Code 7284.6(a)(1)(D) (verified)" in told
    none = "\n".join(sentences_of(statement_document(statement(read=LawRead.NONE), Language("en"))))
    assert "No law of this state was read. Treat everything as not closed." in none
    assert "Closed to immigration" not in none


def test_an_agency_whose_log_was_not_read_is_not_said_to_have_been_asked_nothing() -> None:
    """Not known is not nought."""
    told = sentences_of(statement_document(replace(statement(), used=None), Language("en")))
    assert (
        "How often people asked last month is not known here. No log of this agency was read for that month."
        in told
    )


def test_values_and_spreadsheet_say_the_same() -> None:
    """One object and one line for each flow, with the doors of the page."""
    value = statement_value(statement(), Language("es"))
    assert [(one["agency"]["id"], one["door"]) for one in value["doors"]] == [
        ("birch", "front door"),
        ("cedar", "side door"),
        ("dogwood", "back door"),
    ]
    assert (value["public"], value["language"], value["in_the_end"]) == (True, "es", 3)
    lines = statement_spreadsheet(statement()).splitlines()
    assert len(lines) == 1 + 3
    assert lines[3].startswith("back door,Dogwood Police,US,,federal,")


def test_what_is_private_makes_no_public_page() -> None:
    """A statement with what only an agency's desk and auditor see is refused; the public one is told in every language."""
    public = statement()
    page = statement_page(public)
    assert [one.language for one in page.documents] == list(LANGUAGES)
    assert page.value == statement_value(public, Language("en"))
    private = PrivateFlows(agency=public.agency.id, acting=(), told=())
    with pytest.raises(WrongUseError, match="no public page"):
        statement_page(replace(public, private=private))
