"""How one agency wrote one person down once: slip, blanks, what is public, the record's standing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from comity.demo.slips import Slip, SlipKind, draw_slip
from comity.model.codes import Disposition
from comity.model.record import RecordState

BLANK_SHARE = 0.12  # of values that a file simply does not have
ROSTER_SHARE = 0.45  # of bookings whose roster entry the owner has flagged public
OLD_ADDRESS_SHARE = 0.22
COMPLETE_SHARE = 0.88  # of files that know all convictions of a person
SEALED_SHARE = 0.02
DISPUTED_SHARE = 0.01
VALIDATED_YEARS = 4

# Values that files leave blank; the name and the event's own number never are.
BLANKABLE = (
    "birth-date", "ssn", "driver-licence", "state-id", "fbi-number", "home-address", "phone", "email",
    "description", "employment", "relatives", "alias", "former-name", "weapon", "vehicle",
    "supervision", "passport",
)  # fmt: skip
# Rarer on file than the rest; birth dates are nearly always there.
_BLANK_SHARES = {"birth-date": 0.02, "email": 0.7, "phone": 0.35, "ssn": 0.35, "passport": 0.5, "relatives": 0.6}


@dataclass(frozen=True, slots=True)
class Manner:
    """One appearance in one record. `complete` says that the owner knows every conviction."""

    slip: Slip
    blank: frozenset[str]
    old_address: bool
    on_roster: bool
    complete: bool
    state: RecordState
    luck: float


PLAIN_SLIP = Slip(SlipKind.NONE, 0.0, 0.0)


def draw_manner(random: Random, day: date, today: date, outcome: Disposition) -> Manner:
    """An appearance by chance. Never looks at a name."""
    slip = draw_slip(random)
    blank = frozenset(name for name in BLANKABLE if random.random() < _BLANK_SHARES.get(name, BLANK_SHARE))
    old_address, on_roster, complete = (random.random() for _ in range(3))
    return Manner(
        slip=slip,
        blank=blank,
        old_address=old_address < OLD_ADDRESS_SHARE,
        on_roster=on_roster < ROSTER_SHARE,
        complete=complete < COMPLETE_SHARE,
        state=_draw_state(random, day, today, outcome),
        luck=random.random(),
    )


def standing(
    day: date, today: date, outcome: Disposition, *, reviewed: bool | None = True, certified: bool | None = True
) -> RecordState:
    """The standing of an orderly record: own, not sealed, not disputed, checked against the state repository."""
    return RecordState(
        reviewed=reviewed,
        certified=certified,
        sealed=False,
        disputed=False,
        legal_hold=False,
        tied_to_case=outcome is Disposition.PENDING,
        consented_onward=False,
        own_record=True,
        received_under_1367=False,
        iii_derived=False,
        non_conviction=is_non_conviction(day, today, outcome),
        disposition_checked=True,
        generated_by_law_enforcement=True,
        federal_detainee=False,
        collected=day,
        last_validated=max(day, today - timedelta(days=200)),
    )


def is_non_conviction(day: date, today: date, outcome: Disposition) -> bool | None:
    """Whether this is non-conviction data (28 CFR 20.3(q)): no conviction, or no outcome a year after arrest."""
    if outcome is Disposition.UNKNOWN:
        return True if (today - day).days > 365 else None
    return outcome in {
        Disposition.ACQUITTED,
        Disposition.DISMISSED,
        Disposition.NOT_FILED,
        Disposition.VOID,
        Disposition.DIVERTED,
    }


def _draw_state(random: Random, day: date, today: date, outcome: Disposition) -> RecordState:
    reviewed, certified, sealed, disputed, checked, aged = (random.random() for _ in range(6))
    since = (today - day).days
    validated = today - timedelta(days=int(min(since, VALIDATED_YEARS * 365) * aged))
    return RecordState(
        reviewed=None if reviewed < 0.04 else reviewed < 0.85,
        certified=None if certified < 0.04 else certified < 0.4 and 0.04 <= reviewed < 0.85,
        sealed=None if sealed > 0.99 else sealed < SEALED_SHARE,
        disputed=disputed < DISPUTED_SHARE,
        legal_hold=False,
        tied_to_case=outcome is Disposition.PENDING,
        consented_onward=False,
        own_record=True,
        received_under_1367=False,
        iii_derived=False,
        non_conviction=is_non_conviction(day, today, outcome),
        disposition_checked=None if checked < 0.03 else checked < 0.9,
        generated_by_law_enforcement=True,
        federal_detainee=False,
        collected=day,
        last_validated=validated,
    )
