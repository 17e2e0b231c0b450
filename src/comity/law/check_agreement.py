"""Checks of an agreement's header: parties, dates, assessment, signatures, and the direction of each clause."""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import Finding
from comity.law import ast
from comity.law.check_condition import Scope, suggest
from comity.model.base import ORI_PATTERN

FEWEST_PARTIES = 2
ENDERS = ("either",)


def check_agreement(tree: ast.Agreement, scope: Scope) -> Iterator[Finding]:
    """Every fault of the header and of the clauses' directions."""
    for word in tree.repeated:
        yield scope.finding(word, f"agreement `{tree.id}` has `{word}` twice", "keep one")
    yield from _check_terms(tree, scope)
    yield from _check_parties(tree, scope)
    names = tuple(str(party.name) for party in tree.parties)
    for signing in tree.signings:
        yield from _known_party(signing.party, names, scope)
        for role in signing.roles:
            if role not in scope.vocabulary.lists["roles"]:
                yield scope.finding(role, f"unknown role `{role}`", suggest(role, scope.vocabulary.lists["roles"]))
    for name in tree.suspends:
        yield from _known_party(name, (*names, *ENDERS), scope)
    if tree.ends is not None:
        yield from _known_party(tree.ends[0], (*names, *ENDERS), scope)
    for clause in tree.clauses:
        if clause.gives is not None:
            yield from _check_direction(clause.gives, names, scope)


def _check_terms(tree: ast.Agreement, scope: Scope) -> Iterator[Finding]:
    needed = (
        ("from", tree.dates, "write the first and the last day, `from 2026-12-01 to 2028-11-30`"),
        ("authority", tree.authority, "write what allows each party to sign"),
        ("assessment", tree.assessment, "write the assessment's id and its hash"),
    )
    for keyword, given, remedy in needed:
        if given is None:
            yield scope.finding(tree.id, f"agreement `{tree.id}` has no `{keyword}`", remedy)
    if tree.dates is not None and tree.dates.first is None:
        word = ast.Word("unknown", tree.dates.place)
        yield scope.finding(word, "an agreement begins on a known day", "give the first day in force")
    if tree.dates is not None and tree.dates.last is None:  # nobody leaves a door open by forgetting it (harm H10)
        word = ast.Word("from", tree.dates.place)
        yield scope.finding(
            word, "an agreement ends on a known day", "give the last day in force, `to 2028-11-30`"
        )
    yield from _check_listed(tuple(term for term, _ in tree.meanings), "meaning", scope)
    yield from _check_listed(tuple(tree.covers), "topic", scope)
    yield from _check_listed(tuple(kind for kind, _ in tree.papers), "paper", scope)
    if tree.access is not None and tree.access not in scope.vocabulary.types.get("access", {}):
        known = scope.vocabulary.types.get("access", {})
        yield scope.finding(tree.access, f"`{tree.access}` is not a kind of access", suggest(tree.access, known))


def _check_listed(words: tuple[ast.Word, ...], kind: str, scope: Scope) -> Iterator[Finding]:
    known = scope.vocabulary.types.get(kind, {})
    for word in words:
        if word not in known:
            yield scope.finding(word, f"`{word}` is not a value of {kind}", suggest(word, known))


def _check_parties(tree: ast.Agreement, scope: Scope) -> Iterator[Finding]:
    if len(tree.parties) < FEWEST_PARTIES:
        yield scope.finding(tree.id, f"agreement `{tree.id}` has fewer than two parties", "name each party")
    seen: set[str] = set()
    signing = {str(one.party) for one in tree.signings}
    for party in tree.parties:
        if party.name in seen or party.ori in seen:
            yield scope.finding(party.name, f"party `{party.name}` or its ORI is named twice", "keep one")
        seen |= {str(party.name), str(party.ori)}
        if not ORI_PATTERN.fullmatch(party.ori):
            yield scope.finding(party.ori, f"`{party.ori}` is not an ORI", "write 7 or 9 letters and digits")
        for word, kind in ((party.level, "level"), (party.state, "state")):
            known = scope.vocabulary.types[kind]
            if word is not None and word not in known:
                yield scope.finding(word, f"`{word}` is not a value of {kind}", suggest(word, known))
        if str(party.name) not in signing:
            yield scope.finding(
                party.name, f"nobody signs for `{party.name}`", f"write `signs for {party.name} ...`"
            )


def _known_party(word: ast.Word, names: tuple[str, ...], scope: Scope) -> Iterator[Finding]:
    if word not in names:
        yield scope.finding(word, f"`{word}` is not a party", suggest(word, names))


def _check_direction(gives: ast.Gives, names: tuple[str, ...], scope: Scope) -> Iterator[Finding]:
    yield from _known_party(gives.giver, names, scope)
    yield from _known_party(gives.taker, names, scope)
    if gives.giver == gives.taker:
        yield scope.finding(gives.taker, f"`{gives.taker}` gives to itself", "name another party")
