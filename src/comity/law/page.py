"""Generated pages: every shipped pack as a document a counsel reads, and the vocabulary as tables.

`law_pages` gives each page by its file name; `comity law pages` writes them to docs/law and a test holds them equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from comity.law import ast
from comity.law.book import Book, book_of
from comity.law.case_file import CaseFile, load_cases
from comity.law.not_rules import shipped_not_rules
from comity.law.page_vocabulary import vocabulary_page
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_cases_text, shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary

GENERATED = "<!-- Written by `comity law pages`; change the pack and run it again. -->"
DECIDED = {"automatically": "automatically", "attestation": "by attestation of a named person",
           "review": "by review of a named person"}  # fmt: skip


def law_pages() -> dict[str, str]:
    """Every page by file name: an index, one page a pack, the rows that are no rules, the vocabulary."""
    packs = {name: _read(name) for name in shipped_pack_names()}
    pages = {f"{name}.md": pack_page(pack, cases) for name, (pack, cases) in packs.items()}
    pages["README.md"] = index_page(packs)
    pages["not-rules.md"] = not_rules_page()
    pages["vocabulary.md"] = vocabulary_page(load_vocabulary(), GENERATED)
    return pages


@lru_cache(maxsize=64)
def _read(name: str) -> tuple[ast.Pack, CaseFile]:
    cases = load_cases(shipped_cases_text(name), f"{name}/cases.yaml", load_vocabulary())
    return parse_pack(shipped_pack(name).text, f"{name}/rules.law"), cases


def index_page(packs: dict[str, tuple[ast.Pack, CaseFile]]) -> str:
    """The packs in a table, with rules by status, definitions, cases and decision points."""
    lines = ["# The law that ships", "", GENERATED, ""]
    lines += [
        "A pack is a template: an owner's counsel reads it, signs it and switches it on. An unverified rule narrows "
        "and never widens. [How the language works](../law-syntax.md), "
        "[its vocabulary](vocabulary.md), [rows of the legal reference that are no rules](not-rules.md).",
        "",
        "| pack | | rules | verified | unverified | definitions | cases | decided at |",
        "|---|---|---|---|---|---|---|---|",
    ]
    totals = [0, 0, 0, 0]
    for name, (pack, cases) in packs.items():
        verified = sum(rule.status == "verified" for rule in pack.rules)
        counts = [len(pack.rules), verified, len(pack.defines), len(cases.cases)]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        points = ", ".join(_points(pack))
        lines.append(f"| [{name}]({name}.md) | {pack.title} | {_counts(counts)} | {points} |")
    return "\n".join([*lines, f"| | all | {_counts(totals)} | |"]) + "\n"


def _counts(counts: Sequence[int]) -> str:
    rules, verified, defines, cases = counts
    return f"{rules} | {verified} | {rules - verified} | {defines} | {cases}"


def _points(pack: ast.Pack) -> list[str]:
    used = {str(point) for rule in pack.rules for point in rule.points}
    return [point for point in load_vocabulary().lists["points"] if point in used]


def not_rules_page() -> str:
    """The rows of the legal reference that cannot be a rule, with reason and place."""
    lines = ["# Rows that are no rules", "", GENERATED, ""]
    lines += [
        "Each row of the legal reference is a rule of a pack, or stands here with the reason why it cannot be one and "
        "with what holds it instead.",
        "",
        "| row | why it is no rule | held by |",
        "|---|---|---|",
    ]
    lines += [f"| {one.id} | {_cell(one.reason)} | {_cell(one.held_by)} |" for one in shipped_not_rules()]
    return "\n".join(lines) + "\n"


def pack_page(pack: ast.Pack, cases: CaseFile) -> str:
    """One pack: its terms, closed lists and rules, each rule with what is known of it and its cases."""
    book = book_of(pack, load_vocabulary())
    lines = [f"# {pack.title} (`{pack.name}`)", "", GENERATED, "", *_summary(pack, cases)]
    if pack.defines:
        lines += ["", "## Terms"]
        for define in pack.defines:
            lines += ["", *_term(define, book)]
    if pack.tables:
        lines += ["", "## Closed lists", "", "| list | | citation | status | file |", "|---|---|---|---|---|"]
        lines += [
            f"| `{one.name}` | {_cell(one.title)} | {_cell(one.cite or '')} | {one.status or ''} | `{one.file}` |"
            for one in pack.tables
        ]
    part = None
    for rule in pack.rules:
        if rule.part != part:
            part = rule.part
            lines += ["", f"## {part or 'Rules'}"]
        lines += ["", *_rule(rule, book, cases)]
    return "\n".join(lines) + "\n"


def _summary(pack: ast.Pack, cases: CaseFile) -> Iterator[str]:
    verified = sum(rule.status == "verified" for rule in pack.rules)
    used = ", ".join(f"{use.kind} `{use.name}` {use.version}" for use in pack.uses)
    yield (
        f"Version {pack.version}, jurisdiction {pack.jurisdiction}; uses {used}. {len(pack.rules)} rules, of which "
        f"{verified} verified; {len(pack.defines)} terms; {len(cases.cases)} cases. Decided at "
        f"{', '.join(_points(pack))}."
    )


def _term(define: ast.Define, book: Book) -> Iterator[str]:
    yield f"**`{define.name}`** of {define.entity}. {book.define(define)}"
    yield from ("", *_items(_origin(define.cite, define.status, define.status_note, define.dates)))
    yield from _items(("Note", note) for note in define.notes)


def _rule(rule: ast.Rule, book: Book, cases: CaseFile) -> Iterator[str]:
    yield f"### {rule.id} {rule.title}"
    for line in rule.quote:
        yield from ("", f"> {line}")
    yield from ("", book.rule(rule), "")
    yield from _items(_origin(rule.cite, rule.status, rule.status_note, rule.dates))
    yield from _items((("Decided", DECIDED[rule.decided]),) if rule.decided else ())
    yield from _items((("At", ", ".join(rule.points)),))
    yield from _items((("Binds", book.condition(rule.binds.where)),) if rule.binds is not None else ())
    classes = ", ".join(f"`{name}`" for name in rule.classes) or "all"
    yield from _items((("Data classes", classes),))
    yield from _items(("Duty", book.duty(duty)) for duty in rule.duties)
    yield from _items((("The asker reads", str(rule.told)),) if rule.told is not None else ())
    yield from _items(("Note", note) for note in rule.notes)
    named = [case for case in cases.cases if rule.id in case.rules]
    yield from [f"- Cases ({len(named)}):", *(f"  - {case.name}" for case in named)] if named else []
    excuse = cases.without_case.get(str(rule.id))
    yield from _items((("No case shows it biting", excuse),) if excuse else ())


def _origin(
    cite: str | None, status: str | None, note: str | None, dates: ast.Dates | None
) -> Iterator[tuple[str, str]]:
    yield "Citation", str(cite or "none")
    left = f"; still to read: {note}" if note else ""
    yield "Status", f"{status or 'none'}{left}"
    if dates is not None:
        first = dates.first.isoformat() if dates.first else "an unknown day"
        yield "In force", f"from {first}" + (f" to {dates.last.isoformat()}" if dates.last else "")


def _items(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"- {name}: {text}" for name, text in pairs)


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")
