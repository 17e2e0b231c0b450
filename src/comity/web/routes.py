"""Every address there is, who may reach it, and what answers: one table, which tests walk through role by role."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from comity.web.call import Call, Reply
from comity.web.pages import (
    agreements,
    approvals,
    ask,
    ask_now,
    confirm,
    copies,
    detail,
    duties,
    held,
    home,
    locked,
    my_questions,
    my_record,
    public_agreements,
    public_counts,
    public_map,
    public_statement,
    question,
    recalls,
    receipts,
    sign_in,
    sign_out,
    verify,
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
    """One address and `who` may reach it; `fresh` where a sign-in within the last five minutes is asked."""

    method: str
    path: str
    answer: Answer
    who: frozenset[Who]
    fresh: bool = False


ANYONE = frozenset({Who.ANYONE})
SIGNED_IN = frozenset({Who.SIGNED_IN})
INVESTIGATOR = frozenset({Who.INVESTIGATOR})
DESK = frozenset(
    {Who.CUSTODIAN, Who.COUNSEL, Who.HEAD, Who.PRIVACY}
)  # who acts on an owner's duties (duties.DESK)
APPROVERS = frozenset(
    {Who.SUPERVISOR, Who.HEAD, Who.PRIVACY}
)  # of questions of their own agency (approval.APPROVERS)
DECIDERS = DESK | {Who.SUPERVISOR}  # a rule may name any of these for what it holds

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
    Route("GET", "/sign-in", sign_in.show, ANYONE),
    Route("GET", "/sign-in/agency/{number:int}", sign_in.leave, ANYONE),
    Route("GET", "/sign-in/back", sign_in.come_back, ANYONE),
    Route("POST", "/sign-in/demonstration", sign_in.demonstrate, ANYONE),
    Route("POST", "/sign-out", sign_out.end, SIGNED_IN),
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
    Route("POST", "/questions/{question:str}/items/{item:str}", detail.open_detail, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/receipts/{ori:str}", receipts.show, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/receipts/{ori:str}/file", receipts.save, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/items/{item:str}/confirm", confirm.ask_owner, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/print", copies.print_answer, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/export", copies.ask_export, INVESTIGATOR),
    Route("POST", "/questions/{question:str}/export", copies.export, INVESTIGATOR),
    Route("GET", "/questions/{question:str}/events", question.events, INVESTIGATOR),
    Route("GET", "/desk/agreements", agreements.show, DESK),
    Route("GET", "/desk/agreements/{agreement:str}", agreements.one, DESK),
    Route("GET", "/desk/agreements/{agreement:str}/suspend", agreements.ask_suspend, DESK),
    Route("POST", "/desk/agreements/{agreement:str}/suspend", agreements.suspend, DESK),
    Route("GET", "/desk/agreements/{agreement:str}/undo/{draft:str}", agreements.ask_undo, DESK, fresh=True),
    Route("POST", "/desk/agreements/{agreement:str}/undo/{draft:str}", agreements.undo, DESK, fresh=True),
    Route("GET", "/desk/approvals", approvals.show, APPROVERS),
    Route("GET", "/desk/approvals/{question:str}", approvals.one, APPROVERS),
    Route("POST", "/desk/approvals/{question:str}", approvals.decide, APPROVERS),
    Route("GET", "/desk/duties", duties.show, DECIDERS),
    Route("GET", "/desk/duties/{duty:str}", duties.one, DECIDERS),
    Route("POST", "/desk/duties/{duty:str}", duties.finish, DECIDERS),
    Route("GET", "/desk/recalls", recalls.show, DESK),
    Route("GET", "/desk/recalls/{recall:str}", recalls.one, DESK),
    Route("POST", "/desk/recalls/{recall:str}", recalls.confirm, DESK),
    Route("GET", "/desk/held", held.show, DECIDERS),
    Route("GET", "/desk/held/{held:str}", held.one, DECIDERS),
    Route("POST", "/desk/held/{held:str}", held.write, DECIDERS),
    Route("GET", "/desk/held/{held:str}/record/{draft:str}", held.check, DECIDERS, fresh=True),
    Route("POST", "/desk/held/{held:str}/record/{draft:str}", held.record, DECIDERS, fresh=True),
)


def may_reach(route: Route, roles: frozenset[str]) -> bool:
    """Whether a member of these roles may reach an address."""
    return bool(route.who & {Who.ANYONE, Who.SIGNED_IN}) or any(one.value in roles for one in route.who)
