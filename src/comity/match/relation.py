"""What two records tell of each other: what they agree and differ on, and whether that says one person or two.

Two records are one person when their names are compatible, a second identifier agrees (a whole birth date, or an
identifying number) and nothing clearly conflicts. An address alone ties nobody: families share both. Names alike by
sound only tie nobody, whatever number agrees. One rule for all who ask: the asker's node that joins what several
owners released, the candidates of one owner, the proposals to its custodian.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple

from comity.match.dates import CONFLICTING_BIRTHS, Birth, compare_births, read_birth
from comity.match.identifiers import IDENTIFIER_FIELDS, LIFELONG_FIELDS, compare_numbers
from comity.match.name_levels import STRONG_LEVELS, NameJudge, Term, compared_words, contradict
from comity.match.names import Name, read_name, without_article
from comity.match.variants import all_forms

MOST_VALUES = 8
JOINED = 2  # the weakest relation that says `one person`
# one name and a birth date one slip away, or one number and names alike by sound: neither one person nor rivals
WEAK_LINK = 1
TYING_BIRTHS = frozenset({"exact", "swapped", "typo"})  # beside one name, without any number
NEAREST_FIRST = (
    "exact", "swapped", "typo", "january-exact", "year-month", "year", "january", "january-typo", "near", "different",
)  # fmt: skip
STRONG, COMPATIBLE, ALIKE = 3, 2, 1  # how two names fit; 0 is another name


class Reading(NamedTuple):
    """The identifying values of one record, read once."""

    owner: str
    names: tuple[Name, ...]
    births: tuple[Birth, ...]
    sexes: frozenset[str]
    numbers: Mapping[str, tuple[str, ...]]

    @property
    def content(self) -> Hashable:
        """All that two records are compared by but whose they are: several owners' records of one person are often alike."""
        return self.names, self.births, self.sexes, tuple(self.numbers.items())


def read_values(
    owner: str, values: Mapping[str, tuple[str, ...]], read: Callable[[str], Name] = read_name
) -> Reading:
    """Read the values two records are compared by; `read` of who has read their names before."""
    names = [*values.get("name", ()), *values.get("alias", ())]
    births = (read_birth(text) for text in values.get("birth-date", ())[:MOST_VALUES])
    sexes = frozenset(text.strip().upper()[:1] for text in values.get("sex", ()) if text.strip())
    return Reading(
        owner=owner,
        names=tuple(map(read, names[:MOST_VALUES])),
        births=tuple(birth for birth in births if birth is not None),
        sexes=sexes & {"F", "M"},
        numbers={field: values[field][:MOST_VALUES] for field in IDENTIFIER_FIELDS if values.get(field)},
    )


class Relation(NamedTuple):
    """What two records agree and differ on.

    `fit` is how the names fit (see `fit_of`), `named` whether both have one; `birth` the best level of
    `compare_births`, or `missing`; `exact` and `conflicts` are kinds of number that agree exactly and that differ.
    """

    fit: int
    named: bool
    birth: str
    sexes_differ: bool
    exact: tuple[str, ...]
    conflicts: tuple[str, ...]
    same_owner: bool


def relate(one: Reading, other: Reading, judge: NameJudge | None = None) -> int:
    """How two records relate: `JOINED` or more, one person; `WEAK_LINK`; 0, not known; negative, two people.

    Whoever relates many gives one `judge` for all, which remembers the words it compared.
    """
    birth = _birth_level(one, other)
    if birth in CONFLICTING_BIRTHS:
        return (
            -1
        )  # before numbers and names, which cost more: most of those a question finds were born on other days
    numbers = _number_levels(one, other)
    if _conflicts(birth, numbers[1]):
        return -1
    return strength_of(_relation(one, other, birth, numbers, judge or NameJudge.of_levels()))


def tie_of(one: Reading, other: Reading) -> str:
    """What may tie two records to one person, whatever the names say: `number`, `birth`, or empty for nothing.

    Without one `relate` is less than `WEAK_LINK`; by `birth` alone it is also where the names do not fit as `STRONG`.
    """
    birth = _birth_level(one, other)
    if birth in CONFLICTING_BIRTHS:
        return ""
    exact, conflicts = _number_levels(one, other)
    if _conflicts(birth, conflicts):
        return ""
    return "number" if exact else "birth" if birth in TYING_BIRTHS else ""


def may_tie(one: Reading, other: Reading) -> bool:
    """Whether a number or a birth date ties two records, whatever else holds them apart."""
    return _birth_level(one, other) in TYING_BIRTHS or bool(_number_levels(one, other)[0])


class Spellings(NamedTuple):
    """The words of a record's names, with and without an Arabic article, and all known forms of these."""

    words: frozenset[str]
    forms: frozenset[str]


def spellings_of(reading: Reading) -> Spellings:
    """The words that decide whether the names of a record can fit another's as `STRONG`."""
    words = {word for name in reading.names for word in compared_words(name)}
    words |= {bare for word in words if (bare := without_article(word))}
    return Spellings(frozenset(words), frozenset(form for word in words for form in all_forms(word)))


def may_fit(one: Spellings, other: Spellings) -> bool:
    """Whether names of two records may fit as `STRONG`: they have a word in common, or two forms of one name."""
    return not one.forms.isdisjoint(other.words)


def weigh(one: Reading, other: Reading) -> Relation:
    """What two records agree and differ on, where it is to be told as well."""
    return _relation(one, other, _birth_level(one, other), _number_levels(one, other), NameJudge.of_levels())


def strength_of(found: Relation) -> int:
    """`relate` of two records that were weighed before."""
    if found.fit == 0 or _conflicts(found.birth, found.conflicts):
        return -1
    lifelong_exact = LIFELONG_FIELDS & set(found.exact)
    moved = not found.same_owner and found.birth == "exact" and found.fit == STRONG
    if found.conflicts and not lifelong_exact and not moved:
        return -1  # state and licence numbers change with the state; within one owner they do not
    if found.exact:
        return JOINED + len(found.exact) + (found.birth == "exact") if found.fit > ALIKE else WEAK_LINK
    if found.fit < STRONG or found.sexes_differ:
        return 0
    return JOINED if found.birth == "exact" else WEAK_LINK if found.birth in TYING_BIRTHS else 0


def fit_of(terms: tuple[Term, ...]) -> int:
    """`STRONG`: both parts agree; `COMPATIBLE`: as a clerk writes one name twice; `ALIKE`: by sound; 0: another name."""
    levels = {term.comparison: term.level for term in terms}
    if "surname" not in levels or "different" in levels.values() or "conflict" in levels.values():
        return 0
    if "similar" in levels.values():
        return ALIKE
    strong = levels["surname"] in STRONG_LEVELS and levels.get("given") in STRONG_LEVELS
    return STRONG if strong and levels.get("middle") != "close" else COMPATIBLE


def _conflicts(birth: str, conflicts: Sequence[str]) -> bool:
    """Whether birth dates or lifelong numbers say two people, whatever else agrees."""
    return birth in CONFLICTING_BIRTHS or not LIFELONG_FIELDS.isdisjoint(conflicts)


def _relation(
    one: Reading, other: Reading, birth: str, numbers: tuple[tuple[str, ...], tuple[str, ...]], judge: NameJudge
) -> Relation:
    exact, conflicts = numbers
    return Relation(
        fit=_name_fit(one, other, judge),
        named=bool(one.names and other.names),
        birth=birth,
        sexes_differ=bool(one.sexes and other.sexes and not one.sexes & other.sexes),
        exact=exact,
        conflicts=conflicts,
        same_owner=one.owner == other.owner,
    )


def _birth_level(one: Reading, other: Reading) -> str:
    """The best level at which any of two records' birth dates compare; `missing` where either has none."""
    if len(one.births) == len(other.births) == 1:
        return compare_births(one.births[0], other.births[0])
    if not one.births or not other.births:
        return "missing"
    levels = {compare_births(a, b) for a in one.births for b in other.births}
    return next(level for level in NEAREST_FIRST if level in levels)


def _number_levels(one: Reading, other: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kinds of number that agree exactly, and kinds that differ."""
    if not one.numbers or not other.numbers:
        return (), ()
    exact, conflicts = [], []
    for field, ones in one.numbers.items():
        levels = {compare_numbers(field, a, b) for a in ones for b in other.numbers.get(field, ())}
        if "exact" in levels:
            exact.append(field)
        elif "different" in levels:
            conflicts.append(field)
    return tuple(exact), tuple(conflicts)


def _name_fit(one: Reading, other: Reading, judge: NameJudge) -> int:
    """The best that any two names fit. What is given first counts against what is given later: two main names that
    contradict each other are two people's, whatever an alias leaves out (docs/decisions/0022-careful-examiner.md).
    """
    if not one.names or not other.names:
        return 0
    if len(one.names) + len(other.names) > 2 and contradict(judge.terms(one.names[0], other.names[0])):
        return 0
    return max(fit_of(judge.terms(a, b)) for a in one.names for b in other.names)
