"""One member's credentials in several hands (harms H26), as far as entries show it.

Three signs: more questions than two hands can type, two places in turn, and a day without sleep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.model.finding import FindingKind
from comity.oversight.findings.seen import MOST_A_MINUTE, MOST_HOURS
from comity.oversight.findings.uses import DAY_MS, HOUR_MS, MINUTE_MS, Pattern, Use, by_member

TURN_MS = (
    10 * MINUTE_MS
)  # from one place to another and back: nobody drives that; an agency that moves nodes does not return


def find_shared(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Members whose questions cannot all be one person's."""
    for own in by_member(uses).values():
        ordered = sorted(own, key=lambda one: one.at_ms)
        yield from _too_fast(ordered)
        yield from _two_places(ordered)
        yield from _without_sleep(ordered)


def _too_fast(own: Sequence[Use]) -> Iterator[Pattern]:
    first = 0
    caught: dict[int, Use] = {}
    for last, one in enumerate(own):
        while one.at_ms - own[first].at_ms >= MINUTE_MS:
            first += 1
        minute = own[first : last + 1]
        if len({use.subject for use in minute}) > MOST_A_MINUTE:
            caught.update((use.entry, use) for use in minute)
    if caught:
        yield _pattern(list(caught.values()), "fast", {"most": MOST_A_MINUTE})


def _two_places(own: Sequence[Use]) -> Iterator[Pattern]:
    caught: dict[int, Use] = {}
    for one, two, three in zip(own, own[1:], own[2:], strict=False):
        away = one.came_by != two.came_by and two.came_by != three.came_by
        if away and one.came_by == three.came_by and three.at_ms - one.at_ms <= TURN_MS:
            caught.update((use.entry, use) for use in (one, two, three))
    if caught:
        yield _pattern(list(caught.values()), "places")


def _without_sleep(own: Sequence[Use]) -> Iterator[Pattern]:
    first = 0
    for last, one in enumerate(own):
        while one.at_ms - own[first].at_ms >= DAY_MS:
            first += 1
        day = own[first : last + 1]
        hours = {use.at_ms // HOUR_MS for use in day}
        if len(hours) >= MOST_HOURS:
            yield _pattern(day, "sleepless", {"hours": len(hours)})
            first = last + 1
            if first >= len(own):
                return


def _pattern(caught: Sequence[Use], what: str, more: Mapping[str, int] | None = None) -> Pattern:
    return Pattern(
        FindingKind.SHARED,
        tuple(caught),
        f"seen.shared-credentials.{what}",
        {"questions": len(caught), "subjects": len({one.subject for one in caught})},
        more or {},
    )
