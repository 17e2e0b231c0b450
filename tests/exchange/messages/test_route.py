"""The way between two nodes follows from the directory, is the same in both directions, and has an end."""

from __future__ import annotations

import pytest
from directory_stage import first_version, node_of
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import NounError
from comity.exchange.messages.route import MOST_BROKERS, way
from comity.model.agency import Directory

NODES = ("a", "b", "c", "d", "e", "f")


def directory(vias: dict[str, str]) -> Directory:
    """Nodes of which some are reached through others; whoever is named carries."""
    base = node_of("ash")
    nodes = tuple(replace(base, id=name, broker=name in vias.values(), via=vias.get(name, "")) for name in NODES)
    return replace(first_version(), nodes=nodes)


@pytest.mark.parametrize(
    ("vias", "start", "end", "found"),
    [
        ({}, "a", "b", ()),
        ({"b": "c"}, "a", "b", ("c",)),
        ({"b": "c"}, "c", "b", ()),
        ({"a": "d", "b": "c"}, "a", "b", ("d", "c")),
        ({"a": "c", "b": "c"}, "a", "b", ("c",)),
        ({"b": "c", "c": "d"}, "a", "b", ("d", "c")),
        ({"b": "c", "c": "d"}, "d", "b", ("c",)),
        ({"a": "d", "b": "d"}, "a", "a", ()),
    ],
)
def test_the_way_climbs_and_comes_down(vias: dict[str, str], start: str, end: str, found: tuple[str, ...]) -> None:
    """By the brokers of the one end, then those of the other; they turn where they meet."""
    listed = directory(vias)
    assert way(listed, start, end) == found
    assert way(listed, end, start) == found[::-1]


def test_no_way_goes_through_more_than_the_limit() -> None:
    """Neither up one side, nor over both; a circle of brokers is no way, and who is not listed has none."""
    for vias, start, end in (
        ({"b": "c", "c": "d", "d": "e"}, "a", "b"),
        ({"a": "d", "b": "c", "c": "e"}, "a", "b"),
        ({"b": "c", "c": "d", "d": "c"}, "a", "b"),
        ({}, "a", "nobody"),
    ):
        with pytest.raises(NounError):
            way(directory(vias), start, end)


@given(st.dictionaries(st.sampled_from(NODES), st.sampled_from(NODES), max_size=4), st.permutations(NODES))
def test_any_directory_has_one_way_or_none(vias: dict[str, str], order: list[str]) -> None:
    """Whatever is listed: no broker twice, none of them an end, each a broker, the same backwards."""
    listed = directory({one: via for one, via in vias.items() if one != via})
    start, end = order[:2]
    try:
        found = way(listed, start, end)
    except NounError:
        return
    assert len(set(found)) == len(found) <= MOST_BROKERS
    assert not {start, end} & set(found)
    carrying = {node.id for node in listed.nodes if node.broker}
    assert set(found) <= carrying
    assert way(listed, end, start) == found[::-1]
