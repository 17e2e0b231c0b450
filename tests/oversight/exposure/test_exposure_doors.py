"""Doors of an exposure statement over small random federations, against a count made apart from it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.oversight.exposure.doors import Doors, doors_of
from comity.oversight.reach.hop import DOOR_OF, By, Door, Hop, Known
from comity.oversight.reach.lay import Passing

AGENCIES = ("alder", "birch", "cedar", "dogwood", "elm", "fir")
KINDS = (By.AGREEMENT, By.LIST, By.ACCOUNT, By.COPY)


@st.composite
def hops(draw: st.DrawFn) -> tuple[Hop, ...]:
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(AGENCIES), st.sampled_from(AGENCIES), st.sampled_from(KINDS)),
            max_size=12,
            unique=True,
        )
    )
    return tuple(
        Hop(giver=giver, taker=taker, by=by, known=Known.LISTED, authority=f"{giver} to {taker} by {by}")
        for giver, taker, by in drawn
        if giver != taker
    )


def always(_: Passing) -> bool:
    return True


@given(hops())
@settings(max_examples=100)
def test_h9_every_agency_is_counted_once_by_its_nearest_door(found: tuple[Hop, ...]) -> None:
    """H9: own steps first, the front door before the others; then one step further, back unless neither is."""
    doors = doors_of(found, "alder", always)
    told = {one.agency: one.door for one in doors.comers}
    assert len(told) == len(doors.comers)
    own: dict[str, set[Door]] = {}
    for hop in found:
        if hop.giver == "alder":
            own.setdefault(hop.taker, set()).add(DOOR_OF[hop.by])
    expected = {agency: nearest(kinds) for agency, kinds in own.items()}
    further: dict[str, set[Door]] = {}
    for first in found:
        for second in found:
            if first.giver == "alder" and second.giver == first.taker and second.taker not in {"alder", *own}:
                back = Door.BACK in (DOOR_OF[first.by], DOOR_OF[second.by]) or DOOR_OF[second.by] is Door.FRONT
                further.setdefault(second.taker, set()).add(Door.BACK if back else Door.SIDE)
    assert told == expected | {agency: nearest(kinds) for agency, kinds in further.items()}
    assert doors.in_the_end == len(closure(found))


def nearest(kinds: set[Door]) -> Door:
    return next(door for door in (Door.FRONT, Door.SIDE, Door.BACK) if door in kinds)


def closure(found: tuple[Hop, ...]) -> set[str]:
    reached = {"alder"}
    for _ in AGENCIES:
        reached |= {hop.taker for hop in found if hop.giver in reached}
    return reached - {"alder"}


def test_whom_somebody_has_it_from_is_told() -> None:
    """Two ways to one agency: both givers are named, once each."""
    found = tuple(
        Hop(giver=giver, taker=taker, by=By.LIST, known=Known.LISTED, authority="list")
        for giver, taker in (("alder", "birch"), ("alder", "cedar"), ("birch", "elm"), ("cedar", "elm"))
    )
    doors: Doors = doors_of(found, "alder", always)
    (elm,) = doors.by(Door.BACK)
    assert (elm.agency, elm.givers, len(elm.hops)) == ("elm", ("birch", "cedar"), 2)
    assert [one.givers for one in doors.by(Door.FRONT)] == [(), ()]


def test_a_hop_that_law_closes_is_no_door() -> None:
    """What the law of the giver does not let pass is asked about, and is on no way."""
    hop = Hop(giver="alder", taker="birch", by=By.AGREEMENT, known=Known.LAW, authority="agreement")
    assert doors_of((hop,), "alder", lambda passing: False).comers == ()
    assert len(doors_of((hop,), "alder", always).comers) == 1
