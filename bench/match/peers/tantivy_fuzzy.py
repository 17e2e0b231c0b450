"""Tantivy, the full-text engine (Rust, through tantivy-py): boosted should-clauses, ranked by BM25.

Configuration. A should-clause for each of: every name word as it is, with one letter wrong, and from six letters
up with two wrong (words of one or two letters only as they are); the word in the name part it was asked for, so
that exchanged parts are found but rank lower; the whole birth date as it is and with one digit wrong, and its
year, month and day, where a day may stand for a month; street words as they are and with one letter wrong, house number,
postcode, town words; identifying numbers as they are and with one character wrong; sex. An exact clause is worth
boost times BM25 (rarity), a fuzzy one its boost alone, which is why fuzzy boosts are the larger numbers and the
exact ones come on top. Source of settings: the clauses of the reference measurement; boosts by a random search of
minutes on 1,500 questions of another seed of the hard set (5,000 people) and 1,500 of the half of FEBRL4 on which
thresholds are chosen, the same for every set.
One writer thread, index on disk in a temporary directory, memory-mapped.
Gives BM25 scores: no probability, and not comparable between questions with different fields. Builds 100,000 in 6 s
CPU and reaches 1 million (37 ms CPU a question there).
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import MOST_ANSWERS, Plain, in_batches, plain_subject, whole_name
from match.sets import Held

WRITER_BYTES = 50_000_000  # Tantivy flushes a segment beyond this
SHORTEST_FUZZY = 3
SHORTEST_TWO_WRONG = 6
EXACT, ONE_WRONG, TWO_WRONG, RIGHT_PART = 0.6, 7.2, 1.8, 0.2
BIRTH, BIRTH_DIGIT, BIRTH_PART = 1.2, 6.6, 0.6
STREET, STREET_LETTER, HOUSE, POSTCODE, TOWN = 0.35, 3.0, 0.5, 0.17, 0.83
NUMBER, NUMBER_SLIP, SEX = 0.5, 28.8, 0.51


class TantivyFuzzy:
    """A Tantivy index asked with boosted should-clauses."""

    name = "Tantivy fuzzy"
    gives_probability = False

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-tantivy-")
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=self._folder.name)
        self._searcher = self._index.searcher()

    def build(self, records: Iterable[Held]) -> None:
        writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        for batch in in_batches(records):
            for number, one in batch:
                writer.add_document(_document(number, one))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, subject: PersonSubject) -> Answer:
        clauses = list(self._clauses(plain_subject(subject)))
        found = self._searcher.search(Query.boolean_query(clauses), MOST_ANSWERS, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in found])
        return Answer(tuple(numbers), tuple(score for score, _ in found))

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return sum(path.stat().st_size for path in Path(self._folder.name).iterdir())

    def close(self) -> None:
        self._folder.cleanup()

    def _clauses(self, asked: Plain) -> Iterator[tuple[Occur, Query]]:
        for field, text in (("family", asked.family), ("given", f"{asked.given} {asked.middle}")):
            for word in text.split():
                yield self._term(field, word, RIGHT_PART)
                yield from self._name_word(word)
        for alias in asked.aliases:
            for word in whole_name(alias).split():
                yield from self._name_word(word)
        yield from self._birth(asked.birth)
        for word in asked.street.split():
            yield self._term("street", word, STREET)
            if len(word) >= SHORTEST_FUZZY:
                yield self._near("street", word, 1, STREET_LETTER)
        for field, text, boost in (("house", asked.house, HOUSE), ("postcode", asked.postcode, POSTCODE)):
            if text:
                yield self._term(field, text, boost)
        for word in asked.town.split():
            yield self._term("town", word, TOWN)
        for number in asked.numbers:
            yield self._term("numbers", number, NUMBER)
            yield self._near("numbers", number, 1, NUMBER_SLIP)
        if asked.sex:
            yield self._term("sex", asked.sex, SEX)

    def _name_word(self, word: str) -> Iterator[tuple[Occur, Query]]:
        yield self._term("names", word, EXACT)
        if len(word) >= SHORTEST_FUZZY:
            yield self._near("names", word, 1, ONE_WRONG)
        if len(word) >= SHORTEST_TWO_WRONG:
            yield self._near("names", word, 2, TWO_WRONG)

    def _birth(self, birth: str) -> Iterator[tuple[Occur, Query]]:
        if len(birth) == 10:
            yield self._term("birth", birth.replace("-", ""), BIRTH)
            yield self._near("birth", birth.replace("-", ""), 1, BIRTH_DIGIT)
        for part in _birth_parts(birth):
            yield self._term("birth_parts", part, BIRTH_PART)

    def _term(self, field: str, text: str, boost: float) -> tuple[Occur, Query]:
        return Occur.Should, Query.boost_query(Query.term_query(self._schema, field, text), boost)

    def _near(self, field: str, text: str, wrong: int, boost: float) -> tuple[Occur, Query]:
        return Occur.Should, Query.boost_query(
            Query.fuzzy_term_query(self._schema, field, text, distance=wrong), boost
        )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("number", stored=True, fast=True)
    for field in ("names", "family", "given", "birth_parts", "street", "town"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in ("birth", "house", "postcode", "numbers", "sex"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _document(number: int, one: Plain) -> tantivy.Document:
    return tantivy.Document(
        number=number,
        names=[" ".join(map(whole_name, one.names))],
        family=[one.family],
        given=[f"{one.given} {one.middle}"],
        birth=[one.birth.replace("-", "")],
        birth_parts=[" ".join(_birth_parts(one.birth))],
        house=[one.house],
        street=[one.street],
        town=[one.town],
        postcode=[one.postcode],
        numbers=list(one.numbers),
        sex=[one.sex],
    )


def _birth_parts(birth: str) -> list[str]:
    """`y1984`, and month and day without saying which is which, so that exchanged ones are found."""
    year, *rest = birth.split("-")
    return [f"y{year}", *(f"p{part}" for part in rest)] if year else []
