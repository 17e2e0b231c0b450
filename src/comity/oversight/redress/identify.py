"""A custodian says who asks: how it was shown and what kind of paper was looked at. No copy and no number is kept."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.duty.duties import said_words
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.disclosure import EntryKind
from comity.model.petition import OF_A_PERSON, Capacity, IdentityCheck, Petition, Seen, ShownBy
from comity.model.said import Said
from comity.oversight.redress.petitions import CUSTODIAN, Change, act_on
from comity.oversight.redress.state import check_undecided, is_identified
from comity.ports import World

OF_THE_PERSON = frozenset(
    {
        Seen.DRIVER_LICENCE,
        Seen.STATE_IDENTITY_CARD,
        Seen.PASSPORT,
        Seen.CONSULAR_CARD,
        Seen.TRIBAL_CARD,
        Seen.PRISON_OR_JAIL_CARD,
        Seen.FINGERPRINT_CARD,
    }
)
OF_THE_CAPACITY = {
    Capacity.PARENT: frozenset({Seen.BIRTH_CERTIFICATE, Seen.COURT_ORDER}),
    Capacity.GUARDIAN: frozenset({Seen.COURT_ORDER}),
    Capacity.COUNSEL: frozenset({Seen.LETTER_OF_COUNSEL, Seen.POWER_OF_ATTORNEY}),
}
BY_ITSELF = frozenset({ShownBy.SIGN_IN, ShownBy.FINGERPRINTS})  # shows the person without a paper


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

    Raises WrongUseError for who may not or for papers that show nothing, PetitionRefusedError once it is identified.
    """
    words = said_words("reason", told.reason)

    def act(_owner: Agency, petition: Petition, now_ms: int) -> Change:
        _check(petition, told)  # 1, 2
        check = IdentityCheck(
            shown=told.shown,
            how=told.how,
            seen=tuple(sorted(set(told.seen))),
            said=Said(by=member.id, at_ms=now_ms, words=words),
        )
        return Change(replace(petition, check=check), EntryKind.PETITION_CHECKED, check)  # 3

    return act_on(world, member, reference, frozenset({CUSTODIAN}), act)


def _check(petition: Petition, told: IdentityShown) -> None:
    check_undecided(petition)
    if petition.kind not in OF_A_PERSON:
        raise WrongUseError(f"`{petition.kind}` is asked by anybody; nobody shows who they are for it")
    if is_identified(petition):
        raise PetitionRefusedError(f"who asks in `{petition.id}` was said already")
    if not told.shown:
        return
    seen = set(told.seen)
    if not seen & OF_THE_PERSON and told.how not in BY_ITSELF:
        raise WrongUseError(
            "nothing that was looked at shows who somebody is; name a paper with --seen, such as driver-licence"
        )
    needed = OF_THE_CAPACITY.get(petition.capacity)
    if needed is not None and not seen & needed:
        raise WrongUseError(
            f"whoever asks as {petition.capacity} shows that too: one of {', '.join(sorted(needed))} with --seen"
        )
