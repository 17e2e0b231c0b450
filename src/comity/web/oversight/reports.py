"""O3: reports we must make: what is due, one report with figures that lead to their entries, and the report as a file."""

from __future__ import annotations

from typing import Any

from comity.errors import WrongUseError
from comity.model.disclosure import StoredDuty
from comity.model.filing import FilingTold
from comity.model.report import Report, Traced
from comity.node.duty_requests import Duties
from comity.node.report_requests import ListFilings, MakeReport, TraceFigure
from comity.oversight.reports.written.forms import written_as
from comity.oversight.texts.say import Language
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.due import due_tag
from comity.web.oversight.days import local_day, next_month, own_agency
from comity.web.oversight.owed import FILED, MAY, days_of, owed_by
from comity.web.public.report_tables import table_shown

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
    owed = owed_by(own_agency(call), duties, local_day(call, call.now_ms))
    return Page(
        "oversight/reports.html",
        {
            "rows": [
                (one, due_tag(call.words, call.now_ms, one.due_ms) if one.stands not in (MAY, FILED) else None)
                for one in owed
            ],
            "over": next_month(call),
            "ready": sum(one.stands == "ready" for one in owed),
        },
    )


def one(call: Call) -> Reply:
    """One report, counted now from the whole log: its figures, and who filed it."""
    report = made(call)
    if report is None:
        return NOT_FOUND
    filed = filings(call, report)
    say = Language(call.words.language)
    values = {
        **address(call),
        "report": report,
        "tables": [table_shown(one, say) for one in report.tables],
        "filed": filed,
        "forms": list(FORMS),
        "may_file": may_file(call),
    }
    return Page("oversight/report.html", values)


def figure(call: Call) -> Reply:
    """The entries behind one figure, and how they make the number."""
    days, key = _days(call), call.query.one("key")
    if days is None or not key or len(key) > LONGEST_KEY:
        return NOT_FOUND
    request = TraceFigure(
        kind=call.path["kind"], agency=call.who().agency, figure=key, first=days[0], last=days[1]
    )
    try:
        traced: Traced = call.site.door.ask(request, Traced)
    except WrongUseError:  # no such figure, or one whose entries would show it
        return NOT_FOUND
    values = {**address(call), "traced": traced, "leads": bool(REVIEWERS & set(call.who().roles))}
    return Page("oversight/figure.html", values)


def whole(call: Call) -> Reply:
    """The report as a file, counted anew."""
    form = call.path["form"]
    report = made(call) if form in FORMS else None
    return NOT_FOUND if report is None else file_of(report, form, written_as(form, report))


def file_of(report: Report, form: str, raw: bytes) -> File:
    """The bytes of a report under a name that says which it is."""
    return File(f"{report.kind}-{report.agency}-{report.first}-{report.last}.{form}", FORMS[form], raw)


def made(call: Call) -> Report | None:
    """The report of the address, made now; None for a kind or a period that is none. Raises what making it raises."""
    days = _days(call)
    if days is None:
        return None
    request = MakeReport(kind=call.path["kind"], agency=call.who().agency, first=days[0], last=days[1])
    try:
        report: Report = call.site.door.ask(request, Report)
    except WrongUseError:  # an agency of another state does not owe it
        return None
    return report


def filings(call: Call, report: Report) -> list[FilingTold]:
    """What was filed of these days, the newest last."""
    every: FILINGS = call.site.door.ask(ListFilings(agency=report.agency), FILINGS)
    days = (report.kind, report.first, report.last)
    return [one for one in every if (one.filing.kind, one.filing.first, one.filing.last) == days]


def address(call: Call) -> dict[str, Any]:
    """What every page of one report knows of its address."""
    return {"here": f"/oversight/reports/{call.path['kind']}/{call.path['period']}", "period": call.path["period"]}


def may_file(call: Call) -> bool:
    """Whether the desk's part is shown; the node decides."""
    return bool({"records-custodian", "privacy-officer", "counsel", "agency-head"} & set(call.who().roles))


def _days(call: Call) -> Any:
    return days_of(call.path["kind"], call.path["period"], local_day(call, call.now_ms))
