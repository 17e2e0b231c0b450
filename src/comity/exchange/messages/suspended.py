"""Who is cut off by the directory, on every path: pure rules over the version in force, which is read anew each time.

A suspension is signed by the quorum as every version is, and counts at a node from the moment that it adopted it. Nothing is
asked by whoever is suspended, of it or through it, and nothing new goes to it. What only takes back still passes: a recall,
its confirmation, the end of what somebody asked for, the emptying of a copy. Without it the harm done before would stay.
"""

from __future__ import annotations

from typing import Any

from comity.exchange.builtin import builtin_reason
from comity.model.agency import Directory
from comity.model.decision import Reason
from comity.model.delivery import Recall, RecallConfirmed, RecallMailed
from comity.model.feed import FeedBatch, FeedDue, OpKind
from comity.model.listing import Suspended
from comity.model.standing import StandingTold
from comity.model.withdrawal import RequestWithdrawn


def suspension_among(directory: Directory, *agencies: str) -> Suspended | None:
    """The first of some agencies' suspensions; None where none of them is cut off."""
    if not directory.suspended:  # nearly always: rounds ask this of every row each second
        return None
    return next((one for name in agencies if (one := directory.suspension_of(name)) is not None), None)


def broker_suspended(directory: Directory, brokers: tuple[str, ...]) -> Suspended | None:
    """The first suspension of a broker; None where every one of them may carry."""
    return next((one for name in brokers if (one := directory.suspension_of_node(name)) is not None), None)


def suspended_sentence(directory: Directory, suspended: Suspended) -> str:
    """What whoever meets a suspension reads; why is in the directory, which every node has."""
    return (
        f"`{suspended.id}` is suspended by version {directory.version} of the directory; "
        "its quorum lifts that with a later version"
    )


def suspended_reasons(directory: Directory, *agencies: str) -> tuple[Reason, ...]:
    """The refusal of what would go between some agencies; empty where none of them is cut off."""
    suspended = suspension_among(directory, *agencies)
    if suspended is None:
        return ()
    return (builtin_reason("comity/SUSPENDED", because=suspended_sentence(directory, suspended)),)


def takes_back(carried: Any) -> bool:
    """Whether a parcel, or what is due to be one, tells nothing new: it only takes back, or says that it was taken back.

    Of a batch that is due that is known when it is put together: with a suspended party it carries no value (`feed_law.py`).
    """
    match carried:
        case Recall() | RecallConfirmed() | RecallMailed() | RequestWithdrawn() | FeedDue():
            return True
        case StandingTold(review_by=review_by):
            return review_by is None
        case FeedBatch(ops=ops):
            return all(op.kind is not OpKind.PUT for op in ops)
        case _:
            return False
