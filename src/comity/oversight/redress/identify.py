"""A custodian says who asks: how it was shown and what kind of paper was looked at. No copy and no number is kept."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.duty.duties import said_words
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.disclosure import EntryKind
from comity.model.petition import IdentityCheck, Petition, Seen, ShownBy
from comity.model.refused import tell_refused
from comity.model.said import Said
from comity.oversight.redress.capacity import check_papers
from comity.oversight.redress.petitions import CUSTODIAN, Change, act_on
from comity.oversight.redress.state import check_undecided, is_identified
from comity.ports import World


class IdentityShown(Noun, frozen=True, kw_only=True):
    """What a custodian says of who asked. `shown` is false where it did not suffice."""

    shown: bool
    how: ShownBy
    seen: tuple[Seen, ...]
    reason: str


def identify(world: World, member: Member, reference: str, told: IdentityShown) -> Petition:
    """Enter an identity check.

    1 a records custodian, of a petition for a person that is not decided   2 the papers that such a claim needs
    3 the check and its entry

    Raises WrongUseError for who may not, PetitionRefusedError for papers that show nothing, or once it is identified.
    """
    words = said_words("reason", told.reason)

    def act(_owner: Agency, petition: Petition, now_ms: int) -> Change:
        _check(petition)  # 1
        if told.shown:
            check_papers(petition.capacity, told.how, told.seen)  # 2
        check = IdentityCheck(
            shown=told.shown,
            how=told.how,
            seen=tuple(sorted(set(told.seen))),
            said=Said(by=member.id, at_ms=now_ms, words=words),
        )
        return Change(replace(petition, check=check), EntryKind.PETITION_CHECKED, check)  # 3

    return act_on(world, member, reference, frozenset({CUSTODIAN}), act)


def _check(petition: Petition) -> None:
    check_undecided(petition)
    if not petition.is_of_a_person:
        raise WrongUseError(f"`{petition.matter}` is asked by anybody; nobody shows who they are for it")
    if is_identified(petition):
        raise PetitionRefusedError(tell_refused("petition.identified", petition=petition.id))
