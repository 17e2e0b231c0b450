"""What an asker's node keeps of one question, as it stands now: late answers in it, what was withdrawn not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from comity.errors import WrongUseError
from comity.model.approval import ApprovalState
from comity.model.canon import from_canonical
from comity.model.outcome import Outcome, RevisedOutcome
from comity.ports import World

ASKED_KEY = "asked"  # under which what was asked is kept
APPROVAL_KEY = "approval"  # under which a question is kept that waits for a second person
OUTCOME_KEY = "outcome"  # what came back
REVISED_KEY = "revised"  # under which an outcome is kept that is no longer as it was
DETAIL_KEY = "received"  # before the pairing value of a detail that was asked for
DELIVERY_KEY = "delivery"  # before the id of a delivery that was taken


@dataclass(frozen=True, slots=True)
class KeptOutcome:
    """An outcome and the entry that commits to it."""

    revised: RevisedOutcome
    index: int


def find_outcome(world: World, asker: str, query_id: str) -> KeptOutcome | None:
    """The newest outcome of a question this agency asked, if one is kept.

    Looked for where it began, then where it goes once it is changed: what is changed between two looks is in one of them. The
    other way round a recall that comes at that moment would find nothing, and be confirmed.
    """
    first = world.journal.find_answer(asker, query_id, OUTCOME_KEY)
    revised = world.journal.find_answer(asker, query_id, REVISED_KEY)
    if revised is not None and revised[1]:
        return KeptOutcome(from_canonical(revised[1], RevisedOutcome), revised[2])
    if first is not None and first[1]:
        return KeptOutcome(RevisedOutcome(outcome=from_canonical(first[1], Outcome)), first[2])
    return None


def get_outcome(world: World, asker: str, query_id: str) -> RevisedOutcome:
    """The kept outcome of a question this agency asked. Raises WrongUseError when there is none."""
    found = find_outcome(world, asker, query_id)
    if found is None:
        raise WrongUseError(
            _waiting_words(world, asker, query_id)
            or f"`{asker}` has no answer to a question `{query_id}`; ask first"
        )
    return found.revised


def _waiting_words(world: World, agency: str, query_id: str) -> str:
    """What its asker is told of a question that has no answer because of a second person; empty for any other."""
    approval = world.journal.approvals.find(agency, query_id)
    if approval is None:
        return ""
    match approval.state(world.clock.now_ms()):
        case ApprovalState.WAITING:
            zone = world.directory().get_agency(agency).zone
            until = datetime.fromtimestamp(approval.until_ms / 1_000, ZoneInfo(zone))
            return f"question `{query_id}` waits until {until:%Y-%m-%d %H:%M %Z} for a second person to approve it"
        case ApprovalState.REFUSED:
            return f"question `{query_id}` was refused by a second person: {approval.reason}"
        case ApprovalState.WITHDRAWN:
            return f"question `{query_id}` was taken back before anybody was asked; ask again if you still need it"
        case ApprovalState.LAPSED:
            return f"question `{query_id}` lapsed, since no second person approved it within a day; ask again"
    return ""
