"""What the owner's law says of a transmission: the question it amounts to, the decision, the document that may leave.

A transmission is decided as a question of the partner that the partner can never put (`open_query.py` turns it away). Whether
anything may leave is the law's alone: nationality, removal and listed conviction stand in the agreement and the packs, and
what nobody knows is no. The statute cited is the owner's own agreement, so it waits for no counsel as an asker's paper does;
what waits is every field, for the second person that the law names.
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import DutyRefusedError, WrongUseError
from comity.exchange.answering.candidates import is_silent
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened
from comity.exchange.answering.release import record_labels, stated_labels
from comity.exchange.answering.rulings import lift_holds
from comity.exchange.answering.wanted import has_lapsed
from comity.exchange.builtin import builtin_reason
from comity.exchange.messages.route import way_today
from comity.exchange.messages.suspended import suspended_sentence, suspension_among
from comity.exchange.owners import owner_day
from comity.exchange.recalls.standing_releases import TRANSMITTED_BY
from comity.law.decide import decide_query, decide_record
from comity.law.parse import parse_agreement
from comity.law.release import release_fields
from comity.model.agency import Agency, Member
from comity.model.answer import ReleasedField
from comity.model.codes import DataClass, GovernmentLevel, Instrument, MessageKind, Purpose, Step
from comity.model.decision import Hold, QueryDecision, RecordDecision
from comity.model.held import Ruling
from comity.model.law_text import LawKind
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.transmission import Transmission
from comity.ports import World

NOBODY = "not named in the question"  # law reads who it is from the record; a question that stays for years names nobody
REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Terms:
    """The one agreement with a partner: its name and hash, and what it says it rests on; the hash of all law it stands in."""

    name: str
    hash: str
    authority: str
    law: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision on one transmission. `released` and `terms` are what may leave with no hold left; none means nothing.

    `beside` is what travels with it, whatever is released: marks of the record, and the word of the person concerned.
    """

    law: LawInForce
    asked: QueryDecision
    decision: RecordDecision
    released: tuple[ReleasedField, ...]
    beside: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """What travels with it, in the words of the law and the agreement."""
        return self.decision.labels

    @property
    def reviews(self) -> tuple[Hold, ...]:
        """What a second person must decide; none where nothing could leave whatever they decide.

        Something that no rule holds for a second person, or that waits for another thing than a review, never leaves.
        """
        holds = self.decision.holds
        if not self.asked.allowed or is_silent(self.decision) or not self.terms:
            return ()
        return holds if all(one.kind == REVIEW for one in holds) else ()


def partner_of(world: World, partner: str) -> Agency:
    """A foreign partner that the directory lists at a node. Raises WrongUseError for any other agency."""
    found = world.directory().find_agency(partner)
    if found is None or found.level is not GovernmentLevel.FOREIGN or not found.node:
        raise WrongUseError(
            f"`{partner[:64]}` is no foreign partner of the directory; name one that it lists at a node"
        )
    return found


def check_not_suspended(world: World, owner: str, partner: str) -> None:
    """Raises DutyRefusedError while the partner is suspended."""
    cut_off = suspension_among(world.directory(), owner, partner)
    if cut_off is not None:
        raise DutyRefusedError(suspended_sentence(world.directory(), cut_off))
    stands = world.journal.transmissions.suspension(owner, partner)
    if stands is not None and stands.suspended:
        raise DutyRefusedError(
            f"transmissions to `{partner}` are suspended ({stands.reason}); `comity transmit resume` ends that"
        )


def terms_with(world: World, owner: Agency, partner: Agency) -> Terms:
    """The agreement between them. Raises WrongUseError for none, and for more than one."""
    own, found = world.laws.law_of(owner.id), []
    for text in own.texts:
        if text.kind is not LawKind.AGREEMENT or has_lapsed(own, owner, text, world.clock.now_ms()):
            continue
        tree = parse_agreement(text.text, text.name)
        if partner.id in {str(party.name) for party in tree.parties}:
            found.append(Terms(text.name, text.hash, str(tree.authority or ""), own.hash))
    if len(found) != 1:
        many = "several agreements" if found else "no agreement"
        raise WrongUseError(f"`{owner.id}` has {many} with `{partner.id}` in force; a transmission rests on one")
    return found[0]


def question_of(transmission: Transmission, owner: Agency, partner: Agency, authority: str) -> Query:
    """The question that a transmission amounts to. It names no person and holds nothing of the record.

    Raises NounError for a partner without an ORI on the day.
    """
    at_ms = transmission.prepared_ms
    return Query(
        id=transmission.id,
        step=Step.DIGEST,
        asker=partner.id,
        asker_ori=partner.ori_on(owner_day(partner, at_ms)),
        member=TRANSMITTED_BY,
        owner=owner.id,
        beneficiary=partner.id,
        purpose=Purpose.CIVIL_IMMIGRATION,
        basis=LegalBasis(instrument=Instrument.STATUTE, activity=authority),
        case_number=transmission.case_number,
        data_classes=(DataClass.CRIMINAL_HISTORY,),
        subject=PersonSubject(family=NOBODY),
        asked_ms=at_ms,
        pair="0" * 64,
        message=MessageKind.TRANSMISSION,
    )


def decide_transmission(
    world: World,
    transmission: Transmission,
    parties: tuple[Agency, Agency, Terms],
    now_ms: int,
    rulings: tuple[Ruling, ...] = (),
) -> Decided | None:
    """What the law says now, with the rulings that are stored and those given; None where there is no such history.

    `parties` are owner, partner and their agreement. Raises LawUnavailableError.
    """
    owner, partner, terms = parties
    record = world.records.get(owner.id, transmission.record_id)
    if record is None or record.data_class is not DataClass.CRIMINAL_HISTORY:
        return None
    if all(person.key != transmission.person_key for person in record.people):
        return None
    via = way_today(world.directory(), partner.node, world.node)
    query = replace(question_of(transmission, owner, partner, terms.authority), via=via)
    opened = _opened(world, query, (owner, partner), now_ms)
    law = law_in_force(world, opened, rulings)
    asked = decide_query(law.folded)
    person = record.get_person(transmission.person_key)
    decision = lift_holds(decide_record(law.folded, record, person.key), law.rulings, record, person.key)
    open_now = bool(asked.allowed) and not is_silent(decision) and not decision.holds and bool(decision.labels)
    released, _ = release_fields(record, person, decision, None, builtin_reason("comity/DETAIL", "forbid"))
    beside = (*record_labels(record), *stated_labels(person))
    return Decided(law, asked, decision, released if open_now else (), beside)


def _opened(world: World, query: Query, parties: tuple[Agency, Agency], now_ms: int) -> Opened:
    owner, partner = parties
    today = owner_day(owner, now_ms)
    return Opened(
        query=query,
        member=Member(
            id=query.member, name=partner.name, agency=partner.id, roles=("member",), trained_until=today
        ),
        asker=partner,
        owner=owner,
        beneficiary=partner,
        directory=world.directory(),
        sender="",
        nonce="",
        today=today,
        now_ms=now_ms,
        reasons=(),
        message_hash="",
    )
