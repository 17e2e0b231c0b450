"""What an owner's desk asks of its node about its rules: those in force, and drafts of its own."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from comity.errors import WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.replay.mattered import mattered
from comity.exchange.replay.replay import replay
from comity.law.calendar import end_of_day_ms
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.foreseen import DraftForeseen, PastUnderDraft, RuleMattered
from comity.model.law_state import ActivationResult
from comity.model.law_text import LawText
from comity.node.draft import draft_law, laws_of_then, sweep_draft
from comity.node.law_drafts import (
    DraftWritten,
    LawDraft,
    Written,
    discard_draft,
    foresee_draft,
    get_draft,
    list_drafts,
    send_draft,
    sign_draft,
    write_draft,
)
from comity.ports import World
from comity.settings import get_member

PAST_DAYS = 90
YEAR_DAYS = 365


class ShowTexts(Noun, frozen=True, kw_only=True, tag="show-texts"):
    """Show the texts that the member's agency has in force, whole."""

    member: str


class CountRule(Noun, frozen=True, kw_only=True, tag="count-rule"):
    """Count the answers of a year in which a rule mattered (full id)."""

    member: str
    rule: str


class WriteDraft(Noun, frozen=True, kw_only=True, tag="write-draft"):
    """Write a draft of the agency's own rules; a new one where none is named. `gone` are rules that may go."""

    member: str
    text: str
    draft: str = ""
    gone: tuple[str, ...] = ()


class ListDrafts(Noun, frozen=True, kw_only=True, tag="list-drafts"):
    """List the drafts of the member's agency."""

    member: str


class ForeseeDraft(Noun, frozen=True, kw_only=True, tag="foresee-draft"):
    """Say what a draft would change, for every question."""

    member: str
    draft: str


class PastOfDraft(Noun, frozen=True, kw_only=True, tag="past-of-draft"):
    """Decide the questions of the last 90 days under a draft, and say which accounts gain and lose."""

    member: str
    draft: str


class SendDraft(Noun, frozen=True, kw_only=True, tag="send-draft"):
    """Send a draft to counsel, the text of this hash."""

    member: str
    draft: str
    hash: str


class SignDraft(Noun, frozen=True, kw_only=True, tag="sign-draft"):
    """Sign a draft as counsel, the text of this hash, and put it in force."""

    member: str
    draft: str
    hash: str


class DiscardDraft(Noun, frozen=True, kw_only=True, tag="discard-draft"):
    """Forget a draft."""

    member: str
    draft: str


DraftRequest = (
    ShowTexts
    | CountRule
    | WriteDraft
    | ListDrafts
    | ForeseeDraft
    | PastOfDraft
    | SendDraft
    | SignDraft
    | DiscardDraft
)
DraftResult = (
    tuple[LawText, ...]
    | RuleMattered
    | DraftWritten
    | LawDraft
    | tuple[LawDraft, ...]
    | DraftForeseen
    | PastUnderDraft
    | ActivationResult
)


def run_draft(world: World, folder: Path, members: tuple[Member, ...], request: DraftRequest) -> DraftResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case ShowTexts():
            return world.laws.law_of(_reader(world, member).id).texts
        case CountRule(rule=rule):
            owner = _reader(world, member)
            return mattered(world, owner, rule, _days_ago_ms(world, owner, YEAR_DAYS))
        case WriteDraft(draft=draft, text=text, gone=gone):
            return write_draft(world, folder, member, Written(text, gone, draft))
        case ListDrafts():
            return list_drafts(world, folder, member)
        case ForeseeDraft(draft=draft):
            return foresee_draft(world, folder, member, draft)
        case PastOfDraft(draft=draft):
            return _past(world, folder, _reader(world, member), draft)
        case SendDraft(draft=draft, hash=named):
            return send_draft(world, folder, member, draft, named)
        case SignDraft(draft=draft, hash=named):
            return sign_draft(world, folder, member, draft, named)
        case DiscardDraft(draft=draft):
            return discard_draft(world, folder, member, draft)


def _past(world: World, folder: Path, owner: Agency, draft: str) -> PastUnderDraft:
    one = get_draft(folder, owner.id, draft)
    since_ms = _days_ago_ms(world, owner, PAST_DAYS)
    law = draft_law(world, folder, owner, (one.offered,), one.gone)
    replayed = replay(world, owner, laws_of_then(world, folder, owner.id), law, since_ms)
    swept = sweep_draft(world, folder, owner.id, (one.offered,), one.gone)
    return PastUnderDraft(since_ms=since_ms, replayed=replayed, swept=swept)


def _reader(world: World, member: Member) -> Agency:
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not read this; it needs {', '.join(sorted(DESK))}")
    return owner_here(world, member.agency)


def _days_ago_ms(world: World, owner: Agency, days: int) -> int:
    first = owner_day(owner, world.clock.now_ms()) - timedelta(days=days - 1)
    return end_of_day_ms(first - timedelta(days=1), owner.zone) + 1
