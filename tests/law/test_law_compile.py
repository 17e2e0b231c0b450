"""Compiling texts: what an agreement says of itself, as the rules at `activate` read it."""

from __future__ import annotations

import pytest
from law_samples import AGREEMENT_HEAD

from comity.law.compile import agreement_terms
from comity.law.parse import parse_agreement
from comity.law.vocabulary import load_vocabulary

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
