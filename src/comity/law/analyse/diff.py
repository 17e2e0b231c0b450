"""Diff: exactly which cells of purpose, requester kind, class and field a change of law opens or closes.

A cell is *opened* when some question in it gets more under the new law than under the old, *closed* when some question
gets less; one change can do both. More is a higher level at once, or a higher level after a person's decision.
Fields of all classes under the same rules have the same formula and are settled together. Where both laws have the same
rules for a field there is nothing to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from comity.law.analyse.cut_points import CutPoints, cut_points
from comity.law.analyse.encode import View
from comity.law.analyse.example import Example, Seen, read_example, replay, shortened
from comity.law.analyse.ground import Given, Ground, Requester, contradicts, view_of
from comity.law.analyse.logic import Formula, Solver, Verdict, analysis, both, either, negate
from comity.law.analyse.outcome import ClassOutcome, Unit, class_outcome
from comity.law.analyse.reach import USUAL, DisprovedError, Sampling, living
from comity.law.analyse.sample import Draw, sampler
from comity.law.analyse.search import find_dated, limits_of
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS
from comity.law.atoms import FactValue
from comity.law.canonical import canonical_rule
from comity.law.code import Node, fold_node, literal_values
from comity.law.compiled import Law, RuleCode
from comity.law.fold import applies_between
from comity.model.codes import Level

DIMENSIONS = ("query's purpose", "asker's level", "asker's kind", "asker's component")
MOST_SHORTENED = 6  # examples made short in one comparison: enough to read, each takes some hundred replays
MOST_BOXES = 400  # of cells found for one group of fields, one way; a rule with many exceptions takes a few dozen

Box = tuple[
    tuple[tuple[str, ...], ...], ...
]  # for each dimension the groups of words that rules do not tell apart


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Cells that a change opens (`wider`) or closes, with a question that shows it in all of them.

    `words` are the values of each dimension: every choice of one from each is a cell. `rules` are those of the changed
    rules that decide the question; `before` and `after` what it gets.
    """

    wider: bool
    requester: str
    words: tuple[tuple[str, ...], ...]
    fields: tuple[tuple[str, str], ...]
    example: Example
    before: str
    after: str
    rules: tuple[str, ...]

    def cells(self, labels: Mapping[tuple[str, str], frozenset[str]]) -> set[tuple[str, ...]]:
        """Every cell: purpose, level, kind, component, class, label. `labels` are those of each field."""
        named = {(data_class, label) for data_class, name in self.fields for label in labels[data_class, name]}
        return {(*words, *place) for words in product(*self.words) for place in named}


@dataclass(frozen=True, slots=True, eq=False)
class Diff:
    """All changes; `undecided` fields by class, where the solver gave up. Without either, no question differs."""

    changes: tuple[Change, ...]
    undecided: tuple[tuple[str, str], ...]
    changed_rules: tuple[str, ...]
    sampled: int


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Two laws side by side, and what is settled of the questions put to both."""

    old: Ground
    new: Ground
    given: Given
    cuts: CutPoints
    changed: frozenset[str]
    shortened: list[str] = field(default_factory=list)


@analysis()
def diff(old: Ground, new: Ground, given: Given, *, sampling: Sampling = USUAL) -> Diff:
    """What changes from one law to another. Raises DisprovedError when a random question differs elsewhere."""
    atoms = (*living(old, given), *living(new, given))
    pair = _Pair(
        old, new, given, cut_points(atoms, old.law.vocabulary), frozenset(changed_rules(old.law, new.law))
    )
    changes: list[Change] = []
    undecided: list[tuple[str, str]] = []
    requesters = [one for one in _requesters(old, new) if not contradicts(one, given)]
    for requester in requesters:
        made: dict[str, _Comparison] = {}
        for fields in _groups(pair, requester):
            data_class = fields[0][0]
            if data_class not in made:
                made[data_class] = _Comparison(pair, requester, data_class)
            found, whole = made[data_class].changes(fields)
            changes += found
            undecided += [] if whole else fields
    sampled = _sample(pair, requesters, changes, undecided, sampling)
    return Diff(tuple(changes), tuple(undecided), tuple(sorted(pair.changed)), sampled)


def changed_rules(old: Law, new: Law) -> Iterator[str]:
    """Full ids of rules that are not the same in both laws: text, definitions, dates, and the terms they stand under."""
    before, after = _by_id(old), _by_id(new)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name


def _by_id(law: Law) -> dict[str, set[object]]:
    found: dict[str, set[object]] = {}
    for code in law.codes:
        agreement = code.source.agreement
        dates = agreement.dates if agreement is not None else None
        terms = tuple(sorted((path, str(value)) for path, value in code.source.terms.items()))
        meant = (
            _plain(code.hit, law),
            _plain(code.sure, law),
            canonical_rule(code.rule),
            dates,
            terms,
            code.giver,
            code.taker,
        )
        found.setdefault(code.id, set()).add(meant)
    return found


def _plain(node: Node, law: Law) -> object:
    """An expression with its atoms themselves in place of their numbers, which differ between laws."""
    if isinstance(node, int):
        return law.atoms[node >> 2], node & 3
    return node[0], tuple(_plain(part, law) for part in node[1])


def _requesters(old: Ground, new: Ground) -> Iterable[Requester]:
    """Whoever may ask under either law, each once."""
    return {one.standing: one for one in (*old.requesters, *new.requesters)}.values()


def _groups(pair: _Pair, requester: Requester) -> Iterable[tuple[tuple[str, str], ...]]:
    """The fields on which the laws may differ, by class; those under one formula together."""
    groups: dict[object, list[tuple[str, str]]] = {}
    for data_class, fields in pair.old.law.vocabulary.classes.items():
        sides = [_covering(ground.law, requester, data_class) for ground in (pair.old, pair.new)]
        if _may_differ(pair, *sides):
            told = [
                _Told(ground.law, side, data_class)
                for ground, side in zip((pair.old, pair.new), sides, strict=True)
            ]
            for name in fields.names:
                old, new = (one.meaning_for(fields.bits[name]) for one in told)
                if old != new:
                    groups.setdefault((old, new), []).append((data_class, name))
    return [tuple(found) for found in groups.values()]


def _covering(law: Law, requester: Requester, data_class: str) -> list[tuple[str, RuleCode]]:
    """The rules that may bear on a class for this requester: at ask, release, and those that bar an agreement."""
    return [
        (point, code)
        for point in ("ask", "release", "activate")
        for code in law.at_point.get(point, ())
        if (point == "activate" or data_class in code.masks) and applies_between(code, requester.standing)
    ]


def _may_differ(pair: _Pair, old: list[tuple[str, RuleCode]], new: list[tuple[str, RuleCode]]) -> bool:
    """Whether any rule that bears on the class was changed, or an election over one."""
    if pair.old.law.elections != pair.new.law.elections or not pair.changed:
        return pair.old.law.elections != pair.new.law.elections
    return any(code.id in pair.changed for _, code in (*old, *new))


class _Told:
    """What the rules of one class say, each as a value that is equal when the meaning is."""

    def __init__(self, law: Law, side: list[tuple[str, RuleCode]], data_class: str) -> None:
        known: list[bool | None] = []
        for atom in law.atoms:
            settled = set(atom.reads()) <= CLASS_PATHS
            truth = atom.truth(dict.fromkeys(CLASS_PATHS, data_class)) if settled else None
            known += literal_values(truth) if settled else (None, None, None, None)
        self._meant = [
            (
                -1 if point != "release" or code.rule.conceal else code.masks[data_class],
                self._meaning(law, point, code, known),
            )
            for point, code in side
        ]

    def meaning_for(self, bit: int) -> frozenset[object]:
        """What decides a field: the rules that cover it, and those that decide for the whole record."""
        return frozenset(meaning for mask, meaning in self._meant if mask & bit)

    def _meaning(self, law: Law, point: str, code: RuleCode, known: list[bool | None]) -> object:
        names = frozenset(law.codes[index].id for index in code.suspends)
        elected = tuple(one for one in law.elections if one.conflict == code.id)
        hit = _plain(fold_node(code.hit, known), law)
        agreement = code.source.agreement
        dates = (code.rule.dates, agreement.dates if agreement is not None else None)
        doing = (code.deed, code.level, code.act, code.rule.conceal, code.verified)
        return point, code.id, doing, hit, dates, names, elected, code.giver, code.taker


class _Comparison:
    """One requester and one class under both laws, over the same variables."""

    def __init__(self, pair: _Pair, requester: Requester, data_class: str) -> None:
        self._pair, self._requester = pair, requester
        self._unknowns, self._solver = Unknowns(pair.cuts), Solver()
        self._old_view, self._old = self._side(pair.old, data_class)
        self._new_view, self._new = self._side(pair.new, data_class)
        self._view = self._new_view
        self._shown: dict[
            Example, tuple[Seen, Seen]
        ] = {}  # of one box: its example, and what was tried in its place
        self._places = {path: self._chosen(path) for path in DIMENSIONS}
        self._solver.require(*limits_of(pair.given, self._view), *self._unknowns.take_rules())

    def _side(self, ground: Ground, data_class: str) -> tuple[View, ClassOutcome]:
        view = view_of(ground, self._requester, self._pair.given, self._unknowns, data_class)
        return view, class_outcome(ground, self._requester, self._pair.given, view, data_class)

    def _chosen(self, path: str) -> dict[tuple[str, ...], Formula]:
        """The groups of words of a dimension, and that the question has one of each."""
        if self._view.is_settled(path):
            return {(str(self._view.known.get(path, "unknown")),): True}
        kind = self._pair.cuts.vocabulary.attributes[path].kind.type
        assert kind is not None
        if path not in self._pair.cuts.groups:
            return {tuple(self._pair.cuts.vocabulary.types[kind]): True}
        groups = self._pair.cuts.groups[path]
        chosen = self._unknowns.choice(self._view.key_of(path), path)
        return {tuple(str(word) for word in group): one for group, one in zip(groups, chosen, strict=True)}

    def changes(self, fields: tuple[tuple[str, str], ...]) -> tuple[list[Change], bool]:
        """The changes of fields under one formula, and whether that is all of them."""
        name = next(name for data_class, name in fields if data_class == self._new.data_class)
        old, new = self._old.unit_of(name), self._new.unit_of(name)
        found: list[Change] = []
        whole = True
        for wider in (True, False):
            differs = _exceeds(new, old) if wider else _exceeds(old, new)
            for box, example in self._boxes(differs, name, wider=wider):
                if example is None:
                    whole = False
                    continue
                found.append(self._change(box, example, fields, name, wider))
        return found, whole

    def _boxes(self, differs: Formula, name: str, *, wider: bool) -> Iterator[tuple[Box, Example | None]]:
        """Boxes of cells that differ one way, each with an example; None where the solver gave up."""
        self._solver.push()
        self._solver.require(differs)
        for count in range(MOST_BOXES + 1):
            verdict = find_dated(self._solver, self._unknowns) if count < MOST_BOXES else Verdict.UNDECIDED
            if verdict is Verdict.UNDECIDED:
                yield (), None
            if verdict is not Verdict.FOUND:
                break
            example = read_example(self._solver, self._view, self._requester, self._unknowns)
            self._shown.clear()
            if not self._differs(example, name, wider=wider):
                self._solver.require(self._unknowns.bar(self._solver))
                continue
            box = self._box(differs)
            self._solver.require(negate(self._inside(box)))
            if self._differs(self._corner(example, box), name, wider=wider):
                yield box, self._shortened(example, name, wider=wider) if count == 0 else example
            else:
                yield (), None
        self._solver.pop()

    def _shortened(self, example: Example, name: str, *, wider: bool) -> Example:
        """The first example of a change, made short; further ones are as they were found."""
        if len(self._pair.shortened) >= MOST_SHORTENED:
            return example
        self._pair.shortened.append(name)
        return shortened(example, self._pair.cuts, lambda other: self._differs(other, name, wider=wider))

    def _box(self, differs: Formula) -> Box:
        """All cells around the last example in which its question, changed in nothing else, still differs."""
        free = frozenset(self._view.key_of(path) for path in DIMENSIONS)
        probe = Solver()
        probe.require(*self._unknowns.every_rule(), *self._unknowns.as_found(self._solver, free))
        probe.require(negate(both((differs, *limits_of(self._pair.given, self._view)))))
        box: Box = tuple((self._words_in(path),) for path in DIMENSIONS)
        for place, path in enumerate(DIMENSIONS):
            around = [words for words in self._places[path] if words not in box[place]]
            beside = [
                words
                for words in around
                if probe.rules_out(self._inside((*box[:place], (words,), *box[place + 1 :])))
            ]
            box = (*box[:place], (*box[place], *beside), *box[place + 1 :])
        return box

    def _inside(self, box: Box) -> Formula:
        return both(
            [
                either([self._places[path][words] for words in side])
                for path, side in zip(DIMENSIONS, box, strict=True)
            ]
        )

    def _corner(self, example: Example, box: Box) -> Example:
        """The example in the cell of its box that lies farthest from it."""
        far = {
            path: box[place][-1][0]
            for place, path in enumerate(DIMENSIONS)
            if not self._view.is_settled(path) and path in self._pair.cuts.groups
        }
        return replace(example, facts={**example.facts, **far})

    def _words_in(self, path: str) -> tuple[str, ...]:
        return next((words for words, one in self._places[path].items() if self._solver.holds(one)), ())

    def _differs(self, example: Example, name: str, *, wider: bool) -> bool:
        before, after = self._seen(example)
        return _more(after, before, name) if wider else _more(before, after, name)

    def _seen(self, example: Example) -> tuple[Seen, Seen]:
        """What both laws decide; what an agreement says of itself is settled anew for each."""
        if example not in self._shown:
            self._shown[example] = self._replayed(example)
        return self._shown[example]

    def _replayed(self, example: Example) -> tuple[Seen, Seen]:
        sides = []
        for ground, view in ((self._pair.old, self._old_view), (self._pair.new, self._new_view)):
            settled = {path: value for path, value in view.known.items() if path not in {"now", *CLASS_PATHS}}
            sides.append(replay(ground.law, replace(example, settled=settled)))
        return sides[0], sides[1]

    def _change(
        self, box: Box, example: Example, fields: tuple[tuple[str, str], ...], name: str, wider: bool
    ) -> Change:
        before, after = self._seen(example)
        return Change(
            wider=wider,
            requester=self._requester.name,
            words=tuple(tuple(word for words in side for word in words) for side in box),
            fields=fields,
            example=example,
            before=outcome_word(before, name),
            after=outcome_word(after, name),
            rules=tuple(self._deciding(example, name)),
        )

    def _deciding(self, example: Example, name: str) -> Iterator[str]:
        """The changed rules that count on the question in one law and not, or not so, in the other."""
        facts = example.all_facts()
        counted: list[set[str]] = []
        for ground in (self._pair.old, self._pair.new):
            bit = ground.law.vocabulary.class_fields(example.data_class).bits[name]
            counted.append(
                {
                    code.id
                    for _, code in _covering(ground.law, self._requester, example.data_class)
                    if code.id in self._pair.changed
                    and code.masks.get(example.data_class, 0) & bit
                    and _counts(code, ground.law, facts)
                }
            )
        yield from sorted(counted[0] | counted[1])


def _counts(code: RuleCode, law: Law, facts: Mapping[str, FactValue]) -> bool:
    """Whether a rule's condition counts on facts."""

    def holds(node: Node) -> bool:
        if isinstance(node, int):
            return literal_values(law.atoms[node >> 2].truth(facts))[node & 3]
        answers = [holds(part) for part in node[1]]
        return all(answers) if node[0] == "&" else any(answers)

    return holds(code.hit)


def _exceeds(more: Unit, less: Unit) -> Formula:
    """That one law gives more than another: at once, or after a person's decision."""
    pairs = (*zip(more.released, less.released, strict=True), *zip(more.level, less.level, strict=True))
    return either([both((one, negate(other))) for one, other in pairs])


def _more(more: Seen, less: Seen, name: str) -> bool:
    return any(more.level(name, held=held) > less.level(name, held=held) for held in (False, True))


def outcome_word(seen: Seen, name: str) -> str:
    """What a question gets of a field, in a word or three."""
    at_once, later = seen.level(name, held=False), seen.level(name, held=True)
    if at_once is Level.NOTHING and later is not Level.NOTHING:
        return f"held at {later.word}"
    return at_once.word


def _sample(
    pair: _Pair,
    requesters: list[Requester],
    changes: list[Change],
    undecided: list[tuple[str, str]],
    sampling: Sampling,
) -> int:
    """Random questions to both laws: whatever differs must stand in a cell that was found."""
    found: dict[tuple[bool, str, str, str], set[tuple[str, ...]]] = {}
    for one in changes:
        for data_class, name in one.fields:
            found.setdefault((one.wider, one.requester, data_class, name), set()).update(product(*one.words))
    draw, put = Draw(sampling.seed), 0
    drawer = sampler((*pair.old.law.atoms, *pair.new.law.atoms), pair.cuts, pair.given)
    for _ in range(sampling.questions if requesters else 0):
        requester = draw.pick(requesters)
        data_class = draw.pick(tuple(pair.old.law.vocabulary.classes))
        view = view_of(pair.old, requester, pair.given, Unknowns(pair.cuts), data_class)
        example = drawer.draw(draw, view, requester, data_class)
        if example is None:
            continue
        put += 1
        _check(pair, example, found, set(undecided))
    return put


def _check(
    pair: _Pair,
    example: Example,
    found: Mapping[tuple[bool, str, str, str], set[tuple[str, ...]]],
    undecided: set[tuple[str, str]],
) -> None:
    before = replay(pair.old.law, example)
    settled = view_of(pair.new, example.requester, pair.given, Unknowns(pair.cuts), example.data_class).known
    after = replay(
        pair.new.law,
        replace(example, settled={p: v for p, v in settled.items() if p not in {"now", *CLASS_PATHS}}),
    )
    facts = example.all_facts()
    for name in before.fields:
        for wider, more, less in ((True, after, before), (False, before, after)):
            if not _more(more, less, name) or (example.data_class, name) in undecided:
                continue
            cells = found.get((wider, example.requester.name, example.data_class, name), set())
            place = [facts.get(path) for path in DIMENSIONS]
            if not any(
                all(word is None or word == own for word, own in zip(place, cell, strict=True)) for cell in cells
            ):
                raise DisprovedError(
                    f"a random question about `{name}` of a `{example.data_class}` differs where no change was found"
                )
