"""The audit as plain objects for programs, and as rows for a spreadsheet. Both carry every line a finding rests on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from comity.model.search_audit import CellState
from comity.oversight.audit.audit import AgencyAudit, AuditReport
from comity.oversight.audit.finding import At, AuditFinding

# What a spreadsheet would take for a formula, and the signs before which it would look for one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")

FINDING_COLUMNS = (
    "finding",
    "agency",
    "state",
    "kind",
    "says",
    "how sure",
    "counted",
    "out of",
    "law",
    "rules",
    "citations",
    "reading",
    "own policy",
    "examples",
)
ROW_COLUMNS = ("finding", "agency", "kind", "file", "line", "shows")
AGENCY_COLUMNS = (
    "agency",
    "state",
    "why this state",
    "searches",
    "reason given",
    "of these poor",
    "covered",
    "left empty",
    "no such column",
    "commonest reason",
    "share of readable",
    "shares with",
    "pack",
    "pack speaks of plate data",
    "findings",
)


def report_object(report: AuditReport) -> dict[str, Any]:
    """The whole audit as JSON values."""
    return {
        "on": report.given.on.isoformat(),
        "totals": totals(report),
        "sources": [
            {
                "file": audit.file,
                "hash": audit.hash,
                "searches": len(audit.searches),
                "dropped": [
                    {"column": one.column, "what": one.role.value.removeprefix("drop-"), "cells": one.cells}
                    for one in audit.dropped
                ],
                "case_numbers_dropped": audit.cases_dropped,
                "taken_out_of_reasons": {
                    "words": audit.scrubbed.words,
                    "numbers": audit.scrubbed.numbers,
                    "ids": audit.scrubbed.ids,
                },
            }
            for audit in report.given.audits
        ],
        "left_out_of_lists": [
            {"file": one.file, "why": one.why, "rows": one.rows} for one in report.given.left_out
        ],
        "directory": len(report.given.directory),
        "agencies": [_agency_object(one) for one in report.agencies],
    }


def totals(report: AuditReport) -> dict[str, int]:
    """Counts over all agencies. `poor` are part of `given`."""
    return {
        "searches": report.searches,
        "given": report.count(CellState.GIVEN),
        "poor": report.poor,
        "redacted": report.count(CellState.REDACTED),
        "empty": report.count(CellState.EMPTY),
        "absent": report.count(CellState.ABSENT),
        "edges": len(report.given.edges),
        "changes": len(report.given.changes),
        "agencies": len(report.agencies),
        "findings": len(report.findings),
    }


def _agency_object(one: AgencyAudit) -> dict[str, Any]:
    reasons = one.reasons
    return {
        "agency": one.agency,
        "state": one.body.state,
        "why_this_state": one.body.why,
        "ori": one.body.ori,
        "pack": one.pack,
        "pack_speaks_of_plate_data": one.law_known,
        "reasons": {
            "searches": reasons.searches,
            "given": reasons.given,
            "poor": reasons.poor,
            "redacted": reasons.redacted,
            "empty": reasons.empty,
            "absent": reasons.absent,
            "commonest": reasons.commonest,
            "commonest_count": reasons.commonest_count,
            "readable": reasons.readable,
        },
        "shares_with": one.shares_with,
        "added": one.added,
        "removed": one.removed,
        "findings": [_finding_object(found) for found in one.findings],
    }


def _finding_object(found: AuditFinding) -> dict[str, Any]:
    return {
        "kind": found.kind.value,
        "says": found.says,
        "sure": found.sure.value,
        "counted": found.counted,
        "of": found.of,
        "law": found.law.value,
        "rules": [
            {
                "rule": rule.rule,
                "title": rule.title,
                "citation": rule.citation,
                "status": rule.status,
                **({"reading": rule.reading} if rule.reading else {}),
            }
            for rule in found.rules
        ],
        "policy": _at_object(found.policy) if found.policy else None,
        "examples": [_at_object(at) for at in found.examples],
        "lines": {file: [at.line for at in found.lines if at.file == file] for file in _files(found)},
    }


def _at_object(at: At) -> dict[str, Any]:
    return {"file": at.file, "line": at.line, "shows": at.shows}


def _files(found: AuditFinding) -> tuple[str, ...]:
    return tuple(dict.fromkeys(at.file for at in found.lines))


# ---------------------------------------------------------------- spreadsheets


def findings_csv(report: AuditReport) -> str:
    """A row for each finding, numbered in the order of the report."""
    return _csv(FINDING_COLUMNS, (_finding_row(number, one, found) for number, one, found in numbered(report)))


def rows_csv(report: AuditReport) -> str:
    """A row for every line that a finding rests on, under the finding's number."""
    return _csv(
        ROW_COLUMNS,
        (
            (number, found.agency, found.kind.value, at.file, at.line, at.shows)
            for number, _, found in numbered(report)
            for at in found.lines
        ),
    )


def agencies_csv(report: AuditReport) -> str:
    """A row for each agency: what its log shows of reasons, and what its state's pack holds."""
    return _csv(AGENCY_COLUMNS, (_agency_row(one) for one in report.agencies))


def numbered(report: AuditReport) -> Iterable[tuple[int, AgencyAudit, AuditFinding]]:
    """Every finding with its number, the same in page and spreadsheets."""
    pairs = ((one, found) for one in report.agencies for found in one.findings)
    return ((number, one, found) for number, (one, found) in enumerate(pairs, 1))


def _finding_row(number: int, one: AgencyAudit, found: AuditFinding) -> Sequence[object]:
    return (
        number,
        found.agency,
        one.body.state,
        found.kind.value,
        found.says,
        found.sure.value,
        found.counted,
        found.of,
        found.law.value,
        "; ".join(rule.rule for rule in found.rules),
        "; ".join(dict.fromkeys(rule.citation for rule in found.rules)),
        "; ".join(rule.reading for rule in found.rules if rule.reading),
        found.policy.shows if found.policy else "",
        "; ".join(f"{at.file}:{at.line}" for at in found.examples),
    )


def _agency_row(one: AgencyAudit) -> Sequence[object]:
    reasons = one.reasons
    return (
        one.agency,
        one.body.state,
        one.body.why,
        reasons.searches,
        reasons.given,
        reasons.poor,
        reasons.redacted,
        reasons.empty,
        reasons.absent,
        reasons.commonest,
        reasons.commonest_percent,
        one.shares_with,
        one.pack or "none ships",
        "yes" if one.law_known else "no",
        len(one.findings),
    )


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def guarded(cell: object) -> object:
    """A cell that no spreadsheet runs: text that would begin a formula gets an apostrophe before it."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + cell
    return cell
