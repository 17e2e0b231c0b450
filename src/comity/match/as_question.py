"""A person in a record, put as a question: what somebody who has the record before them would ask."""

from __future__ import annotations

from collections.abc import Mapping

from comity.errors import NounError
from comity.match.dates import Birth, read_birth
from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject

Values = Mapping[str, tuple[str, ...]]


def subject_of(values: Values) -> PersonSubject | None:
    """The question; None where the values make none, because there is no name or it is written as no question is."""
    family, _, given = _first(values, "name").partition(", ")
    birth = read_birth(_first(values, "birth-date"))
    sex = _first(values, "sex").strip()[:1].upper()
    try:
        return PersonSubject(
            family=family,
            given=given,
            birth_date=write_birth(birth) if birth else "",
            sex=Sex(sex) if sex in ("F", "M") else None,
            address=_first(values, "home-address"),
            identifiers=_numbers(values),
        )
    except NounError:
        return None


def write_birth(birth: Birth) -> str:
    """A birth date as a question writes it: ISO, as far as it is known."""
    parts = [f"{birth.year:04}"]
    parts += [f"{birth.month:02}"] if birth.month else []
    parts += [f"{birth.day:02}"] if birth.day else []
    return "-".join(parts)


def _first(values: Values, field: str) -> str:
    return next(iter(values.get(field, ())), "")


def _numbers(values: Values) -> tuple[Identifier, ...]:
    found = []
    for kind in IdentifierKind:
        for value in values.get(kind.value, ())[:1]:
            try:
                found.append(Identifier(kind=kind, value=value))
            except NounError:
                continue  # what is no number is not asked by
    return tuple(found)
