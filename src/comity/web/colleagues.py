"""The names of colleagues, for a member of the same agency alone: what a page shows where an act names a member by id.

Ids stay in the log, in files and for programs. Who is of another agency, and who is no member any more, stays an id here too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from comity.web.call import Call


def colleagues_of(call: Call) -> Mapping[str, str]:
    """The names of the members of the reader's own agency by id, as the node lists them now; none on a page of nobody's."""
    if call.member is None:
        return {}
    agency = call.member.agency
    return {one.id: one.name for one in call.site.door.members() if one.agency == agency}


def colleague_of(call: Call) -> Callable[[str], str]:
    """What says a colleague's name for an id, with the id behind it where two have that name; any other id as it is.

    The members are read once a page, and only by one that names somebody.
    """
    read: list[Mapping[str, str]] = []

    def colleague(member: str) -> str:
        if not read:
            read.append(_told_apart(colleagues_of(call)))
        return read[0].get(member, member)

    return colleague


def _told_apart(names: Mapping[str, str]) -> Mapping[str, str]:
    often = Counter(names.values())
    return {member: f"{name} ({member})" if often[name] > 1 else name for member, name in names.items()}
