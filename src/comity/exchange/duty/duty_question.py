"""What was asked, for whoever attests to a release or looks at it: nobody can say of a question that it was right unread."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.duty.duties import finishers
from comity.model.agency import Member
from comity.model.canon import from_canonical
from comity.model.disclosure import Disclosure
from comity.model.duty_question import DutyQuestion
from comity.ports import World


def find_duty_question(world: World, member: Member, duty_id: str) -> DutyQuestion | None:
    """The question behind a duty of the member's agency; None where there is none, or it is no longer kept.

    Raises WrongUseError for a duty that the agency does not have.
    """
    stored = next((one for one in world.journal.duties(member.agency) if one.id == duty_id), None)
    if stored is None:
        raise WrongUseError(f"`{member.agency}` has no duty `{duty_id[:64]}`; `comity duties` lists what it has")
    for _, index, _ in world.journal.answers_to(stored.asker, stored.query_id) if stored.query_id else ():
        record = world.journal.record(index)
        query = from_canonical(record, Disclosure).query if record else None
        if query is not None and query.owner == stored.owner:
            does = bool(finishers(stored) & set(member.roles)) and member.id != query.member
            return DutyQuestion(
                query_id=query.id,
                asker=query.asker,
                member=query.member,
                beneficiary=query.beneficiary,
                purpose=query.purpose,
                case_number=query.case_number,
                note=query.note if does else "",
                subject=query.subject if does else None,
            )
    return None
