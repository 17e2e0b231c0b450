"""Task-force drift: what the home agency was refused is asked again through the task force (harms H8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.model.codes import Purpose, Status
from comity.model.finding import FindingKind
from comity.oversight.findings.uses import DAY_MS, Pattern, Use, grouped

WITHIN_MS = 14 * DAY_MS  # the refusal is still on the desk; after that a task force has reasons of its own
KNOWN_MS = 90 * DAY_MS  # a task force that asked about this subject before the refusal was at work on it


def find_drift(uses: Sequence[Use]) -> Iterator[Pattern]:
    """A refusal of an agency, and its member asking about the same subject for a task force that had not asked before."""
    asked = [one for one in uses if not one.told]
    for about in grouped(asked, lambda one: one.subject).values():
        refusals = [one for one in about if one.status is Status.REFUSED and one.purpose is not Purpose.TASK_FORCE]
        seen: list[Use] = []
        for refused in refusals:
            again = [one for one in about if _is_other_door(refused, one) and not _was_known(about, refused, one)]
            seen += [refused, *again] if again else []
        if seen:
            yield _pattern(sorted(set(seen), key=lambda one: one.entry))


def _is_other_door(refused: Use, one: Use) -> bool:
    """Whether a later question is the refused agency's again, by a task force or for its purpose."""
    through_another = one.asker != refused.asker and refused.asker in one.homes
    as_task_force = one.asker == refused.asker and one.purpose is Purpose.TASK_FORCE
    return 0 < one.at_ms - refused.at_ms <= WITHIN_MS and (through_another or as_task_force)


def _was_known(about: Sequence[Use], refused: Use, one: Use) -> bool:
    """Whether the task force had asked about the subject before the refusal."""
    return any(
        0 < refused.at_ms - use.at_ms <= KNOWN_MS
        and (use.asker == one.asker != refused.asker or use.purpose is Purpose.TASK_FORCE)
        for use in about
    )


def _pattern(seen: Sequence[Use]) -> Pattern:
    refused = sum(1 for one in seen if one.status is Status.REFUSED and one.purpose is not Purpose.TASK_FORCE)
    days = (seen[-1].at_ms - seen[0].at_ms) // DAY_MS + 1
    counts = {"refused": refused, "asked again": len(seen) - refused, "days": days}
    return Pattern(
        FindingKind.DRIFT,
        tuple(seen),
        "seen.task-force-drift",
        counts,
    )
