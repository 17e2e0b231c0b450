"""`comity oversight audit`: other systems' search logs and sharing lists, held against the law and their own promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from comity.cli.files import print_json, read_bytes, read_text
from comity.errors import WrongUseError
from comity.formats.csv_table import LARGEST_EXPORT
from comity.formats.search_audit.layout import parse_layout
from comity.formats.yaml_tree import LARGEST_MAPPING
from comity.oversight.audit.audit import AuditReport, audit_others
from comity.oversight.audit.reading import MOST_FILES, read_given
from comity.oversight.audit.report_page import report_page
from comity.oversight.audit.report_shape import agencies_csv, findings_csv, report_object, rows_csv
from comity.oversight.audit.report_text import report_lines

FOUND = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="What the columns of a search log are (docs/audit.md)."
)
@click.option(
    "--retention", "retentions", multiple=True, metavar="AGENCY=DAYS", help="How long an agency keeps reads."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day whose law counts for lists without one; today.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for page, spreadsheets and JSON.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(
    paths: tuple[Path, ...],
    mapping: Path | None,
    retentions: tuple[str, ...],
    on: datetime | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Check search logs, policies and sharing lists of a plate-reader system that is not ours.

    Files are told apart by their headings; with a directory of ORIs among them names are sure. Plates, users and names are
    counted, and not kept.

    \b
    Example:
      comity oversight audit searches.csv policies.csv sharing.csv --out council
    """
    if len(paths) > MOST_FILES:
        raise WrongUseError(f"more than {MOST_FILES} files; audit a part of them at a time")
    layout = parse_layout(read_text(mapping, LARGEST_MAPPING), mapping.name) if mapping else None
    files = ((path.name, read_bytes(path, LARGEST_EXPORT)) for path in paths)
    day = on.date() if on else datetime.now().astimezone().date()
    report = audit_others(read_given(files, day, layout, tuple(_retentions(retentions))))
    if out is not None:
        _write(report, out)
    if as_json:
        print_json(report_object(report))
    else:
        for line in report_lines(report):
            click.echo(line)
        if out is not None:
            click.echo(f"\nwritten to `{out}`: audit.html, agencies.csv, findings.csv, rows.csv, audit.json")
    return FOUND if report.findings else 0


def _retentions(texts: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for text in texts:
        agency, sign, days = text.rpartition("=")
        if not sign or not agency.strip() or not days.isascii() or not days.isdigit() or int(days) > 36_525:
            raise WrongUseError(f"`{text[:80]}` is no retention; write for instance `Cedar Hollow PD=30`")
        yield agency.strip(), int(days)


def _write(report: AuditReport, folder: Path) -> None:
    """Every form of the report in one folder; files of an earlier audit there are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.html").write_text(report_page(report), encoding="utf-8")
    for name, text in (
        ("agencies.csv", agencies_csv(report)),
        ("findings.csv", findings_csv(report)),
        ("rows.csv", rows_csv(report)),
    ):
        (folder / name).write_text("\ufeff" + text, encoding="utf-8", newline="")
    (folder / "audit.json").write_text(json.dumps(report_object(report), indent=2) + "\n", encoding="utf-8")
