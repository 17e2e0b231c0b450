"""The door path and the change list, by themselves: every state has its word, and its name for those who do not see it."""

from __future__ import annotations

import pytest
from web_stage import Stage

from comity.model.delivery import RecallKind
from comity.model.forbidden_way import WayStep
from comity.model.outcome import Marker
from comity.oversight.reach.hop import Door, Known
from comity.web.render import pages_environment
from comity.web.words import LANGUAGES, words_of

NAMES = {"alder": "Alder Sheriff", "cedar": "Cedar Hollow"}


def draw(stage: Stage, source: str, language: str = "en", **values: object) -> str:
    made = pages_environment(stage.site.assets).from_string(source)
    return made.render(t=words_of(language), names=NAMES, **values)


def step(door: Door, known: Known = Known.LAW) -> WayStep:
    return WayStep(giver="alder", taker="cedar", door=door, authority="agreement A-12", known=known.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_way_tells_each_door_in_words_and_how_many_steps_it_has(stage: Stage, language: str) -> None:
    """Front, side and back differ by word and line; the drawing is for eyes alone; a forbidden way says so."""
    source = '{% import "parts/door_path.html" as door with context %}{{ door.path(hops, 1, 2, forbidden) }}'
    hops = tuple(step(door, known) for door, known in zip(Door, list(Known)[:3], strict=True))
    t = words_of(language)
    page = draw(stage, source, language, hops=hops, forbidden=True)
    assert f'aria-label="{t.many("path.way", 3, number=1, total=2, steps=3)}"' in page
    for name in ("front", "side", "back"):
        assert page.count(f"path__hop--{name}") == 1
        assert t(f"path.door.{name}") in page
    assert page.count('aria-hidden="true"') == 3
    assert page.count(t("path.forbidden")) == 1
    assert t("path.hop", giver="Alder Sheriff", taker="Cedar Hollow") in page
    assert t("path.forbidden") not in draw(stage, source, language, hops=hops[:1], forbidden=False)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_way_of_knowing_a_step_has_its_word(stage: Stage, language: str) -> None:
    """None of them is shown as a code, and none is missing."""
    source = '{% import "parts/door_path.html" as door with context %}{{ door.path(hops) }}'
    draw(stage, source, language, hops=tuple(step(Door.FRONT, known) for known in Known))


def test_a_change_is_told_opens_first_and_counts_agree_with_the_lists(stage: Stage) -> None:
    """What widens stands before what narrows, whatever comes first in the law."""
    source = '{% import "parts/change_list.html" as change with context %}{{ change.changes(opens, closes, 12) }}'
    line = {
        "who": "Cedar Hollow",
        "purposes": ("missing person",),
        "what": ({"name": "Custody", "fields": ("name", "birth date")},),
        "before": "withheld",
        "after": "given",
        "rules": ("alder/ALD-07",),
    }
    page = draw(stage, source, opens=(line, line), closes=(line,))
    assert page.index("Opens 2") < page.index("Closes 1") < page.index("Stays 12")
    assert page.count("OPENS") == 2
    assert page.count("CLOSES") == 1
    assert "alder/ALD-07" in page
    assert "CLOSES" not in draw(stage, source, opens=(), closes=())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [one for one in RecallKind if one is not RecallKind.WITHDRAWN])
def test_what_an_owner_changed_says_when_and_what_that_means(
    stage: Stage, language: str, kind: RecallKind
) -> None:
    """A correction and another outcome, one tap away; of a dispute the person's words stand, and nothing changed."""
    source = '{% import "parts/record.html" as record %}{{ record.labels(t, one, when) }}'
    marker = Marker(
        item_id="1", owner="alder", kind=kind, at_ms=5, statement="" if kind != "disputed" else "Not me."
    )
    one = {"item": {"labels": ()}, "markers": (marker,)}
    t = words_of(language)
    page = draw(stage, source, language, one=one, when=lambda ms: f"at {ms}")
    assert t(f"marker.{kind}") in page
    changed = kind is not RecallKind.DISPUTED
    assert (t("marker.changed", at="at 5") in page) == changed
    assert (t("marker.before") in page) == changed
    assert ("Not me." in page) != changed
    assert t("marker.before") not in draw(stage, source.replace(", when", ""), language, one=one)
