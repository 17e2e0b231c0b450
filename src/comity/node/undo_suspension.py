"""Undoing one's own suspension of an agreement, for ten minutes: what one person closed, that person opens again as it was.

1 who          the member, of the desk still
2 the entry    a suspension of this agreement that this very member entered, no more than ten minutes ago
3 not since    nobody else suspended it after that: theirs is not this member's to undo
4 the text     as it was signed, from the node's own folder; nothing of it comes with the request
5 activate     with every check of an activation, and its entry; what the law forbids by now stays closed
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from comity.errors import LedgerError, SettingsError, WrongUseError
from comity.exchange.duty.duties import DESK
from comity.ledger.entry import BUCKET_MS, decode_entry
from comity.model.agency import Member
from comity.model.disclosure import EntryKind
from comity.model.law_state import AgreementChange, OfferedText
from comity.model.law_text import LawKind, LawText
from comity.model.refused import tell_refused
from comity.model.sentence import Sentence
from comity.node.agreements import activate_agreement
from comity.node.laws import SHORT_HASH
from comity.ports import World
from comity.settings import read_noun

UNDO_MS = 10 * 60_000
MOST_LOOKED_AT = (
    50_000  # entries of ten minutes at the most that a node commits; more than that is not undone here
)


class _Told(msgspec.Struct, frozen=True):
    """What a suspension's entry says of the text."""

    owner: str
    kind: str
    name: str
    hash: str


class _By(msgspec.Struct, frozen=True):
    """What its record says of who did it."""

    by: str
    reason: str
    member: str = ""


def undo_suspension(world: World, folder: Path, member: Member, agreement: str, entry: int) -> AgreementChange:
    """All five steps. Raises WrongUseError for whoever may not, for another's suspension and for one of before."""
    if not DESK & set(member.roles):  # 1
        raise WrongUseError(f"`{member.id}` is not of the desk; it needs one of {', '.join(sorted(DESK))}")
    told = _suspension(world, member, agreement, entry)  # 2
    if _suspended_since(world, member, told.hash, entry):  # 3
        raise WrongUseError(
            tell_refused("undo.once-more", agreement=agreement, because=Sentence(code="undo.not-yours"))
        )
    text = _kept_text(folder, told)  # 4
    offered = OfferedText(
        file=agreement,
        kind=LawKind.AGREEMENT,
        text=text.text,
        tables=text.tables,
        signatures=text.signatures,
        signed_elsewhere=True,
    )
    return activate_agreement(world, folder, offered)  # 5


def _suspension(world: World, member: Member, agreement: str, entry: int) -> _Told:
    found = _read(world, entry)
    if found is None:
        raise WrongUseError(tell_refused("undo.not-yours"))
    told, by, at_ms = found
    age_ms = world.clock.now_ms() - at_ms
    whole = (told.kind, told.name) == (str(LawKind.AGREEMENT), agreement)
    # An entry has whole minutes, so that the tenth is counted to its end.
    if not whole or (by.by, by.member) != (member.agency, member.id) or not 0 <= age_ms < UNDO_MS + BUCKET_MS:
        raise WrongUseError(tell_refused("undo.not-yours"))
    return told


def _suspended_since(world: World, member: Member, law_hash: str, entry: int) -> bool:
    """Whether somebody else suspended the same text later; where there are too many entries to see, it counts as so."""
    later = world.journal.size() - entry - 1
    if later > MOST_LOOKED_AT:
        return True
    for number, raw in enumerate(world.journal.entries(entry + 1, max(later, 1)), entry + 1):
        facts = decode_entry(raw).facts
        if facts.kind is EntryKind.LAW_SUSPENDED and facts.law == law_hash:
            found = _read(world, number)
            if found is None or found[1].member != member.id:
                return True
    return False


def _read(world: World, entry: int) -> tuple[_Told, _By, int] | None:
    """What a suspension's entry says, who did it, and when; None for any other entry."""
    try:
        facts = decode_entry(world.journal.entry(entry)).facts
    except LedgerError:
        return None
    content, record = world.journal.content(entry), world.journal.record(entry)
    if facts.kind is not EntryKind.LAW_SUSPENDED or content is None or record is None:
        return None
    return msgspec.json.decode(content, type=_Told), msgspec.json.decode(record, type=_By), facts.at_ms


def _kept_text(folder: Path, told: _Told) -> LawText:
    path = folder / "law" / told.owner / f"{told.kind}-{told.name}-{told.hash[SHORT_HASH]}.json"
    try:
        text = read_noun(path, LawText)
    except SettingsError as error:
        raise WrongUseError(tell_refused("undo.not-kept", agreement=told.name)) from error
    if text.hash != told.hash:
        raise WrongUseError(tell_refused("undo.other", agreement=told.name))
    return text
