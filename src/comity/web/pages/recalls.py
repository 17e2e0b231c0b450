"""C8: recalls this agency sent, with who confirmed and who is overdue; those it got, which a person confirms; and mistakes
that others report in its records."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from comity.exchange.recalls.recall import recall_duty
from comity.model.delivery import Recall, StoredDelivery
from comity.model.mistake import Mistake
from comity.model.query import LONGEST_NOTE
from comity.node.desk_requests import ConfirmRecall, ListRecalls
from comity.node.hit_requests import ListMistakes
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.reason import reason_fault

DELIVERIES = tuple[StoredDelivery, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One agency's part of a recall: its delivery, what it recalls, where it stands, and the duty it is recorded under."""

    stored: StoredDelivery
    recall: Recall
    due: Due
    duty: str

    @property
    def confirmed(self) -> bool:
        """Whether a person of the recipient said so."""
        return self.stored.confirmed_ms is not None


def show(call: Call) -> Reply:
    """What came in first, because somebody uses it still; then what went out, the latest first."""
    told = [_told(call, one) for one in _deliveries(call)]
    got = sorted(
        (one for one in told if one.stored.incoming), key=lambda one: (one.confirmed, -one.recall.made_ms)
    )
    sent = sorted((one for one in told if not one.stored.incoming), key=_together, reverse=True)
    return Page(
        "recalls.html",
        {
            "got": got,
            "sent": tuple(tuple(group) for _, group in groupby(sent, key=_together)),
            "to_confirm": sum(not one.confirmed for one in got),
            "overdue": sum(one.due.stand is Stand.OVERDUE for one in sent),
            "names": call.site.agency_names(),
            "done": call.query.one("done") == "1",
            "reported": _reported(call),
        },
    )


def _reported(call: Call) -> tuple[tuple[Mistake, Due], ...]:
    """Mistakes that others reported and nobody looked at yet, with their time."""
    found: tuple[Mistake, ...] = call.site.door.ask(ListMistakes(member=call.who().id), tuple[Mistake, ...])
    return tuple(
        (one, due_tag(call.words, call.now_ms, one.due_ms))
        for one in found
        if one.incoming and one.done_ms is None and one.due_ms is not None
    )


def one(call: Call) -> Reply:
    """One recall that came in: what it took back, and where it is used here."""
    return _one(call, ())


def confirm(call: Call) -> Reply:
    """Say that what was recalled is not used any more; its owner is told."""
    told = _find(call)
    if told is None:
        return NOT_FOUND
    faults = reason_fault(call, "done")
    if faults:
        return _one(call, faults)
    request = ConfirmRecall(member=call.who().id, recall=told.stored.id, words=call.form.one("done"))
    call.site.door.ask(request, StoredDelivery)
    return Go("/desk/recalls?done=1")


def _one(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    told = _find(call)
    if told is None:
        return NOT_FOUND
    values = {
        "told": told,
        "names": call.site.agency_names(),
        "typed": {"done": call.form.one("done")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("recall.html", values, status=422 if faults else 200, faults=faults)


def _deliveries(call: Call) -> DELIVERIES:
    found: DELIVERIES = call.site.door.ask(ListRecalls(member=call.who().id), DELIVERIES)
    return found


def _find(call: Call) -> Told | None:
    wanted = call.path["recall"]
    found = next((one for one in _deliveries(call) if one.incoming and one.id == wanted), None)
    return _told(call, found) if found is not None else None


def _told(call: Call, stored: StoredDelivery) -> Told:
    assert isinstance(stored.due, Recall), "only recalls are listed"
    due = due_tag(call.words, call.now_ms, stored.due.confirm_by_ms)
    if stored.confirmed_ms is not None:
        due = Due(Stand.DONE, stored.confirmed_ms)
    return Told(stored, stored.due, due, recall_duty(stored.id, of_the_recipient=stored.incoming))


def _together(one: Told) -> tuple[int, str]:
    """What one act recalled from several agencies."""
    return one.recall.made_ms, one.recall.kind
