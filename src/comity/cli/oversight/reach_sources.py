"""What `comity oversight reach` reads: nodes, declared flows, sharing lists, and who the names in them are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from comity.cli.files import read_bytes
from comity.errors import WrongUseError
from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.formats.csv_table import LARGEST_EXPORT
from comity.formats.sharing.reading import read_sharing
from comity.model.agency import Directory
from comity.model.flow import DeclaredFlow, SharingEdge
from comity.node.adopted import read_newest
from comity.oversight.names.decisions import read_decisions
from comity.oversight.names.resolve import Resolver
from comity.oversight.names.several import resolver_of
from comity.oversight.reach.hop import Hop
from comity.oversight.reach.lists import ReadLists, party_of, read_lists
from comity.oversight.reach.outside_hops import acting_hops, declared_hops
from comity.settings import read_members, read_noun, read_settings

LARGEST_DECISIONS = 50_000_000  # bytes, as for `comity oversight names`


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What was read. `listed` are agency ids by ORI of the nodes' directory; `files` the lists, by name."""

    directory: Directory | None
    lists: ReadLists
    flows: tuple[DeclaredFlow, ...]
    acting: tuple[Hop, ...]
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
        return (*declared_hops(self.flows, self.named, classes, purpose, day), *self.acting, *from_lists)


def read_sources(
    folders: Sequence[Path],
    lists: Sequence[Path],
    directories: Sequence[Path],
    decisions: Path | None,
    flows: Path | None,
) -> Sources:
    """Everything a question names, read. Raises WrongUseError and RecordFileError, each with the remedy."""
    if directories and not lists:
        raise WrongUseError("--directory says who the names of sharing lists are; name the lists with --list")
    newest = max(
        (read_newest(one, read_settings(one)) for one in folders), key=lambda one: one.version, default=None
    )
    listed = {dated.ori: agency.id for agency in newest.agencies for dated in agency.oris} if newest else {}
    editions = [read_ori_csv(read_bytes(path, LARGEST_EXPORT), path.name) for path in directories]
    decided = read_decisions(read_bytes(decisions, LARGEST_DECISIONS), decisions.name) if decisions else ()
    resolve = resolver_of(merge_editions(editions), decided)
    members = dict.fromkeys(one for folder in folders for one in read_members(folder))
    return Sources(
        directory=newest,
        lists=read_lists(_edges(lists), resolve, listed),
        flows=read_noun(flows, tuple[DeclaredFlow, ...]) if flows is not None else (),
        acting=acting_hops(members),
        resolve=resolve,
        listed=listed,
        files=tuple(path.name for path in lists),
    )


def _edges(lists: Sequence[Path]) -> tuple[SharingEdge, ...]:
    read = [read_sharing(read_bytes(path, LARGEST_EXPORT), path.name) for path in lists]
    return tuple(edge for one in read for edge in one.edges)
