"""`comity directory show`, `propose`, `sign`, `check` and `adopt`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click

from comity.cli.directory_show import (
    checked_value,
    print_checked,
    print_directory,
    print_ways,
    state_value,
)
from comity.cli.files import print_json
from comity.cli.law_node_commands import nobody
from comity.cli.law_show import say_unchanged
from comity.cli.question import with_options
from comity.errors import WrongUseError
from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.model.agency import Directory
from comity.model.directory import (
    AdoptionResult,
    DirectoryChange,
    DirectoryState,
    JoinDirectory,
    LiftSuspension,
    ListPacks,
    MoveAgency,
    Remove,
    SetQuorum,
    SignedDirectory,
    Suspend,
    VersionChecked,
)
from comity.model.law_state import LawState
from comity.model.law_text import LawKind
from comity.model.listing import AgencyPacks, Quorum, Suspended
from comity.node.directory import merged, sign_directory
from comity.node.directory_requests import AdoptBrought, AdoptDirectory, CheckDirectory, ShowDirectory
from comity.node.local import at_node
from comity.node.office import ShowLaw
from comity.settings import read_noun, write_noun

REFUSED = 2
DAY_MS = 86_400_000
HANDOVER_DAYS = 14  # a quorum's signatures and every node's adoption take days; two weeks leave room for a holiday
MOST_DAYS = 3_660  # ten years: whoever needs longer has not moved

file_type = click.Path(path_type=Path)
node_option = click.option("--node", "folder", required=True, type=file_type, help="Folder of the node.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
out_option = click.option("--out", required=True, type=file_type, help="File the draft is written to.")
change_options = (
    click.option("--change", "changes", multiple=True, type=file_type, help="A change as a JSON file; repeat."),
    click.option(
        "--join",
        "joins",
        multiple=True,
        type=file_type,
        help="The directory of nodes kept apart until now; repeat.",
    ),
    click.option("--move", "moves", multiple=True, metavar="AGENCY=NODE", help="An agency that moves; repeat."),
    click.option(
        "--days",
        default=HANDOVER_DAYS,
        show_default=True,
        type=click.IntRange(1, MOST_DAYS),
        help="Days for which what an agency's old node, or a removed agency, signed still counts.",
    ),
    click.option(
        "--packs",
        multiple=True,
        metavar="AGENCY",
        help="An agency held here whose packs in force are listed; repeat.",
    ),
    click.option("--remove", "removed", multiple=True, metavar="ID", help="An agency or node that goes; repeat."),
    click.option(
        "--suspend",
        "suspended",
        multiple=True,
        metavar="ID",
        help="An agency, department or node that is cut off; repeat. Say why with --reason.",
    ),
    click.option("--reason", default="", help="Why --suspend: every node reads it, so name no person."),
    click.option("--lift", "lifted", multiple=True, metavar="ID", help="Who is suspended no more; repeat."),
    click.option(
        "--quorum",
        metavar="COUNT:AGENCY,AGENCY...",
        help="Who must sign the version after this one, and how many.",
    ),
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a person wants changed, as the options of `comity directory propose` give it."""

    changes: tuple[Path, ...]
    joins: tuple[Path, ...]
    moves: tuple[str, ...]
    days: int
    packs: tuple[str, ...]
    removed: tuple[str, ...]
    suspended: tuple[str, ...]
    reason: str
    lifted: tuple[str, ...]
    quorum: str | None

    def read(self, packs: tuple[AgencyPacks, ...]) -> tuple[DirectoryChange, ...]:
        """Every change: files, joins, moves, packs, removals, suspensions, quorum. Raises SettingsError, WrongUseError.

        An agency that moves to a joining node moves with the join, and takes the key that it has there.
        """
        kind = cast("type[DirectoryChange]", DirectoryChange)
        until_ms = now_ms() + self.days * DAY_MS
        moves = dict(map(_pair, self.moves))
        joining = tuple(read_noun(path, Directory) for path in self.joins)
        joins = tuple(
            JoinDirectory(directory=one, moving=_moving(one, moves), until_ms=until_ms) for one in joining
        )
        with_join = {name for one in joins for name in one.moving}
        return (
            *(read_noun(path, kind) for path in self.changes),
            *joins,
            *(
                MoveAgency(agency=agency, node=node, until_ms=until_ms)
                for agency, node in moves.items()
                if agency not in with_join
            ),
            *(ListPacks(packs=one) for one in packs),
            *(Remove(id=one, until_ms=until_ms) for one in self.removed),
            *(LiftSuspension(id=one) for one in self.lifted),
            *(Suspend(suspended=Suspended(id=one, reason=self.reason)) for one in self.suspended),
            *((SetQuorum(quorum=_quorum(self.quorum)),) if self.quorum else ()),
        )


def now_ms() -> int:
    """The time of this machine, UTC milliseconds."""
    return int(datetime.now(UTC).timestamp() * 1000)


@click.group()
def directory() -> None:
    """Show, propose, sign and adopt versions of the directory: who takes part, where, with which keys."""


@directory.command()
@node_option
@click.option("--out", type=file_type, help="File the directory in force is written to, for another node to join.")
@json_option
def show(folder: Path, out: Path | None, as_json: bool) -> None:
    """Show the directory in force at a node, the versions that led to it, and forks that were refused.

    \b
    Example:
      comity directory show --node region/wa-node
    """
    with at_node(folder) as verbs:
        state: DirectoryState = verbs(ShowDirectory(), DirectoryState, nobody)
    if out is not None:
        write_noun(out, state.directory)
    if as_json:
        print_json(state_value(state))
    else:
        print_directory(state)


@directory.command()
@node_option
@with_options(change_options)
@out_option
@json_option
def propose(folder: Path, out: Path, as_json: bool, **given: Any) -> int:
    """Write a draft of the next version: the one in force with the changes made, signed by nobody yet.

    Exit status 1 when it could not be adopted at this node even if everybody signed it.

    \b
    Examples:
      comity directory propose --node region/wa-node --change message-key.json --out v2.json
      comity directory propose --node region/wa-node --join harrow-directory.json --out v2.json
      comity directory propose --node region/wa-node --suspend removal-operations --reason "audit 26-7" --out v2.json
    """
    proposed = Proposed(**given)
    with at_node(folder) as verbs:
        laws = [verbs(ShowLaw(owner=one), LawState, nobody) for one in proposed.packs]
        changes = proposed.read(tuple(packs_of(law) for law in laws))
        state: DirectoryState = verbs(ShowDirectory(), DirectoryState, nobody)
        draft = SignedDirectory(directory=next_version(Link.of(state.directory), changes))
        checked: VersionChecked = verbs(CheckDirectory(offered=draft), VersionChecked, nobody)
    write_noun(out, draft)
    if as_json:
        print_json({**checked_value(checked), "file": str(out)})
    else:
        print_checked(checked)
        click.echo(f"the draft is in {out}; have it signed with `comity directory sign`")
    return 1 if checked.blocked else 0


@directory.command()
@node_option
@click.option("--as", "agency", required=True, help="Agency that signs, held at this node.")
@json_option
@click.argument("path", type=file_type)
def sign(folder: Path, agency: str, as_json: bool, path: Path) -> None:
    """Add an agency's signature to a draft, with the key that the directory in force here lists for it.

    A version that could not be adopted here, however many signed it, is not signed.

    \b
    Example:
      comity directory sign --node region/wa-node --as wa-police v2.json
    """
    signed = sign_directory(folder, _read(path), agency)
    write_noun(path, signed)
    signers = [one.agency for one in signed.signatures]
    if as_json:
        print_json({"file": str(path), "hash": signed.hash, "signed": signers})
    else:
        click.echo(f"{agency} signed version {signed.directory.version}; {path} is signed by {', '.join(signers)}")


@directory.command()
@node_option
@json_option
@click.argument("paths", nargs=-1, required=True, type=file_type, metavar="PATH...")
def check(folder: Path, as_json: bool, paths: tuple[Path, ...]) -> int:
    """Say what adopting a version would come to: what it changes, who signed, what stands in the way.

    Several copies of one version count as one with all their signatures. Exit status 1 while something stands in the
    way.

    \b
    Example:
      comity directory check --node region/wa-node v2.json
    """
    offered = merged(tuple(_read(path) for path in paths))
    with at_node(folder) as verbs:
        checked: VersionChecked = verbs(CheckDirectory(offered=offered), VersionChecked, nobody)
    if as_json:
        print_json(checked_value(checked))
    else:
        print_checked(checked)
    return 1 if checked.faults else 0


@directory.command()
@node_option
@json_option
@click.option("--brought", is_flag=True, help="What other nodes brought and waits, instead of files.")
@click.argument("paths", nargs=-1, type=file_type, metavar="[PATH...]")
def adopt(folder: Path, as_json: bool, brought: bool, paths: tuple[Path, ...]) -> int:
    """Adopt the next version: checked whole, entered in the log, in force with the next message. The node runs on.

    What cannot be adopted is entered as refused, exit status 2; the version before stays in force. `comity directory show`
    lists what other nodes brought, with what each version changes.

    \b
    Examples:
      comity directory adopt --node region/wa-node v2.json
      comity directory adopt --node region/wa-node --brought
    """
    if brought == bool(paths):
        raise WrongUseError("name the files of one version, or adopt with `--brought` what other nodes brought")
    if brought:
        return _adopt_brought(folder, as_json)
    offered = merged(tuple(_read(path) for path in paths))
    with at_node(folder) as verbs:
        done: AdoptionResult = verbs(AdoptDirectory(offered=offered), AdoptionResult, nobody)
    if as_json:
        print_json({**checked_value(done.checked), "entry": done.entry})
    return _say_adopted(done, as_json)


def _adopt_brought(folder: Path, as_json: bool) -> int:
    with at_node(folder) as verbs:
        done: tuple[AdoptionResult, ...] = verbs(AdoptBrought(), tuple[AdoptionResult, ...], nobody)
    if as_json:
        print_json({"versions": [{**checked_value(one.checked), "entry": one.entry} for one in done]})
    elif not done:
        click.echo("no version that was brought waits")
    return max((_say_adopted(one, as_json) for one in done), default=0)


def _say_adopted(done: AdoptionResult, as_json: bool) -> int:
    checked = done.checked
    for fault in checked.faults:
        click.echo(f"comity: {fault.sentence}", err=True)
    if checked.faults:
        say_unchanged((done.entry,))
    elif not as_json:
        click.echo(f"version {checked.version} is in force ({checked.hash}, entry {done.entry})")
        print_ways(checked)
    return REFUSED if checked.faults else 0


def packs_of(law: LawState) -> AgencyPacks:
    """The hashes of an owner's packs in force, as the directory lists them."""
    return AgencyPacks(
        agency=law.owner, hashes=tuple(sorted(one.hash for one in law.texts if one.kind is LawKind.PACK))
    )


def _moving(joining: Directory, moves: dict[str, str]) -> tuple[str, ...]:
    """Agencies of a joining directory that are said to move to the node it lists them at."""
    return tuple(one.id for one in joining.agencies if one.node and moves.get(one.id) == one.node)


def _read(path: Path) -> SignedDirectory:
    return read_noun(path, SignedDirectory)


def _pair(text: str) -> tuple[str, str]:
    agency, separator, node = text.partition("=")
    if not separator:
        raise WrongUseError(f"`{text[:80]}` says no move; write AGENCY=NODE")
    return agency, node


def _quorum(text: str) -> Quorum:
    count, separator, seats = text.partition(":")
    if not separator or not count.isascii() or not count.isdigit() or len(count) > 4:
        raise WrongUseError(
            f"`{text[:80]}` is no quorum; write COUNT:AGENCY,AGENCY, such as 2:wa-police,ca-sheriff"
        )
    return Quorum(count=int(count), seats=tuple(seats.split(",")))
