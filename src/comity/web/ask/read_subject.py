"""Page three of a question: whom it is about. One person, or one identifying number."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.model.codes import IdentifierKind
from comity.model.query import LIST_MARKS, Identifier, IdentifierSubject, PersonSubject, Subject
from comity.web.call import Form
from comity.web.times import date_words
from comity.web.words import Words

FIELDS = ("given", "family", "family-2", "other-name", "month", "day", "year", "id-kind", "id-number")
KINDS = tuple(IdentifierKind)
SHORTEST_PART = 2  # letters of a name that narrow anything
FIRST_YEAR = 1880


def subject_of(typed: Form) -> Subject:
    """The subject that was typed. Raises NounError for what `subject_faults` would have named."""
    kind, number = typed.one("id-kind"), typed.one("id-number")
    identifiers = (Identifier(kind=IdentifierKind(kind), value=number),) if number else ()
    family = " ".join(one for one in (typed.one("family"), typed.one("family-2")) if one)
    if not family and identifiers:
        return IdentifierSubject(identifier=identifiers[0])
    other = typed.one("other-name")
    return PersonSubject(
        family=family,
        given=typed.one("given"),
        other_names=(other,) if other else (),
        birth_date=birth_date(typed),
        identifiers=identifiers,
    )


def birth_date(typed: Form) -> str:
    """As `1984-03-04`, `1984-03`, `1984` or nothing."""
    year, month, day = (typed.one(name) for name in ("year", "month", "day"))
    if not year:
        return ""
    parts = [year.zfill(4), *([month.zfill(2)] if month else []), *([day.zfill(2)] if month and day else [])]
    return "-".join(parts)


def subject_faults(typed: Form, words: Words, today: date) -> tuple[tuple[str, str], ...]:
    """What is wrong with page three; nothing where it may be gone on from."""
    faults = [*_name_faults(typed, words), *birth_faults(typed, words, today), *_number_faults(typed, words)]
    if faults:
        return tuple(faults)
    try:
        subject_of(typed)
    except NounError as error:
        return (("family", words("ask.fault.subject", said=str(error))),)
    return ()


def _name_faults(typed: Form, words: Words) -> list[tuple[str, str]]:
    names = {name: typed.one(name) for name in ("given", "family", "family-2", "other-name")}
    if not any(names.values()) and not typed.one("id-number"):
        return [("family", words("ask.fault.nobody"))]
    for name, value in names.items():
        if any(mark in value for mark in LIST_MARKS) or " and " in f" {value.lower()} ":
            return [(name, words("ask.fault.two-people"))]
        if value and sum(char.isalpha() for char in value) < (SHORTEST_PART if "*" in value else 1):
            return [(name, words("ask.fault.wildcard"))]
    if not names["family"] and (names["given"] or names["other-name"]):
        return [("family", words("ask.fault.family"))]
    return []


def birth_faults(typed: Form, words: Words, today: date) -> list[tuple[str, str]]:
    """What is wrong with a birth date, whole or partial; nothing where none was typed."""
    year, month, day = (typed.one(name) for name in ("year", "month", "day"))
    if not (year or month or day):
        return []
    if not (year + month + day).isascii():  # other scripts' digits are digits too, and some are no numbers
        return [("year", words("ask.fault.year"))]
    if not year.isdigit() or len(year) != 4 or int(year) < FIRST_YEAR:
        return [("year", words("ask.fault.year"))]
    if (month and not month.isdigit()) or (day and not day.isdigit()) or (day and not month):
        return [("month", words("ask.fault.date"))]
    try:
        born = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return [("day", words("ask.fault.no-date", day=date_words(month, day, year, words.language)))]
    return [("year", words("ask.fault.future"))] if born > today else []


def _number_faults(typed: Form, words: Words) -> list[tuple[str, str]]:
    number = typed.one("id-number")
    if not number:
        return []
    if typed.one("id-kind") not in KINDS:
        return [("id-kind", words("ask.fault.id-kind"))]
    try:
        Identifier(kind=IdentifierKind(typed.one("id-kind")), value=number)
    except NounError as error:
        return [("id-number", words("ask.fault.subject", said=str(error)))]
    return []
