"""Drafts of an owner's own rules: written by its desk, proved, sent to counsel, signed by another person or discarded.

`drafts/<owner>/<id>.json` holds a text of a policy that is in force nowhere. A draft is checked as an activation is; one whose
proof did not finish goes no further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from comity.errors import Finding, LawTextError, WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.fresh_id import fresh_id
from comity.exchange.owners import owner_day, owner_facts, owner_here
from comity.law.rule_changes import rule_changes
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.canon import canonical_bytes, text_digest
from comity.model.disclosure import EntryKind, Unit
from comity.model.foreseen import DraftForeseen
from comity.model.law_state import ActivationResult, OfferedText
from comity.model.law_text import LawKind
from comity.model.refused import tell_refused
from comity.node.activate import activate_law
from comity.node.change_law import changing
from comity.node.draft import draft_texts
from comity.node.foresee import foresee_law
from comity.ports import World
from comity.settings import read_noun, write_noun

FOLDER = "drafts"
LOCK_FILE = "drafting"
DRAFT_ID = re.compile(r"[0-9a-f]{32}")
MOST_DRAFTS = 50  # of one owner: more are not read before they are out of date
LARGEST = 100_000  # characters of a policy; the demonstration's has a fiftieth
SIGNER = "counsel"


class LawDraft(Noun, frozen=True, kw_only=True):
    """A draft: its text, the rules it may take away (full ids), who wrote it last, and who sent that text to counsel."""

    id: str
    owner: str
    text: str
    gone: tuple[str, ...]
    by: str
    at_ms: int
    sent_by: str = ""
    sent_ms: int | None = None

    @property
    def hash(self) -> str:
        """Names exactly this text and what it takes away."""
        return text_digest("\n".join([self.text, *self.gone]))

    @property
    def offered(self) -> OfferedText:
        """As it is checked, replayed and activated."""
        return OfferedText(file="draft", kind=LawKind.POLICY, text=self.text)


class DraftWritten(Noun, frozen=True, kw_only=True):
    """A draft that was written; or what is wrong with its text, and nothing was written."""

    findings: tuple[Finding, ...] = ()
    draft: LawDraft | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be written: a text, the rules it may take away, and the draft it replaces; empty for a new one."""

    text: str
    gone: tuple[str, ...]
    draft: str = ""


def write_draft(world: World, folder: Path, member: Member, written: Written) -> DraftWritten:
    """Write a draft, or write one anew. What was sent before is with counsel no more.

    Raises WrongUseError for a member who may not, or a draft that is not there.
    """
    owner = _acting(world, member)
    if len(written.text) > LARGEST:
        raise WrongUseError(tell_refused("draft.long", longest=LARGEST))
    offered = OfferedText(file="draft", kind=LawKind.POLICY, text=written.text)
    try:
        draft_texts(world, folder, owner, (offered,), written.gone)
    except LawTextError as error:
        return DraftWritten(findings=error.findings)
    now_ms = world.clock.now_ms()
    with changing(folder / FOLDER, owner.id, LOCK_FILE):
        if written.draft:
            get_draft(folder, owner.id, written.draft)
        elif len(list(_home(folder, owner.id).glob("*.json"))) >= MOST_DRAFTS:
            raise WrongUseError(tell_refused("draft.too-many", agency=owner.id, most=MOST_DRAFTS))
        made = LawDraft(
            id=written.draft or fresh_id(world, now_ms),
            owner=owner.id,
            text=written.text,
            gone=written.gone,
            by=member.id,
            at_ms=now_ms,
        )
        write_noun(_path(folder, owner.id, made.id), made)
    return DraftWritten(draft=made)


def list_drafts(world: World, folder: Path, member: Member) -> tuple[LawDraft, ...]:
    """The drafts of the member's agency, the newest first."""
    owner = _acting(world, member)
    found = (read_noun(path, LawDraft) for path in _home(folder, owner.id).glob("*.json"))
    return tuple(sorted(found, key=lambda one: (-one.at_ms, one.id)))


def foresee_draft(world: World, folder: Path, member: Member, draft: str) -> DraftForeseen:
    """What a draft would change, proved over every question: rule by rule, and what opens and closes. Some seconds."""
    owner = _acting(world, member)
    one = get_draft(folder, owner.id, draft)
    before = world.laws.law_of(owner.id)
    try:
        after = draft_texts(world, folder, owner, (one.offered,), one.gone)
    except LawTextError as error:  # the law in force changed since it was written
        return DraftForeseen(findings=tuple(str(found) for found in error.findings))
    day = owner_day(owner, world.clock.now_ms())
    return DraftForeseen(
        findings=(),
        rules=rule_changes(before.texts, after.texts),
        change=foresee_law(world, owner, before, after, day),
    )


def send_draft(world: World, folder: Path, member: Member, draft: str, named: str) -> LawDraft:
    """Send a draft to counsel, exactly the text that was read (`named` is its hash).

    Raises WrongUseError for one that was changed since, has faults, or whose proof did not finish.
    """
    owner = _acting(world, member)
    one = _checked(world, folder, owner, member, draft, named)
    sent = replace(one, sent_by=member.id, sent_ms=world.clock.now_ms())
    with changing(folder / FOLDER, owner.id, LOCK_FILE):
        write_noun(_path(folder, owner.id, draft), sent)
    return sent


def sign_draft(world: World, folder: Path, member: Member, draft: str, named: str) -> ActivationResult:
    """Sign a draft that was sent, as counsel who did not write it, and put it in force.

    1 who      counsel of the owner, and another than who wrote the text
    2 what     a draft that was sent, unchanged since it was read, whose proof finished
    3 enter    who signed it, then it is activated: signed with the agency's key, whole or not at all

    Raises WrongUseError for what is not so.
    """
    owner = _acting(world, member)
    if SIGNER not in member.roles:  # 1
        raise WrongUseError(f"`{member.id}` may not sign a draft; it needs {SIGNER}")
    one = _checked(world, folder, owner, member, draft, named)  # 2
    if one.by == member.id:
        raise WrongUseError(tell_refused("draft.own", member=member.id))
    if one.sent_ms is None:
        raise WrongUseError(tell_refused("draft.unsent"))
    now_ms = world.clock.now_ms()
    append_entry(  # 3
        world,
        Unit(
            facts=replace(owner_facts(EntryKind.TEXT_SIGNED, owner, now_ms), law=text_digest(one.text)),
            content=canonical_bytes({"owner": owner.id, "draft": one.id, "hash": one.hash}),
            record=canonical_bytes({"by": member.id, "written": one.by, "sent": one.sent_by}),
        ),
    )
    done = activate_law(world, folder, owner.id, (one.offered,), one.gone)
    if not done.findings:
        _path(folder, owner.id, draft).unlink(missing_ok=True)
    return done


def discard_draft(world: World, folder: Path, member: Member, draft: str) -> LawDraft:
    """Forget a draft; it was in force nowhere."""
    owner = _acting(world, member)
    with changing(folder / FOLDER, owner.id, LOCK_FILE):
        one = get_draft(folder, owner.id, draft)
        _path(folder, owner.id, draft).unlink()
    return one


def get_draft(folder: Path, owner: str, draft: str) -> LawDraft:
    """A draft by its id. Raises WrongUseError where there is none."""
    if not DRAFT_ID.fullmatch(draft) or not _path(folder, owner, draft).exists():
        raise WrongUseError(tell_refused("draft.none", agency=owner, draft=draft[:32]))
    return read_noun(_path(folder, owner, draft), LawDraft)


def _checked(world: World, folder: Path, owner: Agency, member: Member, draft: str, named: str) -> LawDraft:
    one = get_draft(folder, owner.id, draft)
    if one.hash != named:
        raise WrongUseError(tell_refused("draft.changed"))
    seen = foresee_draft(world, folder, member, draft)
    if seen.findings or seen.change is None:
        raise WrongUseError(tell_refused("draft.not-over-law"))
    if seen.change.undecided:
        raise WrongUseError(tell_refused("draft.unfinished"))
    return one


def _acting(world: World, member: Member) -> Agency:
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not do this; it needs {', '.join(sorted(DESK))}")
    return owner_here(world, member.agency)


def _home(folder: Path, owner: str) -> Path:
    return folder / FOLDER / owner


def _path(folder: Path, owner: str, draft: str) -> Path:
    return _home(folder, owner) / f"{draft}.json"
