"""Resolved names on a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from comity.cli.table import Column, table_lines
from comity.oversight.names.resolve import Candidate, Resolution, Verdict
from comity.oversight.names.several import ResolvedNames

SUMMARY = (
    Column("verdict", 14, left=True),
    Column("names", 8),
    Column("rows", 9),
    Column("", 2),
    Column("kinds", 70, left=True),
)
MOST_KINDS = 5  # of one verdict in the summary; the file has them all
NO_STATE = "no state"


def summary_lines(found: ResolvedNames) -> Iterator[str]:
    """How many of each verdict, with their kinds; then the decisions whose agency has left the directory."""
    yield from table_lines(SUMMARY, [_summary_row(found, verdict) for verdict in Verdict])
    decided = sum(1 for resolution in found.resolutions if resolution.decided)
    closed = sum(1 for resolution in found.resolutions if resolution.closed)
    yield f"{decided} by a remembered decision; {closed} marked as closed, duplicate or not to be used"
    for decision in found.gone:
        yield (
            f"decision {decision.number} on `{decision.spelling}` names {decision.ori}, which has left the directory: "
            "decide anew with `comity oversight names decide`"
        )


def _summary_row(found: ResolvedNames, verdict: Verdict) -> tuple[str, ...]:
    rows = sum(n for r, n in zip(found.resolutions, found.rows, strict=True) if r.verdict is verdict)
    kinds = ", ".join(f"{kind} {count}" for kind, count in found.kinds(verdict)[:MOST_KINDS])
    return verdict, str(found.count(verdict)), str(rows), "", kinds


def summary_value(found: ResolvedNames, whole: bool) -> dict[str, Any]:
    """The counts, and every name where `whole`."""
    value: dict[str, Any] = {
        "names": len(found.resolutions),
        "verdicts": {verdict.value: found.count(verdict) for verdict in Verdict},
        "kinds": {verdict.value: dict(found.kinds(verdict)) for verdict in Verdict},
        "decisions_without_agency": [decision.number for decision in found.gone],
    }
    if whole:
        pairs = zip(found.resolutions, found.rows, strict=True)
        value["resolutions"] = [{"rows": rows, **resolution_value(one)} for one, rows in pairs]
    return value


def resolution_value(resolution: Resolution) -> dict[str, Any]:
    """One name with its verdict, its agency, the reasons, and every candidate."""
    return {
        "spelling": resolution.written,
        "verdict": resolution.verdict.value,
        "agency": _agency_value(resolution),
        "state": resolution.state or None,
        "level": resolution.level.value,
        "kind": resolution.kind.value,
        "closed": resolution.closed,
        "decided": resolution.decided or None,
        "reasons": list(resolution.reasons),
        "candidates": [_candidate_value(candidate) for candidate in resolution.candidates],
    }


def _agency_value(resolution: Resolution) -> dict[str, Any] | None:
    if resolution.agency is None:
        return None
    entry = resolution.agency.entry
    return {"ori": entry.ori, "name": entry.name, "state": entry.state, "counties": list(entry.counties)}


def _candidate_value(candidate: Candidate) -> dict[str, Any]:
    entry = candidate.listed.entry
    return {
        "ori": entry.ori,
        "name": entry.name,
        "state": entry.state,
        "counties": list(entry.counties),
        "points": candidate.points,
        "reasons": list(candidate.reasons),
    }


def explained_lines(resolution: Resolution) -> Iterator[str]:
    """One name: verdict, what it is, which words led there, and the candidates."""
    meaning = (
        _named(resolution.candidates[0]) if resolution.verdict is Verdict.RESOLVED else resolution.verdict.value
    )
    yield f"{resolution.written}: {meaning}"
    yield f"  {resolution.state or NO_STATE}, level {resolution.level}, kind {resolution.kind}"
    for reason in resolution.reasons:
        yield f"  {reason}"
    if resolution.verdict is Verdict.RESOLVED and len(resolution.candidates) == 1:
        return
    for candidate in resolution.candidates:
        yield from _candidate_lines(candidate)


def _candidate_lines(candidate: Candidate) -> Iterator[str]:
    yield f"  {candidate.points:>4} points  {_named(candidate)}"
    for reason in candidate.reasons:
        yield f"               {reason}"


def _named(candidate: Candidate) -> str:
    entry = candidate.listed.entry
    counties = f", {' and '.join(entry.counties)} County" if entry.counties else ""
    return f"{entry.ori} {entry.name.strip(' :,')} ({entry.state}{counties})"


def queue_lines(waiting: Sequence[tuple[Resolution, int]], most: int) -> Iterator[str]:
    """The doubtful, those in most rows first, at most `most`."""
    yield f"{len(waiting)} name{' waits' if len(waiting) == 1 else 's wait'} for a decision"
    for resolution, rows in waiting[:most]:
        yield ""
        yield f"{resolution.written}  ({rows} row{'' if rows == 1 else 's'})"
        for reason in resolution.reasons[-1:]:
            yield f"  {reason}"
        for candidate in resolution.candidates:
            yield from _candidate_lines(candidate)
    if len(waiting) > most:
        yield ""
        yield f"{len(waiting) - most} more; show them with --most {len(waiting)}"
