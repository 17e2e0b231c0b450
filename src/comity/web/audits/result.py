"""O6, step 4: the result, agency by agency and finding by finding, the rows behind each, and the files to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from comity.oversight.audit.audit import AgencyAudit, AuditReport
from comity.oversight.audit.finding import AuditFinding, FindingKind
from comity.oversight.audit.report_page import report_page
from comity.oversight.audit.report_shape import agencies_csv, findings_csv, numbered, rows_csv, totals
from comity.oversight.audit.steps import judged, settled, waiting
from comity.web.audits.begin import HERE, job_of, until
from comity.web.audits.jobs import Job
from comity.web.call import NOT_FOUND, Call, File, Go, Page, Reply
from comity.web.sorting import Table, by_number, by_word, ordered

MOST_SHOWN = 25  # findings of one kind, and agencies: the rest stands in the files
MOST_LINES = 500  # of one finding on its page
CSV = "text/csv; charset=utf-8"
FILES: dict[str, tuple[str, str, Callable[[AuditReport], str]]] = {
    "council": ("audit-for-the-council.html", "text/html; charset=utf-8", report_page),
    "findings": ("audit-findings.csv", CSV, findings_csv),
    "rows": ("audit-rows.csv", CSV, rows_csv),
    "agencies": ("audit-agencies.csv", CSV, agencies_csv),
}
AGENCIES: Table[AgencyAudit] = Table(
    {
        "agency": by_word(lambda one: one.agency),
        "searched": by_number(lambda one: one.reasons.searches),
        "given": by_number(lambda one: one.reasons.given),
        "poor": by_number(lambda one: one.reasons.poor),
        "covered": by_number(lambda one: one.reasons.redacted),
        "empty": by_number(lambda one: one.reasons.empty),
        "absent": by_number(lambda one: one.reasons.absent),
    },
    default="-searched",
)
BYTE_ORDER_MARK = "\ufeff"  # by which a spreadsheet knows UTF-8


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one kind with their numbers: those shown, and how many more there are."""

    kind: FindingKind
    shown: tuple[tuple[int, AuditFinding], ...]
    more: int


def show(call: Call) -> Reply:
    """What the file shows: counts, reasons agency by agency, and the findings by their kind."""
    pair = _judged(call)
    if not isinstance(pair, tuple):
        return pair
    job, report = pair
    assert job.check.names is not None, "a result without the names that were read"
    searched, order = ordered(call, AGENCIES, (one for one in report.agencies if one.reasons.searches))
    values = {
        "step": 4,
        "job": job,
        "until": until(job),
        "totals": totals(report),
        "days": _days(report),
        "agencies": searched[:MOST_SHOWN],
        "order": order,
        "more_agencies": len(searched[MOST_SHOWN:]),
        "searching": len(searched),
        "found": _by_kind(report),
        "settled": settled(job.check),
        "names": len(job.check.names.resolutions),
        "waits": len(waiting(job.check)),
        "dropped": [one for audit in report.given.audits for one in audit.dropped if one.cells],
        "copy": report.given.sources[0].hash,
    }
    return Page("audits/result.html", values)


def rows(call: Call) -> Reply:
    """One finding with every row of the file that it rests on, by its line."""
    pair = _judged(call)
    if not isinstance(pair, tuple):
        return pair
    job, report = pair
    found = next((one for one in numbered(report) if str(one[0]) == call.path["finding"]), None)
    if found is None:
        return NOT_FOUND
    number, agency, finding = found
    return Page("audits/rows.html", {"job": job, **_rows(number, agency, finding)})


def whole(call: Call) -> Reply:
    """The result as a file: a page for the council, or a spreadsheet."""
    form = FILES.get(call.path["form"])
    if form is None:
        return NOT_FOUND
    pair = _judged(call)
    if not isinstance(pair, tuple):
        return pair
    name, media_type, write = form
    report = pair[1]
    if write is agencies_csv:  # findings keep their numbers, which the page says too
        report = replace(report, agencies=ordered(call, AGENCIES, report.agencies)[0])
    text = write(report)
    return File(name, media_type, ((BYTE_ORDER_MARK if media_type == CSV else "") + text).encode())


def _rows(number: int, agency: AgencyAudit, finding: AuditFinding) -> dict[str, object]:
    return {
        "number": number,
        "agency": agency,
        "finding": finding,
        "lines": finding.lines[:MOST_LINES],
        "more": len(finding.lines[MOST_LINES:]),
    }


def _judged(call: Call) -> tuple[Job, AuditReport] | Reply:
    """The check of this address with its result, judged once and kept; where its file is not read yet, that step."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    if job.check.given is None:
        return Go(f"{HERE}/{job.id}/columns")
    with call.site.audits.working:
        kept = job_of(call) or job  # another request may have judged it meanwhile
        if kept.report is not None:
            return kept, kept.report
        report = judged(kept.check)
        now = job_of(call)
        if (
            now is not None and now.check.decisions == kept.check.decisions
        ):  # nobody decided a name while it was judged
            call.site.audits.keep(replace(now, report=report))
    return kept, report


def _days(report: AuditReport) -> tuple[date, date] | None:
    """The first and the last day of the searches, UTC, as the file has its times; None where it has none."""
    times = [one.at_ms for audit in report.given.audits for one in audit.searches if one.at_ms is not None]
    if not times:
        return None
    first, last = (datetime.fromtimestamp(at_ms / 1000, UTC).date() for at_ms in (min(times), max(times)))
    return first, last


def _by_kind(report: AuditReport) -> list[Found]:
    """Findings by their kind, the gravest first, as the report orders them."""
    by_kind: dict[FindingKind, list[tuple[int, AuditFinding]]] = {kind: [] for kind in FindingKind}
    for number, _, finding in numbered(report):
        by_kind[finding.kind].append((number, finding))
    return [
        Found(kind, tuple(hits[:MOST_SHOWN]), len(hits[MOST_SHOWN:])) for kind, hits in by_kind.items() if hits
    ]
