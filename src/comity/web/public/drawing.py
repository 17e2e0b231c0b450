"""The map of the states as SVG, drawn here from us-atlas: shaded by how many flows their agencies give or get.

The atlas is TopoJSON (topojson-specification 1.0): lines that two states share stand once, as steps from point to point; a
shape names its lines, backwards ones by the complement of their number. Its points are of an Albers projection already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from comity.errors import SettingsError
from comity.web.assets import STATIC

ATLAS = "maps/states-albers-10m.json"
RAMP = ("#e8f5ff", "#a1d3ff", "#2491ff", "#005ea2", "#112f4e")  # screens.md, section 5: light to dark
FROM = (1, 3, 10, 30, 100)  # flows from which each shade counts
INK, WHITE, LINE, NONE = "#1b1b1b", "#ffffff", "#3d4551", "#ffffff"
LIGHT = 3  # shades under ink figures; the others have white ones
WIDTH, HEIGHT = 975, 610  # of the atlas
LETTERS = 20  # pixels of the atlas, so that a figure is read on a map as wide as a phone turned on its side

Point = tuple[int, int]


@cache
def state_shapes() -> Mapping[str, tuple[tuple[Point, ...], ...]]:
    """The rings of each state by its FIPS code, in whole pixels of the atlas. Raises SettingsError where it is not built."""
    try:
        atlas = json.loads((STATIC / ATLAS).read_bytes())
    except OSError as error:
        raise SettingsError(
            "the map's shapes are not built; install the package again, or run `python hatch_build.py`"
        ) from error
    lines = [tuple(_points(arc, atlas["transform"])) for arc in atlas["arcs"]]
    return {
        one["id"]: tuple(_ring(numbers, lines) for numbers in _rings(one))
        for one in atlas["objects"]["states"]["geometries"]
    }


def draw_states(flows: Mapping[str, int]) -> str:
    """The map; `flows` are numbers by FIPS code, and a state without one is white. Every number stands in its state."""
    shapes = state_shapes()
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-58 12 {WIDTH + 58} {HEIGHT - 4}">']
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


def _points(arc: Sequence[Sequence[int]], transform: Any) -> Iterator[Point]:
    x = y = 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        yield (
            round(x * transform["scale"][0] + transform["translate"][0]),
            round(y * transform["scale"][1] + transform["translate"][1]),
        )


def _rings(shape: Any) -> Iterator[Sequence[int]]:
    if shape["type"] == "Polygon":
        yield from shape["arcs"]
    else:
        for polygon in shape["arcs"]:
            yield from polygon


def _ring(numbers: Sequence[int], lines: Sequence[tuple[Point, ...]]) -> tuple[Point, ...]:
    """One ring from its lines; each begins where the one before ends. Points that fall together stand once."""
    points = [
        point
        for number in numbers
        for point in (lines[number] if number >= 0 else tuple(reversed(lines[~number])))
    ]
    return tuple(point for at, point in enumerate(points) if at == 0 or point != points[at - 1])


def _middle(rings: Sequence[Sequence[Point]]) -> Point:
    """The middle of a state's largest ring by its area (the centroid of a polygon)."""
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
