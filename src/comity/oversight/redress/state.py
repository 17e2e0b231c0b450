"""Where a petition stands: it follows from stored facts and the clock, and is not stored."""

from __future__ import annotations

from collections.abc import Iterable

from comity.errors import PetitionRefusedError
from comity.model.petition import (
    Account,
    AccountRow,
    Outcome,
    Petition,
    PetitionKind,
    Withheld,
)
from comity.model.refused import tell_refused

RECEIVED = "RECEIVED"
CHECKING = "CHECKING WHO YOU ARE"
BEING_ANSWERED = "BEING ANSWERED"
DISPUTE_OPEN = "DISPUTE OPEN"
ANSWERED = "ANSWERED"
NOT_CHANGED = "NOT CHANGED"
CORRECTED = (
    "CORRECTED AND SENT TO WHOEVER WAS SHOWN IT"  # no number: a look-up that is kept back would count in it
)
CLOSED = "CLOSED"

DECIDED_BY = {
    PetitionKind.ACCOUNTING: "records-custodian",
    PetitionKind.ACCESS: "records-custodian",
    PetitionKind.AMENDMENT: "records-custodian",
    PetitionKind.REVIEW: "agency-head",
    PetitionKind.PUBLIC_RECORDS: "records-custodian",
    PetitionKind.COMPLAINT: "privacy-officer",
    PetitionKind.DEMAND: "counsel",
}


def status_of(petition: Petition) -> str:
    """The word whoever asked reads. Nothing in it follows from what the records hold."""
    decided = petition.decided
    if decided is not None:
        return _decided_status(petition, decided.outcome)
    if petition.is_of_a_person and not is_identified(petition):
        return CHECKING if petition.check is not None else RECEIVED
    return DISPUTE_OPEN if petition.matter is PetitionKind.AMENDMENT else BEING_ANSWERED


def next_step(petition: Petition) -> str:
    """What the desk does next, and whose it is, with the command; empty once it is decided."""
    if petition.decided is not None:
        return ""
    if petition.is_of_a_person and not is_identified(petition):
        return "a records custodian says who asks: identify"
    decides = f"{DECIDED_BY[petition.kind]} decides: decide"
    if petition.matter is PetitionKind.AMENDMENT:
        return (
            f"a records custodian marks the record (dispute) and corrects it (comity records correct); {decides}"
        )
    return (_next_opening(petition) if petition.is_of_a_person else "") or decides


def _next_opening(petition: Petition) -> str:
    if not is_opened(petition):
        return "a records custodian and a privacy officer, two people, open the log: account"
    if petition.reviewed is None:
        return "a privacy officer or counsel looks through the look-ups: withhold, with no --row where nothing is kept back"
    return ""


def is_identified(petition: Petition) -> bool:
    """Whether a custodian said that whoever asks is the person, or may ask for them."""
    return petition.check is not None and petition.check.shown


def standing_withheld(petition: Petition, now_ms: int) -> dict[int, Withheld]:
    """The look-ups that are withheld at an instant, by number: of several words on one the last counts, until its end."""
    latest = {one.row: one for one in petition.withheld}
    return {row: one for row, one in latest.items() if now_ms <= one.until_ms}


def shown_rows(
    petition: Petition, account: Account | None, now_ms: int, *, in_person: bool
) -> tuple[AccountRow, ...]:
    """The look-ups that whoever asked may see at an instant; online nothing whose existence is told in person alone."""
    if account is None or petition.decided is None or petition.decided.outcome is not Outcome.ANSWERED:
        return ()
    kept_back = standing_withheld(petition, now_ms)
    return tuple(row for row in account.rows if row.number not in kept_back and (in_person or not row.in_person))


def check_undecided(petition: Petition) -> None:
    """Raises PetitionRefusedError for a petition that is decided."""
    if petition.decided is not None:
        raise PetitionRefusedError(tell_refused("petition.decided", petition=petition.id))


def check_identified(petition: Petition) -> None:
    """Raises PetitionRefusedError while it is not known who asks."""
    if not is_identified(petition):
        raise PetitionRefusedError(tell_refused("petition.not-identified", petition=petition.id))


def is_opened(petition: Petition) -> bool:
    """Whether two people opened the log for it."""
    return petition.opening is not None and petition.opening.agreed is not None


def _decided_status(petition: Petition, outcome: Outcome) -> str:
    match outcome:
        case Outcome.CORRECTED:
            return CORRECTED
        case Outcome.REFUSED if petition.matter is PetitionKind.AMENDMENT or petition.first is not None:
            return NOT_CHANGED + (" (your statement now travels with it)" if petition.stated else "")
        case Outcome.ANSWERED | Outcome.REFUSED:
            return ANSWERED
        case _:
            return CLOSED


def words_of(rows: Iterable[int]) -> str:
    """Numbers in words: `2, 5`."""
    return ", ".join(str(row) for row in sorted(rows))
