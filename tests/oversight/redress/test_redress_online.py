"""A petition asked by the page that is for anybody: the same petition as the desk takes in, and a bound on how many."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from redress_stage import DAY_MS, Desk
from region_stage import Stage

from comity.errors import ClosedError, PetitionRefusedError, WrongUseError
from comity.model.petition import Capacity, PetitionKind
from comity.oversight.redress.open_petition import HOUR_MS, MOST_AN_HOUR, MOST_WAITING, ask_online, open_petition
from comity.oversight.redress.read_petitions import look_up

ON_BOTH_ENGINES = True


def test_a_petition_asked_online_goes_the_same_way(own_stage: Stage) -> None:
    """Clocks and what stands online are those of one taken at the desk; papers are looked at before anything is found."""
    desk = Desk(own_stage)
    at_desk = open_petition(desk.world, desk.custodian, desk.wanted())
    online = ask_online(desk.world, desk.owner_id, desk.wanted())
    assert online.taken_by == desk.world.node
    assert replace(online, id=at_desk.id, taken_by=at_desk.taken_by) == at_desk
    one, other = (look_up(desk.world, desk.owner_id, each.id) for each in (at_desk, online))
    assert replace(other, reference=one.reference) == one
    with pytest.raises(PetitionRefusedError, match="nobody has said yet who asks"):
        desk.account(online)


@pytest.mark.parametrize("born", ["2100-01-01", "2100-01", "2100"])
def test_nobody_asks_about_somebody_who_is_not_born_yet(own_stage: Stage, born: str) -> None:
    """By the page, the desk and the API alike, in one sentence without the day; nothing is entered."""
    desk = Desk(own_stage)
    wanted = desk.wanted()
    assert wanted.particulars.subject is not None
    subject = replace(wanted.particulars.subject, birth_date=born)
    wanted = replace(wanted, particulars=replace(wanted.particulars, subject=subject))
    size = desk.world.journal.size()
    for ask in (
        lambda: ask_online(desk.world, desk.owner_id, wanted),
        lambda: open_petition(desk.world, desk.custodian, wanted),
    ):
        with pytest.raises(WrongUseError, match=r"^the birth date is in the future; correct it$"):
            ask()
    assert desk.world.journal.size() == size


@pytest.mark.parametrize("kind", [PetitionKind.PUBLIC_RECORDS, PetitionKind.COMPLAINT, PetitionKind.DEMAND])
def test_what_is_for_the_desk_is_not_asked_online(own_stage: Stage, kind: PetitionKind) -> None:
    """A subpoena is no form that anybody fills in."""
    desk = Desk(own_stage)
    wanted = desk.wanted(kind=kind, capacity=Capacity.ANYBODY)
    with pytest.raises(WrongUseError, match="ask the desk"):
        ask_online(desk.world, desk.owner_id, wanted)


def test_nobody_fills_the_desk(own_stage: Stage) -> None:
    """Sixty an hour, and no more while five hundred wait; the desk itself takes in whoever comes."""
    desk = Desk(own_stage)
    for _ in range(MOST_AN_HOUR):
        ask_online(desk.world, desk.owner_id, desk.wanted())
    with pytest.raises(ClosedError, match="ask at the desk, or tomorrow"):
        ask_online(desk.world, desk.owner_id, desk.wanted())
    open_petition(desk.world, desk.custodian, desk.wanted())
    taken = MOST_AN_HOUR
    while taken < MOST_WAITING:
        own_stage.federation.advance(HOUR_MS)
        for _ in range(min(MOST_AN_HOUR, MOST_WAITING - taken)):
            ask_online(desk.world, desk.owner_id, desk.wanted())
            taken += 1
    own_stage.federation.advance(DAY_MS)
    with pytest.raises(ClosedError, match="ask at the desk"):
        ask_online(desk.world, desk.owner_id, desk.wanted())
