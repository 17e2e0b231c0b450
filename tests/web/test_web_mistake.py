"""I5 and C8: a mistake is reported from the record's page, and is a row with a clock on its owner's desk."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from browser import Window, browsing, window
from desk_stage import Desk, desk_of, served
from playwright.sync_api import Browser
from served_pages import served_pages
from web_stage import HandClock, Stage, form_value, make_site

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.answer import Item
from comity.model.codes import DataClass
from comity.model.mistake import Mistake
from comity.node.hit_requests import ListMistakes
from comity.web.pages import mistake as mistake_page
from comity.web.words import words_of

T = words_of("en")
KEEPER, DETECTIVE, OTHER = "ca-sheriff-custodian", "wa-police-detective", "wa-police-sergeant"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser, before anything is served for it."""
    with browsing() as found:
        yield found


@pytest.fixture(scope="module")
def desk(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """The sheriff's pages, and the department's folder."""
    with desk_of(*region, tmp_path_factory.mktemp("mistake")) as made:
        yield made


def reported(desk: Desk) -> tuple[Mistake, ...]:
    found: tuple[Mistake, ...] = desk.stage.site.door.ask(ListMistakes(member=KEEPER), tuple[Mistake, ...])
    return found


def test_a_mistake_is_reported_from_the_answer_and_looked_at_by_its_owner(chromium: Browser, desk: Desk) -> None:
    """Chosen, sent, told; a row with its time on the owner's desk, which leads to the duty; done, it is no row any more."""
    record = next(
        one
        for one in desk.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.WARRANT and len(one.people) == 1 and one.people[0].values("birth-date")
        and not one.state.sealed
    )  # fmt: skip
    outcome = desk.ask_about(record)
    (source,) = outcome.sources
    assert source.answer is not None
    item = source.answer.items[0]
    address = f"/questions/{outcome.query_id}/items/{item.item_id}/mistake"
    with served(desk.asker):
        theirs = make_site(desk.asker, HandClock(int(time.time() * 1000)))
        _report(theirs, address)
        _names_what_was_read_in_full(theirs, address, item)
        with served_pages(desk.asker) as site, window(chromium, site) as at:
            _look(at, address)
        until = time.monotonic() + 60
        while not reported(desk):
            assert time.monotonic() < until, "nothing was brought"
            time.sleep(0.1)
    (mistake,) = reported(desk)
    assert (mistake.fields, mistake.reference) == (("birth-date",), record.reference)
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/recalls").text
        assert T("mistake.kind.other-person") in page
        assert record.reference in page
        assert f'href="/desk/duties/{mistake.duty}"' in page
        form = form_value(browser.get(f"/desk/duties/{mistake.duty}").text)
        sent = browser.post(
            f"/desk/duties/{mistake.duty}", data={"form": form, "evidence": "compared with the court's file"}
        )
        assert sent.status_code == 303
        assert T("mistake.kind.other-person") not in browser.get("/desk/recalls").text


def _look(at: Window, address: str) -> None:
    """The page in both languages, empty, at fault and when it was sent, by keyboard and as every page must be."""
    at.go("/sign-in")
    at.press(T("sign-in.post.detective", name=""), "/questions")
    for language in ("es", "en"):
        at.go(f"{address}?language={language}")
        at.look()
    at.press(T("mistake.report"), address)
    at.page.wait_for_selector("#problem")
    at.complaints[:] = [one for one in at.complaints if "422" not in one]
    at.look()
    at.choose("kind", T("mistake.kind.other-person"))
    at.tab_to("birth")
    at.page.keyboard.press("Space")
    at.press(T("mistake.report"), address)
    at.page.wait_for_selector(".usa-alert--success")
    at.look()


def _names_what_was_read_in_full(theirs: Stage, address: str, item: Item) -> None:
    """What the record shows in full can be named, what the law withholds cannot; and the page leads back to the record."""
    in_full = {one.field for one in item.withheld if one.rule == "comity/DETAIL"}
    assert in_full
    with theirs.browser() as browser:
        browser.cookies.set("comity", theirs.site.sessions.begin(DETECTIVE, "test", theirs.clock.at_ms, "en"))
        page = browser.get(address).text
        offered = set(re.findall(r'name="field" value="([^"]+)"', page))
        assert offered == in_full | {one.field for one in item.fields}
        record = address.removesuffix("/mistake")
        assert f'<form method="post" action="{record}"' in page
        data = {"form": form_value(page), "identified-by": "a photograph that was shown to the officer"}
        assert browser.post(record, data=data).status_code == 200
        many = {"form": form_value(page), "kind": "value-wrong", "field": sorted(offered)}
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(mistake_page, "MOST_FIELDS", len(offered) - 1)
            told = browser.post(address, data=many)
        assert told.status_code == 422
        assert T("mistake.too-many", most=len(offered) - 1) in told.text


def _report(theirs: Stage, address: str) -> None:
    with theirs.browser() as browser:
        browser.cookies.set("comity", theirs.site.sessions.begin(DETECTIVE, "test", theirs.clock.at_ms, "en"))
        page = browser.get(address).text
        assert T("mistake.kind.value-wrong") in page
        form = form_value(page)
        assert "<textarea" not in page, "nothing is written about a person"
        empty = browser.post(address, data={"form": form})
        assert empty.status_code == 422
        assert T("mistake.choose") in empty.text
        fields = {"form": form, "kind": "other-person", "field": ["birth-date", "no-such-field"]}
        done = browser.post(address, data=fields)
        assert done.status_code == 200
        assert "looks at it within ten working days" in done.text
        assert browser.get(address.replace("/items/", "/items/0")).status_code == 404
    with theirs.browser() as browser:
        browser.cookies.set("comity", theirs.site.sessions.begin(OTHER, "test", theirs.clock.at_ms, "en"))
        assert browser.get(address).status_code == 404, "somebody else's question"
