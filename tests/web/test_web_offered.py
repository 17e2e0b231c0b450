"""C3 and C4: an agreement brought, what it opens, signed by two, switched on by a second person, kept; over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files

import pytest
from desk_stage import Desk, desk_of, send
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.node.sign_agreement import sidecar_of, sign_agreement

KEEPER, COUNSEL, HEAD = "ca-sheriff-custodian", "ca-sheriff-counsel", "ca-sheriff-sheriff"
NAME = "ACSO-CCPD-2027"
ADDRESS = f"/desk/agreements/{NAME}"
TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text().replace("ACSO-CCPD-2026", NAME)
TEXT = TEXT.replace(
    "federal-crime, task-force", "federal-crime, missing-person, task-force", 1
)  # what the other does not open


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages."""
    with desk_of(*region, tmp_path_factory.mktemp("offered")) as made:
        yield made


@pytest.fixture(scope="module")
def brought(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The agreement, signed by the other party at its own node, brought to this one by the custodian; its text."""
    path = tmp_path_factory.mktemp("text") / "new.agr"
    path.write_text(TEXT)
    for role in ("counsel", "agency-head"):
        sign_agreement(desk.asker, path, "wa-police", role)
    with desk.browser(KEEPER) as browser:
        given = {"file": ("new.agr", TEXT), "signatures": ("new.agr.sig", sidecar_of(path).read_text())}
        form = {"form": form_value(browser.get("/desk/offered").text)}
        answer = browser.post("/desk/offered", data=form, files=given)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{ADDRESS}/activate")
    return TEXT


def test_what_it_opens_is_told_first_and_what_stays_closed_is_proved(desk: Desk, brought: str) -> None:
    """Nothing is in force; each thing it opens is a line; who has signed and who is missing; no way to switch it on yet."""
    with desk.browser(KEEPER) as browser:
        assert NAME in browser.get("/desk/offered").text
        page = browser.get(f"{ADDRESS}/activate").text
        assert "NOT IN FORCE" in page
        assert page.index("Opens ") < page.index("Closes 0")
        assert page.count("<strong>OPENS</strong>") == int(re.findall(r"Opens (\d+) things", page)[0]) > 0
        assert "Proved for every question" in page
        assert (page.count("SIGNED"), page.count("MISSING")) == (2, 2)
        assert f"{ADDRESS}/switch-on" not in page
        assert f"{ADDRESS}/sign" not in page
        assert browser.get(f"{ADDRESS}/sign").status_code == 404
        assert browser.get(f"{ADDRESS}/switch-on").headers["location"] == f"{ADDRESS}/activate"
        assert browser.get("/desk/agreements/NO-SUCH/activate").status_code == 404
        assert browser.get(ADDRESS).status_code == 404
        text = browser.get(f"/desk/offered/{NAME}/file/text")
        assert text.text == brought
        assert browser.get(f"/desk/offered/{NAME}/file/other").status_code == 404
    with desk.browser("ca-sheriff-sergeant") as browser:
        assert browser.get(f"{ADDRESS}/activate").status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Give the text of one agreement"),
        ({"text": TEXT.replace("criminal-investigation", "criminal-investigaton")}, "Line "),
        ({"text": TEXT, "signatures": "{}"}, "no file of signatures over this text"),
    ],
)
def test_a_faulty_text_is_told_with_its_line_and_stays_as_it_was_typed(
    desk: Desk, given: dict[str, str], sentence: str
) -> None:
    """Nothing is kept of it at the node; the word that is not known is marked, and what helps stands beside it."""
    with desk.browser(KEEPER) as browser:
        form = {"form": form_value(browser.get("/desk/offered").text)}
        answer = browser.post("/desk/offered", data={**form, **given})
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert sentence in answer.text
        if "investigaton" in given.get("text", ""):
            assert re.search(r"<mark>[^<]*investigaton[^<]*</mark>", answer.text)
            assert "criminal-investigaton" in answer.text.partition("<textarea")[2]


def test_two_sign_each_for_themselves_and_another_switches_it_on(desk: Desk, brought: str) -> None:
    """Each signature under a sign-in of now and after saying that it was read; then it is in force, and offered no more."""
    with desk.browser(COUNSEL) as browser:
        page = browser.get(f"{ADDRESS}/sign").text
        (law_hash,) = re.findall(r'name="hash" value="([^"]+)"', page)
        unread = browser.post(f"{ADDRESS}/sign", data={"form": form_value(page), "hash": law_hash})
        assert unread.status_code == 422
        assert send(browser, f"{ADDRESS}/sign", hash=law_hash, read="yes") == f"{ADDRESS}/activate?done=signed"
        assert "Your signature is in the log" in browser.get(f"{ADDRESS}/activate?done=signed").text
        assert browser.get(f"{ADDRESS}/sign").status_code == 404
    with desk.browser(HEAD) as browser:
        stale = browser.post(
            f"{ADDRESS}/sign",
            data={
                "form": form_value(browser.get(f"{ADDRESS}/sign").text),
                "hash": "sha256:" + "0" * 64,
                "read": "yes",
            },
        )
        assert stale.status_code == 400
        send(browser, f"{ADDRESS}/sign", hash=law_hash, read="yes")
    with desk.browser(KEEPER) as browser:
        page = browser.get(f"{ADDRESS}/activate").text
        assert "Anneliese Dorr" in page
        assert f"{ADDRESS}/switch-on" in page
        assert send(browser, f"{ADDRESS}/switch-on", hash=law_hash, read="yes") == f"{ADDRESS}?done=on"
        assert "The next question finds it" in browser.get(f"{ADDRESS}?done=on").text
        assert browser.get(f"{ADDRESS}/activate").status_code == 404


def test_it_is_kept_after_reading_what_stays_open_with_a_reason(desk: Desk) -> None:
    """H10 on its own page: the reason and the word are asked for, and the day moves on."""
    address = "/desk/agreements/ACSO-CCPD-2026"
    with desk.browser(KEEPER) as browser:
        assert "Say again yearly that this is still wanted" in browser.get(address).text
        page = browser.get(f"{address}/keep").text
        assert "What stays open" in page
        answer = browser.post(f"{address}/keep", data={"form": form_value(page), "reason": "still so"})
        assert answer.status_code == 422
        assert "Say that you have read" in answer.text
        assert (
            send(browser, f"{address}/keep", reason="joint robbery cases go on", read="yes")
            == f"{address}?done=kept"
        )
        assert "Last said" in browser.get(f"{address}?done=kept").text
        desk.stage.clock.later(6)
        assert browser.get(f"{address}/keep").headers["location"].startswith("/sign-in?again=1")


def test_the_use_of_a_year_and_the_doors_are_a_page(desk: Desk) -> None:
    """How many questions, and each way with its door; an agreement of another name is no page."""
    record = desk.waiting_records()[0]
    desk.ask_about(record)
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/agreements/ACSO-CCPD-2026/use").text
        (counts,) = re.findall(r"Since [^:<]+: (\d+) questions?, (\d+) released, (\d+) refused", page)
        assert int(counts[0]) >= 1
        assert "Of the days before nothing can be proved." in page  # the log began today
        assert "front door" in page
        assert browser.get("/desk/agreements/NO-SUCH/use").status_code == 404


def test_an_offered_agreement_is_discarded(desk: Desk) -> None:
    """It opened nothing, and is gone from the list."""
    other = TEXT.replace(NAME, "ACSO-CCPD-2028")
    with desk.browser(KEEPER) as browser:
        form = {"form": form_value(browser.get("/desk/offered").text)}
        browser.post("/desk/offered", data={**form, "text": other.replace("\n", "\r\n")})
        assert "ACSO-CCPD-2028" in browser.get("/desk/offered").text
        browser.post("/desk/offered/ACSO-CCPD-2028/discard", data=form)
        assert "ACSO-CCPD-2028" not in browser.get("/desk/offered").text
