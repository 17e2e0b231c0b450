"""What may be said of a pair: same person, possible, or not the same person. Doubt never says `same person`.

The rule behind it (harm H1): two people who share a surname and a given name but differ in a second identifier, a
middle name or a generation are never called one person, whatever the probability. Families share a name and a house:
an address tells no father from his son (docs/decisions/0022-careful-examiner.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from comity.match.addresses import AGREE_LEVELS
from comity.match.compare import Comparison, Question
from comity.match.dates import AGREEING_BIRTHS, CONFLICTING_BIRTHS, compare_births, read_birth
from comity.match.identifiers import IDENTIFIER_FIELDS, forms, is_placeholder
from comity.match.name_levels import STRONG_LEVELS, NameJudge, contradict
from comity.match.objects import OBJECT_FIELDS
from comity.model.query import PersonSubject, Subject

SAME = "same person"
POSSIBLE = "possible"
NOT_SAME = "not the same person"
SAME_PPM = 900_000  # below nine in ten nobody should read `same`
NOT_SAME_PPM = 5_000  # one in two hundred
_STRONG_SURNAMES = STRONG_LEVELS | {"close"}
_NUMBERS = frozenset({*IDENTIFIER_FIELDS, *OBJECT_FIELDS})


class Standing(NamedTuple):
    """What the comparisons of one pair amount to, apart from probability.

    `parts_strong`: family and given name are the same, and no middle name is only near the other (Joan and Jane).
    `parts_alike`: a part of the name is alike by sound or look only. `contradicts`: what the record gives first of
    all speaks against what agreed, see `contradicts_itself`.
    """

    name: str
    parts_strong: bool
    parts_alike: bool
    parts_differ: bool
    birth: str
    sex_differs: bool
    number_agrees: bool
    number_differs: bool
    number_slips: bool
    address_agrees: bool
    contradicts: bool = False


def take_stock(comparisons: Sequence[Comparison], *, contradicts: bool = False) -> Standing:
    """Reduce comparisons to what the rules turn on."""
    by_field = {found.field: found for found in comparisons}
    name = by_field.get("name")
    levels = {term.comparison: term.level for term in name.terms} if name else {}
    numbers = [found.level for found in comparisons if found.field in _NUMBERS]
    birth, sex, address = by_field.get("birth-date"), by_field.get("sex"), by_field.get("address")
    return Standing(
        name=name.verdict if name else "not asked",
        parts_strong=levels.get("surname") in _STRONG_SURNAMES
        and levels.get("given") in STRONG_LEVELS
        and levels.get("middle") != "close",
        parts_alike="similar" in levels.values(),
        parts_differ=levels.get("surname") == "different" and levels.get("given") == "different",
        birth=birth.level if birth else "missing",
        sex_differs=sex is not None and sex.verdict == "disagree",
        number_agrees="exact" in numbers,
        number_differs="different" in numbers,
        number_slips="typo" in numbers or "exchanged" in numbers,
        address_agrees=address is not None and address.level in AGREE_LEVELS,
        contradicts=contradicts,
    )


def contradicts_itself(
    question: Question, comparisons: Sequence[Comparison], values: Mapping[str, tuple[str, ...]], judge: NameJudge
) -> bool:
    """Whether the record's own main name or first birth date contradicts what was asked, though another value agrees.

    Records carry the names and dates people gave on other days. One of them may find the record; it does not undo a
    middle name, a generation or a birth date that stands in the first place and is another.
    """
    names, births = values.get("name", ()), values.get("birth-date", ())
    if question.names and names and contradict(judge.terms_of(question.names[0], names[0])):
        return True
    agreed = any(found.field == "birth-date" and found.verdict == "agree" for found in comparisons)
    if not agreed or question.birth is None:
        return False
    first = next((read for read in map(read_birth, births) if read is not None), None)
    return first is not None and compare_births(question.birth, first) not in AGREEING_BIRTHS


def has_second_identifier(standing: Standing) -> bool:
    """An agreeing second identifier beyond the name, and none that contradicts.

    A whole birth date (1 January does not count) or an identifying number. Not sex, not the year alone, not an
    address, which a family shares. For a question about a number, thing or address, that one.
    """
    conflict = (
        standing.name == "disagree"
        or standing.number_differs
        or standing.birth in CONFLICTING_BIRTHS
        or standing.contradicts
    )
    agrees = (
        standing.birth == "exact"
        or standing.number_agrees
        or (standing.address_agrees and standing.name == "not asked")
    )
    return agrees and not conflict


def judge(standing: Standing, probability_ppm: int) -> str:
    """The word for a pair. See the module for the rule."""
    if standing.birth == "different" and not standing.number_agrees:
        return NOT_SAME
    if standing.parts_differ and not standing.number_agrees:
        return NOT_SAME
    if probability_ppm < NOT_SAME_PPM:
        return NOT_SAME
    if probability_ppm < SAME_PPM or not has_second_identifier(standing):
        return POSSIBLE
    return SAME if _is_sound(standing) else POSSIBLE


def _is_sound(standing: Standing) -> bool:
    """Whether everything that agrees agrees strongly and nothing speaks against it, a slip or the sex included.

    Under a number alone stands whoever bears it; at an address stands a household, which is nobody. A name that is
    not the same needs both a number and a birth date, brother and sister may share one of them; a part that is alike
    by sound or look only has nothing strong in it, whatever else agrees.
    """
    if standing.name == "not asked":
        return standing.number_agrees
    slips = standing.number_slips or standing.birth in ("typo", "swapped", "january", "january-typo")
    backed = standing.number_agrees and standing.birth == "exact" and not standing.parts_alike
    differ = standing.sex_differs and not standing.number_agrees
    return standing.name == "agree" and (standing.parts_strong or backed) and not slips and not differ


def is_enough_to_identify(subject: Subject) -> bool:
    """Whether a question could identify anyone: a name alone, even with sex or a year of birth, could not.

    Nor could a number that was never issued to one person.

    Source: CFPB advisory opinion on name-only matching, 86 FR 62468 (2021).
    """
    if not isinstance(subject, PersonSubject):
        return True
    birth = read_birth(subject.birth_date) if subject.birth_date else None
    numbers = any(
        not all(is_placeholder(str(one.kind), form) for form in forms(str(one.kind), one.value))
        for one in subject.identifiers
    )
    return bool(numbers or subject.address.strip() or (birth is not None and birth.month))
