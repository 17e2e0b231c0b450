"""A privacy officer or counsel looks through the look-ups before they are shown, and may keep some back for a time.

 1 who looks             a privacy officer or counsel; the log was opened by two people before
 2 which, until when     each with a ground that is law's, a reason, and a last day no later than the ground allows
 3 append_entry          the petition, and a duty to tell the person when the last day is over

At the end of its last day a look-up comes out by itself: nobody has to remember it, and nobody can forget it. Looking
through and keeping nothing back is a step too: without one no answer goes out.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.duties import said_words
from comity.exchange.owners import owner_day
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar, end_of_day_ms
from comity.law.duty import after_ms
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.petition import Petition, Withheld
from comity.model.refused import tell_refused
from comity.model.said import Said
from comity.oversight.redress.grounds import check_last_day, get_ground
from comity.oversight.redress.petitions import REVIEWERS, Change, act_on, finished, petition_duty
from comity.oversight.redress.state import is_opened, standing_withheld, words_of
from comity.ports import World

TELL_WITHIN = Span(3, "working-day")  # of the day a look-up comes out: whoever asked is told that there is news


class ToWithhold(Noun, frozen=True, kw_only=True):
    """Look-ups to keep back, by number; none where nothing is. `ground` and `last_day` go with any."""

    rows: tuple[int, ...]
    reason: str
    ground: str = ""
    last_day: date | None = None

    def __post_init__(self) -> None:
        if bool(self.rows) != bool(self.ground and self.last_day):
            raise WrongUseError(tell_refused("petition.three"))


def withhold(world: World, member: Member, reference: str, wanted: ToWithhold) -> Petition:
    """Look through the look-ups of a petition. Raises WrongUseError or PetitionRefusedError for what cannot be kept back."""
    words = said_words("reason", wanted.reason)

    def act(owner: Agency, petition: Petition, now_ms: int) -> Change:
        _check(petition, wanted, now_ms)  # 1
        said = Said(by=member.id, at_ms=now_ms, words=words)
        new = _withheld(owner, wanted, said)  # 2
        after = replace(petition, reviewed=said, withheld=(*petition.withheld, *new))
        return Change(
            after,
            EntryKind.PETITION_REVIEWED,
            {"said": said, "withheld": new},
            duties=_duties(owner, petition, new, now_ms),
            changed_duties=_idle(world, petition, after, member.id, now_ms),
        )  # 3

    return act_on(world, member, reference, REVIEWERS, act)


def _check(petition: Petition, wanted: ToWithhold, now_ms: int) -> None:
    if not is_opened(petition):
        raise PetitionRefusedError(tell_refused("petition.not-opened", petition=petition.id))
    unknown = [row for row in wanted.rows if not 1 <= row <= petition.rows]
    if unknown:
        raise WrongUseError(f"`{petition.id}` has look-ups 1 to {petition.rows}, and no {words_of(unknown)}")
    if petition.decided is None:
        return
    out = [row for row in wanted.rows if row not in standing_withheld(petition, now_ms)]
    if out or not wanted.rows:
        raise PetitionRefusedError(tell_refused("petition.out"))


def _withheld(owner: Agency, wanted: ToWithhold, said: Said) -> tuple[Withheld, ...]:
    if wanted.last_day is None:
        return ()
    ground = get_ground(wanted.ground, owner.level)
    last_day = check_last_day(ground, wanted.last_day, owner_day(owner, said.at_ms))
    until_ms = end_of_day_ms(last_day, owner.zone)
    return tuple(
        Withheld(row=row, ground=ground.id, last_day=last_day, until_ms=until_ms, said=said)
        for row in sorted(set(wanted.rows))
    )


def _duties(owner: Agency, petition: Petition, new: tuple[Withheld, ...], now_ms: int) -> tuple[StoredDuty, ...]:
    if not new:
        return ()
    rule = builtin_reason("comity/WITHHELD-ENDS")
    calendar = OwnerCalendar(new[0].until_ms, owner.zone, frozenset(owner.holidays))
    duty = Duty(
        kind="notify",
        rule=rule.rule,
        citation=rule.citation,
        to="person",
        due_ms=after_ms(TELL_WITHIN, calendar),
        text=f"tell whoever asked in {petition.id} that there is news; what was withheld until {new[0].last_day} is out",
    )
    return (petition_duty(petition, duty, _name(new[0].last_day, petition.changed), now_ms),)


def _idle(world: World, before: Petition, after: Petition, by: str, now_ms: int) -> tuple[StoredDuty, ...]:
    """The duties of days on which nothing comes out any more, because all of it is kept back longer."""
    left = {one.last_day for one in standing_withheld(after, now_ms).values()}
    gone = {one.last_day for one in standing_withheld(before, now_ms).values()} - left
    return tuple(
        duty
        for day in sorted(gone)
        for changed in range(after.changed + 1)
        for duty in finished(world, before, _name(day, changed), by, now_ms)
    )


def _name(last_day: date, changed: int) -> str:
    """One duty for each day and look: what is kept back longer and then comes out on that day again is owed anew."""
    return f"withheld:{last_day}:{changed}"
