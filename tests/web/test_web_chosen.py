"""What an address may choose: anything that its page does not offer is told with what may stand there, on every list alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from desk_stage import Desk, desk_of

import comity.web
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.words import LANGUAGES, words_of

KEEPER, AUDITOR, SUPERVISOR = "ca-sheriff-custodian", "ca-sheriff-auditor", "ca-sheriff-sergeant"
DETECTIVE = "ca-sheriff-detective"
# Every part of an address that chooses, by page: who reads it, and the parts. An order is told alike; `sort` stands for it.
PAGES = {
    "/questions": (DETECTIVE, ("filter", "sort")),
    "/desk/held": (KEEPER, ("show", "sort")),
    "/desk/duties": (KEEPER, ("show", "sort")),
    "/desk/approvals": (SUPERVISOR, ("show", "sort")),
    "/desk/leaving": (KEEPER, ("agency", "purpose", "result", "before", "after", "sort")),
    "/desk/leaving/file/csv": (KEEPER, ("agency", "purpose", "result", "before", "after", "sort")),
    "/desk/rules": (KEEPER, ("text", "sort", "sort-texts")),
    "/desk/recalls": (KEEPER, ("sort", "sort-sent", "sort-reported")),
    "/desk/petitions": (KEEPER, ("sort",)),
    "/desk/agreements": (KEEPER, ("sort",)),
    "/oversight/findings": (AUDITOR, ("show", "sort")),
    "/oversight/sample": (AUDITOR, ("month", "sort")),
    "/oversight/log": (AUDITOR, ("purpose", "decision", "kind", "month", "asker", "below")),
    "/oversight/log-file/json": (AUDITOR, ("purpose", "decision", "kind", "month", "asker")),
    "/oversight/reach": (AUDITOR, ("data", "label", "to", "purpose")),
    "/oversight/reports": (AUDITOR, ("sort",)),
    "/oversight/audits": (AUDITOR, ("sort",)),
    "/public/map": (DETECTIVE, ("state", "kind", "month", "sort")),
    "/public/whole-map/csv": (DETECTIVE, ("state", "month", "sort")),
    "/public/counts": (DETECTIVE, ("agency", "month", "sort-purposes")),
    "/public/agreements": (DETECTIVE, ("agency", "sort")),
}
# What else the sources read of an address, and why it is no choice among what a page offers.
ELSE = {
    "again": "asks to sign in again",
    "case": "a case number as somebody typed it: any may stand there",
    "code": "a provider's answer",
    "done": "what is said above a page that an act led to",
    "error": "a provider's answer",
    "field": "which field a form has chosen when it opens",
    "iss": "a provider's answer",
    "key": "which figure of a report: part of the name of one page, like a path",
    "language": "a language there is none of leaves the reader's own",
    "next": "where to go on; held against this site's own addresses",
    "state": "a provider's answer; a state of the map is chosen",
    "unattended": "a page that asks by itself",
    "without": "agreements that are thought away; the node refuses one that there is none of",
}
READS = re.compile(
    r"""query\.(?:one|every)\("(\w+)"\)|(?:chosen|chosen_number|_of_form)\(\s*call(?:\.query)?, "([\w-]+)\""""
)
T = words_of("en")


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages."""
    with desk_of(*region, tmp_path_factory.mktemp("chosen")) as made:
        yield made


@pytest.mark.parametrize(
    ("page", "name"), [(page, name) for page, (_, names) in PAGES.items() for name in names], ids=str
)
def test_what_a_page_does_not_offer_is_told_with_what_may_stand_there(desk: Desk, page: str, name: str) -> None:
    """404, one sentence, the way back; nothing of the list, neither whole nor empty. Each code that is offered is a page."""
    with desk.browser(PAGES[page][0]) as browser:
        answer = browser.get(f"{page}?{name}=zzz")
        assert answer.status_code == 404
        assert T("not_offered.sentence", what=T(f"not_offered.what.{name.partition('-')[0]}")) in answer.text
        assert "zzz" not in answer.text.partition("<main")[2].partition("</main>")[0]
        assert f'<a href="{page}">{T("not_offered.whole")}</a>' in answer.text
        offered = re.findall(rf'<a href="({re.escape(page)}\?[^"]+)"', answer.text)
        says_how = any(
            T(f"not_offered.form.{one}") in html.unescape(answer.text) for one in ("entry", "month", "ori")
        )
        assert bool(offered) is not says_how
        for one in (offered[0], offered[-1]) if offered else ():
            assert browser.get(html.unescape(one)).status_code == 200, one


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_is_in_the_readers_language_and_links_each_code_by_its_word(
    desk: Desk, language: str
) -> None:
    """With the code beside the word, as the address has it."""
    words = words_of(language)
    with desk.browser(KEEPER, language) as browser:
        page = browser.get("/desk/duties?show=late").text
    for one in ("open", "overdue", "on-hold", "done"):
        word = html.escape(words(f"desk.duties.show.{one}"))
        assert f'<a href="/desk/duties?show={one}">{word}</a> <span class="rule">{one}</span>' in page
    assert words("not_offered.choose") in html.unescape(page)


def test_a_time_of_no_report_leads_to_the_reports(desk: Desk) -> None:
    """Its address is a path: there is no page without it."""
    with desk.browser(AUDITOR) as browser:
        answer = browser.get("/oversight/reports/public/2999-01")
    assert answer.status_code == 404
    assert T("not_offered.form.period") in answer.text
    assert f'<a href="/oversight/reports">{T("not_offered.whole")}</a>' in answer.text


def test_an_agreement_that_there_is_none_of_is_not_thought_away(desk: Desk) -> None:
    """A way would be told as closed or open under a law that nobody asked about."""
    with desk.browser(AUDITOR) as browser:
        answer = browser.get("/oversight/reach?to=wa-police&without=NO-SUCH")
    assert answer.status_code == 422
    assert "`NO-SUCH` is no agreement in force here" in answer.text


def test_whatever_the_pages_read_of_an_address_is_in_one_of_the_tables() -> None:
    """A new filter is tested here, or says why it is none."""
    source = Path(comity.web.__file__).parent
    read = {
        name
        for path in source.rglob("*.py")
        for pair in READS.findall(path.read_text(encoding="utf-8"))
        for name in pair
        if name
    }
    tested = {name for _, names in PAGES.values() for name in names if not name.startswith("sort")}
    assert read - tested <= set(ELSE)
    assert set(ELSE) <= read
    assert tested <= read | {"purpose", "decision", "kind"}  # of the log, by name
