"""Printing and exporting an answer: recorded first, then given. An export is decided anew by every owner."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.codes import Status
from comity.model.copied import CopiedAnswer, CopyForm
from comity.model.outcome import RevisedOutcome
from comity.node.answer_requests import CopyAnswer
from comity.node.desk_requests import ShowAnswer
from comity.oversight.texts.answer_copy import answer_csv, answer_json
from comity.web.answer.people import people_of
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.looked import lines_of

EXPORTS = (CopyForm.CSV, CopyForm.JSON)
# What is said of one person's record alone would be read, on every sheet's head, as said of all.
OF_ONE_PERSON = frozenset({"not the same person", "possible match only"})
SHOWN_OF_QUESTION = 8  # the last digits; the first ones are a time, alike for a whole morning


def print_answer(call: Call) -> Reply:
    """The sheets, as the answer stands now. Loading them again records again."""
    copied = _copied(call, CopyForm.PRINT)
    if copied is None:
        return NOT_FOUND
    names = call.site.agency_names()
    outcome = copied.revised.outcome
    sources = sorted(outcome.sources, key=lambda one: names.get(one.agency, one.agency))
    people = people_of(copied.revised, names)
    labels = {label for person in people for record in person.records for label in record.item.labels}
    values = {
        "question": outcome.query_id,
        "number": outcome.query_id[-SHOWN_OF_QUESTION:],
        "outcome": outcome,
        "copied": copied,
        "people": people,
        "labels": sorted(labels - OF_ONE_PERSON),
        "sources": sources,
        "names": names,
        "records": sum(len(one.records) for one in people),
    }
    return Page("answer_printed.html", values)


def ask_export(call: Call) -> Reply:
    """What an export does, before it is made."""
    records = _records(call)
    return NOT_FOUND if not records else _export_page(call, records, "", ())


def export(call: Call) -> Reply:
    """The file; or where the new question stands, when nothing was released this time."""
    records = _records(call)
    if not records:
        return NOT_FOUND
    form = call.form.one("form-of")
    if form not in EXPORTS:
        return _export_page(call, records, form, (("form-of-0", call.words("copy.fault.form")),))
    copied = _copied(call, CopyForm(form))
    if copied is None:
        return NOT_FOUND
    outcome, names = copied.revised.outcome, call.site.agency_names()
    if not any(one.status is Status.ANSWERED for one in outcome.sources):
        return Page("export_nothing.html", {"question": call.path["question"], "anew": outcome.query_id})
    name = f"answer-to-question-{outcome.query_id[-SHOWN_OF_QUESTION:]}.{form}"
    if form == CopyForm.CSV:
        return File(name, "text/csv; charset=utf-8", answer_csv(copied, names))
    return File(name, "application/json", answer_json(copied, names))


def _copied(call: Call, form: CopyForm) -> CopiedAnswer | None:
    """The copy, entered; None where there is no such answer of the member's, or nothing in it.

    What is in it was looked at: an export is a question of its own, whose answers would be news in the list else.
    """
    if not _records(call):
        return None
    wanted = CopyAnswer(member=call.who().id, query_id=call.path["question"], form=form)
    copied: CopiedAnswer = call.site.door.ask(wanted, CopiedAnswer)
    call.site.looked.answer_seen(call.who().id, copied.revised.outcome.query_id, lines_of(copied.revised))
    return copied


def _records(call: Call) -> int:
    """How many records the member's own answer shows; 0 for a question of anybody else."""
    member = call.who()
    wanted = ShowAnswer(asker=member.agency, member=member.id, query_id=call.path["question"])
    try:
        revised: RevisedOutcome = call.site.door.ask(wanted, RevisedOutcome)
    except WrongUseError:
        return 0
    if revised.outcome.request.member != member.id:
        return 0
    return sum(len(one.answer.items) for one in revised.outcome.sources if one.answer is not None)


def _export_page(call: Call, records: int, form: str, faults: tuple[tuple[str, str], ...]) -> Page:
    values = {
        "question": call.path["question"],
        "records": records,
        "forms": tuple(one.value for one in EXPORTS),
        "typed": {"form-of": form},
        "fault": dict(faults),
    }
    return Page("export.html", values, status=422 if faults else 200, faults=faults)
