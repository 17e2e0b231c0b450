"""The steps of a petition, each on a page of its own: who asks, the opening by two, what is kept back, a dispute, the
decision, and telling whoever asked, face to face. Who may take a step, and when, the node decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from comity.errors import NounError, WrongUseError
from comity.model.petition import LONGEST_STATEMENT, REFERENCE, Outcome, Petition, PetitionKind, Seen, ShownBy
from comity.model.query import LONGEST_NOTE
from comity.node.redress_requests import (
    DecidePetition,
    DisputeRecord,
    IdentifyPetitioner,
    OpenLog,
    RedressRequest,
    ShowPetition,
    TellInPerson,
    WithholdRows,
)
from comity.oversight.redress.clauses import clauses
from comity.oversight.redress.decide_petition import ToDecide
from comity.oversight.redress.dispute import ToDispute
from comity.oversight.redress.identify import IdentityShown
from comity.oversight.redress.petitions import CUSTODIAN, OPENERS, REVIEWERS
from comity.oversight.redress.read_petitions import PetitionShown, SawInPerson, ToldInPerson
from comity.oversight.redress.state import DECIDED_BY, is_identified, is_opened, standing_withheld
from comity.oversight.redress.withhold import ToWithhold
from comity.web.call import NOT_FOUND, Call, Form, Go, Page, Reply
from comity.web.oversight.days import own_agency
from comity.web.oversight.refused import refusal_of
from comity.web.reason import reason_fault
from comity.web.said import refusal_text

FAULTS = tuple[tuple[str, str], ...]
IDENTIFY, OPEN, WITHHOLD, DISPUTE, DECIDE, TELL = "identify", "open-log", "withhold", "dispute", "decide", "tell"
CLOSING = frozenset({IDENTIFY, WITHHOLD, DISPUTE})  # lets nothing out; the others ask for a sign-in of now
RELEASING = frozenset({OPEN, DECIDE, TELL})
TYPED = ("how", "shown", "ground", "until", "record", "statement", "outcome", "entries", "reason")


class _Refused(Exception):
    """What was typed cannot be what is asked: a field and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field, sentence


def steps_of(petition: Petition, roles: frozenset[str], now_ms: int) -> tuple[str, ...]:
    """The steps that may be taken now by somebody of these roles, as far as it follows from the petition alone."""
    person, open_still = petition.is_of_a_person, petition.decided is None
    identified, opened = is_identified(petition), is_opened(petition)
    kept_back = bool(standing_withheld(petition, now_ms))
    half = petition.opening.asked_as if petition.opening is not None and not opened else ""
    may = {
        IDENTIFY: CUSTODIAN in roles and person and open_still and not identified,
        OPEN: bool(set(OPENERS) - {half} & roles) and person and open_still and identified and not opened,
        WITHHOLD: bool(REVIEWERS & roles) and opened and (open_still or kept_back),
        DISPUTE: CUSTODIAN in roles and petition.matter is PetitionKind.AMENDMENT and identified and open_still,
        DECIDE: DECIDED_BY[petition.kind] in roles and open_still,
        TELL: CUSTODIAN in roles and person and identified and not open_still,
    }
    return tuple(step for step, allowed in may.items() if allowed)


def roles_of_next(petition: Petition, now_ms: int) -> tuple[str, ...]:
    """The roles that may take a step now, by their names in the directory of members."""
    roles = {CUSTODIAN, *OPENERS, *REVIEWERS, *DECIDED_BY.values()}
    over = {WITHHOLD} if petition.reviewed is not None else set()  # may be taken again, and nobody waits for it
    return tuple(sorted(str(one) for one in roles if set(steps_of(petition, frozenset({one}), now_ms)) - over))


def find_petition(call: Call) -> PetitionShown | None:
    """The petition of the address; None for what is no reference, or none of this desk's."""
    reference = call.path["reference"]
    if not REFERENCE.fullmatch(reference):
        return None
    found: list[PetitionShown] = []
    request = ShowPetition(member=call.who().id, reference=reference)
    refused = refusal_of(lambda: found.append(call.site.door.ask(request, PetitionShown)))
    return None if refused else found[0]


def ask(call: Call) -> Reply:
    """The form of a step that lets nothing out."""
    return _ask(call, CLOSING)


def ask_fresh(call: Call) -> Reply:
    """The form of a step that shows or tells something."""
    return _ask(call, RELEASING)


def take(call: Call) -> Reply:
    """Take a step that lets nothing out."""
    return _take(call, CLOSING)


def take_fresh(call: Call) -> Reply:
    """Take a step that shows or tells something; what is told in person is shown at once, and once."""
    return _take(call, RELEASING)


def _ask(call: Call, among: frozenset[str]) -> Reply:
    shown = _find(call, among)
    return _page(call, shown, ()) if shown is not None else NOT_FOUND


def _take(call: Call, among: frozenset[str]) -> Reply:
    shown = _find(call, among)
    if shown is None:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if faults:
        return _page(call, shown, faults)
    try:
        request = _request(call, call.path["step"])
    except _Refused as refused:
        return _page(call, shown, ((refused.field, refused.sentence),))
    except (NounError, WrongUseError) as error:
        return _page(call, shown, (("reason", refusal_text(call.words, str(error))),))
    done: list[Any] = []
    kind = ToldInPerson if isinstance(request, TellInPerson) else Petition
    refusal = refusal_of(lambda: done.append(call.site.door.ask(request, kind)))
    if refusal:
        return _page(call, shown, (("reason", refusal_text(call.words, refusal)),))
    if isinstance(done[0], ToldInPerson):
        return Page("oversight/petition_told.html", {"told": done[0], "names": call.site.agency_names()})
    return Go(f"/desk/petitions/{shown.petition.id}")


def _request(call: Call, step: str) -> RedressRequest:
    """The step as the node is asked for it. Raises _Refused beside the field that is missing."""
    form, who, reference = call.form, call.who().id, call.path["reference"]
    reason = form.one("reason")
    match step:
        case "identify":
            told = IdentityShown(
                shown=_one_of(call, "shown", ("yes", "no")) == "yes",
                how=ShownBy(_one_of(call, "how", tuple(ShownBy))),
                seen=_seen(form),
                reason=reason,
            )
            return IdentifyPetitioner(member=who, reference=reference, told=told)
        case "open-log":
            return OpenLog(member=who, reference=reference, reason=reason)
        case "withhold":
            return WithholdRows(member=who, reference=reference, wanted=_withheld(call, reason))
        case "dispute":
            record = form.one("record")
            if not record:
                raise _Refused("record", call.words("petitions.fault.record"))
            wanted = ToDispute(record=record, reason=reason, statement=form.one("statement"))
            return DisputeRecord(member=who, reference=reference, wanted=wanted)
        case "decide":
            entries = form.one("entries").replace(",", " ").split()
            if not all(one.isascii() and one.isdigit() and len(one) < 13 for one in entries):
                raise _Refused("entries", call.words("petitions.fault.entries"))
            outcome = Outcome(_one_of(call, "outcome", tuple(Outcome)))
            decision = ToDecide(outcome=outcome, reason=reason, entries=tuple(map(int, entries)))
            return DecidePetition(member=who, reference=reference, wanted=decision)
        case _:
            return TellInPerson(member=who, reference=reference, saw=SawInPerson(seen=_seen(form), reason=reason))


def _withheld(call: Call, reason: str) -> ToWithhold:
    rows = tuple(int(one) for one in call.form.every("rows") if one.isascii() and one.isdigit() and len(one) < 7)
    if not rows:
        return ToWithhold(rows=(), reason=reason)
    ground, until = call.form.one("ground"), call.form.one("until")
    if not ground:
        raise _Refused("ground", call.words("petitions.fault.ground"))
    try:
        last_day = date.fromisoformat(until)
    except ValueError as error:
        raise _Refused("until", call.words("petitions.fault.until")) from error
    return ToWithhold(rows=rows, reason=reason, ground=ground, last_day=last_day)


def _seen(form: Form) -> tuple[Seen, ...]:
    known = {one.value for one in Seen}
    return tuple(Seen(one) for one in form.every("seen") if one in known)


def _one_of(call: Call, name: str, words: tuple[str, ...]) -> str:
    said = call.form.one(name)
    if said not in words:
        raise _Refused(f"{name}-0", call.words("petitions.fault.choose"))
    return said


def _find(call: Call, among: frozenset[str]) -> PetitionShown | None:
    """The petition, where its reader may take the step of the address now."""
    step = call.path["step"]
    shown = find_petition(call) if step in among else None
    if shown is None:
        return None
    may = steps_of(shown.petition, frozenset(call.who().roles), call.now_ms)
    return shown if step in may else None


def _page(call: Call, shown: PetitionShown, faults: FAULTS) -> Reply:
    level = own_agency(call).level
    typed: Mapping[str, str] = {
        **{name: call.form.one(name) for name in TYPED},
        "seen": " ".join(call.form.every("seen")),
        "rows": " ".join(call.form.every("rows")),
    }
    values = {
        "shown": shown,
        "petition": shown.petition,
        "step": call.path["step"],
        "rows": shown.account.rows if shown.account is not None else (),
        "half": shown.petition.opening is not None,
        "grounds": [
            (one.id, f"{one.says} ({one.citation})")
            for one in clauses().ground
            if not one.levels or level in one.levels
        ],
        "seen": [one.value for one in Seen],
        "hows": [one.value for one in ShownBy],
        "outcomes": [one.value for one in Outcome],
        "names": call.site.agency_names(),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
        "longest_statement": LONGEST_STATEMENT,
    }
    return Page("oversight/petition_step.html", values, status=422 if faults else 200, faults=faults)
