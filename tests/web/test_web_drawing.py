"""The drawn map: every state once, shaded by the ramp, each number readable on its shade."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from comity.web.public.drawing import (
    FROM,
    HEIGHT,
    RAMP,
    WIDTH,
    county_shapes,
    draw_counties,
    draw_states,
    shade_of,
    state_shapes,
)

SVG = "{http://www.w3.org/2000/svg}"
STATES = sorted(state_shapes())


def test_every_state_is_drawn_as_closed_rings() -> None:
    """Fifty states and the District at least, each ring ending where it began, so that lines were joined right."""
    shapes = state_shapes()
    assert len(shapes) >= 51
    for rings in shapes.values():
        for ring in rings:
            assert ring[0] == ring[-1]
            assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) < 200 for a, b in pairwise(ring))


@given(st.dictionaries(st.sampled_from(STATES), st.integers(0, 10_000)))
def test_numbers_stand_in_their_states_and_shades_follow_them(flows: dict[str, int]) -> None:
    """As many figures as states with flows, the same numbers; a state without one is white."""
    tree = ElementTree.fromstring(draw_states(flows))
    written = [one.text for one in tree.iter(f"{SVG}text")]
    assert sorted(written) == sorted(f"{number:,}" for number in flows.values() if number)
    fills = [one.get("fill") for one in tree.iter(f"{SVG}path")]
    assert fills == [
        RAMP[shade_of(flows[code])] if flows.get(code) else "#ffffff" for code in sorted(state_shapes())
    ]


@given(st.sampled_from([code for code in STATES if code < "57"]), st.data())
def test_a_states_counties_are_drawn_alone_and_fill_the_drawing(state: str, data: st.DataObject) -> None:
    """Each of them once, by codes that begin with the state's; lines were joined right, and numbers stand in theirs."""
    shapes = county_shapes(state)
    assert shapes
    assert all(code.startswith(state) and len(code) == 5 and one.name for code, one in shapes.items())
    points = [point for one in shapes.values() for ring in one.rings for point in ring]
    left, right, top, bottom = (far(point[axis] for point in points) for axis in (0, 1) for far in (min, max))
    assert (left, top) == (0, 0)
    assert right <= WIDTH
    assert bottom <= HEIGHT
    assert right == WIDTH or bottom == HEIGHT
    assert all(ring[0] == ring[-1] for one in shapes.values() for ring in one.rings)
    flows = data.draw(st.dictionaries(st.sampled_from(sorted(shapes)), st.integers(1, 200), max_size=5))
    tree = ElementTree.fromstring(draw_counties(state, flows))
    assert len(list(tree.iter(f"{SVG}path"))) == len(shapes)
    assert sorted(one.text for one in tree.iter(f"{SVG}text")) == sorted(f"{one:,}" for one in flows.values())


def test_a_code_that_is_no_states_draws_nothing() -> None:
    """Neither a county's nor a word."""
    assert county_shapes("99") == {}
    assert county_shapes("XX") == {}


def test_shades_begin_where_the_page_says() -> None:
    """The words beside the map and its shades are the same steps."""
    assert [shade_of(least) for least in FROM] == list(range(len(RAMP)))
    assert [shade_of(least - 1) for least in FROM[1:]] == list(range(len(RAMP) - 1))
