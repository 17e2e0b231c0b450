"""The audit as text for a terminal: what was read, the counts, then the findings by agency, the gravest first."""

from __future__ import annotations

from collections.abc import Iterator

from comity.oversight.audit.audit import AuditReport
from comity.oversight.audit.finding import AuditFinding, counted
from comity.oversight.audit.report_shape import numbered, totals

MOST_SHOWN = 40  # findings on a terminal; page and spreadsheets hold all
LINES_SHOWN = 3


def report_lines(report: AuditReport) -> Iterator[str]:
    """Line by line."""
    counts = totals(report)
    for audit in report.given.audits:
        out = [f"{one.cells} of `{one.column}`" for one in audit.dropped if one.cells]
        out += [counted(audit.cases_dropped, "case number")] if audit.cases_dropped else []
        taken = audit.scrubbed.words + audit.scrubbed.numbers + audit.scrubbed.ids
        out += [f"{taken} words and numbers inside reasons"] if taken else []
        searches = counted(len(audit.searches), "search", "searches")
        yield f"{audit.file}: {searches}; left out at reading: {', '.join(out) or 'nothing to leave out'}"
    for left in report.given.left_out:
        yield f"{left.file}: {counted(left.rows, 'row')} left out: {left.why}"
    if not report.given.directory:
        yield "no directory of ORIs was given: names are placed by their own words alone"
    if counts["searches"]:
        yield (
            f"{counts['searches']} searches: reason given {counts['given']} (of which {counts['poor']} say nothing), "
            f"covered {counts['redacted']}, left empty {counts['empty']}, no such column {counts['absent']}"
        )
    lists = f"{counted(counts['edges'], 'sharing line')}, {counted(counts['changes'], 'change')}"
    yield f"{lists}, {counted(counts['agencies'], 'agency', 'agencies')}, {counted(counts['findings'], 'finding')}"
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
    shown = found.examples[:LINES_SHOWN]
    files = dict.fromkeys(at.file for at in shown)
    for file in files:
        lines = "; ".join(f"line {at.line}: {at.shows}" for at in shown if at.file == file)
        yield f"     {file} {lines}"
