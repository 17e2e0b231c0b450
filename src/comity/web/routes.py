"""Every address there is, who may reach it, and what answers: one table, which tests walk through role by role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from comity.web.admin import health, members
from comity.web.audits import begin as audit_begin
from comity.web.audits import columns as audit_columns
from comity.web.audits import names as audit_names
from comity.web.audits import result as audit_result
from comity.web.call import Call, Reply
from comity.web.oversight import (
    findings,
    log,
    log_entry,
    petition_steps,
    petitions,
    reach,
    report_file,
    reports,
    sample,
)
from comity.web.pages import (
    activate,
    agreement_kept,
    agreements,
    api_reference,
    approvals,
    ask,
    ask_again,
    ask_now,
    confirm,
    copies,
    detail,
    drafts,
    duties,
    held,
    home,
    leaving,
    locked,
    mistake,
    my_passkeys,
    my_questions,
    my_record,
    my_sign_in,
    offered,
    public_agreements,
    public_counts,
    public_map,
    public_statement,
    question,
    recalls,
    receipts,
    record_correct,
    records,
    rules,
    saml,
    sign_in,
    sign_out,
    statements,
    told,
    use_passkey,
    verify,
    withdraw_waiting,
)

Answer = Callable[[Call], Reply]


class Who(Enum):
    """Groups of members by their roles in the directory of members; a member may be in several."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    INVESTIGATOR = "member"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "records-custodian"
    COUNSEL = "counsel"
    HEAD = "agency-head"
    PRIVACY = "privacy-officer"
    AUDITOR = "auditor"
    AGENCY_ADMINISTRATOR = "agency-administrator"
    NODE_ADMINISTRATOR = "node-administrator"


@dataclass(frozen=True, slots=True)
class Route:
    """One address and `who` may reach it; `fresh` where a sign-in within the last five minutes is asked.

    `from_elsewhere` where another site's form may bring something: there nobody is signed in and no cookie is looked at.
    """

    method: str
    path: str
    answer: Answer
    who: frozenset[Who]
    fresh: bool = False
    from_elsewhere: bool = False


ANYONE = frozenset({Who.ANYONE})
SIGNED_IN = frozenset({Who.SIGNED_IN})
INVESTIGATOR = frozenset({Who.INVESTIGATOR})
DESK = frozenset(
    {Who.CUSTODIAN, Who.COUNSEL, Who.HEAD, Who.PRIVACY}
)  # who acts on an owner's duties (duties.DESK)
APPROVERS = frozenset(
    {Who.SUPERVISOR, Who.HEAD, Who.PRIVACY}
)  # of questions of their own agency (approval.APPROVERS)
COUNSEL = frozenset({Who.COUNSEL})
CUSTODIAN = frozenset({Who.CUSTODIAN})
DECIDERS = DESK | {Who.SUPERVISOR}  # a rule may name any of these for what it holds
REPORTERS = DESK | {
    Who.AUDITOR
}  # who reads reports, which the desk files, and asks about reach (person_state.reader_of)
REVIEWERS = frozenset({Who.AUDITOR, Who.PRIVACY})  # of findings and of the log (findings.reviewers)
_SHOWING = "/desk/petitions/{reference:str}/show/{step:str}"  # steps that show or tell something
_AUDIT = "/oversight/audits/{audit:str}"
_FILE = "/oversight/reports/{kind:str}/{period:str}/file/{draft:str}"

CHANGES_MEMBERS = frozenset({Who.AGENCY_ADMINISTRATOR, Who.HEAD})  # member_requests.CHANGES
SEES_MEMBERS = CHANGES_MEMBERS | {Who.PRIVACY, Who.AUDITOR}  # member_requests.SEES
OPERATES = frozenset({Who.NODE_ADMINISTRATOR})

ROUTES: tuple[Route, ...] = (
    Route("GET", "/", home.show, ANYONE),
    Route("GET", "/public/agencies/{ori:str}", public_statement.show, ANYONE),
    Route("GET", "/public/agreements", public_agreements.show, ANYONE),
    Route("GET", "/public/counts", public_counts.show, ANYONE),
    Route("GET", "/public/whole-counts/{form:str}", public_counts.whole, ANYONE),
    Route("GET", "/public/map", public_map.show, ANYONE),
    Route("GET", "/public/whole-map/{form:str}", public_map.whole, ANYONE),
    Route("GET", "/verify", verify.show, ANYONE),
    Route("POST", "/verify", verify.check, ANYONE),
    Route("GET", "/my-record", my_record.show, ANYONE),
    Route("POST", "/my-record", my_record.find, ANYONE),
    Route("GET", "/my-record/ask", my_record.ask, ANYONE),
    Route("POST", "/my-record/ask", my_record.send, ANYONE),
    Route("GET", "/my-record/{reference:str}", my_record.one, ANYONE),
    Route("GET", "/api", api_reference.show, ANYONE),
    Route("POST", "/api-token", api_reference.make, SIGNED_IN, fresh=True),
    Route("GET", "/sign-in", sign_in.show, ANYONE),
    Route("GET", "/sign-in/agency/{number:int}", sign_in.leave, ANYONE),
    Route("GET", "/sign-in/back", sign_in.come_back, ANYONE),
    Route("GET", "/sign-in/saml/{number:int}", saml.leave, ANYONE),
    Route("POST", "/saml/acs", saml.answer, ANYONE, from_elsewhere=True),
    Route("GET", "/sign-in/saml", saml.go_on, ANYONE),
    Route("GET", "/saml/metadata", saml.metadata, ANYONE),
    Route("POST", "/sign-in/demonstration", sign_in.demonstrate, ANYONE),
    Route("POST", "/sign-in/passkey/begin", use_passkey.begin, ANYONE),
    Route("POST", "/sign-in/passkey", use_passkey.use, ANYONE),
    Route("POST", "/sign-out", sign_out.end, SIGNED_IN),
    Route("GET", "/my-sign-in", my_sign_in.show, SIGNED_IN),
    Route("GET", "/my-sign-in/add", my_passkeys.show, SIGNED_IN, fresh=True),
    Route("POST", "/my-sign-in/add", my_passkeys.add, SIGNED_IN, fresh=True),
    Route("POST", "/my-sign-in/add/begin", my_passkeys.begin, SIGNED_IN, fresh=True),
    Route("GET", "/my-sign-in/passkeys/{passkey:str}", my_passkeys.ask_remove, SIGNED_IN),
    Route("POST", "/my-sign-in/passkeys/{passkey:str}", my_passkeys.remove, SIGNED_IN),
    Route("POST", "/my-sign-in/sessions/{session:str}", my_sign_in.end, SIGNED_IN),
    Route("POST", "/my-sign-in/others", my_sign_in.end_others, SIGNED_IN),
    Route("POST", "/my-sign-in/seen", my_passkeys.seen, SIGNED_IN),
    Route("GET", "/my-sign-in/statements/{statement:str}", statements.ask_sign, INVESTIGATOR, fresh=True),
    Route("POST", "/my-sign-in/statements/{statement:str}", statements.sign, INVESTIGATOR, fresh=True),
    Route("GET", "/locked", locked.show, SIGNED_IN),
    Route("POST", "/locked", locked.lock, SIGNED_IN),
    Route("POST", "/stay", locked.stay, SIGNED_IN),
    Route("GET", "/questions", my_questions.show, INVESTIGATOR),
    Route("POST", "/ask", ask.begin, INVESTIGATOR),
    Route("GET", "/ask/now", ask_now.show, INVESTIGATOR),
    Route("POST", "/ask/now", ask_now.send, INVESTIGATOR),
    Route("GET", "/ask/{draft:str}/reason", ask.reason, INVESTIGATOR),
    Route("POST", "/ask/{draft:str}/reason", ask.write_reason, INVESTIGATOR),
    Route("GET", "/ask/{draft:str}/for-whom", ask.for_whom, INVESTIGATOR),
    Route("POST", "/ask/{draft:str}/for-whom", ask.write_for_whom, INVESTIGATOR),
    Route("GET", "/ask/{draft:str}/subject", ask.subject, INVESTIGATOR),
    Route("POST", "/ask/{draft:str}/subject", ask.write_subject, INVESTIGATOR),
    Route("GET", "/ask/{draft:str}/check", ask.check, INVESTIGATOR),
    Route("POST", "/ask/{draft:str}/check", ask.send, INVESTIGATOR),
    Route("POST", "/ask/{draft:str}/delete", ask.delete, INVESTIGATOR),
    Route("GET", "/questions/{question:str}", question.show, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/items/{item:str}", detail.show, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/items/{item:str}", detail.open_detail, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/receipts/{ori:str}", receipts.show, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/receipts/{ori:str}/file", receipts.save, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/items/{item:str}/confirm", confirm.ask_owner, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/items/{item:str}/mistake", mistake.show, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/items/{item:str}/mistake", mistake.report, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/items/{item:str}/told", told.show, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/items/{item:str}/told", told.write, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/print", copies.print_answer, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/export", copies.ask_export, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/export", copies.export, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/again", ask_again.ask_again, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/withdraw", withdraw_waiting.ask_withdraw, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/withdraw", withdraw_waiting.withdraw, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/events", question.events, INVESTIGATOR),
    Route("GET", "/desk/agreements", agreements.show, DESK),
    Route("GET", "/desk/agreements/{agreement:str}", agreements.one, DESK),
    Route("GET", "/desk/agreements/{agreement:str}/suspend", agreements.ask_suspend, DESK),
    Route("POST", "/desk/agreements/{agreement:str}/suspend", agreements.suspend, DESK),
    Route("GET", "/desk/agreements/{agreement:str}/undo/{draft:str}", agreements.ask_undo, DESK, fresh=True),
    Route("POST", "/desk/agreements/{agreement:str}/undo/{draft:str}", agreements.undo, DESK, fresh=True),
    Route("GET", "/desk/agreements/{agreement:str}/activate", activate.show, DESK),
    Route("GET", "/desk/agreements/{agreement:str}/keep", agreement_kept.ask_keep, DESK, fresh=True),
    Route("POST", "/desk/agreements/{agreement:str}/keep", agreement_kept.keep, DESK, fresh=True),
    Route("GET", "/desk/agreements/{agreement:str}/sign", activate.ask_sign, DESK, fresh=True),
    Route("POST", "/desk/agreements/{agreement:str}/sign", activate.sign, DESK, fresh=True),
    Route("GET", "/desk/agreements/{agreement:str}/switch-on", activate.ask_switch_on, DESK, fresh=True),
    Route("POST", "/desk/agreements/{agreement:str}/switch-on", activate.switch_on, DESK, fresh=True),
    Route("GET", "/desk/agreements/{agreement:str}/use", agreement_kept.use, DESK),
    Route("GET", "/desk/offered", offered.show, DESK),
    Route("POST", "/desk/offered", offered.bring, DESK),
    Route("GET", "/desk/offered/{agreement:str}/file/{form:str}", offered.file, DESK),
    Route("POST", "/desk/offered/{agreement:str}/discard", offered.discard, DESK),
    Route("GET", "/desk/approvals", approvals.show, APPROVERS),
    Route("GET", "/desk/approvals/{question:str}", approvals.one, APPROVERS),
    Route("POST", "/desk/approvals/{question:str}", approvals.decide, APPROVERS),
    Route("GET", "/desk/drafts", drafts.show, DESK),
    Route("GET", "/desk/drafts/new", drafts.ask_new, DESK),
    Route("POST", "/desk/drafts/new", drafts.write_new, DESK),
    Route("GET", "/desk/drafts/{draft:str}", drafts.one, DESK),
    Route("POST", "/desk/drafts/{draft:str}/discard", drafts.discard, DESK),
    Route("GET", "/desk/drafts/{draft:str}/edit", drafts.ask_edit, DESK),
    Route("POST", "/desk/drafts/{draft:str}/edit", drafts.write, DESK),
    Route("GET", "/desk/drafts/{draft:str}/past", drafts.past, DESK),
    Route("POST", "/desk/drafts/{draft:str}/send", drafts.send, DESK),
    Route("GET", "/desk/drafts/{draft:str}/sign", drafts.ask_sign, COUNSEL, fresh=True),
    Route("POST", "/desk/drafts/{draft:str}/sign", drafts.sign, COUNSEL, fresh=True),
    Route("GET", "/desk/leaving", leaving.show, DESK),
    Route("GET", "/desk/leaving/count", leaving.count, DESK),
    Route("GET", "/desk/leaving/file/{form:str}", leaving.file, DESK),
    Route("GET", "/desk/records", records.show, CUSTODIAN),
    Route("POST", "/desk/records", records.open_one, CUSTODIAN),
    Route("GET", "/desk/records/{record:str}", records.one, CUSTODIAN),
    Route("GET", "/desk/records/{record:str}/act/{act:str}", records.ask_act, CUSTODIAN, fresh=True),
    Route("POST", "/desk/records/{record:str}/act/{act:str}", records.act, CUSTODIAN, fresh=True),
    Route("GET", "/desk/records/{record:str}/correct", record_correct.ask, CUSTODIAN),
    Route("POST", "/desk/records/{record:str}/correct", record_correct.write, CUSTODIAN),
    Route("GET", "/desk/records/{record:str}/correct/{draft:str}", record_correct.check, CUSTODIAN, fresh=True),
    Route("POST", "/desk/records/{record:str}/correct/{draft:str}", record_correct.record, CUSTODIAN, fresh=True),
    Route("GET", "/desk/rules", rules.show, DESK),
    Route("GET", "/desk/rules/{text:str}/{rule:str}", rules.one, DESK),
    Route("GET", "/desk/duties", duties.show, DECIDERS),
    Route("GET", "/desk/duties/{duty:str}", duties.one, DECIDERS),
    Route("POST", "/desk/duties/{duty:str}", duties.finish, DECIDERS),
    Route("GET", "/desk/recalls", recalls.show, DESK),
    Route("GET", "/desk/recalls/{recall:str}", recalls.one, DESK),
    Route("POST", "/desk/recalls/{recall:str}", recalls.confirm, DESK),
    Route("GET", "/desk/petitions", petitions.show, DESK),
    Route("GET", "/desk/new-petition", petitions.ask_new, DESK),
    Route("POST", "/desk/new-petition", petitions.take_in, DESK),
    Route("GET", "/desk/petitions/{reference:str}", petitions.one, DESK),
    Route("GET", "/desk/petitions/{reference:str}/step/{step:str}", petition_steps.ask, DESK),
    Route("POST", "/desk/petitions/{reference:str}/step/{step:str}", petition_steps.take, DESK),
    Route("GET", _SHOWING, petition_steps.ask_fresh, DESK, fresh=True),
    Route("POST", _SHOWING, petition_steps.take_fresh, DESK, fresh=True),
    Route("GET", "/desk/held", held.show, DECIDERS),
    Route("GET", "/desk/held/{held:str}", held.one, DECIDERS),
    Route("POST", "/desk/held/{held:str}", held.write, DECIDERS),
    Route("GET", "/desk/held/{held:str}/record/{draft:str}", held.check, DECIDERS, fresh=True),
    Route("POST", "/desk/held/{held:str}/record/{draft:str}", held.record, DECIDERS, fresh=True),
    Route("GET", "/admin/health", health.show, OPERATES),
    Route("GET", "/admin/members", members.show, SEES_MEMBERS),
    Route("GET", "/admin/members/{member:str}", members.one, SEES_MEMBERS),
    Route("GET", "/admin/members/{member:str}/{act:str}", members.ask_act, CHANGES_MEMBERS, fresh=True),
    Route("POST", "/admin/members/{member:str}/{act:str}", members.act, CHANGES_MEMBERS, fresh=True),
    Route("GET", "/admin/new-member", members.ask_add, CHANGES_MEMBERS, fresh=True),
    Route("POST", "/admin/new-member", members.add, CHANGES_MEMBERS, fresh=True),
    Route("GET", "/oversight/findings", findings.show, REVIEWERS),
    Route("POST", "/oversight/findings", findings.look, REVIEWERS),
    Route("GET", "/oversight/findings/{finding:str}", findings.one, REVIEWERS),
    Route("POST", "/oversight/findings/{finding:str}", findings.decide, REVIEWERS),
    Route("POST", "/oversight/findings/{finding:str}/take", findings.take, REVIEWERS),
    Route("GET", "/oversight/findings/{finding:str}/who", findings.ask_who, REVIEWERS, fresh=True),
    Route("POST", "/oversight/findings/{finding:str}/who", findings.see_who, REVIEWERS, fresh=True),
    Route("GET", "/oversight/sample", sample.show, REVIEWERS),
    Route("GET", "/oversight/sample/{month:str}/{entry:str}", sample.one, REVIEWERS),
    Route("POST", "/oversight/sample/{month:str}/{entry:str}", sample.review, REVIEWERS),
    Route("GET", "/oversight/log", log.show, REVIEWERS),
    Route("GET", "/oversight/log-file/{form:str}", log.whole, REVIEWERS),
    Route("GET", "/oversight/log/{index:str}", log_entry.one, REVIEWERS),
    Route("GET", "/oversight/log/{index:str}/proof", log_entry.proof, REVIEWERS),
    Route("GET", "/oversight/log/{index:str}/open", log_entry.ask_open, REVIEWERS, fresh=True),
    Route("POST", "/oversight/log/{index:str}/open", log_entry.open_behind, REVIEWERS, fresh=True),
    Route("GET", "/oversight/audits", audit_begin.show, REVIEWERS),
    Route("GET", "/oversight/new-audit", audit_begin.ask, REVIEWERS),
    Route("POST", "/oversight/new-audit", audit_begin.take, REVIEWERS),
    Route("GET", _AUDIT, audit_result.show, REVIEWERS),
    Route("GET", f"{_AUDIT}/columns", audit_columns.ask, REVIEWERS),
    Route("POST", f"{_AUDIT}/columns", audit_columns.settle, REVIEWERS),
    Route("GET", f"{_AUDIT}/names", audit_names.ask, REVIEWERS),
    Route("POST", f"{_AUDIT}/names", audit_names.settle, REVIEWERS),
    Route("GET", f"{_AUDIT}/rows/{{finding:str}}", audit_result.rows, REVIEWERS),
    Route("GET", f"{_AUDIT}/file/{{form:str}}", audit_result.whole, REVIEWERS),
    Route("POST", f"{_AUDIT}/drop", audit_begin.drop, REVIEWERS),
    Route("GET", "/oversight/reach", reach.show, REPORTERS),
    Route("GET", "/oversight/reports", reports.show, REPORTERS),
    Route("GET", "/oversight/reports/{kind:str}/{period:str}", reports.one, REPORTERS),
    Route("POST", "/oversight/reports/{kind:str}/{period:str}/prepare", report_file.prepare, DESK),
    Route("GET", "/oversight/reports/{kind:str}/{period:str}/figure", reports.figure, REPORTERS),
    Route("GET", "/oversight/reports/{kind:str}/{period:str}/whole/{form:str}", reports.whole, REPORTERS),
    Route("GET", _FILE, report_file.check, DESK, fresh=True),
    Route("POST", _FILE, report_file.sign, DESK, fresh=True),
    Route("GET", f"{_FILE}/whole", report_file.whole, DESK),
)


def may_reach(route: Route, roles: frozenset[str]) -> bool:
    """Whether a member of these roles may reach an address."""
    return bool(route.who & {Who.ANYONE, Who.SIGNED_IN}) or any(one.value in roles for one in route.who)
