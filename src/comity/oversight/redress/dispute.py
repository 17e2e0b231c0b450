"""A person disputes a record, and may say beside it why: whoever was ever shown it hears of both, in every later answer too.

 1 a records custodian, a petition of somebody identified   2 the record: one in which that person is the subject
 3 the dispute            the act that there is (`exchange/records/record_act.py`), with its recalls; once
 4 the statement          beside this person in the record, and in a recall to everybody who was shown this person
 5 append_entry           record, recalls, duties and petition in one transaction
 6 finish_removal         what it was found by goes from the index's files too; it is found as before

The statement leaves with every item of this person from then on: as a label, whatever fields are opened. It is the
person's own word and no value of the record, so no rule closes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.duty.act_duties import Act, clocks_started, duties_elsewhere, duties_of_records
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.duty.owed_again import owed_again
from comity.exchange.owners import owner_facts
from comity.exchange.recalls.recall import Recalls, recall_releases
from comity.exchange.recalls.standing_releases import standing_releases
from comity.exchange.records.correct import get_stored
from comity.exchange.records.record_act import act_on_record
from comity.exchange.transmission.transmission_channels import stopped_by
from comity.model.agency import Agency, Member
from comity.model.base import Noun, check_text
from comity.model.canon import canonical_bytes, normal
from comity.model.correction import RecordAct
from comity.model.delivery import RecallKind
from comity.model.disclosure import EntryKind, Unit
from comity.model.petition import LONGEST_STATEMENT, MOST_DISPUTED, Outcome, Petition, PetitionKind
from comity.model.record import PersonInRecord, Record
from comity.model.refused import tell_refused
from comity.oversight.redress.open_log import subject_of
from comity.oversight.redress.petitions import CUSTODIAN, append_step, get_petition, owner_for
from comity.oversight.redress.state import check_identified
from comity.oversight.redress.subject import find_own
from comity.ports import World


class ToDispute(Noun, frozen=True, kw_only=True):
    """What a person disputes: a record by id or reference, why, and the statement that is to stand beside it, or none."""

    record: str
    reason: str
    statement: str = ""


@dataclass(frozen=True, slots=True)
class _Disputed:
    """A record of a petition's person, as it stands and as it is with the statement."""

    owner: Agency
    petition: Petition
    before: Record
    person: PersonInRecord
    words: str
    reason: str
    now_ms: int

    @property
    def after(self) -> Record:
        if not self.words:
            return self.before
        new = replace(self.person, statement=self.words)
        people = tuple(new if one.key == new.key else one for one in self.before.people)
        return replace(self.before, people=people)


def dispute(world: World, member: Member, reference: str, wanted: ToDispute) -> Petition:
    """Mark a record as disputed for a petition, with a statement where there is one.

    Raises WrongUseError for who may not, or a record that is not the person's: the same words as for one that is not there.
    """
    owner = owner_for(world, member, frozenset({CUSTODIAN}))
    reason = said_words("reason", wanted.reason)
    words = check_text("the statement", normal(wanted.statement), LONGEST_STATEMENT) if wanted.statement else ""
    petition = get_petition(world, owner, reference)  # 1
    _check(petition)
    record, _ = _own(world, owner, petition, wanted.record)  # 2
    why = f"petition {petition.id}: {reason}"
    act_on_record(world, member, RecordAct(record_id=record.id, act="dispute", reason=why))  # 3

    def act() -> Petition:
        fresh = get_petition(world, owner, reference)
        before, person = _own(world, owner, fresh, record.id)
        disputed = _Disputed(owner, fresh, before, person, words, reason, world.clock.now_ms())
        return _enter(world, member, disputed)  # 4, 5

    done = look_again(act)
    world.records.finish_removal(owner.id)  # 6
    return done


def _check(petition: Petition) -> None:
    if petition.matter is not PetitionKind.AMENDMENT:
        raise WrongUseError(tell_refused("petition.disputes-nothing", kind=petition.matter))
    check_identified(petition)
    if petition.decided is not None and petition.decided.outcome is not Outcome.REFUSED:
        raise PetitionRefusedError(
            f"`{petition.id}` is {petition.decided.outcome}; only beside what was refused a statement may stand later"
        )
    if len(petition.disputed) >= MOST_DISPUTED:
        raise PetitionRefusedError(tell_refused("petition.most-disputed", most=MOST_DISPUTED))


def _own(world: World, owner: Agency, petition: Petition, name: str) -> tuple[Record, PersonInRecord]:
    """A record and the person of it who asks. Nobody learns whether there is a record that is not theirs."""
    subject = subject_of(world, owner, petition)
    try:
        record = get_stored(world, owner, name)
    except WrongUseError as error:
        raise WrongUseError(tell_refused("petition.not-theirs")) from error
    person = find_own(world, owner, subject, record)
    if person is None:
        raise WrongUseError(tell_refused("petition.not-theirs"))
    return record, person


def _enter(world: World, member: Member, disputed: _Disputed) -> Petition:
    petition, place = disputed.petition, (disputed.before.id, disputed.person.key)
    after = replace(
        petition,
        disputed=tuple(dict.fromkeys((*petition.disputed, place))),
        stated=tuple(dict.fromkeys((*petition.stated, *((place,) if disputed.words else ())))),
        changed=petition.changed + 1,
    )
    if disputed.after == disputed.before and (after.disputed, after.stated) == (
        petition.disputed,
        petition.stated,
    ):
        return petition
    append_step(world, _unit(world, member, disputed, after))
    return after


def _unit(world: World, member: Member, disputed: _Disputed, petition: Petition) -> Unit:
    owner, before, after = disputed.owner, disputed.before, disputed.after
    changed = after != before
    recalls = _recalls(world, disputed) if changed else Recalls()
    _, law = read_law(world, world.directory(), owner.id)
    event = Act(owner, "", "record-changed", disputed.now_ms, disputed.now_ms)
    raised = duties_of_records(event, duties_elsewhere(law, event, (after,))) if changed else ()
    started = clocks_started(world, event, (after,)) if changed else ()
    again = owed_again(world, event, recalls.duties, (*started, *raised))
    return Unit(
        facts=owner_facts(EntryKind.PETITION_DISPUTED, owner, disputed.now_ms),
        content=canonical_bytes({"petition": petition.id, "changed": petition.changed, "kind": petition.kind}),
        record=canonical_bytes(
            {
                "record": before.id,
                "person": disputed.person.key,
                "by": member.id,
                "reason": disputed.reason,
                "statement": disputed.words,
            }
        ),
        petitions=(petition,),
        corrects=((before, after),) if changed else (),
        duties=(*raised, *recalls.duties, *again),
        changed_duties=started,
        deliveries=recalls.deliveries,
        changed_deliveries=recalls.stopped,
        recalled=recalls.entries,
        answer_to=(owner.id, petition.id, f"petition-{petition.changed}", ""),
    )


def _recalls(world: World, disputed: _Disputed) -> Recalls:
    """What tells everybody who was shown this person; another person of the record is told nothing of it."""
    owner = disputed.owner
    shown = standing_releases(world, owner, disputed.before.id)
    releases = tuple(one for one in shown if one.person_key == disputed.person.key)
    recalls = recall_releases(
        owner, disputed.before.id, RecallKind.DISPUTED, releases, disputed.now_ms, statement=disputed.words
    )
    return recalls.stopping(stopped_by(world, owner, releases))
