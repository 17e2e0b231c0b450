"""O3: what is owed, a report whose figures lead to their entries, and its being filed, over a real node."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from datetime import time as clock_time
from html import unescape

import pytest
from desk_stage import Desk, send
from oversight_stage import AUDITOR, PRIVACY, audited
from spanish_reader import english_in, marked_in
from web_stage import form_value

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.filing import FilingTold
from comity.node.report_requests import ListFilings
from comity.oversight.reports.described import described, report_kinds
from comity.web.oversight.owed import days_of
from comity.web.words import words_of

TODAY = date(2026, 11, 29)
PUBLIC = "/public/counts?month="


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages, with questions in the log."""
    with audited(*region, tmp_path_factory.mktemp("reports"), now=3) as made:
        yield made


def filed(desk: Desk) -> tuple[FilingTold, ...]:
    found: tuple[FilingTold, ...] = desk.stage.site.door.ask(
        ListFilings(agency=CA_SHERIFF), tuple[FilingTold, ...]
    )
    return found


def last_month(desk: Desk) -> str:
    """The public report of the month before: it ended before the node's log began."""
    return address_at(desk, int(time.time() * 1000))


def this_month(desk: Desk) -> str:
    """The public report of this month, in which the log began, read when it is over: as pages tell the time."""
    today = date.today()
    after = date(today.year + today.month // 12, today.month % 12 + 1, 3)
    return address_at(desk, int(datetime.combine(after, clock_time(), UTC).timestamp() * 1000))


def address_at(desk: Desk, now_ms: int) -> str:
    desk.stage.clock.at_ms = now_ms
    with desk.browser(AUDITOR) as browser:
        found = re.search(r'href="(/oversight/reports/public/\d{4}-\d\d)"', browser.get("/oversight/reports").text)
        assert found is not None
        return found[1]


def test_what_is_owed_stands_with_its_day_and_anothers_state_owes_nothing_here(desk: Desk) -> None:
    """California's reports and the public one; none of Washington's, and no figure before one is opened."""
    with desk.browser(AUDITOR) as browser:
        page = browser.get("/oversight/reports").text
        assert "READY TO CHECK" in page
        assert 'href="/oversight/reports/ca-' in page
        assert "wa-plates" not in page
        assert "MAY BE PUBLISHED" in page
        assert re.search(r"what happens this month stands in no report before [A-Z][a-z]+ 1, 20\d\d\.", page)


def test_reports_are_spanish_but_for_the_law_they_cite(desk: Desk) -> None:
    """What is owed, each report of California's and the public one, and a figure: titles, rows, notes and cells."""
    names = frozenset(desk.stage.site.agency_names().values())
    before = last_month(desk)
    with desk.browser(AUDITOR, "es") as browser:
        pages = [browser.get(before).text]
    this_month(desk)
    with desk.browser(AUDITOR, "es") as browser:
        owed = browser.get("/oversight/reports").text
        addresses = dict.fromkeys(re.findall(r'href="(/oversight/reports/[^"/]+/[^"/]+)"', owed))
        assert len(addresses) >= 4
        pages += [owed, *(browser.get(address).text for address in addresses)]
        figures = re.findall(r'href="([^"]+/figure[^"]+)"', "".join(pages))
        pages += [browser.get(unescape(one)).text for one in figures[:1]]
    cited = {described(kind).citation for kind in report_kinds()}
    for page in pages:
        assert english_in(page, names) == []
        assert set(marked_in(page)) <= cited
    everything = "".join(pages)
    assert "own publication" not in everything
    assert "publicación propia" in everything
    assert "Informe público del intercambio" in everything
    assert "la suma de lo que cuenta cada entrada" in pages[-1] or "cada entrada es" in pages[-1]
    assert "<p>No puede probarse.</p>" in pages[0]
    assert re.search(
        r"cuenta desde el \d+ de \w+\. de 20\d\d\. De los días anteriores nada puede probarse\.", pages[0]
    )
    assert "No puede probarse: la agencia no anotó ninguna cifra de estos días." in everything


def test_percents_are_said_as_percents_and_sum_to_nothing(desk: Desk) -> None:
    """The purpose each requester states most: a percent each and no total; minutes end with the middle one of all."""
    address = this_month(desk)
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text
        reasons, minutes = (
            page.partition(f'<section id="{one}"')[2].partition("</section>")[0] for one in ("reasons", "minutes")
        )
        figure = re.search(r'href="([^"]*figure\?key=reasons[^"]*)"', reasons)
        assert figure is not None
        behind = browser.get(unescape(figure[1])).text
    assert ">Percent</th>" in reasons
    assert re.search(r">\d+%<", reasons)
    assert "Percent of the answers to each requester." in reasons
    assert "Number" not in reasons
    assert "Total" not in reasons
    assert ">Minutes</th>" in minutes
    assert "All together" in minutes
    assert re.search(r"<dt>Percent</dt><dd>\d+%( since [^<]+)?</dd>", behind)


def test_a_report_that_nobody_is_owed_has_no_day_and_stands_alike_in_the_list_and_on_its_page(desk: Desk) -> None:
    """The public one may be published; neither place says that it is due or ready to check."""
    address = last_month(desk)
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text.partition("<section")[0]
    assert "MAY BE PUBLISHED" in page
    assert "READY TO CHECK" not in page
    assert "<dt>Due" not in page


def test_a_report_leads_from_a_figure_to_its_entries(desk: Desk) -> None:
    """What happened is counted, and each figure that is shown leads to the entries behind it, each in the log."""
    address = this_month(desk)
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text
        assert "entry of the log was read and checked" in page
        assert "Write it down to sign" not in page
        found = re.search(rf'href="({address}/figure\?key=purposes[^"]*)"', page)
        assert found is not None
        page = browser.get(found[1]).text
        numbers = re.findall(r'href="/oversight/log/(\d+)"', page)
        assert numbers
        row = words_of("en")("said.report.public.row.purposes")
        assert re.search(rf"{row}: [a-z ]+, [A-Z][a-z ]+ <", page)  # and no code alone
        assert browser.get(f"/oversight/log/{numbers[0]}").status_code == 200
        assert browser.get(f"{address}/figure?key=no-such-figure").status_code == 404
    with desk.browser("ca-sheriff-custodian") as browser:
        assert "/oversight/log/" not in browser.get(found[1]).text


def test_each_total_says_what_it_totals_where_its_row_is_read_alone(desk: Desk) -> None:
    """On a telephone a row stands by itself: what it is the total of stands above the word, and no empty cell below."""
    address = this_month(desk)
    with desk.browser(AUDITOR) as browser:
        pages = [
            browser.get(address).text,
            browser.get(address.replace("/oversight/reports/public/", PUBLIC)).text,
        ]
    for page in pages:
        sections = re.findall(r'<section id="\w[\w-]*".*?</section>', page, re.DOTALL)
        totals = 0
        for section in sections:
            (heading,) = re.findall(r"<h2[^>]*>(.*?)</h2>", section)
            found = re.findall(
                r'<th scope="row" colspan="\d" data-label="([^"]*)">(?:Total|All together)</th>', section
            )
            assert found in ([], [heading])
            totals += len(found)
            assert not re.search(r"<td data-label=[^>]*>\s*</td>", section)
        assert totals >= 2


def test_of_days_before_the_log_a_report_shows_no_number_and_says_from_which_day_it_counts(desk: Desk) -> None:
    """A month that was over when the log began has no 0, in any table; its page says once from when on there are figures."""
    address = last_month(desk)
    with desk.browser(AUDITOR) as browser:
        page = browser.get(address).text
    assert "Cannot be proved." in page
    assert not re.search(r'class="number"[^>]*>\s*\d', page)
    assert (
        len(re.findall(r"The log counts from \w+ \d+, 20\d\d\. Of the days before nothing can be proved\.", page))
        == 1
    )


def test_a_report_is_taken_along_in_each_form(desk: Desk) -> None:
    """For a spreadsheet, for programs and to read; another form is no page."""
    address = last_month(desk)
    with desk.browser(AUDITOR) as browser:
        assert browser.get(f"{address}/whole/json").json()["agency"] == CA_SHERIFF
        assert "purposes" in browser.get(f"{address}/whole/csv").text
        assert browser.get(f"{address}/whole/pdf").content.startswith(b"%PDF")
        assert browser.get(f"{address}/whole/html").headers["content-disposition"].startswith("attachment")
        assert browser.get(f"{address}/whole/docx").status_code == 404
        named = browser.get(f"{address}/whole/pdf").headers["content-disposition"]
        assert re.search(r'filename="report-public-ca-sheriff-20\d\d-\d\d-01-to-20\d\d-\d\d-\d\d\.pdf"', named)


def test_the_very_bytes_that_were_looked_at_are_filed(desk: Desk) -> None:
    """Written down, looked at, signed: the log holds their hash. A second filing says what it replaces."""
    address = last_month(desk)
    with desk.browser(PRIVACY) as browser:
        for number in range(2):
            page = browser.get(address).text
            answer = browser.post(f"{address}/prepare", data={"form": form_value(page), "as": "csv"})
            file = answer.headers["location"]
            page = browser.get(file).text
            assert ("It replaces what was filed" in page) == bool(number)
            raw = browser.get(f"{file}/whole").content
            replaces = re.search(r'name="replaces" value="(\d*)"', page)
            assert replaces is not None
            assert send(browser, file, replaces=replaces[1]) == file
            page = browser.get(file).text
            told = filed(desk)[-1]
            assert f"Filed as entry {told.entry}." in page
            assert told.filing.bytes_hash in page
            assert told.filing.by == PRIVACY
            assert browser.get(f"{file}/whole").content == raw
            assert browser.post(file, data={"form": form_value(page)}).status_code == 404
        assert filed(desk)[0].replaced_by == filed(desk)[1].entry
        assert "FILED by" in browser.get(address).text
        row = browser.get("/oversight/reports").text.partition(f'href="{address}"')[2].partition("</tr>")[0]
        assert ">FILED</td>" in row  # as on its page, though no duty asked for it
    with desk.browser("ca-sheriff-custodian") as browser:
        assert browser.get(file).status_code == 404
        assert browser.get(f"{file}/whole").status_code == 404


def test_filing_asks_for_a_sign_in_of_now_and_for_a_role_of_the_desk(desk: Desk) -> None:
    """What was written down waits for it; an auditor reads reports and files none; a detective finds no page."""
    address = last_month(desk)
    with desk.browser(PRIVACY) as browser:
        page = browser.get(address).text
        file = browser.post(f"{address}/prepare", data={"form": form_value(page), "as": "json"}).headers[
            "location"
        ]
        desk.stage.clock.later(6)
        assert browser.get(file).headers["location"].startswith("/sign-in?again=1")
    with desk.browser(AUDITOR) as browser:
        value = form_value(browser.get(address).text)
        assert browser.post(f"{address}/prepare", data={"form": value, "as": "csv"}).status_code == 404
    with desk.browser("ca-sheriff-detective") as browser:
        assert browser.get("/oversight/reports").status_code == 404


def test_a_period_that_is_none_is_no_page(desk: Desk) -> None:
    """Not over, another length, no report, or another state's."""
    with desk.browser(AUDITOR) as browser:
        for path in ("public/2999-01", "public/2025", "public/x", "no-such-report/2025", "wa-plates/2025"):
            assert browser.get(f"/oversight/reports/{path}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "period", "days"),
    [
        ("public", "2026-10", (date(2026, 10, 1), date(2026, 10, 31))),
        ("public", "2026-11", None),
        ("public", "2026-13", None),
        ("public", "2026", None),
        ("public", "1999-10", None),
        ("ca-doj", "2025", (date(2025, 1, 1), date(2025, 12, 31))),
        ("ca-doj", "2026", None),
        ("none-such", "2025", None),
    ],
)
def test_the_days_of_a_period_follow_from_its_name(kind: str, period: str, days: tuple[date, date] | None) -> None:
    """Only a whole period that is over, of the length that the report is of."""
    assert days_of(kind, period, TODAY) == days
