"""Statements that a law asks of whoever looks in, signed for one session and carried by its questions.

1 who, and which      a member of an agency held here; a statement of the list
2 the words           exactly those of the list: what was read is what is signed
3 append_entry        words, member and contact in the wrapped record; agency and minute in the codes
4 find_signed         at each question of that session the entry is read again, and counts for a shift
5 member_told         to an owner whose state asks for it, and to no other
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import UNSET
from msgspec.structs import replace

from comity.errors import LedgerError, NounError, WrongUseError
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import Certificate
from comity.model.disclosure import EntryKind, Unit
from comity.model.refused import tell_refused
from comity.model.statement import Contact, SignedStatement
from comity.ports import World

COUNTS_MS = 12 * 3_600_000  # a shift: no session lasts longer, and no statement outlives its session


class StatementText(Noun, frozen=True, kw_only=True):
    """A statement as it is signed: the state whose agencies ask for it, its words, and where they come from."""

    name: Certificate
    state: str
    words: str
    cite: str


STATEMENTS: Mapping[Certificate, StatementText] = MappingProxyType(
    {
        Certificate.MD_3_529: StatementText(
            name=Certificate.MD_3_529,
            state="MD",
            words="I state under penalty of perjury that I am not accessing the database for the purpose of enforcing "
            "federal immigration law.",
            cite="Md. Code, Public Safety 3-529(b)(2)",
        )
    }
)


class _Kept(Noun, frozen=True, kw_only=True):
    """What the record of an entry holds of a statement."""

    member: str
    name: Certificate
    words: str
    cite: str
    contact: Contact
    at_ms: int


def sign_statement(
    world: World, member: Member, name: Certificate, words: str, contact: Contact
) -> SignedStatement:
    """Steps 1 to 3. Raises WrongUseError for a statement there is none of and for other words, ClosedError where the log
    takes nothing: then nothing is signed.
    """
    agency = owner_here(world, member.agency)  # 1
    text = STATEMENTS.get(name)
    if text is None:
        raise WrongUseError(f"no law asks for `{name}` of a session; sign one of {', '.join(sorted(STATEMENTS))}")
    if words.strip() != text.words:  # 2
        raise WrongUseError(tell_refused("statement.words", words=text.words))
    now_ms = world.clock.now_ms()
    kept = _Kept(member=member.id, name=name, words=text.words, cite=text.cite, contact=contact, at_ms=now_ms)
    unit = Unit(
        facts=owner_facts(EntryKind.STATEMENT_SIGNED, agency, now_ms),
        content=canonical_bytes({"statement": name}),
        record=canonical_bytes(kept),
    )
    entry = parse_proof(append_entry(world, unit).proof).index  # 3
    return SignedStatement(name=name, signed_ms=now_ms, entry=entry, contact=contact)


def find_signed(world: World, member: Member, entry: int) -> SignedStatement | None:
    """Step 4: the statement of an entry, where this member signed it within a shift; None for any other."""
    try:
        facts = decode_entry(world.journal.entry(entry)).facts
        record = world.journal.record(entry) if facts.kind is EntryKind.STATEMENT_SIGNED else None
        kept = from_canonical(record, _Kept) if record is not None else None
    except (LedgerError, NounError):
        return None
    if kept is None or kept.member != member.id or not 0 <= world.clock.now_ms() - kept.at_ms < COUNTS_MS:
        return None
    return SignedStatement(name=kept.name, signed_ms=kept.at_ms, entry=entry, contact=kept.contact)


def with_statements(world: World, member: Member, entries: tuple[int, ...]) -> Member:
    """A member in the session in which these entries were made: with the newest statement of each name that counts."""
    found = (find_signed(world, member, entry) for entry in sorted(set(entries)))
    newest = {one.name: one for one in found if one is not None}
    return replace(member, signed=tuple(newest.values()) or UNSET)


def member_told(member: Member, owner: Agency | None, *, stands: bool = False) -> Member:
    """Step 5: who asks, as one owner is told: with what its state's law asks for and nothing that another's does.

    A question that stands is looked at in no session, so that no statement goes with it; nor does one to an owner whom the
    directory does not list.
    """
    if owner is None or stands:
        return replace(member, signed=UNSET)
    told = tuple(one for one in member.statements if STATEMENTS[one.name].state == owner.state)
    return replace(member, signed=told or UNSET)
