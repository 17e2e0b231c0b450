"""Texts of law that are offered: read, and checked together with everything that stays in force.

An activation and a draft are checked by the same function: what a draft shows could be put in force as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from comity.errors import Finding, LawTextError, WrongUseError
from comity.law import ast
from comity.law.check import check_texts
from comity.law.compile import compile_law, parse_text, rules_of
from comity.law.parse import parse_pack, parse_policy
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency
from comity.model.canon import text_digest
from comity.model.law_state import MOST_OFFERED, OfferedText
from comity.model.law_text import LawKind, LawText, OwnerLaw, whole_text
from comity.node.configure import configure_reasons
from comity.node.laws import read_active
from comity.ports import World
from comity.settings import NodeSettings, read_settings

VERSION = re.compile(r"\bversion\s+(\d+)")
Tree = ast.Pack | ast.Policy


@dataclass(frozen=True, slots=True)
class Offer:
    """An offered text that was read: with the signatures it came with, if it was `signed_elsewhere`, or none."""

    text: LawText
    tree: Tree
    signed_elsewhere: bool


@dataclass(frozen=True, slots=True)
class Before:
    """What offered texts are checked against: the owner, its law in force, its node's setting, the time."""

    owner: Agency
    law: OwnerLaw
    settings: NodeSettings
    now_ms: int


def law_before(world: World, folder: Path, owner: Agency) -> Before:
    """An owner's law as it stands. Raises LawUnavailableError: nothing is built on a list that cannot be read."""
    read_active(folder, owner.id)
    return Before(owner, world.laws.law_of(owner.id), read_settings(folder), world.clock.now_ms())


def read_offered(offered: tuple[OfferedText, ...]) -> tuple[Offer, ...]:
    """Every offered text parsed, its hash compared, in their order.

    Raises LawTextError with the findings of all of them, WrongUseError for none, too many, or an agreement.
    """
    if not offered or len(offered) > MOST_OFFERED:
        raise WrongUseError(f"offer between one and {MOST_OFFERED} texts")
    findings: list[Finding] = []
    offers = []
    for one in offered:
        if one.fault is not None:
            findings.append(one.fault)
            continue
        try:
            offers.append(_read_one(one))
        except LawTextError as error:
            findings += error.findings
    names = [f"{one.text.kind} {one.text.name}" for one in offers]
    findings += [
        Finding(offered[0].file, 1, 1, f"`{name}` is offered twice", remedy="offer one version of it")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if findings:
        raise LawTextError(tuple(findings))
    return tuple(offers)


def _read_one(one: OfferedText) -> Offer:
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
        signatures=one.signatures
        if one.signed_elsewhere
        else (),  # what lies in a plain file is signed here or not at all
        tables=one.tables,
    )
    return Offer(text, tree, one.signed_elsewhere)


def check_together(before: Before, offers: tuple[Offer, ...], gone: tuple[str, ...]) -> tuple[LawText, ...]:
    """The owner's texts as they would be, the offered ones not signed yet. Raises LawTextError with every finding.

    1 the words of all texts that would be in force together   2 each offered text against the one it replaces: its
    owner, a version that goes up, no rule lost but those of `gone`   3 the law they make lets the node stand as it is
    """
    replaced = {(one.text.kind, one.text.name) for one in offers}
    kept = tuple(text for text in before.law.texts if (text.kind, text.name) not in replaced)
    trees = [(parse_text(text), text.tables) for text in kept]
    trees += [(one.tree, one.text.tables) for one in offers]
    findings = list(check_texts(trees, load_vocabulary()))  # 1
    for one in offers:
        findings += _against_before(before, one.text, one.tree, gone)  # 2
    if findings:
        raise LawTextError(tuple(findings))
    texts = in_place(before.law.texts, tuple(one.text for one in offers))
    findings += _against_setting(before, texts, offers[0].tree.file)  # 3
    if findings:
        raise LawTextError(tuple(findings))
    return texts


def in_place(before: tuple[LawText, ...], offered: tuple[LawText, ...]) -> tuple[LawText, ...]:
    """The texts as the list will have them: what is replaced goes, what is new comes last, what is the same stays."""
    known = {text.hash for text in before}
    fresh = tuple(text for text in offered if text.hash not in known)
    replaced = {(text.kind, text.name) for text in fresh}
    return (*(text for text in before if (text.kind, text.name) not in replaced), *fresh)


def _against_before(before: Before, text: LawText, tree: Tree, gone: tuple[str, ...]) -> list[Finding]:
    """Faults against the version in force: another owner's policy, a version that does not go up, rules that go."""
    if isinstance(tree, ast.Policy) and str(tree.agency) != before.owner.id:
        fault = f"`{tree.agency}` is not the owner it is activated for"
        return [_at_word(tree, str(tree.agency), fault, f"write `of {before.owner.id}`")]
    replaced = next((one for one in before.law.texts if (one.kind, one.name) == (text.kind, text.name)), None)
    if replaced is None or replaced.hash == text.hash:
        return []
    found = []
    if tree.version <= replaced.version:
        fault = f"version {replaced.version} of `{text.name}` is in force with another text"
        found.append(_at_version(tree, fault, f"write `version {replaced.version + 1}`"))
    left = {str(rule.id) for rule in tree.rules}
    lost = [str(rule.id) for rule in rules_of(parse_text(replaced)) if str(rule.id) not in left]
    for name in dict.fromkeys(lost):
        full = f"{text.name}/{name}"
        if full not in gone:
            found.append(_at_end(tree, full))
    return found


def _against_setting(before: Before, texts: tuple[LawText, ...], file: str) -> list[Finding]:
    refused = configure_reasons(compile_law(texts), before.owner, before.settings, before.now_ms)
    return [Finding(file, 1, 1, f"{one.title} ({one.rule}, {one.citation})", remedy=one.remedy) for one in refused]


def _at_end(tree: Tree, rule: str) -> Finding:
    """Where a rule that is lost would have stood: at the last line, often where the text was cut off."""
    source = tree.lines[-1] if tree.lines else ""
    return Finding(
        tree.file,
        max(1, len(tree.lines)),
        1,
        f"rule `{rule}` is in force and is not here any more",
        source,
        max(1, len(source)),
        f"keep its text and give it a last day (`to ...`), or say `--gone {rule}`",
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
