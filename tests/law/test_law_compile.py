"""Compiling texts: what an agreement says of itself, as the rules at `activate` read it."""

from __future__ import annotations

import pytest
from law_samples import (
    AGREEMENT_HEAD,
    PERMIT_ALL,
    agreement,
    law_of,
    pack,
)

from comity.errors import LawUnavailableError
from comity.law.compile import MOST_TEXTS, agreement_terms, compile_law
from comity.law.parse import parse_agreement
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass

EVERY_CLASS = frozenset(load_vocabulary().classes)
GIVEN = [
    ("data case, warrant at release permit all fields", frozenset({"case", "warrant"})),
    ("data case at release permit match on all fields", frozenset({"case"})),
    ("at release permit fields labelled identity", EVERY_CLASS),
    ("data plate-read at release forbid all fields", frozenset()),
    ("at ask forbid query when query's purpose is customs", frozenset()),
]


@pytest.mark.parametrize(("clause", "classes"), GIVEN)
def test_an_agreement_gives_the_classes_its_clauses_permit(clause: str, classes: frozenset[str]) -> None:
    """A class counts as given where a clause permits it; a permit that names no class gives every one."""
    text = f'{AGREEMENT_HEAD}clause G-01 "What is given" gives ccpd to fia {clause}\n'
    terms = agreement_terms(parse_agreement(text, "test"), load_vocabulary())
    assert terms["agreement's data-classes"] == classes


def test_a_clause_that_names_no_class_gives_every_class() -> None:
    """What an agreement gives is read from its permits: their classes, or all where one names none."""
    named = 'clause G-02 "Cases" gives ccpd to fia at release permit all fields data case, booking\n'
    closed = (
        'clause L-01 "Never" gives ccpd to fia at ask forbid query data gang when query\'s purpose is customs\n'
    )
    given = [law_of(agreement(text)).agreements[0].terms["agreement's data-classes"] for text in (named, closed)]
    assert given == [frozenset({"case", "booking"}), frozenset()]
    every = law_of(agreement(named + PERMIT_ALL)).agreements[0].terms["agreement's data-classes"]
    assert every == frozenset(str(name) for name in DataClass)


def test_one_owner_has_a_bounded_number_of_texts() -> None:
    """More texts than any region needs are refused before they are read."""
    texts = tuple(pack(f"# {number}\n") for number in range(MOST_TEXTS + 1))
    with pytest.raises(LawUnavailableError, match="law texts for one owner"):
        compile_law(texts)
