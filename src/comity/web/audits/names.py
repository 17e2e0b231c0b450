"""O6, step 3: names of agencies that the directory does not settle by itself, one after the other."""

from __future__ import annotations

from dataclasses import replace

from comity.errors import WrongUseError
from comity.oversight.audit.steps import decide, settled, waiting
from comity.oversight.names.resolve import Resolution
from comity.web.audits.begin import HERE, job_of, until
from comity.web.audits.jobs import Job
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.oversight.days import local_day

SAME, ANOTHER, NONE, LEAVE = "same", "another", "none", "leave"
LONGEST_ORI = 9  # characters (the FBI's identifier of an agency)


def ask(call: Call) -> Reply:
    """The name in most rows of those that wait, with what it may mean and why."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    return _ask(call, job, {}, ())


def settle(call: Call) -> Reply:
    """What somebody says of the name: the agency chosen, another by its ORI, no agency, or left open."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    typed = {name: call.form.one(name) for name in ("decision", "agency", "ori", "name")}
    found = next((one for one, _ in waiting(job.check) if one.written == call.form.whole("name")), None)
    if found is None:  # somebody pressed twice, or went back
        return Go(f"{HERE}/{job.id}/names")
    if typed["decision"] == LEAVE:
        call.site.audits.keep(job.at(replace(job.check, skipped=job.check.skipped | {found.written})))
        return Go(f"{HERE}/{job.id}/names")
    field, ori = ("ori", typed["ori"].upper()) if typed["decision"] == ANOTHER else ("agency", typed["agency"])
    fault = _fault(call, typed["decision"], ori, found)
    if fault:
        return _ask(call, job, typed, ((field, fault),))
    role = "auditor" if "auditor" in call.who().roles else "privacy officer"
    try:
        chosen = "" if typed["decision"] == NONE else ori
        done = decide(job.check, found.written, chosen, role, local_day(call, call.now_ms))
    except WrongUseError:
        return _ask(call, job, typed, ((field, call.words("audits.names.not-listed")),))
    call.site.audits.keep(job.at(done))
    return Go(f"{HERE}/{job.id}/names")


def _fault(call: Call, decision: str, ori: str, found: Resolution) -> str:
    """What is wrong with what was sent; empty where nothing is."""
    if decision == NONE:
        return ""
    if decision == SAME:
        return "" if any(one.ori == ori for one in found.candidates) else call.words("audits.names.choose")
    if decision == ANOTHER:
        return "" if ori else call.words("audits.names.no-ori")
    return call.words("audits.names.decide")


def _ask(call: Call, job: Job, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    if job.check.names is None:
        return Go(f"{HERE}/{job.id}/columns")
    queue = waiting(job.check)
    if not queue:
        return Go(f"{HERE}/{job.id}")
    found, rows = queue[0]
    values = {
        "step": 3,
        "job": job,
        "until": until(job),
        "settled": settled(job.check),
        "names": len(job.check.names.resolutions),
        "waits": len(queue),
        "found": found,
        "rows": rows,
        "options": [(one.ori, one.listed.entry) for one in found.candidates],
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_ORI,
    }
    return Page("audits/names.html", values, status=422 if faults else 200, faults=faults)
