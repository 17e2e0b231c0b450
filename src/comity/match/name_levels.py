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
SOUND_ALIKE = 0.6  # names less alike than this are not called the same sound
SHORTEST_CLOSE = 4  # one letter wrong in a name of three is another name
MOST_MEMORIES = 20_000  # token pairs remembered within one question
STRONG_LEVELS = frozenset({"exact", "part", "variant", "joined"})  # strong enough to be read in swapped order
_RANK = {"exact": 0, "variant": 1, "close": 2, "similar": 3, "different": 4}


class Term(NamedTuple):
    """One comparison at one level. `share`: the name's share of the population, 0.0 where u is the table's."""

    comparison: str
    level: str
    share: float = 0.0


class NameJudge:
    """Compares names within one question and remembers token pairs only that long."""

    __slots__ = ("_givens", "_levels", "_surnames")

    def __init__(self) -> None:
        self._levels: dict[tuple[str, str], str] = {}
        self._surnames = surname_shares()
        self._givens = given_shares()

    def token_level(self, one: str, other: str) -> str:
        """`exact`, `variant` (known forms of one name), `close`, `similar` or `different` for folded tokens."""
        if one == other:
            return "exact"
        level = self._levels.get((one, other))
        if level is None:
            level = compare_tokens(one, other)
            if len(self._levels) < MOST_MEMORIES:
                self._levels[one, other] = level
        return level

    def terms(self, asked: Name, held: Name) -> tuple[Term, ...]:
        """Terms of two names: as written, or in swapped order where both parts agree strongly that way."""
        surname, given = self.surname_term(asked, held), self.given_term(asked, held)
        if _is_weak(surname) and _is_weak(given):
            swapped = self._swapped_terms(asked, held)
            if swapped:
                return swapped
        terms = [term for term in (surname, given) if term is not None]
        if given is not None and len(asked.givens) > 1 and len(held.givens) > 1:
            terms += self._middle_terms(asked, held, given.level)
        if asked.suffix and held.suffix:
            # junior and senior are two people; a suffix on one side only says nothing
            terms.append(Term("suffix", "same" if asked.suffix == held.suffix else "conflict"))
        return tuple(terms)

    def surname_term(self, asked: Name, held: Name) -> Term | None:
        """The family names compared; None where either is not given."""
        if not asked.surnames or not held.surnames:
            return None
        if asked.wild_surname:
            hit = any(token.startswith(asked.wild_surname) for token in (*held.surnames, held.joined_surname))
            return Term("surname", "prefix" if hit else "different")
        shares = self._surnames
        if asked.surnames == held.surnames or asked.joined_surname == held.joined_surname:
            return Term("surname", "exact", min(shares.get(one, UNLISTED_SURNAME) for one in asked.surnames))
        level, one, other = self._best_pair(asked.surnames, held.surnames)
        if level != "exact" and level != "variant" and self._differ_by_article(asked, held):
            level = "variant"
        if level == "different":
            return Term("surname", "different")
        share = shares.get(one, UNLISTED_SURNAME)
        if level == "exact":  # one of two family names: the other place could have held it too
            return Term("surname", "part", 2 * share)
        return Term("surname", level, 2 * (share + shares.get(other, UNLISTED_SURNAME)))

    def _differ_by_article(self, asked: Name, held: Name) -> bool:
        """The same name once an Arabic article is taken off."""
        for one in asked.surnames:
            for other in held.surnames:
                bare_one, bare_other = without_article(one), without_article(other)
                if not bare_one and not bare_other:
                    continue
                if self.token_level(bare_one or one, bare_other or other) in ("exact", "variant"):
                    return True
        return False

    def _best_pair(self, ones: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, str, str]:
        best = ("different", ones[0], others[0])
        for one in ones[:3]:
            for other in others[:3]:
                level = self.token_level(one, other)
                if level == "exact":
                    return (level, one, other)
                if _RANK[level] < _RANK[best[0]]:
                    best = (level, one, other)
        return best

    def given_term(self, asked: Name, held: Name) -> Term | None:
        """The first given names compared; None where either is not given."""
        if not asked.givens or not held.givens:
            return None
        one, other = asked.givens[0], held.givens[0]
        if asked.wild_given:
            return Term("given", "prefix" if held.joined_given.startswith(asked.wild_given) else "different")
        share = self._givens.get(one, UNLISTED_GIVEN)
        if one == other:
            return Term("given", "exact", share)
        if len(one) == 1 or len(other) == 1:
            return Term("given", "initial" if one[0] == other[0] else "different")
        if asked.joined_given == held.joined_given or asked.joined_given == other or one == held.joined_given:
            return Term("given", "joined", share)
        level = self.token_level(one, other)
        if level != "different":
            return Term("given", level, share + self._givens.get(other, UNLISTED_GIVEN))
        if other in asked.givens[1:] or one in held.givens[1:]:
            return Term("given", "crossed", share)
        return Term("given", "different")

    def _middle_terms(self, asked: Name, held: Name, given_level: str) -> tuple[Term, ...]:
        """The second given names compared, unless the first names already used them or are other names."""
        if given_level in ("joined", "crossed", "different"):
            return ()
        one, other = asked.givens[1], held.givens[1]
        if len(one) == 1 or len(other) == 1:
            return (Term("middle", "initial" if one[0] == other[0] else "different"),)
        if one == other:
            return (Term("middle", "exact", self._givens.get(one, UNLISTED_GIVEN)),)
        return (Term("middle", "close" if self.token_level(one, other) != "different" else "different"),)

    def _swapped_terms(self, asked: Name, held: Name) -> tuple[Term, ...]:
        """Order is a choice of the writer: reading it the other way costs the choice and never pays."""
        if not any(
            self.token_level(one, other) in ("exact", "variant") or one == held.joined_given
            for one in asked.surnames[:2]
            for other in held.givens[:2]
        ):
            return ()
        turned = Name(held.givens, held.surnames, held.suffix, held.joined_given, held.joined_surname)
        surname, given = self.surname_term(asked, turned), self.given_term(asked, turned)
        if surname and given and surname.level in STRONG_LEVELS and given.level in STRONG_LEVELS:
            return (surname, given, Term("order", "swapped"))
        return ()


def compare_tokens(one: str, other: str) -> str:
    """The level of two folded tokens that are not equal."""
    if are_variants(one, other):
        return "variant"
    likeness = JaroWinkler.similarity(one, other)
    if likeness < SOUND_ALIKE:
        return "different"
    shorter = min(len(one), len(other))
    if shorter >= SHORTEST_CLOSE and (likeness >= CLOSE or OSA.distance(one, other, score_cutoff=1) <= 1):
        return "close"
    if shorter > 2 and (likeness >= SIMILAR or skeleton(one) == skeleton(other)):
        return "similar"
    return "different"


def _is_weak(term: Term | None) -> bool:
    return term is not None and term.level in ("different", "similar", "initial", "crossed")
