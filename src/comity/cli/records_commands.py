"""`comity records load` and `comity records map`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from comity.errors import WrongUseError
from comity.exchange.intake import take_in
from comity.formats.csv_reading import read_csv
from comity.formats.documents import read_documents
from comity.formats.mapping import parse_mapping
from comity.node.open_world import open_world

LARGEST_FILE = 50_000_000  # bytes; a larger export is split by year
MOST_FILES = 100_000
SHOWN_PATHS = 40  # of the remainder, most frequent first; --json lists all


@click.group()
def records() -> None:
    """Load an owner's records into its node."""


@records.command()
@click.option("--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node.")
@click.option("--owner", required=True, help="Agency the records belong to.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, load nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(folder: Path, owner: str, dry_run: bool, as_json: bool, paths: tuple[Path, ...]) -> None:
    """Load NIEM-style XML documents; every value is placed or listed by its path. All files load or none.

    \b
    Example:
      comity records load --node region/wa-node --owner wa-police documents/Warrant
    """
    reading = read_documents(((str(path), _read(path)) for path in _files(paths, ".xml")), owner)
    if not dry_run:
        with open_world(folder) as world:
            take_in(world, owner, reading.records, str(paths[0]))
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
def map_csv(folder: Path | None, mapping: Path, dry_run: bool, as_json: bool, path: Path) -> None:
    """Load an agency's own CSV export through a mapping file. Every row loads or none.

    \b
    Example:
      comity records map --mapping bookings.yaml --dry-run bookings.csv
    """
    if folder is None and not dry_run:
        raise WrongUseError("name the node that loads the rows with --node, or check them with --dry-run")
    known = parse_mapping(_read(mapping).decode("utf-8", "replace"), str(mapping))
    reading = read_csv(_read(path), str(path), known)
    if folder is not None and not dry_run:
        with open_world(folder) as world:
            take_in(world, known.owner, reading.records, str(path))
    columns = {name: count for name, count in reading.report.columns}
    if as_json:
        click.echo(json.dumps({"rows": reading.report.rows, "records": len(reading.records), "columns": columns}, indent=2))
        return
    click.echo(f"{reading.report.rows} rows, {len(reading.records)} records {'read' if dry_run else 'loaded'}")
    for name, count in columns.items():
        click.echo(f"  {name}: {count} values")


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
