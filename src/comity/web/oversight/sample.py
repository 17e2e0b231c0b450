"""A month's random sample of questions: what each states, and what a reviewer says of it; no subject and no asker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from comity.errors import WrongUseError
from comity.model.query import LONGEST_NOTE
from comity.model.sample import Sampled, SampleResult, SampleReview, SampleTold
from comity.node.finding_requests import ReviewSampled, ShowSample
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.chosen import chosen
from comity.web.oversight.days import local_day, next_month
from comity.web.reason import reason_fault
from comity.web.sorting import Table, by_number, by_word, ordered
from comity.web.term_words import purpose_word
from comity.web.times import period_words

OFFERED = 12  # months back that the page offers
RESULTS = tuple(one.value for one in SampleResult)


def show(call: Call) -> Reply:
    """One month's sample: what waits for a review first."""
    months = _months(call)
    month = chosen(call, "month", months, default=months[0])
    told = _told(call, month)
    drawn = sorted(told.drawn, key=lambda one: (one.review is not None, one.entry)) if told else ()
    names = call.site.agency_names()
    rows, order = ordered(call, _table(call, names), drawn)
    return Page(
        "oversight/sample.html",
        {
            "told": told,
            "rows": rows,
            "order": order,
            "waits": sum(one.review is None for one in rows),
            "over": next_month(call),
            "month": month,
            "months": [(one, period_words(one, call.words)) for one in months],
            "names": names,
            "done": call.query.one("done") == "1",
        },
    )


def _table(call: Call, names: Mapping[str, str]) -> Table[Sampled]:
    def review(one: Sampled) -> str:
        return call.words(
            f"oversight.sample.result.{one.review.result.value}" if one.review else "oversight.sample.waits"
        )

    return Table(
        {
            "entry": by_number(lambda one: one.entry),
            "agency": by_word(lambda one: names.get(one.agency, one.agency)),
            "purpose": by_word(lambda one: purpose_word(call.words, one.stated.purpose) if one.stated else ""),
            "review": by_word(review),
        },
        keeps=("month",),
    )


def one(call: Call) -> Reply:
    """One drawn question, as its reviewer reads it."""
    return _one(call, {}, ())


def review(call: Call) -> Reply:
    """Say whether its reason suffices; a later word takes the place of an earlier one."""
    found = _find(call)
    if found is None:
        return NOT_FOUND
    typed = {name: call.form.one(name) for name in ("result", "reason")}
    faults = reason_fault(call, "reason")
    if typed["result"] not in RESULTS:
        faults = (("result-0", call.words("oversight.sample.fault")), *faults)
    if faults:
        return _one(call, typed, faults)
    month = call.path["month"]
    request = ReviewSampled(
        member=call.who().id,
        month=month,
        entry=found.entry,
        result=SampleResult(typed["result"]),
        words=typed["reason"],
    )
    call.site.door.ask(request, SampleReview)
    return Go(f"/oversight/sample?month={month}&done=1")


def _one(call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    found = _find(call)
    if found is None:
        return NOT_FOUND
    values = {
        "one": found,
        "month": call.path["month"],
        "results": RESULTS,
        "names": call.site.agency_names(),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("oversight/sampled.html", values, status=422 if faults else 200, faults=faults)


def _find(call: Call) -> Sampled | None:
    month, entry = call.path["month"], call.path["entry"]
    told = _told(call, month) if month in _months(call) else None
    return next((one for one in told.drawn if str(one.entry) == entry), None) if told else None


def _told(call: Call, month: str) -> SampleTold | None:
    """The sample; None where no entry came after the month yet, by which it is drawn."""
    try:
        told: SampleTold = call.site.door.ask(ShowSample(member=call.who().id, month=month), SampleTold)
    except WrongUseError:
        return None
    return told


def _months(call: Call) -> Sequence[str]:
    """The months that are over, the newest first."""
    first = local_day(call, call.now_ms).replace(day=1)
    found = []
    for _ in range(OFFERED):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(f"{first:%Y-%m}")
    return found
