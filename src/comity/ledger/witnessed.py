"""How long the log may go without its witnesses, and what happens then: nothing leaves.

The time runs from the oldest entry that no quorum vouches for, not from the newest cosigned checkpoint: a log that rests
overnight waits for nobody, and its first question in the morning is no worse off than any other. Both facts are in the
database, so a restart changes neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from comity.errors import UnwitnessedError
from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.faults import fault
from comity.ports import World

GRACE_MS = 900_000  # a quarter of an hour: partners may restart or lose a link without stopping anybody's work

# Acts that stay within the node, or only tell of trouble: they let nothing out, and a node that could not enter them would
# lose its duties or its evidence with its witnesses. Every other kind, a new one too, waits for the quorum.
INNER_KINDS = frozenset(
    {
        EntryKind.RECEIVED,
        EntryKind.TOLD_NOTED,
        EntryKind.REJECTED,
        EntryKind.LAW_ACTIVATED,
        EntryKind.RECORDS_LOADED,
        EntryKind.NODE_OPENED,
        EntryKind.LAW_REFUSED,
        EntryKind.LAW_SUSPENDED,
        EntryKind.ELECTION_SIGNED,
        EntryKind.DUTY_DONE,
        EntryKind.DUTY_DEFERRED,
        EntryKind.DUTY_RAISED,
        EntryKind.RECORDS_PURGED,
        EntryKind.RECORDS_REFUSED,
        EntryKind.ACCESS_SWEPT,
        EntryKind.PERSON_ACT,
        EntryKind.WEIGHTS_CHANGED,
        EntryKind.RECORD_CORRECTED,
        EntryKind.HIT_OUTCOME,
        EntryKind.FORK_SEEN,
        EntryKind.DELIVERED,
        EntryKind.TAKEN,
        EntryKind.RECALLED,
        EntryKind.HELD_DECIDED,
        EntryKind.RECALL_CONFIRMED,
        EntryKind.DIRECTORY_ADOPTED,
        EntryKind.DIRECTORY_REFUSED,
        EntryKind.DIRECTORY_BROUGHT,
        EntryKind.DISCLOSED,
        EntryKind.REQUEST_ACTED,
        EntryKind.REQUEST_WITHDRAWN,
        EntryKind.APPROVAL_WITHDRAWN,
        EntryKind.NOT_CARRIED,
        EntryKind.DELEGATED,
        EntryKind.DELEGATION_ENDED,
        EntryKind.MONTH_TALLIED,
        EntryKind.LOG_PRUNED,
        EntryKind.FEED_ACT,
        EntryKind.FEED_WITHDREW,
        EntryKind.FEED_BROKEN,
        EntryKind.STANDING_SET,
        EntryKind.NOTICES_SET,
        EntryKind.TRANSMISSION_PREPARED,
        EntryKind.TRANSMISSION_MAILED,
        EntryKind.TRANSMISSIONS_SUSPENDED,
        EntryKind.TRANSMISSIONS_RESUMED,
        EntryKind.PETITION_OPENED,
        EntryKind.PETITION_CHECKED,
        EntryKind.LOG_OPENING_ASKED,
        EntryKind.PETITION_REVIEWED,
        EntryKind.PETITION_DISPUTED,
        EntryKind.TEXT_SIGNED,
        EntryKind.RECORD_READ,
        EntryKind.SIGNED_IN,
        EntryKind.SESSION_ENDED,
        EntryKind.SIGN_IN_FAILED,
        EntryKind.PAGE_REFUSED,
        EntryKind.SESSION_REFUSED,
        EntryKind.STATEMENT_SIGNED,
        EntryKind.MEMBER_CHANGED,
        EntryKind.NODE_RESUMED,
        EntryKind.PASSKEY_ADDED,
        EntryKind.PASSKEY_REMOVED,
        EntryKind.MEMBER_UNLOCKED,
        EntryKind.MEMBER_LOCKED_OUT,
    }
)


@dataclass(frozen=True, slots=True)
class Grace:
    """The log's size, how far a quorum vouches for it, since when entries wait (UTC milliseconds) and when that ends it."""

    size: int
    witnessed: int
    waits_since_ms: int | None
    closes_ms: int | None


def grace_of(world: World) -> Grace:
    """How the log stands with its witnesses. Nothing waits where nobody is named or everything is vouched for."""
    size, witnessed = world.journal.size(), world.journal.heads.witnessed().size
    if world.witnesses is None or witnessed >= size:
        return Grace(size, witnessed, None, None)
    since_ms = decode_entry(world.journal.entry(witnessed)).facts.at_ms
    return Grace(size, witnessed, since_ms, since_ms + GRACE_MS)


def check_witnessed(world: World, now_ms: int) -> None:
    """Raises UnwitnessedError where no quorum vouched for the log within its grace, or a witness holds more of it."""
    if world.witnesses is None:
        return
    told = world.witnesses.told()
    if told is not None and told.closed:
        raise UnwitnessedError(told.closed)
    grace = grace_of(world)
    if grace.waits_since_ms is None or grace.closes_ms is None or now_ms <= grace.closes_ms:
        return
    raise UnwitnessedError(
        fault(
            "witness.late",
            closed=_clock(grace.closes_ms),
            since=_clock(grace.waits_since_ms),
            quorum=world.witnesses.policy.quorum,
        )
    )


def check_leaving(world: World, facts: EntryFacts) -> None:
    """Raises UnwitnessedError for an entry that lets something out while the witnesses are away for too long."""
    if facts.kind not in INNER_KINDS:
        check_witnessed(world, facts.at_ms)


def _clock(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
