"""Sentences that travel as a code and facts: each has its Spanish, and pages say it; only law stays English beside it."""

from __future__ import annotations

import re

import pytest
from audit_files import EDITION, search_log
from desk_stage import send
from spanish_reader import ENGLISH, english_in, marked_in
from test_web_audits import begun, entered, settle, signed  # noqa: F401
from web_stage import Stage, member_of

from comity.model.refused import tell_refused
from comity.model.sentence import Sentence, say
from comity.node.log_requests import EnterAudit
from comity.web.said import refusal_text, refusal_told, said, said_text
from comity.web.words import SAID, said_in_english, words_of

VALUE = re.compile(r"\{(\w+?)(?:_said)?\}")
SENTENCES = {name: text for table in said_in_english() for name, text in table.items()}
CODES = [name for name in SENTENCES if not name.startswith(("counted.", "word."))]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("number", [1, 40])
def test_every_sentence_is_said_in_spanish(code: str, number: int) -> None:
    """With its facts in place, and without a word that only English has."""
    facts = dict.fromkeys(VALUE.findall(SENTENCES[code]), number)
    told = said(words_of("es"), Sentence(code=code, facts=dict(facts)))
    assert not ENGLISH.search(told), told
    assert all(str(number) in told or number == 1 for _ in facts)
    assert said(words_of("en"), Sentence(code=code, facts=dict(facts))) == said_in(code, number)


def said_in(code: str, number: int) -> str:
    return str(say(SENTENCES, code, **dict.fromkeys(VALUE.findall(SENTENCES[code]), number)))


def test_no_two_tables_say_one_code_otherwise() -> None:
    """A noun that two of them count is counted alike."""
    assert len({item for table in said_in_english() for item in table.items()}) == len(SENTENCES)


def test_a_fact_that_is_a_sentence_or_a_word_is_said_too() -> None:
    """And what stands in a file, or somebody typed, stays as it is."""
    kind = say(SENTENCES, "name.same-kind", body="police", listed="sheriff")
    weighed = say(SENTENCES, "name.weighed", reason=kind, points="+5")
    assert weighed == "`police` is `sheriff` (+5)"
    assert said_text(words_of("es"), weighed) == "`policía` es `alguacil` (+5)"
    typed = say(
        SENTENCES, "name.decided", number=1, day="2026-11-29", role="auditor", meaning="none", words="as told"
    )
    assert (
        said_text(words_of("es"), typed)
        == "decisión 1 del 29 de nov. de 2026, de quien audita: ninguna agencia, as told"
    )
    assert said_text(words_of("es"), "stolen vehicle") == "stolen vehicle"


def test_an_unknown_code_or_a_fact_that_is_missing_says_nothing_in_part() -> None:
    """It stops where it is made; no page shows half a sentence."""
    with pytest.raises(KeyError):
        say(SENTENCES, "name.unheard-of")
    with pytest.raises(KeyError):
        say(SENTENCES, "name.state")
    assert f"{SAID}name.state" in words_of("en").sentences


def test_an_audit_is_spanish_but_for_the_law_it_cites(stage: Stage, entered: list[EnterAudit]) -> None:  # noqa: F811
    """Names that wait, the result and the rows behind every finding."""
    with stage.browser() as browser:
        signed(stage, browser, language="es")
        columns = begun(browser, search_log(), EDITION)
        settle(browser, columns)
        result = columns.removesuffix("/columns")
        names = browser.get(f"{result}/names").text
        send(browser, f"{result}/names", name="Lakeside CA PD", decision="leave")
        names += browser.get(f"{result}/names").text
        page = browser.get(result).text
        addresses = dict.fromkeys(re.findall(rf'href="({result}/rows/\d+)"', page))
        rows = [browser.get(address).text for address in addresses]
    assert "un organismo de tipo `policía` debería estar en el directorio" in names
    assert "`Springfield` es el nombre de `Springfield` (+" in names
    assert "con el motivo en blanco" in page
    assert "Por qué este estado" in "".join(rows)
    assert len(rows) >= 3
    for one in (names, page, *rows):
        assert english_in(one, frozenset()) == []
    (job,) = stage.site.audits.all_of(member_of("auditor").id, stage.clock.at_ms)
    assert job.report is not None
    cited = [rule for agency in job.report.agencies for one in agency.findings for rule in one.rules]
    law = {text for rule in cited for text in (rule.title, rule.citation)}
    marked = {text for one in (names, page, *rows) for text in marked_in(one)}
    assert marked == law != set()


def test_a_refused_act_is_told_in_the_readers_language_and_what_nobody_gave_a_code_stays_marked() -> None:
    """The same facts, no word of English; a sentence of no table whole and marked; in English the text as it is."""
    spanish, english_words = words_of("es"), words_of("en")
    text = tell_refused("offered.alone", member="wa-police-counsel", agreement="A-12")
    told = "solo `wa-police-counsel` firmó `A-12`; lo pone en vigor otra persona"
    assert refusal_told(spanish, text) == ((told, False),)
    assert refusal_text(spanish, text) == told
    assert refusal_told(english_words, text) == ((text, False),)
    assert refusal_told(spanish, "something else went wrong") == (("something else went wrong", True),)
    assert "2026-11-29" not in refusal_text(spanish, tell_refused("ask.training", member="m-1", day="2026-11-29"))
