"""What people ask of this agency about its records: the desk's list, taking one in, and one with where it stands.

The list names nobody. What was asked, by whom and about whom stands on a petition's own page, for the desk alone.
"""

from __future__ import annotations

from comity.errors import NounError
from comity.model.petition import (
    LONGEST_CONTACT,
    LONGEST_WORDS,
    OF_A_PERSON,
    REFERENCE,
    Capacity,
    Particulars,
    Petition,
    PetitionKind,
    PetitionWanted,
    Residence,
)
from comity.model.query import LONGEST_NAME, PersonSubject
from comity.node.redress_requests import ListPetitions, OpenPetition
from comity.oversight.redress.read_petitions import ListedPetition, PetitionList
from comity.web.ask.read_subject import FIELDS, KINDS, subject_faults, subject_of
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.oversight.days import local_day
from comity.web.oversight.petition_steps import find_petition, roles_of_next, steps_of
from comity.web.oversight.refused import refusal_of
from comity.web.public.my_request import nothing_written
from comity.web.said import refusal_text
from comity.web.sorting import Table, by_time, by_word, ordered

FAULTS = tuple[tuple[str, str], ...]
OWN = ("kind", "capacity", "residence", "about", "petitioner", "contact", "words", "message")


def show(call: Call) -> Reply:
    """What waits, the soonest due first, then what is decided; and whether the log says that as many came."""
    found: PetitionList = call.site.door.ask(ListPetitions(member=call.who().id), PetitionList)
    rows = []
    for one in found.petitions:
        due = due_tag(call.words, call.now_ms, one.due_ms) if one.due_ms is not None else Due(Stand.DONE, None)
        rows.append((one, due, status_word(one.status)))
    table: Table[tuple[ListedPetition, Due, str]] = Table(
        {
            "asked": by_word(lambda row: call.words(f"petitions.kind.{row[0].kind.value}")),
            "due": by_time(lambda row: row[1].at_ms),
            "stands": by_word(lambda row: call.words(f"petitions.status.{row[2]}")),
        },
        default="due",
    )
    shown, order = ordered(call, table, rows)
    return Page(
        "oversight/petitions.html",
        {
            "rows": shown,
            "order": order,
            "waits": sum(one.due_ms is not None for one in found.petitions),
            "overdue": sum(one.overdue for one in found.petitions),
            "listed": len(found.petitions) + found.unlisted,
            "entered": found.entered,
            "unlisted": found.unlisted,
            "demands": found.demands,
        },
    )


def ask_new(call: Call) -> Reply:
    """The form for whoever stands at the desk, or wrote."""
    return _new(call, {}, ())


def take_in(call: Call) -> Reply:
    """Take it in: the clocks run from now, and no record is looked at."""
    typed = {name: call.form.one(name) for name in (*OWN, *FIELDS)}
    faults = _faults(call, typed)
    if faults:
        return _new(call, typed, faults)
    try:
        wanted = _wanted(call, typed)
    except NounError as error:
        return _new(call, typed, (("kind-0", str(error)),))
    taken: list[Petition] = []
    request = OpenPetition(member=call.who().id, wanted=wanted)
    refusal = refusal_of(lambda: taken.append(call.site.door.ask(request, Petition)))
    if refusal:
        return _new(call, typed, (("kind-0", refusal_text(call.words, refusal)),))
    return Go(f"/desk/petitions/{taken[0].id}?done=taken")


def one(call: Call) -> Reply:
    """One petition: what was asked, what the law says of it, its clocks, what was done, and what comes next."""
    shown = find_petition(call)
    if shown is None:
        return NOT_FOUND
    petition = shown.petition
    values = {
        "shown": shown,
        "petition": petition,
        "unwritten": shown.particulars is not None and nothing_written(shown.particulars.words),
        "status": status_word(shown.status),
        "stated": bool(petition.stated),
        "clocks": [(one, due_tag(call.words, call.now_ms, one.due_ms)) for one in petition.clocks],
        "steps": steps_of(petition, frozenset(call.who().roles), call.now_ms),
        "next": roles_of_next(petition, call.now_ms),
        "names": call.site.agency_names(),
        "done": call.query.one("done") == "taken",
    }
    return Page("oversight/petition.html", values)


def status_word(status: str) -> str:
    """The name of a status' word: `BEING ANSWERED` is `being-answered`; what follows in brackets is told apart."""
    return status.partition(" (")[0].lower().replace(" ", "-")


def _new(call: Call, typed: dict[str, str], faults: FAULTS) -> Reply:
    values = {
        "typed": typed,
        "fault": dict(faults),
        "kinds": [one.value for one in PetitionKind],
        "capacities": [one.value for one in Capacity],
        "residences": [one.value for one in Residence],
        "identifiers": KINDS,
        "longest": {"name": LONGEST_NAME, "contact": LONGEST_CONTACT, "words": LONGEST_WORDS},
    }
    return Page("oversight/petition_new.html", values, status=422 if faults else 200, faults=faults)


def _faults(call: Call, typed: dict[str, str]) -> FAULTS:
    words, found = call.words, []
    if typed["kind"] not in {one.value for one in PetitionKind}:
        found.append(("kind-0", words("petitions.fault.kind")))
    if typed["capacity"] not in {one.value for one in Capacity}:
        found.append(("capacity-0", words("petitions.fault.capacity")))
    asked_for = {
        "petitioner": words("petitions.fault.petitioner"),
        "contact": words("petitions.fault.contact"),
        "words": words("petitions.fault.words"),
    }
    found += [(name, sentence) for name, sentence in asked_for.items() if not typed[name]]
    if typed["kind"] in OF_A_PERSON:
        found += subject_faults(call.form, words, local_day(call, call.now_ms))
    if typed["kind"] == PetitionKind.REVIEW and not REFERENCE.fullmatch(typed["about"]):
        found.append(("about", words("petitions.fault.about")))
    return tuple(found)


def _wanted(call: Call, typed: dict[str, str]) -> PetitionWanted:
    kind = PetitionKind(typed["kind"])
    subject = subject_of(call.form) if kind in OF_A_PERSON else None
    if subject is not None and not isinstance(subject, PersonSubject):
        raise NounError("a petition is about a person; give a family name")
    return PetitionWanted(
        kind=kind,
        capacity=Capacity(typed["capacity"]),
        residence=Residence(typed["residence"]) if typed["residence"] else Residence.NOT_SAID,
        about=typed["about"] if kind is PetitionKind.REVIEW else "",
        particulars=Particulars(
            petitioner=typed["petitioner"],
            contact=typed["contact"],
            words=typed["words"],
            subject=subject,
            message=typed["message"] == "yes",
        ),
    )
