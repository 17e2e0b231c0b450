"""Public pages of a served node: the same for everybody, computed as the command line computes them, no member in them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import shutil
import socket
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from sorted_pages import NUMBER, WORD, get, key_of, rows_of, sorts_by
from web_stage import DEMONSTRATION, Stage, make_stage

sys.path.insert(0, str(Path(__file__).parents[1] / "node"))
sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))

from cli_stage import call
from serving import serving

from comity.errors import ClosedError
from comity.law.calendar import local_time
from comity.ledger.directory import LogDirectory
from comity.ledger.receipt_file import write_receipt_file
from comity.ledger.verify import prove
from comity.model.disclosure import Receipt
from comity.model.refused import tell_refused
from comity.model.report import Figure
from comity.node.local import LocalRequest, Progress
from comity.oversight.map.month import month_of_day
from comity.oversight.reports.suppress import SMALL
from comity.settings import SETTINGS_FILE, read_members, read_settings, write_noun
from comity.web.door import Door, untold
from comity.web.pages.public_counts import SHOWN
from comity.web.pages.public_map import counties_of, elsewhere_of
from comity.web.public.published import months_now
from comity.web.sorting import by_name
from one_region import one_region

ORI = "WA0179900"
PAGES = (
    "/",
    f"/public/agencies/{ORI}",
    f"/public/agencies/{ORI}.json",
    f"/public/agencies/{ORI}.csv",
    "/public/agreements",
    "/public/counts",
    "/public/whole-counts/csv",
    "/public/whole-counts/json",
    "/public/map",
    "/public/whole-map/csv",
    "/public/whole-map/json",
    "/public/whole-map/svg",
    "/my-record",
    "/verify",
)
DRAWN = tuple(one for one in PAGES if not one.endswith(("json", "csv", "svg")))


@dataclass(frozen=True)
class Served:
    """A node that is served, and its pages."""

    stage: Stage
    folder: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The police of Washington with four hundred people, served."""
    home = tmp_path_factory.mktemp("public")
    folder = Path(shutil.copytree(dict(one_region().nodes)["wa-node"], home / "wa-node"))
    settings = read_settings(folder)
    with socket.socket() as free:
        free.bind((settings.host, 0))
        write_noun(folder / SETTINGS_FILE, msgspec.structs.replace(settings, port=free.getsockname()[1]))
    stage = make_stage(home / "unserved", DEMONSTRATION)
    stage.clock.at_ms = int(time.time() * 1000)  # the node's own clock is the machine's
    stage = replace(stage, site=replace(stage.site, folder=folder, door=Door(folder)))
    with serving(folder):
        yield Served(stage, folder)


class AwayDoor(Door):
    """The way to a node that does not serve, from pages that do."""

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """Nothing."""
        raise ClosedError(tell_refused("node.not-served"))


def main_of(page: str) -> str:
    """What a page says between its head and its foot."""
    return page.split("<main", 1)[1].split("</main>", 1)[0]


def test_public_pages_name_no_member_and_are_the_same_for_everybody(served: Served) -> None:
    """Without sign-in and with it the same stands there; nothing of it is a member's name or id."""
    members = read_members(served.folder)
    with served.stage.browser() as browser:
        first = {path: browser.get(path) for path in PAGES}
        token = served.stage.site.sessions.begin(members[0].id, "test", served.stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        again = {path: browser.get(path) for path in PAGES}
    for path in PAGES:
        assert first[path].status_code == 200, path
        assert first[path].headers["cache-control"] == "public, max-age=300", path
        assert again[path].headers["cache-control"] == "no-store", path
        for member in members:
            assert member.name not in first[path].text
            assert member.id not in first[path].text
        if path in DRAWN:
            csrf = re.compile(r'<input type="hidden" name="form" value="[^"]+">')
            assert csrf.sub("", main_of(again[path].text)).split() == main_of(first[path].text).split()
        else:
            assert again[path].content == first[path].content


def test_the_statement_is_what_the_command_line_computes(served: Served) -> None:
    """P2: the doors, what is closed and by which rules are those of `comity oversight flow exposure` at this node."""
    with served.stage.browser() as browser:
        page = json.loads(browser.get(f"/public/agencies/{ORI}.json").content)
        english = browser.get(f"/public/agencies/{ORI}").text
        spanish = browser.get(f"/public/agencies/{ORI}?language=es").text
    told = call("oversight", "flow", "exposure", "wa-police", "--node", served.folder, "--json").json
    days = {
        "day",
        "month",
        "changes",
        "used",
        "sentences",
    }  # of the owner's own day, which is not this machine's at night
    assert {name: page[name] for name in page.keys() - days} == {name: told[name] for name in told.keys() - days}
    assert page["doors"]
    for sentence in page["sentences"]:
        assert sentence.replace("'", "&#39;") in english
    assert "Quién puede ver qué sobre las personas de aquí" in spanish
    assert "Puerta principal" in spanish


def test_every_figure_of_the_statement_leads_to_its_list(served: Served) -> None:
    """Each door's number is that of the lines below it, and an address on the page leads there."""
    with served.stage.browser() as browser:
        text = browser.get(f"/public/agencies/{ORI}").text
    doors = re.findall(r'<a href="#(part-\d+)">[^<]*door: (\d+)</a>', text)
    assert len(doors) == 3
    for link, number in doors:
        section = text.split(f'<section id="{link}"', 1)[1].split("</section>", 1)[0]
        assert section.count("<tr>") == (int(number) + 1 if int(number) else 0)  # and the head
    assert f"/public/counts?agency={ORI}&amp;month=" in text or "was not read" in text


def test_a_statement_is_computed_once_for_all_its_readers(served: Served) -> None:
    """Readers cost the node nothing: a second one is answered although the node is asked nothing more."""
    with served.stage.browser() as browser:
        first = browser.get(f"/public/agencies/{ORI}").text
        away = replace(served.stage, site=replace(served.stage.site, door=AwayDoor(served.folder)))
        with away.browser() as other:
            assert other.get(f"/public/agencies/{ORI}").text == first
            away.clock.later(11)
            assert other.get(f"/public/agencies/{ORI}").status_code == 503
            away.clock.later(-11)


def test_an_agency_held_elsewhere_and_one_that_is_none_read_the_same(served: Served) -> None:
    """A node tells of what it holds; of others it has no statement, no register and no counts."""
    with served.stage.browser() as browser:
        for ori in ("CA0990000", "nobody", f"{ORI}.xml"):
            assert browser.get(f"/public/agencies/{ori}").status_code == 404
        for path in ("/public/agreements", "/public/counts"):
            assert browser.get(f"{path}?agency=CA0990000").status_code == 404


def test_no_count_is_of_a_month_that_is_not_over(served: Served) -> None:
    """Whoever read a running count every hour would see when somebody asks."""
    now = month_of_day(local_time(served.stage.clock.at_ms, "America/Los_Angeles").date())
    with served.stage.browser() as browser:
        assert browser.get(f"/public/counts?month={now}").status_code == 404
        assert browser.get(f"/public/counts?month={now.back()}").status_code == 200
        for month in (now.back(-2), now.back(20), "never"):
            assert browser.get(f"/public/counts?month={month}").status_code == 404
            assert browser.get(f"/public/map?month={month}").status_code == 404


def test_the_months_of_the_map_are_those_of_the_first_agency(served: Served) -> None:
    """In the evening of November's last day in Washington it is December in Greenwich; the map offers no December."""
    call: Any = SimpleNamespace(
        site=served.stage.site, now_ms=int(datetime(2026, 12, 1, 3, tzinfo=UTC).timestamp() * 1000)
    )
    assert str(months_now(call)[0]) == "2026-11"


def test_the_register_has_every_agreement_in_force(served: Served) -> None:
    """Each with its parties, days and use; no word of its papers or of who signed."""
    told = call("oversight", "register", "--node", served.folder, "--agency", "wa-police", "--json").json
    with served.stage.browser() as browser:
        text = browser.get(f"/public/agreements?agency={ORI}").text
    assert text.count("<dd>Cannot be proved.</dd>") == len(told["agreements"])  # the log began after the quarter
    assert text.count("Of the days before nothing can be proved.") == 1
    assert told["agreements"]
    assert text.count('<section class="agreement"') == len(told["agreements"])
    for one in told["agreements"]:
        assert one["hash"] in text


def test_the_map_tells_its_rows_and_the_choice_narrows_them(served: Served) -> None:
    """P1: as many lines as flows; those of a state or a kind alone where one is chosen; nothing of running use."""
    with served.stage.browser() as browser:
        value = json.loads(browser.get("/public/whole-map/json").content)
        whole, some = browser.get("/public/map").text, browser.get("/public/map?state=NY").text
        drawn = browser.get("/public/whole-map/svg").text
    table = whole.split('id="table"', 1)[1].split("</section>", 1)[0]
    assert table.count("<tr>") == len(value["rows"]) + 1
    names = {one["id"]: one for one in value["places"]}
    new_york = [row for row in value["rows"] if "NY" in (names[row["from"]]["state"], names[row["to"]]["state"])]
    assert some.split('id="table"', 1)[1].split("</section>", 1)[0].count("<tr>") == len(new_york) + 1
    assert 0 < len(new_york) < len(value["rows"])
    assert drawn.count("<text") == len({one["state_fips"] for one in value["places"]} - {None})
    assert value["use"] == []
    assert value["counts"]["asked"] is None


def test_the_map_sorts_over_all_its_flows_and_so_do_its_files(served: Served) -> None:
    """By every column, with the filters of its address; the files have the same order, and their own where none is asked."""
    with served.stage.browser() as browser:
        whole = browser.get("/public/whole-map/json").json()
        names = {one["id"]: one["name"] for one in whole["places"]}
        for code, place in (("to", 1), ("what", 2), ("for", 3), ("source", 6)):
            sorts_by(browser, "/public/map?language=en", code, (place, WORD))
        sorts_by(browser, "/public/map?state=CA&language=en", "for", (3, WORD))
        for way in ("", "-"):
            page = get(browser, f"/public/map?sort={way}to")
            shown = [html.unescape(re.sub("<[^>]+>", "", row[1])) for row in rows_of(page)]
            rows = browser.get(f"/public/whole-map/json?sort={way}to").json()["rows"]
            sheet = list(csv.DictReader(io.StringIO(browser.get(f"/public/whole-map/csv?sort={way}to").text)))
            assert [names[one["to"]] for one in rows] == shown
            assert [one["to"] for one in sheet[: len(rows)]] == shown
            assert f"/public/whole-map/csv?month={whole['month']}&amp;sort={way}to" in page
        plain = browser.get("/public/whole-map/csv").text
        assert sorted(plain.splitlines()) == sorted(
            browser.get("/public/whole-map/csv?sort=-to").text.splitlines()
        )
        assert browser.get("/public/whole-map/json?sort=fit").status_code == 404


def test_caches_keep_an_order_by_its_address_and_none_that_is_no_order(served: Served) -> None:
    """Anybody's cache may have each; what is made up is kept nowhere, and the node computes nothing anew for an order."""
    with served.stage.browser() as browser:
        for path, code in (("/public/map", "-to"), ("/public/agreements", "until"), ("/public/counts", "")):
            asked = f"{path}?sort={code}" if code else f"{path}?sort-requests=-number"
            assert browser.get(path).status_code == 200
            before = dict(served.stage.site.public._kept)
            answer = browser.get(asked)
            assert answer.headers["cache-control"] == "public, max-age=300"
            assert answer.text != browser.get(path).text or "sort" not in answer.text
            wrong = browser.get(asked.partition("=")[0] + "=made-up")
            assert (wrong.status_code, wrong.headers["cache-control"]) == (404, "no-store")
            assert dict(served.stage.site.public._kept) == before


def test_the_register_sorts(served: Served) -> None:
    """By name, days and use, as a list of links, for a register has no headings."""
    with served.stage.browser() as browser:
        page = get(browser, "/public/agreements")
        titles = re.findall(r'<h2 id="agreement-\d+-head">(.*?)</h2>', page)
        assert len(titles) > 1
        for way in ("", "-"):
            sorted_page = get(browser, f"/public/agreements?sort={way}title")
            found = re.findall(r'<h2 id="agreement-\d+-head">(.*?)</h2>', sorted_page)
            assert found == sorted(titles, key=by_name, reverse=way == "-")
        for code in ("title", "since", "until", "used"):
            assert f'href="?sort={code}#sort-by-{code}"' in page


def test_counts_sort_and_a_number_that_is_not_shown_tells_nothing_by_its_place(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each table by itself; the total stays last, and hidden numbers behind all others, in the order they had."""
    with served.stage.browser() as browser:
        get(browser, "/public/counts")
        kept = served.stage.site.public._kept
        key = next(one for one in kept if isinstance(one, tuple) and one[0] == "counts")
        at_ms, report = kept[key]
        figures = tuple(
            Figure(key=word, values=(word,), number=number, said="" if number is not None else SMALL)
            for word, number in (
                ("custody", None),
                ("missing-person", 900),
                ("licensing", None),
                ("emergency-life", 1_100),
            )
        )
        tables = tuple(
            msgspec.structs.replace(
                one,
                figures=figures if one.id == "people" else (),
                total=Figure(key=one.id, values=(), number=2_000),
                unproved="",
            )
            for one in report.tables
        )
        monkeypatch.setitem(kept, key, (at_ms, msgspec.structs.replace(report, tables=tables)))
        place = [one.id for one in report.tables if one.id in SHOWN].index("people")
        shown = {way: rows_of(get(browser, f"/public/counts?sort-people={way}number"), place) for way in ("", "-")}
        up, down = ([key_of(row[1], NUMBER) for row in rows[:2]] for rows in shown.values())
        assert (up, down) == ([900, 1_100], [1_100, 900])
        assert shown[""][2:] == shown["-"][2:]
        assert "Total" in shown[""][-1][0]
        assert '<input type="hidden" name="sort-people" value="-number">' in get(
            browser, "/public/counts?sort-people=-number"
        )


def test_a_chosen_state_is_drawn_by_its_counties(served: Served) -> None:
    """P1: all of them, as a picture and a list; whoever is of no county stands below; another word is no map."""
    with served.stage.browser() as browser:
        page = browser.get("/public/map?state=WA").text
        without = browser.get("/public/map?state=NY").text
        drawn = browser.get("/public/whole-map/svg?state=WA").text
        assert browser.get("/public/whole-map/svg?state=nowhere").status_code == 404
    assert "svg?month=" in page
    assert "&amp;state=WA" in page
    assert drawn.count("<path") == 39  # of Washington
    listed, _, below = page.partition("Agencies of this state that say no county")
    assert re.search(r"King[^0-9]*[1-9]", listed.partition("Counties of this state")[2] or listed)
    assert "Cascade City Police" not in below.partition("</ul>")[0]
    assert "No agency with a flow says which county" not in page
    assert "New York Motor Vehicle" in without.partition("Agencies of this state that say no county")[2]
    assert "No agency with a flow says which county of this state it is of." in without


def test_flows_are_counted_in_the_counties_that_the_directory_says() -> None:
    """Each once a county, also where both ends are of it; an agency of another state is in no list of this one."""
    king = {"name": "A", "state": "WA", "state_fips": "53", "county_fips": "53033"}
    places = {"a": king, "b": {**king, "name": "B"}, "c": {**king, "name": "C", "county_fips": None}}
    places["d"] = {"name": "D", "state": "OR", "state_fips": "41", "county_fips": None}
    rows = [{"from": "a", "to": "b"}, {"from": "a", "to": "c"}, {"from": "d", "to": "c"}]
    assert counties_of(rows, places, "WA") == [("King", 2)]
    assert elsewhere_of(rows, places, "WA") == [("C", 2)]
    assert counties_of(rows, places, "") == elsewhere_of(rows, places, "") == []


def receipt_of(folder: Path, index: int) -> str:
    """The file of a receipt for an entry of a node's published log."""
    proof = prove(folder / "log", index)
    size = int(LogDirectory(folder / "log").checkpoint().split("\n")[1])
    raw = LogDirectory(folder / "log").entry(index, size)
    receipt = Receipt(node="wa-node", entry=b64encode(raw).decode(), proof=proof, content_key="")
    return write_receipt_file(receipt)


def test_a_receipt_is_checked_pasted_or_as_a_file(served: Served) -> None:
    """I6: whoever holds one sees that it is proved, of which log, and what it does not prove."""
    text = receipt_of(served.folder, 2)
    with served.stage.browser() as browser:
        pasted = browser.post("/verify", data={"receipt": text.replace("\n", "\r\n")})
        given = browser.post("/verify", files={"file": ("receipt.txt", text.encode(), "text/plain")})
    assert "In the log, proof checked" in pasted.text
    assert "Entry 2 of" in pasted.text
    assert "It does not prove" in pasted.text
    assert "The entry says of no record that it left" in pasted.text  # law was switched on: no release
    assert "this release was written" not in pasted.text
    assert main_of(given.text) == main_of(pasted.text)
    assert pasted.headers["cache-control"] == "no-store"


def test_a_receipt_that_was_changed_fails(served: Served) -> None:
    """Another index, another entry, another node's name: none of them is said to be in the log."""
    text = receipt_of(served.folder, 2)
    other = receipt_of(served.folder, 3)
    swapped = text.split("\n\nentry ")[0] + "\n\nentry " + other.split("\n\nentry ")[1]
    with served.stage.browser() as browser:
        for changed in (text.replace("index 2", "index 3"), swapped):
            answer = browser.post("/verify", data={"receipt": changed})
            assert "Proof failed" in answer.text
            assert "proof checked" not in answer.text
            assert "records@wa-police.example" in answer.text
        stranger = browser.post("/verify", data={"receipt": text.replace("comity.log/wa-node", "comity.log/x")})
        assert "Not checked" in stranger.text


def test_what_keeps_a_public_page_away_is_told_to_the_administrator_alone(stage: Stage) -> None:
    """A reader without sign-in learns nothing of what is wrong inside; no page of it is kept by caches."""
    with stage.browser() as browser:
        answer = browser.get("/public/agencies/WA0990100?language=es")
    assert answer.status_code == 503
    assert answer.headers["cache-control"] == "no-store"
    assert "esta página no puede calcularse ahora; vuelva a cargarla más tarde" in answer.text
    assert 'lang="en"' not in main_of(answer.text)
    assert "node serve" not in answer.text
    assert any("node serve" in one for one in stage.told)


def test_another_language_keeps_what_was_chosen(stage: Stage) -> None:
    """Who chose an agency and a month goes on with them in the other language."""
    with stage.browser() as browser:
        text = browser.get("/my-record?agency=WA1&month=2026-10&language=es").text
    assert 'href="?agency=WA1&amp;month=2026-10&amp;language=en"' in text


@pytest.mark.parametrize("given", ["", "c2sp.org/tlog-proof@v1", "<script>alert(1)</script>", "x" * 40_000])
def test_what_is_no_receipt_is_said_beside_the_field(stage: Stage, given: str) -> None:
    """The form comes back with the fault and what was typed, as text."""
    with stage.browser() as browser:
        answer = browser.post("/verify", data={"receipt": given})
    assert answer.status_code == 422
    assert 'href="#receipt"' in answer.text
    assert "<script>" not in answer.text


def test_links_of_a_spanish_page_stay_in_spanish(stage: Stage) -> None:
    """Who reads Spanish without signing in goes on in Spanish, by the address alone."""
    with stage.browser() as browser:
        text = main_of(browser.get("/?language=es").text)
    links = re.findall(r'href="(/[^"]*)"', text)
    assert len(links) >= 6
    assert [one for one in links if not one.endswith("?language=es")] == []
