"""Agreements offered at a node: read by the desk, signed by whoever answers for a party, switched on by a second person.

`offered/<id>.json` holds a text with the signatures it has so far; it opens nothing. Each signature that is given here is an
entry, so that it can be said who gave it; the signature itself is the agency's, over exactly this text.
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawTextError, WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_facts, owner_here
from comity.law import ast
from comity.law.check import check_texts
from comity.law.compile import parse_text
from comity.law.parse import parse_agreement
from comity.law.standing import parties_of
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.law_state import AgreementChange, OfferedText
from comity.model.law_text import LawKind, LawText, Signature
from comity.model.refused import tell_refused
from comity.node.agreements import activate_agreement
from comity.node.change_law import DECIDING_FILE, changing, sign_as
from comity.node.keys import signing_agency_key
from comity.node.plan_agreement import unsigned_text
from comity.ports import World
from comity.settings import read_noun, write_noun

FOLDER = "offered"
NAMED = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+[a-z]?")  # as the language spells the id of an agreement
MOST_OFFERED = 200  # at one node: more are being made than anybody reads
LARGEST = 100_000  # characters of one text; the largest real agreement has a tenth


class SignedHere(Noun, frozen=True, kw_only=True):
    """Who gave a signature at this node: the agency and role it is of, the member, when (UTC milliseconds), the entry."""

    agency: str
    role: str
    member: str
    at_ms: int
    entry: int


class OfferedAgreement(Noun, frozen=True, kw_only=True):
    """An agreement that is offered: its text, who brought it and when, its signatures, and who gave those given here."""

    text: LawText
    by: str
    at_ms: int
    here: tuple[SignedHere, ...] = ()

    @property
    def offered(self) -> OfferedText:
        """As it is planned and switched on."""
        return OfferedText(
            file=self.text.name,
            kind=LawKind.AGREEMENT,
            text=self.text.text,
            signatures=self.text.signatures,
            signed_elsewhere=True,
        )


def offer_agreement(
    world: World, folder: Path, member: Member, text: str, signatures: tuple[Signature, ...]
) -> OfferedAgreement:
    """Bring an agreement of the member's agency to the node, with the signatures others gave. It opens nothing.

    The same text keeps what was signed here; another text of the same name is signed anew. Raises LawTextError for a faulty
    text, WrongUseError for a member who may not, or an agreement the member's agency is no party of.
    """
    owner = _acting(world, member)
    if len(text) > LARGEST:
        raise WrongUseError(tell_refused("offered.long", longest=LARGEST))
    made = unsigned_text(text, "agreement")
    tree = parse_agreement(text, "agreement")
    findings = check_texts(((tree, ()),), load_vocabulary())
    if findings:
        raise LawTextError(findings)
    if owner.id not in {one.id for one in parties_of(tree, world.directory())}:
        raise WrongUseError(tell_refused("offered.no-party", agency=owner.id, agreement=made.name))
    with changing(folder / "law", owner.id, DECIDING_FILE):
        known = _read(folder, made.name)
        if known is None and len(tuple((folder / FOLDER).glob("*.json"))) >= MOST_OFFERED:
            raise WrongUseError(tell_refused("offered.too-many", most=MOST_OFFERED))
        same = known is not None and known.text.hash == made.hash
        own = known.text.signatures if known is not None and same else ()
        brought = {(one.agency, one.role): one for one in (*signatures, *own)}
        one = OfferedAgreement(
            text=replace(made, signatures=tuple(brought.values())),
            by=member.id,
            at_ms=world.clock.now_ms(),
            here=known.here if known is not None and same else (),
        )
        _write(folder, one)
    return one


def list_offered(world: World, folder: Path, member: Member) -> tuple[OfferedAgreement, ...]:
    """What is offered of which the member's agency is a party, by name."""
    owner = _acting(world, member)
    every = (read_noun(path, OfferedAgreement) for path in sorted((folder / FOLDER).glob("*.json")))
    return tuple(one for one in every if _is_party(world, owner, one.text))


def sign_offered_agreement(
    world: World, folder: Path, member: Member, agreement: str, law_hash: str
) -> OfferedAgreement:
    """Give a member's signature, in the role the agreement wants of it, with the agency's key at this node.

    1 who         a role of the member that signs for its agency and has not signed yet; nobody signs in two roles
    2 what        exactly the text that was read: `law_hash`
    3 enter       who signs what, then the signature is there

    Raises WrongUseError for what is not so, KeyUnavailableError where the agency's key is not here.
    """
    owner = _acting(world, member)
    with changing(folder / "law", owner.id, DECIDING_FILE):
        one = _get(world, folder, owner, agreement)
        role = role_to_sign(one, member)  # 1
        if not role:
            raise WrongUseError(tell_refused("offered.nothing", member=member.id, agreement=agreement))
        if one.text.hash != law_hash:  # 2
            raise WrongUseError(tell_refused("offered.replaced-sign", agreement=agreement))
        key = signing_agency_key(folder, world.directory(), owner.id)
        now_ms = world.clock.now_ms()
        receipt = append_entry(  # 3
            world,
            Unit(
                facts=replace(owner_facts(EntryKind.TEXT_SIGNED, owner, now_ms), law=law_hash),
                content=canonical_bytes({"owner": owner.id, "name": agreement, "hash": law_hash, "role": role}),
                record=canonical_bytes({"by": member.id}),
            ),
        )
        signature = sign_as(one.text, owner.id, role, key)
        others = tuple(had for had in one.text.signatures if (had.agency, had.role) != (owner.id, role))
        signed = SignedHere(
            agency=owner.id, role=role, member=member.id, at_ms=now_ms, entry=parse_proof(receipt.proof).index
        )
        one = replace(one, text=replace(one.text, signatures=(*others, signature)), here=(*one.here, signed))
        _write(folder, one)
    return one


def activate_offered(world: World, folder: Path, member: Member, agreement: str, law_hash: str) -> AgreementChange:
    """Switch an offered agreement on, as `activate_agreement` does; what stands in the way is entered and told.

    Whoever switches it on is not the only person here who answers for it: one other has signed it. Raises WrongUseError.
    """
    owner = _acting(world, member)
    one = _get(world, folder, owner, agreement)
    if one.text.hash != law_hash:
        raise WrongUseError(tell_refused("offered.replaced", agreement=agreement))
    if not has_second(one, owner.id, member):
        raise WrongUseError(tell_refused("offered.alone", member=member.id, agreement=agreement))
    done = activate_agreement(world, folder, one.offered)
    if not done.refused:
        _path(folder, agreement).unlink(missing_ok=True)
    return done


def discard_offered(world: World, folder: Path, member: Member, agreement: str) -> OfferedAgreement:
    """Forget an offered agreement. It opened nothing; its signatures stay in the log."""
    owner = _acting(world, member)
    with changing(folder / "law", owner.id, DECIDING_FILE):
        one = _get(world, folder, owner, agreement)
        _path(folder, agreement).unlink()
    return one


def role_to_sign(one: OfferedAgreement, member: Member) -> str:
    """The role in which a member may still sign an agreement for its agency; empty for none, and for who signed already."""
    if member.id in {signed.member for signed in one.here}:
        return ""
    tree = parse_text(one.text)
    assert isinstance(tree, ast.Agreement)
    wanted = [
        str(role) for signing in tree.signings if str(signing.party) == member.agency for role in signing.roles
    ]
    signed = {had.role for had in one.text.signatures if had.agency == member.agency}
    return next((role for role in wanted if role in member.roles and role not in signed), "")


def has_second(one: OfferedAgreement, owner: str, member: Member) -> bool:
    """Whether somebody else of the agency signed it: here, or with its key elsewhere."""
    here = {signed.role: signed.member for signed in one.here if signed.agency == owner}
    roles = {had.role for had in one.text.signatures if had.agency == owner}
    return any(here.get(role, "") != member.id for role in roles)


def _acting(world: World, member: Member) -> Agency:
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not do this; it needs {', '.join(sorted(DESK))}")
    return owner_here(world, member.agency)


def _is_party(world: World, owner: Agency, text: LawText) -> bool:
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    return owner.id in {one.id for one in parties_of(tree, world.directory())}


def _get(world: World, folder: Path, owner: Agency, agreement: str) -> OfferedAgreement:
    one = _read(folder, agreement)
    if one is None or not _is_party(world, owner, one.text):
        raise WrongUseError(tell_refused("offered.none", agreement=agreement[:64], agency=owner.id))
    return one


def _path(folder: Path, agreement: str) -> Path:
    if not NAMED.fullmatch(agreement) or len(agreement) > 64:
        raise WrongUseError(tell_refused("offered.no-id", agreement=agreement[:64]))
    return folder / FOLDER / f"{agreement}.json"


def _read(folder: Path, agreement: str) -> OfferedAgreement | None:
    path = _path(folder, agreement)
    return read_noun(path, OfferedAgreement) if path.exists() else None


def _write(folder: Path, one: OfferedAgreement) -> None:
    (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    write_noun(_path(folder, one.text.name), one)
