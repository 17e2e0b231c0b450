"""Purpose laundering: a criminal question fetches what an immigration question may not have (harms H13; law.md section 7).

That police and an immigration authority ask about one person within days says little: they meet the same people. What
tells is a link: one agency asking both ways, one case number on both, the same member's subjects turning up again and again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.model.codes import Status
from comity.model.finding import FindingKind
from comity.oversight.findings.uses import CRIMINAL, DAY_MS, Pattern, Use, grouped

ONE_AGENCY_MS = 7 * DAY_MS  # the same agency, first for a crime and then for an immigration authority
ONE_CASE_MS = 30 * DAY_MS  # one case number on both sides; numbers are not shared by accident
FOLLOWED_MS = 2 * DAY_MS  # "could you run this one for me": hours, not weeks
# One member whose subjects an immigration authority asks about within two days. Arrests are told by fingerprint, and an
# officer who arrests has one such follow-up in a quarter, rarely two.
LEAST_SUBJECTS = 3
FIRST_ASKED_MS = 60 * DAY_MS  # who asked about somebody in the two months before had reasons of its own
LEAST_AFTER_REFUSAL = 2  # subjects first asked about right after the authority was refused: once is chance


def find_laundering(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Subjects asked about for a crime and for immigration, where something links the two."""
    asked = [one for one in uses if not one.told]
    followed: dict[tuple[str, str], list[tuple[Use, Use]]] = {}
    after_refusal: dict[tuple[str, str], list[tuple[Use, Use]]] = {}
    for about in grouped(asked, lambda one: one.subject).values():
        criminal = [one for one in about if one.purpose in CRIMINAL and not one.immigration]
        other = [one for one in about if one.immigration]
        if not criminal or not other:
            continue
        linked = _linked(criminal, other)
        if linked:
            yield _pattern(linked)
            continue
        _note_followed(criminal, other, followed)
        _note_after_refusal(about, criminal, other, after_refusal)
    for pairs, least in ((followed, LEAST_SUBJECTS), (after_refusal, LEAST_AFTER_REFUSAL)):
        for found in pairs.values():
            if len({first.subject for first, _ in found}) >= least:
                yield _repeated(found)


def _linked(criminal: Sequence[Use], other: Sequence[Use]) -> list[Use]:
    """The uses of pairs that one agency or one case number links."""
    pairs = [
        (one, two)
        for one in criminal
        for two in other
        if (one.asker == two.asker and abs(one.at_ms - two.at_ms) <= ONE_AGENCY_MS)
        or (one.case == two.case and not one.empty_case and abs(one.at_ms - two.at_ms) <= ONE_CASE_MS)
    ]
    return sorted({one for pair in pairs for one in pair}, key=lambda one: one.entry)


def _note_followed(
    criminal: Sequence[Use], other: Sequence[Use], followed: dict[tuple[str, str], list[tuple[Use, Use]]]
) -> None:
    """By member and authority: a criminal question, and the authority's own within two days."""
    for two in other:
        before = [one for one in criminal if 0 <= two.at_ms - one.at_ms <= FOLLOWED_MS and one.asker != two.asker]
        if two.authority and before:
            followed.setdefault((before[-1].member, two.asker), []).append((before[-1], two))


def _note_after_refusal(
    about: Sequence[Use],
    criminal: Sequence[Use],
    other: Sequence[Use],
    after_refusal: dict[tuple[str, str], list[tuple[Use, Use]]],
) -> None:
    """By member and authority: a refused immigration question, and a criminal one by an agency that never asked before."""
    for two in other:
        if not two.authority or two.status is not Status.REFUSED:
            continue
        for one in criminal:
            new = not any(
                use.asker == one.asker and one.at_ms - FIRST_ASKED_MS <= use.at_ms < two.at_ms for use in about
            )
            if 0 <= one.at_ms - two.at_ms <= FOLLOWED_MS and one.asker != two.asker and new:
                after_refusal.setdefault((one.member, two.asker), []).append((two, one))
                break


def _pattern(linked: Sequence[Use]) -> Pattern:
    counts = {"questions": len(linked), "agencies": len({one.asker for one in linked})}
    how = "one-agency" if counts["agencies"] == 1 else "agencies"
    return Pattern(
        FindingKind.LAUNDERING,
        tuple(linked),
        f"seen.purpose-laundering.{how}",
        counts,
    )


def _repeated(pairs: Sequence[tuple[Use, Use]]) -> Pattern:
    uses = sorted({one for pair in pairs for one in pair}, key=lambda one: one.entry)
    subjects = len({first.subject for first, _ in pairs})
    refused = pairs[0][0].authority
    return Pattern(
        FindingKind.LAUNDERING,
        tuple(uses),
        f"seen.purpose-laundering.{'after-refusal' if refused else 'followed'}",
        {"questions": len(uses), "subjects": subjects},
    )
