"""Members of an agency: the list, one of them, and each change on a page of its own, under a sign-in of now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.errors import WrongUseError
from comity.exchange.owners import owner_day
from comity.model.roster import LONGEST_WHY, CheckFound, MemberShown
from comity.node.local import LocalRequest
from comity.node.member_requests import (
    CHANGES,
    ROLES,
    AddMember,
    ChangeMember,
    ListMembers,
    RestoreMember,
    ReviewMember,
    SuspendMember,
)
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.said import refusal_text
from comity.web.sorting import Table, by_word, ordered

SHOWN = tuple[MemberShown, ...]
WITH_REASON = ("suspend", "leave", "restore")
ACTS = (*WITH_REASON, "change", "review")
Faults = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One member as the list shows it: what is wrong stands in `care`, as names of words under `members.care`."""

    shown: MemberShown
    care: tuple[str, ...]

    @property
    def state(self) -> str:
        """Under which word of `members.state` it stands."""
        line = self.shown.line
        if line is None or line.suspended_ms is None:
            return "active"
        return "left" if line.left else "suspended"


def show(call: Call) -> Reply:
    """Everybody of the agency: who may act, and what is owed about whom."""
    rows, order = ordered(call, _table(call), (_row(call, one) for one in _members(call)))
    values = {
        "order": order,
        "rows": tuple(one for one in rows if one.state != "left"),
        "left": tuple(one for one in rows if one.state == "left"),
        "owed": sum(bool(one.care) for one in rows if one.state == "active"),
        "may_change": _may_change(call),
        "done": call.query.one("done") if call.query.one("done") in (*ACTS, "add") else "",
    }
    return Page("members.html", values)


def _table(call: Call) -> Table[Row]:
    """By name and by what is owed about them; never by when anybody was here, which would rank who works how much."""

    def stands(row: Row) -> str:
        cares = (call.words(f"members.care.{one}") for one in row.care)
        return " ".join((call.words(f"members.state.{row.state}"), *cares))

    return Table({"name": by_word(lambda row: row.shown.member.name), "stands": by_word(stands)}, default="name")


def one(call: Call) -> Reply:
    """One member, with what is kept of the access."""
    row = _find(call)
    if row is None:
        return NOT_FOUND
    changes = _may_change(call) and row.shown.member.id != call.who().id
    return Page("member.html", {"row": row, "acts": _acts(row) if changes else (), "own": not changes})


def ask_add(call: Call) -> Reply:
    """The form of a new member."""
    return _form(call, "add", None, {}, ())


def add(call: Call) -> Reply:
    """Add a member to the agency."""
    faults = _given_faults(call)
    if not faults and date.fromisoformat(call.form.one("trained_until")) < _today(call):
        faults = (("trained_until", call.words("members.fault.trained_past")),)
    faults += tuple((name, _fault(call, name)) for name in ("id", "name") if not call.form.one(name))
    if faults:
        return _form(call, "add", None, _typed(call), faults)
    request = AddMember(member=call.who().id, id=call.form.one("id"), name=call.form.one("name"), **_given(call))
    return _put(call, "add", None, request)


def ask_act(call: Call) -> Reply:
    """What a change does, before it is done."""
    row = _to_change(call)
    if row is None:
        return NOT_FOUND
    member, line = row.shown.member, row.shown.line
    typed = {
        "roles": " ".join(member.roles),
        "trained_until": member.trained_until.isoformat(),
        "checked_on": line.checked_on.isoformat() if line and line.checked_on else "",
        "found": str(line.found) if line and line.found else "",
    }
    return _form(call, call.path["act"], row, typed, ())


def act(call: Call) -> Reply:
    """Change a member's access."""
    row = _to_change(call)
    if row is None:
        return NOT_FOUND
    name = call.path["act"]
    faults: Faults = ()
    if name == "change":
        faults = _given_faults(call)
    if name in WITH_REASON and not call.form.one("why"):
        faults = (("why", _fault(call, "why")),)
    if faults:
        return _form(call, name, row, _typed(call), faults)
    return _put(call, name, row, _request(call, name, row.shown.member.id))


def _request(call: Call, name: str, member: str) -> LocalRequest:
    by, why = call.who().id, call.form.one("why")
    match name:
        case "suspend" | "leave":
            return SuspendMember(member=by, id=member, why=why, left=name == "leave")
        case "restore":
            return RestoreMember(member=by, id=member, why=why)
        case "change":
            return ChangeMember(member=by, id=member, **_given(call))
        case _:
            return ReviewMember(member=by, id=member)


def _put(call: Call, name: str, row: Row | None, request: LocalRequest) -> Reply:
    try:
        call.site.door.ask(request, MemberShown)
    except WrongUseError as error:
        return _form(call, name, row, _typed(call), (("main", refusal_text(call.words, str(error))),))
    return Go(f"/admin/members?done={name}")


def _form(call: Call, name: str, row: Row | None, typed: dict[str, str], faults: Faults) -> Reply:
    values = {
        "act": name,
        "row": row,
        "typed": typed,
        "fault": dict(faults),
        "roles": ROLES,
        "findings": tuple(str(one) for one in CheckFound),
        "longest": LONGEST_WHY,
    }
    return Page("member_act.html", values, status=422 if faults else 200, faults=faults)


def _given(call: Call) -> dict[str, Any]:
    form = call.form
    return {
        "roles": form.every("roles"),
        "trained_until": date.fromisoformat(form.one("trained_until")),
        "checked_on": date.fromisoformat(form.one("checked_on")),
        "found": CheckFound(form.one("found")),
    }


def _given_faults(call: Call) -> Faults:
    faults: Faults = () if call.form.every("roles") else (("roles-0", _fault(call, "roles")),)
    for name in ("trained_until", "checked_on"):
        if not _is_day(call.form.one(name)):
            faults += ((name, _fault(call, name)),)
    if call.form.one("found") not in tuple(CheckFound):
        faults += (("found-0", _fault(call, "found")),)
    return faults


def _fault(call: Call, name: str) -> str:
    """The sentence beside a field that was left out or cannot be read."""
    return {
        "id": call.words("members.fault.id"),
        "name": call.words("members.fault.name"),
        "why": call.words("members.fault.why"),
        "roles": call.words("members.fault.roles"),
        "trained_until": call.words("members.fault.trained_until"),
        "checked_on": call.words("members.fault.checked_on"),
        "found": call.words("members.fault.found"),
    }[name]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _typed(call: Call) -> dict[str, str]:
    typed = {name: call.form.one(name) for name in ("id", "name", "why", "trained_until", "checked_on", "found")}
    return {**typed, "roles": " ".join(call.form.every("roles"))}


def _to_change(call: Call) -> Row | None:
    row = _find(call)
    return row if row is not None and call.path["act"] in _acts(row) else None


def _acts(row: Row) -> tuple[str, ...]:
    """What may be done with a member as they stand."""
    if row.state == "left":
        return ()
    return ("change", "restore", "leave") if row.state == "suspended" else ("change", "review", "suspend", "leave")


def _members(call: Call) -> SHOWN:
    found: SHOWN = call.site.door.ask(ListMembers(member=call.who().id), SHOWN)
    return found


def _find(call: Call) -> Row | None:
    wanted = call.path["member"]
    return next((_row(call, one) for one in _members(call) if one.member.id == wanted), None)


def _row(call: Call, shown: MemberShown) -> Row:
    today, line = _today(call), shown.line
    found = {
        "training": shown.member.trained_until < today,
        "check": line is None or line.checked_on is None or line.found is None,
        "review": line is not None and line.needs_review(today),
    }
    return Row(shown, tuple(name for name, cares in found.items() if cares))


def _today(call: Call) -> date:
    """The agency's day of now; every member that is shown here is of it."""
    agency = next(one for one in call.site.agencies() if one.id == call.who().agency)
    return owner_day(agency, call.now_ms)


def _may_change(call: Call) -> bool:
    return bool(CHANGES & set(call.who().roles))
