"""Reading texts of law: the grammar, and errors that point at the word.

A syntax error stops at the first; everything else is found by `check`, all at once. Parsing is bounded by
`LONGEST_TEXT`; the grammar is LALR(1), so time is linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import TypeVar

from lark import Lark, Token, UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from lark.exceptions import VisitError

from comity.errors import Finding, LawTextError
from comity.law import ast
from comity.law.build import TextBuilder
from comity.law.build_condition import BadWordError, finding_at

LONGEST_TEXT = 1_000_000  # characters; the longest jurisdiction so far needs a tenth
MOST_KEPT = 64  # trees: whoever ships or offers a text reads it just before whoever compiles it
DEEPEST_NESTING = 40  # open parentheses at once; a statute's sentence needs three
TEXT_KINDS = ("vocabulary", "pack", "policy", "agreement")

Text = TypeVar("Text", ast.VocabularyText, ast.Pack, ast.Policy, ast.Agreement)


def parse_vocabulary(text: str, file: str = "comity.voc") -> ast.VocabularyText:
    """A vocabulary as written. Raises LawTextError at the first syntax error."""
    return _parse(text, file, "vocabulary", ast.VocabularyText)


def parse_pack(text: str, file: str) -> ast.Pack:
    """A law pack, parts filled in. Raises LawTextError at the first syntax error; `check` reads the meaning."""
    return _parse(text, file, "pack", ast.Pack)


def parse_policy(text: str, file: str) -> ast.Policy:
    """An owner's policy. Raises LawTextError at the first syntax error; meaning is checked by `check`."""
    return _parse(text, file, "policy", ast.Policy)


def parse_agreement(text: str, file: str) -> ast.Agreement:
    """An agreement. Raises LawTextError at the first syntax error; meaning is checked by `check`."""
    return _parse(text, file, "agreement", ast.Agreement)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    source = resources.files("comity.law").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", start=list(TEXT_KINDS), propagate_positions=True, maybe_placeholders=True)


def _parse(text: str, file: str, start: str, kind: type[Text]) -> Text:
    lines = tuple(text.splitlines())
    _check_bounds(text, file, lines)
    try:
        built = _built(text, start)
    except UnexpectedInput as error:
        raise LawTextError((_syntax_finding(error, file, lines),)) from error
    except VisitError as error:
        if isinstance(error.orig_exc, BadWordError):
            raise LawTextError((error.orig_exc.finding(file, lines),)) from error
        raise
    assert isinstance(built, kind)
    return replace(built, file=file, lines=lines)


@lru_cache(maxsize=MOST_KEPT)
def _built(text: str, start: str) -> object:
    """The tree of a text, wherever it lies. It is frozen, and so the same for everybody who reads the same words."""
    return TextBuilder().transform(_grammar().parse(text, start=start))


def _check_bounds(text: str, file: str, lines: tuple[str, ...]) -> None:
    if len(text) > LONGEST_TEXT:
        raise LawTextError((Finding(file, 1, 1, f"the text is longer than {LONGEST_TEXT} characters"),))
    open_now = 0
    for number, line in enumerate(lines, start=1):
        for column, char in enumerate(line, start=1):
            open_now += (char == "(") - (char == ")")
            if open_now > DEEPEST_NESTING:
                word = ast.Word("(", ast.Place(number, column))
                fault = f"more than {DEEPEST_NESTING} parentheses are open"
                raise LawTextError((finding_at(word, (file, lines), fault, "name the inner parts by `define`"),))


# Words a reader knows, for what the grammar calls by terminal names.
SPOKEN = {
    "NAME": "a name",
    "STRING": "text in double quotes",
    "CODE": "a code in capitals",
    "RULEID": "an id such as `CA-02`",
    "DATE": "a date such as `2026-12-01`",
    "INT": "a number",
    "HASH": "a hash such as `sha256:9f2c41aa`",
    "UNIT": "a unit of time such as `days`",
    "POSS": "an attribute such as `query's purpose`",
    "MONTHDAY": "a month and day such as `03-01`",
    "STATUS": "`verified` or `unverified`",
    "WAY": "`attestation` or `review`",
    "ACT": "`query`, `entry`, `activation`, `session`, `setting` or `onward`",
    "SIDE": "`after` or `before`",
    "ORDER": "`earlier` or `later`",
    "INCLUDES": "`include` or `lack`",
    "UNKNOWN": "`unknown`",
    "NOT": "`not`",
    "NO": "`no`",
    "USEKIND": "`vocabulary` or `pack`",
    "LISTKIND": "a list such as `roles`",
    "QUOTE": "a quotation that begins with `>`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "COMMA": "`,`",
}
WORD = re.compile(r"[a-z][a-z0-9-]*")
MOST_EXPECTED = 6  # a longer list of what could stand here helps nobody
CLAUSE_WORDS = frozenset(
    {"cite", "status", "decided", "binds", "data", "at", "from", "when", "unless", "permit", "forbid", "cap"}
    | {"hold", "conflict", "purge", "keep", "duty", "conceal", "note", "gives", "rule", "define", "part", "table"}
    | {"clause", "means", "uses", "party", "signs", "assessment", "authority"}
)


def _syntax_finding(error: UnexpectedInput, file: str, lines: tuple[str, ...]) -> Finding:
    if isinstance(error, UnexpectedEOF) or (isinstance(error, UnexpectedToken) and error.token.type == "$END"):
        return _end_finding(error, file, lines)
    word = _unexpected_word(error, lines)
    source = (file, lines)
    expected = _expected(error)
    if word in {"and", "or"} and expected & {"AND", "OR"}:
        other = "or" if word == "and" else "and"
        fault = f"`{word}` cannot follow `{other}` on the same level"
        return finding_at(word, source, fault, "put the part that belongs together in parentheses")
    if word.startswith('"'):
        fault = (
            "text in quotes cannot stand here" if word.count('"') > 1 else "text in quotes has no end on its line"
        )
        return finding_at(word, source, fault, _remedy(word, expected))
    return finding_at(word, source, f"`{word}` cannot stand here", _remedy(word, expected))


def _end_finding(error: UnexpectedInput, file: str, lines: tuple[str, ...]) -> Finding:
    last = len(lines)
    while last > 1 and not lines[last - 1].strip():
        last -= 1
    shown = lines[last - 1] if lines else ""
    word = ast.Word("", ast.Place(max(last, 1), len(shown) + 1))
    return finding_at(word, (file, lines), "the text ends too early", _remedy("", _expected(error)))


def _unexpected_word(error: UnexpectedInput, lines: tuple[str, ...]) -> ast.Word:
    line, column = int(getattr(error, "line", 1)), int(getattr(error, "column", 1))
    if isinstance(error, UnexpectedToken) and isinstance(error.token, Token):
        # A misspelt keyword may begin like a shorter one: the whole word is told, not its first letters.
        whole = WORD.match(lines[line - 1], column - 1) if 0 < line <= len(lines) else None
        token = whole[0] if whole and whole[0].startswith(error.token) else str(error.token)
        return ast.Word(token, ast.Place(line, column, max(1, len(token))))
    rest = lines[line - 1][column - 1 :] if 0 < line <= len(lines) else ""
    text = rest if rest.startswith('"') else (rest.split() or [""])[0]
    return ast.Word(text[:40], ast.Place(line, column, max(1, len(text[:40]))))


def _expected(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected)
    if isinstance(error, UnexpectedCharacters):
        return set(error.allowed or ())
    return set(getattr(error, "expected", ()))


def _remedy(word: str, expected: set[str]) -> str:
    literals = {str(terminal.pattern.value) for terminal in _grammar().terminals if terminal.name in expected}
    near = [
        match for known in (literals, CLAUSE_WORDS) for match in get_close_matches(word, sorted(known), 1, 0.7)
    ]
    if near and near[0] != word:
        return f"did you mean `{near[0]}`?"
    spoken = sorted({SPOKEN.get(name, f"`{name.lower()}`") for name in expected if name != "$END"})
    if not spoken:
        return "remove it"
    if len(spoken) > MOST_EXPECTED:
        return "begin a clause with its keyword, such as `cite`, `when` or `unless`"
    return "write " + (spoken[0] if len(spoken) == 1 else ", ".join(spoken[:-1]) + f" or {spoken[-1]}")
