"""The same subject again with another purpose, or for somebody else, after a question that fell short (harms H4, H13).

Purpose and beneficiary decide what an owner's law gives. Whoever was refused and tries another one may have mistyped, or may
be trying which one opens; a supervisor looks before anybody is asked. Nobody is told which other purpose would fare better.

1 the look-ups of the last days that are about this subject, by the same hashes as `looked_up.py`
2 what each was asked for, and whether it fell short: refused or held, or fields withheld by a rule of law
3 none of them was for this very purpose and beneficiary: what was asked so once was seen by a second person, or is the first
"""

from __future__ import annotations

from comity.exchange.asking.asker import Asking
from comity.exchange.asking.kept_outcome import ASKED_KEY, find_outcome
from comity.exchange.asking.looked_up import DAY_MS, Lately, same_subject
from comity.model.approval import LookUp
from comity.model.canon import from_canonical
from comity.model.codes import Purpose, Status
from comity.model.outcome import Outcome, SourceResult
from comity.model.query import Query
from comity.model.waiting import EarlierAsked
from comity.ports import World

CHANGED_BACK_MS = 7 * DAY_MS  # a case that goes on to trial, or a new one, comes later than who tries what opens
# Rules that follow from the step or from how well the person is told, and not from what is asked for or for whom.
NOT_OF_PURPOSE = frozenset(
    {"comity/DETAIL", "comity/SECOND-IDENTIFIER", "comity/NO-AGREEMENT", "comity/NOT-SAME", "comity/IDENTIFY"}
)
FELL_SHORT = frozenset({Status.REFUSED, Status.HELD})


def changed_after(world: World, asking: Asking, lately: Lately) -> tuple[EarlierAsked, ...]:
    """The questions that fell short and after which this one asks for something else; none where nothing changed.

    Raises ClosedError or LedgerError where what was asked cannot be read: then nothing is asked.
    """
    since_ms = asking.now_ms - CHANGED_BACK_MS
    same = same_subject([one for one in lately.tied if one.at_ms > since_ms], lately.now)  # 1
    sent = [(look_up, _sent(world, asking, look_up)) for look_up in same]  # 2
    wanted = (asking.request.purpose, asking.request.beneficiary)
    if any((one.purpose, one.beneficiary) == wanted for _, one in sent if one is not None):  # 3
        return ()
    before = [one for one in (_earlier(world, asking, *each) for each in sent) if one is not None]
    if any((one.purpose, one.beneficiary) == wanted for one, _ in before):
        return ()
    return tuple(one for one, short in before if short)


def _sent(world: World, asking: Asking, look_up: LookUp) -> Query | None:
    """A question as it left for the first of its owners: read first, for what came back is a hundred times as long.

    None where it was sent to nobody, or its content went with its month.
    """
    asked = world.journal.find_answer(asking.asker.id, look_up.query_id, ASKED_KEY)
    queries = from_canonical(asked[1], tuple[Query, ...]) if asked is not None and asked[1] else ()
    return queries[0] if queries else None


def _earlier(
    world: World, asking: Asking, look_up: LookUp, sent: Query | None
) -> tuple[EarlierAsked, bool] | None:
    """What a look-up asked for, and whether it fell short; one that is still on its way counts as if it had.

    None where its content went with its month.
    """
    kept = find_outcome(world, asking.asker.id, look_up.query_id)
    if kept is not None:
        outcome = kept.revised.outcome
        return _told(look_up, outcome.request.purpose, outcome.request.beneficiary), fell_short(outcome)
    return (_told(look_up, sent.purpose, sent.beneficiary), True) if sent is not None else None


def _told(look_up: LookUp, purpose: Purpose, beneficiary: str) -> EarlierAsked:
    return EarlierAsked(query_id=look_up.query_id, at_ms=look_up.at_ms, purpose=purpose, beneficiary=beneficiary)


def fell_short(outcome: Outcome) -> bool:
    """Whether an owner refused or held the question, or the law kept a field of what it released."""
    return any(_short(source) for source in outcome.sources)


def _short(source: SourceResult) -> bool:
    if source.status in FELL_SHORT:
        return True
    items = source.answer.items if source.answer is not None else ()
    return any(field.rule not in NOT_OF_PURPOSE for item in items for field in item.withheld)
