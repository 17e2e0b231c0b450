"""Duties in their reader's words: every sentence the software raises has its shape, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity.exchange.builtin import builtin_rules
from comity.law.vocabulary import load_vocabulary
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty
from comity.oversight.reports.described import report_kinds
from comity.web.duty_words import ANY_RULE, SHAPES, said_of
from comity.web.words import words_of

SOURCE = Path(comity.__file__).parent
NAMES = {"alder-sheriff": "Alder County Sheriff", "wa-police": "Cascade City Police"}
# Raised by a law's own rule, told by its own text: `raised.py` begins with the kind of hold, `forbidden_open.py` with a way.
OF_LAW = frozenset({"answering/raised.py", "node/forbidden_open.py", "law/decide_point.py"})


def stored(rule: str, text: str, kind: str = "review", query: str = "", report: str = "") -> StoredDuty:
    """A duty as a store has it."""
    duty = Duty(kind=kind, rule=rule, citation="a source", to="records-custodian", text=text, report=report)
    return StoredDuty(id="d1", owner="alder-sheriff", query_id=query, duty=duty, raised_ms=0)


def raised() -> Iterator[tuple[str, str]]:
    """Each sentence that a duty of the software is made with, with `x-1` for what is put in, and its file."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Duty"):
                continue
            for given in node.keywords:
                if given.arg == "text":
                    yield from ((path.relative_to(SOURCE).as_posix(), one) for one in _texts(given.value))


def _texts(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*_texts(value.body), *_texts(value.orelse))
    elif isinstance(value, ast.JoinedStr):
        yield "".join(one.value if isinstance(one, ast.Constant) else "x-1" for one in value.values)  # type: ignore[misc]
    elif isinstance(value, ast.Constant):
        yield str(value.value)


def test_every_sentence_that_a_duty_is_raised_with_has_its_shape() -> None:
    """A sentence that is new, or worded anew, is found here before somebody reads it in the wrong language."""
    shapes = [shape for known in (*SHAPES.values(), ANY_RULE) for shape, _ in known]
    found = [(file, text) for file, text in raised() if not file.endswith(tuple(OF_LAW))]
    assert len(found) >= 10
    unknown = [
        (file, text)
        for file, text in found
        if not file.endswith("reports/owed.py") and not any(re.fullmatch(shape, text) for shape in shapes)
    ]
    assert unknown == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_agencies_days_and_codes_are_told_in_words(language: str) -> None:
    """Names for ids, days as they are said; nothing of the sentence is left in English on a Spanish page."""
    t = words_of(language)
    day = {"en": "Jun 30, 2027", "es": "30 de jun. de 2027"}[language]
    became = t("desk.recalls.kind.corrected")
    for rule, text, parts in (
        (
            "comity/RECALL",
            "what wa-police was shown was corrected; wa-police confirms",
            ("Cascade City Police", became),
        ),
        (
            "comity/RECALL",
            "what wa-police was shown (told by telephone) was corrected, with a statement to be read to them; wa-police is "
            "at no node: call them, then say so with `comity duties done`",
            ("Cascade City Police", "(told by telephone)"),
        ),
        (
            "comity/RECALLED",
            "1 item that wa-police showed was corrected; stop using what was shown, then confirm",
            (became,),
        ),
        (
            "comity/KEEP",
            "A-12: say whether it is still wanted; it closes after 2027-06-30 unless it is kept",
            ("A-12", day),
        ),
        (
            "comity/MISTAKE",
            "wa-police reports a mistake in a record: twice (name)",
            ("Cascade City Police", t("mistake.kind.twice"), t("field.name")),
        ),
        (
            "comity/MISTAKE",
            "wa-police reports a mistake in a record: out-of-date",
            (t("mistake.kind.out-of-date"),),
        ),
        ("comity/PETITION", "decide R-1: accounting", (t("petitions.kind.accounting"),)),
        (
            "comity/CONFIRM-HIT",
            "urgent: wa-police asks whether a hit is confirmed",
            (t("duty-says.urgency.urgent"),),
        ),
        (
            "comity/CORRECTED",
            "birth-date, name corrected; look again at merge 7",
            (t("field.birth-date"), t("field.name")),
        ),
    ):
        said = said_of(t, stored(rule, text), NAMES)
        assert said.kept == "", text
        assert all(part in said.ours for part in parts), said
        if language == "es":
            assert not re.search(r"\b(the|was|whether|then|stop using|corrected)\b", said.ours), said


def test_what_a_law_says_stands_as_the_law_has_it() -> None:
    """A held task has its kind before it, a task for several records their number; a form of a report its title, in words."""
    t = words_of("es")
    held = said_of(t, stored("us/CH-04", "attestation: disposition checked", query="q1"), NAMES)
    assert (held.ours, held.kept) == (t("desk.held.why-kind.attestation"), "disposition checked")
    several = said_of(t, stored("us/CH-04a", "the outcome; 35 records", "forward"), NAMES)
    assert (several.ours, several.kept, several.counted) == ("", "the outcome", "Registros: 35.")
    one = said_of(t, stored("us/CJ-05", "the audit log"), NAMES)
    assert (one.ours, one.kept) == ("", "the audit log")
    for kind in report_kinds():
        report = said_of(t, stored("comity/REPORT", f"file `{kind}`", "report", report=kind), NAMES)
        assert report.kept == ""
        assert report.ours.endswith(f": {t(f'said.report.{kind}.title')}")


def test_no_kind_recipient_or_event_of_a_duty_is_told_as_a_code() -> None:
    """Whatever the law's language may name has its words; so has the kind that only the exchange raises."""
    vocabulary = load_vocabulary()
    for language in ("en", "es"):
        t = words_of(language)
        assert [one for one in (*vocabulary.lists["roles"], "person") if not t.has(f"desk.role.{one}")] == []
        assert [one for one in vocabulary.lists["events"] if not t.has(f"desk.event.{one}")] == []
        assert [
            one for one in (*vocabulary.lists["duties"], "confirm") if not t.has(f"desk.duties.kind.{one}")
        ] == []


def test_the_exchanges_own_reasons_are_in_both_languages_and_say_what_the_answer_says() -> None:
    """The English of a page is the very sentence that an answer and the command line have."""
    english, spanish = words_of("en"), words_of("es")
    for rule, (title, _, remedy) in builtin_rules().items():
        name = f"own-rule.{rule.removeprefix('comity/').lower()}"
        assert english(f"{name}.title") == title
        assert spanish(f"{name}.title") != title
        assert english.has(f"{name}.remedy") == spanish.has(f"{name}.remedy") == bool(remedy), rule
        assert not remedy or english(f"{name}.remedy") == remedy
