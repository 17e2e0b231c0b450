"""What a member asked lately: is a question one more of a list, is it about the same person again.

Subjects and cases are compared by hashes (`model/approval.py`). Which questions are about one subject is said in one place
(`match/subjects.py`), for what is stopped here and for what is found afterwards (`oversight/findings`).
"""

from __future__ import annotations

import hmac
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.errors import AskedBeforeError
from comity.exchange.answering.raised import duty_id
from comity.exchange.asking.asker import Asking
from comity.exchange.builtin import builtin_reason
from comity.exchange.owners import owner_day, owner_facts
from comity.match.fold import alnum
from comity.match.subjects import SubjectKeys, keys_of, labels_of
from comity.model.approval import LookUp
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty, Reason
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.ports import World

MINUTE_MS, DAY_MS = 60_000, 86_400_000
LOOKED_BACK_MS = 30 * DAY_MS  # "you asked about this person 4 times in 30 days"
# Of one member, the newest: more than the busiest dispatcher asks in two weeks; some milliseconds of reading.
MOST_READ = 500
ONE_CASE = 8  # subjects under one number within a day: from here on it is a list and not a case with its people
# Subjects of such numbers within a day. The largest operation or crash brings one member some twenty, and a finding is made
# from twenty-five on (`oversight/findings/fishing.py`): who is refused has passed what anybody reviews twice over.
MOST_LISTED = 60
# Earlier look-ups for other cases; two linked cases bring a member to one person four times in a quarter, not in a month.
AGAIN = 4
OTHER_CASES = 2  # beside the one at hand: two cases of one person are linked cases
# Of them all, this question too: then it is that case that goes on (`oversight/findings/repeated.py`).
ONE_CASE_PERCENT = 70
# Asked again within half an hour under one case: typed anew, or more owners; one look-up.
SITTING_MS = 30 * MINUTE_MS
REVIEW_MS = 3 * DAY_MS  # until the privacy officer has looked at a list that was stopped: over a weekend
HASH_BYTES = 12


@dataclass(frozen=True, slots=True)
class Lately:
    """A question as a look-up, and what its member asked in the last month, the newest first; which of it is tied to now."""

    now: LookUp
    earlier: tuple[LookUp, ...]
    tied: tuple[LookUp, ...]


def look_up_of(asking: Asking) -> LookUp:
    """The question as later ones are held against it. One that is put again is the same look and has the first one's time."""
    request = asking.request
    # Hashes are told apart by agency; what keeps them is the wrapping they lie under.
    secret = request.asker.encode()
    keys = keys_of(request.subject, secret)
    case = hmac.digest(secret, alnum(request.case_number).encode(), "sha256")[:HASH_BYTES].hex()
    return LookUp(
        agency=request.asker,
        member=asking.member.id,
        query_id=asking.query_id,
        at_ms=asking.instead.asked_ms if asking.instead else asking.now_ms,
        case=case,
        telling=tuple(sorted(keys.telling)),
        names=tuple(sorted(keys.names)),
        explained=bool(request.go_on),
    )


def asked_lately(world: World, asking: Asking) -> Lately:
    """What a question is held against. Raises ClosedError where it cannot be read."""
    since_ms = asking.now_ms - LOOKED_BACK_MS
    earlier = world.journal.look_ups.of(asking.request.asker, asking.member.id, since_ms, MOST_READ)
    now = look_up_of(asking)
    return Lately(now, earlier, _tied(earlier, now))


def list_refused(lately: Lately) -> tuple[Reason, ...]:
    """The reason against one more of a list: too many subjects of a day, under numbers that stand for many each."""
    now = lately.now
    day = [one for one in lately.earlier if one.at_ms > now.at_ms - DAY_MS]
    own = 1 + sum(one.case == now.case for one in day)
    if (
        len(day) < MOST_LISTED or own < ONE_CASE
    ):  # no more subjects than look-ups could be among them, or in this case
        return ()
    labels = _labels((now, *day))
    cases: dict[str, set[str]] = defaultdict(set)
    for one, label in zip((now, *day), labels, strict=True):
        cases[one.case].add(label)
    is_new = labels[0] not in labels[1:]
    crowded = [subjects for subjects in cases.values() if len(subjects) >= ONE_CASE]
    listed = set().union(*crowded)
    if not is_new or cases[now.case] not in crowded or len(listed) <= MOST_LISTED:
        return ()
    because = f"you asked about {len(listed) - 1} people or things within a day under {len(crowded)} case numbers"
    return (builtin_reason("comity/LIST", because=because),)


def same_subject(earlier: Sequence[LookUp], now: LookUp) -> tuple[LookUp, ...]:
    """The look-ups among `earlier` that are about the subject of this question."""
    tied = _tied(earlier, now)
    labels = _labels((now, *tied))
    return tuple(one for one, label in zip(tied, labels[1:], strict=True) if label == labels[0])


def _tied(earlier: Sequence[LookUp], now: LookUp) -> tuple[LookUp, ...]:
    """Those that a key ties to this question, or to another one so tied: whatever else was asked tells nothing of it."""
    telling, names = set(now.telling), set(now.names)
    tied, left = set[int](), dict(enumerate(earlier))
    while True:  # ends: every turn but the last takes some of what is left
        found = {
            place: one
            for place, one in left.items()
            if not (telling.isdisjoint(one.telling) and names.isdisjoint(one.names))
        }
        if not found:
            return tuple([earlier[place] for place in sorted(tied)])
        for place, one in found.items():
            tied.add(place)
            del left[place]
            telling.update(one.telling)
            names.update(one.names)


def check_asked_before(lately: Lately) -> None:
    """Stop a member who asks about somebody again, each time for another case. Raises AskedBeforeError without a reason.

    Who goes on with a reason is not asked again under the same case number.
    """
    now = lately.now
    same = () if now.explained else same_subject(lately.tied, now)
    if not same:
        return
    cases = _sittings(same)
    own = cases.pop(now.case, 0)
    others = cases.total()
    explained = any(one.explained and one.case == now.case for one in same)
    if others < AGAIN or len(cases) < OTHER_CASES or own >= others or explained:
        return
    if 100 * max(own + 1, *cases.values()) > ONE_CASE_PERCENT * (own + others + 1):
        return
    raise AskedBeforeError(
        f"you asked about this person {others} times in 30 days, and those questions name other cases; go on with a reason "
        "(`--go-on`), or do not ask"
    )


def went_on_units(asking: Asking) -> tuple[Unit, ...]:
    """The entry of why a member goes on asking about somebody; none where no reason was given."""
    reason = asking.request.go_on
    if not reason:
        return ()
    return (
        Unit(
            facts=owner_facts(EntryKind.ASKED_AGAIN, asking.asker, asking.now_ms),
            content=canonical_bytes({"query": asking.query_id}),
            record=canonical_bytes({"member": asking.member.id, "reason": reason}),
        ),
    )


def list_duty(asking: Asking) -> StoredDuty:
    """That the privacy officer looks at it: once a day and member, however often it is tried."""
    day = owner_day(asking.asker, asking.now_ms).isoformat()
    title = builtin_reason("comity/LIST")
    return StoredDuty(
        id=duty_id("list", asking.asker.id, asking.member.id, day),
        owner=asking.asker.id,
        query_id="",
        duty=Duty(
            kind="review",
            rule=title.rule,
            citation=title.citation,
            to="privacy-officer",
            due_ms=asking.now_ms + REVIEW_MS,
            text=f"a member asked about more than {MOST_LISTED} people within a day under a few case numbers; the questions "
            "are shown by `comity oversight findings`",
        ),
        raised_ms=asking.now_ms,
    )


def _labels(look_ups: Sequence[LookUp]) -> tuple[str, ...]:
    return labels_of([(one.member, SubjectKeys(frozenset(one.telling), frozenset(one.names))) for one in look_ups])


def _sittings(look_ups: Iterable[LookUp]) -> Counter[str]:
    """How many look-ups under each case, those of one sitting once."""
    last: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for one in sorted(look_ups, key=lambda one: one.at_ms):
        if one.at_ms - last.get(one.case, -SITTING_MS) >= SITTING_MS:
            counts[one.case] += 1
            last[one.case] = one.at_ms
    return counts
