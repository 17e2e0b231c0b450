"""Agreements at a node: switched on for every party held here, suspended at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawTextError, LawUnavailableError, WrongUseError
from comity.exchange.answering.law_in_force import check_signatures
from comity.exchange.answering.wanted import has_lapsed
from comity.exchange.duty.act_duties import Act, duties_of_text
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_day, owners_here
from comity.law import ast
from comity.law.calendar import end_of_day_ms
from comity.law.check_condition import suggest
from comity.law.compile import parse_text
from comity.law.parse import parse_agreement
from comity.law.standing import parties_of
from comity.model.agency import Agency, Member
from comity.model.disclosure import StoredDuty
from comity.model.law_state import AgreementChange, AgreementPlan, OfferedText
from comity.model.law_text import LawKind, LawText
from comity.model.refused import tell_refused
from comity.node.change_law import DECIDING_FILE, activate_texts, changing, withdraw_text
from comity.node.delegations import announced
from comity.node.laws import read_active
from comity.node.plan_agreement import plan_agreement, refusals, unsigned_text
from comity.node.refused_law import drop_refusals, enter_refusal, findings_of
from comity.ports import World

LONGEST_REASON = 500  # characters: why an agreement is suspended, in the owner's own record


def activate_agreement(world: World, folder: Path, offered: OfferedText) -> AgreementChange:
    """Switch an agreement on for every party held here: when all have signed and no rule of theirs forbids it.

    1 read      its parties held here; a text that does not parse names none for sure, so every owner here is told
    2 lock      each of them, so that none is checked against a law that goes; its list can be read
    3 plan      faults, signatures, what each party's law says, the first day
    4 refuse    what stands in the way is entered for each of them, with what is owed all the same; nothing is changed
    5 enter     for each of them, with what its law brings when it is switched on

    Raises WrongUseError when no party is held here.
    """
    name, owners = _parties(world, offered)  # 1
    with _locked(folder, owners):  # 2
        try:
            for owner in owners:
                read_active(folder, owner.id)
            plan = plan_agreement(world, folder, offered)  # 3
            refused = refusals(plan)
            if refused:
                return _refuse(world, folder, (offered, owners), plan, refused)  # 4
            text = replace(unsigned_text(offered.text, offered.file), signatures=offered.signatures)
            for owner in owners:
                check_signatures(text, world.directory(), owner.id)
        except LawUnavailableError as error:
            told = findings_of(error)
            entries = tuple(enter_refusal(world, folder, owner.id, (offered,), told) for owner in owners)  # 4
            return AgreementChange(agreement=name, owners=(), entries=entries, refused=told)
        entries = tuple(entry for owner in owners for entry in _switch_on(world, folder, owner, text, plan))  # 5
    return AgreementChange(
        agreement=name, owners=tuple(owner.id for owner in owners), entries=entries, begins=plan.begins
    )


def suspend_agreement(
    world: World, folder: Path, agreement: str, by: str, reason: str, *, member: Member | None = None
) -> AgreementChange:
    """Take an agreement out of force at once for every party held here.

    1 check     the reason, that who suspends is held here, and that the member who does it, where one is known, is of its desk
    2 lock      every owner held here, so that none is looked up in a law that goes
    3 find      the agreement in force, and that it lets this party suspend it
    4 withdraw  for each owner that has it in force: out of the list, then the entry

    Raises WrongUseError for an agreement that is not in force, or a party or member that may not.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:  # 1
        raise WrongUseError(tell_refused("agreement.long-why", longest=LONGEST_REASON))
    owners = owners_here(world)
    if by not in {owner.id for owner in owners}:
        raise WrongUseError(f"`{by}` is not held at this node; suspend at its own")
    told = {"by": by, "reason": reason.strip()}
    if member is not None:
        if member.agency != by or not DESK & set(member.roles):
            raise WrongUseError(
                f"`{member.id}` may not suspend for `{by}`; it needs one of its own with {', '.join(sorted(DESK))}"
            )
        told["member"] = member.id
    with _locked(folder, owners):  # 2
        found = _find_in_force(world, owners, agreement)  # 3
        _check_suspends(found[0][1], by)
        entries = tuple(
            withdraw_text(world, folder / "law", owner.id, text, told)
            for owner, text in found  # 4
        )
    return AgreementChange(agreement=agreement, owners=tuple(owner.id for owner, _ in found), entries=entries)


@contextmanager
def _locked(folder: Path, owners: tuple[Agency, ...]) -> Iterator[None]:
    """No other change to any of these owners' law meanwhile. One order for all, so that no two wait for each other."""
    with ExitStack() as stack:
        for owner in sorted(owners, key=lambda one: one.id):
            stack.enter_context(changing(folder / "law", owner.id, DECIDING_FILE))
        yield


def _parties(world: World, offered: OfferedText) -> tuple[str, tuple[Agency, ...]]:
    """The agreement's name and its parties held here; of a text that does not parse, its file and every owner here."""
    try:
        tree = parse_agreement(offered.text, offered.file)
    except LawTextError:
        return offered.file, owners_here(world)
    held = tuple(agency for agency in parties_of(tree, world.directory()) if agency.node == world.node)
    if not held:
        raise WrongUseError(f"no party of `{tree.id}` is held at this node; switch it on at theirs")
    return str(tree.id), held


def _switch_on(world: World, folder: Path, owner: Agency, text: LawText, plan: AgreementPlan) -> tuple[int, ...]:
    """Put the agreement in force for one owner, with what its law brings; its entry, none where it is in force."""
    entries: tuple[int, ...] = ()
    law = world.laws.law_of(owner.id)
    closed = has_lapsed(law, owner, text, world.clock.now_ms())
    if closed or text.hash not in {one.hash for one in law.texts}:
        duties = (
            *_raised(world, owner, plan, switched_on=True),
            *announced(owner, text, world.clock.now_ms()),
        )
        entries = activate_texts(world, folder / "law", owner.id, (text,), duties=duties)
    drop_refusals(folder, owner.id)
    return entries


def _raised(world: World, owner: Agency, plan: AgreementPlan, *, switched_on: bool) -> tuple[StoredDuty, ...]:
    """What an owner's law brings for an agreement, clocks of its coming into force from its first day.

    An agreement that is refused brings what is owed all the same, where it was the owner's law that refused it.
    """
    view = next((party for party in plan.parties if party.agency == owner.id), None)
    if view is None or not (
        switched_on or view.forbidding
    ):  # nobody's view is known of a text that does not parse
        return ()
    now_ms = world.clock.now_ms()
    begins = plan.begins if plan.begins is not None else owner_day(owner, now_ms)
    first_ms = end_of_day_ms(begins - timedelta(days=1), owner.zone) + 1
    event = "agreement-active" if switched_on else ""
    act = Act(owner, "activate", event, now_ms, max(now_ms, first_ms))
    return duties_of_text(act, plan.hash, view.owed)


def _refuse(
    world: World,
    folder: Path,
    wanted: tuple[OfferedText, tuple[Agency, ...]],
    plan: AgreementPlan,
    refused: tuple[str, ...],
) -> AgreementChange:
    offered, owners = wanted
    entries = []
    for owner in owners:
        duties = _raised(world, owner, plan, switched_on=False)
        entries.append(enter_refusal(world, folder, owner.id, (offered,), refused, duties))
    return AgreementChange(agreement=plan.agreement, owners=(), entries=tuple(entries), refused=refused)


def _find_in_force(world: World, owners: tuple[Agency, ...], agreement: str) -> tuple[tuple[Agency, LawText], ...]:
    """An agreement in force with each owner that has it. Raises WrongUseError where none has."""
    every = [
        (owner, text)
        for owner in owners
        for text in world.laws.law_of(owner.id).texts
        if text.kind is LawKind.AGREEMENT
    ]
    found = tuple((owner, text) for owner, text in every if text.name == agreement)
    if not found:
        known = sorted({text.name for _, text in every})
        raise WrongUseError(f"`{agreement}` is no agreement in force here; {suggest(agreement, known)}")
    return found


def _check_suspends(text: LawText, by: str) -> None:
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    if not {by, "either"} & {str(name) for name in tree.suspends}:
        raise WrongUseError(
            f"`{by}` may not suspend `{text.name}`; it names {', '.join(tree.suspends) or 'nobody'}"
        )
