"""The audit as one page a council can read and print: no script, nothing from elsewhere, tables a screen reader follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from comity.oversight.audit.audit import AgencyAudit, AuditReport
from comity.oversight.audit.finding import AuditFinding, FindingKind, counted
from comity.oversight.audit.report_shape import numbered, totals

STYLE = """
body{font:1rem/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;color:#111;background:#fff}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top}
td{overflow-wrap:anywhere;min-width:7rem}
td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;min-width:0}
h1{line-height:1.2}
.wide{overflow-x:auto}
a{color:#00468b}
a:focus,.wide:focus{outline:3px solid #b35900}
@media print{body{max-width:none;font-size:9pt}h2,h3{break-after:avoid}tr{break-inside:avoid}
.wide{overflow:visible}a{color:inherit}}
"""
KIND_WORDS = {
    FindingKind.SHARING_CLOSED: "Sharing that does not appear to follow the law",
    FindingKind.SHARING_NEEDS_PAPER: "Sharing that needs a paper the list does not show",
    FindingKind.SHARING_NOBODY: "Sharing with accounts of no known body",
    FindingKind.SHARING_UNPLACED: "Sharing with bodies whose state is not known",
    FindingKind.SHARING_AGAINST_OWN_WORD: "Sharing against the agency's own word",
    FindingKind.SHARING_ADDED: "Recipients added that are not of its own state",
    FindingKind.PURPOSE_CLOSED: "Words that suggest a purpose the law closes",
    FindingKind.OWN_POLICY: "Uses the agency's own page forbids",
    FindingKind.SIDE_DOOR: "Reasons that name somebody else",
    FindingKind.KEEPS_LONGER: "Reads kept for longer than the law appears to allow",
    FindingKind.WINDOW_LONGER: "Searches for reads older than they are kept",
    FindingKind.REASON_EMPTY: "Reason left empty",
    FindingKind.REASON_ABSENT: "No reasons published",
    FindingKind.REASON_REDACTED: "Reason covered in this copy",
    FindingKind.REASON_BARE: "Reason that says nothing",
    FindingKind.REASON_RECYCLED: "The same reason again and again",
    FindingKind.OFFENCE_EMPTY: "Offence type missing",
    FindingKind.CASE_EMPTY: "Case number missing",
}
READ_SO = (
    "<em>Certain from the file</em>: the file shows it to anybody. <em>Likely from words</em>: it follows from how a reason "
    "or a name is written. <em>Only a lead</em>: something to ask about. No finding says that anybody broke the law; each "
    "says what does not appear to follow it, or does not say enough. No finding is about a person."
)


def report_page(report: AuditReport) -> str:
    """The page, whole."""
    title = "Check of other systems' search logs and sharing lists"
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Comity</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body>"
    )
    body = [
        '<p><a href="#findings">Skip to the findings</a></p>',
        f"<header><h1>{title}</h1><p>Made on {report.given.on.isoformat()}.</p></header><main>",
        *_in_short(report),
        *_sources(report),
        *_agencies(report),
        *_findings(report),
        "</main></body></html>",
    ]
    return head + "\n".join(body) + "\n"


def _in_short(report: AuditReport) -> Iterator[str]:
    counts = totals(report)
    yield '<section aria-labelledby="short"><h2 id="short">In short</h2>'
    if counts["searches"]:
        yield (
            f"<p>{counts['searches']:,} searches. Reason given {counts['given']:,}, of which {counts['poor']:,} say nothing; "
            f"covered {counts['redacted']:,}; left empty {counts['empty']:,}; no such column {counts['absent']:,}.</p>"
        )
    yield (
        f"<p>{counts['edges']:,} lines of sharing lists and {counts['changes']:,} changes in them; "
        f"{counts['agencies']:,} agencies; {counts['findings']:,} findings.</p><p>{READ_SO}</p></section>"
    )


def _sources(report: AuditReport) -> Iterator[str]:
    yield '<section aria-labelledby="sources"><h2 id="sources">What was read, and what was left out</h2>'
    rows = []
    for audit in report.given.audits:
        left = [f"{one.cells:,} cell{'' if one.cells == 1 else 's'} of `{one.column}`" for one in audit.dropped]
        left += [f"{audit.cases_dropped:,} case numbers"] if audit.cases_dropped else []
        taken = audit.scrubbed
        if taken.words or taken.numbers or taken.ids:
            left.append(f"from reasons {taken.words:,} words, {taken.numbers:,} numbers, {taken.ids:,} marks")
        rows.append((audit.file, f"{len(audit.searches):,}", "; ".join(left) or "nothing was there to leave out"))
    if rows:
        yield _table("Search logs", ("File", "Searches", "Left out at reading"), rows, numbers={1})
    if report.given.left_out:
        lines = [(one.file, f"{one.rows:,}", one.why) for one in report.given.left_out]
        yield _table("Rows of sharing lists left out", ("File", "Rows", "Why"), lines, numbers={1})
    copies = [(one.file, one.kind, one.hash) for one in report.given.sources]
    caption = "Every file, and the SHA-256 of the copy that was read"
    yield _table(caption, ("File", "What it is", "SHA-256"), copies, numbers=set())
    listed = len(report.given.directory)
    by = f"a directory of {listed:,} ORIs" if listed else "their own words alone; no directory was given"
    yield f"<p>Names of agencies were placed by {by}.</p></section>"


def _agencies(report: AuditReport) -> Iterator[str]:
    with_searches = [one for one in report.agencies if one.reasons.searches]
    yield '<section aria-labelledby="agencies"><h2 id="agencies">Reasons, agency by agency</h2>'
    head = (
        "Agency",
        "Searches",
        "Given",
        "Say nothing",
        "Covered",
        "Empty",
        "No column",
        "Commonest reason",
        "Its share",
        "Law",
    )
    yield _table(
        "What each log shows of reasons",
        head,
        [_agency_row(one) for one in sorted(with_searches, key=lambda one: one.agency.casefold())],
        numbers={1, 2, 3, 4, 5, 6, 8},
    )
    yield "</section>"


def _agency_row(one: AgencyAudit) -> tuple[str, ...]:
    reasons = one.reasons
    counts = (reasons.searches, reasons.given, reasons.poor, reasons.redacted, reasons.empty, reasons.absent)
    law = f"{one.pack} holds rules on plate data" if one.law_known else _no_law(one)
    return (one.agency, *(f"{count:,}" for count in counts), reasons.commonest, reasons.commonest_percent, law)


def _no_law(one: AgencyAudit) -> str:
    if not one.body.state:
        return "its state is not known"
    return f"{one.pack} holds no rule on plate data" if one.pack else f"no pack ships for {one.body.state}"


def _findings(report: AuditReport) -> Iterator[str]:
    yield '<section aria-labelledby="findings"><h2 id="findings" tabindex="-1">Findings</h2>'
    by_kind: dict[FindingKind, list[tuple[int, AuditFinding]]] = {kind: [] for kind in FindingKind}
    for number, _, found in numbered(report):
        by_kind[found.kind].append((number, found))
    for kind, hits in by_kind.items():
        if hits:
            yield f'<h3 id="{kind.value}">{KIND_WORDS[kind]}</h3>'
            head = ("No.", "Agency", "What the file shows", "How sure", "Rule or own word", "Lines, for instance")
            yield _table(counted(len(hits), "finding"), head, [_finding_row(*hit) for hit in hits], numbers={0})
    yield "</section>"


def _finding_row(number: int, found: AuditFinding) -> tuple[str, ...]:
    rules = [f"{rule.rule}: {rule.citation} ({rule.status}). {rule.reading}".strip() for rule in found.rules] or (
        [] if found.law.value == "not asked" else ["The state's pack holds no rule"]
    )
    if found.policy is not None:
        rules.append(f"Own word ({found.policy.file} line {found.policy.line}): {found.policy.shows}")
    lines = "; ".join(f"{at.file} line {at.line}: {at.shows}" for at in found.examples[:3])
    return (str(number), found.agency, found.says, found.sure.value, " ".join(rules), lines)


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]], numbers: set[int]) -> str:
    """A table in a region that can be scrolled by keyboard; the second cell on never stands for a heading."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="n">{escape(cell)}</td>' if place in numbers else f"<td>{escape(cell)}</td>"
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )
