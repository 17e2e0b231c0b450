"""What a records custodian, and the desk, may ask of the node about which records are one person."""

from __future__ import annotations

from comity.exchange.person.person_acts import Merge, Split, history, merge_persons, split_person, undo_act
from comity.exchange.person.person_proposals import propose_persons
from comity.exchange.person.person_state import show_person
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.person_act import ActListed, PersonsChanged, Proposals, ShownPerson
from comity.ports import World
from comity.settings import get_member


class ProposePersons(Noun, frozen=True, kw_only=True, tag="propose-persons"):
    """Look at one page of the owner's records, those behind the id `after`; a trial enters nothing."""

    member: str
    after: str = ""
    trial: bool = False


class ShowPerson(Noun, frozen=True, kw_only=True, tag="show-person"):
    """Show one person to the desk."""

    member: str
    name: str


class MergePersons(Noun, frozen=True, kw_only=True, tag="merge-persons"):
    """Declare records to be one person; `second` confirms with `confirmation` what the rule speaks against."""

    member: str
    names: tuple[str, ...]
    reason: str
    second: str = ""
    confirmation: str = ""


class SplitPerson(Noun, frozen=True, kw_only=True, tag="split-person"):
    """Declare records to be somebody else than the rest of their person, or than `others`."""

    member: str
    names: tuple[str, ...]
    reason: str
    others: tuple[str, ...] = ()


class UndoPersonAct(Noun, frozen=True, kw_only=True, tag="undo-person-act"):
    """Undo an act by its id."""

    member: str
    act: str
    reason: str


class ListPersonActs(Noun, frozen=True, kw_only=True, tag="list-person-acts"):
    """List the acts of the owner, or those on one person's records."""

    member: str
    about: str = ""


PersonRequest = ProposePersons | ShowPerson | MergePersons | SplitPerson | UndoPersonAct | ListPersonActs
PersonResult = Proposals | ShownPerson | PersonsChanged | tuple[ActListed, ...]


def run_person(world: World, members: tuple[Member, ...], request: PersonRequest) -> PersonResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case ProposePersons(after=after, trial=trial):
            return propose_persons(world, member, after, trial=trial)
        case ShowPerson(name=name):
            return show_person(world, member, name)
        case MergePersons(names=names, reason=reason, second=second, confirmation=confirmation):
            other = get_member(members, second) if second else None
            return merge_persons(world, member, Merge(names, reason, other, confirmation))
        case SplitPerson(names=names, reason=reason, others=others):
            return split_person(world, member, Split(names, reason, others))
        case UndoPersonAct(act=act, reason=reason):
            return undo_act(world, member, act, reason)
        case ListPersonActs(about=about):
            return history(world, member, about)
