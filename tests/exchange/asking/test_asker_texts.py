"""Every text an asker can read: none says that another purpose, beneficiary or kind of requester would fare better.

Rules, labels and conflicts are read in `tests/law/test_law_told.py`; here are the program's own sentences, and the
answers of the whole region (harms H8, H13).
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest
from region_stage import Stage

import comity
from comity.demo.agencies import FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS, directory_agencies, members
from comity.demo.scene import SceneQuestion
from comity.exchange.answering.law_in_force import read_law
from comity.law.compiled import RuleCode
from comity.law.told import ALWAYS_HINTS, COMPONENT, KIND, LEVEL, PURPOSE, hints
from comity.law.vocabulary import load_vocabulary
from comity.model.answer import Answer
from comity.model.codes import DataClass, Purpose, Status

SOURCE = Path(comity.__file__).parent
# Modules whose sentences reach an asker: refusals, rejections, holds, statuses, errors, and what is printed of them.
SPEAKING = (
    *(
        "cli/ask_commands.py",
        "cli/question.py",
        "cli/show.py",
        "law/explain.py",
        "law/reasons.py",
        "law/remedy.py",
    ),
    *(
        "exchange/answering/answer.py",
        "exchange/asking/ask.py",
        "exchange/asking/asker.py",
        "exchange/builtin.py",
        "exchange/answering/conclude.py",
    ),
    *(
        "exchange/answering/detail.py",
        "exchange/asking/fan_out.py",
        "exchange/asking/fetch.py",
        "exchange/answering/findable.py",
    ),
    *(
        "exchange/answering/hold_reasons.py",
        "exchange/answering/open_query.py",
        "exchange/asking/own_law.py",
        "exchange/answering/paper.py",
    ),
    *(
        "exchange/answering/release.py",
        "exchange/asking/sources.py",
        "exchange/answering/stored.py",
        "exchange/messages/wire.py",
    ),
    *("match/sentences.py", "match/person.py", "model/query.py", "model/outcome.py", "node/local.py"),
)
CLAIMED = (PURPOSE, LEVEL, KIND, COMPONENT)
ASKERS = tuple(agency.id for agency in directory_agencies())
MEMBERS = {agency: next(one for one in members() if one.agency == agency) for agency in ASKERS}


@cache
def phrases() -> dict[str, str]:
    """Every phrase of two words or more that names a purpose, level, kind or component, with its value."""
    vocabulary = load_vocabulary()
    found = {}
    for path in CLAIMED:
        kind = vocabulary.attributes[path].kind.type
        assert kind is not None
        for word in vocabulary.types[kind]:
            phrase = vocabulary.phrase_of_value(path, str(word)).removeprefix("a ").removeprefix("an ")
            if len(phrase.split()) > 1:
                found[phrase] = str(word)
    return found


def spoken(path: str) -> Iterator[str]:
    """String constants of a module, those of formatted strings too, without docstrings."""
    tree = ast.parse((SOURCE / path).read_text(encoding="utf-8"))
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


@pytest.mark.parametrize("path", SPEAKING)
def test_no_sentence_of_the_program_tells_what_would_fare_better(path: str) -> None:
    """Statuses, refusals, rejections, `too many`, errors of asking and fetching: no other asker, no value to claim."""
    for sentence in spoken(path):
        assert not ALWAYS_HINTS.search(sentence), sentence
        assert not named_in(sentence), sentence


def test_a_hint_in_a_sentence_would_be_found() -> None:
    """The check itself bites."""
    assert ALWAYS_HINTS.search("ask for another purpose")
    assert "civil immigration enforcement" in phrases()


def test_status_words_name_nobody() -> None:
    """What a status is called follows from the status alone."""
    assert not any(ALWAYS_HINTS.search(status.replace("-", " ")) for status in Status)


# ---------------------------------------------------------------- the whole region


def as_asked_by(question: SceneQuestion, asker: str, purpose: Purpose) -> SceneQuestion:
    return dataclasses.replace(
        question,
        asker=asker,
        member=MEMBERS[asker].id,
        beneficiary=asker,
        purpose=purpose,
        note="",
        data_classes=tuple(DataClass)[:8],
    )


def rules_in_force(stage: Stage) -> dict[str, dict[str, RuleCode]]:
    """Every rule of every owner's law by id."""
    found = {}
    for owner in ASKERS:
        _, law = read_law(stage.federation.world_of(owner), stage.federation.directory, owner)
        found[owner] = {code.id: code for code in law.codes}
    return found


def outward(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Every text of an answer that is no value of a field: what it is, the rule it is told for, the text."""
    for reason in (*answer.reasons, *(reason for one in answer.removed for reason in one.reasons)):
        yield from (
            ("title", reason.rule, reason.title),
            ("because", reason.rule, reason.because),
            ("remedy", reason.rule, reason.remedy),
        )
    for item in answer.items:
        yield from (("title", withheld.rule, withheld.title) for withheld in item.withheld)
        yield from (("paper", withheld.rule, withheld.would_help) for withheld in item.withheld)
        yield from (("title", hold.rule, hold.what) for hold in item.holds)
        yield from (("label", "", label) for label in item.labels)


def facts_of(stage: Stage, question: SceneQuestion) -> set[str]:
    """The values of purpose, level, kind and component that the question and its parties have."""
    agencies = [stage.federation.directory.get_agency(name) for name in (question.asker, question.beneficiary)]
    values = {str(value) for one in agencies for value in (one.level, one.kind, one.component)}
    return {str(question.purpose), *values}


def named_in(text: str) -> set[str]:
    """The values that a text names by the vocabulary's phrases."""
    return {word for phrase, word in phrases().items() if re.search(rf"\b{re.escape(phrase)}\b", text)}


@pytest.mark.parametrize("beneficiary", ["", REMOVAL_OPERATIONS])
def test_no_answer_of_the_region_tells_what_would_fare_better(stage: Stage, beneficiary: str) -> None:
    """Whoever asks for whatever: a text names what its rule bites on and what the question says itself, nothing else."""
    vocabulary, codes = load_vocabulary(), rules_in_force(stage)
    known: set[tuple[str, str, str, frozenset[str]]] = set()
    seen = set()
    for asker, purpose in ((asker, purpose) for asker in ASKERS for purpose in Purpose):
        put = as_asked_by(stage.region.scene.detective_question, asker, purpose)
        put = dataclasses.replace(put, beneficiary=beneficiary or asker)
        own = facts_of(stage, put)
        stated = vocabulary.phrase_of_value(PURPOSE, str(purpose))
        for owner in ASKERS:
            answer = stage.answer(stage.query(put, owner))
            seen.add(answer.status)
            for what, rule, text in outward(answer):
                if (what, rule, text, frozenset(own)) in known:
                    continue
                known.add((what, rule, text, frozenset(own)))
                assert not ALWAYS_HINTS.search(text), (rule, text)
                code = codes[owner].get(rule)
                if what == "title" and code is not None:
                    assert not hints(text, code.rule, code.source, vocabulary), (rule, text)
                    continue
                assert named_in(text) <= own, (rule, text)
                if "purpose is" in text:
                    assert f"purpose is {stated}" in text, (rule, text)
                    assert text.count("purpose is") == 1, (rule, text)
    assert {Status.ANSWERED, Status.REFUSED} <= seen
    assert {what for what, _, text, _ in known if text} >= {"title", "because", "remedy", "paper"}


def as_told(answer: Answer) -> Answer:
    """An answer without what every answer has of its own: its question's id and its time."""
    return msgspec.structs.replace(answer, query_id="", answered_ms=0, pad="")


def test_statuses_and_counts_tell_nothing_of_a_protected_person(stage: Stage) -> None:
    """Under every purpose, no other agency's answer about a protected person differs from one about nobody."""
    question = stage.region.scene.protected_question
    nobody = dataclasses.replace(question, family="Vanterpool", given="Ottilie", birth_date="1951-02-03")
    for asker in ASKERS:
        if asker == FEDERAL_INVESTIGATIONS:
            continue
        for purpose in Purpose:
            first, second = (
                stage.answer(stage.query(put, FEDERAL_INVESTIGATIONS))
                for put in (
                    dataclasses.replace(
                        one, asker=asker, member=MEMBERS[asker].id, beneficiary=asker, purpose=purpose
                    )
                    for one in (question, nobody)
                )
            )
            assert as_told(first) == as_told(second), (asker, purpose)
            assert len(first.pad) == len(second.pad)
