"""A hop: one way data in one agency's hands can come into another's, on whose authority, and how that is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Door(StrEnum):
    """By which door data leaves: asked for in one's own name, through somebody else's, or from whoever was given it."""

    FRONT = "front door"
    SIDE = "side door"
    BACK = "back door"


class By(StrEnum):
    """What makes the hop."""

    AGREEMENT = "agreement"
    DELEGATED = "delegated-signature"
    ACTING_FOR = "acting-for"
    TOLD = "told"
    BROKER = "broker"
    POOL = "pool"
    COPY = "copy"
    LIST = "sharing-list"
    SYSTEM = "declared-system"
    ACCOUNT = "declared-account"


class Known(StrEnum):
    """How it is known that the hop is there."""

    LAW = "decided by law"
    AGREED = "by an agreement in force"
    DIRECTORY = "by the directory"
    DECLARED = "declared"
    LISTED = "listed"
    RECORDED = "recorded"


DOOR_OF = {
    By.AGREEMENT: Door.FRONT,
    By.LIST: Door.FRONT,
    By.DELEGATED: Door.SIDE,
    By.ACTING_FOR: Door.SIDE,
    By.TOLD: Door.SIDE,
    By.ACCOUNT: Door.SIDE,
    By.BROKER: Door.BACK,
    By.POOL: Door.BACK,
    By.COPY: Door.BACK,
    By.SYSTEM: Door.BACK,
}


class Says(StrEnum):
    """What law says of a hop that Comity does not carry. It is shown beside the hop and closes nothing there."""

    FORBIDS = "forbids it"
    LEAVES_OPEN = "does not forbid it"
    UNDECIDED = "was not decided"
    NONE_HERE = "no law of that state here"


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule as it is told: full id, title, citation, and whether counsel has read its source."""

    rule: str
    title: str
    citation: str
    status: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the law of the giver says of a hop, and the rules that rests on."""

    says: Says
    rules: tuple[CitedRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """Data of `giver`, or data it holds, comes to `taker`.

    `authority` is what allows it (an agreement and its clauses, a citation, a line of a list); `sources` say where that
    stands. `closing` names everything that must end for the hop to be closed, each by itself; `agreements` are those of Comity
    among them. `ends` is set where the taker may not pass on what it gets; `past` where it happened and nothing undoes it.
    `ruling` stands beside hops that the law does not itself open.
    """

    giver: str
    taker: str
    by: By
    known: Known
    authority: str
    sources: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()
    ends: bool = False
    past: bool = False
    ruling: Ruling | None = None

    def door(self, *, first: bool) -> Door:
        """The door it is used by. Whatever is open to an agency's own data is a back door to what it was given."""
        own = DOOR_OF[self.by]
        return Door.BACK if own is Door.FRONT and not first else own
