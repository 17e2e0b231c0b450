"""`comity oversight names`: which agency of an ORI directory the names in somebody's list mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options
from comity.cli.files import print_json, read_bytes, write_new
from comity.cli.oversight.show_names import (
    explained_lines,
    queue_lines,
    resolution_value,
    summary_lines,
    summary_value,
)
from comity.cli.question import refuse_empty, with_options
from comity.errors import WrongUseError
from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.formats.csv_table import LARGEST_EXPORT, Table, parse_table
from comity.formats.sharing.layouts import KNOWN
from comity.formats.sharing.reading import read_sharing
from comity.model.ori import OriEntry
from comity.oversight.names.decisions import (
    COLUMNS,
    NO_AGENCY,
    Decision,
    decision_line,
    next_decision,
    read_decisions,
)
from comity.oversight.names.resolve import Resolution
from comity.oversight.names.several import MOST_SPELLINGS, ResolvedNames, resolve_names, resolver_of

LARGEST_DECISIONS = 50_000_000  # bytes; a hundred thousand decisions of the longest reason
NAME_COLUMNS = ("name", "agency", "agency_name", "org_name", "organization_name", "portal_names", "portal_agency")

directory_options = (
    click.option(
        "--directory",
        "directories",
        multiple=True,
        required=True,
        type=click.Path(path_type=Path),
        help="ORI directory as CSV; name it again for another edition.",
    ),
    click.option("--decisions", type=click.Path(path_type=Path), help="File of remembered decisions."),
)
list_options = (
    click.argument("names_file", metavar="LIST", type=click.Path(path_type=Path)),
    click.option("--column", default="", help="Column of the names, where LIST is no known sharing list."),
)


@click.group()
def names() -> None:
    """Which agency of an ORI directory a name means: resolve, explain, queue the doubtful, remember decisions."""


@names.command()
@with_options(list_options, directory_options)
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write every name with its verdict to this CSV file."
)
@with_options(json_options)
def resolve(
    names_file: Path,
    column: str,
    directories: tuple[Path, ...],
    decisions: Path | None,
    output: Path | None,
    as_json: bool,
) -> int:
    """Resolve every name of a list, count the verdicts, and write them out.

    \b
    Example:
      comity oversight names resolve list.csv --directory agencies.csv --output resolved.csv
    """
    found = _resolved(names_file, column, directories, decisions)
    if output is not None:
        write_new(output, _table_text(found))
    if as_json:
        print_json(summary_value(found, whole=output is None))
        return 0
    for line in summary_lines(found):
        click.echo(line)
    return 0


@names.command()
@click.argument("spelling", callback=refuse_empty)
@with_options(directory_options, json_options)
def explain(spelling: str, directories: tuple[Path, ...], decisions: Path | None, as_json: bool) -> int:
    """Say which words of one name led where, with every candidate and its points.

    \b
    Example:
      comity oversight names explain "Adams County WI SO" --directory agencies.csv
    """
    resolution = resolver_of(_entries(directories), _decisions(decisions))(spelling)
    if as_json:
        print_json(resolution_value(resolution))
        return 0
    for line in explained_lines(resolution):
        click.echo(line)
    return 0


@names.command()
@with_options(list_options, directory_options)
@click.option("--most", default=20, show_default=True, type=click.IntRange(1, MOST_SPELLINGS), help="Names shown.")
@with_options(json_options)
def queue(
    names_file: Path,
    column: str,
    directories: tuple[Path, ...],
    decisions: Path | None,
    most: int,
    as_json: bool,
) -> int:
    """Show the doubtful names, those in most rows first, with the best candidates and what speaks for each.

    \b
    Example:
      comity oversight names queue list.csv --directory agencies.csv --decisions decided.csv
    """
    found = _resolved(names_file, column, directories, decisions)
    waiting = found.queue()
    if as_json:
        print_json({"waiting": len(waiting), "names": [_queued_value(*pair) for pair in waiting[:most]]})
    else:
        for line in queue_lines(waiting, most):
            click.echo(line)
    return 0


@names.command()
@click.argument("spelling", callback=refuse_empty)
@with_options(directory_options[:1])
@click.option("--decisions", required=True, type=click.Path(path_type=Path), help="File of remembered decisions.")
@click.option("--ori", required=True, callback=refuse_empty, help=f"The ORI that is meant, or `{NO_AGENCY}`.")
@click.option("--role", required=True, callback=refuse_empty, help="Who decides, by role; never a person's name.")
@click.option("--why", required=True, callback=refuse_empty, help="What the decision rests on.")
@with_options(json_options)
def decide(
    spelling: str,
    directories: tuple[Path, ...],
    decisions: Path,
    ori: str,
    role: str,
    why: str,
    as_json: bool,
) -> int:
    """Remember what a name means. The file only grows: a later decision replaces an earlier one and names it.

    \b
    Example:
      comity oversight names decide "Springfield PD" --directory agencies.csv --decisions decided.csv \\
        --ori none --role "privacy officer" --why "a closed account, says the owner"
    """
    known = {entry.ori for entry in _entries(directories)}
    code = "" if ori == NO_AGENCY else ori.upper()
    if code and code not in known:
        raise WrongUseError(f"`{ori[:20]}` is not in the directory; name an ORI that it lists, or `{NO_AGENCY}`")
    before = _decisions(decisions) if decisions.exists() else ()
    decision = next_decision(before, spelling=spelling, ori=code, role=role, on=_today(), why=why)
    _add_line(decisions, decision_line(decision), first=not decisions.exists())
    if as_json:
        print_json(_decision_value(decision))
        return 0
    replaced = f", in place of number {decision.replaces}" if decision.replaces else ""
    click.echo(f"number {decision.number}: `{decision.spelling}` means {decision.meaning}{replaced}")
    return 0


def _resolved(
    names_file: Path, column: str, directories: tuple[Path, ...], decisions: Path | None
) -> ResolvedNames:
    return resolve_names(_spellings(names_file, column), _entries(directories), _decisions(decisions))


def _entries(directories: Sequence[Path]) -> tuple[OriEntry, ...]:
    return merge_editions([read_ori_csv(read_bytes(path, LARGEST_EXPORT), path.name) for path in directories])


def _decisions(path: Path | None) -> tuple[Decision, ...]:
    return () if path is None else read_decisions(read_bytes(path, LARGEST_DECISIONS), path.name)


def _spellings(path: Path, column: str) -> list[str]:
    """Every name of a list, as often as it stands there. A known sharing list is read as one, another by its column."""
    raw = read_bytes(path, LARGEST_EXPORT)
    table = parse_table(raw, path.name)
    if not column and any(set(table.header) == {*layout.columns, *layout.ignore} for layout in KNOWN):
        sharing = read_sharing(raw, path.name)
        edges = (*sharing.edges, *(change.edge for change in sharing.changes))
        return [name for edge in edges for name in (edge.owner, edge.recipient)]
    chosen = column or next((name for name in NAME_COLUMNS if name in table.header), "")
    if chosen not in table.header:
        shown = ", ".join(table.header)[:160]
        fault = f"`{path.name}` has no column `{column}`" if column else f"`{path.name}` is no known sharing list"
        raise WrongUseError(f"{fault}; name one of its columns with --column: {shown}")
    return _column(table, chosen)


def _column(table: Table, name: str) -> list[str]:
    place = table.header.index(name)
    found = [row.cells[place] for row in table.rows if place < len(row.cells)]
    if len(found) > MOST_SPELLINGS * 10:
        raise WrongUseError(f"the list has more than {MOST_SPELLINGS * 10} rows; split it")
    return found


def _table_text(found: ResolvedNames) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ("spelling", "rows", "verdict", "ori", "agency", "state", "county", "level", "kind", "closed", "why")
    )
    for resolution, rows in zip(found.resolutions, found.rows, strict=True):
        entry = resolution.agency.entry if resolution.agency else None
        writer.writerow(
            (
                resolution.written,
                rows,
                resolution.verdict,
                entry.ori if entry else "",
                entry.name if entry else "",
                resolution.state,
                "; ".join(entry.counties) if entry else "",
                resolution.level,
                resolution.kind,
                "yes" if resolution.closed else "",
                "; ".join(resolution.reasons),
            )
        )
    return out.getvalue()


def _add_line(path: Path, line: str, first: bool) -> None:
    head = ",".join(COLUMNS) + "\n" if first else ""
    try:
        with path.open("x" if first else "a", encoding="utf-8") as file:
            file.write(f"{head}{line}\n")
    except OSError as error:
        raise WrongUseError(f"`{path}` cannot be written; name a file in a folder that may be written") from error


def _queued_value(resolution: Resolution, rows: int) -> dict[str, Any]:
    return {"rows": rows, **resolution_value(resolution)}


def _decision_value(decision: Decision) -> dict[str, Any]:
    return {
        "number": decision.number,
        "spelling": decision.spelling,
        "ori": decision.meaning,
        "role": decision.role,
        "on": decision.on.isoformat(),
        "why": decision.why,
        "replaces": decision.replaces or None,
    }


def _today() -> date:
    return datetime.now(UTC).date()
