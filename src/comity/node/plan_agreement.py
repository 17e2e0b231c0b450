"""What switching an agreement on would come to: faults, signatures, what each party's law says, its first day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec.structs import replace

from comity.errors import Finding, LawTextError, LawUnavailableError
from comity.exchange.answering.law_in_force import check_signature, counts_from, veto_days
from comity.exchange.answering.wanted import has_lapsed
from comity.law import ast
from comity.law.asked import entity_of
from comity.law.calendar import local_time
from comity.law.check import check_texts
from comity.law.code import atoms_of
from comity.law.compile import agreement_terms, compile_law, parse_text
from comity.law.compiled import Law
from comity.law.parse import parse_agreement
from comity.law.reasons import distinct_duties
from comity.law.standing import decide_activation, parties_of
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, Directory
from comity.model.canon import text_digest
from comity.model.decision import Reason
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_state import AgreementPlan, OfferedText, PartyView, WantedSignature
from comity.model.law_text import LawKind, LawText, Signature, signed_bytes
from comity.node.delegations import delegation_faults
from comity.oversight.reach.foreseen import forbidden_ways
from comity.ports import World


def unsigned_text(text: str, file: str) -> LawText:
    """An agreement's text as law that nobody has signed. Raises LawTextError when it does not parse."""
    tree = parse_agreement(text, file)
    return LawText(kind=LawKind.AGREEMENT, name=str(tree.id), version=1, text=text, hash=text_digest(text))


def plan_agreement(world: World, folder: Path, offered: OfferedText) -> AgreementPlan:
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
    signed = replace(text, signatures=offered.signatures)
    findings = findings or dict.fromkeys(delegation_faults(world, folder, signed))
    views = [_view(world, owner, parties, text, faulty=bool(findings)) for owner in parties]
    signatures = _wanted(tree, signed, directory)
    begins = None if findings else _begins(world, tree, held, veto_days(offered.signatures))
    return AgreementPlan(
        agreement=text.name,
        title=str(tree.title),
        hash=text.hash,
        first=tree.dates.first if tree.dates else None,
        last=tree.dates.last if tree.dates else None,
        begins=begins,
        findings=tuple(findings),
        signatures=signatures,
        parties=tuple(views),
        opening=() if findings or not held else forbidden_ways(world, text, begins),
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


def refusals(plan: AgreementPlan) -> tuple[str, ...]:
    """Everything that stands in the way of an agreement, one line each."""
    missing = [f"{one.role} of {one.agency} has not signed this text" for one in plan.signatures if not one.signed]
    forbidden = [
        f"the law of {party.agency} forbids it towards {other}: {reason.title} ({reason.rule}, {reason.citation})"
        + (f"; {reason.remedy}" if reason.remedy else "")
        for party in plan.parties
        for other, reason in party.forbidding
    ]
    opening = [say_forbidden(one) for one in plan.opening]
    ended = [] if plan.begins or plan.findings else ["its last day has passed; have a new one signed"]
    return (*plan.findings, *missing, *forbidden, *opening, *ended)


def say_forbidden(way: ForbiddenWay) -> str:
    """A way that an owner forbade, with its rule and every step, in one line."""
    reason = way.reason
    steps = "; ".join(way.steps)
    return (
        f"it would open a way from {way.owner} to {way.recipient} that {way.owner} forbids: "
        f"{reason.title} ({reason.rule}, {reason.citation}): {steps}"
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
    own = world.laws.law_of(owner.id)
    closed = has_lapsed(own, owner, text, world.clock.now_ms())
    in_force = not closed and text.hash in {one.hash for one in own.texts}
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


def _begins(world: World, tree: ast.Agreement, held: list[Agency], veto: int) -> date | None:
    """The first day the agreement could be in force: its own, or today, or the day behind the time for a veto.

    None when its last day has passed.
    """
    zone = held[0].zone if held else "UTC"
    today = local_time(world.clock.now_ms(), zone).date()
    if held and veto:
        today = counts_from(held[0], world.clock.now_ms(), veto)
    first = tree.dates.first if tree.dates else None
    last = tree.dates.last if tree.dates else None
    begins = max(today, first) if first is not None else None
    return None if begins is None or (last is not None and begins > last) else begins
