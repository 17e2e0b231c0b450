"""Two independently noised 2020 censuses of the sample population of `pseudopeople`: a file and questions.

Noise, names and households are the package's own. Seven in ten people of the first census are the file, rows of the
second are the questions, three in ten about people not in it; the address is blanked in half of the questions and
the birth date in a tenth. There are no identifying numbers. `race_ethnicity` is the group label of the report and
is passed to no engine.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Mapping
from typing import Any

from comity.errors import NounError
from comity.model.codes import Sex
from comity.model.query import PersonSubject
from match.febrl import calendar_date
from match.sets import NO_FAMILY, Asked, BenchSet, Held

YEAR = 2020
QUESTIONS, ABSENT = 5_000, 0.3
NO_ADDRESS, NO_DATE = 0.5, 0.1
POOLED = {"Multiracial or Other": "Other", "AIAN": "Other", "NHOPI": "Other"}  # too few to stand alone
_SEXES = {"Male": Sex.MALE, "Female": Sex.FEMALE}


def pseudopeople_set(count: int = QUESTIONS, seeds: tuple[int, int] = (1, 2)) -> BenchSet:
    """The set; `seeds` are those of the package's noise on the file and on the questions."""
    file_rows, asked_rows = (_census(seed) for seed in seeds)
    rng = random.Random(f"pseudopeople {seeds}")
    people = sorted({row["simulant_id"] for row in (*file_rows, *asked_rows)})
    held = set(rng.sample(people, round(len(people) * (1 - ABSENT))))
    kept = {row["simulant_id"]: row for row in file_rows if row["simulant_id"] in held}
    numbers = {person: number for number, person in enumerate(sorted(kept))}
    records = [Held(numbers[person], _record(kept[person])) for person in numbers]
    rng.shuffle(asked_rows)
    questions = []
    for row in asked_rows:
        subject = _subject(row, rng)
        if subject is not None and len(questions) < count:
            group = POOLED.get(row["race_ethnicity"], row["race_ethnicity"])  # may be blank: no label
            questions.append(Asked(subject, numbers.get(row["simulant_id"]), group))
    return BenchSet("pseudopeople", len(records), lambda: records, questions)


def _census(seed: int) -> list[dict[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pseudopeople

        found = pseudopeople.generate_decennial_census(seed=seed, year=YEAR)
    rows: list[Mapping[str, Any]] = found.to_dict("records")
    return [{name: value if isinstance(value, str) else "" for name, value in row.items()} for row in rows]


def _birth(row: dict[str, str]) -> str:
    found = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", row["date_of_birth"])
    return calendar_date(f"{found[3]}{found[1]}{found[2]}") if found else ""


def _address(row: dict[str, str]) -> str:
    street = f"{row['street_number']} {row['street_name']} {row['unit_number']}".strip()
    return f"{street}, {row['city']}, {row['state']} {row['zipcode']}".strip() if row["street_name"] else ""


def _record(row: dict[str, str]) -> dict[str, tuple[str, ...]]:
    sex = _SEXES.get(row["sex"])
    values = {
        "name": f"{row['last_name']}, {row['first_name']} {row['middle_initial']}".strip(),
        "birth-date": _birth(row),
        "sex": sex.value if sex else "",
        "home-address": _address(row),
    }
    return {field: (value,) for field, value in values.items() if value.strip(" ,")}


def _subject(row: dict[str, str], rng: random.Random) -> PersonSubject | None:
    """The question of a census row; None where no name is left to ask about.

    Where a row has no family name the question says so as the field does (`LNU`), and peers get none.
    """
    if not row["last_name"] and not row["first_name"]:
        return None
    address = "" if rng.random() < NO_ADDRESS else _address(row)
    birth = "" if rng.random() < NO_DATE else _birth(row)
    try:
        return PersonSubject(
            family=row["last_name"] or NO_FAMILY,
            given=row["first_name"],
            middle=row["middle_initial"],
            birth_date=birth,
            sex=_SEXES.get(row["sex"]),
            address=address,
        )
    except NounError:
        return None
