"""`comity records load`, `map`, `purge` and `reindex`; `correct` has a file of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from comity.cli.ask_commands import progress_lines
from comity.cli.commands import Commands
from comity.cli.files import print_json, read_bytes, read_text
from comity.cli.show_index import index_value, print_index
from comity.errors import WrongUseError
from comity.exchange.records.intake import check_records, check_values, take_in
from comity.formats.mapped_csv import MapReport, check_csv, read_csv
from comity.formats.mapping import parse_mapping
from comity.formats.reading import DocumentReading, read_documents
from comity.law.attested import attested_facts, parse_attested
from comity.model.disclosure import Purged
from comity.model.index_state import IndexState
from comity.node.configure import check_configured
from comity.node.local import at_node
from comity.node.office import CheckIndex, PurgeRecords
from comity.node.open_world import open_world
from comity.settings import read_settings

LARGEST_FILE = 50_000_000  # bytes; a larger export is split by year
LARGEST_MAPPING = 2_000_000  # bytes; the reader of mappings stops at a tenth of it with a better sentence
MOST_FILES = 100_000
WRONG_USE = 2
SHOWN_PATHS = 40  # of the remainder, most frequent first; --json lists all


ELSEWHERE = {
    "correct": "correct_command:correct",
    "read": "read_command:read",
    **{name: f"recall_commands:{name}" for name in ("seal", "expunge", "dispute", "hold", "lift", "review")},
}


@click.group(cls=Commands, elsewhere=ELSEWHERE)
def records() -> None:
    """Load, read, correct and purge an owner's records."""


attest_option = click.option(
    "--attest",
    "attested",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="What you vouch for of every record's coming in, such as lawfully-obtained; repeat.",
)


@records.command()
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node."
)
@click.option("--owner", required=True, help="Agency the records belong to.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, load nothing.")
@click.option("--checked-by", default="", help="Custodian who checked the outcomes with the state repository.")
@attest_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(
    folder: Path,
    owner: str,
    dry_run: bool,
    checked_by: str,
    attested: tuple[str, ...],
    as_json: bool,
    paths: tuple[Path, ...],
) -> None:
    """Load NIEM-style XML documents; every value is placed or listed by its path. All files load or none.

    \b
    Example:
      comity records load --node region/wa-node --owner wa-police documents/Warrant
    """
    _check_owner(folder, owner)
    vouched = attested_facts("entry", parse_attested(attested))
    files = ((str(path), read_bytes(path, LARGEST_FILE)) for path in _files(paths, ".xml"))
    reading = read_documents(files, owner, date.today())
    if dry_run:
        check_records(reading.records, str(paths[0]))
        check_values(reading.records, str(paths[0]), date.today())
    else:
        with open_world(folder) as world:
            check_configured(world, read_settings(folder))
            take_in(world, owner, reading.records, str(paths[0]), checked_by, vouched)
    if as_json:
        print_json(_reading_value(reading, loaded=not dry_run))
    else:
        _print_reading(reading, f"{'read' if dry_run else 'loaded'} for {owner}")


@records.command("map")
@click.option("--node", "folder", type=click.Path(path_type=Path), help="Folder of the owner's node.")
@click.option("--mapping", required=True, type=click.Path(path_type=Path), help="Mapping file (docs/records.md).")
@click.option("--dry-run", is_flag=True, help="Read and check every row, load nothing.")
@attest_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("path", type=click.Path(path_type=Path))
def map_csv(
    folder: Path | None, mapping: Path, dry_run: bool, attested: tuple[str, ...], as_json: bool, path: Path
) -> int:
    """Load an agency's own CSV export through a mapping file. Every row loads or none.

    \b
    Example:
      comity records map --mapping bookings.yaml --dry-run bookings.csv
    """
    if folder is None and not dry_run:
        raise WrongUseError("name the node that loads the rows with --node, or check them with --dry-run")
    vouched = attested_facts("entry", parse_attested(attested))
    known = parse_mapping(read_text(mapping, LARGEST_MAPPING), str(mapping))
    if folder is not None:
        _check_owner(folder, known.owner)
    raw = read_bytes(path, LARGEST_FILE)
    report = check_csv(raw, str(path), known)
    loads = not (report.findings or dry_run or folder is None)
    if loads and folder is not None:
        with open_world(folder) as world:
            check_configured(world, read_settings(folder))
            rows = read_csv(raw, str(path), known).records
            take_in(world, known.owner, rows, str(path), attested=vouched)
    elif not report.findings:
        check_values(read_csv(raw, str(path), known).records, str(path), date.today())
    _print_map(report, report.records if loads else 0, as_json)
    return WRONG_USE if report.findings else 0


@records.command()
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node."
)
@click.option("--dry-run", is_flag=True, help="Decide for every record, remove nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("owner")
def purge(folder: Path, dry_run: bool, as_json: bool, owner: str) -> int:
    """Remove what the owner's law says must go, with an entry; list what a custodian must decide (exit status 1).

    \b
    Example:
      comity records purge --node region/wa-node --dry-run wa-police
    """
    _check_owner(folder, owner)
    with at_node(folder) as verbs:
        done: Purged = verbs(PurgeRecords(owner=owner, trial=dry_run), Purged, lambda *_: None)
    if as_json:
        print_json(_purged_value(done))
    else:
        _print_purged(done, "would go" if dry_run else "removed")
    return 1 if done.custodian else 0


@records.command()
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("owner")
def reindex(folder: Path, as_json: bool, owner: str) -> int:
    """Make what an owner's people are found by anew from its records, and check it. Exit status 1 when it differs still.

    \b
    Example:
      comity records reindex --node region/wa-node wa-police
    """
    _check_owner(folder, owner)
    with at_node(folder) as verbs:
        state: IndexState = verbs(CheckIndex(owner=owner, anew=True), IndexState, progress_lines(as_json))
    if as_json:
        print_json(index_value(state))
    else:
        print_index(state)
    return 1 if state.faults else 0


def _purged_value(done: Purged) -> dict[str, object]:
    listed = {"removed": done.removed, "restricted": done.restricted, "custodian": done.custodian}
    return {
        "owner": done.owner,
        "records": done.looked_at,
        **{
            name: [{"reference": reference, "rules": list(rules)} for reference, rules in found]
            for name, found in listed.items()
        },
        "entries": list(done.entries),
    }


def _print_purged(done: Purged, gone: str) -> None:
    click.echo(f"{done.looked_at} records of {done.owner}: {len(done.removed)} {gone}")
    by_rule = Counter(rule for _, rules in done.removed for rule in rules)
    _print_some([f"{count:>6}  {rule}" for rule, count in sorted(by_rule.items())])
    click.echo(f"{len(done.restricted)} kept restricted under a hold")
    _print_some([f"{reference}: {', '.join(rules)}" for reference, rules in done.restricted])
    click.echo(f"{len(done.custodian)} wait for a records custodian, because a fact is not known")
    _print_some([f"{reference}: {', '.join(rules)}" for reference, rules in done.custodian])


def _check_owner(folder: Path, owner: str) -> None:
    """Before anything long is read: the node holds the owner. Raises WrongUseError."""
    held = read_settings(folder).agencies
    if owner not in held:
        raise WrongUseError(f"`{owner}` is not held at this node; it holds {', '.join(held)}")


def _reading_value(reading: DocumentReading, loaded: bool) -> dict[str, object]:
    return {
        "records": len(reading.records),
        "loaded": loaded,
        "values_placed": reading.placed,
        "remainder": [{"path": path, "count": count} for path, count in reading.remainder],
        "dropped": [{"path": path, "reason": reason} for path, reason in reading.dropped],
    }


def _print_reading(reading: DocumentReading, done: str) -> None:
    click.echo(f"{len(reading.records)} records {done}; {reading.placed} values placed")
    left = sum(count for _, count in reading.remainder)
    click.echo(f"{left} values on {len(reading.remainder)} paths have no place" + (":" if left else ""))
    _print_some([f"{count:>6}  {path}" for path, count in sorted(reading.remainder, key=lambda row: -row[1])])
    _print_some([f"dropped {path}: {reason}" for path, reason in reading.dropped])


def _print_some(lines: list[str]) -> None:
    for line in lines[:SHOWN_PATHS]:
        click.echo(f"  {line}")
    if len(lines) > SHOWN_PATHS:
        click.echo(f"  and {len(lines) - SHOWN_PATHS} more; --json lists all")


def _print_map(report: MapReport, loaded: int, as_json: bool) -> None:
    for finding in report.findings:
        click.echo(f"comity: {finding}", err=True)
    if report.faults > len(report.findings):
        click.echo(f"comity: and {report.faults - len(report.findings)} more", err=True)
    if as_json:
        print_json(
            {
                "rows": report.rows,
                "records": report.records,
                "loaded": loaded,
                "columns": [
                    {"column": name, "becomes": use, "values": count} for name, use, count in report.columns
                ],
                "faults": report.faults,
                "findings": [str(one) for one in report.findings],
            }
        )
        return
    click.echo(f"{report.rows} rows, {report.records} records, {loaded} loaded")
    for name, use, count in report.columns:
        click.echo(f"  {name} -> {use}: {count} values")


def _files(paths: tuple[Path, ...], suffix: str) -> Iterator[Path]:
    found = 0
    for path in paths:
        if not path.exists():
            raise WrongUseError(f"`{path}` does not exist; name a file or a folder of {suffix} files")
        for file in sorted(path.rglob(f"*{suffix}")) if path.is_dir() else [path]:
            found += 1
            if found > MOST_FILES:
                raise WrongUseError(f"more than {MOST_FILES} files; load them folder by folder")
            yield file
    if not found:
        raise WrongUseError(f"no {suffix} file in `{paths[0]}`; name a folder that holds some")
