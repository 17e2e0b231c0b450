"""The drawn map: every state once, shaded by the ramp, each number readable on its shade."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from comity.web.public.drawing import FROM, RAMP, draw_states, shade_of, state_shapes

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


def test_shades_begin_where_the_page_says() -> None:
    """The words beside the map and its shades are the same steps."""
    assert [shade_of(least) for least in FROM] == list(range(len(RAMP)))
    assert [shade_of(least - 1) for least in FROM[1:]] == list(range(len(RAMP) - 1))
