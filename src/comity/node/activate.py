"""Law from day to day: new versions of packs and policies, whole or not at all, on a node that runs.

 1 read      every offered text: whole, its hash, its words
 2 check     together with all that stays in force: words, versions, rules that go, the node's own setting
 3 sign      with the key of the owner's counsel at this node
 4 sweep     who gains and who loses, before anything is switched on
 5 enter     each text by its entry, then the list is replaced; then what the sweep found

What fails changes nothing: the findings are entered as refused, and the node runs on under the version before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from comity.errors import (
    ClosedError,
    Finding,
    KeyUnavailableError,
    LawTextError,
    LawUnavailableError,
    WrongUseError,
)
from comity.exchange.law_in_force import check_signatures, make_law
from comity.exchange.owners import owner_here
from comity.exchange.sweep import sweep
from comity.law import ast
from comity.law.check import check_texts
from comity.law.compile import compile_law, parse_text, rules_of
from comity.law.parse import parse_pack, parse_policy
from comity.law.rule_changes import rule_changes
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, text_digest
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_state import (
    MOST_OFFERED,
    ActivationResult,
    ElectionInForce,
    LawState,
    OfferedText,
    RefusedActivation,
    TextInForce,
)
from comity.model.law_text import LawKind, LawText, OwnerLaw, whole_text
from comity.model.replay import SweepReport
from comity.node.change_law import DECIDING_FILE, Fault, activate_texts, changing, no_fault, sign_text
from comity.node.configure import configure_reasons
from comity.node.keys import agency_key
from comity.node.laws import ACTIVE_FILE, FileLaws, read_list
from comity.ports import World
from comity.settings import NodeSettings, read_members, read_noun, read_settings, write_noun

REFUSED_FILE = "refused.json"
VERSION = re.compile(r"\bversion\s+(\d+)")
SIGNING_ROLE = "counsel"
Tree = ast.Pack | ast.Policy
Pair = tuple[LawText, Tree]


@dataclass(frozen=True, slots=True)
class Activating:
    """Where an activation happens: the node's folder and settings, the owner, and its law before."""

    folder: Path
    settings: NodeSettings
    owner: Agency
    before: OwnerLaw


def activate_law(
    world: World,
    folder: Path,
    owner: str,
    offered: tuple[OfferedText, ...],
    gone: tuple[str, ...] = (),
    fault: Fault = no_fault,
) -> ActivationResult:
    """Put new versions of an owner's packs or policy in force, all or none. `gone` names rules that may go.

    Raises WrongUseError for an owner that is not held here or nothing offered, ClosedError where the law in force
    cannot be read; every fault of an offered text is a finding of the result.
    """
    if not offered or len(offered) > MOST_OFFERED:
        raise WrongUseError(f"offer between one and {MOST_OFFERED} texts")
    agency = owner_here(world, owner)
    with changing(folder / "law", owner, DECIDING_FILE):
        check_list(folder, owner)
        here = Activating(folder, read_settings(folder), agency, world.laws.law_of(owner))
        try:
            pairs = read_offered(offered)  # 1
            after = check_together(world, here, pairs, offered, gone)  # 2 and 3
        except LawTextError as error:
            return refuse(world, here, offered, tuple(str(finding) for finding in error.findings))
        return _put_in_force(world, here, after, fault)  # 4 and 5


def _put_in_force(world: World, here: Activating, after: OwnerLaw, fault: Fault) -> ActivationResult:
    owner, directory = here.owner, world.directory()
    known = {text.hash for text in here.before.texts}
    fresh = tuple(text for text in after.texts if text.hash not in known)
    laws = [make_law(one, directory, owner.id) for one in (here.before, after)]
    # Swept before it is switched on: what cannot be swept is not put in force.
    swept = sweep(laws[0], laws[1], owner, (read_members(here.folder), directory), world.clock.now_ms())
    entries = activate_texts(world, here.folder / "law", owner.id, fresh, fault) if fresh else ()
    return ActivationResult(
        owner=owner.id,
        findings=(),
        entries=entries,
        changes=rule_changes(here.before.texts, after.texts),
        swept=enter_sweep(world, swept) if fresh else swept,
        in_force=texts_in_force(world, here.folder, owner.id),
    )


def enter_sweep(world: World, swept: SweepReport) -> SweepReport:
    """Enter who gained and lost on a change: counts in the content, the whole report in the committed record."""
    told = {
        "owner": swept.owner,
        "askers": swept.askers,
        "lose": len({(one.asker, one.member) for one in swept.changes if one.lost}),
        "gain": len({(one.asker, one.member) for one in swept.changes if one.gained}),
        "links": len(swept.barred),
    }
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.ACCESS_SWEPT, at_ms=world.clock.now_ms()),
            content=canonical_bytes(told),
            record=canonical_bytes(swept),
        ),
    )
    return replace(swept, entry=parse_proof(receipt.proof).index)


def check_list(folder: Path, owner: str) -> None:
    """The list on disk can be read: nothing is built on a damaged one. Raises LawUnavailableError."""
    read_list(folder / "law" / owner / ACTIVE_FILE, owner)


def read_offered(offered: tuple[OfferedText, ...]) -> tuple[Pair, ...]:
    """Every offered text parsed, its hash compared. Raises LawTextError with the findings of all of them."""
    findings: list[Finding] = []
    pairs = []
    for one in offered:
        if one.fault is not None:
            findings.append(one.fault)
            continue
        try:
            pairs.append(_read_one(one))
        except LawTextError as error:
            findings += error.findings
    names = [f"{text.kind} {text.name}" for text, _ in pairs]
    findings += [
        Finding(offered[0].file, 1, 1, f"`{name}` is offered twice", remedy="offer one version of it")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if findings:
        raise LawTextError(tuple(findings))
    return tuple(pairs)


def _read_one(one: OfferedText) -> Pair:
    if one.kind is LawKind.AGREEMENT:
        raise WrongUseError(f"`{one.file}` is an agreement; `comity agreement activate` switches it on")
    parse = parse_pack if one.kind is LawKind.PACK else parse_policy
    tree = parse(one.text, one.file)
    found = text_digest(whole_text(one.text, one.tables))
    if one.signed_elsewhere and (one.hash != found or one.name != str(tree.name)):
        fault = f"`{one.name}` differs from the hash it was signed under"
        raise LawTextError((Finding(one.file, 1, 1, fault, remedy="get the text again, or have it signed anew"),))
    text = LawText(
        kind=one.kind,
        name=str(tree.name),
        version=tree.version,
        text=one.text,
        hash=found,
        signatures=one.signatures,
        tables=one.tables,
    )
    return text, tree


def check_together(
    world: World,
    here: Activating,
    pairs: tuple[Pair, ...],
    offered: tuple[OfferedText, ...],
    gone: tuple[str, ...],
) -> OwnerLaw:
    """The owner's law as it would be, signed. Raises LawTextError with every finding."""
    replaced = {(text.kind, text.name) for text, _ in pairs}
    kept = tuple(text for text in here.before.texts if (text.kind, text.name) not in replaced)
    trees = [(parse_text(text), text.tables) for text in kept]
    findings = list(check_texts((*trees, *((tree, text.tables) for text, tree in pairs)), load_vocabulary()))
    for text, tree in pairs:
        findings += _against_before(here, text, tree, gone)
    if findings:
        raise LawTextError(tuple(findings))
    signed = tuple(_signed(world, here, text, one) for (text, _), one in zip(pairs, offered, strict=True))
    texts = in_place(here.before.texts, signed)
    law = compile_law(texts)
    refused = configure_reasons(law, here.owner, here.settings, world.clock.now_ms())
    if refused:
        raise LawTextError(
            tuple(
                Finding(offered[0].file, 1, 1, f"{one.title} ({one.rule}, {one.citation})", remedy=one.remedy)
                for one in refused
            )
        )
    return OwnerLaw(texts=texts, elections=here.before.elections)


def in_place(before: tuple[LawText, ...], signed: tuple[LawText, ...]) -> tuple[LawText, ...]:
    """The texts as the list will have them: what is replaced goes, what is new comes last, what is the same stays."""
    known = {text.hash for text in before}
    fresh = tuple(text for text in signed if text.hash not in known)
    replaced = {(text.kind, text.name) for text in fresh}
    return (*(text for text in before if (text.kind, text.name) not in replaced), *fresh)


def _against_before(here: Activating, text: LawText, tree: Tree, gone: tuple[str, ...]) -> list[Finding]:
    """Faults against the version in force: another owner's policy, a version that does not go up, rules that go."""
    if isinstance(tree, ast.Policy) and str(tree.agency) != here.owner.id:
        fault = f"`{tree.agency}` is not the owner it is activated for"
        return [_at_word(tree, str(tree.agency), fault, f"write `of {here.owner.id}`")]
    before = next((one for one in here.before.texts if (one.kind, one.name) == (text.kind, text.name)), None)
    if before is None or before.hash == text.hash:
        return []
    found = []
    if tree.version <= before.version:
        fault = f"version {before.version} of `{text.name}` is in force with another text"
        found.append(_at_version(tree, fault, f"write `version {before.version + 1}`"))
    left = {str(rule.id) for rule in tree.rules}
    lost = [str(rule.id) for rule in rules_of(parse_text(before)) if str(rule.id) not in left]
    for name in dict.fromkeys(lost):
        full = f"{text.name}/{name}"
        if full not in gone:
            last = len(tree.lines)
            remedy = f"keep its text and give it a last day (`to ...`), or say `--gone {full}`"
            source = tree.lines[-1] if tree.lines else ""
            fault = f"rule `{full}` is in force and is not here any more"
            found.append(Finding(tree.file, max(1, last), 1, fault, source, max(1, len(source)), remedy))
    return found


def _signed(world: World, here: Activating, text: LawText, one: OfferedText) -> LawText:
    """The text under the owner's signature: that it came with, or that of counsel's key here."""
    if next((kept for kept in here.before.texts if kept.hash == text.hash), None) is not None:
        return text
    try:
        if not one.signed_elsewhere:
            key = agency_key(here.folder, here.owner.id)
            text = sign_text(_unsigned(text), here.owner.id, SIGNING_ROLE, key)
        check_signatures(text, world.directory(), here.owner.id)
    except (LawUnavailableError, KeyUnavailableError) as error:
        fault, _, remedy = str(error).partition("; ")
        raise LawTextError((Finding(one.file, 1, 1, fault, remedy=remedy),)) from error
    return text


def _unsigned(text: LawText) -> LawText:
    """The text with nobody's signature: what lies in a plain file is signed here or not at all."""
    return LawText(
        kind=text.kind, name=text.name, version=text.version, text=text.text, hash=text.hash, tables=text.tables
    )


def _at_version(tree: Tree, fault: str, remedy: str) -> Finding:
    for number, line in enumerate(tree.lines, 1):
        found = VERSION.search(line.partition("#")[0])
        if found:
            width = len(found[1])
            return Finding(tree.file, number, found.start(1) + 1, fault, line, width, remedy)
    return Finding(tree.file, 1, 1, fault, remedy=remedy)


def _at_word(tree: Tree, word: str, fault: str, remedy: str) -> Finding:
    for number, line in enumerate(tree.lines, 1):
        column = line.partition("#")[0].find(f" {word} ")
        if column >= 0:
            return Finding(tree.file, number, column + 2, fault, line, len(word), remedy)
    return Finding(tree.file, 1, 1, fault, remedy=remedy)


def refuse(
    world: World,
    here: Activating,
    offered: tuple[OfferedText, ...],
    told: tuple[str, ...],
    duties: tuple[StoredDuty, ...] = (),
) -> ActivationResult:
    """Enter that an activation was refused, with what is owed all the same; keep its findings for who asks."""
    owner = here.owner.id
    names = tuple(f"{one.kind} {Path(one.file).name}" for one in offered)
    now_ms = world.clock.now_ms()
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.LAW_REFUSED, at_ms=now_ms),
            content=canonical_bytes({"owner": owner, "offered": names, "findings": len(told)}),
            record=canonical_bytes([text_digest(one.text) for one in offered]),
            duties=duties,
        ),
    )
    entry = parse_proof(receipt.proof).index
    refused = RefusedActivation(at_ms=now_ms, entry=entry, offered=names, findings=told)
    write_noun(here.folder / "law" / owner / REFUSED_FILE, refused)
    return ActivationResult(
        owner=owner,
        findings=told,
        entries=(entry,),
        changes=(),
        swept=None,
        in_force=texts_in_force(world, here.folder, owner),
    )


def texts_in_force(world: World, folder: Path, owner: str) -> tuple[TextInForce, ...]:
    """The texts on the list with version, hash, entry and time, in the list's order."""
    listed = {one.hash: one.entry for one in read_list(folder / "law" / owner / ACTIVE_FILE, owner)}
    return tuple(
        TextInForce(
            kind=text.kind,
            name=text.name,
            version=text.version,
            hash=text.hash,
            entry=listed.get(text.hash, 0),
            at_ms=decode_entry(world.journal.entry(listed.get(text.hash, 0))).facts.at_ms,
        )
        for text in world.laws.law_of(owner).texts
    )


def law_state(world: World, folder: Path, owner: str) -> LawState:
    """An owner's law as it is in this process, and the last attempt that was refused."""
    owner_here(world, owner)
    law = world.laws.law_of(owner)
    trouble = world.laws.trouble_of(owner) if isinstance(world.laws, FileLaws) else ""
    try:
        texts = texts_in_force(world, folder, owner)
        listed = {one.hash: one.entry for one in read_list(folder / "law" / owner / ACTIVE_FILE, owner)}
    except ClosedError:
        texts = tuple(
            TextInForce(kind=text.kind, name=text.name, version=text.version, hash=text.hash, entry=-1, at_ms=0)
            for text in law.texts
        )
        listed = {}
    return LawState(
        owner=owner,
        hash=law.hash,
        texts=texts,
        elections=tuple(
            ElectionInForce(conflict=one.conflict, choice=one.choice, day=one.day, entry=listed.get(one.hash, -1))
            for one in law.elections
        ),
        trouble=trouble,
        refused=_last_refused(folder, owner),
    )


def _last_refused(folder: Path, owner: str) -> RefusedActivation | None:
    path = folder / "law" / owner / REFUSED_FILE
    return read_noun(path, RefusedActivation) if path.exists() else None
