"""Step 8: the only place that makes an Item, the one thing through which a record's values leave."""

from __future__ import annotations

from msgspec import UNSET

from comity.exchange.answering.candidates import Decided, Matched
from comity.exchange.builtin import builtin_reason
from comity.law.release import release_fields
from comity.law.vocabulary import Vocabulary
from comity.match.person import NOT_SAME, SAME
from comity.model.answer import NOT_CERTIFIED, PARTS_PER_MILLION, Evidence, Item
from comity.model.codes import DataClass, Disposition, Level, MessageKind, Step
from comity.model.decision import Reason
from comity.model.query import FirearmSubject, PlateSubject, Query, VehicleSubject
from comity.model.record import PersonInRecord, Record

NAMESAKE_FIELDS = frozenset({"name", "birth-date"})  # what tells a namesake apart, and nothing more
RELEASE_DAY = frozenset({"release-date"})  # what a notice of a release is about
OBJECTS = PlateSubject | VehicleSubject | FirearmSubject
OBJECT_LABELS = frozenset({"vehicle", "weapon", "event", "licence-status"})
PLACE_LABELS = frozenset({"address", "contact", "location", "narrative"})  # a narrative tells where it happened
CUSTODY_LEADS = frozenset({DataClass.WARRANT, DataClass.NCIC_RESTRICTED})
DISAGREES = "the person concerned says: "
UNCONFIRMED = "unconfirmed: a lead until the owner confirms it"


def release_item(query: Query, matched: Matched, item_id: str, vocabulary: Vocabulary) -> Item:
    """One record's answer about one person, cut to what the decision, the step and the evidence allow."""
    record, person, decision = matched.decided.record, matched.decided.person, matched.decided.decision
    namesake = matched.match.verdict == NOT_SAME
    shown, narrowed_by = _step_fields(query, matched, namesake, vocabulary)
    released, withheld = release_fields(record, person, decision, shown, narrowed_by)
    told = frozenset(value for field in released if field.level is Level.FULL for value in field.values)
    return Item(
        item_id=item_id,
        data_class=record.data_class,
        reference="" if namesake else record.reference,
        probability_ppm=matched.match.probability_ppm,
        second_identifier=matched.match.second_identifier,
        evidence=tuple(_shown_evidence(evidence, told) for evidence in matched.match.evidence),
        fields=released,
        withheld=withheld,
        labels=(*_labels(record, person, matched.match.verdict), *decision.labels),
        as_of=record.as_of,
        holds=() if namesake else decision.holds,
        finding=matched.match.finding,
        waterfall=matched.match.waterfall,
    )


def notice_item(decided: Decided, item_id: str, vocabulary: Vocabulary) -> Item:
    """One person of one record as a notice tells of them: the digest that the decision opens, without any place.

    Nobody was asked about, so nothing is compared: the item is of this very person.
    """
    record, decision = decided.record, decided.decision
    shown = frozenset(vocabulary.digest_fields(record.data_class)) | RELEASE_DAY
    released, withheld = release_fields(
        record,
        decided.person,
        decision,
        shown - _place_fields(record.data_class, vocabulary),
        builtin_reason("comity/NOTICE", "forbid"),
    )
    return Item(
        item_id=item_id,
        data_class=record.data_class,
        reference=record.reference,
        probability_ppm=PARTS_PER_MILLION,
        second_identifier=True,
        evidence=(),
        fields=released,
        withheld=withheld,
        labels=(*_labels(record, decided.person, SAME), *decision.labels),
        as_of=record.as_of,
    )


def _step_fields(
    query: Query, matched: Matched, namesake: bool, vocabulary: Vocabulary
) -> tuple[frozenset[str] | None, Reason]:
    """Fields this step may show (None for all) and the reason the others wait."""
    digest = frozenset(vocabulary.digest_fields(matched.decided.record.data_class))
    if namesake:
        return NAMESAKE_FIELDS, builtin_reason("comity/NOT-SAME", "forbid")
    if isinstance(query.subject, OBJECTS):
        return _object_fields(matched.decided.record.data_class, vocabulary), builtin_reason(
            "comity/OBJECT", "forbid"
        )
    if query.message is MessageKind.STANDING_QUESTION:
        placeless = digest - _place_fields(matched.decided.record.data_class, vocabulary)
        return placeless, builtin_reason("comity/STANDING-PLACE", "forbid")
    if query.step is Step.DIGEST:
        return digest, builtin_reason("comity/DETAIL", "forbid")
    if matched.match.second_identifier or query.identified_by:
        return None, builtin_reason("comity/DETAIL", "forbid")
    return digest, builtin_reason("comity/SECOND-IDENTIFIER", "forbid")


def _place_fields(data_class: DataClass, vocabulary: Vocabulary) -> frozenset[str]:
    """The fields that say where somebody lives or was."""
    return frozenset(
        field
        for field in vocabulary.fields_of(data_class)
        if vocabulary.labels_of(data_class, field) & PLACE_LABELS
    )


def _object_fields(data_class: DataClass, vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(
        field
        for field in vocabulary.fields_of(data_class)
        if vocabulary.labels_of(data_class, field) & OBJECT_LABELS
    )


def _shown_evidence(evidence: Evidence, told: frozenset[str]) -> Evidence:
    """Evidence keeps held value and sentence only where the asker receives that very value in full.

    The field's name would not do: evidence on the name may come from an alias, which is a field of its own.
    """
    if not evidence.held or evidence.held in told:
        return evidence
    return Evidence(
        field=evidence.field,
        verdict=evidence.verdict,
        weight_millinats=evidence.weight_millinats,
        sentence=f"{evidence.field}: {evidence.verdict}",
        asked=evidence.asked,
    )


def record_labels(record: Record) -> tuple[str, ...]:
    """What is said beside a record, whoever is shown it."""
    labels = [] if record.state.certified else [NOT_CERTIFIED]
    if record.disposition is Disposition.UNKNOWN:
        labels.append("outcome unknown")
    if record.data_class in CUSTODY_LEADS:
        labels.append(UNCONFIRMED)
    if record.state.disputed:
        labels.append("disputed by the person concerned")
    return tuple(labels)


def stated_labels(person: PersonInRecord) -> tuple[str, ...]:
    """What the person concerned says beside the record, which goes with every item of theirs: 5 USC 552a(d)(4)."""
    return () if person.statement is UNSET else (f"{DISAGREES}{person.statement}",)


def _labels(record: Record, person: PersonInRecord, verdict: str) -> tuple[str, ...]:
    labels = record_labels(record)
    if verdict != NOT_SAME:
        labels = (*labels, *stated_labels(person))
    if verdict == SAME:
        return labels
    return (*labels, NOT_SAME if verdict == NOT_SAME else "possible match only")
