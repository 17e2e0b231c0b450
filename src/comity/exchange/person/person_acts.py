"""What an owner's records custodian says of which records are one person. Every act is one entry, in one transaction.

Nothing is overwritten: an act stands until another undoes it, and the persons follow from the acts that stand. No act
changes a record. What was said already changes nothing and makes no entry.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from msgspec.structs import replace

from comity.errors import PersonRefusedError, WrongUseError
from comity.exchange.duty.duties import DESK, look_again, said_words
from comity.exchange.owners import owner_facts
from comity.exchange.person.person_state import (
    PersonState,
    custodian_of,
    load_state,
    read_all,
    reader_of,
    resolve,
    show_persons,
)
from comity.ledger.append import append_entry
from comity.match.grouping import DECLARED_APART, Grouping, group_appearances, in_order, standing_acts
from comity.match.proposals import weigh_together
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest
from comity.model.disclosure import EntryKind, Unit
from comity.model.person_act import (
    MOST_APPEARANCES,
    MOST_NAMES,
    MOST_REASONS,
    ActKind,
    ActListed,
    Appearance,
    Confirmation,
    PairReason,
    PersonAct,
    PersonsChanged,
)
from comity.ports import World

MOST_LISTED = 5_000  # acts listed at once; the acts on one record are listed by its name
PAGE = 500
TOLD_AGAINST = 5  # pairs named when a merge is refused; `--json` of a confirmed one has all

Named = tuple[Appearance, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Who is to be one person, and why; `second` confirms with `confirmation` what the rule speaks against."""

    names: tuple[str, ...]
    words: str
    second: Member | None = None
    confirmation: str = ""


@dataclass(frozen=True, slots=True)
class Split:
    """Who leaves a person, and why; `others` are those they are declared not to be, by default the rest of it."""

    names: tuple[str, ...]
    words: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextAct:
    """The place of an owner's next act, read before anything else: an act drafted on an older state cannot take it."""

    owner: Agency
    by: str
    number: int
    at_ms: int

    def make(self, kind: ActKind, words: str, people: Named = (), others: Named = ()) -> PersonAct:
        name = digest((self.owner.id, self.number, kind.value, self.at_ms)).removeprefix("sha256:")[:32]
        return PersonAct(
            id=name,
            owner=self.owner.id,
            number=self.number,
            kind=kind,
            at_ms=self.at_ms,
            by=self.by,
            words=words,
            people=people,
            others=others,
        )


Draft = Callable[[NextAct], tuple[PersonAct | None, Named]]


def merge_persons(world: World, member: Member, merge: Merge) -> PersonsChanged:
    """Declare records to be one person.

    1 the reason, and the second member's word   2 who is meant, with the whole persons they stand in   3 one person
    already: nothing changes   4 what speaks for it and against; against the rule two named members decide   5 the entry

    Raises WrongUseError for a name that means nobody, PersonRefusedError where the rule speaks against it.
    """
    words, confirmed = said_words("reason", merge.words), _confirmation(member, merge)  # 1

    def draft(following: NextAct) -> tuple[PersonAct | None, Named]:
        owner = following.owner.id
        named = _named(world, owner, merge.names)  # 2
        state = load_state(world, owner, named)
        people = state.whole(named)
        if len(people) < 2:
            raise WrongUseError("one record alone is a person already; name at least two")
        if len(people) > MOST_APPEARANCES:
            raise PersonRefusedError(f"more than {MOST_APPEARANCES} records are no one person; look at them again")
        if len(state.persons_of(named)) == 1:  # 3
            return None, named
        weighed = weigh_together(read_all(world, owner, people, named), state.grouping)  # 4
        if weighed.against and confirmed is None:
            raise PersonRefusedError(_refusal(weighed.against))
        act = replace(
            following.make(ActKind.MERGED, words, people),
            reasons=(*weighed.against, *weighed.reasons)[:MOST_REASONS],
            confirmed=confirmed,
            overrules=_overruled(state, people),
        )
        return act, named

    return _act(world, member, draft)  # 5


def split_person(world: World, member: Member, split: Split) -> PersonsChanged:
    """Declare records to be somebody else than the rest of their person, or than others that are named.

    1 the reason   2 who is meant   3 declared already: nothing changes   4 the entry

    Raises WrongUseError for a name that means nobody, or where nobody is left on one side.
    """
    words = said_words("reason", split.words)  # 1

    def draft(following: NextAct) -> tuple[PersonAct | None, Named]:
        out = _named(world, following.owner.id, split.names)  # 2
        others = _named(world, following.owner.id, split.others)
        state = load_state(world, following.owner.id, (*out, *others))
        out, others = _sides(state, out, others)
        if all(in_order(one, other) in state.grouping.apart for one in out for other in others):  # 3
            return None, (*out, *others)
        return following.make(ActKind.SPLIT, words, out, others), (*out, *others)

    return _act(world, member, draft)  # 4


def undo_act(world: World, member: Member, act: str, reason: str) -> PersonsChanged:
    """Undo an act: everything is as if it had never been made. Of a proposal: it is dismissed.

    1 the reason   2 the act   3 undone already, or nothing of it left: nothing changes   4 the entry
    """
    words = said_words("reason", reason)  # 1

    def draft(following: NextAct) -> tuple[PersonAct | None, Named]:
        owner = following.owner.id
        undone = world.journal.persons.find(owner, act)  # 2
        if undone is None:
            raise WrongUseError(f"`{owner}` has no act `{act[:64]}`; `comity person history` lists what it has")
        named = _root(world, undone).appearances
        state = load_state(world, owner, named)
        if act not in {one.id for one in standing_acts(state.acts)}:  # 3
            return None, named
        return replace(following.make(ActKind.UNDONE, words), undoes=act), named

    return _act(world, member, draft)  # 4


def history(world: World, member: Member, about: str = "") -> tuple[ActListed, ...]:
    """The acts of an owner in their order, or those on the records of one person; undone ones too."""
    owner = reader_of(world, member).id
    if about:
        named = resolve(world, owner, about)
        state = load_state(world, owner, named)
        on = world.journal.persons.acts_on(owner, {one.record_id for one in state.whole(named)})
        return _listed(on, state.acts)
    acts: list[PersonAct] = []
    while page := world.journal.persons.page_of(owner, acts[-1].number if acts else 0, PAGE):
        acts += page
        if len(acts) > MOST_LISTED:
            raise WrongUseError(
                f"`{owner}` has more than {MOST_LISTED} acts; name a record or person with `--about`"
            )
    return _listed(acts, acts)


def next_act(world: World, owner: Agency, member: Member) -> NextAct:
    return NextAct(owner, member.id, world.journal.persons.count(owner.id) + 1, world.clock.now_ms())


def enter_acts(world: World, owner: Agency, acts: tuple[PersonAct, ...]) -> None:
    """Enter acts in the log, with what they amount to, in one transaction. Their content holds no record and no word."""
    content = [{"act": act.id, "kind": act.kind.value, "appearances": len(act.appearances)} for act in acts]
    append_entry(
        world,
        Unit(
            facts=owner_facts(EntryKind.PERSON_ACT, owner, acts[0].at_ms),
            content=canonical_bytes({"owner": owner.id, "acts": content}),
            record=canonical_bytes(acts),
            person_acts=acts,
        ),
    )


def _act(world: World, member: Member, draft: Draft) -> PersonsChanged:
    """Draft an act on what stands now and enter it; once more where somebody was faster."""
    owner = custodian_of(world, member)

    def act() -> PersonsChanged:
        drafted, named = draft(next_act(world, owner, member))
        if drafted is not None:
            enter_acts(world, owner, (drafted,))
        return PersonsChanged(act=drafted, persons=show_persons(world, owner.id, named))

    return look_again(act)


def _named(world: World, owner: str, names: tuple[str, ...]) -> Named:
    if len(names) > MOST_NAMES:
        raise WrongUseError(f"name at most {MOST_NAMES} records, persons or proposals at once")
    return tuple(dict.fromkeys(one for name in names for one in resolve(world, owner, name)))


def _confirmation(member: Member, merge: Merge) -> Confirmation | None:
    second = merge.second
    if second is None and not merge.confirmation:
        return None
    if second is None or not merge.confirmation:
        raise WrongUseError(
            "a merge against the rule needs both: the second member (`--second`), and that member's own reason (`--confirm`)"
        )
    if second.id == member.id or second.agency != member.agency:
        raise WrongUseError(f"`{second.id}` cannot confirm it; that is for another member of `{member.agency}`")
    if not DESK & set(second.roles):
        raise WrongUseError(f"`{second.id}` may not confirm it; that needs {', '.join(sorted(DESK))}")
    return Confirmation(by=second.id, words=said_words("confirmation", merge.confirmation))


def _refusal(against: Sequence[PairReason]) -> str:
    told = [f"`{one.one}` and `{one.other}`: {', '.join(one.sentences)}" for one in against[:TOLD_AGAINST]]
    more = f"; and {len(against) - TOLD_AGAINST} more" if len(against) > TOLD_AGAINST else ""
    return (
        f"the rule of the second identifier speaks against it. {'; '.join(told)}{more}. Where it is one person all "
        "the same, a second member confirms it by name, with a reason"
    )


def _overruled(state: PersonState, people: Named) -> tuple[str, ...]:
    """The standing splits that declared two of these people to be two."""
    chosen = frozenset(people)
    parted = [pair for pair in state.grouping.apart if chosen >= set(pair)]
    return tuple(
        act.id
        for act in standing_acts(state.acts)
        if act.kind is ActKind.SPLIT
        and any(in_order(one, other) in parted for one in act.people for other in act.others)
    )


def _sides(state: PersonState, out: Named, others: Named) -> tuple[Named, Named]:
    """Both sides of a split, each with the whole persons that are on it alone."""
    if set(out) & set(others):
        raise WrongUseError("the same record stands on both sides; name each once")
    if others:
        rest = tuple(one for one in state.whole(others) if one not in out)
        whole = state.whole(out)
        sides = (out if set(whole) & set(rest) else whole), rest
    else:
        if len(state.persons_of(out)) != 1:
            raise WrongUseError("these stand in several persons; name who they are not with `--from`")
        sides = out, tuple(one for one in state.whole(out) if one not in out)
    if not sides[1]:
        raise WrongUseError("nobody would be left on the other side; name fewer, or somebody else with `--from`")
    return sides


def _root(world: World, act: PersonAct) -> PersonAct:
    """The act that an undoing is about in the end."""
    while act.undoes:  # ends: an act undoes an earlier one
        undone = world.journal.persons.find(act.owner, act.undoes)
        assert undone is not None, "an act that is undone stays in the history"
        act = undone
    return act


def _listed(acts: Sequence[PersonAct], all_acts: Sequence[PersonAct]) -> tuple[ActListed, ...]:
    standing = {act.id for act in standing_acts(all_acts)}
    grouping = group_appearances(all_acts)
    return tuple(
        ActListed(
            act=act,
            stands=act.id in standing,
            open=act.kind is ActKind.PROPOSED and act.id in standing and is_undecided(grouping, act),
        )
        for act in acts
    )


def is_undecided(grouping: Grouping, act: PersonAct) -> bool:
    """Whether nobody has yet said of all people of a proposal that they are one person, or of two that they are not."""
    people = act.people
    whole = len({grouping.person_of(one) for one in people}) < 2
    return not whole and not any(grouping.relation(a, b) == DECLARED_APART for a, b in combinations(people, 2))
