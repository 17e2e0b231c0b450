"""Recalls: whoever was shown a record hears that it is no longer as it was shown, and says so back.

A recall carries no value of the record. It names the items its recipient was shown; what they say now is asked for anew
and decided anew. A seal and an expungement leave as one word. Each recall is a delivery, pushed until the recipient's
node has entered it, and a duty of the owner's desk until a person of the recipient confirmed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id
from comity.exchange.builtin import builtin_reason
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.agency import Agency
from comity.model.correction import StandingRelease
from comity.model.decision import Duty
from comity.model.delivery import MOST_RECALLED, Recall, RecalledItem, RecallKind, RecallMailed, StoredDelivery
from comity.model.disclosure import StoredDuty

CONFIRM_WITHIN = Span(
    3, "working-day"
)  # harms H3 wants an agreed time; where nothing shorter is agreed, half a week
WORDS = {
    RecallKind.CORRECTED: "was corrected",
    RecallKind.DISPUTED: "is disputed by the person concerned",
    RecallKind.DISPOSITION: "has another outcome now",
    RecallKind.WITHDRAWN: "was withdrawn",
}


@dataclass(frozen=True, slots=True)
class Recalls:
    """What a unit commits so that a record is recalled; `entries` are the answers that showed it.

    `stopped` is what was still on its way abroad, as it stands then: it is sent no more.
    """

    deliveries: tuple[StoredDelivery, ...] = ()
    duties: tuple[StoredDuty, ...] = ()
    entries: tuple[int, ...] = ()
    stopped: tuple[StoredDelivery, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.deliveries)

    def stopping(self, stopped: tuple[StoredDelivery, ...]) -> Recalls:
        """The same, and what is sent no more."""
        return Recalls(self.deliveries, self.duties, self.entries, stopped)


def recall_releases(
    owner: Agency,
    record_id: str,
    kind: RecallKind,
    releases: Iterable[StandingRelease],
    now_ms: int,
    *,
    statement: str = "",
) -> Recalls:
    """Recalls of these releases, one for each agency that has any; nothing where nobody has.

    A `statement` of the person concerned goes with each.

    What a feed brought its own next batch takes away or brings anew: a recall would tell a seal from any other end.
    """
    by_asker: dict[str, dict[RecalledItem, None]] = {}
    entries: dict[int, None] = {}
    unreached: set[str] = set()
    mailed: set[str] = set()
    for release in releases:
        if release.feed:
            continue
        entries[release.entry] = None
        if not release.left:
            continue
        item = RecalledItem(query_id=release.query_id, item_id=release.item_id, told=release.told)
        if not release.reached:
            unreached.add(release.asker)
        if release.by_mail:
            mailed.add(release.asker)
        by_asker.setdefault(release.asker, {})[item] = None
    until_ms = after_ms(CONFIRM_WITHIN, OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays)))
    deliveries = tuple(
        _delivery(
            owner,
            asker,
            Recall(kind=kind, items=items, made_ms=now_ms, confirm_by_ms=until_ms, statement=statement),
        )
        for asker in sorted(by_asker)
        for items in _parts(tuple(by_asker[asker]))
    )
    return Recalls(
        deliveries=(
            *(one for one in deliveries if one.recipient not in unreached),
            *(_by_mail(one) for one in deliveries if one.recipient in mailed),
        ),
        duties=tuple(waiting_duty(one, record_id, to_call=one.recipient in unreached) for one in deliveries),
        entries=tuple(sorted(index for index in entries if index >= 0)),
    )


def recall_duty(recall_id: str, *, of_the_recipient: bool) -> str:
    """The id of the duty a recall leaves on either desk."""
    return duty_id("recall", recall_id, "recipient" if of_the_recipient else "owner")


def waiting_duty(delivery: StoredDelivery, record_id: str, *, to_call: bool = False) -> StoredDuty:
    """The owner's duty: the recipient is to confirm; a call that found them is evidence too, and all there is `to_call`."""
    recall = delivery.due
    assert isinstance(recall, Recall), "only a recall waits for a confirmation"
    rule = builtin_reason("comity/RECALL")
    return StoredDuty(
        id=recall_duty(delivery.id, of_the_recipient=False),
        owner=delivery.sender,
        query_id="",
        duty=Duty(
            kind="recall",
            rule=rule.rule,
            citation=rule.citation,
            to=delivery.recipient,
            due_ms=recall.confirm_by_ms,
            text=_waiting_text(delivery.recipient, recall, to_call=to_call),
        ),
        raised_ms=delivery.made_ms,
        asker=delivery.recipient,
        record_id=record_id,
    )


def told_text(recall: Recall) -> str:
    """How what was recalled had been told, where nobody queried it: in brackets, or empty."""
    told = sorted({item.told for item in recall.items if item.told})
    return f" ({'; '.join(told[:3])})" if told else ""


def _waiting_text(recipient: str, recall: Recall, *, to_call: bool) -> str:
    with_words = ", with a statement to be read to them" if recall.statement and to_call else ""
    what = f"what {recipient} was shown{told_text(recall)} {WORDS[recall.kind]}{with_words}"
    if to_call:
        return f"{what}; {recipient} is at no node: call them, then say so with `comity duties done`"
    return f"{what}; {recipient} confirms"


def _delivery(owner: Agency, asker: str, recall: Recall) -> StoredDelivery:
    return StoredDelivery(
        id=duty_id(
            *("recall", owner.id, asker, recall.kind, recall.made_ms),
            *(one.item_id for one in recall.items),
            *(
                (recall.statement,) if recall.statement else ()
            ),  # a dispute and its statement may be of one instant
        ),
        sender=owner.id,
        recipient=asker,
        due=recall,
        made_ms=recall.made_ms,
        next_ms=recall.made_ms,
    )


def _by_mail(delivery: StoredDelivery) -> StoredDelivery:
    """The same recall as an e-mail: what went on two channels is recalled on both."""
    recall = delivery.due
    assert isinstance(recall, Recall), "only recalls are made here"
    return replace(delivery, id=duty_id(delivery.id, "e-mail"), due=RecallMailed(recall=recall))


def _parts(items: tuple[RecalledItem, ...]) -> Iterable[tuple[RecalledItem, ...]]:
    return (items[at : at + MOST_RECALLED] for at in range(0, len(items), MOST_RECALLED))
