"""O6, step 2: what each column holds. The file is read whole by that, or not at all, and that it was is entered first."""

from __future__ import annotations

from dataclasses import replace

from comity.errors import WrongUseError
from comity.model.audit_imported import AuditEntered
from comity.model.search_audit import LONGEST_AGENCY, Role
from comity.node.log_requests import EnterAudit
from comity.oversight.audit.steps import WAYS_OF_TIME, ZONES, Columns, guessed, read, waiting
from comity.web.audits.begin import HERE, fault_sentence, job_of, until
from comity.web.audits.jobs import Job
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.oversight.days import local_day

FAULTS = tuple[tuple[str, str], ...]
ROLES = tuple(str(role) for role in Role)


def ask(call: Call) -> Reply:
    """The columns as their headings tell them; what no list knows is left open for a person."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    if job.check.given is not None:
        return Go(f"{HERE}/{job.id}")
    roles = guessed(job.check)
    typed = {f"column-{at}": role for at, role in enumerate(roles)}
    split = Role.DAY in roles  # then the zone is asked for; one cell mostly says its own, and the vendors' say UTC
    return _ask(call, job, {**typed, "times": "" if split else "vendor", "zone": "" if split else ZONES[0]}, ())


def settle(call: Call) -> Reply:
    """Read the file by the columns that were said, and enter that it was read before anything of it is shown."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    if job.check.given is not None:
        return Go(f"{HERE}/{job.id}")
    names = [f"column-{at}" for at in range(len(job.check.header))]
    typed = {name: call.form.one(name) for name in (*names, "agency", "times", "zone")}
    faults = _faults(call, job, typed)
    if faults:
        return _ask(call, job, typed, faults)
    searches = job.check.is_search_log
    roles = tuple(Role(typed[name]) for name in names) if searches else ()
    said = Columns(roles, typed["agency"], typed["times"], typed["zone"])
    try:
        with call.site.audits.working:
            done = read(job.check, said, local_day(call, call.now_ms))
    except WrongUseError as error:
        return _ask(call, job, typed, (("column-0" if searches else "read", fault_sentence(call, error)),))
    assert done.given is not None, "a file was read, and nothing came of it"
    request = EnterAudit(
        member=call.who().id, kind=done.kind.value, rows=done.rows, copy=done.given.sources[0].hash
    )
    told: AuditEntered = call.site.door.ask(request, AuditEntered)
    kept = call.site.audits.keep(replace(job.at(done), entry=told.entry))
    return Go(f"{HERE}/{kept.id}/names" if waiting(done) else f"{HERE}/{kept.id}")


def _faults(call: Call, job: Job, typed: dict[str, str]) -> FAULTS:
    """What is missing before the file can be read. Whether the columns fit together, the reader of files says."""
    if not job.check.is_search_log:
        return ()
    found = [
        (f"column-{at}", call.words("audits.columns.unsaid", column=heading[:60]))
        for at, heading in enumerate(job.check.header)
        if typed[f"column-{at}"] not in ROLES
    ]
    if typed["times"] not in WAYS_OF_TIME:
        found.append(("times", call.words("audits.columns.no-times")))
    if typed["zone"] not in ZONES:
        found.append(("zone", call.words("audits.columns.no-zone")))
    if len(typed["agency"]) > LONGEST_AGENCY:
        found.append(("agency", call.words("audits.columns.long-agency", longest=LONGEST_AGENCY)))
    return tuple(found)


def _ask(call: Call, job: Job, typed: dict[str, str], faults: FAULTS) -> Reply:
    values = {
        "step": 2,
        "job": job,
        "until": until(job),
        "typed": typed,
        "fault": dict(faults),
        "searches": job.check.is_search_log,
        "roles": ROLES,
        "times": tuple(WAYS_OF_TIME),
        "zones": ZONES,
        "longest": LONGEST_AGENCY,
    }
    return Page("audits/columns.html", values, status=422 if faults else 200, faults=faults)
