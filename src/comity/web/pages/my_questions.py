"""I1: the questions of the member who looks."""

from __future__ import annotations

from collections import Counter

from comity.model.asked import AskedLine
from comity.model.codes import Status
from comity.node.desk_requests import MyQuestions
from comity.web.ask.training import training_ended
from comity.web.call import Call, Page, Reply
from comity.web.chosen import chosen
from comity.web.sorting import Table, by_time, by_word, ordered
from comity.web.term_words import purpose_word

FILTERS = ("open", "held", "late", "all")


def show(call: Call) -> Reply:
    """The member's questions, the newest first; never the name of whom they are about."""
    lines: tuple[AskedLine, ...] = call.site.door.ask(MyQuestions(member=call.who().id), tuple[AskedLine, ...])
    since = call.site.looked.list_seen(call.who().id, lines)
    case = call.query.one("case")
    kind = chosen(call, "filter", FILTERS, lambda one: call.words(f"questions.filters.{one}"), default="all")
    ofcase = tuple(one for one in lines if not case or one.case_number.casefold() == case.casefold())
    counts = {name: sum(name in _kinds(one) for one in ofcase) for name in FILTERS}
    table: Table[AskedLine] = Table(
        {
            "case": by_word(lambda one: one.case_number),
            "purpose": by_word(lambda one: purpose_word(call.words, one.purpose.value)),
            "when": by_time(lambda one: one.at_ms),
        },
        default="-when",
        keeps=("filter", "case"),
    )
    found, order = ordered(call, table, (one for one in ofcase if kind in _kinds(one)))
    shown = tuple((one, _statuses(one)) for one in found)
    values = {
        "lines": shown,
        "order": order,
        "any": bool(lines),
        "counts": counts,
        "chosen": kind,
        "typed": {"case": case},
    }
    values |= {"since": since, "ended": training_ended(call)}
    return Page("my_questions.html", values)


def _kinds(line: AskedLine) -> frozenset[str]:
    statuses = {one.status for one in line.sources}
    found = {"all"}
    if None in statuses or line.second_person:
        found.add("open")
    if Status.HELD in statuses:
        found |= {"held", "open"}
    if any(one.late for one in line.sources):
        found.add("late")
    return frozenset(found)


def _statuses(line: AskedLine) -> tuple[tuple[str, int], ...]:
    """How many owners stand how, by the words' names."""
    counted = Counter("waiting" if one.status is None else str(one.status) for one in line.sources)
    return tuple(sorted(counted.items()))
