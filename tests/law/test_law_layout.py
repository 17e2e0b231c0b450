"""The formatter: one layout, the same law; comments and quotations stay with the rule they stood at."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pytest
from generate_question import generated_body
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import HEAD
from write_law import texts_of

from comity.errors import LawTextError
from comity.law import ast
from comity.law.canonical import rule_hash
from comity.law.compile import rules_of
from comity.law.layout import LONGEST_LINE, format_text
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.law_text import LawKind
from long_runs import LONG

PARSERS = {"pack": parse_pack, "policy": parse_policy, "agreement": parse_agreement}
ENDINGS = {".policy": "policy", ".agr": "agreement"}
WORD = re.compile(r'"[^"\n]*"|[^\s"]+')
COMMENT = re.compile(r"#[^\n]*")
OPENERS = frozenset({"uses", "part", "rule", "define", "table", "clause"})


@cache
def texts() -> tuple[tuple[str, str, str], ...]:
    """Every text that ships: name, kind and text."""
    packs = [(name, "pack", shipped_pack(name).text) for name in shipped_pack_names()]
    folder = files("comity.demo") / "law"
    others = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(tuple(ENDINGS)))
    return (
        *packs,
        *((name, ENDINGS["." + name.split(".")[1]], (folder / name).read_text("utf-8")) for name in others),
    )


def hashes(tree: ast.Pack | ast.Policy | ast.Agreement) -> list[str]:
    return [rule_hash(rule, tree) for rule in rules_of(tree)]


def same_law(text: str, kind: str) -> str:
    """Format a text; the result has the same tree and hashes and is formatted already."""
    shown = format_text(text, "t", kind)
    before, after = PARSERS[kind](text, "t"), PARSERS[kind](shown, "t")
    assert after == before
    assert hashes(after) == hashes(before)
    assert format_text(shown, "t", kind) == shown
    return shown


def scattered(text: str, rng: random.Random, comments: bool) -> str:
    """The same tokens with random white space, and comments between them, each with a number of its own."""
    found: list[str] = []
    for number, line in enumerate(COMMENT.sub("", text).splitlines()):
        if line.lstrip().startswith(">"):
            found.append(f"\n{line}\n")
            continue
        for word in WORD.findall(line):
            found.append(word)
            gap = rng.choice((" ", " ", " ", "\n", "  \t ", "\n\n  "))
            if comments and rng.random() < 0.1:
                gap = rng.choice((f" # c{number}-{len(found)}\n", f"\n# c{number}-{len(found)}\n  "))
            found.append(gap)
    return "".join(found) + "\n"


def placed(text: str) -> Iterator[tuple[str, int]]:
    """Each comment with the number of items that opened before it."""
    opened = 0
    for token in re.findall(r'"[^"\n]*"|#[^\n]*|>[^\n]*|[^\s"]+', text):
        opened += token in OPENERS
        if token.startswith("#"):
            yield token.strip(), opened


@pytest.mark.parametrize("name", [name for name, _, _ in texts()])
def test_formatting_leaves_every_shipped_text_the_same_law(name: str) -> None:
    """Packs and the demonstration's texts keep tree and hashes, and formatting twice is formatting once."""
    kind, text = next((kind, text) for one, kind, text in texts() if one == name)
    shown = same_law(text, kind)
    assert sorted(placed(shown)) == sorted(placed(text))


@settings(max_examples=8 * LONG)
@given(st.integers(min_value=0, max_value=10_000_000))
def test_formatting_generated_texts_leaves_them_the_same_law(seed: int) -> None:
    """Generated packs, policies and agreements, scattered over lines with comments, keep tree, hashes, comments."""
    rng = random.Random(seed)
    kinds = {LawKind.PACK: "pack", LawKind.POLICY: "policy", LawKind.AGREEMENT: "agreement"}
    for one in texts_of(generated_body(seed)):
        text = scattered(one.text, rng, comments=True)
        shown = same_law(text, kinds[one.kind])
        assert sorted(placed(shown)) == sorted(placed(text))


@settings(max_examples=7 * LONG)
@given(st.sampled_from([name for name, kind, _ in texts() if kind == "pack"]), st.integers(0, 10_000_000))
def test_a_scattered_pack_comes_back_in_layout(name: str, seed: int) -> None:
    """However a pack is broken into lines, its formatted text has no line too long that could be broken."""
    text = scattered(shipped_pack(name).text, random.Random(seed), comments=False)
    shown = same_law(text, "pack")
    for line in shown.splitlines():
        if len(line) > LONGEST_LINE and '"' not in line:
            assert not re.search(r", | and | or ", line.strip()[:LONGEST_LINE]), line


FORMATTED = """# The file's own words.

pack test "Test" in WA version 1
uses vocabulary comity 1

# Above the part.
part "Part"
  binds owner where owner's state is WA
  data  plate-read

# Above A-1.
rule A-1 "One"   # beside A-1
  > The law's own words,
  > in two lines. # no comment
  cite   "Act 1"
  # above status
  status verified
  from   2020-01-01
  at     release
  forbid all fields
  when   query's purpose is audit   # why audit
     or  (query's purpose is one of stop,
          licensing and asker's level is federal)
  unless field is public
  # below A-1

rule A-2 "Two"
  status unverified "S: to read"

# The end.
"""


def test_the_house_layout() -> None:
    """Clauses in one order and column, connectives before the column, comments where they were."""
    status = "  # above status\n  status verified\n"
    tossed = FORMATTED.replace(status, "").replace("  unless field", f"\n{status}\n unless   field")
    assert tossed != FORMATTED
    assert format_text(FORMATTED, "t", "pack") == FORMATTED
    assert format_text(tossed, "t", "pack") == FORMATTED


def test_a_long_line_is_broken_at_its_outermost_connectives_first() -> None:
    """A line too long is broken at every `and` of its own level, then after the last comma that fits."""
    words = ", ".join(
        ["criminal-investigation", "criminal-prosecution", "federal-crime", "task-force-investigation"]
    )
    rule = f'rule A-1 "t" forbid all fields when query\'s purpose is one of {words}, custody, stop, audit '
    shown = format_text(HEAD + rule + "and query has case-number and asker's level is local", "t", "pack")
    assert shown.splitlines()[-5:] == [
        "  forbid all fields",
        f"  when   query's purpose is one of {words},",
        "         custody, stop, audit",
        "    and  query has case-number",
        "    and  asker's level is local",
    ]


def test_an_agreements_terms_stand_below_its_first_line() -> None:
    """Terms are indented and aligned as clauses are, without blank lines; signatures keep their words together."""
    text = 'agreement A-1-2026 "t" party aa is WA0000100 "A" level local\n\nsigns for aa counsel\nclause G-01 "g" at ask'
    assert format_text(text, "t", "agreement") == (
        'agreement A-1-2026 "t"\n  party      aa is WA0000100 "A" level local\n  signs for aa counsel\n\n'
        'clause G-01 "g"\n  at     ask\n'
    )


def test_a_text_that_does_not_parse_is_not_formatted() -> None:
    """A syntax error is told as everywhere else."""
    with pytest.raises(LawTextError, match="did you mean `forbid`"):
        format_text(HEAD + 'rule A-1 "t" forbit all fields', "t", "pack")
