"""What is closed to immigration enforcement, by the engine, over the demonstration region's law."""

from __future__ import annotations

from functools import lru_cache

import pytest
from analyse_bodies import ANSWERED_ON, demo_grounds

from comity.demo.agencies import CA_SHERIFF, NY_DMV, directory_agencies
from comity.demo.laws import texts_for
from comity.law.analyse.ground import Given
from comity.law.analyse.reach import Wanted, fields_named, reach
from comity.law.analyse.texts import as_signed, listed_ground
from comity.law.atoms import ValueAtom
from comity.law.vocabulary import load_vocabulary
from comity.oversight.exposure.closed import LabelClosed, Outcome, closed_labels
from comity.oversight.reach.beside import ground_of_party
from comity.oversight.reach.party import Party

CLASSES = ("booking", "custody")


@lru_cache(maxsize=4)
def closed(owner: str, *classes: str) -> dict[str, LabelClosed]:
    return {one.label: one for one in closed_labels(demo_grounds()[owner], ANSWERED_ON, classes)}


def test_a_ground_is_proved_once() -> None:
    """Whoever asks for the statement next has the proof of the same law; a law that changed is another ground."""
    agency = next(one for one in directory_agencies() if one.id == CA_SHERIFF)
    texts = tuple(as_signed(text) for text, _ in texts_for(CA_SHERIFF))
    grounds = [
        listed_ground(these, agency, directory_agencies(), ANSWERED_ON) for these in (texts, texts, texts[:-1])
    ]
    assert grounds[0] is grounds[1]
    assert grounds[2] is not grounds[0]
    first = closed_labels(grounds[0], ANSWERED_ON, CLASSES)
    assert closed_labels(grounds[1], ANSWERED_ON, CLASSES) is first
    assert closed_labels(grounds[0], ANSWERED_ON, ("custody",)) is not first


def test_addresses_of_the_sheriff_are_closed_unless_public() -> None:
    """California's rule closes addresses but for what is public, and the statement names it with citation and status."""
    address = closed(CA_SHERIFF, *CLASSES)["address"]
    assert address.outcome is Outcome.UNLESS_PUBLIC
    assert [(rule.rule, rule.status) for rule in address.rules] == [("us-ca/CA-02", "verified")]
    assert closed(CA_SHERIFF, *CLASSES)["release-date"].outcome is Outcome.OPEN
    assert closed(CA_SHERIFF, *CLASSES)["photo"].outcome is Outcome.CLOSED


def test_an_owner_whose_agreement_gives_addresses_is_told_so() -> None:
    """New York's motor vehicles give a federal agency addresses on a judge's paper: that is open, never closed."""
    assert closed(NY_DMV, "dmv")["address"].outcome is Outcome.OPEN


@pytest.mark.parametrize("label", ["address", "identity", "photo", "location"])
def test_searches_made_once_find_what_each_finds_alone(label: str) -> None:
    """Labels share what was made of the law; each outcome is that of a question asked by itself."""
    purposes = frozenset(load_vocabulary().types["purpose"])
    immigration = frozenset({"civil-immigration", "immigration-entry-crime"})
    limit = (ValueAtom("query's purpose", immigration, purposes), True)
    wanted = Wanted(fields_named(load_vocabulary(), CLASSES, (), label), held=True)
    alone = reach(demo_grounds()[CA_SHERIFF], Given(limits=(limit,), today=ANSWERED_ON), wanted)
    told = closed(CA_SHERIFF, *CLASSES)[label].outcome
    assert (alone.verdict.name == "NONE") == (told is Outcome.CLOSED)


def test_a_state_without_a_pack_has_no_law_here() -> None:
    """Nothing is concluded from a law that nobody read."""
    assert ground_of_party(Party(id="a", name="A", state="WY")) is None
    assert ground_of_party(Party(id="a", name="A")) is None
    assert ground_of_party(Party(id="a", name="A", state="CA")) is not None


def test_labels_stand_in_the_order_of_the_vocabulary() -> None:
    """Two processes that compute a statement of one day tell the same sentences, to the letter."""
    found = list(closed(CA_SHERIFF, *CLASSES))
    assert found == [label for label in load_vocabulary().labels if label in found]
