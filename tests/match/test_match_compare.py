"""One subject, prepared for whatever may be matched on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from look_alikes import Person, people
from made_files import field_sets

from comity.match.compare import Preparing, prepare
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.codes import IdentifierKind
from comity.model.query import AddressSubject, Identifier, IdentifierSubject, PlateSubject, Subject

SINGLE: tuple[Subject, ...] = (
    AddressSubject(address="123 Main St, Fresno, CA 93701"),
    IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="512346789")),
    PlateSubject(plate="7ABC123", state="CA"),
)


@given(asked=people(), sets=st.lists(field_sets, min_size=1, max_size=4))
def test_a_subject_read_once_makes_the_questions_it_makes_each_time(
    asked: Person, sets: list[frozenset[str]]
) -> None:
    """Whatever fields are permitted, also those that the subject says nothing of; and each is made once."""
    preparing = Preparing(asked.subject)
    for allowed in (*sets, *sets):
        assert preparing.question(allowed) == prepare(asked.subject, allowed)
        assert preparing.question(allowed) is preparing.question(allowed | {"hair-color"})


@pytest.mark.parametrize("subject", SINGLE)
def test_a_number_thing_or_address_is_read_once_too(subject: Subject) -> None:
    """With the field that it is found by, and without."""
    preparing = Preparing(subject)
    for allowed in (MATCHABLE_FIELDS, frozenset({"name", "sex"}), frozenset[str]()):
        assert preparing.question(allowed) == prepare(subject, allowed)
