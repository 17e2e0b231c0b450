"""Every verb of the API: one table of who may ask it and what comes back, which tests hold against what the pages ask.

A verb is a request of the node's local socket as it is. Its name is its address; who asks is never in its body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity.model.approval import Approval
from comity.model.asked import AskedLine, OpenOwner
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import StoredDuty
from comity.model.health import HealthLine
from comity.model.held import HeldDecided, HeldTask
from comity.model.law_state import AgreementShown
from comity.model.outcome import Outcome, RevisedOutcome, SourceResult
from comity.model.roster import MemberShown
from comity.model.waiting import ApprovalShown
from comity.node.approval_requests import DecideApproval, ListApprovals
from comity.node.desk_requests import (
    ConfirmRecall,
    DecideHeld,
    ListHeld,
    ListOpenOwners,
    ListRecalls,
    MyQuestions,
    ShowAnswer,
)
from comity.node.duty_requests import ConfirmDuty, Duties, FinishDuty
from comity.node.health import ShowHealth
from comity.node.local import Ask, Fetch
from comity.node.member_requests import CHANGES as CHANGES_MEMBERS
from comity.node.member_requests import SEES as SEES_MEMBERS
from comity.node.member_requests import (
    AddMember,
    ChangeMember,
    ListMembers,
    RestoreMember,
    ReviewMember,
    SuspendMember,
)
from comity.node.office import ShowAgreement

INVESTIGATOR = frozenset({"member"})
DESK = frozenset({"records-custodian", "counsel", "agency-head", "privacy-officer"})
DECIDERS = DESK | {"supervisor"}
APPROVERS = frozenset({"supervisor", "agency-head", "privacy-officer"})

OPERATES = frozenset({"node-administrator"})


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: what is asked, what comes back, and the roles that may ask; `fresh` where a sign-in within the last five
    minutes is asked for, `told` where each owner's word is told as it comes.
    """

    asks: Any
    gives: Any
    roles: frozenset[str]
    fresh: bool = False
    told: bool = False

    @property
    def name(self) -> str:
        """Its name, which is the last part of its address: the tag it has at the node's own socket."""
        tag = self.asks.__struct_config__.tag
        assert isinstance(tag, str), "every request of the socket has a tag"
        return tag


VERBS: tuple[Verb, ...] = (
    Verb(Ask, Outcome, INVESTIGATOR, told=True),
    Verb(ShowAnswer, RevisedOutcome, INVESTIGATOR),
    Verb(Fetch, SourceResult, INVESTIGATOR),
    Verb(MyQuestions, tuple[AskedLine, ...], INVESTIGATOR),
    Verb(ListOpenOwners, tuple[OpenOwner, ...], INVESTIGATOR),
    Verb(ListApprovals, tuple[ApprovalShown, ...], APPROVERS),
    Verb(DecideApproval, Approval, APPROVERS, told=True),
    Verb(ListHeld, tuple[HeldTask, ...], DECIDERS),
    Verb(DecideHeld, HeldDecided, DECIDERS, fresh=True),
    Verb(Duties, tuple[StoredDuty, ...], DECIDERS),
    Verb(FinishDuty, StoredDuty, DECIDERS),
    Verb(ConfirmDuty, StoredDuty, DECIDERS),
    Verb(ListRecalls, tuple[StoredDelivery, ...], DESK),
    Verb(ConfirmRecall, StoredDelivery, DESK),
    Verb(ShowAgreement, AgreementShown, DESK),
    Verb(ListMembers, tuple[MemberShown, ...], SEES_MEMBERS),
    Verb(AddMember, MemberShown, CHANGES_MEMBERS, fresh=True),
    Verb(ChangeMember, MemberShown, CHANGES_MEMBERS, fresh=True),
    Verb(SuspendMember, MemberShown, CHANGES_MEMBERS, fresh=True),
    Verb(RestoreMember, MemberShown, CHANGES_MEMBERS, fresh=True),
    Verb(ReviewMember, MemberShown, CHANGES_MEMBERS, fresh=True),
    Verb(ShowHealth, tuple[HealthLine, ...], OPERATES),
)


def find_verb(name: str) -> Verb | None:
    """The verb of a name; None for a name that is none."""
    return next((one for one in VERBS if one.name == name), None)
