"""An agency's sealed list of people close to its members, as a question is held against it before anybody is asked.

Who keeps it is `oversight/findings/circle.py`. Any line counts, whoever asks: a colleague who asks for somebody is the
plain way around one's own.
"""

from __future__ import annotations

from functools import lru_cache

from comity.errors import ClosedError, KeyUnavailableError, LedgerError, NounError
from comity.match.subjects import keys_of
from comity.model.agency import Agency
from comity.model.approval import CloseTo
from comity.model.canon import from_canonical
from comity.model.finding import Circle
from comity.model.query import Subject
from comity.ports import World

# Under which the newest list is kept, as the answer to a question of the owner's own.
CIRCLE_KEY, LIST_STEP = "circle", "list"
KEPT_LISTS = 8  # lists of agencies of one node whose keys stay in memory, since every question is held against one
IN_MEMORY = b"circle"  # keys hashes that are compared in this process and never stored


def read_circle(world: World, owner: Agency) -> tuple[int | None, Circle]:
    """The list as it stands, with its entry; an empty one where none was made. Raises ClosedError where it cannot be read."""
    found = _found(world, owner)
    if found is None:
        return None, Circle(owner=owner.id, lines=())
    content, index = found
    return index, _circle(content, owner.id)


def close_to(world: World, owner: Agency, subject: Subject) -> tuple[CloseTo, ...]:
    """As whom a question's subject stands on the list. Raises ClosedError where it cannot be read: nothing is asked then."""
    found = _found(world, owner)
    if found is None:
        return ()
    listed = _listed(found[0], owner.id)
    return tuple(
        dict.fromkeys(one for key in sorted(keys_of(subject, IN_MEMORY).telling) for one in listed.get(key, ()))
    )


def _found(world: World, owner: Agency) -> tuple[bytes, int] | None:
    try:
        found = world.journal.find_answer(owner.id, CIRCLE_KEY, LIST_STEP)
    except (KeyUnavailableError, LedgerError) as error:
        raise _unreadable(owner.id) from error
    return None if found is None else (found[1], found[2])


@lru_cache(maxsize=KEPT_LISTS)
def _listed(content: bytes, owner: str) -> dict[str, tuple[CloseTo, ...]]:
    """Who stands on a list, by everything that tells a subject."""
    listed: dict[str, tuple[CloseTo, ...]] = {}
    for line in _circle(content, owner).lines:
        close = CloseTo(relation=line.relation, member=line.member)
        for key in keys_of(line.subject, IN_MEMORY).telling:
            listed[key] = (*listed.get(key, ()), close)
    return listed


def _circle(content: bytes, owner: str) -> Circle:
    try:
        return from_canonical(content, Circle)
    except NounError as error:
        raise _unreadable(owner) from error


def _unreadable(owner: str) -> ClosedError:
    return ClosedError(
        f"the list of people close to the members of `{owner}` cannot be read, so nothing is asked; restore the "
        "database and the keys beside it from a copy"
    )
