"""`comity oversight log`: the log by its codes, one entry with its proof, and what lies behind it for a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.model.log_view import MOST_ROWS, EntryOpened, EntryShown, LogBrowsed, LogFilter, LogRow
from comity.node.local import at_node
from comity.node.log_requests import BrowseLog, OpenLogEntry, ShowLogEntry

MOST_SHOWN = 8  # words of one facet on one line; all are in --json
reviewer_options = (
    *node_options,
    click.option("--as", "member", required=True, help="Privacy officer or auditor of the agency."),
)
filter_options = (
    click.option("--purpose", default="", help="Only of this purpose."),
    click.option("--result", "decision", default="", help="Only with this result: answered, refused, held."),
    click.option("--kind", default="", help="Only this kind of entry."),
    click.option("--month", default="", metavar="YYYY-MM", help="Only of this month, UTC."),
    click.option("--asker", default="", metavar="ORI", help="Only asked by this agency."),
)


@click.group("log")
def log() -> None:
    """The log of an agency and its node, by its codes; and what lies behind one entry, for a reason that is entered."""


@log.command("list")
@with_options(reviewer_options, filter_options)
@click.option("--below", type=click.IntRange(min=0), help="Only entries before this one.")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, MOST_ROWS), help="At most so many.")
@with_options(json_options)
def list_entries(folder: Path, member: str, as_json: bool, **given: Any) -> int:
    """List the newest entries that are wanted, and count what occurs. Nothing is opened.

    \b
    Example:
      comity oversight log list --node region/wa-node --as wa-police-auditor --purpose civil-immigration
    """
    below, most = given.pop("below"), given.pop("most")
    request = BrowseLog(member=member, wanted=LogFilter(**given), limit=most, below=below)
    with at_node(folder) as verbs:
        found: LogBrowsed = verbs(request, LogBrowsed, lambda *_: None)
    if as_json:
        print_json({**msgspec.to_builtins(found), "rows": [_row_value(row) for row in found.rows]})
        return 0
    click.echo(f"{found.found} of {found.own} entries of {found.owner} and its node; {found.size} in the log")
    for name, pairs in found.facets.items():
        if pairs:
            click.echo(f"  {name}: " + ", ".join(f"{word} {count}" for word, count in pairs[:MOST_SHOWN]))
    for row in found.rows:
        facts = row.facts
        words = (facts.kind, facts.asker_ori, facts.purpose or "", facts.decision)
        click.echo(f"{row.index}  {utc_text(facts.at_ms)}  {'  '.join(str(one) for one in words if one)}")
    if found.older is not None:
        click.echo(f"    older ones: --below {found.older}")
    return 0


@log.command("show")
@with_options(reviewer_options)
@click.argument("entry", type=click.IntRange(min=0))
@with_options(json_options)
def show(folder: Path, member: str, entry: int, as_json: bool) -> int:
    """Show one entry: its codes and its proof, and whether anything lies behind it still.

    \b
    Example:
      comity oversight log show --node region/wa-node --as wa-police-auditor 12
    """
    with at_node(folder) as verbs:
        shown: EntryShown = verbs(ShowLogEntry(member=member, entry=entry), EntryShown, lambda *_: None)
    row = _row_value(LogRow(index=shown.index, facts=shown.facts))
    if as_json:
        names = ("entry", "proof", "kept", "opens", "forgotten_by")
        print_json({**row, **{name: getattr(shown, name) for name in names}})
        return 0
    for name, value in row.items():
        if value not in ("", None):
            click.echo(f"{name}: {value}")
    if shown.forgotten_ms is not None:
        click.echo(
            f"what lay behind it was destroyed {utc_text(shown.forgotten_ms)}, see entry {shown.forgotten_by}"
        )
    click.echo(shown.proof)
    return 0


@log.command("open")
@with_options(reviewer_options)
@click.option(
    "--reason", required=True, help="Why, in at least three words; it is entered before anything is shown."
)
@click.argument("entry", type=click.IntRange(min=0))
@with_options(json_options)
def open_behind(folder: Path, member: str, entry: int, reason: str, as_json: bool) -> int:
    """Open what lies behind one entry: who asked what, or who did what. That it was opened stands in the log.

    \b
    Example:
      comity oversight log open --node region/wa-node --as wa-police-auditor --reason "a complaint names this day" 12
    """
    request = OpenLogEntry(member=member, entry=entry, reason=reason)
    with at_node(folder) as verbs:
        opened: EntryOpened = verbs(request, EntryOpened, lambda *_: None)
    parts = [json.loads(part) for part in opened.parts]
    if as_json:
        print_json({"index": opened.index, "parts": parts, "seen": opened.seen})
        return 0
    for part in parts:
        click.echo(json.dumps(part, indent=2, ensure_ascii=False))
    click.echo(click.style(f"    that you opened it, and why, stands in the log as entry {opened.seen}", dim=True))
    return 0


def _row_value(row: LogRow) -> dict[str, Any]:
    """One entry's codes as a JSON object; its minute is ISO 8601 in UTC."""
    facts = row.facts
    return {
        "index": row.index,
        "minute": datetime.fromtimestamp(facts.at_ms / 1_000, UTC).isoformat(timespec="minutes"),
        "kind": facts.kind.value,
        "owner": facts.owner_ori,
        "asker": facts.asker_ori,
        "purpose": facts.purpose.value if facts.purpose else "",
        "instrument": facts.instrument,
        "result": facts.decision,
        "released": facts.released,
    }
