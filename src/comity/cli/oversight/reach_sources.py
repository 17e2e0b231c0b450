"""What `comity oversight reach` reads: nodes, declared flows, sharing lists, and who the names in them are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity.cli.files import read_bytes, read_text
from comity.errors import WrongUseError
from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.formats.csv_table import LARGEST_EXPORT
from comity.formats.flow_file import LARGEST_FLOW_FILE, parse_flows
from comity.formats.sharing.reading import SharingList, read_sharing
from comity.model.agency import Directory
from comity.model.flow import DeclaredFlow
from comity.model.told import DisclosedEntry
from comity.node.adopted import read_newest
from comity.node.local import at_node
from comity.node.told_requests import ListDisclosures
from comity.oversight.flows.declared import FlowFile, all_flows, clashing_ids
from comity.oversight.names.decisions import read_decisions
from comity.oversight.names.resolve import Resolver
from comity.oversight.names.several import resolver_of
from comity.oversight.reach.hop import Hop
from comity.oversight.reach.lists import ReadLists, party_of, read_lists
from comity.oversight.reach.outside_hops import ToldTo, acting_hops, declared_hops, told_hops
from comity.settings import read_members, read_settings

LARGEST_DECISIONS = 50_000_000  # bytes, as for `comity oversight names`


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What was read. `listed` are agency ids by ORI of the nodes' directory; `files` the lists, by name."""

    directory: Directory | None
    read: tuple[SharingList, ...]
    lists: ReadLists
    flows: tuple[DeclaredFlow, ...]
    acting: tuple[Hop, ...]
    told: tuple[ToldTo, ...]
    resolve: Resolver
    listed: dict[str, str]
    files: tuple[str, ...]

    def named(self, name: str) -> str:
        """The party a name means: an agency of the directory by id or ORI, else whom the lists' names lead to."""
        ids = set(self.listed.values())
        if name in ids or not self.files:
            return self.listed.get(name, name)
        return self.lists.ids.get(name) or party_of(self.resolve(name), self.listed).id

    def hops(self, classes: frozenset[str], list_class: str, purpose: str, day: date) -> tuple[Hop, ...]:
        """The hops that law does not decide, of the classes asked for."""
        from_lists = self.lists.hops if list_class in classes else ()
        declared = declared_hops(self.flows, self.named, classes, purpose, day)
        return (*declared, *self.acting, *told_hops(self.told, classes), *from_lists)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What agencies recorded of themselves: people who act for two of them, and what was told."""

    acting: tuple[Hop, ...] = ()
    told: tuple[ToldTo, ...] = ()


NOTHING_RECORDED = Recorded()


@dataclass(frozen=True, slots=True)
class ListFiles:
    """Sharing lists, and what says who their names are."""

    lists: tuple[Path, ...] = ()
    directories: tuple[Path, ...] = ()
    decisions: Path | None = None


def read_sources(
    folders: Sequence[Path], named: ListFiles, flows: Sequence[Path], recorded: Recorded = NOTHING_RECORDED
) -> Sources:
    """Everything a question names, read. Raises WrongUseError and RecordFileError, each with the remedy."""
    newest = max(
        (read_newest(one, read_settings(one)) for one in folders), key=lambda one: one.version, default=None
    )
    listed = {dated.ori: agency.id for agency in newest.agencies for dated in agency.oris} if newest else {}
    editions = [read_ori_csv(read_bytes(path, LARGEST_EXPORT), path.name) for path in named.directories]
    path = named.decisions
    decided = read_decisions(read_bytes(path, LARGEST_DECISIONS), path.name) if path is not None else ()
    resolve = resolver_of(merge_editions(editions), decided)
    read = tuple(read_sharing(read_bytes(one, LARGEST_EXPORT), one.name) for one in named.lists)
    return Sources(
        directory=newest,
        read=read,
        lists=read_lists((edge for one in read for edge in one.edges), resolve, listed),
        flows=_flows(flows),
        acting=recorded.acting,
        told=recorded.told,
        resolve=resolve,
        listed=listed,
        files=tuple(one.name for one in named.lists),
    )


def read_acting(folders: Sequence[Path]) -> tuple[Hop, ...]:
    """Who acts for whom, of the members of some nodes: counts, no names."""
    return acting_hops(dict.fromkeys(one for folder in folders for one in read_members(folder)))


def _flows(paths: Sequence[Path]) -> tuple[DeclaredFlow, ...]:
    """The flows of all files; an id that two of them use is refused, as by `comity oversight flow`."""
    # A character of UTF-8 has four bytes at most.
    read = [FlowFile(path.name, parse_flows(read_text(path, LARGEST_FLOW_FILE * 4), path.name)) for path in paths]
    for clash in clashing_ids(read):
        raise WrongUseError(clash)
    return all_flows(read)


def read_told(folders: Sequence[Path], member: str) -> tuple[ToldTo, ...]:
    """What the member's agency recorded as told, to whom and for whom; persons, reasons and fields stay where they are.

    Raises WrongUseError for a member whom none of the nodes holds, or who is neither of the desk nor an auditor.
    """
    with at_node(get_folder_of(folders, member)) as verbs:
        entries = verbs(ListDisclosures(member=member), tuple[DisclosedEntry, ...], lambda _who, _what: None)
    return tuple(pair for entry in entries for pair in _told(entry))


def get_folder_of(folders: Sequence[Path], member: str) -> Path:
    """The node that holds a member's agency. Raises WrongUseError where none of them does."""
    for folder in folders:
        held = next((one for one in read_members(folder) if one.id == member), None)
        if held is not None and held.agency in read_settings(folder).agencies:
            return folder
    raise WrongUseError(f"`{member}` is of no agency held at these nodes; name one that is with --as")


def _told(entry: DisclosedEntry) -> tuple[ToldTo, ...]:
    """A disclosure as hops: to whoever was told and to whoever it was for; none where the record was expunged since."""
    if entry.disclosed is None:
        return ()
    one = entry.disclosed
    takers = dict.fromkeys(name for name in (one.told.recipient, one.told.beneficiary) if name)
    return tuple((one.owner, taker, one.data_class, str(one.told.channel)) for taker in takers)
