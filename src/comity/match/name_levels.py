"""How two names compare: a level for the family name, the given name, the middle names and the suffix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.match.chances import Chances, Frequencies, shipped_frequencies
from comity.match.names import GLUED_ARTICLES, Name, read_name, without_article
from comity.match.nearness import Near
from comity.match.tokens import Token
from comity.match.vocabulary import Vocabulary

MOST_NAMES = 20_000  # held names remembered within one question
MOST_TOKENS = 200  # asked words remembered within one question; a question of nine names has some fifty
STRONG_LEVELS = frozenset({"exact", "part", "variant", "joined"})  # strong enough to be read in swapped order
NOBODY_COUNTED = Frequencies({}, {})
_PARTLY = (
    {"different", "close"},
    {"different", "part"},
)  # levels of both parts that a whole name may lie behind, turned
_RANK = {"exact": 0, "variant": 1, "close": 2, "similar": 3, "different": 4}


class Term(NamedTuple):
    """One comparison at one level. `share`: the name's share of the population, 0.0 where u is the table's."""

    comparison: str
    level: str
    share: float = 0.0


SURNAMES_DIFFER, GIVENS_DIFFER = Term("surname", "different"), Term("given", "different")
_Part = tuple[tuple[str, ...], str]  # the words of one part of a held name, and all of them joined
Terms = tuple[Term, ...]


class _Known:
    """What one asked name is known to make of held ones: of their parts and of whole texts."""

    __slots__ = ("asked", "givens", "surnames", "texts")

    def __init__(self, asked: Name) -> None:
        self.asked = asked
        self.surnames: dict[_Part, Term | None] = {}
        self.givens: dict[_Part, Term | None] = {}
        self.texts: dict[str, Terms] = {}


class NameJudge:
    """Reads and compares names within one question, and remembers what it read and compared only that long."""

    __slots__ = ("_chances", "_known", "_last", "_names", "_tokens")

    def __init__(self, frequencies: Frequencies | None = None) -> None:
        self._names: dict[str, Name] = {}
        self._known: dict[Name, _Known] = {}
        self._last: _Known | None = None
        self._tokens: dict[str, Token] = {}
        self._chances = Chances(frequencies or shipped_frequencies())

    @classmethod
    def of_levels(cls) -> NameJudge:
        """A judge for those who want levels alone: it counts nobody, and gives every term the share 0."""
        return cls(NOBODY_COUNTED)

    def read(self, text: str) -> Name:
        """`read_name`, once for each text."""
        name = self._names.get(text)
        if name is None:
            name = read_name(text)
            if len(self._names) < MOST_NAMES:
                self._names[text] = name
        return name

    def token_level(self, one: str, other: str) -> str:
        """`exact`, `variant` (known forms of one name), `close`, `similar` or `different` for folded tokens."""
        return self._token(one).level(other)

    def _token(self, word: str) -> Token:
        token = self._tokens.get(word)
        if token is None:
            token = Token(word)
            if len(self._tokens) < MOST_TOKENS:
                self._tokens[word] = token
        return token

    def find_near(self, vocabulary: Vocabulary, asked: Sequence[str]) -> list[Near]:
        """The words of a file near each of some asked ones."""
        return self._chances.find_near(vocabulary, asked)

    def chance(self, part: str, asked: str, level: str) -> float:
        """The share of people whose `surname` or `given` name stands at a level from an asked word."""
        return self._chances.at_level(part, asked, level)

    def terms_of(self, asked: Name, text: str) -> Terms:
        """`terms` of an asked name and a record's, which is read."""
        known = self._of(asked)
        terms = known.texts.get(text)
        if terms is None:
            terms = self._compare(known, self.read(text))
            if len(known.texts) < MOST_NAMES:
                known.texts[text] = terms
        return terms

    def terms(self, asked: Name, held: Name) -> Terms:
        """Terms of two names: as written, or in swapped order where that way both parts are alike."""
        return self._compare(self._of(asked), held)

    def _compare(self, known: _Known, held: Name) -> Terms:
        asked = known.asked
        surname, given = self._known_surname(known, held), self._known_given(known, held)
        if _may_be_turned(surname, given):
            other = self._swapped_terms(known, held) or self._single_terms(asked, held)
            if not other and surname == SURNAMES_DIFFER and given == GIVENS_DIFFER:
                other = self._half_terms(self._of(_turned(asked)), held)
            if other:
                return other
        terms = [term for term in (surname, given) if term is not None]
        if given is not None and len(asked.givens) > 1 and len(held.givens) > 1:
            terms += self._middle_terms(asked, held, given.level)
        if asked.suffix and held.suffix:
            # junior and senior are two people; a suffix on one side only says nothing
            terms.append(Term("suffix", "same" if asked.suffix == held.suffix else "conflict"))
        return tuple(terms)

    def _known_surname(self, known: _Known, held: Name) -> Term | None:
        """`surname_term`, once for each family name: many people share one."""
        part = held.surnames, held.joined_surname
        if part in known.surnames:
            return known.surnames[part]
        term = self.surname_term(known.asked, held)
        if len(known.surnames) < MOST_NAMES:
            known.surnames[part] = term
        return term

    def _known_given(self, known: _Known, held: Name) -> Term | None:
        """`given_term`, once for all given names of a person."""
        part = held.givens, held.joined_given
        if part in known.givens:
            return known.givens[part]
        term = self.given_term(known.asked, held)
        if len(known.givens) < MOST_NAMES:
            known.givens[part] = term
        return term

    def _of(self, asked: Name) -> _Known:
        """What is known of an asked name; a question asks one many times in a row."""
        if self._last is not None and self._last.asked is asked:
            return self._last
        known = self._known.get(asked)
        if known is None:
            known = _Known(asked)
            if len(self._known) < MOST_TOKENS:
                self._known[asked] = known
        self._last = known
        return known

    def surname_term(self, asked: Name, held: Name) -> Term | None:
        """The family names compared; None where either is not given."""
        if not asked.surnames or not held.surnames:
            return None
        if asked.wild_surname:
            hit = any(token.startswith(asked.wild_surname) for token in (*held.surnames, held.joined_surname))
            return Term("surname", "prefix" if hit else "different")
        if asked.surnames == held.surnames or asked.joined_surname == held.joined_surname:
            return Term("surname", "exact", min(self.chance("surname", one, "exact") for one in asked.surnames))
        places = 2 if len(asked.surnames) > 1 or len(held.surnames) > 1 else 1
        level, one = self._best_pair(asked, held)
        if level == "different":
            return Term("surname", "different")
        # one of two family names: the other place could have held it too
        return Term("surname", "part" if level == "exact" else level, places * self.chance("surname", one, level))

    def _best_pair(self, asked: Name, held: Name) -> tuple[str, str]:
        best = ("different", asked.surnames[0])
        words = _whole(held.surnames, held.joined_surname)
        for one in _whole(asked.surnames, asked.joined_surname):
            token, bare = self._token(one), without_article(one)
            for other in words:
                level = token.level(other)
                if level == "exact":
                    return (level, one)
                if (
                    level != "variant"
                    and (bare or other[:2] in GLUED_ARTICLES)
                    and self._differ_by_article(one, other)
                ):
                    level = "variant"
                if _RANK[level] < _RANK[best[0]]:
                    best = (level, one)
        return best

    def _differ_by_article(self, one: str, other: str) -> bool:
        """The same name once an Arabic article is taken off."""
        bare_one, bare_other = without_article(one), without_article(other)
        if not bare_one and not bare_other:
            return False
        return self.token_level(bare_one or one, bare_other or other) in ("exact", "variant")

    def given_term(self, asked: Name, held: Name) -> Term | None:
        """The first given names compared; None where either is not given.

        A lone initial beside a first and a second name is that of the second: who writes one letter leaves out the first.
        """
        if not asked.givens or not held.givens:
            return None
        one, other = asked.givens[0], held.givens[0]
        if asked.wild_given:
            return Term("given", "prefix" if held.joined_given.startswith(asked.wild_given) else "different")
        if _is_lone_initial(asked) and len(other) > 1 and len(held.givens) > 1:
            return Term("middle", "initial" if one[0] == held.givens[1][0] else "different")
        if _is_lone_initial(held) and len(one) > 1 and len(asked.givens) > 1:
            return Term("middle", "initial" if other[0] == asked.givens[1][0] else "different")
        if len(one) == 1 or len(other) == 1:  # one letter says no more where both give it
            return Term("given", "initial" if one[0] == other[0] else "different")
        if one == other:
            return Term("given", "exact", self.chance("given", one, "exact"))
        if asked.joined_given == held.joined_given or asked.joined_given == other or one == held.joined_given:
            return Term("given", "joined", self.chance("given", one, "exact"))
        level, compared = self.token_level(one, other), one
        if level == "different" and (len(asked.givens) > 1 or len(held.givens) > 1):
            level, compared = self.token_level(asked.joined_given, held.joined_given), asked.joined_given
        if level != "different":
            return Term("given", level, self.chance("given", compared, level))
        if other in asked.givens[1:] or one in held.givens[1:]:
            return Term("given", "crossed", self.chance("given", one, "exact"))
        return Term("given", "different")

    def _middle_terms(self, asked: Name, held: Name, given_level: str) -> Terms:
        """The second given names compared, unless the first names already used them."""
        if given_level in ("joined", "crossed"):
            return ()
        if given_level in ("variant", "close", "similar"):
            first = self.token_level(asked.givens[0], held.givens[0])
            if first == "different":  # it is of all given names written as one
                return ()
        one, other = asked.givens[1], held.givens[1]
        if len(one) == 1 or len(other) == 1:
            return (Term("middle", "initial" if one[0] == other[0] else "different"),)
        if one == other:
            return (Term("middle", "exact", self.chance("given", one, "exact")),)
        return (Term("middle", "close" if self.token_level(one, other) != "different" else "different"),)

    def _swapped_terms(self, known: _Known, held: Name) -> Terms:
        """Order is a choice of the writer: reading it the other way costs the choice and never pays.

        Whose order is the other is not known: the record's is turned, or where that does not make them alike the asker's.
        """
        turned = self._alike_terms(known, _turned(held))
        return turned or self._alike_terms(self._of(_turned(known.asked)), held)

    def _alike_terms(self, known: _Known, held: Name) -> Terms:
        """The parts compared where both are alike, beside the choice of the order."""
        surname, given = self._known_surname(known, held), self._known_given(known, held)
        if surname is not None and given is not None and _are_alike(surname.level, given.level):
            return (surname, given, Term("order", "swapped"))
        return ()

    def _half_terms(self, known: _Known, held: Name) -> Terms:
        """The parts compared where one is the same name and the other differs, beside the choice of the order.

        Who has married, or whose other name is miswritten beyond likeness, may have been written the other way round too.
        """
        surname, given = self._known_surname(known, held), self._known_given(known, held)
        if surname is not None and given is not None and _are_half_alike(surname.level, given.level):
            return (surname, given, Term("order", "swapped"))
        return ()

    def _single_terms(self, asked: Name, held: Name) -> Terms:
        """Who gives one name may have given the given name: read so, it costs the choice of the order."""
        if _is_single(asked) and held.givens:
            given = self.given_term(_as_given(asked), held)
        elif _is_single(held) and asked.givens:
            given = self.given_term(asked, _as_given(held))
        else:
            return ()
        return (given, Term("order", "swapped")) if given is not None and given.level in STRONG_LEVELS else ()


def contradict(terms: Terms) -> bool:
    """Whether two names are the same but for another middle name or another generation: of two people of one name."""
    levels = {term.comparison: term.level for term in terms}
    return (
        levels.get("surname") in STRONG_LEVELS
        and levels.get("given") in STRONG_LEVELS
        and (levels.get("middle") == "different" or levels.get("suffix") == "conflict")
    )


def compared_words(name: Name) -> tuple[str, ...]:
    """The words of a name that are compared."""
    joined = tuple([word for word in (name.joined_surname, name.joined_given) if word])
    return (*name.surnames[:3], *name.givens[:2], *joined)


def _whole(tokens: tuple[str, ...], joined: str) -> tuple[str, ...]:
    """Up to three words of a family name, and all of them written as one where there are several."""
    return (*tokens[:3], joined) if joined and joined not in tokens else tokens[:3]


def _is_lone_initial(name: Name) -> bool:
    return len(name.givens) == 1 and len(name.givens[0]) == 1


def _is_single(name: Name) -> bool:
    """Whether a name is of one part, with initials at most beside it."""
    return bool(name.surnames) and not name.wild_surname and all(len(one) == 1 for one in name.givens)


def _as_given(name: Name) -> Name:
    """A single name read as a given name."""
    return Name((), (*name.surnames, *name.givens), name.suffix, "", name.joined_surname + name.joined_given)


def _turned(name: Name) -> Name:
    """A name with its parts in the other order."""
    return Name(name.givens, name.surnames, name.suffix, name.joined_given, name.joined_surname)


def _are_alike(surname: str, given: str) -> bool:
    """Whether both parts of a name are alike in swapped order, one of them by more than its sound.

    An initial, or a given name in another place, says enough only beside a family name that agrees.
    """
    if "different" in (surname, given) or "prefix" in (surname, given):
        return False
    if given in ("initial", "crossed"):
        return surname in STRONG_LEVELS
    return not surname == given == "similar"


def _are_half_alike(surname: str, given: str) -> bool:
    """Whether one part of a name is strong in swapped order though the other is another name."""
    return (surname == "different" and given in STRONG_LEVELS) or (
        given == "different" and surname in STRONG_LEVELS
    )


def _may_be_turned(surname: Term | None, given: Term | None) -> bool:
    """Whether the other order is tried: both parts are weak as written, or one differs and the other is not the whole name."""
    if surname is None:
        return False
    if given is None:
        return _is_weak(surname)
    return (_is_weak(surname) and _is_weak(given)) or {surname.level, given.level} in _PARTLY


def _is_weak(term: Term | None) -> bool:
    return term is not None and term.level in ("different", "similar", "initial", "crossed")
