"""What an owner's office asks of its node: law switched on, chosen, shown; agreements planned and ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from comity.exchange.log.prune_log import prune_log
from comity.exchange.owners import owner_here, owners_here
from comity.exchange.records.purge import purge_records
from comity.model.base import Noun
from comity.model.delegation import Delegation, KeptDelegation
from comity.model.disclosure import Purged
from comity.model.index_state import IndexState
from comity.model.law_state import (
    ActivationResult,
    AgreementChange,
    AgreementKept,
    AgreementPlan,
    AgreementShown,
    AgreementStanding,
    ConflictInForce,
    ElectionResult,
    LawState,
    OfferedText,
    SettingDecision,
)
from comity.model.pruning import LogPruned
from comity.model.replay import ReplayReport, SweepReport
from comity.node.activate import activate_law
from comity.node.agreements import activate_agreement, suspend_agreement
from comity.node.configure import check_configured, decide_configured
from comity.node.delegations import (
    delegations_of,
    sign_delegation,
    standings_of,
    veto_agreement,
    withdraw_delegation,
)
from comity.node.draft import replay_draft, sweep_draft
from comity.node.elect import conflicts_at, elect
from comity.node.keep_agreement import keep_agreement
from comity.node.plan_agreement import plan_agreement
from comity.node.show_law import agreement_shown, law_state
from comity.node.undo_suspension import undo_suspension
from comity.ports import World
from comity.settings import get_member, read_members, read_settings

Progress = Callable[[str, str], None]


class ActivateLaw(Noun, frozen=True, kw_only=True, tag="activate-law"):
    """Put new versions of packs or a policy in force, all or none; `gone` names rules that may go."""

    owner: str
    offered: tuple[OfferedText, ...]
    gone: tuple[str, ...] = ()


class ShowLaw(Noun, frozen=True, kw_only=True, tag="show-law"):
    """Show an owner's texts in force and what was refused since the last of them."""

    owner: str


class Elect(Noun, frozen=True, kw_only=True, tag="elect"):
    """Sign an owner's choice on a conflict."""

    owner: str
    conflict: str
    choice: str


class ShowConflicts(Noun, frozen=True, kw_only=True, tag="show-conflicts"):
    """Show every conflict in an owner's law."""

    owner: str


class CheckSetting(Noun, frozen=True, kw_only=True, tag="check-setting"):
    """Decide for every owner whether its law lets the node stand as it is set up."""


class PurgeRecords(Noun, frozen=True, kw_only=True, tag="purge-records"):
    """Remove what an owner's law says must go; a trial decides only."""

    owner: str
    trial: bool = False


class PruneLog(Noun, frozen=True, kw_only=True, tag="prune-log"):
    """Forget what the log keeps of months whose time is past; `before` names the first that stays, a trial only looks."""

    before: str = ""
    trial: bool = False


class CheckIndex(Noun, frozen=True, kw_only=True, tag="check-index"):
    """Compare what an owner's people are found by with its records; `anew` makes it from them first."""

    owner: str
    anew: bool = False


class PlanAgreement(Noun, frozen=True, kw_only=True, tag="plan-agreement"):
    """Say what would come of switching an agreement on here."""

    offered: OfferedText


class ActivateAgreement(Noun, frozen=True, kw_only=True, tag="activate-agreement"):
    """Switch an agreement on for every party held here."""

    offered: OfferedText


class SuspendAgreement(Noun, frozen=True, kw_only=True, tag="suspend-agreement"):
    """Take an agreement out of force at once, as a party; by a member of its desk, where one is known."""

    agreement: str
    by: str
    reason: str
    member: str = ""


class UndoSuspension(Noun, frozen=True, kw_only=True, tag="undo-suspension"):
    """Switch an agreement on again that this very member suspended within the last ten minutes, under that `entry`."""

    member: str
    agreement: str
    entry: int


class KeepAgreement(Noun, frozen=True, kw_only=True, tag="keep-agreement"):
    """Say that an agreement is still wanted by the member's agency, and why; it counts for another year."""

    member: str
    agreement: str
    reason: str


class ListAgreements(Noun, frozen=True, kw_only=True, tag="list-agreements"):
    """List what the owners here have switched on, from when it counts, and who signed for whom."""


class ShowAgreement(Noun, frozen=True, kw_only=True, tag="show-agreement"):
    """Show an agreement that an owner here has in force, whole."""

    owner: str
    agreement: str


class VetoAgreement(Noun, frozen=True, kw_only=True, tag="veto-agreement"):
    """Take an agreement that another signed for an owner out for it, at once."""

    agreement: str
    by: str
    reason: str


class SignDelegation(Noun, frozen=True, kw_only=True, tag="sign-delegation"):
    """Let another agency sign some agreements for an owner."""

    delegation: Delegation


class ListDelegations(Noun, frozen=True, kw_only=True, tag="list-delegations"):
    """List what the owners here delegated."""


class WithdrawDelegation(Noun, frozen=True, kw_only=True, tag="withdraw-delegation"):
    """End a delegation and everything that rests on it, at once."""

    named: str
    by: str
    reason: str


class ReplayDraft(Noun, frozen=True, kw_only=True, tag="replay-draft"):
    """Decide an owner's past questions under a draft; `gone` names rules that may go."""

    owner: str
    draft: tuple[OfferedText, ...]
    gone: tuple[str, ...] = ()


class SweepDraft(Noun, frozen=True, kw_only=True, tag="sweep-draft"):
    """Say who would gain and lose under a draft; `gone` names rules that may go."""

    owner: str
    draft: tuple[OfferedText, ...]
    gone: tuple[str, ...] = ()


DelegationRequest = SignDelegation | ListDelegations | WithdrawDelegation
AgreementRequest = (
    PlanAgreement
    | ActivateAgreement
    | SuspendAgreement
    | UndoSuspension
    | KeepAgreement
    | ListAgreements
    | ShowAgreement
    | VetoAgreement
    | DelegationRequest
)
LawRequest = ActivateLaw | ShowLaw | Elect | ShowConflicts | ReplayDraft | SweepDraft
OfficeRequest = AgreementRequest | LawRequest | CheckSetting | CheckIndex | PurgeRecords | PruneLog
OfficeResult = (
    ReplayReport
    | SweepReport
    | AgreementPlan
    | AgreementChange
    | AgreementKept
    | AgreementShown
    | Purged
    | LogPruned
    | tuple[SettingDecision, ...]
    | KeptDelegation
    | tuple[KeptDelegation, ...]
    | tuple[AgreementStanding, ...]
    | IndexState
    | ActivationResult
    | LawState
    | ElectionResult
    | tuple[ConflictInForce, ...]
)


def run_office(world: World, folder: Path, request: OfficeRequest, progress: Progress) -> OfficeResult:
    """Carry out one request of an owner's office. Raises WrongUseError for an owner this node does not hold."""
    match request:
        case CheckSetting():
            return decide_configured(world, read_settings(folder))
        case CheckIndex(owner=owner, anew=anew):
            owner_here(world, owner)
            look = world.records.rebuild_index if anew else world.records.check_index
            return look(owner, lambda told: progress(owner, told))
        case ReplayDraft(owner=owner, draft=draft, gone=gone):
            return replay_draft(world, folder, owner, draft, gone)
        case SweepDraft(owner=owner, draft=draft, gone=gone):
            return sweep_draft(world, folder, owner, draft, gone)
        case PlanAgreement(offered=text):
            return plan_agreement(world, folder, text)
        case ActivateAgreement(offered=text):
            return activate_agreement(world, folder, text)
        case SuspendAgreement(agreement=agreement, by=by, reason=reason):
            who = get_member(read_members(folder), request.member) if request.member else None
            return suspend_agreement(world, folder, agreement, by, reason, member=who)
        case UndoSuspension(member=member, agreement=agreement, entry=entry):
            return undo_suspension(world, folder, get_member(read_members(folder), member), agreement, entry)
        case KeepAgreement(member=member, agreement=agreement, reason=reason):
            return keep_agreement(world, folder, get_member(read_members(folder), member), agreement, reason)
        case ShowAgreement(owner=owner, agreement=agreement):
            return agreement_shown(world, folder, owner, agreement)
        case _ if isinstance(request, ListAgreements | VetoAgreement | DelegationRequest):
            return _run_delegation(world, folder, request)
        case PurgeRecords(owner=owner, trial=trial):
            return purge_records(world, owner, trial=trial)
        case PruneLog(before=before, trial=trial):
            settings = read_settings(folder)
            check_configured(world, settings)
            return prune_log(world, settings.log_days, before, trial=trial)
        case ActivateLaw(owner=owner, offered=offered, gone=gone):
            return activate_law(world, folder, owner, offered, gone)
        case ShowLaw(owner=owner):
            return law_state(world, folder, owner)
        case Elect(owner=owner, conflict=conflict, choice=choice):
            return elect(world, folder, owner, conflict, choice)
        case ShowConflicts(owner=owner):
            return conflicts_at(world, owner)


def _run_delegation(
    world: World, folder: Path, request: ListAgreements | VetoAgreement | DelegationRequest
) -> OfficeResult:
    """What is signed for owners here by others."""
    owners = owners_here(world)
    match request:
        case ListAgreements():
            return tuple(one for owner in owners for one in standings_of(world, folder, owner.id))
        case VetoAgreement(agreement=agreement, by=by, reason=reason):
            return veto_agreement(world, folder, by, agreement, reason)
        case SignDelegation(delegation=delegation):
            return sign_delegation(world, folder, delegation)
        case ListDelegations():
            return tuple(one for owner in owners for one in delegations_of(world, folder, owner.id))
        case WithdrawDelegation(named=named, by=by, reason=reason):
            return withdraw_delegation(world, folder, by, named, reason)
