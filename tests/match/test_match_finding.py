"""Whom a question finds by open values alone, said of one person what the index says of many."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from look_alikes import Person, people
from made_files import ALL, Values, field_sets, index, look, make_file, seeds

from comity.match.compare import Question, Scale, prepare
from comity.match.finding import Finder, can_find
from comity.match.traits import read_traits
from comity.match.weights import load_weights
from comity.model.codes import IdentifierKind
from comity.model.query import AddressSubject, Identifier, IdentifierSubject, PersonSubject, Subject


def finder_of(question: Question) -> Finder:
    """The finder under the shipped weights, as `look` searches."""
    return Finder(question, Scale(load_weights()))


def found_alone(subject: Subject, values: Values, allowed: frozenset[str]) -> bool:
    """Whether a file that holds this person alone, and of them the permitted fields alone, gives them."""
    question = prepare(subject, allowed)
    return bool(look(index([values], allowed=allowed), question).people)


@settings(max_examples=25)
@given(seeds, field_sets)
def test_a_person_is_found_by_open_values_as_in_a_file_of_their_own(seed: int, allowed: frozenset[str]) -> None:
    """The finder and the index agree on everybody: whom their open values find, and whom they do not."""
    made = make_file(seed)
    for subject in made.asked:
        finder = finder_of(prepare(subject, allowed))
        for values in made.held[:20]:
            assert finder.finds(read_traits(values, allowed)) == found_alone(subject, values, allowed)
            assert finder.finds(read_traits(values, finder.fields)) == finder.finds(read_traits(values, allowed))


@settings(max_examples=250)
@given(people(), people(), field_sets)
def test_look_alikes_are_found_as_in_a_file_of_their_own(
    asked: Person, held: Person, allowed: frozenset[str]
) -> None:
    """Shared numbers, 1 January, a year alone, suffixes, particles and articles: the two never differ."""
    finder = finder_of(prepare(asked.subject, allowed))
    assert finder.fields <= allowed
    assert finder.finds(read_traits(held.values, allowed)) == found_alone(asked.subject, held.values, allowed)
    assert finder.finds(read_traits(held.values, finder.fields)) == finder.finds(read_traits(held.values, allowed))


HOME = "123 Main St, Fresno, CA 93701"
SMITH: Values = {
    "name": ("Smith, Ann Marie",), "alias": ("Marsh, Joan",), "birth-date": ("1984-03-12",),
    "home-address": (HOME,), "ssn": ("512-34-6789",),
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"family": "Smith", "given": "Ann"}, True),
        ({"family": "Ann", "given": "Smith"}, True),
        ({"family": "Smyth", "given": "Anne"}, True),
        ({"family": "Smith", "given": "Marie"}, True),
        ({"family": "Smi*", "given": "Mar*", "birth_date": "1990"}, True),
        ({"family": "Smith", "given": "A"}, True),
        ({"family": "Smith", "given": "Zoe"}, False),
        ({"family": "Smith", "given": "Joan"}, True),
        ({"family": "Smith", "given": "Zoe Marei"}, False),
        ({"family": "Marsh", "given": "Zoe"}, True),
        ({"family": "Zoe", "given": "Marsh"}, True),
        ({"family": "Mersh", "given": "Zoe"}, False),
        ({"family": "Marsh*", "given": "Zoe", "birth_date": "1990"}, False),
        ({"family": "Smith", "given": "Zoe", "birth_date": "1984"}, True),
        ({"family": "Smith", "given": "Zoe", "birth_date": "1985"}, False),
        ({"family": "Osborne", "given": "Kim", "birth_date": "1984-12-03"}, True),
        ({"family": "Osborne", "given": "Kim", "birth_date": "1984-03-13"}, True),
        ({"family": "Osborne", "given": "Zoe", "birth_date": "1984-03-13"}, True),
        ({"family": "Tran", "given": "Zoe", "birth_date": "1984-03-13"}, False),
        ({"family": "Tran", "given": "Zoe", "address": HOME}, True),
        ({"family": "Tran", "given": "Zoe", "address": "7 Main St, Fresno, CA 93701"}, True),
        ({"family": "Tran", "given": "Zoe", "address": "7 Oak Ave, Fresno, CA 93701"}, False),
        ({"family": "Smith", "given": "Zoe", "address": "7 Oak Ave, Fresno, CA 93701"}, True),
        ({"family": "Smith", "given": "Zoe", "address": "7 Oak Ave, Oakland"}, False),
    ],
)  # fmt: skip
def test_what_leads_to_a_person(asked: dict[str, str], expected: bool) -> None:
    """Both parts of one name; a rare word, or the only one; a name with a year or a place; a date; an address.

    A date that is a slip away leads to somebody with a first letter.
    """
    subject = PersonSubject(**asked)
    assert finder_of(prepare(subject, ALL)).finds(read_traits(SMITH)) is expected
    assert found_alone(subject, SMITH, ALL) is expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (AddressSubject(address=HOME), True),
        (AddressSubject(address="7 Main St, Fresno, CA 93701"), False),
        (AddressSubject(address="7 Oak Ave, Fresno, CA 93701"), False),
        (IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="512346789")), True),
        (IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="512346798")), True),
        (IdentifierSubject(identifier=Identifier(kind=IdentifierKind.PASSPORT, value="512346789")), False),
        (IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="000000000")), False),
    ],
)
def test_an_address_or_a_number_leads_to_its_own_people(subject: Subject, expected: bool) -> None:
    """A house finds who lives there and not the whole street; a number finds its bearer and who is a slip away."""
    assert finder_of(prepare(subject, ALL)).finds(read_traits(SMITH)) is expected
    assert found_alone(subject, SMITH, ALL) is expected


@pytest.mark.parametrize(
    ("asked", "allowed", "expected"),
    [
        ({"family": "Kelly", "given": "Ann"}, ALL, True),
        ({"family": "Kelly"}, ALL, False),
        ({"family": "Kelly", "given": "Ann"}, frozenset({"birth-date"}), False),
        ({"family": "Kelly", "birth_date": "1984"}, ALL, True),
        ({"family": "Kelly", "birth_date": "1984-01-01"}, frozenset({"birth-date"}), False),
        ({"family": "Kelly", "birth_date": "1984-03-12"}, frozenset({"birth-date"}), True),
        ({"family": "Kelly", "address": HOME}, ALL, True),
        ({"family": "Kelly", "address": "Main St, Fresno"}, ALL, False),
    ],
)
def test_some_questions_can_find_nobody(asked: dict[str, str], allowed: frozenset[str], expected: bool) -> None:
    """A family name alone, a name that may not be matched on, a street without a house."""
    assert can_find(prepare(PersonSubject(**asked), allowed)) is expected
