"""What whoever asked sees online: no agency, no place, no record; the same bytes for a person who is not there.

Pure: it follows from the petition, from what two people opened, and from the clock. That something is withheld is never
said of one answer: the sentence that it may be stands on every one, on an empty one too. No word that anybody at the desk
wrote stands online: a reason in somebody's own words names a place sooner or later.
"""

from __future__ import annotations

from datetime import date

from comity.law.calendar import local_time
from comity.model.agency import Agency, Directory
from comity.model.base import Noun
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.petition import (
    Account,
    AccountRow,
    Channel,
    Outcome,
    Petition,
    PetitionKind,
)
from comity.oversight.redress.clauses import DECIDE
from comity.oversight.redress.state import CLOSED, is_identified, shown_rows, status_of

NOTHING = "We have nothing we can show you."
WHERE = "Which agencies: told in person at the desk that holds the record, with identification."
MAY_BE_KEPT = "Some look-ups may be kept from you by law for now. Each is shown when the reason ends."
FURTHER = "Why, and where you may take this further, is told with the decision and at the desk."
UNKNOWN = "There is no request of this reference, or it is closed."
KINDS = {
    AgencyKind.POLICE: "a police agency",
    AgencyKind.SHERIFF: "a police agency",
    AgencyKind.SCHOOL_POLICE: "a police agency",
    AgencyKind.CORRECTIONS: "a prison or jail",
    AgencyKind.PROBATION: "a probation office",
    AgencyKind.PROSECUTOR: "a prosecutor",
    AgencyKind.COURT: "a court",
    AgencyKind.MOTOR_VEHICLES: "a motor-vehicle agency",
    AgencyKind.LICENSING: "a licensing agency",
}
HOW = {
    Channel.QUESTION: "asked",
    Channel.TOLD: "was told",
    Channel.NOTICE: "was given notice",
    Channel.FEED: "was sent a copy",
    Channel.ABROAD: "was told abroad",
    Channel.ONWARD: "was passed it on",
}


class OutwardRow(Noun, frozen=True, kw_only=True):
    """One look-up as it is shown online: the month, what kind of agency, for what, and which fields it saw."""

    month: str
    agency: str
    how: str
    purpose: str
    saw: tuple[str, ...]
    result: str


class OutwardPetition(Noun, frozen=True, kw_only=True):
    """A petition as whoever asked sees it online. Days are the owner's; empty where there is none."""

    reference: str
    status: str
    kind: str = ""
    received: str = ""
    identity_checked: str = ""
    answer_due: str = ""
    rows: tuple[OutwardRow, ...] = ()
    sentences: tuple[str, ...] = ()


def outward(
    petition: Petition, account: Account | None, owner: Agency, directory: Directory, now_ms: int
) -> OutwardPetition:
    """What is shown online of a petition at an instant."""
    rows = shown_rows(petition, account, now_ms, in_person=False)
    decided = petition.decided
    told = tuple(_row(row, owner, directory) for row in rows)
    return OutwardPetition(
        reference=petition.id,
        status=status_of(petition),
        kind=petition.kind,
        received=_day(petition.opened_ms, owner),
        identity_checked=_checked(petition, owner),
        answer_due="" if decided else _due(petition, owner),
        rows=told,
        sentences=_sentences(petition, told),
    )


def unknown_petition(reference: str) -> OutwardPetition:
    """What is shown of a reference that nobody has: one that is wrong differs in no way from one that never was."""
    return OutwardPetition(reference=reference, status=CLOSED, sentences=(UNKNOWN,))


def agency_words(agency: Agency | None) -> str:
    """What kind of agency asked, in words that name no place."""
    if agency is None:
        return "an agency"
    if agency.level is GovernmentLevel.FEDERAL:
        return "a federal agency"
    if agency.level is GovernmentLevel.FOREIGN:
        return "an agency abroad"
    return KINDS.get(agency.kind, "an agency")


def _row(row: AccountRow, owner: Agency, directory: Directory) -> OutwardRow:
    return OutwardRow(
        month=f"{_date(row.at_ms, owner):%Y-%m}" if row.at_ms else "",
        agency=agency_words(directory.find_agency(row.asker)),
        how=HOW[row.channel],
        purpose=row.purpose.value if row.purpose is not None else "",
        saw=row.fields,
        result=_result(row),
    )


def _result(row: AccountRow) -> str:
    if not row.kept:
        return "RELEASED, what is not kept any more"
    return "RELEASED" if row.fields else "NOTHING SHOWN"


def _sentences(petition: Petition, rows: tuple[OutwardRow, ...]) -> tuple[str, ...]:
    decided = petition.decided
    if decided is None:
        return ()
    further = (FURTHER,) if decided.outcome is Outcome.REFUSED else ()
    if not petition.is_of_a_person:
        return further
    nothing = (NOTHING,) if not rows and petition.matter is not PetitionKind.AMENDMENT else ()
    return (*nothing, WHERE, MAY_BE_KEPT, *further)


def _checked(petition: Petition, owner: Agency) -> str:
    return _day(petition.check.said.at_ms, owner) if petition.check and is_identified(petition) else ""


def _due(petition: Petition, owner: Agency) -> str:
    return next((_day(clock.due_ms, owner) for clock in petition.clocks if clock.step == DECIDE), "")


def _day(at_ms: int, owner: Agency) -> str:
    return _date(at_ms, owner).isoformat()


def _date(at_ms: int, owner: Agency) -> date:
    return local_time(at_ms, owner.zone).date()
