"""Questions on their way: one thread each, which puts it to the node and notes each owner's status as it comes.

What is here is gone with the process; the question is not: the node keeps it, asks on, and keeps its answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Condition
from types import MappingProxyType

from comity.errors import AskedBeforeError, ComityError
from comity.exchange.asking.ask_again import AGAIN_WAIT_MS
from comity.model.outcome import AskRequest, Outcome
from comity.node.answer_requests import AskAgain
from comity.node.fault import tell_fault
from comity.node.local import Ask
from comity.web.door import Door
from comity.web.drafts import Draft, Drafts

MOST_AT_ONCE = 64  # members who wait at a screen of one node at the same moment
KEPT_MS = 3_600_000  # after this a question is shown from what the node keeps alone
FIRST_NEWS_S = 0.4  # how long sending waits for the first owner, or for a sentence that it cannot be asked
ASKED_BEFORE = "asked-before"
REFUSED = "refused"
LOOK_AGAIN_S = 1.0
BROKEN = "the pages met a fault of their own; look at my questions, and ask again if this one is not there"


@dataclass(frozen=True, slots=True)
class State:
    """Where a question is: each owner's status so far, whether it is done, or why it was not asked.

    `owners` are those it was to be put to when it was sent, as far as the page that sent it knew.
    """

    member: str
    began_ms: int
    until_ms: int
    statuses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    done: bool = False
    trouble: str = ""
    sentence: str = ""
    owners: tuple[str, ...] = ()


class Running:
    """All questions on their way from this process."""

    def __init__(self, door: Door, drafts: Drafts, tell: Callable[[str], None]) -> None:
        self._door, self._drafts, self._tell = door, drafts, tell
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="ask")
        self._states: dict[str, State] = {}
        self._news = Condition()

    def begin(
        self,
        draft: Draft,
        request: AskRequest | AskAgain,
        now_ms: int,
        *,
        owners: tuple[str, ...] = (),
        door: Door | None = None,
    ) -> None:
        """Ask, or ask again, by a `door` of the member's own where there is one; come back with the first news,
        or after a moment.

        A question that runs already is not asked twice.
        """
        with self._news:
            for one in [key for key, state in self._states.items() if now_ms - state.began_ms >= KEPT_MS]:
                del self._states[one]
            state = self._states.get(draft.id)
            if state is not None and not state.trouble:
                return
            self._states[draft.id] = State(draft.member, now_ms, now_ms + _wait_ms(request), owners=owners)
        asked = self._pool.submit(self._run, draft, request, door or self._door)
        asked.add_done_callback(lambda done: self._end(draft.id, done.exception()))
        with self._news:
            self._news.wait_for(lambda: self._has_news(draft.id), FIRST_NEWS_S)

    def find(self, question: str, member: str) -> State | None:
        """Where a member's own question is; None for any other, and for one that is long done."""
        with self._news:
            state = self._states.get(question)
            return state if state is not None and state.member == member else None

    def follow(self, question: str, member: str) -> Iterator[State]:
        """A question's states, the present one at once and then as they change, until it is done; every second at least."""
        while True:  # ends with the question, which has a deadline, or with whoever follows
            state = self.find(question, member)
            if state is None:
                return
            yield state
            if state.done or state.trouble:
                return
            with self._news:
                self._news.wait(LOOK_AGAIN_S)

    def _has_news(self, question: str) -> bool:
        state = self._states.get(question)
        return state is None or state.done or bool(state.statuses) or bool(state.trouble)

    def _run(self, draft: Draft, request: AskRequest | AskAgain, door: Door) -> None:
        asked = request if isinstance(request, AskAgain) else Ask(request=request, query_id=draft.id)
        try:
            door.ask(
                asked,
                Outcome,
                lambda agency, status: self._note(draft.id, agency, status),
            )
        except AskedBeforeError as error:
            self._change(draft.id, trouble=ASKED_BEFORE, sentence=str(error))
        except ComityError as error:
            self._change(draft.id, trouble=REFUSED, sentence=str(error))
        else:
            self._drafts.drop(draft)
            self._change(draft.id, done=True)

    def _end(self, question: str, fault: BaseException | None) -> None:
        """A fault of our own ends the question here too, with a sentence; what happened is told to the administrator."""
        if fault is not None:
            self._tell(tell_fault(fault))
            self._change(question, trouble=REFUSED, sentence=BROKEN)

    def _note(self, question: str, agency: str, status: str) -> None:
        with self._news:
            state = self._states[question]
            statuses = MappingProxyType({**state.statuses, agency: status})
            self._states[question] = replace(state, statuses=statuses)
            self._news.notify_all()

    def _change(self, question: str, **values: object) -> None:
        with self._news:
            self._states[question] = replace(self._states[question], **values)  # type: ignore[arg-type]
            self._news.notify_all()


def _wait_ms(request: AskRequest | AskAgain) -> int:
    return AGAIN_WAIT_MS if isinstance(request, AskAgain) else request.wait_ms
