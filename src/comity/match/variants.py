"""Forms of one name: short and familiar forms, and spellings in Latin letters. Tables are our own."""

from __future__ import annotations

from functools import lru_cache

from comity.match.fold import fold
from comity.match.frequencies import read_table

MOST_FORMAL = 4  # a short form stands for at most this many formal names; more says nothing


@lru_cache(maxsize=1)
def formal_names() -> dict[str, tuple[str, ...]]:
    """For each known form, the formal names or head spellings it may stand for. Read-only by agreement."""
    found: dict[str, list[str]] = {}
    for table in ("transliterations.txt", "nicknames.txt"):
        for line in read_table(table):
            head, _, forms = line.partition(":")
            for form in forms.split():
                heads = found.setdefault(fold(form), [])
                if fold(head) not in heads and len(heads) < MOST_FORMAL:
                    heads.append(fold(head))
    return {form: tuple(heads) for form, heads in found.items()}


def formal_of(token: str) -> tuple[str, ...]:
    """The formal names a folded token may stand for, itself not included."""
    return formal_names().get(token, ())


@lru_cache(maxsize=1)
def _forms_by_head() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for form, heads in formal_names().items():
        for head in heads:
            found.setdefault(head, []).append(form)
    return {head: tuple(forms) for head, forms in found.items()}


def all_forms(token: str) -> tuple[str, ...]:
    """Every word for which `are_variants` with a folded token holds, and the token itself, first."""
    by_head, heads = _forms_by_head(), formal_of(token)
    found = dict.fromkeys((token, *heads, *by_head.get(token, ())))
    for head in heads:
        found.update(dict.fromkeys(by_head[head]))
    return tuple(found)


def are_variants(one: str, other: str) -> bool:
    """Whether two folded tokens are known forms of one name."""
    table = formal_names()
    ones = table.get(one, ())
    others = table.get(other, ())
    if one in others or other in ones:
        return True
    return any(name in others for name in ones)
