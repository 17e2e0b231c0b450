"""PostgreSQL with pg_trgm and fuzzystrmatch, on a server the bench starts itself.

Configuration. Candidates: `name % asked` (similarity 0.3, the extension's default; GIN trigram index) OR the same
double metaphone of family and given name in either order OR that of one of them with the year of birth OR the same
birth date OR the same house and street OR a shared identifying number (GIN). The OR is built only from what the
question has: with `birth = ''` left in, the planner scans the whole table (measured in the reference). Order: a
weighted sum of trigram similarities of the whole name and of its parts (in either order), sound, edit distance of
the birth date, similarity of the street, numbers and sex; what either side lacks counts nothing. Source of
settings: candidates as in the reference measurement, with sound added; the weights of the sum by a random search
of minutes on 1,500 questions of another seed of the hard set (20,000 people) and 1,500 of the half of FEBRL4 on
which thresholds are chosen, the same for every set.
Statements are planned for their values each time (a generic plan would not know a common name from a rare one).

Gives a score, no probability. CPU counted: this process and the backend that serves it, which does all the work
(no parallel workers), not the server's background writers. Builds 100,000 in 5 s CPU and reaches 1 million (two
minutes); there a common name's trigrams make many rows to re-check, 60 ms CPU a question.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import psycopg

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import MOST_ANSWERS, Plain, in_batches, plain_subject, whole_name
from match.peers.postgres_server import PostgresServer, cpu_seconds_of
from match.sets import Held

SIMILAR_NAME = 0.3  # the extension's default
WHOLE, PARTS, SWAPPED, SOUND = 1.47, 0.7, 2.24, 0.48
BIRTH, BIRTH_MIDDLE, YEAR = 2.04, 0.51, 0.24
STREET, STREET_MIDDLE, NUMBER, NUMBER_OTHER, SEX_OTHER = 1.73, 0.3, 3.16, 0.59, 0.4

TABLE = """
CREATE EXTENSION pg_trgm;
CREATE EXTENSION fuzzystrmatch;
CREATE TABLE people (
    number bigint NOT NULL, whole text NOT NULL, family text NOT NULL, given text NOT NULL, birth text, sex text,
    street text, numbers text[],
    sound text GENERATED ALWAYS AS (dmetaphone(family) || ' ' || dmetaphone(given)) STORED,
    family_year text GENERATED ALWAYS AS (dmetaphone(family) || left(birth, 4)) STORED,
    given_year text GENERATED ALWAYS AS (dmetaphone(given) || left(birth, 4)) STORED
);
"""
COPY = "COPY people (number, whole, family, given, birth, sex, street, numbers) FROM STDIN"
INDEXES = (
    "CREATE INDEX ON people USING gin (whole gin_trgm_ops)",
    "CREATE INDEX ON people (sound)",
    "CREATE INDEX ON people (family_year)",
    "CREATE INDEX ON people (given_year)",
    "CREATE INDEX ON people (birth)",
    "CREATE INDEX ON people (street)",
    "CREATE INDEX ON people USING gin (numbers)",
    "VACUUM ANALYZE people",
)
NAME_SCORE = f"""{WHOLE} * similarity(whole, %(whole)s)
    + {PARTS} / 2 * greatest(
        similarity(family, %(family)s) + similarity(given, %(given)s),
        {SWAPPED} * (similarity(family, %(given)s) + similarity(given, %(family)s)))
    + {SOUND} * ((dmetaphone(family) = dmetaphone(%(family)s))::int
        + (dmetaphone(given) = dmetaphone(%(given)s))::int)"""
BIRTH_SCORE = f"""coalesce({BIRTH} * (1 - levenshtein(birth, %(birth)s) / 4.0 - {BIRTH_MIDDLE})
    + {YEAR} * (left(birth, 4) = left(%(birth)s, 4))::int, 0)"""
STREET_SCORE = f"coalesce({STREET} * (similarity(street, %(street)s) - {STREET_MIDDLE}), 0)"
NUMBER_SCORE = f"""coalesce(CASE WHEN numbers && %(numbers)s THEN {NUMBER}
    WHEN EXISTS (SELECT FROM unnest(numbers) AS held, unnest(%(numbers)s) AS asked
        WHERE levenshtein(held, asked) <= 1) THEN {NUMBER} / 2 ELSE -{NUMBER_OTHER} END, 0)"""
SEX_SCORE = f"coalesce(-{SEX_OTHER} * (sex <> %(sex)s)::int, 0)"


class PostgresTrigram:
    """A table of names asked with trigrams."""

    name = "PostgreSQL pg_trgm"
    gives_probability = False

    def __init__(self) -> None:
        self._server = PostgresServer()
        try:
            self._connection = psycopg.connect(self._server.address, autocommit=True, prepare_threshold=None)
        except psycopg.Error:
            self._server.close()
            raise

    def build(self, records: Iterable[Held]) -> None:
        self._connection.execute(TABLE)
        with self._connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for batch in in_batches(records):
                for number, one in batch:
                    for row in _rows(number, one):
                        copy.write_row(row)
        for statement in INDEXES:
            self._connection.execute(statement)
        self._connection.execute(f"SET pg_trgm.similarity_threshold = {SIMILAR_NAME}")

    def find(self, subject: PersonSubject) -> Answer:
        asked = plain_subject(subject)
        statement, values = question(asked)
        rows = self._connection.execute(statement, values).fetchall()
        return Answer(tuple(row[0] for row in rows), tuple(float(row[1]) for row in rows))

    def cpu_seconds(self) -> float:
        return time.process_time() + cpu_seconds_of(self._connection.info.backend_pid)

    def index_bytes(self) -> int:
        row = self._connection.execute("SELECT pg_indexes_size('people')").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        self._connection.close()
        self._server.close()


def question(asked: Plain) -> tuple[str, dict[str, object]]:
    """The statement for what a question has, and its values."""
    values: dict[str, object] = {"whole": asked.whole, "family": asked.family, "given": asked.given}
    conditions = ["whole %% %(whole)s"]
    scores = [NAME_SCORE]
    if asked.given:
        conditions.append("sound = dmetaphone(%(family)s) || ' ' || dmetaphone(%(given)s)")
        conditions.append("sound = dmetaphone(%(given)s) || ' ' || dmetaphone(%(family)s)")
    if asked.birth:
        values["birth"] = asked.birth
        scores.append(BIRTH_SCORE)
        conditions.append("family_year = dmetaphone(%(family)s) || left(%(birth)s, 4)")
        if asked.given:
            conditions.append("given_year = dmetaphone(%(given)s) || left(%(birth)s, 4)")
        if len(asked.birth) == 10:
            conditions.append("birth = %(birth)s")
    if asked.street:
        values["street"] = _street(asked)
        conditions.append("street = %(street)s")
        scores.append(STREET_SCORE)
    if asked.numbers:
        values["numbers"] = list(asked.numbers)
        conditions.append("numbers && %(numbers)s")
        scores.append(NUMBER_SCORE)
    if asked.sex:
        values["sex"] = asked.sex
        scores.append(SEX_SCORE)
    statement = (
        f"SELECT number, max({' + '.join(scores)}) AS score FROM people WHERE {' OR '.join(conditions)} "
        f"GROUP BY number ORDER BY score DESC, number LIMIT {MOST_ANSWERS}"
    )
    return statement, values


def _rows(number: int, one: Plain) -> list[tuple[object, ...]]:
    """One row a name; what is missing is null, so that it weighs nothing and is in no index's way."""
    street = _street(one) if one.street else None
    return [
        (
            number,
            whole_name(name),
            name[0],
            name[1],
            one.birth or None,
            one.sex or None,
            street,
            list(one.numbers) or None,
        )
        for name in one.names
    ]


def _street(one: Plain) -> str:
    return f"{one.house} {one.street}".strip()
