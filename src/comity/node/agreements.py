"""Agreements at a node: planned, signed beside the text, switched on for every party held here, suspended at once."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from msgspec.structs import replace

from comity.errors import Finding, LawTextError, LawUnavailableError, WrongUseError
from comity.exchange.act_duties import Act, duties_of_text
from comity.exchange.law_in_force import check_signature, check_signatures
from comity.law import ast
from comity.law.asked import entity_of
from comity.law.calendar import end_of_day_ms, local_time
from comity.law.check import check_texts
from comity.law.check_condition import suggest
from comity.law.code import atoms_of
from comity.law.compile import agreement_terms, compile_law, parse_text
from comity.law.compiled import Law
from comity.law.parse import parse_agreement
from comity.law.reasons import distinct_duties
from comity.law.standing import decide_activation, parties_of
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, Directory
from comity.model.base import Noun, check_hash
from comity.model.canon import text_digest
from comity.model.decision import Reason
from comity.model.disclosure import StoredDuty
from comity.model.law_state import AgreementChange, AgreementPlan, OfferedText, PartyView, WantedSignature
from comity.model.law_text import LawKind, LawText, Signature, signed_bytes
from comity.node.activate import Activating, check_list, refuse
from comity.node.change_law import DECIDING_FILE, activate_texts, changing, sign_as, withdraw_text
from comity.node.keys import agency_key
from comity.ports import World
from comity.settings import read_noun, read_settings, write_noun

SIDECAR_SUFFIX = ".sig"
LONGEST_REASON = 500  # characters: why an agreement is suspended, in the owner's own record


class SignatureFile(Noun, frozen=True, kw_only=True):
    """Signatures beside an agreement's text, over exactly the text of this hash."""

    agreement: str
    hash: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_hash(self.hash)


def read_sidecar(path: Path) -> tuple[Signature, ...]:
    """The signatures beside an agreement's file, none when there is no such file. Raises SettingsError, WrongUseError."""
    beside = sidecar_of(path)
    if not beside.exists():
        return ()
    held = read_noun(beside, SignatureFile)
    if held.hash != text_digest(path.read_text(encoding="utf-8")):
        raise WrongUseError(
            f"`{beside}` was signed over another text than `{path}` has; a changed text is signed anew by every party: "
            "remove the file first"
        )
    return held.signatures


def sidecar_of(path: Path) -> Path:
    """Where the signatures of an agreement's file lie."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def sign_agreement(folder: Path, path: Path, agency: str, role: str) -> tuple[Signature, ...]:
    """Add a signature with an agency's key at this node to the file beside the text; all signatures there are then.

    Raises LawTextError for a faulty text, WrongUseError for an agency or role that does not sign it.
    """
    text = unsigned_text(path.read_text(encoding="utf-8"), str(path))
    tree = parse_agreement(text.text, str(path))
    findings = check_texts(((tree, ()),), load_vocabulary())
    if findings:
        raise LawTextError(findings)
    if agency not in read_settings(folder).agencies:
        raise WrongUseError(f"`{agency}` is not held at this node; sign at its own")
    wanted = {str(one.party): tuple(str(name) for name in one.roles) for one in tree.signings}
    if agency not in wanted:
        raise WrongUseError(f"`{agency}` does not sign `{tree.id}`; {suggest(agency, wanted)}")
    if role not in wanted[agency]:
        raise WrongUseError(f"`{role}` does not sign for `{agency}`; {suggest(role, wanted[agency])}")
    mine = sign_as(text, agency, role, agency_key(folder, agency))
    others = tuple(one for one in read_sidecar(path) if (one.agency, one.role) != (agency, role))
    signatures = (*others, mine)
    write_noun(sidecar_of(path), SignatureFile(agreement=text.name, hash=text.hash, signatures=signatures))
    return signatures


def unsigned_text(text: str, file: str) -> LawText:
    """An agreement's text as law that nobody has signed. Raises LawTextError when it does not parse."""
    tree = parse_agreement(text, file)
    return LawText(kind=LawKind.AGREEMENT, name=str(tree.id), version=1, text=text, hash=text_digest(text))


def plan_agreement(world: World, offered: OfferedText) -> AgreementPlan:
    """What would come of switching an agreement on here. A text that does not parse has findings and nothing else."""
    try:
        text = unsigned_text(offered.text, offered.file)
    except LawTextError as error:
        return _unreadable(offered, error)
    tree = parse_agreement(offered.text, offered.file)
    directory = world.directory()
    parties = parties_of(tree, directory)
    held = [agency for agency in parties if agency.node == world.node]
    findings = dict.fromkeys(
        str(finding) for owner in held for finding in _findings(world, owner, text, tree)
    ) or dict.fromkeys(str(finding) for finding in check_texts(((tree, ()),), load_vocabulary()))
    views = [_view(world, owner, parties, text, faulty=bool(findings)) for owner in parties]
    signatures = _wanted(tree, replace(text, signatures=offered.signatures), directory)
    return AgreementPlan(
        agreement=text.name,
        title=str(tree.title),
        hash=text.hash,
        first=tree.dates.first if tree.dates else None,
        last=tree.dates.last if tree.dates else None,
        begins=None if findings else _begins(world, tree, held),
        findings=tuple(findings),
        signatures=signatures,
        parties=tuple(views),
    )


def _unreadable(offered: OfferedText, error: LawTextError) -> AgreementPlan:
    return AgreementPlan(
        agreement=offered.file,
        title="",
        hash=text_digest(offered.text),
        first=None,
        last=None,
        begins=None,
        findings=tuple(str(finding) for finding in error.findings),
        signatures=(),
        parties=(),
    )


def activate_agreement(world: World, folder: Path, offered: OfferedText) -> AgreementChange:
    """Switch an agreement on for every party held here: when all have signed and no rule of theirs forbids it.

    What stands in the way is entered as refused for each of them, and nothing is changed. Raises WrongUseError when
    no party is held here.
    """
    directory = world.directory()
    try:
        tree = parse_agreement(offered.text, offered.file)
    except LawTextError as error:
        return AgreementChange(
            agreement=offered.file, owners=(), entries=(), refused=tuple(str(one) for one in error.findings)
        )
    owners = _held(world, tree, directory)
    with ExitStack() as stack:
        for owner in owners:
            stack.enter_context(changing(folder / "law", owner.id, DECIDING_FILE))
            check_list(folder, owner.id)
        plan = plan_agreement(world, offered)
        refused = refusals(plan)
        if refused:
            return _refuse(world, folder, (offered, owners), plan, refused)
        text = replace(unsigned_text(offered.text, offered.file), signatures=offered.signatures)
        entries: list[int] = []
        for owner in owners:
            check_signatures(text, directory, owner.id)
            if text.hash not in {one.hash for one in world.laws.law_of(owner.id).texts}:
                duties = _raised(world, owner, plan, switched_on=True)
                entries += activate_texts(world, folder / "law", owner.id, (text,), duties=duties)
    return AgreementChange(
        agreement=plan.agreement,
        owners=tuple(owner.id for owner in owners),
        entries=tuple(entries),
        begins=plan.begins,
    )


def suspend_agreement(world: World, folder: Path, agreement: str, by: str, reason: str) -> AgreementChange:
    """Take an agreement out of force at once for every party held here. Raises WrongUseError for one that may not."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise WrongUseError(f"say why in at most {LONGEST_REASON} characters")
    directory = world.directory()
    owners = [one for one in directory.agencies if one.node == world.node]
    if by not in {owner.id for owner in owners}:
        raise WrongUseError(f"`{by}` is not held at this node; suspend at its own")
    found = [(owner, text) for owner in owners for text in _in_force(world, owner.id, agreement)]
    known = sorted({one.name for owner in owners for one in _in_force(world, owner.id, None)})
    if not found:
        raise WrongUseError(f"`{agreement}` is no agreement in force here; {suggest(agreement, known)}")
    tree = parse_text(found[0][1])
    assert isinstance(tree, ast.Agreement)
    if not {by, "either"} & {str(name) for name in tree.suspends}:
        raise WrongUseError(
            f"`{by}` may not suspend `{agreement}`; it names {', '.join(tree.suspends) or 'nobody'}"
        )
    entries = []
    for owner, text in found:
        with changing(folder / "law", owner.id, DECIDING_FILE):
            told = {"by": by, "reason": reason.strip()}
            entries.append(withdraw_text(world, folder / "law", owner.id, text, told))
    return AgreementChange(
        agreement=agreement, owners=tuple(owner.id for owner, _ in found), entries=tuple(entries)
    )


def refusals(plan: AgreementPlan) -> tuple[str, ...]:
    """Everything that stands in the way of an agreement, one line each."""
    missing = [f"{one.role} of {one.agency} has not signed this text" for one in plan.signatures if not one.signed]
    forbidden = [
        f"the law of {party.agency} forbids it towards {other}: {reason.title} ({reason.rule}, {reason.citation})"
        + (f"; {reason.remedy}" if reason.remedy else "")
        for party in plan.parties
        for other, reason in party.forbidding
    ]
    ended = [] if plan.begins or plan.findings else ["its last day has passed; have a new one signed"]
    return (*plan.findings, *missing, *forbidden, *ended)


def _raised(world: World, owner: Agency, plan: AgreementPlan, *, switched_on: bool) -> tuple[StoredDuty, ...]:
    """What an owner's law brings for an agreement, clocks of its coming into force from its first day.

    An agreement that is refused brings what is owed all the same, where it was the owner's law that refused it.
    """
    (view,) = (party for party in plan.parties if party.agency == owner.id)
    if not switched_on and not view.forbidding:
        return ()
    now_ms = world.clock.now_ms()
    begins = plan.begins if plan.begins is not None else local_time(now_ms, owner.zone).date()
    first_ms = end_of_day_ms(begins - timedelta(days=1), owner.zone) + 1
    event = "agreement-active" if switched_on else ""
    act = Act(owner, "activate", event, now_ms, max(now_ms, first_ms))
    return duties_of_text(act, plan.hash, view.owed)


def _refuse(
    world: World,
    folder: Path,
    wanted: tuple[OfferedText, tuple[Agency, ...]],
    plan: AgreementPlan,
    refused: tuple[str, ...],
) -> AgreementChange:
    settings = read_settings(folder)
    offered, owners = wanted
    entries: list[int] = []
    for owner in owners:
        here = Activating(folder, settings, owner, world.laws.law_of(owner.id))
        duties = _raised(world, owner, plan, switched_on=False)
        entries += refuse(world, here, (offered,), refused, duties).entries
    return AgreementChange(agreement=plan.agreement, owners=(), entries=tuple(entries), refused=refused)


def _held(world: World, tree: ast.Agreement, directory: Directory) -> tuple[Agency, ...]:
    held = tuple(agency for agency in parties_of(tree, directory) if agency.node == world.node)
    if not held:
        raise WrongUseError(f"no party of `{tree.id}` is held at this node; switch it on at theirs")
    return held


def _in_force(world: World, owner: str, agreement: str | None) -> tuple[LawText, ...]:
    return tuple(
        text
        for text in world.laws.law_of(owner).texts
        if text.kind is LawKind.AGREEMENT and agreement in (None, text.name)
    )


def _beside(world: World, owner: Agency, text: LawText) -> tuple[LawText, ...]:
    """The owner's other texts in force."""
    return tuple(
        one for one in world.laws.law_of(owner.id).texts if (one.kind, one.name) != (text.kind, text.name)
    )


def _findings(world: World, owner: Agency, text: LawText, tree: ast.Agreement) -> tuple[Finding, ...]:
    others = tuple((parse_text(one), one.tables) for one in _beside(world, owner, text))
    return check_texts((*others, (tree, ())), load_vocabulary())


def _view(world: World, owner: Agency, parties: tuple[Agency, ...], text: LawText, *, faulty: bool) -> PartyView:
    if owner.node != world.node:
        return PartyView(agency=owner.id, held=False)
    in_force = text.hash in {one.hash for one in world.laws.law_of(owner.id).texts}
    if faulty:
        return PartyView(agency=owner.id, held=True, in_force=in_force)
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    law = compile_law((*_beside(world, owner, text), _as_if_signed(text, tree)))
    terms = agreement_terms(tree, load_vocabulary())
    now_ms = world.clock.now_ms()
    decided = tuple(
        (other.id, decide_activation(law, text.name, terms, (owner, other), now_ms))
        for other in parties
        if other.id != owner.id
    )
    forbidding = tuple(
        (other, _with_remedy(law, reason)) for other, found in decided for reason in found.forbidden
    )
    # Where one party is barred nothing is switched on for any: only what the refusal itself brings is owed.
    owing = [found for _, found in decided if found.forbidden or not forbidding]
    owed = distinct_duties(duty for found in owing for duty in found.duties)
    return PartyView(agency=owner.id, held=True, in_force=in_force, forbidding=forbidding, owed=owed)


def _as_if_signed(text: LawText, tree: ast.Agreement) -> LawText:
    """The agreement as it would count: nothing is verified by this, and nothing of it leaves the plan."""
    names = [(str(one.party), str(role)) for one in tree.signings for role in one.roles]
    return replace(text, signatures=tuple(Signature(agency=agency, role=role, value="") for agency, role in names))


def _with_remedy(law: Law, reason: Reason) -> Reason:
    """What of the agreement the rule turns on, where the reason names no paper."""
    if reason.remedy:
        return reason
    codes = [code for code in law.codes if code.id == reason.rule]
    paths = {path for code in codes for index in atoms_of(code.hit) for path in law.atoms[index].reads()}
    told = sorted(law.vocabulary.phrase_of(path) for path in paths if entity_of(path) == "agreement")
    return replace(reason, remedy=f"it turns on {', '.join(told)}") if told else reason


def _wanted(tree: ast.Agreement, text: LawText, directory: Directory) -> tuple[WantedSignature, ...]:
    present = {(one.agency, one.role): one for one in text.signatures}
    return tuple(
        WantedSignature(
            agency=str(signing.party),
            role=str(role),
            signed=_verifies(present.get((str(signing.party), str(role))), text, directory),
        )
        for signing in tree.signings
        for role in signing.roles
    )


def _verifies(signature: Signature | None, text: LawText, directory: Directory) -> bool:
    if signature is None:
        return False
    try:
        check_signature(signature, signed_bytes(text.kind, text.name, text.hash), text.name, directory)
    except LawUnavailableError:
        return False
    return True


def _begins(world: World, tree: ast.Agreement, held: list[Agency]) -> date | None:
    """The first day the agreement could be in force: its own, or today; None when its last day has passed."""
    zone = held[0].zone if held else "UTC"
    today = local_time(world.clock.now_ms(), zone).date()
    first = tree.dates.first if tree.dates else None
    last = tree.dates.last if tree.dates else None
    begins = max(today, first) if first is not None else None
    return None if begins is None or (last is not None and begins > last) else begins
