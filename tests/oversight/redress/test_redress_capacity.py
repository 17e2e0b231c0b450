"""Who may ask for whom: nobody learns of a relative by their name, their number or their childhood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from redress_stage import DAY_MS, Desk
from region_stage import Stage

from comity.errors import PetitionRefusedError, WrongUseError
from comity.model.codes import IdentifierKind
from comity.model.petition import Capacity, Outcome, Seen
from comity.model.query import Identifier, IdentifierSubject, PersonSubject
from comity.oversight.redress.capacity import is_of_age
from comity.oversight.redress.read_petitions import SawInPerson, tell_in_person

NUMBER = Identifier(kind=IdentifierKind.DRIVER_LICENCE, value="WDL44D17703")


@given(st.dates(date(1930, 1, 1), date(2026, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_eighteen_is_the_eighteenth_birthday(born: date, today: date) -> None:
    """Property: somebody is of age from the day on which eighteen years are over."""
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    assert is_of_age(born.isoformat(), today) is (years >= 18)
    assert is_of_age(f"{born:%Y}", today) is None


def test_whoever_asks_for_themself_bears_the_name(own_stage: Stage) -> None:
    """A wife who asks for herself under her husband's name is told to say for whom she asks; a former name is a name."""
    desk = Desk(own_stage)
    hers = replace(desk.wanted().particulars, petitioner="Anna Miller")
    with pytest.raises(WrongUseError, match="bears the name they ask about"):
        desk.open(particulars=hers)
    formerly = replace(hers, subject=replace(desk.subject, other_names=("Anna Miller",)))
    assert desk.open(particulars=formerly).capacity is Capacity.SELF
    assert desk.open(particulars=hers, capacity=Capacity.GUARDIAN).capacity is Capacity.GUARDIAN


def test_a_relatives_number_that_was_only_written_down_finds_nothing(own_stage: Stage) -> None:
    """Somebody who gives another's licence number as theirs learns of no question about it, unless they showed it."""
    desk = Desk(own_stage)
    asked = own_stage.ask(own_stage.region.scene.detective_question, subject=IdentifierSubject(identifier=NUMBER))
    assert asked.sources
    who = PersonSubject(family="Miller", given="Anna", birth_date="1990-02-03", identifiers=(NUMBER,))
    unseen = desk.account(desk.identify(desk.open(who), (Seen.PASSPORT,)))
    assert desk.opened(unseen).rows == ()
    seen = desk.account(desk.identify(desk.open(who), (Seen.DRIVER_LICENCE,)))
    assert len(desk.opened(seen).rows) == 1
    guardian = desk.open(who, capacity=Capacity.GUARDIAN)
    desk.identify(guardian, (Seen.DRIVER_LICENCE, Seen.COURT_ORDER))
    assert desk.opened(desk.account(guardian)).rows == (), "the guardian's own licence shows no number of the ward"


def test_a_parent_hears_nothing_once_the_child_is_of_age(own_stage: Stage) -> None:
    """What was answered for a child of seventeen is not told to the parent after the eighteenth birthday."""
    desk = Desk(own_stage)
    child = PersonSubject(family="Small", given="Pia", birth_date="2008-11-25")
    petition = desk.open(child, capacity=Capacity.PARENT)
    papers = (Seen.PASSPORT, Seen.BIRTH_CERTIFICATE)
    desk.identify(petition, papers)
    desk.account(petition)
    desk.withhold(petition)
    desk.decide(petition)
    saw = SawInPerson(seen=papers, reason="came to the desk")
    with pytest.raises(PetitionRefusedError, match="as parent shows that too"):
        tell_in_person(desk.world, desk.custodian, petition.id, replace(saw, seen=(Seen.PASSPORT,)))
    assert tell_in_person(desk.world, desk.custodian, petition.id, saw).rows == ()
    own_stage.federation.advance(10 * DAY_MS)
    with pytest.raises(WrongUseError, match="under eighteen"):
        tell_in_person(desk.world, desk.custodian, petition.id, saw)


def test_a_guardian_shows_the_courts_order(own_stage: Stage) -> None:
    """No relative is a guardian by saying so: a court's order is looked at, and again when something is told."""
    desk = Desk(own_stage)
    petition = desk.open(capacity=Capacity.GUARDIAN)
    with pytest.raises(PetitionRefusedError, match="as guardian shows that too: one of court-order"):
        desk.identify(petition, (Seen.PASSPORT, Seen.BIRTH_CERTIFICATE))
    desk.identify(petition, shown=False)
    desk.decide(petition, Outcome.NOT_IDENTIFIED)
    assert desk.online(petition).rows == ()
