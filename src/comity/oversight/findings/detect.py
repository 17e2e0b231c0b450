"""Every detector in its turn, over one look's uses. Pure: the same uses give the same patterns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.model.finding import FindingKind
from comity.oversight.findings.drift import find_drift
from comity.oversight.findings.fishing import find_fishing
from comity.oversight.findings.hours import find_out_of_hours
from comity.oversight.findings.laundering import find_laundering
from comity.oversight.findings.own_circle import find_own_circle
from comity.oversight.findings.pointers import find_unfollowed
from comity.oversight.findings.reasons import find_poor_reasons
from comity.oversight.findings.repeated import find_repeated
from comity.oversight.findings.shared import find_shared
from comity.oversight.findings.uses import Detector, Pattern, Use

DETECTORS: Mapping[FindingKind, Detector] = {
    FindingKind.FISHING: find_fishing,
    FindingKind.REPEATED: find_repeated,
    FindingKind.OWN_CIRCLE: find_own_circle,
    FindingKind.LAUNDERING: find_laundering,
    FindingKind.DRIFT: find_drift,
    FindingKind.REASONS: find_poor_reasons,
    FindingKind.POINTERS: find_unfollowed,
    FindingKind.HOURS: find_out_of_hours,
    FindingKind.SHARED: find_shared,
}
NONE_JUDGED: Mapping[FindingKind, frozenset[int]] = {}


def find_patterns(
    uses: Sequence[Use], judged: Mapping[FindingKind, frozenset[int]] = NONE_JUDGED
) -> Iterator[Pattern]:
    """Every pattern that the entries of earlier findings of its kind (`judged`) do not already account for.

    What was put to a reviewer once is not put again; what came since is, when it makes a pattern by itself.
    """
    for kind, detector in DETECTORS.items():
        seen = judged.get(kind, frozenset())
        yield from detector([one for one in uses if one.entry not in seen])
