"""A petition is decided: answered, corrected, or refused with reasons and where to take it.

 1 who decides           by its kind; a review never by whoever decided first
 2 what must stand       who asks; for an answer the log opened by two and looked through; for a correction its entries
 3 where to take it      by statute, for a refusal
 4 what is settled       a record that was corrected as asked is disputed no more, unless another petition disputes it
 5 append_entry          the petition; the duty to decide is done, the duty to tell the person begins

A correction is done before with the commands there are; here it is shown by its entries, and how many agencies hear of it.
"""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from comity.errors import LedgerError, PetitionRefusedError, WrongUseError
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.duties import said_words
from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.canon import decoder_of
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.petition import Decided, Outcome, Petition, PetitionKind
from comity.model.record import Record
from comity.model.refused import tell_refused
from comity.model.said import Said
from comity.oversight.redress.clauses import ACKNOWLEDGE, DECIDE
from comity.oversight.redress.petitions import (
    CUSTODIAN,
    TOLD,
    Change,
    act_on,
    finished,
    get_petition,
    petition_duty,
)
from comity.oversight.redress.state import DECIDED_BY, check_identified, check_undecided, is_opened
from comity.oversight.redress.statutes import appeal_of, matter_of
from comity.ports import World

TELL_WITHIN = Span(3, "working-day")
CHANGING = frozenset({EntryKind.RECORD_CORRECTED, EntryKind.RECALLED})
DECIDERS = frozenset({CUSTODIAN, "privacy-officer", "counsel", "agency-head"})
MOST_ENTRIES = 64  # corrections one decision rests on


class ToDecide(Noun, frozen=True, kw_only=True):
    """What a petition comes to, and why. `entries` are the log's entries of the corrections that were made for it."""

    outcome: Outcome
    reason: str
    entries: tuple[int, ...] = ()


def decide_petition(world: World, member: Member, reference: str, wanted: ToDecide) -> Petition:
    """Decide a petition. Raises WrongUseError for who may not, PetitionRefusedError for what must come before."""
    words = said_words("reason", wanted.reason)

    def act(owner: Agency, petition: Petition, now_ms: int) -> Change:
        check_undecided(petition)
        _check_decider(world, owner, petition, member)  # 1
        _check_outcome(petition, wanted.outcome)  # 2
        acted = _corrected(world, owner, petition, wanted)
        refused = wanted.outcome is Outcome.REFUSED
        decided = Decided(
            outcome=wanted.outcome,
            said=Said(by=member.id, at_ms=now_ms, words=words),
            appeal=appeal_of(owner, matter_of(petition)) if refused else "",  # 3
            entries=tuple(sorted(set(wanted.entries))),
            told=_told(world, acted),
        )
        return Change(
            replace(petition, decided=decided),
            EntryKind.PETITION_DECIDED,
            decided,
            duties=(_tell(owner, petition, now_ms),),
            changed_duties=tuple(
                duty
                for step in (ACKNOWLEDGE, DECIDE)  # who is told what was decided hears that it came
                for duty in finished(world, petition, step, member.id, now_ms)
            ),
            corrects=_settled(world, owner, petition, acted),  # 4
        )  # 5

    return act_on(world, member, reference, DECIDERS, act)


def _check_decider(world: World, owner: Agency, petition: Petition, member: Member) -> None:
    role = DECIDED_BY[petition.kind]
    if role not in member.roles:
        raise WrongUseError(f"`{member.id}` may not decide `{petition.kind}`; it needs {role}")
    if petition.kind is not PetitionKind.REVIEW:
        return
    first = get_petition(world, owner, petition.about).decided
    if first is not None and first.said.by == member.id:
        raise WrongUseError(tell_refused("petition.own-review", member=member.id, petition=petition.about))


def _check_outcome(petition: Petition, outcome: Outcome) -> None:
    """What must stand before an outcome; of a review, as of what it reviews. Nothing here turns on what the records hold."""
    if outcome is Outcome.WITHDRAWN:
        return
    if outcome is Outcome.NOT_IDENTIFIED:
        if not petition.is_of_a_person or petition.check is None or petition.check.shown:
            raise PetitionRefusedError(tell_refused("petition.not-shown-first"))
        return
    if petition.is_of_a_person:
        check_identified(petition)
    granted = Outcome.CORRECTED if petition.matter is PetitionKind.AMENDMENT else Outcome.ANSWERED
    if outcome not in (granted, Outcome.REFUSED):
        raise PetitionRefusedError(
            f"`{petition.matter}` is not `{outcome}`; an amendment is corrected or refused, the rest answered or refused"
        )
    if outcome is Outcome.ANSWERED and petition.is_of_a_person:
        _check_answerable(petition)


def _check_answerable(petition: Petition) -> None:
    """An answer shows what two people opened and somebody looked through."""
    if not is_opened(petition):
        raise PetitionRefusedError(tell_refused("petition.open-first"))
    if petition.reviewed is None:
        raise PetitionRefusedError(tell_refused("petition.look-first"))


class _Acted(Noun, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What the entry of a correction or a recall says of itself, as far as it is asked here."""

    record: str
    releases: tuple[tuple[int, str], ...] = ()


def _corrected(world: World, owner: Agency, petition: Petition, wanted: ToDecide) -> tuple[_Acted, ...]:
    """The corrections a decision names, of records disputed in it. Raises WrongUseError for an entry that is none of them."""
    if (wanted.outcome is Outcome.CORRECTED) != bool(wanted.entries):
        raise WrongUseError("a correction is shown by its entries in the log: `--entry`, and nothing else is")
    if len(wanted.entries) > MOST_ENTRIES:
        raise WrongUseError(tell_refused("petition.most-entries", most=MOST_ENTRIES))
    oris = {dated.ori for dated in owner.oris}
    found = []
    for index in wanted.entries:
        try:
            facts = decode_entry(world.journal.entry(index)).facts
        except LedgerError as error:
            raise WrongUseError(tell_refused("petition.no-entry", entry=index)) from error
        raw = world.journal.record(index)
        # an entry holds the minute: one of the minute in which the petition came counts as after it
        early = facts.at_ms < petition.opened_ms // 60_000 * 60_000
        if facts.kind not in CHANGING or facts.owner_ori not in oris or raw is None or early:
            raise WrongUseError(tell_refused("petition.no-correction", entry=index, agency=owner.id))
        acted = decoder_of(_Acted).decode(raw)
        if acted.record not in {record for record, _ in _disputed(world, owner, petition)}:
            raise WrongUseError(tell_refused("petition.undisputed", entry=index, petition=petition.id))
        found.append(acted)
    return tuple(found)


def _disputed(world: World, owner: Agency, petition: Petition) -> tuple[tuple[str, str], ...]:
    """What was disputed in a petition, and in the one it reviews."""
    if not petition.about:
        return petition.disputed
    return (*petition.disputed, *get_petition(world, owner, petition.about).disputed)


def _settled(
    world: World, owner: Agency, petition: Petition, acted: tuple[_Acted, ...]
) -> tuple[tuple[Record, Record], ...]:
    """Corrected records as they stand, and as they are disputed no more. A statement beside one keeps its mark."""
    others = {
        record
        for one in world.journal.petitions.of(owner.id)
        if one.decided is None and one.id != petition.id
        for record, _ in one.disputed
    }
    found = []
    for name in sorted({one.record for one in acted} - others):
        record = world.records.get(owner.id, name)
        if record is None or not record.state.disputed or any(one.statement is not UNSET for one in record.people):
            continue
        found.append((record, replace(record, state=replace(record.state, disputed=False))))
    return tuple(found)


def _told(world: World, acted: tuple[_Acted, ...]) -> int:
    """How many agencies hear of the corrections: those whose items the corrections recalled."""
    items = (world.journal.find_item(item_id) for one in acted for _, item_id in one.releases)
    return len({item.asker for item in items if item is not None})


def _tell(owner: Agency, petition: Petition, now_ms: int) -> StoredDuty:
    rule = builtin_reason("comity/PETITION-TOLD")
    duty = Duty(
        kind="notify",
        rule=rule.rule,
        citation=rule.citation,
        to="person",
        due_ms=after_ms(TELL_WITHIN, OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays))),
        text=f"tell whoever asked in {petition.id} what was decided, why, and where to take it",
    )
    return petition_duty(petition, duty, TOLD, now_ms)
