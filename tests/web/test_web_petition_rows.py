"""Look-ups about somebody, kept back for a time on their petition's pages, over two real nodes."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from desk_stage import Desk, desk_of
from oversight_stage import PRIVACY
from petition_stage import KEEPER, REASON, step, take_in
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.codes import DataClass


def looked_up(desk: Desk) -> dict[str, str]:
    """Somebody about whom the sheriff released a booking, as they would give themself at its desk."""
    for record in desk.region.records_of(CA_SHERIFF):
        person = record.people[0]
        if record.data_class is not DataClass.BOOKING or not person.values("birth-date"):
            continue
        (source,) = desk.ask_about(record).sources
        if source.answer is not None and source.answer.items:
            family, _, given = person.values("name")[0].partition(", ")
            year, month, day = person.values("birth-date")[0].split("-")
            names = {"family": family, "given": given, "petitioner": f"{given} {family}"}
            return {**names, "year": year, "month": month, "day": day}
    pytest.fail("nothing was released about anybody")


def test_a_look_up_is_kept_back_on_a_ground_and_for_a_time(
    region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With a ground and a last day; with half of them it is said what is missing. What is kept back is not told."""
    with desk_of(*region, tmp_path_factory.mktemp("look-ups")) as desk:
        address = take_in(desk, **looked_up(desk))
        step(desk, KEEPER, address, "identify", shown="yes", how="in-person", seen="passport")
        step(desk, KEEPER, address, "open-log")
        step(desk, PRIVACY, address, "open-log")
        path = f"{address}/step/withhold"
        with desk.browser(PRIVACY) as browser:
            page = browser.get(path).text
            assert "Cascade City Police Department" in page
            typed = {"form": form_value(page), "reason": REASON, "rows": "1"}
            assert "Choose the ground." in browser.post(path, data=typed).text
            ground = re.search(r'<option value="([a-z-]+)">[^<]*investigation', page)
            assert ground is not None
            typed["ground"] = ground[1]
            answer = browser.post(path, data={**typed, "until": "soon"})
            assert "Give the last day" in answer.text
            assert 'value="soon"' in answer.text
            assert 'value="1" checked' in answer.text
            day = (date.today() + timedelta(days=20)).isoformat()
            assert browser.post(path, data={**typed, "until": day}).headers["location"] == address
            assert "Kept back" in browser.get(address).text
        step(desk, KEEPER, address, "decide", outcome="answered")
        with desk.browser(KEEPER) as browser:
            tell = f"{address}/show/tell"
            form = {"form": form_value(browser.get(tell).text), "seen": "passport", "reason": REASON}
            told = browser.post(tell, data=form).text
            assert "Say this, face to face" in told
            assert "Cascade City" not in told
