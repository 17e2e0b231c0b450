"""The audit as text for a terminal: what was read, the counts, then the findings by agency, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator

from comity.oversight.audit.audit import AuditReport
from comity.oversight.audit.finding import AuditFinding
from comity.oversight.audit.report_shape import numbered, totals

MOST_SHOWN = 40  # findings on a terminal; page and spreadsheets hold all
LINES_SHOWN = 3


def report_lines(report: AuditReport) -> Iterator[str]:
    """Line by line."""
    counts = totals(report)
    for audit in report.given.audits:
        left = [f"{one.cells} of `{one.column}`" for one in audit.dropped if one.cells]
        left += [f"{audit.cases_dropped} case numbers"] if audit.cases_dropped else []
        taken = audit.scrubbed.words + audit.scrubbed.numbers + audit.scrubbed.ids
        left += [f"{taken} words and numbers inside reasons"] if taken else []
        yield f"{audit.file}: {len(audit.searches)} searches; left out at reading: {', '.join(left) or 'nothing to leave out'}"
    for one in report.given.left_out:
        yield f"{one.file}: {one.rows} rows left out: {one.why}"
    if not report.given.directory:
        yield "no directory of ORIs was given: names are placed by their own words alone"
    if counts["searches"]:
        yield (
            f"{counts['searches']} searches: reason given {counts['given']} (of which {counts['poor']} say nothing), "
            f"covered {counts['redacted']}, left empty {counts['empty']}, no such column {counts['absent']}"
        )
    lists = f"{counts['edges']} sharing lines, {counts['changes']} changes"
    yield f"{lists}, {counts['agencies']} agencies, {counts['findings']} findings"
    agency = ""
    for number, one, found in numbered(report):
        if number > MOST_SHOWN:
            yield f"... and {counts['findings'] - MOST_SHOWN} more findings; --out FOLDER writes them all"
            return
        if found.agency != agency:
            agency = found.agency
            known = "" if one.law_known else "; its state's pack holds no rule on plate data, or none ships"
            placed = one.body.ori or "by its name alone"
            yield f"\n{agency} ({one.body.state or 'state not known'}, {placed}{known})"
        yield from _finding(number, found)


def _finding(number: int, found: AuditFinding) -> Iterator[str]:
    yield f"  {number}. {found.says} [{found.sure.value}]"
    for rule in found.rules:
        yield f"     {rule.rule} {rule.citation} ({rule.status})"
        if rule.reading:
            yield f"     {rule.reading}"
    if found.policy is not None:
        yield f"     its own word, {found.policy.file} line {found.policy.line}: {' '.join(found.policy.shows.split())[:100]}"
    yield "     " + "; ".join(f"line {at.line}: {at.shows}" for at in found.examples[:LINES_SHOWN])
