"""The formatter: one layout for packs, policies and agreements.

It moves tokens and writes none of its own, so the syntax tree and every rule's hash stay as they are. Clauses stand
in one order, a clause a line, their values in one column; comments stay where they are. Line breaks before `and` and
`or` and after commas are the author's; a line that is still too long is broken there.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from comity.law.layout_read import Block, Piece, read_blocks
from comity.law.parse import parse_agreement, parse_pack, parse_policy

LONGEST_LINE = 128  # columns; a wider line is broken where it may be, quoted text never
INDENT = 2
BESIDE = " " * 3  # between a line and the comment beside it
CLAUSE_WIDTH = 6  # the longest keyword that is aligned: status, forbid, unless
HEADING = frozenset({"cite", "status", "decided"})
TERM_WIDTH = 10  # the same in an agreement's header: assessment, delegation
PARSERS = {"pack": parse_pack, "policy": parse_policy, "agreement": parse_agreement}
CLOSE_KINDS = frozenset({"use", "table"})  # one below the other without a blank line
CONDITIONAL = frozenset({"when", "unless", "means", "binds"})
UNALIGNED = frozenset({"uses", "suspends", "signs", "routine"})
EFFECTS = frozenset({"permit", "forbid", "cap", "hold", "conflict", "purge", "keep", "defer"})
ORDER = ("told", ">", "cite", "status", "decided", "gives", "binds", "data", "from", "at", "effect",
         "when", "unless", "conceal", "duty", "note", "means")  # fmt: skip


def format_text(text: str, file: str, kind: str) -> str:
    """A pack, policy or agreement in the house layout. Raises LawTextError for a text that does not parse."""
    before = PARSERS[kind](text, file)
    blocks, end = read_blocks(text, kind)
    lines: list[str] = []
    for at, block in enumerate(blocks):
        indent = _indent(block, kind)
        if at and _stands_apart(blocks[at - 1], block, indent):
            lines.append("")
        lines += [f"{' ' * indent}{comment}" if comment else "" for comment in block.above]
        lines += _block_lines(block, indent)
    lines += ["", *end] if end else []
    shown = "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"
    assert PARSERS[kind](shown, file) == before  # a layout that changed the law is never written
    return shown


def _indent(block: Block, kind: str) -> int:
    """Terms of an agreement are indented below its first line."""
    return INDENT if kind == "agreement" and block.kind not in {"head", "provision"} else 0


def _stands_apart(before: Block, block: Block, indent: int) -> bool:
    close = indent > 0 or block.kind == "use" or (block.kind == before.kind and block.kind in CLOSE_KINDS)
    return not close or (block.apart and bool(block.above))


def _block_lines(block: Block, indent: int) -> list[str]:
    if indent:
        width = 0 if block.head[0].text in UNALIGNED else TERM_WIDTH
        lines = _Writer(block.head, indent, width).lines()
    else:
        lines = _Writer(block.head, 0, 0).lines()
    words = {clause[0].text for clause in block.clauses}
    # A part that says no more than whom, what, from when and where is aligned to its own longest keyword.
    short = block.kind == "part" and not words & HEADING
    width = max(map(len, words), default=0) if short else CLAUSE_WIDTH
    for clause in sorted(block.clauses, key=_rank):
        lines += _clause_lines(clause, width)
    return lines + [f"{' ' * INDENT}{comment}" for comment in block.below]


def _rank(clause: tuple[Piece, ...]) -> int:
    word = ">" if clause[0].kind == "QUOTE" else clause[0].text
    return ORDER.index("effect" if word in EFFECTS else word)


def _clause_lines(clause: tuple[Piece, ...], width: int) -> list[str]:
    above = [f"{' ' * INDENT}{comment}" for comment in clause[0].above]
    bare = (replace(clause[0], above=()), *clause[1:])
    if clause[0].kind == "QUOTE":
        forced = tuple(replace(piece, opens_line=at > 0) for at, piece in enumerate(bare))
        return above + [line for piece in forced for line in _Writer((piece,), INDENT, 0).lines()]
    return above + _Writer(bare, INDENT, width).lines()


@dataclass(slots=True)
class _Writer:
    """Lays out one line or clause: the keyword, padded to `width`, then the rest in the column after it.

    `broken` are the pieces that begin a line; `ends` is, once written, the column at which each piece ends.
    """

    pieces: tuple[Piece, ...]
    indent: int
    width: int
    broken: set[int] = field(default_factory=set)
    ends: list[int] = field(default_factory=list)

    @property
    def column(self) -> int:
        """Where values begin, and lines that continue them."""
        return self.indent + (self.width or CLAUSE_WIDTH) + 1

    def lines(self) -> list[str]:
        """The finished lines. Ends: each round breaks at one more piece at least."""
        self.broken = {at for at in range(1, len(self.pieces)) if self._opens_line(at)}
        while True:
            lines = self._written()
            more = self._further_breaks()
            if not more:
                return lines
            self.broken |= more

    def _opens_line(self, at: int) -> bool:
        """A line begins after a comment, below one, and where the author began one in a place for it."""
        piece, before = self.pieces[at], self.pieces[at - 1]
        return bool(before.beside or piece.above) or (piece.opens_line and self._is_place(at))

    def _is_place(self, at: int) -> bool:
        """Whether a line may begin here: at a connective of a condition, or after a comma."""
        return at > 1 and (self._is_connective(at) or self.pieces[at - 1].text == ",")

    def _is_connective(self, at: int) -> bool:
        return self.pieces[at].text in {"and", "or"} and self.pieces[0].text in CONDITIONAL

    def _written(self) -> list[str]:
        lines: list[str] = []
        current, depth, hugging = " " * self.indent, 0, False
        self.ends = []
        for at, piece in enumerate(self.pieces):
            if at in self.broken:
                margin = " " * self._column_of(at, depth, hugging)
                lines += [current, *(margin + comment for comment in piece.above)]
                current = margin + piece.text
            else:
                current += self._space(at, depth) + piece.text
            if piece.text == "(" and depth == 0:
                hugging = len(current) - 1 == self.column
            depth += (piece.text == "(") - (piece.text == ")")
            self.ends.append(len(current))
            current += f"{BESIDE}{piece.beside}" if piece.beside else ""
        return [*lines, current]

    def _space(self, at: int, depth: int) -> str:
        """What stands between a piece and the one before it on the same line."""
        if at == 0:
            return ""
        before = self.pieces[at - 1].text
        if at == 1 and self.width:
            return " " * (max(self.width - len(before), 0) + 1)
        if self.pieces[at].text in {",", ")", "/"} or before in {"(", "/"}:
            return ""
        return "  " if at - 1 in self.broken and depth == 0 and self._is_connective(at - 1) else " "

    def _column_of(self, at: int, depth: int, hugging: bool) -> int:
        """Where a broken line begins: a connective ends two columns before the value, the rest stands below it."""
        if depth == 0 and self._is_connective(at):
            return self.column - 2 - len(self.pieces[at].text)
        return self.column + depth * (1 if hugging else 2)

    def _further_breaks(self) -> set[int]:
        """Where to break the first line that is too long and can be: at its outermost connectives, else at the
        last place before which it is short enough."""
        starts = sorted({0, *self.broken})
        for start, end in zip(starts, [*starts[1:], len(self.pieces)], strict=True):
            places = [at for at in range(start + 1, end) if self._is_place(at)]
            if self.ends[end - 1] > LONGEST_LINE and places:
                outer = {at for at in places if self._is_connective(at) and self._depth(at) == 0}
                fitting = [at for at in places if self.ends[at - 1] <= LONGEST_LINE]
                return outer or {fitting[-1] if fitting else places[0]}
        return set()

    def _depth(self, at: int) -> int:
        texts = [piece.text for piece in self.pieces[:at]]
        return texts.count("(") - texts.count(")")
