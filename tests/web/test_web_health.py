"""D1: the page of health tells the fault and, beside it, what to do about it."""

from __future__ import annotations

import re

import pytest
from litestar.testing import TestClient
from web_stage import Stage, member_of

from comity.model.health import Health, HealthLine, HealthPart
from comity.node.health import ShowHealth
from comity.web.words import words_of

FAULT = "a sentence of the node's own"


def page_of(stage: Stage, lines: tuple[HealthLine, ...], language: str) -> str:
    """The page as the node's administrator has it."""
    stage.door.answers[ShowHealth] = lines
    with stage.browser() as browser:
        _enter(stage, browser, language)
        answer = browser.get("/admin/health")
        assert answer.status_code == 200, answer.text
        return answer.text


def _enter(stage: Stage, browser: TestClient, language: str) -> None:  # type: ignore[type-arg]
    token = stage.site.sessions.begin(member_of("node-administrator").id, "test", stage.clock.at_ms, language)
    browser.cookies.set("comity", token)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_part_that_is_not_good_has_its_fault_and_what_to_do(stage: Stage, language: str) -> None:
    """One column each, for every part there is; the node's own sentence is marked as English where the page is not."""
    lines = tuple(HealthLine(part=one, health=Health.STOPPED, says=FAULT) for one in HealthPart)
    page, t = page_of(stage, lines, language), words_of(language)
    cells = re.findall(rf'<td data-label="{t("health.what-to-do")}">(.*?)</td>', page)
    assert cells == [str(t(f"health.do.{one.value}")).replace("'", "&#39;") for one in HealthPart]
    marked = f'<span lang="en">{FAULT.replace(chr(39), "&#39;")}</span>'
    assert page.count(marked) == (len(HealthPart) if language == "es" else 0)
    assert FAULT not in "".join(cells)


def test_one_thing_is_told_as_one(stage: Stage) -> None:
    """The head counts what stops and what needs care, in words for one and for many."""
    stopped = HealthLine(part=HealthPart.LAW, health=Health.STOPPED, says=FAULT)
    care = HealthLine(part=HealthPart.FEED, health=Health.CARE, says=FAULT)
    for lines, said in (
        ((stopped, care), "NO: 1 thing stops releases, 1 needs care"),
        ((stopped, stopped, care, care), "NO: 2 things stop releases, 2 need care"),
        ((stopped,), "NO: 1 thing stops releases<"),
        ((care,), "YES, and 1 needs care"),
    ):
        assert said in page_of(stage, lines, "en")


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_not_used_is_not_told_as_good(stage: Stage, language: str) -> None:
    """A node without witnesses is well, and nobody reads that its witnesses are."""
    lines = (
        HealthLine(part=HealthPart.KEYS, health=Health.GOOD),
        HealthLine(part=HealthPart.WITNESSES, health=Health.UNUSED),
    )
    page, t = page_of(stage, lines, language), words_of(language)
    good, _, unused = page.partition(f"<h2>{t('health.is.unused')}</h2>")
    assert str(t("health.yes")) in good
    assert str(t("health.part.witnesses")) not in good
    assert f"{t('health.part.witnesses')}: " in unused
