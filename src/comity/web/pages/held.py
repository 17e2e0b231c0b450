"""C1 and C2: what waits for a person's decision at this agency, and the decision of one.

Both answers go the same way, in as many steps. Nothing here tells what the asker did before.
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.exchange.duty.duties import is_held_task
from comity.model.disclosure import StoredDuty
from comity.model.held import HeldDecided, HeldTask
from comity.model.query import LONGEST_NOTE
from comity.node.desk_requests import DecideHeld, ListHeld
from comity.node.duty_requests import Duties
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.chosen import chosen
from comity.web.drafts import Draft
from comity.web.due import Stand, due_tag
from comity.web.duty_words import said_of
from comity.web.pages.drafts import drafts_to_sign
from comity.web.reason import reason_fault
from comity.web.sorting import Table, by_time, by_word, ordered
from comity.web.subject_parts import subject_parts
from comity.web.term_words import purpose_word, role_word

TASKS = tuple[HeldTask, ...]
DUTIES = tuple[StoredDuty, ...]
MOST_PAST = 200  # rows of what was decided; older ones are in the log
RELEASE, REFUSE = "release", "refuse"
OUTCOMES = frozenset({"answered", "waiting", "before"})  # what is said above the queue after a decision
HEAD = "agency-head"


def show(call: Call) -> Reply:
    """The queue, the soonest due first where the address asks for no other order; or what was decided, where asked."""
    if chosen(call, "show", ("decided",), lambda _: call.words("desk.held.show-decided")):
        return _show_decided(call)
    names = call.site.agency_names()
    tasks, order = ordered(call, _waiting_table(call, names), _tasks(call))
    tags = [due_tag(call.words, call.now_ms, one.due_ms) for one in tasks]
    done = call.query.one("done")
    return Page(
        "held.html",
        {
            "rows": tuple(zip(tasks, tags, strict=True)),
            "names": names,
            "order": order,
            "soon": sum(one.stand is Stand.SOON for one in tags),
            "passed": sum(one.stand is Stand.OVERDUE for one in tags),
            "done": done if done in OUTCOMES else "",
            "drafts": len(drafts_to_sign(call)),
        },
    )


def _show_decided(call: Call) -> Reply:
    names = call.site.agency_names()
    table: Table[StoredDuty] = Table(
        {
            "agency": by_word(lambda one: names.get(one.asker, one.asker)),
            "decision": by_word(
                lambda one: call.words("desk.held.granted" if was_granted(one) else "desk.held.refused")
            ),
            "when": by_time(lambda one: one.done_ms),
        },
        default="-when",
        keeps=("show",),
    )
    past, order = ordered(call, table, _decided(call))
    return Page(
        "held_decided.html", {"past": past[:MOST_PAST], "names": names, "order": order, "granted": was_granted}
    )


def was_granted(past: StoredDuty) -> bool:
    """Whether what was held went out, by what is kept of its decision."""
    return past.evidence.startswith("granted: ")


def _waiting_table(call: Call, names: Mapping[str, str]) -> Table[HeldTask]:
    words = call.words
    return Table(
        {
            "agency": by_word(lambda one: names.get(one.asker, one.asker)),
            "purpose": by_word(lambda one: purpose_word(words, one.purpose.value)),
            "needs": by_word(
                lambda one: words(f"desk.held.kind.{one.hold.kind}", role=role_word(words, one.hold.role, names))
            ),
            "due": by_time(lambda one: one.due_ms),
        },
        default="due",
    )


def one(call: Call) -> Reply:
    """One held question: who asks, why it is held, what either answer does."""
    return _one(call, {}, ())


def write(call: Call) -> Reply:
    """A decision with its reason: kept until it is recorded, under a sign-in of now."""
    task = _task(call)
    if task is None or _why_not(call, task):
        return _one(call, {}, ())
    typed = {name: call.form.one(name) for name in ("decision", "reason")}
    faults = _faults(call)
    if faults:
        return _one(call, typed, faults)
    draft = call.site.drafts.begin(call.who().id, call.now_ms, {**typed, "task": task.duty_id})
    return Go(f"/desk/held/{task.duty_id}/record/{draft.id}")


def check(call: Call) -> Reply:
    """The decision once more, with what it does, before it is recorded."""
    task, draft = _task(call), _draft(call)
    if task is None:
        return _past(call)
    if draft is None:
        return Page("held_gone.html", {"task": task}, status=404)
    values = {
        "task": task,
        "names": call.site.agency_names(),
        "draft": draft,
        "others": _others(call, task),
        "subject": _subject(task),
    }
    return Page("held_record.html", values)


def record(call: Call) -> Reply:
    """Record it. The node decides once more whether this member may."""
    draft = _draft(call)
    if draft is None:
        return check(call)
    request = DecideHeld(
        member=call.who().id,
        task=call.path["held"],
        grant=draft.one("decision") == RELEASE,
        reason=draft.one("reason"),
    )
    decided: HeldDecided = call.site.door.ask(request, HeldDecided)
    call.site.drafts.drop(draft)
    if decided.entry is None:
        return Go("/desk/held?done=before")
    return Go(f"/desk/held?done={'answered' if decided.answered else 'waiting'}")


def _one(call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    task = _task(call)
    if task is None:
        return _past(call)
    values = {
        "task": task,
        "due": due_tag(call.words, call.now_ms, task.due_ms),
        "names": call.site.agency_names(),
        "others": _others(call, task),
        "subject": _subject(task),
        "why_not": _why_not(call, task),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("held_one.html", values, status=422 if faults else 200, faults=faults)


def _past(call: Call) -> Reply:
    """One that was decided: by whom, when and why. What it was about is no longer told apart from any answer."""
    past = next((one for one in _decided(call) if one.id == call.path["held"]), None)
    if past is None:
        return NOT_FOUND
    names = call.site.agency_names()
    return Page("held_past.html", {"past": past, "said": said_of(call.words, past, names), "names": names})


def _tasks(call: Call) -> TASKS:
    """The queue, without what each would let go: the page of one says it."""
    found: TASKS = call.site.door.ask(ListHeld(member=call.who().id, foresee=False), TASKS)
    return found


def _decided(call: Call) -> DUTIES:
    """What was decided, the latest first. The queue's verb no longer has those that were answered anew since."""
    found: DUTIES = call.site.door.ask(Duties(owner=call.who().agency), DUTIES)
    past = [one for one in found if is_held_task(one) and one.done_ms is not None]
    return tuple(sorted(past, key=lambda one: (-(one.done_ms or 0), one.id)))


def _task(call: Call) -> HeldTask | None:
    found: TASKS = call.site.door.ask(ListHeld(member=call.who().id, task=call.path["held"]), TASKS)
    return found[0] if found else None


def _others(call: Call, task: HeldTask) -> int:
    """How many other decisions the same question waits for."""
    return sum(one.query_id == task.query_id and one.duty_id != task.duty_id for one in _tasks(call))


def _subject(task: HeldTask) -> tuple[tuple[str, str], ...]:
    """Who or what was asked about; nothing where the node tells this member nothing of it."""
    return () if task.subject is None else tuple(subject_parts(task.subject))


def _draft(call: Call) -> Draft | None:
    draft = call.site.drafts.find(call.path["draft"], call.who().id, call.now_ms)
    return draft if draft is not None and draft.one("task") == call.path["held"] else None


def _why_not(call: Call, task: HeldTask) -> str:
    """The word for what stands between this member and the decision; empty where nothing does. The node asks again."""
    member = call.who()
    if task.member == member.id:
        return "own"
    if not {task.hold.role, HEAD} & set(member.roles):
        return "role"
    mine = any(
        (one.query_id, one.duty.rule, one.done_by) == (task.query_id, task.hold.rule, member.id)
        for one in _decided(call)
    )
    return "second" if mine else ""


def _faults(call: Call) -> tuple[tuple[str, str], ...]:
    faults = []
    if call.form.one("decision") not in (RELEASE, REFUSE):
        faults.append(("decision-0", call.words("desk.held.fault.decision")))
    return (*faults, *reason_fault(call, "reason"))
