"""I3 and I4: a question at one address, while it is asked and when its answers are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comity.errors import WrongUseError
from comity.model.codes import Status
from comity.model.confirmation import Confirmation
from comity.model.outcome import RevisedOutcome, SourceResult
from comity.model.waiting import OwnWaiting
from comity.node.approval_requests import ShowWaiting
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ListHits
from comity.web.answer.people import people_of, uncertified
from comity.web.answer.phrase import ORDER
from comity.web.call import NOT_FOUND, Call, Events, Page, Reply
from comity.web.looked import lines_of
from comity.web.pages.told import may_note
from comity.web.running import ASKED_BEFORE, State
from comity.web.said import refusal_told
from comity.web.times import time_words

WAITING = "waiting"  # no status of an owner's: it has not said anything yet
STILL_TO_COME = frozenset({Status.HELD, Status.TIMED_OUT, Status.UNREACHABLE})  # what these release may come yet
COUNT = re.compile(r"(\d+) times")  # in the node's sentence, which says no more than that


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One owner's row: its status as a word's name, how many records it released, and its result where it is there.

    How many is not known before the result is there: an owner's word comes without what it released.
    """

    agency: str
    name: str
    status: str
    records: int = 0
    late: bool = False
    result: SourceResult | None = None

    @property
    def is_uncounted(self) -> bool:
        """Whether it answered, and how many it released is yet to be shown."""
        return self.result is None and self.status == Status.ANSWERED


def show(call: Call) -> Reply:
    """The question as it is now."""
    question = call.path["question"]
    state = call.site.running.find(question, call.who().id)
    if state is not None and state.trouble == ASKED_BEFORE:
        return asked_before_page(question, state, "", ())
    if state is not None and state.trouble:
        return Page("refused.html", {"told": refusal_told(call.words, state.sentence)}, status=422)
    names = {one.id: one.name for one in call.site.agencies()}
    if state is not None and not state.done:
        rows = _so_far(state, names)
        return Page(
            "asking.html",
            {
                "question": question,
                "state": state,
                "sources": rows,
                "said": sum(row.status != WAITING for row in rows),
            },
        )
    return _answered(call, question, names)


def asked_before_page(question: str, state: State, typed: str, faults: tuple[tuple[str, str], ...]) -> Page:
    """The warning that somebody is asked about again, with how often by the node's own count."""
    counted = COUNT.search(state.sentence)
    values = {
        "draft": question,
        "times": counted[1] if counted else "",
        "typed": {"go-on": typed},
        "fault": dict(faults),
    }
    return Page("asked_before.html", values, status=422 if faults else 200, faults=faults)


def events(call: Call) -> Reply:
    """Each owner's word as it comes, and that all are done: what the page shows, and nothing of what was released."""
    question, member = call.path["question"], call.who().id
    if call.site.running.find(question, member) is None:
        return NOT_FOUND
    agencies = call.site.agencies()
    names = {one.id: one.name for one in agencies}
    zone = next(one.zone for one in agencies if one.id == call.who().agency)
    words = call.words

    def news() -> Iterator[Mapping[str, object] | None]:
        told: frozenset[str] = frozenset()
        for state in call.site.running.follow(question, member):
            rows = _so_far(state, names)
            for row in rows:
                if row.status != WAITING and row.agency not in told:
                    told |= {row.agency}
                    label = words(f"status.{row.status}.label")
                    until = time_words(state.until_ms, zone, words.language)
                    sentence = words(f"status.{row.status}.sentence", n=row.records, until=until)
                    yield {
                        "agency": row.agency,
                        "name": row.name,
                        "status": row.status,
                        "label": label,
                        "sentence": words("asking.answered") if row.is_uncounted else sentence,
                        "count": words("asking.done", n=len(told), all=len(rows)),
                        "news": words(
                            "asking.news", agency=row.name, label=label.lower(), n=len(told), all=len(rows)
                        ),
                    }
            yield {"done": True} if state.done or state.trouble else None

    return Events(news)


def _answered(call: Call, question: str, names: Mapping[str, str]) -> Reply:
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=question)
    try:
        revised: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:  # no such question, or one of another agency: the same page as for any wrong address
        return _waiting(call, question)
    if revised.outcome.request.member != member.id:
        return NOT_FOUND
    sources = _rows(revised, names)
    call.site.looked.answer_seen(member.id, question, lines_of(revised))
    people = people_of(revised, names)
    return Page(
        "answer.html",
        {
            "question": question,
            "outcome": revised.outcome,
            "sources": sources,
            "number": call.site.chance.question(call.now_ms),
            "people": people,
            "uncertified": uncertified(people),
            "fits": tuple((phrase, sum(one.fit.phrase == phrase for one in people)) for phrase in ORDER),
            "counts": {one: sum(row.status == one for row in sources) for one in Status},
            "possible": sum(
                row.result.answer.possible or 0 for row in sources if row.result and row.result.answer
            ),
            "awaited": any(row.status in STILL_TO_COME for row in sources),
            "names": names,
            "confirmations": _confirmations(call, question),
            "contacts": {one.id: one.contact for one in call.site.agencies()},
            "may_note": may_note(revised, call.now_ms),
            "done": call.query.one("done"),
            "oris": {one.id: one.oris[-1].ori for one in call.site.agencies()},
        },
    )


def _confirmations(call: Call, question: str) -> Mapping[str, Confirmation]:
    """The newest request for confirmation of each item of a question."""
    wanted = ListHits(member=call.who().id, query_id=question)
    found: tuple[Confirmation, ...] = call.site.door.ask(wanted, tuple[Confirmation, ...])
    return {one.item_id: one for one in sorted(found, key=lambda one: one.asked_ms) if not one.incoming}


def _waiting(call: Call, question: str) -> Reply:
    """A question of the member's own that a second person decides, or refused; any other is none."""
    kind = tuple[OwnWaiting, ...]
    found = call.site.door.ask(ShowWaiting(member=call.who().id, query_id=question), kind)
    if not found:
        return NOT_FOUND
    approval = found[0].approval
    values = {"listed": found[0].listed, "approval": approval, "state": approval.state(call.now_ms).value}
    return Page("waiting.html", values)


def _so_far(state: State, names: Mapping[str, str]) -> tuple[SourceRow, ...]:
    """Every owner it was put to, by name, with its word or that it is awaited."""
    statuses = {**dict.fromkeys(state.owners, WAITING), **state.statuses}
    rows = (SourceRow(one, names.get(one, one), status) for one, status in statuses.items())
    return tuple(sorted(rows, key=lambda row: row.name))


def _rows(revised: RevisedOutcome, names: Mapping[str, str]) -> tuple[SourceRow, ...]:
    """Every owner asked, by name: never by who was quick."""
    rows = (
        SourceRow(
            agency=one.agency,
            name=names.get(one.agency, one.agency),
            status=str(one.status),
            records=len(one.answer.items) if one.answer is not None else 0,
            late=one.agency in revised.late,
            result=one,
        )
        for one in revised.outcome.sources
    )
    return tuple(sorted(rows, key=lambda row: row.name))
