"""From signed texts to a law: every rule as masks and expressions, once per set of texts.

Where authority comes from (DESIGN section 4): permits count only from an agreement between the two parties, or,
for the owner's own members, from the owner's policy. Packs narrow. Texts of the asker may only narrow. An
agreement counts when every listed signature stands beside it; the signatures themselves are verified elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from comity.errors import LawTextError, LawUnavailableError
from comity.law import ast
from comity.law.atoms import FactMap, FactValue
from comity.law.canonical import rule_hash
from comity.law.check import check_texts
from comity.law.code import ALWAYS, AtomTable, Node, Reading, Translator, join_all
from comity.law.compiled import NEEDS_TRUE, Deed, Election, Law, RuleCode, Source
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.tables import read_codes
from comity.law.vocabulary import Vocabulary, load_vocabulary
from comity.model.codes import Level, MessageKind
from comity.model.law_text import LawKind, LawText

Tree = ast.Pack | ast.Policy | ast.Agreement
MESSAGE = "query's message"
# What an agreement of this access opens, and nothing else does.
OWN_MESSAGES: Mapping[str, str] = MappingProxyType(
    {"standing": MessageKind.STANDING_QUESTION.value, "notice": MessageKind.EVENT_NOTICE.value}
)
MOST_TEXTS = 400  # fifty packs and an agreement with every agency of a large region


@lru_cache(maxsize=64)
def compile_law(
    texts: tuple[LawText, ...],
    asker_texts: tuple[LawText, ...] = (),
    elections: tuple[Election, ...] = (),
) -> Law:
    """Check and compile an owner's texts, and the asker's, which may only narrow.

    Agreements that lack a listed signature are left out. Raises LawTextError with every finding, and
    LawUnavailableError for more than `MOST_TEXTS` texts.
    """
    vocabulary = load_vocabulary()
    unique = {text.hash: text for text in (*asker_texts, *texts)}
    if len(unique) > MOST_TEXTS:
        raise LawUnavailableError(f"more than {MOST_TEXTS} law texts for one owner; switch off what is not used")
    owned = {text.hash for text in texts}
    parsed = [(text, _as_it_counts(text)) for text in unique.values()]
    findings = check_texts(tuple((tree, text.tables) for text, tree in parsed), vocabulary)
    if findings:
        raise LawTextError(findings)
    table = AtomTable()
    codes: list[RuleCode] = []
    sources = []
    for text, tree in parsed:
        if isinstance(tree, ast.Agreement) and not is_signed(tree, text):
            continue
        source = _source(text, tree, vocabulary, text.hash in owned)
        sources.append(source)
        translator = Translator(vocabulary, table, source.defines, source.codes)
        for rule in rules_of(tree):
            codes.append(_rule_code(rule, source, translator, len(codes)))
    linked = _link_conflicts(codes)
    return Law(
        hash=_law_hash(unique.values(), owned, elections),
        vocabulary=vocabulary,
        codes=linked,
        at_point=_by_point(linked),
        atoms=table.atoms(),
        agreements=tuple(source for source in sources if source.agreement is not None),
        elections=elections,
        hashes=_rule_hashes(parsed),
    )


def _as_it_counts(text: LawText) -> Tree:
    """A text as a tree; an agreement begins when the time for a veto is over, and ends when nobody keeps it."""
    tree = parse_text(text)
    if not isinstance(tree, ast.Agreement) or tree.dates is None or tree.dates.first is None:
        return tree
    dates = tree.dates
    if isinstance(text.begins, date):
        dates = replace(dates, first=max(dates.first or text.begins, text.begins))
    if isinstance(text.ends, date):
        dates = replace(dates, last=min(dates.last or text.ends, text.ends))
    return replace(tree, dates=dates)


def parse_text(text: LawText) -> Tree:
    """A law text as a tree. Raises LawTextError at the first syntax error."""
    return _parsed(text.kind, text.name, text.text)


@lru_cache(maxsize=512)
def _parsed(kind: LawKind, name: str, text: str) -> Tree:
    if kind is LawKind.PACK:
        return parse_pack(text, name)
    if kind is LawKind.POLICY:
        return parse_policy(text, name)
    return parse_agreement(text, name)


def is_signed(tree: ast.Agreement, text: LawText) -> bool:
    """Whether every signature the agreement lists stands beside it, by party and role."""
    present = {(signature.agency, signature.role) for signature in text.signatures}
    wanted = {(str(signing.party), str(role)) for signing in tree.signings for role in signing.roles}
    return bool(wanted) and wanted <= present


def rules_of(tree: Tree) -> tuple[ast.Rule, ...]:
    """A text's rules, or an agreement's clauses."""
    return tree.clauses if isinstance(tree, ast.Agreement) else tree.rules


def _source(text: LawText, tree: Tree, vocabulary: Vocabulary, owned: bool) -> Source:
    if isinstance(tree, ast.Agreement):
        terms = agreement_terms(tree, vocabulary)
        return Source(text.kind, str(tree.id), 1, owned, tree, terms=terms, delegated=_delegated(text))
    defines: dict[str, tuple[ast.Define, ...]] = {}
    for define in tree.defines:
        defines[define.name] = (*defines.get(define.name, ()), define)
    held = dict(text.tables)
    # A list whose status is unverified is as unknown as a missing one: it neither lifts nor opens.
    codes = {
        str(entry.name): read_codes(held[entry.file], entry.file)
        for entry in tree.tables
        if entry.status != "unverified"
    }
    return Source(
        kind=text.kind,
        name=str(tree.name),
        version=tree.version,
        may_widen=owned,
        policy_of=str(tree.agency) if isinstance(tree, ast.Policy) else "",
        defines=MappingProxyType(defines),
        codes=MappingProxyType(codes),
    )


def _delegated(text: LawText) -> str:
    """Who signed for whom, as a citation says it; empty where every party signed itself."""
    found = dict.fromkeys(one.delegation for one in text.signatures if one.delegation is not None)
    told = (f"{one.delegation.signer} for {one.delegation.member} by delegation {one.hash[:19]}" for one in found)
    return ", ".join(told)


def agreement_terms(tree: ast.Agreement, vocabulary: Vocabulary) -> FactMap:
    """What an agreement says of itself, as facts. One that was never reviewed counts as reviewed on its first day."""
    found: dict[str, FactValue] = {"agreement's access": str(tree.access or "query")}
    if tree.authority is not None:
        found["agreement's authority"] = str(tree.authority)
    if tree.review is not None and tree.review.unit in {"month", "year"}:
        found["agreement's review-months"] = tree.review.count * (12 if tree.review.unit == "year" else 1)
    found["agreement's meanings"] = frozenset(str(term) for term, _ in tree.meanings)
    found["agreement's topics"] = frozenset(str(topic) for topic in tree.covers)
    found["agreement's papers"] = frozenset(str(kind) for kind, _ in tree.papers)
    # A clause that names no class gives every class.
    found["agreement's data-classes"] = frozenset(
        str(name)
        for clause in tree.clauses
        if isinstance(clause.effect, (ast.Permit, ast.PermitMatch))
        for name in clause.classes or vocabulary.classes
    )
    reviewed = tree.reviewed or (tree.dates.first if tree.dates is not None else None)
    if reviewed is not None:
        found["agreement's last-review"] = reviewed
    if tree.routine_use is not None:
        found["agreement's notice-published"] = tree.routine_use[1]
    found["agreement is approved-by-council"] = tree.approval is not None
    return MappingProxyType({path: value for path, value in found.items() if path in vocabulary.attributes})


def _rule_code(rule: ast.Rule, source: Source, translator: Translator, index: int) -> RuleCode:
    deed = deed_of(rule)
    giver, taker = _direction(rule, source)
    return RuleCode(
        index=index,
        id=f"{source.name}/{rule.id}",
        rule=rule,
        source=source,
        deed=deed,
        hit=join_all((_hit(rule, deed, translator), _asked_as(source, deed, translator))),
        sure=_surely(rule, deed, translator),
        masks=_masks(rule, translator.vocabulary),
        level=_level(rule.effect),
        act=str(rule.effect.act) if isinstance(rule.effect, ast.ForbidAct) else "",
        giver=giver,
        taker=taker,
        possible=_possibly(rule, translator) if deed is Deed.PURGE else ALWAYS,
    )


DEEDS: Mapping[type, Deed] = MappingProxyType(
    {
        ast.Permit: Deed.PERMIT,
        ast.PermitMatch: Deed.MATCH,
        ast.Forbid: Deed.FORBID,
        ast.ForbidAct: Deed.FORBID,
        ast.Cap: Deed.CAP,
        ast.HoldReview: Deed.HOLD,
        ast.HoldAttest: Deed.HOLD,
        ast.Conflict: Deed.CONFLICT,
        ast.Purge: Deed.PURGE,
        ast.KeepRestricted: Deed.KEEP,
        ast.Defer: Deed.DEFER,
    }
)


def deed_of(rule: ast.Rule) -> Deed:
    """What a rule does; NONE for one that only carries duties or is cited by others."""
    return DEEDS[type(rule.effect)] if rule.effect is not None else Deed.NONE


def messages_of(source: Source, vocabulary: Vocabulary) -> frozenset[str]:
    """The kinds of message that a text's permits may open: each access of its own opens one, the others everything else.

    So no agreement on single questions opens one that stands or a notice, nor the other way round.
    """
    agreement = source.agreement
    own = OWN_MESSAGES.get(str(agreement.access)) if agreement is not None else None
    if own is not None:
        return frozenset({own})
    return frozenset(vocabulary.types["message"]) - frozenset(OWN_MESSAGES.values())


def _asked_as(source: Source, deed: Deed, translator: Translator) -> Node:
    """That the message is of a kind which the text's permits may open. Every question says which kind it is."""
    if deed not in {Deed.PERMIT, Deed.MATCH}:
        return ALWAYS
    opened = messages_of(source, translator.vocabulary)
    own = opened if len(opened) == 1 else frozenset(OWN_MESSAGES.values())
    test = ast.OneOf(ast.Word(MESSAGE), tuple(ast.Word(word) for word in sorted(own)))
    surely, possibly_not = Reading(True, widening=True), Reading(False, positive=False, widening=True)
    return translator.literal(translator.atom(test), surely if len(opened) == 1 else possibly_not)


def _hit(rule: ast.Rule, deed: Deed, translator: Translator) -> Node:
    """Where the rule counts: permits, conflicts, purges and deferrals when true, all others unless false."""
    sure, widening = deed in NEEDS_TRUE, deed in NEEDS_TRUE
    parts = []
    if rule.binds is not None:
        parts.append(translator.node(rule.binds.where, Reading(sure, widening=widening)))
    if rule.when is not None:
        parts.append(translator.node(rule.when, Reading(sure, widening=widening)))
    # An `unless` lifts: it must be certain where the rule narrows, and need only be possible where it opens.
    parts += [translator.node(lifted, Reading(sure, positive=False, widening=True)) for lifted in rule.unless]
    return join_all(parts)


def _surely(rule: ast.Rule, deed: Deed, translator: Translator) -> Node:
    """Where the rule's condition is certainly true: its duties then need no confirmation."""
    if deed in NEEDS_TRUE:
        return _hit(rule, deed, translator)
    if not rule.duties:
        return ALWAYS
    # Nobody outside is told on the strength of a definition that counsel has not read, its yes or its no.
    sure = Reading(True, widening=True)
    parts = [translator.node(rule.binds.where, sure)] if rule.binds is not None else []
    parts += [translator.node(rule.when, sure)] if rule.when is not None else []
    parts += [translator.node(lifted, sure.turned()) for lifted in rule.unless]
    return join_all(parts)


def _possibly(rule: ast.Rule, translator: Translator) -> Node:
    """Where the rule's condition is not false."""
    conditions = [rule.binds.where] if rule.binds is not None else []
    conditions += [rule.when] if rule.when is not None else []
    parts = [translator.node(condition, Reading(False)) for condition in conditions]
    parts += [translator.node(lifted, Reading(False, positive=False)) for lifted in rule.unless]
    return join_all(parts)


def _masks(rule: ast.Rule, vocabulary: Vocabulary) -> Mapping[str, int]:
    named = {str(name) for name in rule.classes}
    found = {}
    for name, fields in vocabulary.classes.items():
        if named and name not in named:
            continue
        chosen = getattr(rule.effect, "fields", None)
        mask = fields.mask_of(chosen) if chosen is not None else fields.all_mask
        if mask:
            found[name] = mask
    return MappingProxyType(found)


def _level(effect: ast.Effect | None) -> int:
    if isinstance(effect, ast.Permit):
        return Level[effect.up_to.upper()] if effect.up_to is not None else Level.FULL
    return Level[effect.level.upper()] if isinstance(effect, ast.Cap) else Level.NOTHING


def _direction(rule: ast.Rule, source: Source) -> tuple[str, str]:
    if source.agreement is None or rule.gives is None:
        return "", ""
    oris = {party.name: str(party.ori) for party in source.agreement.parties}
    return oris[rule.gives.giver], oris[rule.gives.taker]


def _link_conflicts(codes: list[RuleCode]) -> tuple[RuleCode, ...]:
    """Tell each conflict which forbids it suspends. A conflict of the asker's texts suspends nothing."""
    by_id: dict[str, frozenset[int]] = {}
    for code in codes:
        if code.deed is Deed.FORBID:
            by_id[code.id] = by_id.get(code.id, frozenset()) | {code.index}
    linked = []
    for code in codes:
        effect = code.rule.effect
        if isinstance(effect, ast.Conflict) and code.source.may_widen:
            first = f"{effect.first.pack or code.source.name}/{effect.first.rule}"
            code = replace(code, suspends=by_id.get(first, frozenset()))
        linked.append(code)
    return tuple(linked)


def _by_point(codes: tuple[RuleCode, ...]) -> Mapping[str, tuple[RuleCode, ...]]:
    found: dict[str, list[RuleCode]] = {}
    for code in codes:
        for point in dict.fromkeys(code.rule.points):
            found.setdefault(str(point), []).append(code)
    return MappingProxyType({point: tuple(listed) for point, listed in found.items()})


def _rule_hashes(
    parsed: list[tuple[LawText, Tree]],
) -> Mapping[str, tuple[str, ...]]:
    """The hashes of every version of every rule, by full id."""
    found: dict[str, tuple[str, ...]] = {}
    for _, tree in parsed:
        name = tree.id if isinstance(tree, ast.Agreement) else tree.name
        for rule in rules_of(tree):
            key = f"{name}/{rule.id}"
            found[key] = (*found.get(key, ()), rule_hash(rule, tree))
    return MappingProxyType(found)


def _law_hash(texts: Iterable[LawText], owned: set[str], elections: tuple[Election, ...]) -> str:
    lines = sorted(f"{text.hash} {text.hash in owned}" for text in texts)
    lines += sorted(
        f"{election.conflict} {election.choice} {election.signed_on} {election.hashes}" for election in elections
    )
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()
