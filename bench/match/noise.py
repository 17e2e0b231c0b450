"""How a clerk writes a person down: the error kinds of the hard set, each with its rate and its label.

Rates are those of a question (`strength` 1); the file carries a quarter of them. What is no error, and drawn anew in
each writing: which spelling of a Middle Eastern name, which form of a Spanish double surname, whether two syllables
are written apart, joined or hyphenated, and how much of a middle name.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from match.names import ASIAN, LATINO, MENA, Names
from match.people import Person
from match.places import make_home, write_home
from match.spellings import Roll, Spellings, mishear, misscan, mistype, pick

FILE_STRENGTH, QUESTION_STRENGTH = 0.25, 1.0
TYPING, PHONETIC, OCR = 0.07, 0.06, 0.02  # of each name part; together 15 %
NICKNAME = (
    0.45  # of those whose given name has one: about 14 % of the questions about White people, 9 to 10 % of others
)
SWAPPED_DATE = 0.165  # of those born on a day that could be a month: 6 % of all
DATE_DIGIT, YEAR_OFF, YEAR_ONLY, NO_DATE = 0.08, 0.04, 0.04, 0.10
NO_ADDRESS, MOVED, UNIT_MISSING = 0.5, 0.15, 0.3
NO_NUMBER, NUMBER_SLIP = 0.85, 0.06
NO_SEX, MARRIED = 0.15, 0.06
ORDER_SWAP, ORDER_SWAP_EAST = 0.03, 0.12  # the latter for Asian and Middle Eastern names
ROMANISATION = 0.25  # of listed Chinese, Korean and Vietnamese surnames
INITIAL, MIDDLE_FIRST = 0.03, 0.02  # given name as an initial; middle name in the place of the given
DOUBLE_FORMS = ("{0} {1}", "{0}-{1}", "{0}", "{1}", "{1} {0}")
SPLIT_FORMS = ("{0} {1}", "{0}{1}", "{0}-{1}")


@dataclass(slots=True)
class Written:
    """One writing of a person. `forms` tells which spelling and form were chosen, to compare two writings."""

    surname: str
    given: str
    middle: str
    birth: str = ""
    sex: str = ""
    address: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    errors: list[str] = field(default_factory=list)
    forms: tuple[str, str, str] = ("", "", "")  # double-surname form, split form, spelling


class Clerk:
    """Writes people down from one stream of draws at one strength of noise."""

    def __init__(self, names: Names, roll: Roll, strength: float) -> None:
        self._names, self._roll, self._strength = names, roll, strength
        self._errors: list[str] = []

    def _errs(self, kind: str, chance: float) -> bool:
        if self._roll() < chance * self._strength:
            self._errors.append(kind)
            return True
        return False

    def write(self, person: Person) -> Written:
        """Everything a record or a question may give."""
        written = self.write_name(person)
        written.birth = self._birth(person.born)
        written.sex = "" if self._errs("no sex", NO_SEX) else person.sex
        written.address = self._address(person)
        written.numbers = self._numbers(person)
        return written

    def write_name(self, person: Person) -> Written:
        """The name alone; begins a new list of errors."""
        self._errors = []
        surname, double, spelled = self._surname(person)
        given, middle, split, heard = self._given(person)
        swap = ORDER_SWAP_EAST if person.group in (ASIAN, MENA) else ORDER_SWAP
        if self._errs("order swap", swap):
            surname, given = given, surname
        forms = (double, split, f"{spelled} {heard}")
        return Written(surname, given, middle, errors=self._errors, forms=forms)

    def _slip(self, text: str) -> str:
        drawn = self._roll() / self._strength
        if drawn >= TYPING + PHONETIC + OCR:
            return text
        kind, slip = ("typing", mistype) if drawn < TYPING else ("phonetic", mishear)
        if drawn >= TYPING + PHONETIC:
            kind, slip = "OCR", misscan
        self._errors.append(kind)
        return slip(text, self._roll)

    def _surname(self, person: Person) -> tuple[str, str, str]:
        roll = self._roll
        if person.sex == "F" and self._errs("married name", MARRIED):
            other = pick(self._names.surname(person.group, roll), roll)
            return self._slip(other), "", other
        parts = [self._spell(one, person.group) for one in person.surnames]
        form = pick(DOUBLE_FORMS, roll) if person.group == LATINO and len(parts) == 2 else ""
        whole = form.format(*parts) if form else parts[0]
        return self._slip(whole), form, parts[0]

    def _spell(self, form: Spellings, group: str) -> str:
        if len(form) == 1:
            return form[0]
        if group == MENA:
            return pick(form, self._roll)
        return pick(form[1:], self._roll) if self._roll() < ROMANISATION * self._strength else form[0]

    def _given(self, person: Person) -> tuple[str, str, str, str]:
        roll = self._roll
        given = self._spell(person.given, person.group)
        if person.syllabic:
            form = pick(SPLIT_FORMS, roll)
            second = person.middle[0] if form != "{0}{1}" else person.middle[0].lower()
            return self._slip(form.format(given, second)), "", form, ""
        middle = self._spell(person.middle, person.group) if person.middle else ""
        heard = given
        short = nicknames().get(person.given[0]) if person.given else None
        if short and self._errs("nickname", NICKNAME):
            given = pick(short, roll)
        elif self._errs("initial", INITIAL):
            given = given[0]
        else:
            given = self._slip(given)
        if middle:
            shown = roll()
            middle = middle if shown < 0.4 else middle[0] if shown < 0.76 else ""
        if len(middle) > 1 and self._errs("middle as given", MIDDLE_FIRST):
            given, middle = middle, given
        return given, middle, "", heard

    def _birth(self, born: tuple[int, int, int]) -> str:
        if self._errs("no date", NO_DATE):
            return ""
        year, month, day = born
        if day <= 12 and day != month and self._errs("day-month swap", SWAPPED_DATE):
            month, day = day, month
        if self._errs("digit", DATE_DIGIT):
            year, month, day = self._slip_date(year, month, day)
        if self._errs("year off", YEAR_OFF):
            year = year + pick((-10, -1, 1, 10), self._roll)
            day = min(
                day, monthrange(year, month)[1]
            )  # of 29 February: the label says that the year is off, and no more
        if self._errs("year only or 1 January", YEAR_ONLY):
            return pick((f"{year}", f"{year}-{month:02}", f"{year}-01-01"), self._roll)
        return f"{year}-{month:02}-{day:02}"

    def _slip_date(self, year: int, month: int, day: int) -> tuple[int, int, int]:
        text = f"{year:04}{month:02}{day:02}"
        for _ in range(20):  # a digit that makes no date is drawn again; twenty misses leave the date as it is
            place, digit = 2 + int(self._roll() * 6), str(int(self._roll() * 10))
            trial = text[:place] + digit + text[place + 1 :]
            y, m, d = int(trial[:4]), int(trial[4:6]), int(trial[6:])
            if trial != text and 1 <= m <= 12 and 1 <= d <= monthrange(y, m)[1]:
                return y, m, d
        return year, month, day

    def _address(self, person: Person) -> str:
        if self._errs("no address", NO_ADDRESS):
            return ""
        roll = self._roll
        home = make_home(roll) if self._errs("moved", MOVED) else person.home
        unit = not (home.unit and self._errs("unit missing", UNIT_MISSING))
        return write_home(home, roll() < 0.3, unit)

    def _numbers(self, person: Person) -> tuple[tuple[str, str], ...]:
        """One number in a question; in the file, each with its own chance."""
        if self._errs("no number", NO_NUMBER):
            return ()
        roll, held = self._roll, person.numbers
        found = [("ssn", held.ssn)]
        if self._strength == QUESTION_STRENGTH:
            kind = roll()
            if kind > 0.6:
                found = [("driver-licence", held.licence)] if kind < 0.85 else [("state-id", held.state_id)]
        else:
            if roll() < 0.5:
                found.append(("driver-licence", held.licence))
            if roll() < 0.5:
                found.append(("state-id", held.state_id))
        if self._errs("number slip", NUMBER_SLIP):
            found[0] = (found[0][0], self._slip_number(found[0][1]))
        return tuple(found)

    def _slip_number(self, text: str) -> str:
        place = 1 + int(self._roll() * (len(text) - 2))
        if self._roll() < 0.3:
            return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        return text[:place] + str(int(self._roll() * 10)) + text[place + 1 :]


@lru_cache(maxsize=1)
def nicknames() -> dict[str, tuple[str, ...]]:
    """Familiar forms by formal name, from the list beside this file."""
    lines = (Path(__file__).parent / "nicknames.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(": ") for line in lines if not line.startswith("#"))
    return {formal: tuple(forms.split()) for formal, _, forms in pairs}


def errors_between(held: Written | None, asked: Written) -> tuple[str, ...]:
    """Labels of a question: errors of either writing, and what two sound writings still differ in."""
    found = list(asked.errors)
    if held is not None:
        found += held.errors
        names = ("double surname", "split given name", "other romanisation")
        found += [name for name, one, two in zip(names, held.forms, asked.forms, strict=True) if one != two]
        if "married name" in found and "other romanisation" in found:
            found.remove("other romanisation")  # another name altogether
    return tuple(dict.fromkeys(one for one in found if one not in ("no address", "no number", "no sex")))
