"""From parse tree to rules, packs, policies, agreements and vocabularies.

A clause becomes `(keyword, value, place)`; a rule collects its own clauses and takes the rest from its part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lark import Token, v_args
from lark.tree import Meta

from comity.law import ast
from comity.law.build_condition import ConditionBuilder, date_of, place_of_meta, word_of
from comity.law.build_vocabulary import VocabularyBuilder

REPEATABLE = frozenset({"unless", "duty", "note", "quote"})


@dataclass(frozen=True, slots=True)
class Given:
    """One clause as written."""

    keyword: str
    value: Any
    place: ast.Place


@dataclass(frozen=True, slots=True)
class PartHead:
    """The title of a part and the clauses it gives to the rules below it."""

    title: ast.Word
    clauses: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class RawRule:
    """A rule or clause before its part's clauses are filled in."""

    id: ast.Word
    title: ast.Word
    clauses: tuple[Given, ...]


EFFECTS = (
    ast.Permit,
    ast.PermitMatch,
    ast.Forbid,
    ast.ForbidAct,
    ast.Cap,
    ast.HoldReview,
    ast.HoldAttest,
    ast.Conflict,
    ast.Purge,
    ast.KeepRestricted,
    ast.Defer,
)


@v_args(meta=True)
class TextBuilder(ConditionBuilder, VocabularyBuilder):
    """Builds whole texts bottom-up. `file` and `lines` of the result are set by `parse`."""

    # ---- clauses

    def cite(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("cite", word_of(parts[0]), place_of_meta(meta))

    def quote(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("quote", tuple(str(part)[1:].strip() for part in parts), place_of_meta(meta))

    def status(self, meta: Meta, parts: list[Any]) -> Given:
        note = word_of(parts[1]) if parts[1] is not None else None
        return Given("status", (word_of(parts[0]), note), place_of_meta(meta))

    def by_machine(self, meta: Meta, parts: list[Any]) -> Given:
        place = place_of_meta(meta)
        return Given("decided", ast.Word("automatically", place), place)

    def by_person(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("decided", word_of(parts[0]), place_of_meta(meta))

    def binds(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("binds", ast.Binds(word_of(parts[0]), parts[1]), place_of_meta(meta))

    def classes(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("data", parts[0], place_of_meta(meta))

    def at(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("at", parts[0], place_of_meta(meta))

    def dates(self, meta: Meta, parts: list[Any]) -> Given:
        first = None if parts[0].type == "UNKNOWN" else date_of(parts[0])
        last = date_of(parts[1]) if parts[1] is not None else None
        return Given("from", ast.Dates(first, last, place_of_meta(meta)), place_of_meta(meta))

    def when(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("when", parts[0], place_of_meta(meta))

    def unless(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("unless", parts[0], place_of_meta(meta))

    def conceal(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("conceal", True, place_of_meta(meta))

    def told(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("told", word_of(parts[0]), place_of_meta(meta))

    def note(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("note", str(word_of(parts[0])), place_of_meta(meta))

    def gives(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("gives", ast.Gives(word_of(parts[0]), word_of(parts[1])), place_of_meta(meta))

    def duty(self, meta: Meta, parts: list[Any]) -> Given:
        words: list[Any] = [word_of(part) if isinstance(part, Token) else part for part in parts]
        kind, what, to, report, within, of, every, due, on, until, text = words
        spec = ast.DutySpec(kind, what, to, report, within, of, every, due, on, until, text)
        return Given("duty", spec, place_of_meta(meta))

    # ---- rules, definitions, tables, parts

    def part(self, meta: Meta, parts: list[Any]) -> PartHead:
        return PartHead(word_of(parts[0]), tuple(_given(clause) for clause in parts[1:]))

    def rule(self, meta: Meta, parts: list[Any]) -> RawRule:
        return RawRule(word_of(parts[0]), word_of(parts[1]), tuple(_given(clause) for clause in parts[2:]))

    def provision(self, meta: Meta, parts: list[Any]) -> RawRule:
        return RawRule(word_of(parts[0]), word_of(parts[1]), tuple(_given(clause) for clause in parts[2:]))

    def means(self, meta: Meta, parts: list[Any]) -> Any:
        return parts[0]

    def define(self, meta: Meta, parts: list[Any]) -> ast.Define:
        name, entity, title, *clauses, means = parts
        given, repeated = _collect([_given(clause) for clause in clauses])
        status, note = given.get("status", (None, None))
        return ast.Define(
            name=word_of(name),
            entity=word_of(entity),
            title=word_of(title),
            means=means,
            cite=given.get("cite"),
            status=status,
            status_note=note,
            dates=given.get("from"),
            notes=tuple(given.get("note", ())),
            repeated=repeated + _unfit(clauses, {"cite", "status", "from", "note", "quote"}),
        )

    def table(self, meta: Meta, parts: list[Any]) -> ast.Table:
        name, title, *clauses, file, hashed = parts
        given, _ = _collect([_given(clause) for clause in clauses])
        status, _note = given.get("status", (None, None))
        return ast.Table(word_of(name), word_of(title), word_of(file), word_of(hashed), given.get("cite"), status)

    def use(self, meta: Meta, parts: list[Token]) -> ast.Use:
        return ast.Use(str(parts[0]), word_of(parts[1]), int(parts[2]))

    # ---- texts

    def pack(self, meta: Meta, parts: list[Any]) -> ast.Pack:
        name, title, jurisdiction, version, *rest = parts
        uses, heads, rules, defines, tables = sort_items(rest)
        return ast.Pack(
            name=word_of(name),
            title=word_of(title),
            jurisdiction=word_of(jurisdiction),
            version=int(version),
            uses=uses,
            parts=heads,
            rules=rules,
            defines=defines,
            tables=tables,
        )

    def policy(self, meta: Meta, parts: list[Any]) -> ast.Policy:
        name, title, agency, version, *rest = parts
        uses, heads, rules, defines, tables = sort_items(rest)
        return ast.Policy(
            name=word_of(name),
            title=word_of(title),
            agency=word_of(agency),
            version=int(version),
            uses=uses,
            parts=heads,
            rules=rules,
            defines=defines,
            tables=tables,
        )

    def party(self, meta: Meta, parts: list[Any]) -> ast.Party:
        state = word_of(parts[4]) if parts[4] is not None else None
        return ast.Party(word_of(parts[0]), word_of(parts[1]), word_of(parts[2]), word_of(parts[3]), state)

    def authority(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("authority", word_of(parts[0]), place_of_meta(meta))

    def assessment(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("assessment", (word_of(parts[0]), word_of(parts[1])), place_of_meta(meta))

    def approval(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("approval", (word_of(parts[0]), date_of(parts[1])), place_of_meta(meta))

    def review(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("review", parts[0], place_of_meta(meta))

    def ending(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("ends", (word_of(parts[0]), parts[1]), place_of_meta(meta))

    def suspending(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("suspends", word_of(parts[0]), place_of_meta(meta))

    def signs(self, meta: Meta, parts: list[Any]) -> ast.Signing:
        return ast.Signing(word_of(parts[0]), parts[1])

    def no_delegation(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("delegation", None, place_of_meta(meta))

    def listed_delegation(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("delegation", word_of(parts[0]), place_of_meta(meta))

    def access(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("access", word_of(parts[0]), place_of_meta(meta))

    def meaning(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("meaning", (word_of(parts[0]), word_of(parts[1])), place_of_meta(meta))

    def covers(self, meta: Meta, parts: list[Any]) -> Given:
        return Given("covers", parts[0], place_of_meta(meta))

    def reviewed(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("reviewed", date_of(parts[0]), place_of_meta(meta))

    def notice(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("routine use", (word_of(parts[0]), date_of(parts[1])), place_of_meta(meta))

    def paper(self, meta: Meta, parts: list[Token]) -> Given:
        return Given("paper", (word_of(parts[0]), word_of(parts[1])), place_of_meta(meta))

    def agreement(self, meta: Meta, parts: list[Any]) -> ast.Agreement:
        name, title, *rest = parts
        terms = [part for part in rest if isinstance(part, Given)]
        given, repeated = _collect([term for term in terms if term.keyword not in SEVERAL_TERMS], frozenset())
        return ast.Agreement(
            id=word_of(name),
            title=word_of(title),
            uses=tuple(part for part in rest if isinstance(part, ast.Use)),
            parties=tuple(part for part in rest if isinstance(part, ast.Party)),
            dates=given.get("from"),
            authority=given.get("authority"),
            assessment=given.get("assessment"),
            approval=given.get("approval"),
            review=given.get("review"),
            ends=given.get("ends"),
            suspends=tuple(term.value for term in terms if term.keyword == "suspends"),
            signings=tuple(part for part in rest if isinstance(part, ast.Signing)),
            delegation=given.get("delegation"),
            access=given.get("access"),
            meanings=tuple(term.value for term in terms if term.keyword == "meaning"),
            covers=given.get("covers", ()),
            reviewed=given.get("reviewed"),
            routine_use=given.get("routine use"),
            papers=tuple(term.value for term in terms if term.keyword == "paper"),
            clauses=tuple(fill_rule(part, None) for part in rest if isinstance(part, RawRule)),
            repeated=repeated,
        )


SEVERAL_TERMS = frozenset({"meaning", "suspends", "paper"})  # an agreement may have each of these several times


def _given(clause: Any) -> Given:
    """A clause as `Given`; effects arrive as themselves."""
    if isinstance(clause, Given):
        return clause
    assert isinstance(clause, EFFECTS)
    return Given("effect", clause, _effect_place(clause))


def _effect_place(effect: Any) -> ast.Place:
    if isinstance(effect, (ast.Purge, ast.KeepRestricted)):
        return effect.place
    if isinstance(effect, ast.ForbidAct):
        return effect.act.place
    if isinstance(effect, ast.Conflict):
        return effect.id.place
    if isinstance(effect, ast.Defer):
        return ast.place_of(effect.recipients[0])
    return place_of_fields(effect.fields)


def place_of_fields(fields: ast.FieldSet) -> ast.Place:
    """The place of the first word a field set names; the file's start for `all fields` without exception."""
    chosen = fields.excepted if isinstance(fields, ast.AllFields) else fields
    if chosen is None:
        return ast.NOWHERE
    return ast.place_of((chosen.labels if isinstance(chosen, ast.ByLabel) else chosen.names)[0])


def _collect(
    clauses: list[Given], repeatable: frozenset[str] = REPEATABLE
) -> tuple[dict[str, Any], tuple[ast.Word, ...]]:
    """Clauses by keyword; those that may be repeated as tuples. Also the keywords written twice."""
    found: dict[str, Any] = {}
    repeated = []
    for clause in clauses:
        if clause.keyword in repeatable:
            added = clause.value if clause.keyword == "quote" else (clause.value,)
            found[clause.keyword] = (*found.get(clause.keyword, ()), *added)
        elif clause.keyword in found:
            repeated.append(ast.Word(clause.keyword, clause.place))
        else:
            found[clause.keyword] = clause.value
    return found, tuple(repeated)


def _unfit(clauses: list[Any], fitting: set[str]) -> tuple[ast.Word, ...]:
    """Keywords of clauses that a definition cannot have, told with the repeated ones."""
    given = [_given(clause) for clause in clauses]
    return tuple(ast.Word(clause.keyword, clause.place) for clause in given if clause.keyword not in fitting)


def sort_items(
    items: list[Any],
) -> tuple[
    tuple[ast.Use, ...],
    tuple[ast.Part, ...],
    tuple[ast.Rule, ...],
    tuple[ast.Define, ...],
    tuple[ast.Table, ...],
]:
    """The items of a pack or policy by kind, each rule filled with the clauses of the part it stands in."""
    head: PartHead | None = None
    heads: list[tuple[PartHead, list[str]]] = []
    rules = []
    for item in items:
        if isinstance(item, PartHead):
            head = item
            heads.append((head, []))
        elif isinstance(item, RawRule):
            rules.append(fill_rule(item, head))
            if heads:
                heads[-1][1].append(str(item.id))
    return (
        tuple(item for item in items if isinstance(item, ast.Use)),
        tuple(ast.Part(part.title, tuple(ids)) for part, ids in heads),
        tuple(rules),
        tuple(item for item in items if isinstance(item, ast.Define)),
        tuple(item for item in items if isinstance(item, ast.Table)),
    )


def fill_rule(raw: RawRule, head: PartHead | None) -> ast.Rule:
    """A rule with its own clauses, and its part's where it has none of that keyword."""
    own, repeated = _collect(list(raw.clauses))
    if head is not None:
        inherited, twice = _collect(list(head.clauses))
        own = {**inherited, **own}
        repeated += twice
    status, note = own.get("status", (None, None))
    return ast.Rule(
        id=raw.id,
        title=raw.title,
        cite=own.get("cite"),
        status=status,
        status_note=note,
        decided=own.get("decided"),
        binds=own.get("binds"),
        classes=own.get("data", ()),
        points=own.get("at", ()),
        dates=own.get("from"),
        effect=own.get("effect"),
        when=own.get("when"),
        unless=own.get("unless", ()),
        duties=own.get("duty", ()),
        conceal=own.get("conceal", False),
        quote=own.get("quote", ()),
        notes=own.get("note", ()),
        told=own.get("told"),
        gives=own.get("gives"),
        part=str(head.title) if head else "",
        repeated=repeated,
    )
