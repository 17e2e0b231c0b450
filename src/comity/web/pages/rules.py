"""C5: the rules in force at this agency, and one of them in plain words, as it is written, with its cases and its use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from comity.law import ast
from comity.law.ast_words import place_of
from comity.law.book import book_of
from comity.law.cases import CaseOutcome, run_shipped_cases
from comity.law.compile import Tree, parse_text, rules_of
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.foreseen import RuleMattered
from comity.model.law_state import LawState
from comity.model.law_text import LawKind, LawText
from comity.node.draft_requests import CountRule, ShowTexts
from comity.node.office import ShowLaw
from comity.web.call import NOT_FOUND, Call, Page, Reply
from comity.web.chosen import chosen
from comity.web.sorting import Column, Table, by_number, by_time, by_word, ordered

TEXTS = tuple[LawText, ...]
TEXTS_SORT = "sort-texts"
BEGINS = ("rule ", "part ", "define ", "table ", "clause ")  # a line that begins the next provision


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One version of a rule: what it says in plain words and as it is written, and what is known of its source.

    Every second part of `plain` is the title of a term that its text defines.
    """

    id: str
    title: str
    plain: tuple[str, ...]
    duties: tuple[str, ...]
    rule: ast.Rule
    written: str


def show(call: Call) -> Reply:
    """The texts in force, and the rules of one of them; of the agency's own policy where none is named."""
    texts = _texts(call)
    own = next((one for one in texts if one.kind is LawKind.POLICY), texts[0])
    wanted = chosen(call, "text", (one.name for one in texts), default=own.name)
    shown = next(one for one in texts if one.name == wanted)
    state: LawState = call.site.door.ask(ShowLaw(owner=call.who().agency), LawState)
    tree, since = parse_text(shown), {one.hash: one.at_ms for one in state.texts}
    listed = [(one, _title(parse_text(one)), len(rules_of(parse_text(one)))) for one in texts]
    texts_shown, texts_order = ordered(call, _texts_table(call, since), listed)
    rules, order = ordered(call, _rules_table(call), rules_of(tree))
    values = {
        "texts": texts_shown,
        "texts_order": texts_order,
        "since": since,
        "chosen": shown,
        "chosen_title": _title(tree),
        "rules": rules,
        "order": order,
        "trouble": state.trouble,
    }
    return Page("rules.html", values)


def _texts_table(call: Call, since: Mapping[str, int]) -> Table[tuple[LawText, str, int]]:
    columns: dict[str, Column[tuple[LawText, str, int]]] = {
        "title": by_word(lambda row: row[1]),
        "kind": by_word(lambda row: call.words(f"rules.kinds.{row[0].kind.value}")),
        "rules": by_number(lambda row: row[2]),
        "since": by_time(lambda row: since.get(row[0].hash)),
    }
    return Table(columns, name=TEXTS_SORT, keeps=("text", "sort"))


def _rules_table(call: Call) -> Table[ast.Rule]:
    words = call.words
    columns: dict[str, Column[ast.Rule]] = {
        "title": by_word(lambda one: str(one.title)),
        "law": by_word(lambda one: str(one.cite) if one.cite else words("rules.clause")),
        "source": by_word(
            lambda one: words("rules.unverified" if one.status == "unverified" else "rules.verified")
        ),
    }
    return Table(columns, keeps=("text", TEXTS_SORT))


def one(call: Call) -> Reply:
    """One rule, every version of it that the text has."""
    text = next((one for one in _texts(call) if one.name == call.path["text"]), None)
    versions = _versions(text, call.path["rule"]) if text is not None else ()
    if text is None or not versions:
        return NOT_FOUND
    mattered: RuleMattered = call.site.door.ask(
        CountRule(member=call.who().id, rule=f"{text.name}/{versions[0].id}"), RuleMattered
    )
    values = {
        "text": text,
        "agreement": text.kind is LawKind.AGREEMENT,
        "title": versions[-1].title,
        "versions": versions,
        "today": call.now_ms,
        "cases": _cases(text, versions[0].id),
        "shipped": is_shipped(text),
        "mattered": mattered,
    }
    return Page("rule.html", values)


def is_shipped(text: LawText) -> bool:
    """Whether a text is the one that comes with the software, with which its cases come too."""
    return (
        text.kind is LawKind.PACK
        and text.name in shipped_pack_names()
        and shipped_pack(text.name).hash == text.hash
    )


def _texts(call: Call) -> TEXTS:
    found: TEXTS = call.site.door.ask(ShowTexts(member=call.who().id), TEXTS)
    return found


def _title(tree: Tree) -> str:
    return str(tree.title)


def _versions(text: LawText, rule: str) -> tuple[RuleShown, ...]:
    tree = parse_text(text)
    book = book_of(tree, load_vocabulary())
    lines = text.text.splitlines()
    return tuple(
        RuleShown(
            id=str(one.id),
            title=str(one.title),
            plain=tuple(book.rule(one).split("*")),
            duties=tuple(book.duty(duty) for duty in one.duties),
            rule=one,
            written=_written(lines, place_of(one.id).line),
        )
        for one in rules_of(tree)
        if str(one.id) == rule
    )


def _written(lines: list[str], first: int) -> str:
    """The lines of a provision, from the one its id stands in to the next that begins another."""
    rest = lines[first:]
    length = next((at for at, line in enumerate(rest) if line.startswith(BEGINS)), len(rest))
    return "\n".join(lines[first - 1 : first + length]).rstrip()


def _cases(text: LawText, rule: str) -> tuple[CaseOutcome, ...]:
    return tuple(one for one in _run(text.name) if rule in one.rules) if is_shipped(text) else ()


@lru_cache(maxsize=64)
def _run(name: str) -> tuple[CaseOutcome, ...]:
    """Every case of a pack that ships, run once in this process: neither the pack nor the engine changes while it runs."""
    return run_shipped_cases(name)
