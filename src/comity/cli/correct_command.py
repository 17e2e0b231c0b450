"""`comity records correct`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json, read_bytes, read_text
from comity.cli.question import with_options
from comity.cli.records_commands import LARGEST_FILE, LARGEST_MAPPING, attest_option
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.errors import WrongUseError
from comity.formats.mapped_csv import read_csv
from comity.formats.mapping import parse_mapping
from comity.formats.reading import read_documents
from comity.model.correction import Corrected, Correction, GivenField, StandingRelease
from comity.model.record import Record
from comity.node.local import at_node
from comity.node.record_requests import CorrectRecord
from comity.settings import get_member, read_members

SHOWN_RELEASES = 40  # on a terminal; --json lists all


@click.command()
@with_options(node_options)
@click.option("--as", "member", required=True, help="Records custodian of the owner, who corrects.")
@click.option("--reason", required=True, help="Why, in at least three words; it is kept.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path), help="A document with the record as it is to stand."
)
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="Mapping file, where the document is a CSV export."
)
@click.option(
    "--set", "fields", multiple=True, metavar="[KEY.]FIELD=VALUE", help="One value; nothing takes it out."
)
@attest_option
@click.option(
    "--dry-run", is_flag=True, help="Say what would change and who has what stood there, change nothing."
)
@click.argument("record")
@with_options(json_options)
def correct(folder: Path, record: str, as_json: bool, **given: Any) -> int:
    """Correct one record, with an entry; say which releases of what stood there are out.

    \b
    Example:
      comity records correct --node region/wa-node --as wa-police-custodian --reason "misread the birth date" \\
        --set p1.birth-date=1987-04-18 RECORD
    """
    owner = get_member(read_members(folder), given["member"]).agency
    correction = Correction(
        record_id=record,
        reason=given["reason"],
        whole=_read_whole(given, owner, record),
        fields=read_fields(given["fields"]),
        attested=given["attested"],
    )
    request = CorrectRecord(member=given["member"], correction=correction, trial=given["dry_run"])
    with at_node(folder) as verbs:
        done: Corrected = verbs(request, Corrected, lambda *_: None)
    if as_json:
        print_json(_value(done))
    else:
        _print(done, trial=given["dry_run"])
    return 0


def read_fields(written: tuple[str, ...]) -> tuple[GivenField, ...]:
    """What `--set` gives: several values of one field stand together, an empty one takes the field out."""
    values: dict[tuple[str, str], list[str]] = {}
    for text in written:
        path, equals, value = text.partition("=")
        person, _, name = path.rpartition(".")
        if not equals or not name:
            raise WrongUseError(
                f"`{text[:120]}` sets nothing; write FIELD=VALUE, or KEY.FIELD=VALUE of one person"
            )
        values.setdefault((person, name), []).extend([value] if value else [])
    return tuple(
        GivenField(person=person, name=name, values=tuple(found)) for (person, name), found in values.items()
    )


def _read_whole(given: dict[str, Any], owner: str, record: str) -> Record | None:
    file: Path | None = given["file"]
    mapping: Path | None = given["mapping"]
    if (file is None) == (not given["fields"]):
        raise WrongUseError("give the record as it is to stand with --from, or single values with --set")
    if file is None:
        if mapping is not None:
            raise WrongUseError("--mapping reads a CSV export; name the export with --from")
        return None
    raw = read_bytes(file, LARGEST_FILE)
    if mapping is None:
        return _chosen(read_documents([(str(file), raw)], owner, date.today()).records, record, file)
    known = parse_mapping(read_text(mapping, LARGEST_MAPPING), str(mapping))
    return _chosen(read_csv(raw, str(file), known).records, record, file)


def _chosen(records: tuple[Record, ...], name: str, file: Path) -> Record:
    """The file's record of this id or reference, or its only one: a document that was corrected has another id."""
    found = [one for one in records if name in (one.id, one.reference)] or list(records)
    if len(found) != 1:
        raise WrongUseError(
            f"`{file}` holds {len(found)} records that may be `{name[:120]}`; give a file with that one"
        )
    return found[0]


def _value(done: Corrected) -> dict[str, object]:
    return {
        **object_of(done, "owner", "record_id", "reference"),
        "changed": [str(one) for one in done.changed],
        "releases": [
            {
                **object_of(one, "entry", "query_id", "item_id", "asker", "member", "fields"),
                "at": utc_text(one.at_ms),
            }
            for one in done.releases
        ],
        "public_no_more": [str(one) for one in done.public_no_more],
        **object_of(done, "unread", "undone", "to_review", "duties", "entry", "recalls"),
    }


def _print(done: Corrected, *, trial: bool) -> None:
    if done.entry is None and not trial:
        click.echo("nothing to do: the record says so already")
        return
    told = ", ".join(str(one) for one in done.changed) or "nothing but its standing"
    where = "" if done.entry is None else f" (entry {done.entry})"
    click.echo(f"{done.reference}: {told} {'would be ' if trial else ''}corrected{where}")
    if done.public_no_more:
        click.echo(
            f"no longer flagged as already public: {', '.join(str(one) for one in done.public_no_more)}; "
            "the new value may be withheld where the old one was released"
        )
    click.echo(f"{len(done.releases)} releases of what stood there are out" + (":" if done.releases else ""))
    for one in done.releases[:SHOWN_RELEASES]:
        click.echo(_release_line(one))
    if len(done.releases) > SHOWN_RELEASES:
        click.echo(f"  and {len(done.releases) - SHOWN_RELEASES} more; --json lists all")
    if done.unread:
        click.echo(f"of {done.unread} of them it is no longer kept what they showed; they are told all the same")
    undone = "would be undone" if trial else "undone"
    for act in done.undone:
        click.echo(f"merge {act} {undone}: the rule of the second identifier speaks against it now")
    for act in done.to_review:
        click.echo(f"act {act} rested on what was corrected; look at it again")
    if done.recalls:
        click.echo(f"recalls: {', '.join(done.recalls)}; each recipient is told now and confirms")
    if done.duties:
        click.echo(f"duties: {', '.join(done.duties)}")


def _release_line(one: StandingRelease) -> str:
    return (
        f"  receipt of entry {one.entry}, item {one.item_id}: {', '.join(one.fields)} to {one.asker} "
        f"({one.member}), {utc_text(one.at_ms)}"
    )
