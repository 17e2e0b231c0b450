"""Keeping an owner's files few, whole and free of people who were removed. Every act replaces files by one file.

1 build       the new segment, from files, fresh people or records; look-ups go on with what is there
2 write       under a name nobody lists; a stop leaves a file that is removed at the next start
3 list        one transaction: from here on the new file counts, and the old ones do not
4 remove      the old files, when nobody reads them any more, overwritten; a stop leaves that to the next start
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from comity.errors import StoreError
from comity.match.merge import take_out
from comity.match.postings import MOST_PEOPLE
from comity.match.segment import Segment
from comity.store.committer import Fault
from comity.store.connect import Readers
from comity.store.database import Database
from comity.store.segments.file import (
    BrokenSegmentError,
    Listed,
    file_name,
    merge_files,
    open_segment,
    remove_file,
    write_segment,
)
from comity.store.segments.owner_index import SEALED_AT, OwnerIndex
from comity.store.segments.rows import (
    Standing,
    build_range,
    count_people,
    divide,
    forget_gone,
    list_instead,
    read_standing,
)
from comity.store.writer import Writer

RATIO = 8  # a file stays beside later ones while it has this many times their people: five files up to 16 million

SEGMENT_CRASH_POINTS = ("segment-built", "segment-written", "segment-listed", "segment-removed", "people-removed")


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What upkeep works with: the folder of files, the database, numbers of new files, and who is told of repairs."""

    folder: Path
    database: Database
    writer: Writer
    readers: Readers
    numbers: count[int]
    fault: Fault
    tell: Callable[[str], None]

    def tend(self, index: OwnerIndex) -> None:
        """Build again what is broken, seal what is due, merge what is small. Raises StoreError."""
        with index.upkeep:
            self._mend(index)
            self._seal(index)
            while self._merge(index):
                pass

    def remove_gone(self, index: OwnerIndex) -> None:
        """Write every file anew that holds somebody who is gone; then nothing of them is in a file, nor in the database's
        write-ahead log."""
        with index.upkeep:
            self._mend(index)
            gone = self._standing(index).gone
            for listed in self._standing(index).listed:
                held = open_segment(self.folder, listed)
                rest = take_out(held, gone)
                if rest is not held:
                    self._replace(index, (listed,), rest, (listed.first, listed.last))
            self.fault("people-removed")  # a stop here repeats the removal, which finds nobody
            index.drop()  # who is forgotten must not stay in a view in memory
            # else somebody reads for long: the next removal or start comes back to it
            if self.database.clear_removed():
                self.writer.change(lambda connection: forget_gone(connection, index.owner, gone.tolist()))

    def rebuild(self, index: OwnerIndex, told: Callable[[str], None]) -> None:
        """Build an owner's whole index from the records, whatever is there; `told` hears how far it is.

        Raises StoreError.
        """
        with index.upkeep:
            standing = self._standing(index)
            replaced = standing.listed
            for first, last in self._ranges(index, 0, max(standing.sealed, standing.newest)):
                with self.readers.lend(index.owner) as connection:
                    segment = build_range(connection, index.owner, first, last, told)
                self._replace(index, replaced, segment, (first, last))
                replaced = ()  # until the last range is listed look-ups wait: its people are fresh, and too many

    def _standing(self, index: OwnerIndex) -> Standing:
        with self.readers.lend(index.owner) as connection:
            return read_standing(connection, index.owner)

    def _mend(self, index: OwnerIndex) -> None:
        """Build every listed file from its records that is not what was listed."""
        for listed in self._standing(index).listed:
            try:
                open_segment(self.folder, listed)
            except BrokenSegmentError as error:
                self.tell(f"index file {file_name(listed.id)} is built again from the records: {error}")
                with self.readers.lend(index.owner) as connection:
                    segment = build_range(connection, index.owner, listed.first, listed.last)
                self._replace(index, (listed,), segment, (listed.first, listed.last))

    def _seal(self, index: OwnerIndex) -> None:
        """Put the fresh people into a file where they are many. Read anew: fresh people in memory may be behind."""
        with self.readers.lend(index.owner) as connection:
            standing = read_standing(connection, index.owner)
            if count_people(connection, index.owner, standing.sealed + 1, standing.newest) < SEALED_AT:
                return
        for first, last in self._ranges(index, standing.sealed + 1, standing.newest):
            with self.readers.lend(index.owner) as connection:
                segment = build_range(connection, index.owner, first, last)
            self._replace(index, (), segment, (first, last))

    def _ranges(self, index: OwnerIndex, first: int, last: int) -> tuple[tuple[int, int], ...]:
        with self.readers.lend(index.owner) as connection:
            return divide(connection, index.owner, (first, last), MOST_PEOPLE)

    def _merge(self, index: OwnerIndex) -> bool:
        """Merge the files that are small beside those after them; whether there were any."""
        listed = self._standing(index).listed
        start = merge_from([one.people for one in listed], MOST_PEOPLE)
        merged = listed[start:]
        if len(merged) < 2:
            return False
        segment = merge_files(self.folder, merged)
        self._replace(index, merged, segment, (merged[0].first, merged[-1].last))
        return True

    def _replace(
        self, index: OwnerIndex, replaced: Sequence[Listed], segment: Segment, span: tuple[int, int]
    ) -> None:
        """Put a segment's file in the place of others; of a segment without people, nothing."""
        self.fault("segment-built")
        new = None
        if segment.people:
            try:
                new = write_segment(
                    self.folder, next(self.numbers), segment, owner=index.owner, first=span[0], last=span[1]
                )
            except OSError as error:
                raise StoreError(
                    f"the index cannot be written: {error.strerror or 'trouble'}; free the disk and try again"
                ) from error
        self.fault("segment-written")  # a stop here leaves a file nobody lists: it is removed at the next start
        self.writer.change(lambda connection: list_instead(connection, index.owner, replaced, new))
        self.fault("segment-listed")  # a stop here leaves the old files: they are overwritten at the next start
        index.let_go(replaced)
        for one in replaced:
            self.remove(self.folder / file_name(one.id))
        self.fault("segment-removed")

    def remove(self, path: Path) -> None:
        """Overwrite and remove a file. Raises StoreError."""
        try:
            remove_file(path)
        except OSError as error:
            raise StoreError(
                f"an old index file cannot be removed: {error.strerror or 'trouble'}; it may hold people who were purged"
            ) from error


def merge_from(people: Sequence[int], most: int) -> int:
    """The first file of those to merge into one: each before it has more than `RATIO` times the people after it.

    Together they have no more than `most` people. The last one alone means that nothing is to be merged.
    """
    after = 0
    start = len(people)
    for place in reversed(range(len(people))):
        together = after + people[place]
        if together > most and start < len(people):
            break
        if people[place] <= RATIO * after or place == len(people) - 1:
            start = place
        after = together
    return start
