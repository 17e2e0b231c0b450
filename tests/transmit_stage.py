"""Removal operations, their records, and a foreign partner at its own node, under the template agreement."""

from __future__ import annotations

from dataclasses import replace as with_changes
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from comity.demo.agencies import REMOVAL_OPERATIONS, directory_agencies, members
from comity.demo.laws import Signers, texts_for
from comity.exchange.delivery.push import Pushed, push_deliveries
from comity.exchange.transmission.transmissions import list_transmissions
from comity.exchange.transmission.transmit import prepare_transmission, release_transmission
from comity.law.parse import parse_agreement
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, DatedOri, Member
from comity.model.canon import canonical_bytes, text_digest
from comity.model.codes import AgencyKind, DataClass, Disposition, GovernmentLevel, PersonRole
from comity.model.disclosure import EntryFacts
from comity.model.law_text import LawKind, LawText
from comity.model.record import Conviction, FieldValue, PersonInRecord, Record, RecordState, SubjectFacts
from comity.model.transmission import (
    Channel,
    ChannelState,
    MailReceipt,
    ShownTransmission,
    Transmission,
    TransmissionWanted,
)
from comity.ports import World
from comity.sim.federation import Federation, SimClock, build_federation
from comity.sim.mail import SimMail
from store_engines import open_store

PARTNER = "xa-repatriation"
CASE = "HDR-26-1182"
ELIGIBLE = SubjectFacts(
    convictions=(Conviction(offence="PC187", grade="felony", day=date(2019, 5, 2), listed_as="homicide"),),
    minor=False,
    acp_participant=False,
    nationality="XA",
    being_removed=True,
    protection_claimed=False,
)
SOUND = RecordState(
    reviewed=True,
    certified=True,
    sealed=False,
    disputed=False,
    iii_derived=False,
    non_conviction=False,
    disposition_checked=True,
    from_abuser_only=False,
    received_under_1367=False,
)
SECRETS = {
    "photo": "photograph-of-the-person",
    "home-address": "17 Secret Street",
    "relatives": "Mother: Secreta Relative",
    "status": "secret-status",
    "birthplace": "Secretville",
    "a-number": "A099888777",
    "phone": "555-0100",
}


def partner_agency() -> Agency:
    return Agency(
        id=PARTNER,
        name="Repatriation Office of the partner country",
        oris=(DatedOri(ori="XA0000001", first=date(1990, 1, 1)),),
        level=GovernmentLevel.FOREIGN,
        state="XX",
        kind=AgencyKind.OTHER,
        zone="America/Guatemala",
        holidays=(),
        node="xa-node",
        contact="office@partner.example",
    )


def clerk() -> Member:
    """A desk officer of the partner."""
    return Member(
        id=f"{PARTNER}-clerk",
        name="Iria Montoya",
        agency=PARTNER,
        roles=("member", "records-custodian"),
        trained_until=date(2030, 12, 31),
    )


def agreement() -> tuple[LawText, Signers]:
    """The template, unsigned, with who signs it."""
    text = (files("comity.demo") / "law" / "abroad" / "hdr-xa-2026.agr").read_text(encoding="utf-8")
    tree = parse_agreement(text, "hdr-xa-2026.agr")
    signers = tuple((str(one.party), str(role)) for one in tree.signings for role in one.roles)
    return LawText(
        kind=LawKind.AGREEMENT, name=str(tree.id), version=1, text=text, hash=text_digest(text)
    ), signers


def history(number: int, facts: SubjectFacts = ELIGIBLE, **changes: Any) -> Record:
    """A criminal history of removal operations: everything the document may hold, and much that it may not."""
    person = PersonInRecord(
        key="p",
        role=PersonRole.SUBJECT,
        fields=(
            FieldValue(name="name", value=f"Ferrante{number}, Aurelio"),
            FieldValue(name="birth-date", value="1988-02-29"),
            FieldValue(name="sex", value="M"),
            *(FieldValue(name=name, value=value) for name, value in SECRETS.items()),
        ),
        facts=facts,
    )
    victim = PersonInRecord(
        key="v", role=PersonRole.VICTIM, fields=(FieldValue(name="name", value="Secreta, Victima"),)
    )
    record = Record(
        id=f"history-{number}",
        owner=REMOVAL_OPERATIONS,
        data_class=DataClass.CRIMINAL_HISTORY,
        reference=f"HDR-CH-{number}",
        event_date=date(2019, 5, 2),
        as_of=date(2026, 11, 1),
        people=(person, victim),
        fields=(
            FieldValue(name="arrest-date", value="2018-12-24"),
            FieldValue(name="charge", value="murder, second degree"),
            FieldValue(name="outcome", value="convicted"),
            FieldValue(name="sentence", value="eight years"),
            FieldValue(name="court", value="Superior Court of Alder County"),
            FieldValue(name="supervision", value="none"),
        ),
        disposition=Disposition.CONVICTED,
        state=SOUND,
    )
    return replace(record, **changes)


class Abroad:
    """The stage: the federal node with its mail, and the partner's."""

    def __init__(self, federation: Federation) -> None:
        self.federation, self.mail = federation, SimMail()
        node = federation.directory.get_agency(REMOVAL_OPERATIONS).node
        federation.worlds[node] = with_changes(federation.worlds[node], mail=self.mail)

    @property
    def owner(self) -> World:
        return self.federation.world_of(REMOVAL_OPERATIONS)

    @property
    def partner(self) -> World:
        return self.federation.world_of(PARTNER)

    @property
    def clock(self) -> SimClock:
        return self.federation.clocks[self.owner.node]

    def member(self, post: str) -> Member:
        return next(one for one in members() if one.id == f"{REMOVAL_OPERATIONS}-{post}")

    def clerk(self) -> Member:
        return clerk()

    def prepare(self, record_id: str = "history-1", **changes: Any) -> Transmission:
        wanted = replace(
            TransmissionWanted(partner=PARTNER, record_id=record_id, case_number=CASE, whom="p"), **changes
        )
        return prepare_transmission(self.owner, self.member("officer"), wanted)

    def release(self, one: Transmission, post: str = "supervisor") -> Transmission:
        return release_transmission(self.owner, self.member(post), one.id)

    def transmit(self, record_id: str = "history-1") -> Transmission:
        """Prepared and released; nothing is pushed yet."""
        return self.release(self.prepare(record_id))

    def push(self) -> Pushed:
        return push_deliveries(self.owner)

    def later(self, milliseconds: int) -> None:
        self.federation.advance(milliseconds)

    def states(self, one: Transmission) -> dict[Channel, ChannelState]:
        return {on.channel: on.state for on in self.shown(one).channels}

    def shown(self, one: Transmission) -> ShownTransmission:
        seen = list_transmissions(self.owner, self.member("supervisor"))
        return next(shown for shown in seen if shown.transmission.id == one.id)

    def entries(self) -> tuple[EntryFacts, ...]:
        journal = self.owner.journal
        return tuple(decode_entry(journal.entry(index)).facts for index in range(journal.size()))

    def sign_receipt(self, hash_: str, partner: str = PARTNER) -> bytes:
        """A receipt as the partner would sign it."""
        content = canonical_bytes(MailReceipt(hash=hash_))
        signed = b"signed:" + content
        self.mail.signed[signed] = (partner, content)
        return signed


def make_abroad(folder: Path, *records: Record) -> Abroad:
    """A federation of two nodes over these records."""
    agencies = (*(one for one in directory_agencies() if one.id == REMOVAL_OPERATIONS), partner_agency())
    texts = {REMOVAL_OPERATIONS: (*texts_for(REMOVAL_OPERATIONS)[:2], agreement()), PARTNER: (agreement(),)}
    return Abroad(build_federation(folder, "seed", agencies, texts, records, open_store))
