"""From parse tree to conditions, field sets and effects. One method a grammar rule, named as in the grammar."""

from __future__ import annotations

from datetime import date
from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from comity.errors import Finding
from comity.law import ast


class BadWordError(Exception):
    """A word the grammar accepts and the calendar does not; `parse` turns it into a finding."""

    def __init__(self, word: ast.Word, fault: str, remedy: str) -> None:
        self.word, self.fault, self.remedy = word, fault, remedy
        super().__init__(fault)

    def finding(self, file: str, lines: tuple[str, ...]) -> Finding:
        """The finding that points at the word."""
        return finding_at(self.word, (file, lines), self.fault, self.remedy)


def finding_at(word: str, source: tuple[str, tuple[str, ...]], fault: str, remedy: str = "") -> Finding:
    """A finding that points at a word of a text. `source` is the file name and the text's lines."""
    place = ast.place_of(word)
    file, lines = source
    shown = lines[place.line - 1] if 0 < place.line <= len(lines) else ""
    return Finding(
        file=file,
        line=place.line,
        column=place.column,
        fault=fault,
        source=shown,
        width=place.width,
        remedy=remedy,
    )


def place_of_meta(meta: Meta) -> ast.Place:
    if meta.empty:
        return ast.NOWHERE
    width = meta.end_column - meta.column if meta.end_line == meta.line else 1
    return ast.Place(meta.line, meta.column, max(1, width))


def word_of(token: Token) -> ast.Word:
    """A token as a word; quotes are dropped from quoted text."""
    place = ast.Place(token.line or 1, token.column or 1, max(1, len(token)))
    text = str(token)
    return ast.Word(text[1:-1] if token.type == "STRING" else text, place)


def date_of(token: Token) -> date:
    try:
        return date.fromisoformat(str(token))
    except ValueError as error:
        raise BadWordError(
            word_of(token), f"`{token}` is not a day of the calendar", "write YYYY-MM-DD"
        ) from error


@v_args(meta=True)
class ConditionBuilder(Transformer[Token, Any]):
    """Builds conditions and effects bottom-up."""

    def subject(self, meta: Meta, parts: list[Any]) -> ast.Word:
        return parts[0] if isinstance(parts[0], ast.Word) else word_of(parts[0])

    def path(self, meta: Meta, parts: list[Token]) -> ast.Word:
        return ast.Word(f"{parts[0]} {parts[1]}", place_of_meta(meta))

    def value(self, meta: Meta, parts: list[Token]) -> ast.Word:
        return word_of(parts[0])

    def moment(self, meta: Meta, parts: list[Any]) -> ast.Word | date:
        part = parts[0]
        if isinstance(part, ast.Word):
            return part
        return date_of(part) if part.type == "DATE" else word_of(part)

    def names(self, meta: Meta, parts: list[Token]) -> tuple[ast.Word, ...]:
        return tuple(word_of(part) for part in parts)

    def span(self, meta: Meta, parts: list[Token]) -> ast.Span:
        return ast.Span(int(parts[0]), str(parts[1]).removesuffix("s"), place_of_meta(meta))

    def gt(self, meta: Meta, parts: list[Any]) -> str:
        return "gt"

    def lt(self, meta: Meta, parts: list[Any]) -> str:
        return "lt"

    def ge(self, meta: Meta, parts: list[Any]) -> str:
        return "ge"

    def le(self, meta: Meta, parts: list[Any]) -> str:
        return "le"

    # ---- conditions

    def is_(self, meta: Meta, parts: list[Any]) -> ast.Is:
        return ast.Is(parts[0], parts[2], parts[1] is not None)

    def one_of(self, meta: Meta, parts: list[Any]) -> ast.OneOf:
        return ast.OneOf(parts[0], tuple(parts[2:]), parts[1] is not None)

    def listed(self, meta: Meta, parts: list[Any]) -> ast.Listed:
        return ast.Listed(parts[0], word_of(parts[2]), parts[1] is not None)

    def ordered(self, meta: Meta, parts: list[Any]) -> ast.Ordered:
        return ast.Ordered(parts[0], str(parts[1]), parts[2])

    def apart(self, meta: Meta, parts: list[Any]) -> ast.Apart:
        return ast.Apart(parts[0], parts[1], parts[2], str(parts[3]), parts[4])

    def amount_span(self, meta: Meta, parts: list[Any]) -> ast.Amount:
        return ast.Amount(parts[0], parts[1], span=parts[2])

    def amount_number(self, meta: Meta, parts: list[Any]) -> ast.Amount:
        return ast.Amount(parts[0], parts[1], number=int(parts[2]))

    def includes(self, meta: Meta, parts: list[Any]) -> ast.Includes:
        return ast.Includes(parts[0], parts[2], str(parts[1]).startswith("lack"))

    def has(self, meta: Meta, parts: list[Any]) -> ast.Has:
        return ast.Has(parts[0], word_of(parts[2]), parts[1] is not None)

    def some(self, meta: Meta, parts: list[Any]) -> ast.Some:
        return ast.Some(parts[0], word_of(parts[1]), parts[2])

    def all_of(self, meta: Meta, parts: list[Any]) -> ast.AllOf:
        return ast.AllOf(tuple(parts))

    def any_of(self, meta: Meta, parts: list[Any]) -> ast.AnyOf:
        return ast.AnyOf(tuple(parts))

    # ---- field sets

    def by_label(self, meta: Meta, parts: list[Any]) -> ast.ByLabel:
        return ast.ByLabel(parts[0])

    def by_name(self, meta: Meta, parts: list[Any]) -> ast.ByName:
        return ast.ByName(parts[0])

    def all_fields(self, meta: Meta, parts: list[Any]) -> ast.AllFields:
        return ast.AllFields(parts[0])

    def some_fields(self, meta: Meta, parts: list[Any]) -> ast.FieldSet:
        chosen: ast.FieldSet = parts[0]
        return chosen

    # ---- effects

    def permit(self, meta: Meta, parts: list[Any]) -> ast.Permit:
        return ast.Permit(parts[0], word_of(parts[1]) if parts[1] is not None else None)

    def permit_match(self, meta: Meta, parts: list[Any]) -> ast.PermitMatch:
        return ast.PermitMatch(parts[0])

    def forbid(self, meta: Meta, parts: list[Any]) -> ast.Forbid:
        return ast.Forbid(parts[0])

    def forbid_act(self, meta: Meta, parts: list[Any]) -> ast.ForbidAct:
        return ast.ForbidAct(word_of(parts[0]))

    def cap(self, meta: Meta, parts: list[Any]) -> ast.Cap:
        return ast.Cap(parts[0], word_of(parts[1]))

    def hold_review(self, meta: Meta, parts: list[Any]) -> ast.HoldReview:
        return ast.HoldReview(parts[0], word_of(parts[1]), parts[2])

    def hold_attest(self, meta: Meta, parts: list[Any]) -> ast.HoldAttest:
        return ast.HoldAttest(parts[0], word_of(parts[1]), word_of(parts[2]), parts[3])

    def ref(self, meta: Meta, parts: list[Any]) -> ast.Ref:
        return ast.Ref(word_of(parts[0]) if parts[0] is not None else None, word_of(parts[1]))

    def conflict(self, meta: Meta, parts: list[Any]) -> ast.Conflict:
        name, first, second, fields, elect, valid = parts
        return ast.Conflict(word_of(name), first, second, fields, elect, valid)

    def purge(self, meta: Meta, parts: list[Any]) -> ast.Purge:
        return ast.Purge(place_of_meta(meta))

    def keep(self, meta: Meta, parts: list[Any]) -> ast.KeepRestricted:
        return ast.KeepRestricted(place_of_meta(meta))

    def defer(self, meta: Meta, parts: list[Any]) -> ast.Defer:
        return ast.Defer(recipients=parts[0], until=parts[1])
