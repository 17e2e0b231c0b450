"""One question against one record: a comparison per kind of evidence, each with level, weight and values.

A field outside `asked_allowed` or absent from the candidate is missing: no agreement, no disagreement, weight 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import AGREE_LEVELS, Address, compare_addresses, read_address
from comity.match.dates import AGREEING_BIRTHS, Birth, compare_births, read_birth, slip_variants
from comity.match.identifiers import compare_forms, forms, slip_forms
from comity.match.name_levels import NameJudge, Term, Terms
from comity.match.names import Name, asked_names
from comity.match.objects import OBJECT_FIELDS, object_forms, object_of, plate_of
from comity.match.packed import building_of
from comity.match.traits import ADDRESS_FIELDS, NAME_FIELDS
from comity.match.weights import MILLINATS, PPM, Weights, crowds_of, frequencies_of
from comity.model.query import AddressSubject, IdentifierSubject, PersonSubject, PlateSubject, Subject

FAMILY = "family"  # the rows that tell what relatives share
SHARED = ("surname", "given", "birth-date", "address")
OTHER_NAME = Term("alias", "other")
_AGAINST = frozenset({"different", "conflict"})
HIGHEST_RATIO = 600.0  # nats; a float's exp ends at 709
MOST_HELD_VALUES = 12  # values of one field compared for one record
MOST_REMEMBERED = (
    20_000  # sums and levels remembered within one question, which compares a thousand people at most
)

Key = TypeVar("Key")
Found = TypeVar("Found")


class Comparison(NamedTuple):
    """One kind of evidence compared; `source` is the held field.

    `weight` (millinats) is the sum over `terms`, less what relatives would have in common where `family` says so.
    """

    field: str
    verdict: str
    weight: int
    terms: Terms = ()
    asked: str = ""
    held: str = ""
    source: str = ""
    family: bool = False

    @property
    def level(self) -> str:
        return self.terms[0].level if self.terms else "missing"


class AskedNumber(NamedTuple):
    """An identifying number or a thing's number: field, text as asked, the forms it is compared under.

    `slips` are the forms one slip away; a thing's number has none.
    """

    field: str
    text: str
    forms: tuple[str, ...]
    slips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A subject prepared for comparison with many records: only what the asker may match on is in it.

    Two sets of permitted fields that leave the same of a subject make equal questions, which find the same people.
    """

    names: tuple[Name, ...]
    name_texts: tuple[str, ...]
    name_fields: tuple[str, ...]
    birth: Birth | None
    birth_text: str
    sex: str
    address: Address | None
    address_text: str
    address_fields: tuple[str, ...]
    numbers: tuple[AskedNumber, ...]
    closed: tuple[tuple[str, str], ...]
    plate_state: str = ""

    @property
    def is_undated(self) -> bool:
        """Whether a name may be matched on and no date of birth, not even a part of one."""
        return bool(self.names) and self.birth is None

    @property
    def name_fields_at(self) -> tuple[int, ...]:
        """Places of the name fields in `traits.NAME_FIELDS`."""
        return tuple(NAME_FIELDS.index(field) for field in self.name_fields)

    @property
    def address_fields_at(self) -> tuple[int, ...]:
        """Places of the address fields in `traits.ADDRESS_FIELDS`."""
        return tuple(ADDRESS_FIELDS.index(field) for field in self.address_fields)


def prepare(subject: Subject, allowed: frozenset[str]) -> Question:
    """Read a subject once. What was given but is closed to matching is kept in `closed`, to be shown missing."""
    if not isinstance(subject, PersonSubject):
        return _prepare_single(subject, allowed)
    given = " ".join(part for part in (subject.given, subject.middle, subject.suffix) if part)
    texts = (f"{subject.family}, {given}" if given else subject.family, *subject.other_names)
    name_fields = tuple(field for field in NAME_FIELDS if field in allowed)
    address_fields = tuple(field for field in ADDRESS_FIELDS if field in allowed and subject.address)
    birth_open = "birth-date" in allowed
    sex = subject.sex.value if subject.sex else ""
    numbers = tuple((number.kind.value, number.value) for number in subject.identifiers)
    closed = [] if name_fields else [("name", texts[0])]
    closed += [("birth-date", subject.birth_date)] if subject.birth_date and not birth_open else []
    closed += [("sex", sex)] if sex and "sex" not in allowed else []
    closed += [("address", subject.address)] if subject.address and not address_fields else []
    closed += [(kind, value) for kind, value in numbers if kind not in allowed]
    return Question(
        names=asked_names(subject) if name_fields else (),
        name_texts=texts,
        name_fields=name_fields,
        birth=read_birth(subject.birth_date) if subject.birth_date and birth_open else None,
        birth_text=subject.birth_date,
        sex=sex if "sex" in allowed else "",
        address=read_address(subject.address) if subject.address and address_fields else None,
        address_text=subject.address,
        address_fields=address_fields,
        numbers=tuple(_asked_number(kind, value) for kind, value in numbers if kind in allowed),
        closed=tuple(closed),
    )


class Preparing:
    """One subject, read once for all that leave the same of it, however many sets of permitted fields a question meets."""

    __slots__ = ("_offered", "_questions", "_subject")

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._offered = _offered(subject)
        self._questions: dict[frozenset[str], Question] = {}

    def question(self, allowed: frozenset[str]) -> Question:
        """`prepare` of the subject."""
        open_to_it = allowed & self._offered
        question = self._questions.get(open_to_it)
        if question is None:
            question = self._questions[open_to_it] = prepare(self._subject, open_to_it)
        return question


def _offered(subject: Subject) -> frozenset[str]:
    """The fields that a subject could be matched on, whatever may be matched on."""
    if isinstance(subject, PersonSubject):
        fields = {*NAME_FIELDS, *(number.kind.value for number in subject.identifiers)}
        fields |= {"birth-date"} if subject.birth_date else set()
        fields |= {"sex"} if subject.sex else set()
        return frozenset(fields | set(ADDRESS_FIELDS) if subject.address else fields)
    if isinstance(subject, AddressSubject):
        return frozenset(ADDRESS_FIELDS)
    if isinstance(subject, IdentifierSubject):
        return frozenset({subject.identifier.kind.value})
    return frozenset({object_of(subject)[0]})


def _prepare_single(subject: Subject, allowed: frozenset[str]) -> Question:
    address = subject.address if isinstance(subject, AddressSubject) else ""
    if isinstance(subject, IdentifierSubject):
        number = (subject.identifier.kind.value, subject.identifier.value)
    else:
        number = object_of(subject)
    numbers = (number,) if number[0] else ()
    address_fields = tuple(field for field in ADDRESS_FIELDS if field in allowed and address)
    closed = [pair for pair in numbers if pair[0] not in allowed]
    closed += [("address", address)] if address and not address_fields else []
    return Question(
        names=(), name_texts=(), name_fields=(), birth=None, birth_text="", sex="",
        address=read_address(address) if address and address_fields else None,
        address_text=address, address_fields=address_fields,
        numbers=tuple(_asked_number(kind, value) for kind, value in numbers if kind in allowed),
        closed=tuple(closed),
        plate_state=subject.state if isinstance(subject, PlateSubject) else "",
    )  # fmt: skip


def _asked_number(field: str, text: str) -> AskedNumber:
    if field in OBJECT_FIELDS:
        return AskedNumber(field, text, object_forms(field, text))
    found = forms(field, text)
    return AskedNumber(field, text, found, slip_forms(found[-1]) if found else ())


class Scale:
    """Weights as a table, and the arithmetic on it. One per question.

    Somebody else agrees with a question by chance, or because they are a relative of the person: the same family name,
    the same address, now and then the same given name or a copied birth date. `weigh` counts chance alone; `family` is
    what has to come off for relatives, of whom a file holds `relatives_ppm` for every person:

        m / (u + relatives / population * r),  r = shared * m + (1 - shared) * u  for each comparison

    `shared` is the row `family` of the weights: how often a relative has the very name, address or date.
    """

    __slots__ = (
        "_births", "_crowds", "_known", "_less", "_middles", "_relatives", "_sexes", "_shared", "_slips", "_sums", "_table",
        "judge", "population", "weights",
    )  # fmt: skip

    def __init__(self, weights: Weights) -> None:
        self._table = weights.table()
        self._known: dict[Term, int] = {}  # a share is an asked word's own: a question has some fifty terms
        self._sums: dict[Terms, int] = {}
        self._less: dict[Terms, int] = {}
        self._births: dict[tuple[str, str], Comparison | None] = {}
        self._slips: dict[Birth, tuple[Birth, ...]] = {}
        self._sexes: dict[tuple[str, tuple[str, ...]], Comparison] = {}
        self._shared = {
            comparison: math.exp(self._table[FAMILY, comparison][0] / MILLINATS) for comparison in SHARED
        }
        self._relatives = math.log(max(1, weights.relatives_ppm) / PPM / weights.population)
        self._middles = weights.middles
        self._crowds = crowds_of(weights)
        self.judge = NameJudge(frequencies_of(weights))
        self.population = weights.population
        self.weights = weights

    def family(self, weights: Mapping[str, int]) -> int:
        """What comes off for relatives, at most 0, from what each comparison weighs (`SHARED` alone matters)."""
        ratio = self._relatives + sum(
            math.log(shared * math.exp(weights[comparison] / MILLINATS) + 1 - shared)
            for comparison, shared in self._shared.items()
            if comparison in weights
        )
        return -round(math.log1p(math.exp(min(ratio, HIGHEST_RATIO))) * MILLINATS)

    def families(self, weights: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """`family` of many people at once."""
        ratio = self._relatives + sum(
            np.log(shared * np.exp(weights[comparison] / MILLINATS) + 1 - shared)
            for comparison, shared in self._shared.items()
            if comparison in weights
        )
        return -np.logaddexp(0.0, ratio) * MILLINATS

    def sum_of(self, terms: Terms) -> int:
        """What several terms weigh together."""
        found = self._sums.get(terms)
        if found is None:
            found = sum(map(self.weigh, terms))
            _remember(self._sums, terms, found)
        return found

    def less_of(self, terms: Terms) -> int:
        """`family` of what the terms of all comparisons of one pair weigh."""
        found = self._less.get(terms)
        if found is None:
            found = self.family(family_weights(terms, self))
            _remember(self._less, terms, found)
        return found

    def address_term(self, level: str, asked: Address) -> Term:
        """An address at a level. Where many live in the asked building, whoever lives there says little; a unit tells more."""
        crowded = self._crowds and level in AGREE_LEVELS and not (level == "exact" and asked.unit)
        return Term("address", level, self._crowds.get(building_of(asked), 0.0) if crowded else 0.0)

    def slips(self, birth: Birth) -> tuple[Birth, ...]:
        """`slip_variants` of the date asked about, which look-up and finder both go by."""
        if birth not in self._slips:
            self._slips[birth] = slip_variants(birth)
        return self._slips[birth]

    def birth(self, question: Question, text: str) -> Comparison | None:
        """The birth date asked about and one as a record writes it; None where either is no date."""
        key = question.birth_text, text
        if key in self._births:
            return self._births[key]
        held = read_birth(text)
        found = None
        if held is not None and question.birth is not None:
            term = Term("birth-date", compare_births(question.birth, held))
            verdict = "agree" if term.level in AGREEING_BIRTHS else "disagree"
            found = Comparison(
                "birth-date", verdict, self.weigh(term), (term,), question.birth_text, text, "birth-date"
            )
        _remember(self._births, key, found)
        return found

    def sex(self, asked: str, held: tuple[str, ...]) -> Comparison:
        """The sex asked about and those of a record. X and unknown codes say nothing against anyone."""
        found = self._sexes.get((asked, held))
        if found is None:
            plain = [letter for text in held if (letter := text.strip()[:1].upper()) in ("F", "M")]
            found = Comparison("sex", "missing", 0, (), asked)
            if asked in ("F", "M") and plain:
                term = Term("sex", "agree" if asked in plain else "disagree")
                held_text = asked if asked in plain else plain[0]
                found = Comparison("sex", term.level, self.weigh(term), (term,), asked, held_text, "sex")
            _remember(self._sexes, (asked, held), found)
        return found

    def weigh(self, term: Term) -> int:
        """ln(m / (u + share)) in millinats: `share` of all people, and u of those no table lists, agree by chance.

        Middle names are compared where both have one: the share is of those who do, not of all.
        """
        weight = self._known.get(term)
        if weight is None:
            comparison, level, share = term
            m, u = self._table[comparison, level]
            if comparison == "middle":
                share /= self._middles
            if share > 0.0:
                u = min(0, round(math.log(math.exp(u / MILLINATS) + share) * MILLINATS))
            weight = self._known[term] = m - u
        return weight


def _remember(known: dict[Key, Found], key: Key, found: Found) -> None:
    if len(known) < MOST_REMEMBERED:
        known[key] = found


def compare(question: Question, values: Mapping[str, tuple[str, ...]], scale: Scale) -> tuple[Comparison, ...]:
    """All comparisons of one question with one record's open values.

    What comes off for relatives is taken from the address where that and the family name agree, else from the name.
    """
    found: list[Comparison] = []
    if question.names:
        found.append(_compare_names(question, values, scale))
    if question.birth is not None:
        found.append(_compare_birth(question, values, scale))
    if question.sex:
        former = bool(found) and found[0].source == "former-name"
        found.append(_compare_sex(question, values, scale, former))
    if question.address is not None:
        found.append(_compare_address(question, values, scale))
    if question.names:
        found = _less_family(found, scale)
    for number in question.numbers:
        found.append(_compare_number(number, values, scale, question.plate_state))
    found += [Comparison(field, "missing", 0, (), asked) for field, asked in question.closed]
    return tuple(found)


def _less_family(found: list[Comparison], scale: Scale) -> list[Comparison]:
    name = found[0]
    less = scale.less_of(tuple([term for one in found for term in one.terms])) if name.terms else 0
    if less == 0:
        return found
    place, first = 0, name.terms[0]
    if first.comparison == "surname" and first.level != "different":
        agreeing = [at for at, one in enumerate(found) if one.field == "address" and one.verdict == "agree"]
        place = agreeing[0] if agreeing else 0
    bearer = found[place]
    found[place] = bearer._replace(weight=bearer.weight + less, family=True)
    return found


def family_weights(terms: Iterable[Term], scale: Scale) -> dict[str, int]:
    """What the comparisons weigh of which relatives share the values."""
    return {term.comparison: scale.weigh(term) for term in terms if term.comparison in SHARED}


def _compare_names(question: Question, values: Mapping[str, tuple[str, ...]], scale: Scale) -> Comparison:
    best: Comparison | None = None
    main = True
    for field in question.name_fields:
        for text in values.get(field, ())[:MOST_HELD_VALUES]:
            for place, asked in enumerate(question.names):
                terms = scale.judge.terms_of(asked, text)
                if not terms:
                    continue
                if not (main and place == 0):
                    terms = (*terms, OTHER_NAME)
                found = Comparison(
                    "name",
                    name_verdict(terms),
                    scale.sum_of(terms),
                    terms,
                    question.name_texts[place],
                    text,
                    field,
                )
                best = found if best is None else _better(best, found)
            main = False
    return best or Comparison("name", "missing", 0, (), question.name_texts[0])


def _better(best: Comparison, found: Comparison) -> Comparison:
    """Agreement first, then weight: so taking a value away can never turn disagreement into agreement."""
    if (found.verdict == "agree") != (best.verdict == "agree"):
        return found if found.verdict == "agree" else best
    return found if found.weight > best.weight else best


def name_verdict(terms: Terms) -> str:
    """Names disagree where a part is different, a middle name is another, or the suffixes contradict."""
    for term in terms:
        if term.level in _AGAINST:
            return "disagree"
    return "agree"


def _compare_birth(question: Question, values: Mapping[str, tuple[str, ...]], scale: Scale) -> Comparison:
    best: Comparison | None = None
    for text in values.get("birth-date", ())[:MOST_HELD_VALUES]:
        found = scale.birth(question, text)
        if found is not None:
            best = found if best is None else _better(best, found)
    return best or Comparison("birth-date", "missing", 0, (), question.birth_text)


def _compare_sex(
    question: Question, values: Mapping[str, tuple[str, ...]], scale: Scale, former: bool
) -> Comparison:
    found = scale.sex(question.sex, values.get("sex", ()))
    if former and found.verdict == "disagree":  # a record under a former name says nothing against anyone
        return Comparison("sex", "missing", 0, (), question.sex)
    return found


def _compare_address(question: Question, values: Mapping[str, tuple[str, ...]], scale: Scale) -> Comparison:
    asked = question.address or Address("", "", "", "")
    best: Comparison | None = None
    for field in question.address_fields:
        for text in values.get(field, ())[:MOST_HELD_VALUES]:
            level = compare_addresses(asked, read_address(text))
            if level == "missing":
                continue
            term = scale.address_term(level, asked)
            verdict = "agree" if level in AGREE_LEVELS else "disagree"
            found = Comparison("address", verdict, scale.weigh(term), (term,), question.address_text, text, field)
            best = found if best is None else _better(best, found)
    return best or Comparison("address", "missing", 0, (), question.address_text)


def _compare_number(
    number: AskedNumber, values: Mapping[str, tuple[str, ...]], scale: Scale, plate_state: str
) -> Comparison:
    best: Comparison | None = None
    field = number.field
    for text in values.get(field, ())[:MOST_HELD_VALUES]:
        level = _number_level(number, text, plate_state)
        if level in ("missing", "placeholder", "placeholder-equal"):
            continue  # a number that was never issued to one person says nothing about who this is
        term = Term(field, level)
        verdict = "agree" if level == "exact" else "disagree"
        found = Comparison(field, verdict, scale.weigh(term), (term,), number.text, text, field)
        best = found if best is None else _better(best, found)
    return best or Comparison(field, "missing", 0, (), number.text)


def _number_level(number: AskedNumber, held: str, plate_state: str) -> str:
    if number.field not in OBJECT_FIELDS:
        return compare_forms(number.field, number.forms, forms(number.field, held))
    others = object_forms(number.field, held)
    if not number.forms or not others:
        return "missing"
    if plate_state and plate_of(held)[1] not in ("", plate_state):
        return "different"
    return "exact" if set(number.forms) & set(others) else "different"
