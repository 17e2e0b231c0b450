"""The reach table: for every purpose and label, what the widest of all questions could see of an owner's records.

One example usually opens many cells, so examples are tried on all purposes first, by the evaluator; the solver is asked
only whether anything that is still closed can be opened, all of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from comity.errors import NounError
from comity.law.analyse.cut_points import CutPoints
from comity.law.analyse.encode import View
from comity.law.analyse.example import Example, Seen, read_example, replay
from comity.law.analyse.ground import Given, Ground, Requester, contradicts, within
from comity.law.analyse.logic import Formula, Verdict, analysis, both, either
from comity.law.analyse.reach import USUAL, DisprovedError, Sampling, searches_of
from comity.law.analyse.sample import Draw, sampler
from comity.law.analyse.search import Search, Searches, find_dated, may_give
from comity.law.asked import CLASS_PATHS

PURPOSE = "query's purpose"
MOST_TRIED = 8  # examples of other classes and requesters tried on one before the solver is asked
MOST_EXAMPLES = 4_000  # the solver is asked for in one table: more than cells of purpose, label and requester
WORDS = ("closed", "held", "open")
CLOSED, HELD, OPEN = range(3)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the table. `kinds` are the values of the attributes the table is split by."""

    kinds: tuple[str, ...]
    purpose: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What each cell could show: open, held for a person's decision, closed; and by which example.

    `undecided` are cells the solver gave up on. `sampled` random questions opened nothing that is closed.
    """

    split: tuple[str, ...]
    cells: Mapping[Cell, str]
    examples: Mapping[Cell, Example]
    undecided: frozenset[Cell]
    sampled: int
    checks: int


@dataclass(eq=False, slots=True)
class _Filling:
    """The table while it is filled: how far each cell is open, and the example that showed it.

    `groups` are, by path, the words no rule tells apart, by the first of each: one cell is kept for all of them.
    """

    searches: Searches
    split: tuple[str, ...]
    labels: Mapping[str, Mapping[str, tuple[str, ...]]]
    purposes: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]
    groups: Mapping[str, Mapping[str, tuple[str, ...]]]
    best: dict[Cell, int] = field(default_factory=dict)
    examples: dict[Cell, Example] = field(default_factory=dict)
    undecided: set[Cell] = field(default_factory=set)
    good: list[Example] = field(default_factory=list)
    places: dict[tuple[str, str], Mapping[tuple[tuple[str, ...], str], Formula]] = field(default_factory=dict)
    checks: int = 0

    def note(self, example: Example) -> bool:
        """Put an example to the evaluator and note every cell it opens further. Whether it opened any."""
        facts = example.all_facts()
        if not within(self.searches.given, facts):
            return False
        kinds = tuple(self._first(path, str(facts.get(path))) for path in self.split)
        seen = replay(self.searches.ground.law, example)
        fresh = False
        for label, names in self.labels[example.data_class].items():
            cell = Cell(kinds, self._first(PURPOSE, str(facts[PURPOSE])), label)
            if cell in self.best and (worth := max(_worth(seen, name) for name in names)) > self.best[cell]:
                self.best[cell], self.examples[cell], fresh = worth, example, True
        if fresh:
            self.good.append(example)
        return fresh

    def _first(self, path: str, word: str) -> str:
        return next((first for first, words in self.groups[path].items() if word in words), word)

    def is_open(self, data_class: str) -> bool:
        """Whether every cell that a class could open is open already."""
        places = product(self.kinds, self.purposes, self.labels[data_class])
        return all(self.best[Cell(kinds, purpose, label)] == OPEN for kinds, purpose, label in places)

    def lacking(self, search: Search) -> list[tuple[Cell, int, Formula]]:
        """For each cell and degree not reached yet, that a question of this search reaches it."""
        found = []
        places = self._places(search)
        for label, names in self.labels[search.outcome.data_class].items():
            units = [unit for unit in search.outcome.units if set(unit.names) & set(names)]
            degrees = {
                OPEN: either([unit.released[0] for unit in units]),
                HELD: either([unit.level[0] for unit in units]),
            }
            for (kinds, purpose), place in places.items():
                cell = Cell(kinds, purpose, label)
                found += [
                    (cell, degree, both((place, formula)))
                    for degree, formula in degrees.items()
                    if degree > self.best[cell] and formula is not False
                ]
        return found

    def _places(self, search: Search) -> Mapping[tuple[tuple[str, ...], str], Formula]:
        """That a question of this search stands in a place of the table, for each it can stand in."""
        key = (search.requester.standing.named_ori, search.outcome.data_class)
        found = self.places.get(key)
        if found is None:
            paths, cuts = (*self.split, PURPOSE), self.searches.cuts
            found = {}
            for kinds, purpose in product(self.kinds, self.purposes):
                words = zip(paths, (*kinds, purpose), strict=True)
                place = both([_is(search, cuts, path, word) for path, word in words])
                if place is not False:
                    found[kinds, purpose] = place
            self.places[key] = found
        return found


@analysis()
def reach_table(
    ground: Ground,
    given: Given,
    classes: tuple[str, ...] = (),
    split: tuple[str, ...] = (),
    *,
    sampling: Sampling = USUAL,
) -> Table:
    """The table over all purposes and labels, split by attributes of the requester (`asker's level`).

    Raises DisprovedError when a random question opens a cell that is closed.
    """
    searches = searches_of(ground, given)
    filling = _filling(searches, given, classes, split)
    requesters = tuple(one for one in ground.requesters if not contradicts(one, given))
    for requester, data_class in product(requesters, filling.labels):
        if may_give(ground.law, requester, data_class):
            _fill(filling, requester, data_class)
    sampled = _sample(filling, sampling)
    return _told(filling, sampled)


def _told(filling: _Filling, sampled: int) -> Table:
    """The table with a cell for every word again."""
    words, examples, undecided = {}, {}, set()
    paths = (*filling.split, PURPOSE)
    for first, worth in filling.best.items():
        firsts = zip(paths, (*first.kinds, first.purpose), strict=True)
        for chosen in product(*(filling.groups[path][word] for path, word in firsts)):
            *kinds, purpose = chosen
            cell = Cell(tuple(kinds), purpose, first.label)
            words[cell] = WORDS[worth]
            if first in filling.examples:
                example = filling.examples[first]
                own = {path: word for path, word in zip(paths, chosen, strict=True) if path in example.facts}
                examples[cell] = replace(example, facts={**example.facts, **own})
            if first in filling.undecided and worth != OPEN:
                undecided.add(cell)
    return Table(filling.split, words, examples, frozenset(undecided), sampled, filling.checks)


def _filling(searches: Searches, given: Given, classes: tuple[str, ...], split: tuple[str, ...]) -> _Filling:
    vocabulary = searches.ground.law.vocabulary
    names = classes or tuple(vocabulary.classes)
    labels = {}
    for name in names:
        fields = vocabulary.class_fields(name)
        labels[name] = {
            label: tuple(one for one in fields.names if label in fields.labels[one])
            for label in fields.label_masks
        }
    groups = {path: _words(searches.cuts, given, path) for path in (*split, PURPOSE)}
    kinds = tuple(product(*(groups[path] for path in split)))
    filling = _Filling(searches, split, labels, tuple(groups[PURPOSE]), kinds, groups)
    cells = product(kinds, filling.purposes, dict.fromkeys(label for found in labels.values() for label in found))
    filling.best = {Cell(kind, purpose, label): CLOSED for kind, purpose, label in cells}
    return filling


def _words(cuts: CutPoints, given: Given, path: str) -> Mapping[str, tuple[str, ...]]:
    """The words of a path's closed type that no rule tells apart, by the first of each group; or the one given."""
    kind = cuts.vocabulary.attributes[path].kind.type
    if kind is None:
        raise NounError(f"a table is split by attributes of closed types; `{path}` has none")
    if path in given.facts:
        return {str(given.facts[path]): (str(given.facts[path]),)}
    every = tuple(cuts.vocabulary.types[kind])
    groups = cuts.groups.get(path, (every,))
    return {str(group[0]): tuple(str(word) for word in group) for group in groups}


def _fill(filling: _Filling, requester: Requester, data_class: str) -> None:
    """Open what one requester can see of one class: by known examples first, then by the solver until it finds none."""
    view = filling.searches.view_of(requester, data_class)
    for example in tuple(filling.good[-MOST_TRIED:]):
        _spread(filling, _moved(view, requester, data_class, example))
    if filling.is_open(data_class):
        return
    search = filling.searches.of(requester, data_class)
    while filling.checks < MOST_EXAMPLES:
        lacking = filling.lacking(search)
        if not lacking:
            return
        filling.checks += 1
        verdict = find_dated(search.solver, search.unknowns, either([formula for _, _, formula in lacking]))
        if verdict is Verdict.NONE:
            return
        if verdict is Verdict.UNDECIDED:
            filling.undecided |= {cell for cell, _, _ in lacking}
            return
        example = read_example(search.solver, search.view, search.requester, search.unknowns)
        bar = search.unknowns.bar(search.solver)
        if not _spread(filling, example):
            search.solver.require(bar)
    filling.undecided |= {cell for cell, _, _ in filling.lacking(search)}


def _spread(filling: _Filling, example: Example) -> bool:
    """Note an example, and where it opened something the same question for every other purpose and requester."""
    fresh = filling.note(example)
    if not fresh:
        return False
    paths = (*filling.split, PURPOSE)
    for kinds, purpose in product(filling.kinds, filling.purposes):
        changed = {
            path: word for path, word in zip(paths, (*kinds, purpose), strict=True) if path in example.facts
        }
        if any(example.facts[path] != word for path, word in changed.items()):
            filling.note(replace(example, facts={**example.facts, **changed}))
    return True


def _moved(view: View, requester: Requester, data_class: str, example: Example) -> Example:
    """An example asked by another requester of another class: what is settled there, and open facts as they were."""
    settled = {path: value for path, value in view.known.items() if path not in {"now", *CLASS_PATHS}}
    before = {**example.settled, **example.facts}
    facts = {path: value for path, value in before.items() if not view.is_settled(path)}
    return replace(example, requester=requester, data_class=data_class, settled=settled, facts=facts)


def _is(search: Search, cuts: CutPoints, path: str, word: str) -> Formula:
    """That a path holds a word, as one requester's question has it."""
    if search.view.is_settled(path):
        return search.view.known.get(path) == word
    if path not in cuts.groups:
        return True  # no rule reads it: any word will do
    group = cuts.group_of(path, word)
    return False if group is None else search.unknowns.choice(search.view.key_of(path), path)[group]


def _worth(seen: Seen, name: str) -> int:
    if seen.level(name, held=False):
        return OPEN
    return HELD if seen.level(name, held=True) else CLOSED


def _sample(filling: _Filling, sampling: Sampling) -> int:
    searches = filling.searches
    pairs = [
        (requester, data_class)
        for requester, data_class in product(searches.ground.requesters, filling.labels)
        if not contradicts(requester, searches.given)
    ]
    draw, put = Draw(sampling.seed), 0
    drawer = sampler(searches.ground.law.atoms, searches.cuts, searches.given)
    for _ in range(sampling.questions if pairs else 0):
        requester, data_class = draw.pick(pairs)
        example = drawer.draw(draw, searches.view_of(requester, data_class), requester, data_class)
        if example is None or PURPOSE not in example.all_facts():
            continue
        put += 1
        undecided = set(filling.undecided)
        if filling.note(example) and not undecided:
            raise DisprovedError("a random question opened a cell that was proved closed")
    return put


def count_words(table: Table) -> dict[str, int]:
    """How many cells are open, held and closed."""
    return {word: sum(1 for one in table.cells.values() if one == word) for word in WORDS}


def rows_of(table: Table) -> Iterable[tuple[tuple[str, ...], str, Mapping[str, str]]]:
    """The table by requester kind and purpose: each label with its word."""
    rows: dict[tuple[tuple[str, ...], str], dict[str, str]] = {}
    for cell, word in table.cells.items():
        rows.setdefault((cell.kinds, cell.purpose), {})[cell.label] = word
    return [(kinds, purpose, labels) for (kinds, purpose), labels in rows.items()]
