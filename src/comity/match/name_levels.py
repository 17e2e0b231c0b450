"""How two names compare: a level for the family name, the given name, the middle names and the suffix."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from comity.match.frequencies import UNLISTED_GIVEN, UNLISTED_SURNAME, given_shares, surname_shares
from comity.match.names import Name, without_article
from comity.match.phonetics import skeleton
from comity.match.variants import are_variants

CLOSE = 0.92  # Jaro-Winkler: about one letter wrong in seven
SIMILAR = 0.84  # about two letters wrong in eight
SHORTEST_CLOSE = 4  # one letter wrong in a name of three is another name
STRONG_LEVELS = frozenset({"exact", "part", "variant", "joined"})  # strong enough to be read in swapped order


class Term(NamedTuple):
    """One comparison at one level. `share` is the name's own share of the population, 0.0 where u is the table's."""

    comparison: str
    level: str
    share: float = 0.0


def token_level(one: str, other: str) -> str:
    """`exact`, `variant` (known forms of one name), `close`, `similar` or `different` for two folded tokens."""
    if one == other:
        return "exact"
    if are_variants(one, other):
        return "variant"
    likeness = JaroWinkler.similarity(one, other)
    shorter = min(len(one), len(other))
    if shorter >= SHORTEST_CLOSE and (likeness >= CLOSE or OSA.distance(one, other, score_cutoff=1) <= 1):
        return "close"
    if shorter > 2 and (likeness >= SIMILAR or skeleton(one) == skeleton(other)):
        return "similar"
    return "different"


_RANK = {"exact": 0, "variant": 1, "close": 2, "similar": 3, "different": 4}


def surname_term(asked: Name, held: Name) -> Term | None:
    """The family names compared; None where either is not given."""
    if not asked.surnames or not held.surnames:
        return None
    shares = surname_shares()
    if asked.wild_surname:
        hit = any(token.startswith(asked.wild_surname) for token in (*held.surnames, held.joined_surname))
        return Term("surname", "prefix" if hit else "different")
    if asked.surnames == held.surnames or asked.joined_surname == held.joined_surname:
        share = min(shares.get(token, UNLISTED_SURNAME) for token in asked.surnames)
        return Term("surname", "exact", share)
    level, one, other = _best_pair(asked.surnames, held.surnames)
    share = shares.get(one, UNLISTED_SURNAME)
    if level == "exact":
        if len(asked.surnames) == len(held.surnames) and set(asked.surnames) == set(held.surnames):
            return Term("surname", "part", share)
        return Term("surname", "part", 2 * share)
    if level != "variant" and _are_spelling_variants(asked, held):
        level = "variant"
    if level in ("variant", "close", "similar"):
        return Term("surname", level, 2 * (share + shares.get(other, UNLISTED_SURNAME)))
    return Term("surname", "different")


def _are_spelling_variants(asked: Name, held: Name) -> bool:
    """Same sound once an article is taken off, or once all parts are written together."""
    for one in asked.surnames:
        for other in held.surnames:
            bare_one, bare_other = without_article(one) or one, without_article(other) or other
            if (bare_one, bare_other) != (one, other) and token_level(bare_one, bare_other) in (
                "exact",
                "variant",
            ):
                return True
    return False


def _best_pair(ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, str, str]:
    best = ("different", ones[0], others[0])
    for one in ones[:3]:
        for other in others[:3]:
            level = token_level(one, other)
            if _RANK[level] < _RANK[best[0]]:
                best = (level, one, other)
                if level == "exact":
                    return best
    return best


def given_term(asked: Name, held: Name) -> Term | None:
    """The first given names compared; None where either is not given."""
    if not asked.givens or not held.givens:
        return None
    one, other = asked.givens[0], held.givens[0]
    shares = given_shares()
    share = shares.get(one, UNLISTED_GIVEN)
    if asked.wild_given:
        hit = held.joined_given.startswith(asked.wild_given)
        return Term("given", "prefix" if hit else "different")
    if one == other:
        return Term("given", "exact", share)
    if len(one) == 1 or len(other) == 1:
        return Term("given", "initial" if one[0] == other[0] else "different")
    if asked.joined_given == held.joined_given or asked.joined_given == other or one == held.joined_given:
        return Term("given", "joined", share)
    level = token_level(one, other)
    if level != "different":
        return Term("given", level, share + shares.get(other, UNLISTED_GIVEN))
    if other in asked.givens[1:] or one in held.givens[1:]:
        return Term("given", "crossed", share)
    return Term("given", "different")


def middle_term(asked: Name, held: Name, given_level: str) -> Term | None:
    """The second given names compared; None where either has none or the first names already used them."""
    if given_level in ("joined", "crossed", "different") or len(asked.givens) < 2 or len(held.givens) < 2:
        return None
    one, other = asked.givens[1], held.givens[1]
    if one == other and len(one) > 1:
        return Term("middle", "exact", given_shares().get(one, UNLISTED_GIVEN))
    if len(one) == 1 or len(other) == 1:
        return Term("middle", "initial" if one[0] == other[0] else "different")
    level = token_level(one, other)
    return Term("middle", "close" if level != "different" else "different")


def suffix_term(asked: Name, held: Name) -> Term | None:
    """Junior and senior are two people; a suffix on one side only says nothing."""
    if not asked.suffix or not held.suffix:
        return None
    return Term("suffix", "same" if asked.suffix == held.suffix else "conflict")
