"""`comity records load` and `comity records map`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from comity.errors import WrongUseError
from comity.exchange.intake import take_in
from comity.formats.mapped_csv import MapReport, check_csv, read_csv
from comity.formats.mapping import parse_mapping
from comity.formats.reading import read_documents
from comity.node.open_world import open_world

LARGEST_FILE = 50_000_000  # bytes; a larger export is split by year
MOST_FILES = 100_000
WRONG_USE = 2
SHOWN_PATHS = 40  # of the remainder, most frequent first; --json lists all


@click.group()
def records() -> None:
    """Load an owner's records into its node."""


@records.command()
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node."
)
@click.option("--owner", required=True, help="Agency the records belong to.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, load nothing.")
@click.option("--checked-by", default="", help="Custodian who checked the outcomes with the state repository.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(folder: Path, owner: str, dry_run: bool, checked_by: str, as_json: bool, paths: tuple[Path, ...]) -> None:
    """Load NIEM-style XML documents; every value is placed or listed by its path. All files load or none.

    \b
    Example:
      comity records load --node region/wa-node --owner wa-police documents/Warrant
    """
    reading = read_documents(((str(path), _read(path)) for path in _files(paths, ".xml")), owner, date.today())
    if not dry_run:
        with open_world(folder) as world:
            take_in(world, owner, reading.records, str(paths[0]), checked_by)
    value = {
        "records": len(reading.records),
        "loaded": not dry_run,
        "values_placed": reading.placed,
        "remainder": [{"path": path, "count": count} for path, count in reading.remainder],
        "dropped": [{"path": path, "reason": reason} for path, reason in reading.dropped],
    }
    if as_json:
        click.echo(json.dumps(value, indent=2))
        return
    verb = "read" if dry_run else "loaded"
    click.echo(f"{len(reading.records)} records {verb} for {owner}; {reading.placed} values placed")
    left = sum(count for _, count in reading.remainder)
    click.echo(f"{left} values on {len(reading.remainder)} paths have no place:")
    for path, count in sorted(reading.remainder, key=lambda row: -row[1])[:SHOWN_PATHS]:
        click.echo(f"  {count:>6}  {path}")
    for path, reason in reading.dropped[:SHOWN_PATHS]:
        click.echo(f"  dropped {path}: {reason}")


@records.command("map")
@click.option("--node", "folder", type=click.Path(path_type=Path), help="Folder of the owner's node.")
@click.option("--mapping", required=True, type=click.Path(path_type=Path), help="Mapping file (docs/records.md).")
@click.option("--dry-run", is_flag=True, help="Read and check every row, load nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("path", type=click.Path(path_type=Path))
def map_csv(folder: Path | None, mapping: Path, dry_run: bool, as_json: bool, path: Path) -> int:
    """Load an agency's own CSV export through a mapping file. Every row loads or none.

    \b
    Example:
      comity records map --mapping bookings.yaml --dry-run bookings.csv
    """
    if folder is None and not dry_run:
        raise WrongUseError("name the node that loads the rows with --node, or check them with --dry-run")
    known = parse_mapping(_text(mapping), str(mapping))
    raw = _read(path)
    report = check_csv(raw, str(path), known)
    if report.findings or folder is None or dry_run:
        loaded = 0
    else:
        reading = read_csv(raw, str(path), known)
        with open_world(folder) as world:
            take_in(world, known.owner, reading.records, str(path))
        loaded = len(reading.records)
    _print_map(report, loaded, as_json)
    return WRONG_USE if report.findings else 0


def _print_map(report: MapReport, loaded: int, as_json: bool) -> None:
    if as_json:
        columns = [{"column": name, "becomes": field, "values": count} for name, field, count in report.columns]
        value = {"rows": report.rows, "records": report.records, "loaded": loaded, "columns": columns}
        click.echo(
            json.dumps({**value, "faults": report.faults, "findings": [str(one) for one in report.findings]})
        )
        return
    for finding in report.findings:
        click.echo(str(finding), err=True)
    click.echo(f"{report.rows} rows, {report.records} records, {loaded} loaded")
    for name, field, count in report.columns:
        click.echo(f"  {name} -> {field}: {count} values")


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


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise WrongUseError(f"`{path}` is larger than {LARGEST_FILE} bytes; split it")
        return path.read_bytes()
    except OSError as error:
        raise WrongUseError(f"`{path}` cannot be read: {error.strerror}") from error


def _text(path: Path) -> str:
    try:
        return _read(path).decode()
    except UnicodeDecodeError as error:
        raise WrongUseError(f"`{path}` is not UTF-8 text; save it as UTF-8") from error
