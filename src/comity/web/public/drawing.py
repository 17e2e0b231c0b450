"""The map of the states, or of one state's counties, as SVG, drawn here from us-atlas: shaded by how many flows their agencies
give or get.

The atlas is TopoJSON (topojson-specification 1.0): lines that two states share stand once, as steps from point to point; a
shape names its lines, backwards ones by the complement of their number. Its points are of an Albers projection already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from xml.sax.saxutils import escape

from comity.errors import SettingsError
from comity.web.assets import STATIC

STATES, COUNTIES = "maps/states-albers-10m.json", "maps/counties-albers-10m.json"
RAMP = ("#e8f5ff", "#a1d3ff", "#2491ff", "#005ea2", "#112f4e")  # screens.md, section 5: light to dark
FROM = (1, 3, 10, 30, 100)  # flows from which each shade counts
INK, WHITE, LINE, NONE = "#1b1b1b", "#ffffff", "#3d4551", "#ffffff"
LIGHT = 3  # shades under ink figures; the others have white ones
WIDTH, HEIGHT = 975, 610  # of the atlas
LETTERS = 20  # pixels of the atlas, so that a figure is read on a map as wide as a phone turned on its side

FINE = 1_000.0  # parts of a pixel, by which the edges of a state are found
MARGIN = 10  # pixels around a state drawn alone, for the lines of its border

Point = tuple[int, int]
Rings = tuple[tuple[Point, ...], ...]
View = tuple[
    float, float, float
]  # what of the atlas is at the left, at the top, and how many times larger it is drawn


@dataclass(frozen=True, slots=True)
class County:
    """A county's name and its rings, in pixels of a drawing of its state alone."""

    name: str
    rings: Rings


@cache
def state_shapes() -> Mapping[str, Rings]:
    """The rings of each state by its FIPS code, in whole pixels of the atlas. Raises SettingsError where it is not built."""
    return {code: rings for code, _, rings in _shapes(STATES, "states", "", (0.0, 0.0, 1.0))}


@lru_cache(maxsize=60)  # every state and territory of the atlas
def county_shapes(state: str) -> Mapping[str, County]:
    """The counties of a state (its FIPS code) by theirs, as large as the drawing lets; none for a code of no state."""
    fine = [ring for _, _, rings in _shapes(COUNTIES, "counties", state, (0.0, 0.0, FINE)) for ring in rings]
    if not fine:
        return {}
    across, down = ([point[axis] / FINE for ring in fine for point in ring] for axis in (0, 1))
    left, top = min(across), min(down)
    larger = min(WIDTH / (max(across) - left), HEIGHT / (max(down) - top))
    found = _shapes(COUNTIES, "counties", state, (left, top, larger))
    return {code: County(name, rings) for code, name, rings in found}


def draw_states(flows: Mapping[str, int]) -> str:
    """The map; `flows` are numbers by FIPS code, and a state without one is white. Every number stands in its state."""
    return _drawing(state_shapes(), flows, f"-58 12 {WIDTH + 58} {HEIGHT - 4}")


def draw_counties(state: str, flows: Mapping[str, int]) -> str:
    """One state's map, the same by counties."""
    shapes = {code: one.rings for code, one in county_shapes(state).items()}
    return _drawing(shapes, flows, f"{-MARGIN} {-MARGIN} {WIDTH + 2 * MARGIN} {HEIGHT + 2 * MARGIN}")


def _drawing(shapes: Mapping[str, Rings], flows: Mapping[str, int], box: str) -> str:
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">']
    for code, rings in sorted(shapes.items()):
        fill = RAMP[shade_of(flows[code])] if flows.get(code) else NONE
        path = "".join(f"M{'L'.join(f'{x} {y}' for x, y in ring)}Z" for ring in rings)
        lines.append(f'<path d="{path}" fill="{fill}" stroke="{LINE}"/>')
    for code, number in sorted(flows.items()):
        if number and code in shapes:
            x, y = _middle(shapes[code])
            ink = INK if shade_of(number) < LIGHT else WHITE
            lines.append(
                f'<text x="{x}" y="{y}" fill="{ink}" font-size="{LETTERS}" font-weight="700" text-anchor="middle" '
                f'dominant-baseline="central" font-family="sans-serif">{escape(f"{number:,}")}</text>'
            )
    return "\n".join((*lines, "</svg>\n"))


def shade_of(number: int) -> int:
    """Which shade of the ramp a number from one has."""
    return max(0, sum(1 for least in FROM if number >= least) - 1)


def _shapes(file: str, kind: str, state: str, view: View) -> list[tuple[str, str, Rings]]:
    """Code, name and rings of an atlas's shapes, of one state where it is named, seen from a view."""
    try:
        atlas = json.loads((STATIC / file).read_bytes())
    except OSError as error:
        raise SettingsError(
            "the map's shapes are not built; install the package again, or run `python hatch_build.py`"
        ) from error
    shapes = [one for one in atlas["objects"][kind]["geometries"] if one["id"].startswith(state)]
    used = {number if number >= 0 else ~number for one in shapes for ring in _rings(one) for number in ring}
    lines = {number: tuple(_points(atlas["arcs"][number], atlas["transform"], view)) for number in used}
    return [
        (one["id"], one["properties"]["name"], tuple(_ring(ring, lines) for ring in _rings(one))) for one in shapes
    ]


def _points(arc: Sequence[Sequence[int]], transform: Any, view: View) -> Iterator[Point]:
    left, top, larger = view
    x = y = 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        yield (
            round((x * transform["scale"][0] + transform["translate"][0] - left) * larger),
            round((y * transform["scale"][1] + transform["translate"][1] - top) * larger),
        )


def _rings(shape: Any) -> Iterator[Sequence[int]]:
    if shape["type"] == "Polygon":
        yield from shape["arcs"]
    else:
        for polygon in shape["arcs"]:
            yield from polygon


def _ring(numbers: Sequence[int], lines: Mapping[int, tuple[Point, ...]]) -> tuple[Point, ...]:
    """One ring from its lines; each begins where the one before ends. Points that fall together stand once."""
    points = [
        point
        for number in numbers
        for point in (lines[number] if number >= 0 else tuple(reversed(lines[~number])))
    ]
    return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])


def _middle(rings: Sequence[Sequence[Point]]) -> Point:
    """The middle of a shape's largest ring by its area (the centroid of a polygon)."""
    best, found = -1.0, (0, 0)
    for ring in rings:
        pairs = tuple(zip(ring, (*ring[1:], ring[0]), strict=True))
        twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
        if twice and abs(twice) > best:
            best = abs(twice)
            x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * twice)
            y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * twice)
            found = round(x), round(y)
    return found
