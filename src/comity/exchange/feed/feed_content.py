"""What a feed may carry of one record, decided as an answer would be, and then narrower. Pure: nothing here reads a store.

A field is carried only where an answer to a first question would give it in full, with no hold on anything of the record.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.exchange.answering.candidates import decide_one, is_silent
from comity.exchange.answering.release import record_labels, stated_labels
from comity.exchange.builtin import builtin_reason
from comity.exchange.feed.feed_law import FeedLaw
from comity.law.defer import defer_notices, deferrals_of
from comity.law.release import release_fields
from comity.law.vocabulary import Vocabulary, load_vocabulary
from comity.model.canon import canonical_bytes
from comity.model.codes import SEARCHABLE_ROLES, Level, PersonRole
from comity.model.decision import Duty, RecordDecision
from comity.model.feed import FeedContent
from comity.model.record import PersonInRecord, Record

# The people a feed is about: those a question could find. Not who is missing: they may be victims, or hiding from one.
CARRIED_ROLES = SEARCHABLE_ROLES - {PersonRole.MISSING}

# Labels no feed carries, whatever an agreement permits (design section 6; harms H18, H31). Addresses, contact and whereabouts
# find a person; birthplace stands in for status; relatives, other people and free text are about somebody else; a former
# name may match and is never shown; health is nobody's copy.
CLOSED_LABELS = frozenset(
    {
        "address",
        "contact",
        "location",
        "immigration-status",
        "birthplace",
        "third-party",
        "relatives",
        "narrative",
        "former-identity",
        "medical",
    }
)
LARGEST_ITEM = 65_536  # bytes; a longer one waits for a question, so that a batch always has room for one


@dataclass(frozen=True, slots=True)
class Carried:
    """One person of one record as a feed may carry it now, and what the law owes for its release."""

    record_id: str
    person_key: str
    content: FeedContent
    duties: tuple[Duty, ...]


def carried_of(feed_law: FeedLaw, record: Record) -> tuple[Carried, ...]:
    """Everything of a record that a feed may carry now; nothing of one that waits, is closed, or is kept back."""
    if record.data_class not in feed_law.classes or _kept_back(record):
        return ()
    vocabulary = load_vocabulary()
    found = (
        _carried(feed_law, record, person, vocabulary) for person in record.people if person.role in CARRIED_ROLES
    )
    return tuple(one for one in found if one is not None)


def _kept_back(record: Record) -> bool:
    """Whether a record's own standing keeps it out of every feed. What an investigation is about is not copied meanwhile."""
    state = record.state
    return any((state.sealed, state.restricted, state.suppressed, state.received_under_1367, state.tied_to_case))


def _carried(feed_law: FeedLaw, record: Record, person: PersonInRecord, vocabulary: Vocabulary) -> Carried | None:
    decision = decide_one(feed_law.law, feed_law.query, record, person.key)
    if decision.holds or is_silent(decision):
        return None
    shown = _open_fields(decision, record, vocabulary)
    released, _ = release_fields(record, person, decision, shown, builtin_reason("comity/FEED", "forbid"))
    fields = tuple(field for field in released if field.level is Level.FULL)
    if not fields:
        return None
    content = FeedContent(
        data_class=record.data_class,
        fields=fields,
        labels=(*record_labels(record), *stated_labels(person), *decision.labels),
        as_of=record.as_of,
    )
    if len(canonical_bytes(content)) > LARGEST_ITEM:
        return None
    deferrals = deferrals_of(feed_law.law.folded, str(record.data_class))
    return Carried(record.id, person.key, content, tuple(defer_notices(decision.duties, deferrals)))


def _open_fields(decision: RecordDecision, record: Record, vocabulary: Vocabulary) -> frozenset[str]:
    """The fields of a first answer that are open in full and under no closed label."""
    digest = frozenset(vocabulary.digest_fields(record.data_class))
    return frozenset(
        one.field
        for one in decision.fields
        if one.level is Level.FULL
        and not one.held
        and not one.match_only
        and one.field in digest
        and not vocabulary.labels_of(record.data_class, one.field) & CLOSED_LABELS
    )
