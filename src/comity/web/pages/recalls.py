"""C8: recalls this agency sent, with who confirmed and who is overdue; those it got, which a person confirms; and mistakes
that others report in its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from comity.exchange.recalls.recall import recall_duty
from comity.model.delivery import Recall, StoredDelivery
from comity.model.mistake import Mistake
from comity.model.query import FEWEST_REASON_WORDS, LONGEST_NOTE
from comity.model.recalled import RecallShown
from comity.node.desk_requests import ConfirmRecall, ShowRecalls
from comity.node.hit_requests import ListMistakes
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.reason import reason_fault
from comity.web.sorting import Column, Table, by_time, by_word, ordered

SHOWN = tuple[RecallShown, ...]
SENT, REPORTED = "sort-sent", "sort-reported"  # the orders of the page's other lists


@dataclass(frozen=True, slots=True)
class Told:
    """One agency's part of a recall: as the node shows it, what it recalls, where it stands, and its duty's id."""

    shown: RecallShown
    recall: Recall
    due: Due
    duty: str

    @property
    def stored(self) -> StoredDelivery:
        """Its delivery."""
        return self.shown.stored

    @property
    def confirmed(self) -> bool:
        """Whether a person of the recipient said so."""
        return self.stored.confirmed_ms is not None

    @property
    def stands(self) -> str:
        """The name of the word for where it stands at its recipient."""
        if self.confirmed:
            return "confirmed"
        return "on-its-way" if self.stored.arrived_ms is None else "not-confirmed"


def show(call: Call) -> Reply:
    """What came in first, because somebody uses it still; then what went out, the latest first."""
    told = [_told(call, one) for one in _shown(call)]
    got = sorted(
        (one for one in told if one.stored.incoming), key=lambda one: (one.confirmed, -one.recall.made_ms)
    )
    names = call.site.agency_names()
    got_shown, got_order = ordered(call, _got_table(call, names), got)
    sent, sent_order = ordered(call, _sent_table(call, names), (one for one in told if not one.stored.incoming))
    acts = sorted(sent, key=_together, reverse=True)  # the order is that within each act, the latest act first
    reported, reported_order = ordered(call, _reported_table(call, names), _reported(call))
    return Page(
        "recalls.html",
        {
            "got": got_shown,
            "sent": tuple(tuple(group) for _, group in groupby(acts, key=_together)),
            "to_confirm": sum(not one.confirmed for one in got),
            "overdue": sum(one.due.stand is Stand.OVERDUE for one in sent),
            "names": names,
            "done": call.query.one("done") == "1",
            "reported": reported,
            "orders": {"got": got_order, "sent": sent_order, "reported": reported_order},
        },
    )


def _got_table(call: Call, names: Mapping[str, str]) -> Table[Told]:
    columns: dict[str, Column[Told]] = {
        "agency": by_word(lambda one: names.get(one.stored.sender, one.stored.sender)),
        "became": by_word(lambda one: call.words(f"desk.recalls.kind.{one.recall.kind.value}")),
        "due": by_time(lambda one: one.due.at_ms),
    }
    return Table(columns, keeps=(REPORTED, SENT))


def _sent_table(call: Call, names: Mapping[str, str]) -> Table[Told]:
    columns: dict[str, Column[Told]] = {
        "agency": by_word(lambda one: names.get(one.stored.recipient, one.stored.recipient)),
        "stands": by_word(lambda one: call.words(f"desk.recalls.{one.stands}")),
        "due": by_time(lambda one: one.due.at_ms),
    }
    return Table(columns, name=SENT, keeps=("sort", REPORTED))


def _reported_table(call: Call, names: Mapping[str, str]) -> Table[tuple[Mistake, Due]]:
    columns: dict[str, Column[tuple[Mistake, Due]]] = {
        "agency": by_word(lambda row: names.get(row[0].reporter, row[0].reporter)),
        "mistake": by_word(lambda row: call.words(f"mistake.kind.{row[0].kind.value}")),
        "due": by_time(lambda row: row[1].at_ms),
    }
    return Table(columns, name=REPORTED, keeps=("sort", SENT))


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
    faults = reason_fault(call, "done", call.words("desk.fault.done", count=FEWEST_REASON_WORDS))
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


def _shown(call: Call) -> SHOWN:
    found: SHOWN = call.site.door.ask(ShowRecalls(member=call.who().id), SHOWN)
    return found


def _find(call: Call) -> Told | None:
    wanted = call.path["recall"]
    found = next((one for one in _shown(call) if one.stored.incoming and one.stored.id == wanted), None)
    return _told(call, found) if found is not None else None


def _told(call: Call, shown: RecallShown) -> Told:
    stored = shown.stored
    assert isinstance(stored.due, Recall), "only recalls are listed"
    due = due_tag(call.words, call.now_ms, shown.due_ms)
    if stored.confirmed_ms is not None:
        due = Due(Stand.DONE, stored.confirmed_ms)
    return Told(shown, stored.due, due, recall_duty(stored.id, of_the_recipient=stored.incoming))


def _together(one: Told) -> tuple[int, str, str]:
    """What one act recalled from several agencies."""
    return one.recall.made_ms, one.recall.kind, one.shown.record_id
