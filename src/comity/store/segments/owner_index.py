"""One owner's index as look-ups see it: mapped files and the fresh people, brought up to date when something changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Lock

import numpy as np

from comity.errors import StoreError
from comity.match.arrays import Places
from comity.match.merge import merge_segments, places_of, take_out
from comity.match.put_in import put_in
from comity.match.search import Part
from comity.match.segment import Segment, build_segment
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.segments.file import BrokenSegmentError, Listed, open_segment
from comity.store.segments.rows import Standing, build_range, count_people, read_people, read_standing

SEALED_AT = 512  # fresh people who are put into a file: adding one more to them takes 1 ms, reading all anew 30 ms
MOST_PUT_IN = 3  # people put to the fresh one by one; of more, reading them together and merging takes less
MOST_FRESH = 1_024  # fresh people a look-up reads by itself, 0.1 s; where more came it waits until they are sealed
NOTHING = build_segment(())


class DueError(StoreError):
    """Something must be sealed or built again before a look-up. Caught inside the index."""


@dataclass(slots=True)
class OpenFile:
    """A mapped file and how many look-ups are reading it."""

    listed: Listed
    segment: Segment
    readers: int = 0


@dataclass(frozen=True, slots=True)
class View:
    """An owner's index at one state of the database."""

    standing: Standing
    files: tuple[OpenFile, ...]
    fresh: Segment
    parts: tuple[Part, ...]


class OwnerIndex:
    """The view of one owner's index. Look-ups of many threads share it; who changes files holds `upkeep`."""

    def __init__(self, owner: int, folder: Path, readers: Readers) -> None:
        self.owner, self.folder = owner, folder
        self.upkeep = Lock()  # one seal, merge, removal or rebuilding at a time
        self._readers = readers
        self._turn = Condition()
        self._view: View | None = None
        self._is_stale = False  # a file of the view is listed no more
        self._files: dict[int, OpenFile] = {}

    def hold(self, changed: int) -> View:
        """The view at the state `changed` of the database or a later one, until `release`. Raises DueError."""
        with self._turn:
            view = self._view
            if view is None or self._is_stale or view.standing.changed < changed:
                view = self._view = self._look()
                self._is_stale = False
            for file in view.files:
                file.readers += 1
            return view

    def release(self, view: View) -> None:
        """A look-up is done with a view."""
        with self._turn:
            for file in view.files:
                file.readers -= 1
            self._turn.notify_all()

    def let_go(self, listed: Sequence[Listed]) -> None:
        """Wait until nobody reads files that are listed no more; none is opened again."""
        with self._turn:
            self._is_stale = True
            held = [file for one in listed if (file := self._files.pop(one.id, None)) is not None]
            self._turn.wait_for(lambda: not any(file.readers for file in held))

    def fresh_at(self, changed: int) -> Segment | None:
        """The fresh people in memory at one state of the database; None where memory is at another state."""
        with self._turn:
            view = self._view
            return view.fresh if view is not None and view.standing.changed == changed else None

    def drop(self) -> None:
        """Forget the fresh people in memory; the next look-up reads them from their records."""
        with self._turn:
            self._view = None

    def _look(self) -> View:
        with self._readers.lend(self.owner, one_state=True) as connection:
            return self._view_at(connection, read_standing(connection, self.owner))

    def _view_at(self, connection: Connection, standing: Standing) -> View:
        files = tuple(self._open(one) for one in standing.listed)
        fresh = self._fresh(connection, standing)
        segments = (*(file.segment for file in files), fresh)
        parts = tuple(Part(one, places_of(one, standing.gone)) for one in segments if one.people)
        return View(standing, files, fresh, parts)

    def _open(self, listed: Listed) -> OpenFile:
        file = self._files.get(listed.id)
        if file is None:
            try:
                file = self._files[listed.id] = OpenFile(listed, open_segment(self.folder, listed))
            except BrokenSegmentError as error:
                raise DueError(str(error)) from error
        return file

    def _fresh(self, connection: Connection, standing: Standing) -> Segment:
        """The people above all files: those known from before without who is gone or sealed, and who came since."""
        known, read = NOTHING, standing.sealed
        if self._view is not None and self._view.standing.newest > read:
            known, read = self._view.fresh, self._view.standing.newest
            sealed = known.ordinals[known.ordinals <= standing.sealed].astype(np.int64)
            known = take_out(known, _together(sealed, standing.gone))
        if standing.newest > read:
            known = self._with(known, connection, read + 1, standing.newest)
        return known

    def _with(self, known: Segment, connection: Connection, first: int, last: int) -> Segment:
        """Fresh people and those who came since."""
        came = count_people(connection, self.owner, first, last)
        if came > MOST_FRESH:
            raise DueError("more people came than a look-up reads by itself")
        if came <= MOST_PUT_IN:
            for person in read_people(connection, self.owner, first, last):
                known = put_in(known, person)
            return known
        return merge_segments((known, build_range(connection, self.owner, first, last)))


def _together(ones: Places, others: Places) -> Places:
    return np.union1d(ones, others) if len(ones) else others
