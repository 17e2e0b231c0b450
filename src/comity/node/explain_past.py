"""What an owner's desk may ask of its node about a past question."""

from __future__ import annotations

from pathlib import Path

from comity.errors import WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_here
from comity.exchange.replay.explain_past import Wanted, explain_past
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.explained import AnswerExplained
from comity.node.draft import laws_of_then
from comity.ports import World
from comity.settings import get_member

READERS = DESK | {"auditor"}


class ExplainPast(Noun, frozen=True, kw_only=True, tag="explain-past"):
    """Explain a past question to a member of the owner; `record` by reference or id, `field` by name."""

    member: str
    owner: str
    query_id: str
    record: str = ""
    field: str = ""


def run_explain(
    world: World, folder: Path, members: tuple[Member, ...], request: ExplainPast
) -> tuple[AnswerExplained, ...]:
    """Explain what the owner decided then. Raises WrongUseError for anybody but the owner's own desk and auditor.

    No entry is made: the log has kinds for what is asked, answered, changed and done, and none for the desk reading
    its own explanation. Nothing leaves the agency, and no value of a field is among what is read.
    """
    owner = owner_here(world, request.owner)
    member = get_member(members, request.member)
    if member.agency != owner.id:
        raise WrongUseError(f"`{member.id}` is not of `{owner.id}`; only its own desk reads its explanations")
    if not READERS & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not read explanations; it needs {', '.join(sorted(READERS))}")
    wanted = Wanted(request.query_id, request.record, request.field)
    return explain_past(world, owner, laws_of_then(world, folder, owner.id), wanted)
