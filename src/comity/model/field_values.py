"""Which texts can stand in a record's field, by the field's kind; and the English of what is said of one that cannot.

What readers bring from documents and what a custodian writes by hand go by the same kinds. A text of any other field is the
owner's own.
"""

from __future__ import annotations

import re
from datetime import date
from types import MappingProxyType

from comity.errors import NounError
from comity.model.codes import Sex
from comity.model.query import check_partial_date
from comity.model.sentence import Said, say

SENTENCES = MappingProxyType(
    {
        "value.birth-date": "{text} is no birth date; write it as 1984-03-12, or 1984 where no more is known",
        "value.birth-later": "a birth date is after today; write the day of birth as 1984-03-12",
        "value.date": "{text} is no date; write it as 2024-03-12, or 2024 where no more is known",
        "value.sex": "{text} is no sex that is recorded; write F, M or X, and nothing where it is not known",
        "value.name": "a name has no comma; write it as `Family, Given`",
    }
)
SEXES = frozenset(one.value for one in Sex)
NAMES = frozenset({"name", "former-name"})  # an alias is as it was heard
LONGEST_SHOWN = 40  # of a text that is none; more is a paragraph
_DAY = r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?"
_HOUR = r"T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)"
_DATE = re.compile(rf"{_DAY}(?:{_HOUR})?{_ZONE}?", re.ASCII)  # a date or date-time as NIEM documents have it
FROM_TO = " to "  # between the two ends of what lasted
PERMIT = "permit "  # before the second date of a registered firearm


def value_fault(field: str, text: str, today: date) -> Said | None:
    """What is wrong with a text in a field; None where it can stand there. `today` is the owner's day."""
    if field == "birth-date":
        return _birth_fault(text, today)
    if field == "sex" and text not in SEXES:
        return _said("value.sex", text)
    if field.endswith("-date") and not all(_is_date(one) for one in text.removeprefix(PERMIT).split(FROM_TO)):
        return _said("value.date", text)
    return None


def name_fault(field: str, text: str) -> Said | None:
    """What is wrong with a name written by hand; None for one of a single word, which is all of that person's name.

    Of two words without a comma nobody can say which is the family's, and it would be found by the wrong one.
    """
    family, comma, _ = text.partition(",")
    if field not in NAMES or (family.strip() and (comma or len(text.split()) == 1)):
        return None
    return say(SENTENCES, "value.name")


def _birth_fault(text: str, today: date) -> Said | None:
    try:
        check_partial_date(text)
    except NounError:
        return _said("value.birth-date", text)
    later = text > today.isoformat()[: len(text)]  # of a month or a year alone only one that has not begun
    return say(SENTENCES, "value.birth-later") if later else None


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if found is None:
        return False
    try:
        date(*(int(found[place] or 1) for place in (1, 2, 3)))
    except ValueError:
        return False
    return True


def _said(code: str, text: str) -> Said:
    quoted = f"`{text[:LONGEST_SHOWN]}`"  # in quotes no number, so that `0420` is found again as it was written
    return say(SENTENCES, code, text=quoted)
