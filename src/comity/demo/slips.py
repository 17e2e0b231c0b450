"""How files go wrong: the errors that agencies make when they write a person down, each with its label.

Which slip happens where is decided by a stream that does not look at the name (`draw_slip`); what it does to a
name follows from the name and two numbers drawn beforehand (`apply_slip`). A slip that a name cannot show, such as
the mother's surname of a person who has none on file, changes nothing and leaves no label.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from random import Random

from comity.demo.names import NICKNAMES, PersonName

SLIP_SHARE = 0.28  # of appearances in a file that are written down with a slip; not every slip shows


class SlipKind(StrEnum):
    """What can go wrong. The values are the labels of `TruePerson.slips`."""

    NONE = "none"
    FAMILY_TYPO = "family-typo"
    GIVEN_TYPO = "given-typo"
    NICKNAME = "nickname"
    INITIAL = "initial"
    NO_MIDDLE = "no-middle-name"
    FORMER_NAME = "former-name"
    FIRST_SURNAME = "first-surname-only"
    LAST_SURNAME = "second-surname-as-family-name"
    HYPHEN = "hyphenated-surnames"
    SPELLING = "other-transliteration"
    REVERSED = "given-and-family-reversed"
    DAY_MONTH = "day-and-month-swapped"
    DATE_TYPO = "birth-date-typo"
    YEAR_ONLY = "birth-year-only"


_BIRTH_KINDS = frozenset({SlipKind.DAY_MONTH, SlipKind.DATE_TYPO, SlipKind.YEAR_ONLY})
_WEIGHTS = (
    (SlipKind.FAMILY_TYPO, 14), (SlipKind.GIVEN_TYPO, 12), (SlipKind.NICKNAME, 22), (SlipKind.INITIAL, 6),
    (SlipKind.NO_MIDDLE, 20), (SlipKind.FORMER_NAME, 10), (SlipKind.FIRST_SURNAME, 16),
    (SlipKind.LAST_SURNAME, 8), (SlipKind.HYPHEN, 8), (SlipKind.SPELLING, 12), (SlipKind.REVERSED, 2),
    (SlipKind.DAY_MONTH, 6), (SlipKind.DATE_TYPO, 7), (SlipKind.YEAR_ONLY, 2),
)  # fmt: skip
_TOTAL = sum(weight for _, weight in _WEIGHTS)

# Groups of spellings of one name that files use for each other, most after other scripts.
_SPELLINGS = (
    ("Muhammad", "Mohammed", "Mohamed", "Mohammad"), ("Ahmed", "Ahmad", "Ahmet"), ("Hussein", "Hussain", "Husain"),
    ("Yusuf", "Youssef", "Yousef", "Joseph"), ("Ivanov", "Ivanoff"), ("Aleksandr", "Alexander", "Alexandr"),
    ("Sergey", "Sergei"), ("Yuri", "Yury", "Iurii"), ("Chang", "Zhang"), ("Lee", "Li"), ("Wang", "Wong"),
    ("Chen", "Chan", "Tan"), ("Nguyen", "Nguyn"), ("Kim", "Gim"), ("Park", "Pak"), ("Ali", "Aly"),
    ("Khan", "Kahn"), ("Hassan", "Hasan"), ("Stephen", "Steven"), ("Catherine", "Katherine", "Kathryn"),
    ("Sean", "Shawn", "Shaun"), ("Geoffrey", "Jeffrey"), ("Meyer", "Meier", "Myer"), ("Schmidt", "Schmitt"),
    ("Jonathan", "Johnathan"), ("Sara", "Sarah"), ("Jon", "John"), ("Anne", "Ann"), ("Cohen", "Kohen"),
)  # fmt: skip
_NEIGHBOURS = dict(zip("abcdefghijklmnopqrstuvwxyz", "svxfrdghujklknipqeadybesgz", strict=True))


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip to come: its kind, and two numbers in [0, 1) that say where it falls."""

    kind: SlipKind
    where: float
    how: float


@dataclass(frozen=True, slots=True)
class Written:
    """A person as one file has them. `labels` name the slips that show."""

    name: PersonName
    reversed_order: bool
    birth_date: str
    labels: tuple[str, ...]

    @property
    def full_name(self) -> str:
        if self.reversed_order:
            return f"{self.name.given}, {self.name.surnames} {self.name.middle}".strip()
        return self.name.written()


def draw_slip(random: Random) -> Slip:
    """The slip of one appearance; always takes the same count of numbers from the stream."""
    happens, which, where, how = (random.random() for _ in range(4))
    if happens >= SLIP_SHARE:
        return Slip(SlipKind.NONE, where, how)
    left = which * _TOTAL
    for kind, weight in _WEIGHTS:
        left -= weight
        if left < 0:
            return Slip(kind, where, how)
    return Slip(_WEIGHTS[-1][0], where, how)


def apply_slip(slip: Slip, name: PersonName, born: date) -> Written:
    """Write a person down with a slip."""
    if slip.kind in _BIRTH_KINDS:
        birth_date = _birth_slip(slip, born)
        labels = (slip.kind.value,) if birth_date != born.isoformat() else ()
        return Written(name, False, birth_date, labels)
    if slip.kind is SlipKind.REVERSED:
        return Written(name, True, born.isoformat(), (slip.kind.value,))
    written = _name_slip(slip, name)
    return Written(written, False, born.isoformat(), (slip.kind.value,) if written != name else ())


def _birth_slip(slip: Slip, born: date) -> str:
    if slip.kind is SlipKind.YEAR_ONLY:
        return f"{born.year:04d}"
    if slip.kind is SlipKind.DAY_MONTH:
        return born.replace(month=born.day, day=born.month).isoformat() if born.day <= 12 else born.isoformat()
    if slip.where < 0.5:
        year = born.year + (1 if slip.how < 0.5 else -1)
        leap_day = born.month == 2 and born.day == 29
        return born.replace(year=year, day=28 if leap_day else born.day).isoformat()
    return born.replace(day=born.day % 28 + 1).isoformat()


def _name_slip(slip: Slip, name: PersonName) -> PersonName:
    kind = slip.kind
    if kind is SlipKind.FAMILY_TYPO:
        return replace(name, family=_mistype(name.family, slip))
    if kind is SlipKind.GIVEN_TYPO:
        return replace(name, given=_mistype(name.given, slip))
    if kind is SlipKind.NICKNAME:
        return replace(name, given=NICKNAMES.get(name.given, name.given))
    if kind is SlipKind.INITIAL:
        return replace(name, middle=name.middle[:1])
    if kind is SlipKind.NO_MIDDLE:
        return replace(name, middle="")
    if kind is SlipKind.FORMER_NAME:
        return replace(name, family=name.former or name.family, former="")
    return _surname_slip(slip, name)


def _surname_slip(slip: Slip, name: PersonName) -> PersonName:
    if slip.kind is SlipKind.SPELLING:
        return replace(name, family=_respell(name.family, slip), given=_respell(name.given, slip))
    if not name.second:
        return name
    if slip.kind is SlipKind.FIRST_SURNAME:
        return replace(name, second="")
    if slip.kind is SlipKind.LAST_SURNAME:
        return replace(name, family=name.second, second="")
    if slip.kind is SlipKind.HYPHEN:
        return replace(name, family=f"{name.family}-{name.second}", second="")
    return name


def _respell(word: str, slip: Slip) -> str:
    for group in _SPELLINGS:
        if word in group:
            others = [spelling for spelling in group if spelling != word]
            return others[int(slip.where * len(others))]
    return word


def _mistype(word: str, slip: Slip) -> str:
    """One typing error after the first letter: two letters swapped, one lost, one doubled, a neighbouring key."""
    if len(word) < 4:
        return word
    at = 1 + int(slip.where * (len(word) - 2))
    if slip.how < 0.3:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip.how < 0.6:
        return word[:at] + word[at + 1 :]
    if slip.how < 0.75:
        return word[: at + 1] + word[at:]
    return word[:at] + _NEIGHBOURS.get(word[at].lower(), word[at]) + word[at + 1 :]
