"""The picture of sharing lists: groups, direct and third, what law says beside; against a literal count."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import WrongUseError
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.flow import SharingEdge, Teller
from comity.oversight.reach.beside import NO_LAW, LawBeside, shipped_ground
from comity.oversight.reach.hop import Ruling, Says
from comity.oversight.reach.outside_hops import MOST_SOURCES, listed_hops
from comity.oversight.reach.party import Party, members, read_group
from comity.oversight.reach.picture import Picture, picture_of

CALIFORNIA, OUTSIDE = read_group("state=CA"), read_group("state!=CA")
LISTED = date(2026, 4, 29)


def edge(owner: str, recipient: str, line: int = 2) -> SharingEdge:
    return SharingEdge(
        owner=owner, recipient=recipient, as_of=LISTED, teller=Teller.OWNER, file="list.csv", line=line
    )


def party(name: str, state: str, **traits: str | bool) -> Party:
    return Party(**{"id": name, "name": name, "state": state, "level": "local", **traits})  # type: ignore[arg-type]


def silent(giver: Party, taker: Party) -> Ruling:
    return NO_LAW


def picture(edges: list[tuple[str, str]], parties: list[Party]) -> Picture:
    hops = listed_hops((edge(*one) for one in edges), str)
    return picture_of(hops, {one.id: one for one in parties}, (CALIFORNIA, OUTSIDE), silent)


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from(("CA", "NV", "TX", "")), min_size=2, max_size=7),
    st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20),
)
def test_direct_and_third_are_those_of_a_literal_count(states: list[str], drawn: set[tuple[int, int]]) -> None:
    """For every owner: who is on its list, who only on the list of somebody on it, and who is come to in the end."""
    parties = [party(f"agency {at}", state) for at, state in enumerate(states)]
    pairs = {(a, b) for a, b in drawn if a != b and a < len(states) and b < len(states)}
    found = picture([(f"agency {a}", f"agency {b}") for a, b in sorted(pairs)], parties)
    rows = {row.owner.id: row for row in found.rows}
    for owner, state in enumerate(states):
        if state != "CA":
            assert f"agency {owner}" not in rows
            continue
        direct = {b for a, b in pairs if a == owner and states[b] not in ("CA", "")}
        thirds = {b for a, c in pairs if a == owner for x, b in pairs if x == c and states[b] not in ("CA", "")}
        ends = {owner}
        while more := {b for a, b in pairs if a in ends} - ends:
            ends |= more
        outside = {b for b in ends if states[b] not in ("CA", "")}
        row = rows.get(f"agency {owner}")
        if row is None:
            assert not outside
            continue
        assert {one.hop.taker for one in row.direct} == {f"agency {b}" for b in direct}
        assert {one.requester for one in row.through} == {f"agency {b}" for b in thirds - direct}
        assert row.in_the_end == len(outside)
        assert sum(count for _, count, _ in row.by_state) == len(direct)


def test_h9_a_third_that_shares_on_is_named_with_how_many_there_are() -> None:
    """H9: who is on nobody's list but a third's comes by the data all the same; three thirds are named, all are counted."""
    thirds = [f"third {at}" for at in range(5)]
    edges = [*(("owner", one) for one in thirds), *((one, "far") for one in thirds)]
    parties = [party("owner", "CA"), party("far", "TX"), *(party(one, "CA") for one in thirds)]
    found = picture(edges, parties)
    row = next(one for one in found.rows if one.owner.id == "owner")
    (through,) = row.through
    assert (row.direct, through.requester, through.thirds, len(through.some)) == ((), "far", 5, 3)


def test_h10_sharing_that_state_law_forbids_is_told_with_its_citation() -> None:
    """H10: a Californian list with an agency of another state, or a federal one, is forbidden by CA-17; within it is not."""
    wanted = Wanted(fields_named(load_vocabulary(), ("plate-read",), (), ""), held=True)
    law = LawBeside(shipped_ground, wanted, {}, date(2026, 11, 29))
    ours = party("Harrow Bay CA PD", "CA", kind="police")
    for other in (party("Quist TX PD", "TX"), party("Border Office", "US", level="federal")):
        ruling = law.judge(ours, other)
        assert ruling.says is Says.FORBIDS
        assert [(one.rule, one.citation, one.status) for one in ruling.rules] == [
            ("us-ca/CA-17", "Civ. Code 1798.90.5(f), 1798.90.55(b)", "verified")
        ]
    assert law.judge(ours, party("Alder CA SO", "CA", kind="sheriff")).says is Says.LEAVES_OPEN
    assert law.judge(ours, party("Mall Security", "CA", level="private")).says is Says.FORBIDS
    assert law.judge(party("Bird ID PD", "ID"), party("Quist TX PD", "TX")).says is Says.NONE_HERE
    assert law.judge(party("somebody", ""), ours).says is Says.NONE_HERE


def test_whose_state_is_not_known_is_counted_and_not_guessed() -> None:
    """An agency of which the state is not known is in neither group and is told as one that may be."""
    found = picture([("owner", "unknown")], [party("owner", "CA"), party("unknown", "")])
    assert found.rows == ()
    assert [one.id for one in found.unsure_requesters] == ["unknown"]


def test_closed_accounts_lead_nowhere() -> None:
    """An account that the list marks as closed or a test is neither an end nor a third, and is counted."""
    parties = [party("owner", "CA"), party("old", "CA", closed=True), party("far", "TX")]
    found = picture([("owner", "old"), ("old", "far")], parties)
    assert (found.rows, found.closed) == ((), 1)


def test_lines_about_one_pair_make_one_hop_with_its_sources() -> None:
    """Whoever says it and however often: one hop, the first lines named and the others counted."""
    hops = listed_hops((edge("a", "b", line) for line in range(2, 12)), str)
    (hop,) = hops
    assert hop.sources[0] == "list.csv, line 2, as of 2026-04-29"
    assert hop.sources[-1] == f"and {10 - MOST_SOURCES} more lines"
    assert listed_hops((edge("a", "A "),), lambda name: name.strip().lower()) == ()


@pytest.mark.parametrize(
    ("written", "has"),
    [
        ("state=CA", "CA"),
        ("state!=CA", "NV US"),
        ("state=CA,NV", "CA NV"),
        ("level=federal", "US"),
        ("state!=CA+level=local", "NV"),
        ("NV", "NV"),
    ],
)
def test_groups_are_what_they_say(written: str, has: str) -> None:
    """Tests joined by `+` must all hold; a plain word names one party; what is not known meets no test."""
    parties = [
        party("CA", "CA"),
        party("NV", "NV"),
        party("US", "US", level="federal"),
        party("none", "", level=""),
    ]
    of, _ = members(parties, read_group(written))
    assert " ".join(one.id for one in of) == has


@pytest.mark.parametrize(
    "written", ["town=Alder", "state=", "level=galactic", "state=CA,", "state=California", "kind=polce"]
)
def test_a_group_that_nobody_can_be_of_is_refused(written: str) -> None:
    """A trait, or a value that no agency can have, is a mistake, and no empty group."""
    with pytest.raises(WrongUseError, match=r"is no (group|level|state|kind)"):
        read_group(written)
