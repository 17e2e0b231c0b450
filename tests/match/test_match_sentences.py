"""What is said of a pair: in words, without a level or value that is hidden, and never of what is not there."""

from __future__ import annotations

import re
from itertools import product

import pytest

from comity.match import sentences
from comity.match.compare import FAMILY, Comparison, Scale, compare, prepare
from comity.match.name_levels import Term
from comity.match.person import NOT_SAME, POSSIBLE, SAME
from comity.match.sentences import tell, tell_apart, tell_finding
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

ABSENCE = re.compile(
    r"\b(no record|no such|not found|not held|absent|absence|lacks?|missing|unknown to|never seen|none of)\b"
)
FIELDS = ("name", "birth-date", "sex", "address", "ssn", "driver-licence")


def told_of_one_pair() -> set[str]:
    """Every sentence the tables can make."""
    found = set()
    for row in load_weights().levels:
        names = {"surname", "given", "middle", "suffix", "order", "alias"}
        field = "name" if row.comparison in names else row.comparison.replace("household", "address")
        if row.comparison == FAMILY:
            continue  # told with the name or the address
        for verdict, hidden, family in product(("agree", "disagree"), (False, True), (False, True)):
            term = Term(row.comparison, row.level)
            found.add(tell(Comparison(field, verdict, 0, (term,), "x", "y", field, family), hidden))
    found |= {
        tell(Comparison(field, "missing", 0, (), asked), False)
        for field in FIELDS
        for asked in ("", "000-00-0000")
    }
    for verdicts in product(("agree", "disagree", "missing"), repeat=3):
        for verdict in (SAME, POSSIBLE, NOT_SAME):
            found.add(tell_finding(verdict, tuple(zip(("name", "birth-date", "ssn"), verdicts, strict=True))))
    for parted in (False, True):
        found |= {tell_apart(("ssn",), ("name",), parted=parted), tell_apart(("name",), (), parted=parted)}
    return found


def test_no_sentence_speaks_of_absence() -> None:
    """The absence of a record or a value is evidence of nothing (H2), so nothing is said of it."""
    found = told_of_one_pair()
    assert len(found) > 60
    assert not [sentence for sentence in found if ABSENCE.search(sentence)]
    assert ABSENCE.search("no record of entry was found")


def test_what_was_not_compared_is_said_of_the_question_alone() -> None:
    """Whether the record has none, the field is closed or the value unreadable: one sentence."""
    assert tell(Comparison("birth-date", "missing", 0, (), "1961-04-05"), False) == "birth date not compared"
    assert tell(Comparison("ssn", "missing", 0, (), "512-34-6789"), True) == "SSN not compared"


@pytest.mark.parametrize(
    ("field", "verdict", "terms", "sentence"),
    [
        ("name", "agree", (Term("surname", "exact"), Term("given", "exact")),
         "the family names are the same; the given names are the same; relatives may share the name"),
        ("name", "disagree", (Term("surname", "exact"), Term("given", "different")),
         "the family names are the same; the given names differ; relatives may share part of a name"),
        ("address", "agree", (Term("address", "exact"),),
         "house number and street are the same; with the same family name this may be a household"),
    ],
)  # fmt: skip
def test_what_relatives_share_is_said_where_it_came_off(
    field: str, verdict: str, terms: tuple[Term, ...], sentence: str
) -> None:
    """The comparison that bears what came off for relatives says so in plain words, and no other does."""
    told = Comparison(field, verdict, 0, terms, "x", "y", field, family=True)
    assert tell(told, False) == sentence
    assert "relatives" not in tell(told._replace(family=False), False)
    assert tell(told, True) == tell(told._replace(family=False), True)


@pytest.mark.parametrize(
    ("held", "bearer"), [("Zyskowski, Anna", "address"), ("Zyskowski, Jan", "address"), ("Marsh, Anna", "name")]
)
def test_a_household_is_spoken_of_only_where_the_family_name_agrees(held: str, bearer: str) -> None:
    """What comes off for relatives is taken from the address of people of one name, else from the name."""
    home = "123 Main St, Fresno, CA 93701"
    subject = PersonSubject(family="Zyskowski", given="Anna", birth_date="1984-03-12", address=home)
    values = {"name": (held,), "birth-date": ("1984-03-12",), "home-address": (home,)}
    found = compare(prepare(subject, MATCHABLE_FIELDS), values, Scale(load_weights()))
    assert [one.field for one in found if one.family] == [bearer]


@pytest.mark.parametrize(
    ("verdict", "compared", "sentence"),
    [
        (SAME, "name+ birth-date+", "same person as far as was compared: name and birth date agree, and nothing that "
                                    "was compared contradicts"),
        (SAME, "name+ sex- ssn+", "same person as far as was compared: name and SSN agree; sex differs"),
        (SAME, "plate+", "bears the plate asked about; nothing else was compared"),
        (POSSIBLE, "name+", "possible only: name agrees, which is not enough to say that it is one person"),
        (POSSIBLE, "name0", "possible only: what was compared is not enough to say that it is one person"),
        (POSSIBLE, "address-", "possible only: address differs"),
        (POSSIBLE, "name- ssn+", "possible only: SSN agrees, but name differs; it is more than one person or a record "
                                 "in error, and only the owners can find out which"),
        (NOT_SAME, "name+ birth-date-", "not the same person: birth date differs, though name agrees"),
        (NOT_SAME, "name- birth-date-", "not the same person: name and birth date differ"),
        (NOT_SAME, "name+", "not taken for the person: what agrees is too weak"),
    ],
)  # fmt: skip
def test_the_finding_follows_from_the_verdicts(verdict: str, compared: str, sentence: str) -> None:
    """A sentence for each kind of outcome, from agree, disagree and missing alone."""
    words = {"+": "agree", "-": "disagree", "0": "missing"}
    assert tell_finding(verdict, [(one[:-1], words[one[-1]]) for one in compared.split()]) == sentence


def test_every_field_has_a_word() -> None:
    """Abbreviations stay abbreviations."""
    assert sentences.listed_words(("name", "birth-date", "fbi-number")) == "name, birth date and FBI number"
    assert sentences.listed_words(("a-number",)) == "A-number"
