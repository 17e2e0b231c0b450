"""Generated bodies of law as signed texts: what the engine reads, where the twin reads the syntax tree."""

from __future__ import annotations

from generate_law import TABLE_TEXT
from generate_question import Body, Elected

from comity.law import ast
from comity.law.canonical import canonical_define, canonical_rule, rule_hash
from comity.law.compile import Election
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, Signature, whole_text

WHOLE = "sha256:" + "0" * 64


def texts_of(body: Body) -> tuple[LawText, ...]:
    """The owner's packs, policy and agreements as texts with their hashes and signatures."""
    texts = [law_text(LawKind.PACK, str(pack.name), write_pack(pack), pack.tables) for pack in body.packs]
    policy = body.policy
    texts.append(law_text(LawKind.POLICY, str(policy.name), write_policy(policy), policy.tables))
    for agreement in body.agreements:
        signed = agreement.id not in body.unsigned
        texts.append(law_text(LawKind.AGREEMENT, str(agreement.id), write_agreement(agreement), (), signed))
    return (*body.shipped, *texts)


def asker_texts_of(body: Body) -> tuple[LawText, ...]:
    """The packs the asker brought, which may only narrow."""
    made = [law_text(LawKind.PACK, str(pack.name), write_pack(pack), pack.tables) for pack in body.asker_packs]
    return (*body.asker_shipped, *made)


def elections_of(body: Body) -> tuple[Election, ...]:
    """Signed elections; lapsed ones are signed too long ago or over another text."""
    return tuple(_election(body, elected) for elected in body.elections)


def _election(body: Body, elected: Elected) -> Election:
    for pack in body.packs:
        for rule in pack.rules:
            if f"{pack.name}/{rule.id}" == elected.conflict and isinstance(rule.effect, ast.Conflict):
                first = next(other for other in pack.rules if other.id == rule.effect.first.rule)
                hashes = (rule_hash(first, pack), WHOLE if elected.changed else rule_hash(rule, pack))
                return Election(elected.conflict, elected.choice, elected.signed_on, hashes)
    raise AssertionError(f"no conflict `{elected.conflict}`")


def law_text(kind: LawKind, name: str, text: str, tables: tuple[ast.Table, ...], signed: bool = True) -> LawText:
    held = tuple((str(table.file), TABLE_TEXT) for table in tables)
    return LawText(
        kind=kind,
        name=name,
        version=1,
        text=text,
        hash=text_digest(whole_text(text, held)),
        signatures=_signatures(text) if signed else (),
        tables=held,
    )


def _signatures(text: str) -> tuple[Signature, ...]:
    """The signatures an agreement's text lists; whether they verify is checked before the law sees them."""
    lines = [line.split() for line in text.splitlines() if line.startswith("  signs for ")]
    return tuple(Signature(agency=line[2], role=line[3], value="") for line in lines)


def write_pack(pack: ast.Pack) -> str:
    head = f'pack {pack.name} "{pack.title}" in {pack.jurisdiction} version {pack.version}\n'
    return head + _body(pack)


def write_policy(policy: ast.Policy) -> str:
    return f'policy {policy.name} "{policy.title}" of {policy.agency} version {policy.version}\n' + _body(policy)


def _body(text: ast.Pack | ast.Policy) -> str:
    lines = [f"uses {use.kind} {use.name} {use.version}\n" for use in text.uses]
    for table in text.tables:
        cited = f'cite "{table.cite}" status {table.status}'
        lines.append(f'table {table.name} "{table.title}" {cited} file "{table.file}" {table.hash}\n')
    lines += [canonical_define(define) for define in text.defines]
    lines += [canonical_rule(rule) for rule in text.rules]
    return "\n".join(lines)


def write_agreement(agreement: ast.Agreement) -> str:
    """An agreement with its terms; a clause is written as a rule is, under its own keyword."""
    assert agreement.dates is not None
    assert agreement.review is not None
    assert agreement.assessment is not None
    lines = [f'agreement {agreement.id} "{agreement.title}"']
    lines += [f"uses {use.kind} {use.name} {use.version}" for use in agreement.uses]
    for party in agreement.parties:
        state = f" state {party.state}" if party.state else ""
        lines.append(f'party {party.name} is {party.ori} "{party.title}" level {party.level}{state}')
    lines.append(f'authority "{agreement.authority}"')
    lines.append(f"from {agreement.dates.first} to {agreement.dates.last}")
    lines.append(f"review every {agreement.review}")
    lines.append(f'assessment "{agreement.assessment[0]}" {agreement.assessment[1]}')
    lines += [f"suspends by {name} at once" for name in agreement.suspends]
    if agreement.ends is not None:
        lines.append(f"ends by {agreement.ends[0]} on {agreement.ends[1]} notice")
    lines.append("delegation none")
    lines += [f'meaning {term} "{meaning}"' for term, meaning in agreement.meanings]
    lines += [f"covers {', '.join(agreement.covers)}"] if agreement.covers else []
    lines += [f'paper {paper} "{where}"' for paper, where in agreement.papers]
    lines += [f"signs for {signing.party} {', '.join(signing.roles)}" for signing in agreement.signings]
    clauses = [canonical_rule(clause).replace("rule ", "clause ", 1) for clause in agreement.clauses]
    return "\n  ".join(lines) + "\n\n" + "\n".join(clauses)
