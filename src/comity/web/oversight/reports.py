"""O3: reports we must make: what is due, one report with figures that lead to their entries, and the report as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from comity.errors import WrongUseError
from comity.law.calendar import last_day_of, period_of
from comity.model.disclosure import StoredDuty
from comity.model.filing import FilingTold
from comity.model.report import Report, Traced
from comity.node.duty_requests import Duties
from comity.node.report_requests import ListFilings, MakeReport, TraceFigure
from comity.oversight.reports.described import described
from comity.oversight.reports.period import is_whole
from comity.oversight.reports.sentences import SENTENCES, nil_sentence
from comity.oversight.reports.written.forms import written_as
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.chosen import NotOfferedError
from comity.web.due import due_tag
from comity.web.oversight.days import local_day, next_month, own_agency
from comity.web.oversight.owed import FILED, MAY, Owed, days_of, owed_by
from comity.web.public.report_tables import (
    UNITS,
    counts_by_row,
    dimensions_by_row,
    figure_shown,
    log_begins,
    since_shown,
    table_shown,
)
from comity.web.said import pieces_of, said_back
from comity.web.sorting import Table, by_time, by_word, ordered

STORED = tuple[StoredDuty, ...]
FILINGS = tuple[FilingTold, ...]
FORMS = {  # a form by the end of its file's name
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
REVIEWERS = frozenset({"auditor", "privacy-officer"})  # who can follow a figure into the log
LONGEST_KEY = 300


def show(call: Call) -> Reply:
    """What is due, the soonest first, and what may be published."""
    duties: STORED = call.site.door.ask(Duties(owner=call.who().agency), STORED)
    owed = owed_by(own_agency(call), duties, _filed_periods(call), local_day(call, call.now_ms))
    shown, order = ordered(call, _owed_table(call), owed)
    return Page(
        "oversight/reports.html",
        {
            "rows": [
                (one, due_tag(call.words, call.now_ms, one.due_ms) if one.stands not in (MAY, FILED) else None)
                for one in shown
            ],
            "order": order,
            "over": next_month(call),
            "ready": sum(one.stands == "ready" for one in owed),
        },
    )


def _owed_table(call: Call) -> Table[Owed]:
    return Table(
        {
            "report": by_word(lambda one: one.of.title),
            "period": by_time(lambda one: last_day_of(one.period)),
            "due": by_time(lambda one: one.due_ms if one.stands not in (MAY, FILED) else None),
            "stands": by_word(lambda one: call.words(f"oversight.reports.stands.{one.stands}")),
        },
        default="due",
    )


def one(call: Call) -> Reply:
    """One report, counted now from the whole log: its figures, and who filed it."""
    report = made(call)
    if report is None:
        return NOT_FOUND
    filed, counts = filings(call, report), counts_by_row(report.kind)
    values = {
        **address(call),
        "report": report,
        "tables": [table_shown(one, call.words, counts[one.id]) for one in report.tables],
        "begins": log_begins(report),
        "certificate": _certificate(call, report),
        "filed": filed,
        "owed": bool(described(report.kind).states),
        "forms": list(FORMS),
        "may_file": may_file(call),
    }
    return Page("oversight/report.html", values)


def figure(call: Call) -> Reply:
    """The entries behind one figure, and how they make the number."""
    days, key = _days(call), call.query.one("key")
    if not key or len(key) > LONGEST_KEY:
        return NOT_FOUND
    request = TraceFigure(
        kind=call.path["kind"], agency=call.who().agency, figure=key, first=days[0], last=days[1]
    )
    try:
        traced: Traced = call.site.door.ask(request, Traced)
    except WrongUseError:  # no such figure, or one whose entries would show it
        return NOT_FOUND
    if traced.figure.number is None:
        return NOT_FOUND
    kind, row = call.path["kind"], key.partition(":")[0]
    counts = counts_by_row(kind)[row]
    values = {
        **address(call),
        "traced": traced,
        "adds_up": said_back(call.words, SENTENCES, "counts.", traced.adds_up),
        "report": call.words(f"said.report.{kind}.title"),
        "row": call.words(f"said.report.{kind}.row.{row}"),
        "of": figure_shown(traced.figure, dimensions_by_row(kind)[row], call.words, counts),
        "unit": UNITS.get(counts, "number"),
        "since": since_shown(call.words, traced.figure),
        "leads": bool(REVIEWERS & set(call.who().roles)),
    }
    return Page("oversight/figure.html", values)


def whole(call: Call) -> Reply:
    """The report as a file, counted anew."""
    form = call.path["form"]
    report = made(call) if form in FORMS else None
    return NOT_FOUND if report is None else file_of(report, form, written_as(form, report))


def file_of(report: Report, form: str, raw: bytes) -> File:
    """The bytes of a report under a name that says which it is."""
    return File(f"report-{report.kind}-{report.agency}-{report.first}-to-{report.last}.{form}", FORMS[form], raw)


def made(call: Call) -> Report | None:
    """The report of the address, made now; None for a kind that is none. Raises what making it raises."""
    days = _days(call)
    request = MakeReport(kind=call.path["kind"], agency=call.who().agency, first=days[0], last=days[1])
    try:
        report: Report = call.site.door.ask(request, Report)
    except WrongUseError:  # an agency of another state does not owe it
        return None
    return report


def filings(call: Call, report: Report) -> list[FilingTold]:
    """What was filed of these days, the newest last."""
    every = _every_filing(call, report.agency)
    days = (report.kind, report.first, report.last)
    return [one for one in every if (one.filing.kind, one.filing.first, one.filing.last) == days]


def _every_filing(call: Call, agency: str) -> FILINGS:
    found: FILINGS = call.site.door.ask(ListFilings(agency=agency), FILINGS)
    return found


def _filed_periods(call: Call) -> frozenset[tuple[str, str]]:
    """Kinds and whole periods of which the agency filed a report."""
    every = ((one.filing, described(one.filing.kind).every) for one in _every_filing(call, call.who().agency))
    return frozenset(
        (one.kind, period_of(one.last, period)) for one, period in every if is_whole(one.first, one.last, period)
    )


def address(call: Call) -> dict[str, Any]:
    """What every page of one report knows of its address."""
    return {"here": f"/oversight/reports/{call.path['kind']}/{call.path['period']}", "period": call.path["period"]}


def may_file(call: Call) -> bool:
    """Whether the desk's part is shown; the node decides."""
    return bool({"records-custodian", "privacy-officer", "counsel", "agency-head"} & set(call.who().roles))


def _certificate(call: Call, report: Report) -> tuple[tuple[str, bool], ...]:
    """The nil certificate in the reader's language, in pieces; none where there is none."""
    if not report.certificate:
        return ()
    days = (report.first, report.last)
    return pieces_of(call.words, nil_sentence(described(report.kind), report.agency_name, days, report.size))


def _days(call: Call) -> tuple[date, date]:
    """The days of the address's period. Raises NotOfferedError for one that is none, or that is not over."""
    days = days_of(call.path["kind"], call.path["period"], local_day(call, call.now_ms))
    if days is None:
        raise NotOfferedError("period", form="period", back="/oversight/reports")
    return days
