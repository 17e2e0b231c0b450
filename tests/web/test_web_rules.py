"""C5 and C6: the rules in force, one of them, and a draft from the form to its being in force; over a real node."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of, send
from litestar.testing import TestClient
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.node.law_drafts import DRAFT_ID

KEEPER, COUNSEL = "ca-sheriff-custodian", "ca-sheriff-counsel"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages."""
    with desk_of(*region, tmp_path_factory.mktemp("rules")) as made:
        yield made


def offered_text(browser: TestClient) -> str:  # type: ignore[type-arg]
    """The text that the form of a new draft holds."""
    page = browser.get("/desk/drafts/new").text
    return html.unescape(page.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0])


def write(browser: TestClient, text: str, **more: str) -> str:  # type: ignore[type-arg]
    """Write a draft; where its page is."""
    return send(browser, "/desk/drafts/new", text=text, **more).partition("?")[0]


def test_every_text_in_force_is_listed_and_one_of_them_rule_by_rule(desk: Desk) -> None:
    """The agency's own policy where none is named; another by its name in the address; a name that is none is no page."""
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/rules").text
        for name in ("us", "us-ca", "model", "alder-sheriff", "ACSO-CCPD-2026"):
            assert f'href="/desk/rules?text={name}"' in page
        assert 'href="/desk/rules/alder-sheriff/ACSO-03"' in page
        assert 'href="/desk/rules/us-ca/CA-02"' in browser.get("/desk/rules?text=us-ca").text
        assert browser.get("/desk/rules?text=us-zz").status_code == 404
    with desk.browser("ca-sheriff-sergeant") as browser:
        assert browser.get("/desk/rules").status_code == 404


def test_a_rule_is_told_in_plain_words_with_its_law_its_cases_and_its_use(desk: Desk) -> None:
    """Sentence first, then citation and whether it was read; below, as it is written, and its cases, which pass."""
    desk.ask_about(desk.waiting_records()[0])
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/rules/us-ca/CA-02").text
        assert page.index("In plain words") < page.index("VERIFIED") < page.index("The rule as written")
        assert "rule CA-02" in page
        (passed, count) = re.findall(r"Its test cases, passing: (\d+) of (\d+)", page)[0]
        assert passed == count != "0"
        assert re.search(r"in \d+ of [1-9]\d* answers? of the last 12 months", page)
        policy = browser.get("/desk/rules/alder-sheriff/ACSO-03").text
        assert "rule ACSO-04" not in policy
        assert "This text has none" in policy
        clause = browser.get("/desk/rules/ACSO-CCPD-2026/G-01").text
        assert "a clause of the agreement" in clause
        for address in ("/desk/rules/us-ca/CA-00", "/desk/rules/us-zz/CA-02"):
            assert browser.get(address).status_code == 404


def test_a_faulty_draft_is_told_with_line_word_and_what_was_meant(desk: Desk) -> None:
    """Nothing is written; the text stays in the form as it was typed."""
    with desk.browser(KEEPER) as browser:
        text = offered_text(browser)
        assert "version 2" in text
        wrong = text.replace("labelled narrative", "labelled narratve")
        form = form_value(browser.get("/desk/drafts/new").text)
        answer = browser.post("/desk/drafts/new", data={"form": form, "text": wrong})
        assert answer.status_code == 422
        assert "did you mean `narrative`" in html.unescape(answer.text)
        assert re.search(r"<mark>[^<]*narratve[^<]*</mark>", answer.text)
        assert "labelled narratve" in answer.text.partition("<textarea")[2]
        assert browser.post("/desk/drafts/new", data={"form": form, "text": ""}).status_code == 422
        assert "There is no draft" in browser.get("/desk/drafts").text


def test_a_rule_that_would_go_is_asked_about(desk: Desk) -> None:
    """A text without a rule in force may be a cut one: it is told, and goes on once somebody says that the rule may go."""
    with desk.browser(KEEPER) as browser:
        text = offered_text(browser)
        shorter = re.sub(r"rule ACSO-04 .*?(?=\nrule |\npart |\Z)", "", text, flags=re.DOTALL)
        form = form_value(browser.get("/desk/drafts/new").text)
        answer = browser.post("/desk/drafts/new", data={"form": form, "text": shorter})
        assert answer.status_code == 422
        assert 'name="gone"' in answer.text
        draft = write(browser, shorter, gone="yes")
        page = browser.get(draft).text
        assert "GONE" in page
        assert int(re.findall(r"Opens (\d+)", page)[0]) > 0
        assert page.index("Opens ") < page.index("Closes ")
        send_form = {"form": form_value(page)}
        assert (
            browser.post(f"{draft}/discard", data=send_form).headers["location"] == "/desk/drafts?done=discarded"
        )
        assert browser.get(draft).status_code == 404


def test_a_draft_goes_to_counsel_who_did_not_write_it_and_is_in_force(desk: Desk) -> None:
    """Written by the custodian, read with its past and its accounts, sent, signed under a sign-in of now by counsel."""
    with desk.browser(KEEPER) as browser:
        text = offered_text(browser).replace("stop, missing-person,", "stop,")
        draft = write(browser, text)
        assert DRAFT_ID.fullmatch(draft.rpartition("/")[2])
        page = browser.get(draft).text
        assert int(re.findall(r"Closes (\d+)", page)[0]) > 0
        assert page.count("CLOSES") == int(re.findall(r"Closes (\d+)", page)[0])
        past = browser.get(f"{draft}/past").text
        assert re.search(r"\d+ of \d+ questions? would have been answered differently", past)
        assert re.search(r"Accounts that lose access: [1-9]\d*\. Accounts that gain it: 0", past)
        assert browser.get(f"{draft}/sign").status_code == 404
        (named,) = set(re.findall(r'name="hash" value="([^"]+)"', page))
    with desk.browser(COUNSEL) as browser:
        assert browser.get(f"{draft}/sign").status_code == 404
    with desk.browser(KEEPER) as browser:
        stale = {"form": form_value(browser.get(draft).text), "hash": "sha256:" + "0" * 64}
        assert browser.post(f"{draft}/send", data=stale).status_code == 400
        sent = browser.post(f"{draft}/send", data={**stale, "hash": named})
        assert sent.headers["location"] == "/desk/drafts?done=sent"
        assert "With counsel" in browser.get("/desk/drafts").text
        assert "waits for your signature" not in browser.get("/desk/held").text
    with desk.browser(COUNSEL) as browser:
        page = browser.get("/desk/held").text
        assert "1 draft of our own rules waits for your signature" in page
        assert "Nothing is waiting" not in page
        unread = {"form": form_value(browser.get(f"{draft}/sign").text), "hash": named}
        assert browser.post(f"{draft}/sign", data=unread).status_code == 422
        assert send(browser, f"{draft}/sign", hash=named, read="yes") == "/desk/rules?done=on"
        assert "alder-sheriff 2" in browser.get("/desk/rules?done=on").text
        assert browser.get(draft).status_code == 404
        assert "waits for your signature" not in browser.get("/desk/held").text


def test_a_draft_over_another_law_than_it_was_written_over_goes_no_further(desk: Desk) -> None:
    """Written twice from the same version: once one is in force, the other is faulty, and says so."""
    with desk.browser(COUNSEL) as browser:
        text = offered_text(browser)
        draft = write(browser, text + "\n# counsel's own\n")
        page = browser.get(draft).text
        (named,) = set(re.findall(r'name="hash" value="([^"]+)"', page))
        browser.post(f"{draft}/send", data={"form": form_value(page), "hash": named})
        assert browser.get(f"{draft}/sign").status_code == 404  # nobody signs what he wrote
    with desk.browser(KEEPER) as browser:
        other = write(browser, text.replace("version 3", "version 4"))
        page = browser.get(other).text
        (hash_of,) = set(re.findall(r'name="hash" value="([^"]+)"', page))
        browser.post(f"{other}/send", data={"form": form_value(page), "hash": hash_of})
    with desk.browser(COUNSEL) as browser:
        send(browser, f"{other}/sign", hash=hash_of, read="yes")
        page = browser.get(draft).text
        assert "It could not be put in force" in page
        assert "Send to counsel" not in page
