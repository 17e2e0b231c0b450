"""The picture of a list: which agencies of one group can come by the data of which of another, directly or through a third.

Sets of agencies are bits of one number each, so that a list of tens of thousands of lines is joined in a second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from comity.oversight.reach.hop import Hop, Ruling, Says
from comity.oversight.reach.party import Group, Party, check_known, members

MOST_THIRDS = 3  # agencies named as the third between two; all are counted


@dataclass(frozen=True, slots=True)
class Direct:
    """One line between the groups, and what law of the giver says of it."""

    hop: Hop
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Through:
    """A requester that comes by the data through a third only: by how many, and some of them."""

    requester: str
    thirds: int
    some: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One owner: who of the requesters has its data directly, who through one third, and how many by any number of steps.

    `by_state` counts requesters by state: directly, and through a third only.
    """

    owner: Party
    direct: tuple[Direct, ...]
    through: tuple[Through, ...]
    in_the_end: int
    by_state: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The whole, owners by name. `unsure_owners` and `unsure_requesters` may belong to the groups: their traits are not known.

    `lines` is how many hops the lists hold, `parties` how many agencies, `closed` how many accounts are marked as closed.
    """

    owners: Group
    requesters: Group
    rows: tuple[Row, ...]
    owners_looked_at: int
    requesters_looked_at: int
    unsure_owners: tuple[Party, ...]
    unsure_requesters: tuple[Party, ...]
    lines: int
    parties: int
    closed: int

    @property
    def direct(self) -> tuple[Direct, ...]:
        return tuple(one for row in self.rows for one in row.direct)

    @property
    def forbidden(self) -> tuple[Direct, ...]:
        """Lines that the law of the giver forbids, as it stands in the packs here."""
        return tuple(one for one in self.direct if one.ruling.says is Says.FORBIDS)


Judge = Callable[[Party, Party], Ruling]


def picture_of(
    hops: Sequence[Hop], parties: Mapping[str, Party], groups: tuple[Group, Group], judge: Judge
) -> Picture:
    """The picture between two groups, owners first. O(owners * hops of an owner) words of as many bits as there are agencies.

    Somebody of both groups is not counted as coming by its own data. Closed accounts are neither end nor third. Raises
    WrongUseError for an agency that no list names.
    """
    for group in groups:
        check_known(parties.values(), group)
    owners, unsure_owners = members(parties.values(), groups[0])
    requesters, unsure_requesters = members(parties.values(), groups[1])
    lists = _Lists(hops, parties)
    mask = lists.mask(one.id for one in requesters)
    rows = (_row(owner, lists, mask, judge) for owner in sorted(owners, key=lambda one: (one.name, one.id)))
    return Picture(
        owners=groups[0],
        requesters=groups[1],
        rows=tuple(row for row in rows if row.direct or row.in_the_end),
        owners_looked_at=len(owners),
        requesters_looked_at=len(requesters),
        unsure_owners=unsure_owners,
        unsure_requesters=unsure_requesters,
        lines=len(hops),
        parties=len(parties),
        closed=sum(1 for party in parties.values() if party.closed),
    )


class _Lists:
    """Who shares with whom, as bits. Made once of all hops; nothing of it changes afterwards."""

    def __init__(self, hops: Sequence[Hop], parties: Mapping[str, Party]) -> None:
        self.parties = parties
        self.ids = tuple(parties)
        self.place = {name: bit for bit, name in enumerate(self.ids)}
        self.out = [0] * len(self.ids)
        self.hops: dict[tuple[str, str], Hop] = {}
        for hop in hops:
            if not parties[hop.giver].closed and not parties[hop.taker].closed:
                self.out[self.place[hop.giver]] |= 1 << self.place[hop.taker]
                self.hops.setdefault((hop.giver, hop.taker), hop)

    def mask(self, names: Iterable[str]) -> int:
        return sum(1 << self.place[name] for name in names)

    def bits(self, number: int) -> list[int]:
        """The places of the bits that are set, lowest first."""
        found = []
        while number:  # ends: each step takes a bit away
            low = number & -number
            found.append(low.bit_length() - 1)
            number ^= low
        return found

    def in_the_end(self, start: int) -> int:
        """Everybody who is come to from an agency by any number of hops."""
        seen, waiting = 1 << start, self.out[start]
        while more := waiting & ~seen:  # ends: somebody is added each time
            seen |= more
            waiting = 0
            for bit in self.bits(more):
                waiting |= self.out[bit]
        return seen


def _row(owner: Party, lists: _Lists, mask: int, judge: Judge) -> Row:
    place = lists.place[owner.id]
    wanted = mask & ~(1 << place)
    direct = lists.out[place] & wanted
    thirds: dict[int, list[int]] = {}
    for third in lists.bits(lists.out[place]):
        for bit in lists.bits(lists.out[third] & wanted & ~direct):
            thirds.setdefault(bit, []).append(third)
    told = tuple(
        Direct(lists.hops[owner.id, lists.ids[bit]], judge(owner, lists.parties[lists.ids[bit]]))
        for bit in lists.bits(direct)
    )
    through = tuple(
        Through(lists.ids[bit], len(found), tuple(lists.ids[one] for one in found[:MOST_THIRDS]))
        for bit, found in sorted(thirds.items())
    )
    in_the_end = (lists.in_the_end(place) & wanted).bit_count()
    return Row(owner, told, through, in_the_end, _by_state(lists, direct, thirds))


def _by_state(lists: _Lists, direct: int, thirds: Iterable[int]) -> tuple[tuple[str, int, int], ...]:
    counted: dict[str, list[int]] = {}
    for column, bits in ((0, lists.bits(direct)), (1, list(thirds))):
        for bit in bits:
            counted.setdefault(lists.parties[lists.ids[bit]].state, [0, 0])[column] += 1
    return tuple((state, *counts) for state, counts in sorted(counted.items()))  # type: ignore[misc]
