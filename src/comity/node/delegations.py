"""An agency's delegations at its node: signed, kept with its law, ended; what was signed under them, and vetoed.

`law/<owner>/delegations.json` is replaced as a whole, behind the entry that it names. What another signed counts at this
node only under a delegation that stands there, and from the day on which the time for a veto is over.
"""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawUnavailableError, ProofError, SettingsError, WrongUseError
from comity.exchange.answering.law_in_force import counts_from, veto_days
from comity.exchange.answering.wanted import has_lapsed, wanted_until
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.act_duties import Act, duties_of_text
from comity.exchange.owners import owner_day, owner_here
from comity.law.calendar import end_of_day_ms
from comity.law.compile import parse_text
from comity.law.delegated import outside
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.delegation import Delegation, KeptDelegation, SignedDelegation
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_state import AgreementChange, AgreementStanding
from comity.model.law_text import LawKind, LawText, Signature
from comity.model.refused import tell_refused
from comity.node.change_law import DECIDING_FILE, changing, withdraw_text
from comity.node.keys import signing_agency_key
from comity.node.sign_delegation import value_of
from comity.ports import World
from comity.settings import read_noun, write_noun

DELEGATIONS_FILE = "delegations.json"
MOST_DELEGATIONS = 200  # of one agency, ended ones among them: one for each pool it is in, renewed every year
LONGEST_REASON = 500  # characters: why it is ended or vetoed, in the agency's own record


def sign_delegation(world: World, folder: Path, delegation: Delegation) -> KeptDelegation:
    """Sign a delegation for its member, held here; the signer learns of it by the file it is given.

    Raises WrongUseError for a member or signer that is not there, or a delegation that stands already.
    """
    member = owner_here(world, delegation.member)
    directory = world.directory()
    if directory.find_agency(delegation.signer) is None:
        raise WrongUseError(f"`{delegation.signer}` is not in the directory; use an id it lists")
    signed = SignedDelegation(
        delegation=delegation, value=value_of(delegation, signing_agency_key(folder, directory, member.id))
    )
    with changing(folder / "law", member.id, DECIDING_FILE):
        kept = delegations_of(world, folder, member.id)
        if any(one.signed.hash == signed.hash and one.withdrawn is None for one in kept):
            raise WrongUseError("this delegation stands already; withdraw it first, or sign another")
        if len(kept) >= MOST_DELEGATIONS:
            raise WrongUseError(f"`{member.id}` has {MOST_DELEGATIONS} delegations; name more parties in one")
        told = {"owner": member.id, "signer": delegation.signer, "hash": signed.hash}
        one = KeptDelegation(signed=signed, entry=_enter(world, EntryKind.DELEGATED, signed.hash, told, signed))
        _write(folder, member.id, (*kept, one))
    return one


def withdraw_delegation(world: World, folder: Path, owner: str, named: str, reason: str) -> AgreementChange:
    """End a delegation at once: what was signed under it goes out of force for this member, whatever day it is.

    1 close       every agreement that rests on it, out of the list, then its entry
    2 enter       that the delegation is over, then keep that
    Raises WrongUseError for one that does not stand.
    """
    _check_reason(reason)
    member = owner_here(world, owner)
    with changing(folder / "law", member.id, DECIDING_FILE):
        kept = delegations_of(world, folder, owner)
        found = [one for one in kept if one.signed.hash == named and one.withdrawn is None]
        if not found:
            raise WrongUseError(f"no delegation `{named}` of `{owner}` stands; see `comity delegation list`")
        resting = tuple(
            text for text in _agreements(world, owner) if named in {one.hash for one in under(text, owner)}
        )
        told = {"by": owner, "reason": reason.strip()}
        closed = tuple(withdraw_text(world, folder / "law", owner, text, told) for text in resting)  # 1
        what = {"owner": owner, "hash": named, "reason": reason.strip()}
        entry = _enter(world, EntryKind.DELEGATION_ENDED, named, what, told)  # 2
        ended = tuple(replace(one, withdrawn=entry) if one is found[-1] else one for one in kept)
        _write(folder, owner, ended)
    names = ", ".join(text.name for text in resting)
    return AgreementChange(agreement=names, owners=(owner,), entries=(*closed, entry))


def veto_agreement(world: World, folder: Path, owner: str, agreement: str, reason: str) -> AgreementChange:
    """Take an agreement that another signed for this member out for it, at once; other members stay in.

    It stays out, until the member signs it itself. Raises WrongUseError for one that nobody signed for it.
    """
    _check_reason(reason)
    owner_here(world, owner)
    with changing(folder / "law", owner, DECIDING_FILE):
        texts = [text for text in _agreements(world, owner) if text.name == agreement]
        resting = under(texts[0], owner) if texts else ()
        if not resting:
            raise WrongUseError(
                f"`{agreement}` is none that another signed for `{owner}`; see `comity agreement list`"
            )
        entry = withdraw_text(
            world, folder / "law", owner, texts[0], {"by": owner, "reason": reason.strip(), "veto": "yes"}
        )
        names = {one.hash for one in resting}
        kept = tuple(
            replace(one, vetoed=tuple(dict.fromkeys((*one.vetoed, texts[0].hash))))
            if one.signed.hash in names
            else one
            for one in delegations_of(world, folder, owner)
        )
        _write(folder, owner, kept)
    return AgreementChange(agreement=agreement, owners=(owner,), entries=(entry,))


def delegation_faults(world: World, folder: Path, text: LawText) -> tuple[str, ...]:
    """Why signatures given for others do not count here: no delegation of ours that stands, vetoed, or out of scope."""
    directory, found = world.directory(), []
    for signature in text.signatures:
        if signature.delegation is None:
            continue
        member = directory.find_agency(signature.agency)
        told = f"what `{signature.delegation.delegation.signer}` signed for `{signature.agency}` does not count: "
        if member is None:
            found.append(f"{told}the directory does not list that agency")
            continue
        today = owner_day(member, world.clock.now_ms())
        found += [
            told + one for one in outside(_as_signed(text), signature.delegation.delegation, directory, today)
        ]
        if member.node == world.node:
            found += [told + one for one in _not_standing(world, folder, signature, text)]
    return tuple(dict.fromkeys(found))


def standings_of(world: World, folder: Path, owner: str) -> tuple[AgreementStanding, ...]:
    """Every agreement an owner has switched on: from when it counts, and by whose delegation where another signed."""
    member = owner_here(world, owner)
    law = world.laws.law_of(owner)
    found = []
    for text in _agreements(world, owner):
        tree = parse_text(text)
        since_ms, days = law.since_ms(text.hash), veto_days(text.signatures)
        begins = counts_from(member, since_ms, days) if days and since_ms is not None else None
        found.append(
            AgreementStanding(
                agreement=text.name,
                owner=owner,
                hash=text.hash,
                title=str(tree.title),
                begins=begins,
                waits=begins is not None and owner_day(member, world.clock.now_ms()) < begins,
                signed_by=tuple(
                    (one.delegation.signer, one.hash, one.delegation.authority) for one in under(text, owner)
                ),
                wanted_until=wanted_until(law, member, text),
                lapsed=has_lapsed(law, member, text, world.clock.now_ms()),
            )
        )
    return tuple(found)


def announced(owner: Agency, text: LawText, now_ms: int) -> tuple[StoredDuty, ...]:
    """The task of a member's head about an agreement that another signed for it: to say no in time, or let it be."""
    resting, days = under(text, owner.id), veto_days(text.signatures)
    if not resting:
        return ()
    begins, rule = counts_from(owner, now_ms, days), builtin_reason("comity/VETO")
    signers = ", ".join(dict.fromkeys(one.delegation.signer for one in resting))
    duty = Duty(
        kind="review",
        rule=rule.rule,
        citation=rule.citation,
        to="agency-head",
        due_ms=end_of_day_ms(begins, owner.zone) - 86_400_000,
        text=f"{signers} signed {text.name} for {owner.id}; it counts from {begins} unless vetoed before",
    )
    return duties_of_text(Act(owner, "activate", "", now_ms, now_ms), text.hash, (duty,))


def under(text: LawText, owner: str) -> tuple[SignedDelegation, ...]:
    """The delegations by which others signed a text for an owner."""
    found = (one.delegation for one in text.signatures if one.agency == owner)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def delegations_of(world: World, folder: Path, owner: str) -> tuple[KeptDelegation, ...]:
    """Everything an owner delegated, ended or not, each against its entry. Raises LawUnavailableError."""
    path = _path(folder, owner)
    if not path.exists():
        return ()
    try:
        kept = read_noun(path, tuple[KeptDelegation, ...])
        for one in kept:
            facts = decode_entry(world.journal.entry(one.entry)).facts
            if (facts.kind, facts.law) != (EntryKind.DELEGATED, one.signed.hash):
                raise LawUnavailableError(
                    f"a delegation of `{owner}` is not the one that was entered; sign it again"
                )
    except (SettingsError, ProofError) as error:
        raise LawUnavailableError(f"the delegations of `{owner}` cannot be read: {error}") from error
    return kept


def _not_standing(world: World, folder: Path, signature: Signature, text: LawText) -> tuple[str, ...]:
    assert signature.delegation is not None, "asked only of what another signed"
    named = signature.delegation.hash
    kept = [one for one in delegations_of(world, folder, signature.agency) if one.signed.hash == named]
    if not kept:
        return ("it never signed that delegation at this node",)
    if kept[-1].withdrawn is not None:
        return (f"the delegation was withdrawn (entry {kept[-1].withdrawn})",)
    if any(text.hash in one.vetoed for one in kept):
        return ("this agreement was vetoed; it must sign itself",)
    return ()


def _agreements(world: World, owner: str) -> tuple[LawText, ...]:
    return tuple(text for text in world.laws.law_of(owner).texts if text.kind is LawKind.AGREEMENT)


def _as_signed(text: LawText) -> LawText:
    """The agreement as if everybody had signed, so that it compiles; nothing of it leaves the check."""
    tree = parse_text(text)
    names = [(str(one.party), str(role)) for one in getattr(tree, "signings", ()) for role in one.roles]
    return replace(text, signatures=tuple(Signature(agency=agency, role=role, value="") for agency, role in names))


def _check_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise WrongUseError(tell_refused("agreement.long-why", longest=LONGEST_REASON))


def _enter(world: World, kind: EntryKind, named: str, told: dict[str, str], record: object) -> int:
    facts = EntryFacts(kind=kind, at_ms=world.clock.now_ms(), law=named)
    receipt = append_entry(world, Unit(facts=facts, content=canonical_bytes(told), record=canonical_bytes(record)))
    return parse_proof(receipt.proof).index


def _path(folder: Path, owner: str) -> Path:
    return folder / "law" / owner / DELEGATIONS_FILE


def _write(folder: Path, owner: str, kept: tuple[KeptDelegation, ...]) -> None:
    write_noun(_path(folder, owner), kept)
