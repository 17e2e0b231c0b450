"""What another version of an owner's weights would change, in counts alone: verdicts and orders, never who.

On the owner's past questions, the newest first, decided under the law in force; where there is none, on the owner's own
records put as the owner's own questions, each record itself left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from msgspec.structs import replace

from comity.errors import NounError
from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.candidates import compare_people, find_people
from comity.exchange.answering.findable import keep_findable
from comity.exchange.answering.law_in_force import LawInForce, read_law
from comity.exchange.replay.replay import fold_past, past_entries, read_past
from comity.exchange.weights.learnable import make_probes
from comity.exchange.weights.own_weights import draw_people
from comity.match.as_question import subject_of
from comity.match.weights import Weights
from comity.model.agency import Agency
from comity.model.codes import Step
from comity.model.decision import QueryDecision
from comity.model.query import Query
from comity.model.weights_shown import VerdictChange, WeightsEffect
from comity.ports import World

MOST_COMPARED = 300  # questions answered twice: about half a minute
TOLD_EVERY = 20

Place = tuple[str, str]
Verdicts = dict[Place, str]


@dataclass(frozen=True, slots=True)
class _Question:
    """A question to be answered twice; records of `itself` are left out."""

    law: LawInForce
    query: Query
    asked: QueryDecision
    itself: str = ""


@dataclass(slots=True)
class _Counts:
    """Filled as questions are compared."""

    questions: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)


def weights_effect(
    world: World, owner: Agency, before: Weights, after: Weights, progress: Callable[[str], None]
) -> WeightsEffect:
    """Answer questions under both versions and count what differs. Nothing is entered and nothing leaves."""
    counts = _Counts()
    basis = "past questions, the newest first"
    for question in islice(_past_questions(world, owner), MOST_COMPARED):
        _compare(world, question, before, after, counts)
        _tell(progress, counts)
    if not counts.questions:
        basis = "own records, drawn by hash, put as questions to the rest of the file"
        for question in islice(_own_questions(world, owner, progress), MOST_COMPARED):
            _compare(world, question, before, after, counts)
            _tell(progress, counts)
    return WeightsEffect(
        basis=basis,
        questions=counts.questions,
        first=counts.kinds["first"],
        order=counts.kinds["order"],
        verdict=counts.kinds["verdict"],
        found=counts.kinds["found"],
        verdicts=tuple(
            VerdictChange(before=then, after=now, records=records)
            for (then, now), records in sorted(counts.verdicts.items())
        ),
    )


def _past_questions(world: World, owner: Agency) -> Iterator[_Question]:
    """Past questions that still may be asked; one that was purged, or a detail step, is passed over."""
    _, law = read_law(world, world.directory(), owner.id)
    for index in past_entries(world, owner):
        try:
            past = read_past(world, index)
        except NounError:
            continue  # purged: what it was is no longer known here
        query = past.opened.query
        folded = fold_past(past, law)
        asked = decide_asked(past.opened, folded)
        if query.owner == owner.id and query.step is Step.DIGEST and not asked.refused:
            yield _Question(folded, query, asked)


def _own_questions(world: World, owner: Agency, progress: Callable[[str], None]) -> Iterator[_Question]:
    probes = make_probes(world, owner, world.clock.now_ms())
    if not probes or probes[0].query.asker != owner.id:
        return  # the owner's own law does not let it ask itself
    own = probes[0]
    for one in draw_people(world, owner, probes, progress, MOST_COMPARED)[0]:
        subject = subject_of(one.values)
        if subject is not None:
            query = replace(own.query, subject=subject)
            asked = keep_findable(own.law, query, own.asked)
            if not asked.refused:
                yield _Question(own.law, query, asked, one.record_id)


def _compare(world: World, question: _Question, before: Weights, after: Weights, counts: _Counts) -> None:
    then, now = (_verdicts(world, question, weights) for weights in (before, after))
    counts.questions += 1
    if next(iter(then), None) != next(iter(now), None):
        counts.kinds["first"] += 1
    elif [place for place in then if place in now] != [place for place in now if place in then]:
        counts.kinds["order"] += 1
    if then.keys() != now.keys():
        counts.kinds["found"] += 1
    changed = [(then[place], now[place]) for place in then.keys() & now.keys() if then[place] != now[place]]
    if changed:
        counts.kinds["verdict"] += 1
        counts.verdicts.update(changed)


def _verdicts(world: World, question: _Question, weights: Weights) -> Verdicts:
    """The verdict on each record that may be spoken of, best first."""
    found = find_people(world, question.law, question.query, question.asked, weights)
    looked = compare_people(found)
    return {
        (one.decided.record.id, one.decided.person.key): one.match.verdict
        for one in looked.matched
        if one.decided.record.id != question.itself
    }


def _tell(progress: Callable[[str], None], counts: _Counts) -> None:
    if counts.questions % TOLD_EVERY == 0:
        progress(f"{counts.questions} questions compared")
