"""Splink 5 on DuckDB: the field's Fellegi-Sunter package, trained without labels.

Configuration. Link type `link_only`, the file (a row a name) against the questions. Comparisons: family and given name with
term-frequency adjusted exact level, exchanged parts, Jaro-Winkler 0.92 and 0.8, double metaphone, initials or a
shared surname word; middle name; birth date with exchanged day and month, a slip, a year off by one or ten, year
only; sex; address (house and street, street, postcode); town; each kind of number exact or one slip off. Blocking:
the rules of `BLOCKING` (names in either order, first and last surname word, sounds, sound with year, day or
address, date, address, numbers). Training as in the reference measurement: the prior from a deterministic rule at
recall 0.6, u from 2 million random pairs, m by two EM sessions, blocked on the birth date and on the name. The
questions of one half are its unlabelled other side; with fewer than `FEWEST_TRAINING` of
them EM would only learn chance, so the package's default m stands. Source of settings: Splink's documentation and
the reference measurement, whose figures on FEBRL4 this configuration reproduces.

Gives a probability a pair (the sum over one question's pairs is not bounded by one). Quality comes from one batch;
`find` is a `predict_between` of one record, 0.2 to 0.4 s CPU whatever the size, since each call plans a chain of
SQL. One thread, so that runs repeat; questions are scored `CHUNK` at a time to bound memory. At 100,000 records
training takes 26 s CPU and a batch 2 ms a question. One million has not been tried with this configuration; the
reference measurement trained there in 50 s and then ran out of its 270 s.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as cll
from metaphone import doublemetaphone
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import MOST_ANSWERS, MOST_NAMES, NUMBER_FIELDS, Plain, in_batches, one_a_name, plain_subject
from match.sets import Held

CHUNK = 500
FEWEST_TRAINING = 200
RANDOM_PAIRS = 2_000_000
MOST_EM_PAIRS = 5_000_000
RULE_RECALL = 0.6
SEED = 5
NUMBERS = tuple(kind.replace("-", "_") for kind in NUMBER_FIELDS)
TEXTS = (
    "family", "first_family", "last_family", "family_sound", "given", "given_sound", "middle", "birth",
    "whole_birth", "year", "month_day", "sex", "house", "street", "street_key", "town", "postcode", *NUMBERS,
)  # fmt: skip
SCHEMA = pa.schema(
    [("unique_id", pa.int64()), *((name, pa.string()) for name in TEXTS)]
    + [(name, pa.list_(pa.string())) for name in ("family_words", "family_sounds", "given_sounds")]
)
RULES = ("l.family = r.family and l.given = r.given and l.whole_birth = r.whole_birth",)
BLOCKING = (
    block_on("whole_birth"),
    block_on("family", "given"),
    block_on("first_family", "given"),
    "l.first_family = r.last_family and l.given = r.given",
    "l.last_family = r.first_family and l.given = r.given",
    "l.family_sound = r.given_sound and l.given_sound = r.family_sound",
    block_on("family_sound", "given_sound"),
    block_on("family_sound", "substr(given, 1, 1)"),
    block_on("family_sound", "year"),
    block_on("family_sound", "month_day"),
    block_on("given_sound", "year"),
    block_on("house", "street"),
    block_on("street_key", "family_sound"),
    block_on("street_key", "given_sound"),
    block_on("street_key", "house", "town"),
    block_on("postcode", "given_sound"),
    *(block_on(kind) for kind in NUMBERS),
)


class SplinkBatch:
    """A Splink model over the file, asked in batches."""

    name = "Splink 5"
    gives_probability = True

    def __init__(self) -> None:
        logging.getLogger("splink").setLevel(logging.ERROR)  # levels not seen are no news here
        self._database = duckdb.connect(":memory:")
        self._database.execute("SET threads = 1")
        self._database.execute("SET memory_limit = '6GB'")
        self._api = DuckDBAPI(self._database)
        self._linker: Linker | None = None
        self._count = 0
        self._asked = 0

    def build(self, records: Iterable[Held]) -> None:
        for batch in in_batches(records):
            self._database.register("part", _table(one_a_name(batch)))
            verb = (
                "INSERT INTO held SELECT * FROM part" if self._count else "CREATE TABLE held AS SELECT * FROM part"
            )
            self._database.execute(verb)
            self._count += len(batch)

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Train on unlabelled questions."""
        self._linker = self._train(subjects)

    def find(self, subject: PersonSubject) -> Answer:
        return self._score([subject], self._linker_for(()))[0]

    def find_all(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        linker = self._linker_for(subjects)
        answers: list[Answer] = []
        for start in range(0, len(subjects), CHUNK):
            answers += self._score(subjects[start : start + CHUNK], linker)
        return answers

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._linker = None
        self._database.close()

    def _linker_for(self, subjects: Sequence[PersonSubject]) -> Linker:
        if self._linker is None:
            self._linker = self._train(subjects)
        return self._linker

    def _train(self, subjects: Sequence[PersonSubject]) -> Linker:
        learns = len(subjects) >= FEWEST_TRAINING
        other = _table(enumerate(map(plain_subject, subjects))) if learns else self._sample()
        tables = [
            self._api.register(other, dataset_display_name="asked"),
            self._api.register("held", dataset_display_name="file"),
        ]
        settings = SettingsCreator(
            link_type="link_only",
            comparisons=_comparisons(),
            blocking_rules_to_generate_predictions=list(BLOCKING),
            probability_two_random_records_match=0.5 / self._count,
            retain_matching_columns=False,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            linker = Linker(tables, settings, log_level=None, validate_settings=False)
            training = linker.training
            if learns:
                training.estimate_probability_two_random_records_match(list(RULES), recall=RULE_RECALL)
            training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
            if learns:
                for rule in (block_on("whole_birth"), block_on("first_family", "given")):
                    training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=MOST_EM_PAIRS)
            for column in ("family", "given", "town"):
                linker.table_management.compute_tf_table(column)
        return linker

    def _sample(self) -> pa.Table:
        """Records standing in for questions where none are known, so that chance can be measured."""
        return self._database.execute("SELECT * FROM held ORDER BY hash(unique_id) LIMIT 2000").to_arrow_table()

    def _score(self, subjects: Sequence[PersonSubject], linker: Linker) -> list[Answer]:
        self._asked += 1
        name = f"asked_{self._asked}"
        asked = self._api.register(_table(enumerate(map(plain_subject, subjects))), dataset_display_name=name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pairs = linker.inference.predict_between(
                asked, linker._input_tables_dict["file"], warning_mode="never"
            )
        rows = self._database.execute(_best(pairs.physical_name, name)).fetchall()
        pairs.drop_table_from_database_and_remove_from_cache()
        self._database.execute(f'DROP VIEW IF EXISTS "{asked.physical_name}"')
        found: list[list[tuple[int, float]]] = [[] for _ in subjects]
        for place, number, probability, _ in rows:
            found[place].append((number, probability))
        return [Answer(tuple(n for n, _ in one), tuple(p for _, p in one)) for one in found]


def _best(pairs: str, asked: str) -> str:
    """SQL for the best pairs of every question; a pair may stand either way round."""
    left = f"source_dataset_l = '{asked}'"
    return f"""
        SELECT CASE WHEN {left} THEN unique_id_l ELSE unique_id_r END AS place,
            CASE WHEN {left} THEN unique_id_r ELSE unique_id_l END // {MOST_NAMES} AS number,
            max(match_probability) AS probability, max(match_weight) AS weight
        FROM "{pairs}"
        GROUP BY 1, 2
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY weight DESC, number) <= {MOST_ANSWERS}
        ORDER BY place, weight DESC, number"""


def _table(people: Iterable[tuple[int, Plain]]) -> pa.Table:
    return pa.Table.from_pylist([_row(number, one) for number, one in people], schema=SCHEMA)


def _row(number: int, one: Plain) -> dict[str, Any]:
    family = one.family.split()
    numbers = dict(text.split(":", 1) for text in one.numbers)
    sounds = (_sounds(one.family.replace(" ", "")), _sounds(one.given))
    whole_birth = one.birth if len(one.birth) == 10 else ""
    texts = {
        "family": one.family, "first_family": family[0] if family else "", "last_family": family[-1] if family else "",
        "family_sound": "".join(sounds[0][:1]), "given": one.given, "given_sound": "".join(sounds[1][:1]),
        "middle": one.middle, "sex": one.sex, "birth": one.birth, "whole_birth": whole_birth,
        "year": one.birth[:4], "month_day": whole_birth[5:], "house": one.house, "street": one.street,
        "street_key": one.street.partition(" ")[0], "town": one.town, "postcode": one.postcode,
        **{name: numbers.get(kind, "") for name, kind in zip(NUMBERS, NUMBER_FIELDS, strict=True)},
    }  # fmt: skip
    lists = {"family_words": family, "family_sounds": sounds[0], "given_sounds": sounds[1]}
    return {"unique_id": number} | {name: value or None for name, value in (texts | lists).items()}


def _sounds(name: str) -> list[str]:
    return [sound for sound in doublemetaphone(name) if sound]


def _comparisons() -> list[CustomComparison]:
    return [
        _name("family", "list_has_any(family_words_l, family_words_r)", "family_sounds"),
        _name("given", "left(given_l, 1) = left(given_r, 1) and least(length(given_l), length(given_r)) = 1", "given_sounds"),
        _levels("middle", cll.ExactMatchLevel("middle"), "left(middle_l, 1) = left(middle_r, 1)"),
        _birth(),
        _levels("sex", cll.ExactMatchLevel("sex")),
        _levels("street", "house_l = house_r and street_l = street_r",
                "house_l = house_r and jaro_winkler_similarity(street_l, street_r) >= 0.88",
                "jaro_winkler_similarity(street_l, street_r) >= 0.92", "postcode_l = postcode_r"),
        _levels("town", cll.ExactMatchLevel("town").configure(tf_adjustment_column="town"),
                cll.JaroWinklerLevel("town", 0.88)),
        *(_levels(kind, cll.ExactMatchLevel(kind), f"damerau_levenshtein({kind}_l, {kind}_r) <= 1")
          for kind in NUMBERS),
    ]  # fmt: skip


def _name(column: str, partial: str, sounds: str) -> CustomComparison:
    other = "given" if column == "family" else "family"
    return _levels(
        column,
        cll.ExactMatchLevel(column).configure(tf_adjustment_column=column),
        cll.ColumnsReversedLevel(column, other, symmetrical=True),
        cll.JaroWinklerLevel(column, 0.92),
        partial,
        cll.ArrayIntersectLevel(sounds, 1),
        cll.JaroWinklerLevel(column, 0.8),
    )


def _birth() -> CustomComparison:
    whole = "length(birth_l) = 10 and length(birth_r) = 10"
    month_day = "substr(birth_l, 5) = substr(birth_r, 5)"
    return _levels(
        "birth",
        f"birth_l = birth_r and {whole}",
        f"{whole} and year_l = year_r and substr(birth_l, 6, 2) = substr(birth_r, 9, 2) "
        "and substr(birth_l, 9, 2) = substr(birth_r, 6, 2)",
        f"{whole} and damerau_levenshtein(birth_l, birth_r) <= 1",
        f"{whole} and {month_day} and abs(cast(year_l as integer) - cast(year_r as integer)) in (1, 10)",
        f"not ({whole}) and year_l = year_r",
        f"{whole} and damerau_levenshtein(birth_l, birth_r) <= 2",
        "year_l = year_r",
    )


def _levels(column: str, *levels: Any) -> CustomComparison:
    """A comparison of a column: missing, the levels in order, else."""
    made = [level if not isinstance(level, str) else cll.CustomLevel(level) for level in levels]
    return CustomComparison([cll.NullLevel(column), *made, cll.ElseLevel()], output_column_name=column)
