"""The way between two nodes: pure rules over the directory, which every agency signs, so that nobody chooses another.

A node that is reached only through a broker names it in its listing. From node to node the way climbs from broker to
broker and down again, by the shortest turn; where neither names one there is no broker on it.
"""

from __future__ import annotations

from comity.errors import NounError
from comity.model.agency import Directory

MOST_BROKERS = 2  # on one way: the asker's own switch and the owner's pool; a third would be nobody's choice


def way(directory: Directory, start: str, end: str) -> tuple[str, ...]:
    """The brokers between two nodes, in order; none where they reach each other.

    Raises NounError for a way through more than `MOST_BROKERS`, or one of the ends not listed.
    """
    climbing, coming = _upward(directory, start), _upward(directory, end)
    for steps, node in enumerate(climbing):
        if node in coming:
            turn = coming.index(node)
            return _between((*climbing[: steps + 1], *reversed(coming[:turn])))
    return _between((*climbing, *reversed(coming)))


def way_today(directory: Directory, start: str, end: str) -> tuple[str, ...]:
    """The brokers by which something from one node would come to another; none where there is no way, which sending finds."""
    try:
        return way(directory, start, end)
    except NounError:
        return ()


def _upward(directory: Directory, node: str) -> tuple[str, ...]:
    """A node, the broker it is reached through, that one's broker, and so on."""
    found = [node]
    for _ in range(MOST_BROKERS + 1):
        listing = directory.find_node(found[-1])
        if listing is None:
            raise NounError(f"`{found[-1]}` is no node of the directory; use an id it lists")
        if not listing.via:
            return tuple(found)
        found.append(listing.via)
    raise NounError(f"`{node}` is reached through more than {MOST_BROKERS} brokers; list a shorter way")


def _between(nodes: tuple[str, ...]) -> tuple[str, ...]:
    brokers = nodes[1:-1]
    if len(brokers) > MOST_BROKERS:
        raise NounError(
            f"the way from `{nodes[0]}` to `{nodes[-1]}` goes through more than {MOST_BROKERS} brokers; list a shorter one"
        )
    return brokers
