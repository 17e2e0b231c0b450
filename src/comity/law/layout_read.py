"""A law text as blocks of tokens for the formatter: every token and comment of the text, nothing interpreted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources

from lark import Lark, Token, Tree

WITH_CLAUSES = frozenset({"part", "rule", "provision", "define"})
KINDS = ("pack", "policy", "agreement")


@dataclass(frozen=True, slots=True)
class Piece:
    """One token: its words, whether the author began a line with it, and the comments around it.

    `above` are comment lines between it and the token before, `beside` the comment after it on its own line.
    """

    text: str
    kind: str
    opens_line: bool = False
    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One item of a text. `head` is its first line, `clauses` what stands below it.

    `above` are the comment lines before it, "" for a blank line between them; `apart` says that the author left a
    blank line before them; `below` are indented comment lines that follow its last clause.
    """

    kind: str
    head: tuple[Piece, ...]
    clauses: tuple[tuple[Piece, ...], ...] = ()
    above: tuple[str, ...] = ()
    apart: bool = False
    below: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gap:
    """What stands between two tokens."""

    beside: str = ""
    lines: list[str] = field(default_factory=list)

    @property
    def comments(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.lines if line.strip())


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    source = resources.files("comity.law").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(source, parser="lalr", start=list(KINDS), keep_all_tokens=True, maybe_placeholders=False)


def read_blocks(text: str, kind: str) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """The blocks of a text that parses, its header first, and the comment lines after the last."""
    tree = _grammar().parse(text, start=kind)
    tokens = list(_tokens(tree))
    gaps = _gaps(text, tokens)
    pieces = {id(token): _piece(token, gaps[at], gaps[at + 1]) for at, token in enumerate(tokens)}
    places = {id(token): at for at, token in enumerate(tokens)}
    blocks: list[Block] = []
    for part_kind, part in _parts(tree):
        first = gaps[places[id(next(_tokens(part)))]]
        block = _block(part_kind, part, pieces)
        if blocks and blocks[-1].clauses:
            kept = _indented(first.lines)
            blocks[-1] = replace(blocks[-1], below=tuple(line.strip() for line in first.lines[:kept]))
            first.lines = first.lines[kept:]
        blocks.append(replace(block, above=_tidy(first.lines), apart=bool(first.lines) and not first.lines[0]))
    last = gaps[-1]
    return tuple(blocks), _tidy(last.lines)


def _tokens(tree: Tree[Token]) -> Iterator[Token]:
    for child in tree.children:
        if isinstance(child, Token):
            yield child
        else:
            yield from _tokens(child)


def _gaps(text: str, tokens: list[Token]) -> list[_Gap]:
    """The gap before each token and the one after the last."""
    ends = [0, *(int(token.end_pos or 0) for token in tokens)]
    starts = [*(int(token.start_pos or 0) for token in tokens), len(text)]
    return [_gap(text[end:start], first=end == 0) for end, start in zip(ends, starts, strict=True)]


def _gap(between: str, *, first: bool) -> _Gap:
    beside, _, rest = ("", "", between) if first else between.partition("\n")
    lines = [line.rstrip() for line in rest.split("\n")]
    if not lines[-1].strip():
        lines.pop()  # the indentation of the token itself
    return _Gap(beside.strip(), lines)


def _piece(token: Token, before: _Gap, after: _Gap) -> Piece:
    text = str(token)
    if token.type == "QUOTE":
        text = f"> {text[1:].strip()}".rstrip()
    return Piece(text, token.type, beside=after.beside, above=before.comments)


def _parts(tree: Tree[Token]) -> Iterator[tuple[str, Tree[Token]]]:
    """The header, whose tokens stand in the text's own node, then each item."""
    head = [child for child in tree.children if isinstance(child, Token)]
    yield "head", Tree("head", list(head))
    for child in tree.children:
        if isinstance(child, Tree):
            yield str(child.data), child


def _block(kind: str, part: Tree[Token], pieces: dict[int, Piece]) -> Block:
    if kind not in WITH_CLAUSES:
        return Block(kind, _row(part, pieces))
    head = [child for child in part.children if isinstance(child, Token)]
    clauses = [child for child in part.children if isinstance(child, Tree)]
    return Block(
        kind, _row(Tree("head", list(head)), pieces), tuple(_row(clause, pieces, kept=True) for clause in clauses)
    )


def _row(part: Tree[Token], pieces: dict[int, Piece], *, kept: bool = False) -> tuple[Piece, ...]:
    """The pieces of a line or clause; comments above a block's first piece are the block's, not the piece's."""
    found: list[Piece] = []
    last = 0
    for token in _tokens(part):
        piece = replace(pieces[id(token)], opens_line=bool(found) and int(token.line or 0) > last)
        found.append(piece if found or kept else replace(piece, above=()))
        last = int(token.end_line or 0)
    return tuple(found)


def _indented(lines: list[str]) -> int:
    """How many comment lines stand indented right below a clause."""
    count = 0
    while count < len(lines) and lines[count].startswith((" ", "\t")):
        count += 1
    return count


def _tidy(lines: list[str]) -> tuple[str, ...]:
    """Comment lines without indentation; blank lines between them singly, and none before the first."""
    found: list[str] = []
    for line in lines:
        if line.strip() or (found and found[-1]):
            found.append(line.strip())
    return tuple(found)
