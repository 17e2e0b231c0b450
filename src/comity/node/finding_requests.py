"""What may be asked of the node about findings of misuse and the sealed list."""

from __future__ import annotations

from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.finding import (
    CircleTold,
    Finding,
    FindingKind,
    FindingShown,
    FindingsListed,
    FindingsTold,
    Relation,
)
from comity.model.query import Subject
from comity.model.sample import SampleResult, SampleReview, SampleTold
from comity.oversight.findings.circle import add_to_circle, circle_told, remove_from_circle
from comity.oversight.findings.look import list_findings, look_for_findings
from comity.oversight.findings.review import (
    ask_to_explain,
    dismiss_finding,
    see_members,
    show_finding,
    take_finding,
    uphold_finding,
)
from comity.oversight.findings.sample import review_sampled, show_sample
from comity.ports import World
from comity.settings import get_member


class LookForFindings(Noun, frozen=True, kw_only=True, tag="look-for-findings"):
    """Look for misuse, and list what was found since a time; of one kind where it is named."""

    member: str
    since_ms: int | None = None
    kind: FindingKind | None = None


class ListFindings(Noun, frozen=True, kw_only=True, tag="list-findings"):
    """List what earlier looks found."""

    member: str


class ShowFinding(Noun, frozen=True, kw_only=True, tag="show-finding"):
    """Show a finding with its evidence."""

    member: str
    finding: str


class TakeFinding(Noun, frozen=True, kw_only=True, tag="take-finding"):
    """Take a finding for review."""

    member: str
    finding: str


class AskToExplain(Noun, frozen=True, kw_only=True, tag="ask-to-explain"):
    """Record that whoever asked is asked to explain."""

    member: str
    finding: str
    words: str


class CloseFinding(Noun, frozen=True, kw_only=True, tag="close-finding"):
    """Close a finding: upheld with what is done, or dismissed with the reason."""

    member: str
    finding: str
    upheld: bool
    words: str


class SeeMembers(Noun, frozen=True, kw_only=True, tag="see-members"):
    """See whose questions a finding rests on."""

    member: str
    finding: str
    words: str


class AddToCircle(Noun, frozen=True, kw_only=True, tag="add-to-circle"):
    """Put somebody on the sealed list."""

    member: str
    relation: Relation
    whose: str
    subject: Subject


class RemoveFromCircle(Noun, frozen=True, kw_only=True, tag="remove-from-circle"):
    """Take a line off the sealed list."""

    member: str
    line: str


class CountCircle(Noun, frozen=True, kw_only=True, tag="count-circle"):
    """Say how many lines the sealed list has."""

    member: str


class ShowSample(Noun, frozen=True, kw_only=True, tag="show-sample"):
    """Show a month's random sample of questions."""

    member: str
    month: str


class ReviewSampled(Noun, frozen=True, kw_only=True, tag="review-sampled"):
    """Say of a drawn question whether its reason suffices."""

    member: str
    month: str
    entry: int
    result: SampleResult
    words: str


FindingRequest = (
    LookForFindings
    | ListFindings
    | ShowFinding
    | TakeFinding
    | AskToExplain
    | CloseFinding
    | SeeMembers
    | AddToCircle
    | RemoveFromCircle
    | CountCircle
    | ShowSample
    | ReviewSampled
)
FindingResult = FindingsTold | FindingsListed | FindingShown | Finding | CircleTold | SampleTold | SampleReview


def run_finding(world: World, members: tuple[Member, ...], request: FindingRequest) -> FindingResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case LookForFindings(since_ms=since_ms, kind=kind):
            return look_for_findings(world, member, since_ms, kind)
        case ListFindings():
            return list_findings(world, member)
        case ShowFinding(finding=name):
            return show_finding(world, member, name)
        case TakeFinding(finding=name):
            return take_finding(world, member, name)
        case AskToExplain(finding=name, words=words):
            return ask_to_explain(world, member, name, words)
        case CloseFinding(finding=name, upheld=upheld, words=words):
            return (uphold_finding if upheld else dismiss_finding)(world, member, name, words)
        case SeeMembers(finding=name, words=words):
            return see_members(world, member, name, words)
        case AddToCircle(relation=relation, whose=whose, subject=subject):
            return add_to_circle(world, member, relation, whose, subject)
        case RemoveFromCircle(line=line):
            return remove_from_circle(world, member, line)
        case CountCircle():
            return circle_told(world, member)
        case ShowSample(month=month):
            return show_sample(world, member, month)
        case ReviewSampled(month=month, entry=entry, result=result, words=words):
            return review_sampled(world, member, month, entry, (result, words))
