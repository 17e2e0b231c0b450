"""Every verb of the API: one table of who may ask it and what comes back, which tests hold against what the pages ask.

A verb is a request of the node's local socket as it is. Its name is its address; who asks is never in its body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from comity.model.approval import Approval
from comity.model.asked import AskedLine, OpenOwner, ShownReceipt
from comity.model.audit_imported import AuditEntered
from comity.model.confirmation import Confirmation
from comity.model.copied import CopiedAnswer
from comity.model.correction import Corrected, RecordActed, RecordRead
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import OwedRow, StoredDuty
from comity.model.duty_question import DutyQuestion
from comity.model.filing import FilingTold
from comity.model.finding import Finding, FindingShown, FindingsListed, FindingsTold
from comity.model.foreseen import AgreementForeseen, AgreementUse, DraftForeseen, PastUnderDraft, RuleMattered
from comity.model.health import HealthLine
from comity.model.held import HeldDecided, HeldTask
from comity.model.law_state import ActivationResult, AgreementChange, AgreementKept, AgreementShown, LawState
from comity.model.law_text import LawText
from comity.model.leaving import Leaving
from comity.model.log_view import EntryOpened, EntryShown, LogBrowsed
from comity.model.mistake import Mistake
from comity.model.outcome import Outcome, RevisedOutcome, SourceResult
from comity.model.petition import Petition
from comity.model.reach_told import ReachTold
from comity.model.recalled import RecallShown
from comity.model.report import Report, Traced
from comity.model.roster import MemberShown
from comity.model.sample import SampleReview, SampleTold
from comity.model.statement import SignedStatement
from comity.model.told_note import ToldNote
from comity.model.waiting import ApprovalShown, OwnWaiting
from comity.node.answer_requests import AskAgain, CopyAnswer, NoteTold, ShowToldFields
from comity.node.approval_requests import DecideApproval, ListApprovals, ShowWaiting, WithdrawWaiting
from comity.node.desk_requests import (
    ActOnRecord,
    ConfirmRecall,
    DecideHeld,
    ListHeld,
    ListOpenOwners,
    MyQuestions,
    ShowAnswer,
    ShowRecalls,
)
from comity.node.draft_requests import (
    CountRule,
    DiscardDraft,
    ForeseeDraft,
    ListDrafts,
    PastOfDraft,
    SendDraft,
    ShowTexts,
    SignDraft,
    WriteDraft,
)
from comity.node.duty_requests import ConfirmDuty, Duties, FinishDuty, OwedActs, ShowDutyQuestion
from comity.node.finding_requests import (
    AskToExplain,
    CloseFinding,
    ListFindings,
    LookForFindings,
    ReviewSampled,
    SeeMembers,
    ShowFinding,
    ShowSample,
    TakeFinding,
)
from comity.node.flow_requests import AskReach
from comity.node.health import ShowHealth
from comity.node.hit_requests import ConfirmHit, ListHits, ListMistakes, ReportMistake
from comity.node.law_drafts import DraftWritten, LawDraft
from comity.node.local import Ask, Fetch
from comity.node.log_requests import BrowseLog, EnterAudit, OpenLogEntry, ShowLogEntry
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
from comity.node.offer_requests import (
    ActivateOffered,
    DiscardOffered,
    ForeseeAgreement,
    ListOffered,
    OfferAgreement,
    ShowUse,
    SignOffered,
)
from comity.node.offered_agreements import OfferedAgreement
from comity.node.office import KeepAgreement, ShowAgreement, ShowLaw, SuspendAgreement, UndoSuspension
from comity.node.receipt_requests import ShowReceipt
from comity.node.record_requests import CorrectRecord, ReadRecord
from comity.node.redress_requests import (
    DecidePetition,
    DisputeRecord,
    IdentifyPetitioner,
    ListPetitions,
    OpenLog,
    OpenPetition,
    ShowPetition,
    TellInPerson,
    WithholdRows,
)
from comity.node.report_requests import FileReport, ListFilings, MakeReport, TraceFigure
from comity.node.session_requests import SignStatement
from comity.node.told_requests import ListLeaving
from comity.oversight.redress.read_petitions import PetitionList, PetitionShown, ToldInPerson

INVESTIGATOR = frozenset({"member"})
DESK = frozenset({"records-custodian", "counsel", "agency-head", "privacy-officer"})
DECIDERS = DESK | {"supervisor"}
APPROVERS = frozenset({"supervisor", "agency-head", "privacy-officer"})

REPORTERS = DESK | {"auditor"}
REVIEWERS = frozenset({"auditor", "privacy-officer"})
COUNSEL = frozenset({"counsel"})
CUSTODIAN = frozenset({"records-custodian"})
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
    # The investigator
    Verb(Ask, Outcome, INVESTIGATOR, told=True),
    Verb(AskAgain, Outcome, INVESTIGATOR, told=True),
    Verb(ShowAnswer, RevisedOutcome, INVESTIGATOR),
    Verb(ShowWaiting, tuple[OwnWaiting, ...], INVESTIGATOR),
    Verb(WithdrawWaiting, Approval, INVESTIGATOR),
    Verb(Fetch, SourceResult, INVESTIGATOR),
    Verb(ShowReceipt, ShownReceipt, INVESTIGATOR),
    Verb(CopyAnswer, CopiedAnswer, INVESTIGATOR, told=True),
    Verb(ShowToldFields, tuple[str, ...], INVESTIGATOR),
    Verb(NoteTold, ToldNote, INVESTIGATOR),
    Verb(ConfirmHit, Confirmation, INVESTIGATOR),
    Verb(ListHits, tuple[Confirmation, ...], INVESTIGATOR),
    Verb(ReportMistake, Mistake, INVESTIGATOR | CUSTODIAN),
    Verb(MyQuestions, tuple[AskedLine, ...], INVESTIGATOR),
    Verb(ListOpenOwners, tuple[OpenOwner, ...], INVESTIGATOR),
    Verb(SignStatement, SignedStatement, INVESTIGATOR, fresh=True),
    # The desk
    Verb(ListApprovals, tuple[ApprovalShown, ...], APPROVERS),
    Verb(DecideApproval, Approval, APPROVERS, told=True),
    Verb(ListHeld, tuple[HeldTask, ...], DECIDERS),
    Verb(DecideHeld, HeldDecided, DECIDERS, fresh=True),
    Verb(Duties, tuple[StoredDuty, ...], DECIDERS | REPORTERS),
    Verb(OwedActs, tuple[OwedRow, ...], DECIDERS | REPORTERS),
    Verb(ShowDutyQuestion, tuple[DutyQuestion, ...], DECIDERS | REPORTERS),
    Verb(FinishDuty, StoredDuty, DECIDERS),
    Verb(ConfirmDuty, StoredDuty, DECIDERS),
    Verb(ShowRecalls, tuple[RecallShown, ...], DESK),
    Verb(ConfirmRecall, StoredDelivery, DESK),
    Verb(ListMistakes, tuple[Mistake, ...], DESK),
    Verb(ListLeaving, Leaving, DESK),
    Verb(ReadRecord, RecordRead, CUSTODIAN),
    Verb(ActOnRecord, RecordActed, CUSTODIAN, fresh=True),
    Verb(CorrectRecord, Corrected, CUSTODIAN, fresh=True),
    # Agreements and rules
    Verb(ShowAgreement, AgreementShown, DESK),
    Verb(ShowUse, AgreementUse, DESK),
    Verb(SuspendAgreement, AgreementChange, DESK),
    Verb(UndoSuspension, AgreementChange, DESK, fresh=True),
    Verb(KeepAgreement, AgreementKept, DESK, fresh=True),
    Verb(OfferAgreement, OfferedAgreement, DESK),
    Verb(ListOffered, tuple[OfferedAgreement, ...], DESK),
    Verb(ForeseeAgreement, AgreementForeseen, DESK),
    Verb(SignOffered, OfferedAgreement, DESK, fresh=True),
    Verb(ActivateOffered, AgreementChange, DESK, fresh=True),
    Verb(DiscardOffered, OfferedAgreement, DESK),
    Verb(ShowLaw, LawState, DESK),
    Verb(ShowTexts, tuple[LawText, ...], DESK),
    Verb(CountRule, RuleMattered, DESK),
    Verb(WriteDraft, DraftWritten, DESK),
    Verb(ListDrafts, tuple[LawDraft, ...], DESK),
    Verb(ForeseeDraft, DraftForeseen, DESK),
    Verb(PastOfDraft, PastUnderDraft, DESK),
    Verb(SendDraft, LawDraft, DESK),
    Verb(SignDraft, ActivationResult, COUNSEL, fresh=True),
    Verb(DiscardDraft, LawDraft, DESK),
    # Petitions
    Verb(OpenPetition, Petition, DESK),
    Verb(ListPetitions, PetitionList, DESK),
    Verb(ShowPetition, PetitionShown, DESK, fresh=True),
    Verb(IdentifyPetitioner, Petition, DESK),
    Verb(OpenLog, Petition, DESK, fresh=True),
    Verb(WithholdRows, Petition, DESK),
    Verb(DisputeRecord, Petition, DESK),
    Verb(DecidePetition, Petition, DESK, fresh=True),
    Verb(TellInPerson, ToldInPerson, DESK, fresh=True),
    # Oversight
    Verb(LookForFindings, FindingsTold, REVIEWERS),
    Verb(ListFindings, FindingsListed, REVIEWERS),
    Verb(ShowFinding, FindingShown, REVIEWERS),
    Verb(TakeFinding, Finding, REVIEWERS),
    Verb(AskToExplain, Finding, REVIEWERS),
    Verb(CloseFinding, Finding, REVIEWERS),
    Verb(SeeMembers, FindingShown, REVIEWERS, fresh=True),
    Verb(ShowSample, SampleTold, REVIEWERS),
    Verb(ReviewSampled, SampleReview, REVIEWERS),
    Verb(BrowseLog, LogBrowsed, REVIEWERS),
    Verb(ShowLogEntry, EntryShown, REVIEWERS),
    Verb(OpenLogEntry, EntryOpened, REVIEWERS, fresh=True),
    Verb(EnterAudit, AuditEntered, REVIEWERS),
    Verb(AskReach, ReachTold, REPORTERS),
    Verb(MakeReport, Report, REPORTERS),
    Verb(TraceFigure, Traced, REPORTERS),
    Verb(ListFilings, tuple[FilingTold, ...], REPORTERS),
    Verb(FileReport, FilingTold, DESK, fresh=True),
    # Administrators
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
