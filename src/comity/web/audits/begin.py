"""O6: the checks of other systems' logs that are under way, and step 1: the file."""

from __future__ import annotations

from comity.errors import RecordFileError, WrongUseError
from comity.oversight.audit.steps import DIRECTORY, opened, waiting
from comity.web.audits.jobs import KEPT_MS, Job
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.oversight.days import local_day
from comity.web.sorting import Table, by_number, by_time, by_word, ordered

HERE = "/oversight/audits"


def show(call: Call) -> Reply:
    """The member's own checks, the newest first, each with the step it stands at."""
    mine = call.site.audits.all_of(call.who().id, call.now_ms)
    table: Table[tuple[Job, int, int]] = Table(
        {
            "begun": by_time(lambda row: row[0].begun_ms),
            "list": by_word(lambda row: call.words(f"audits.kind-of.{row[0].check.kind.name.lower()}")),
            "stands": by_number(lambda row: row[1]),
            "until": by_time(lambda row: row[2]),
        },
        default="-begun",
    )
    rows, order = ordered(call, table, ((one, step_of(one), until(one)) for one in mine))
    return Page("audits/list.html", {"rows": rows, "order": order, "dropped": call.query.one("done") == "dropped"})


def ask(call: Call) -> Reply:
    """Step 1, empty."""
    return _ask(call, ())


def take(call: Call) -> Reply:
    """Step 1: the file, told apart by its headings. At fault nothing of it is kept."""
    raw, edition = call.form.files.get("log", b""), call.form.files.get("directory", b"")
    if not raw.strip():
        return _ask(call, (("log", call.words("audits.file.none")),))
    if not call.site.audits.has_room(call.who().id, call.now_ms):
        return _ask(call, (("log", call.words("audits.file.full")),))
    try:
        check = opened(raw, edition, call.site.agencies(), local_day(call, call.now_ms))
    except RecordFileError as error:
        field = "directory" if error.findings[0].file == DIRECTORY else "log"
        return _ask(call, ((field, fault_sentence(call, error)),))
    job = Job(call.site.chance.token(), call.who().id, call.now_ms, call.now_ms, check)
    return Go(f"{HERE}/{call.site.audits.begin(job).id}/columns")


def drop(call: Call) -> Reply:
    """Forget a check now, not in half an hour."""
    job = job_of(call)
    if job is None:
        return NOT_FOUND
    call.site.audits.drop(job)
    return Go(f"{HERE}?done=dropped")


def job_of(call: Call) -> Job | None:
    """The member's own check of this address; None for any other and for one that is gone."""
    return call.site.audits.find(call.path["audit"], call.who().id, call.now_ms)


def step_of(job: Job) -> int:
    """Where a check stands: 2 columns, 3 names, 4 result."""
    return 2 if job.check.given is None else 3 if waiting(job.check) else 4


def until(job: Job) -> int:
    """Until when it is kept, UTC milliseconds, where nobody looks at it any more."""
    return job.seen_ms + KEPT_MS


def fault_sentence(call: Call, error: WrongUseError) -> str:
    """Which row is at fault and how, and that nothing was loaded."""
    if not isinstance(error, RecordFileError):
        return call.words("audits.fault.file", fault=str(error))
    first = error.findings[0]
    if first.line == 1:
        return call.words("audits.fault.file", fault=first.fault)
    return call.words("audits.fault.row", row=first.line, fault=first.fault)


def _ask(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    values = {"step": 1, "fault": dict(faults), "agencies": len(call.site.agencies())}
    return Page("audits/file.html", values, status=422 if faults else 200, faults=faults)
