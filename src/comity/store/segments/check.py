"""Whether an owner's index is what its records make: read whole, and compared array for array."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from comity.match.merge import take_out
from comity.match.segment import Segment, named_arrays
from comity.model.index_state import IndexState
from comity.store.database import Connection
from comity.store.segments.file import BrokenSegmentError, Listed, file_name, open_segment, verify_file
from comity.store.segments.index import SegmentIndex
from comity.store.segments.rows import Standing, build_range, count_people, read_standing


def check_index(index: SegmentIndex, owner: str, number: int, told: Callable[[str], None]) -> IndexState:
    """Compare every file of an owner, and the fresh people in memory, with the records. Nothing is changed.

    `told` hears how far it is. Look-ups, and records that come or go meanwhile, are not held up; upkeep is. Raises
    StoreError for a record that cannot be read.
    """
    one = index.of(number)
    with one.upkeep, index.reading(number) as connection:  # all that follows sees one state of the database
        standing = read_standing(connection, number)
        faults = list(_outside(connection, number, standing))
        for place, listed in enumerate(standing.listed, 1):
            built = build_range(connection, number, listed.first, listed.last, told)
            differs = _differ_in_file(index, listed, standing, built)
            faults += [f"{file_name(listed.id)}: {differs}"] if differs else []
            told(f"file {place} of {len(standing.listed)} compared")
        fresh = one.fresh_at(standing.changed)
        if fresh is not None:
            differs = _differ(fresh, build_range(connection, number, standing.sealed + 1, standing.newest, told))
            faults += [f"people not in a file yet: {differs}"] if differs else []
        people = count_people(connection, number, 0, standing.newest)
    return IndexState(
        owner=owner,
        people=people,
        files=len(standing.listed),
        bytes=sum(one.size for one in standing.listed),
        faults=tuple(faults),
    )


def _outside(connection: Connection, number: int, standing: Standing) -> list[str]:
    """Ranges that overlap would find somebody twice; people between two ranges would be found by nothing."""
    faults, before = [], -1
    for listed in standing.listed:
        if listed.first <= before:
            faults.append(f"{file_name(listed.id)} is listed for people of the file before it")
        elif count_people(connection, number, before + 1, listed.first - 1):
            faults.append(f"people before those of {file_name(listed.id)} are in no file")
        before = listed.last
    return faults


def _differ_in_file(index: SegmentIndex, listed: Listed, standing: Standing, built: Segment) -> str:
    try:
        held = open_segment(index.upkeep.folder, listed)
        verify_file(index.upkeep.folder, listed)
    except BrokenSegmentError as error:
        return str(error)
    return _differ(take_out(held, standing.gone), built)


def _differ(held: Segment, built: Segment) -> str:
    """What is wrong with a segment that should be another one; nothing where they are equal."""
    missing = len(np.setdiff1d(built.ordinals, held.ordinals))
    extra = len(np.setdiff1d(held.ordinals, built.ordinals))
    if missing or extra:
        return f"{missing} people of the records are not in it, {extra} are in it without a record"
    wanted = named_arrays(built)
    if any(not np.array_equal(one, wanted[name]) for name, one in named_arrays(held).items()):
        return "its people have other traits or keys than their records"
    return ""
