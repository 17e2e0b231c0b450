"""A node with two owners whose log is filled with questions a test writes: real entries, commitments, store and proofs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from comity.demo.agencies import directory_agencies
from comity.exchange.answering.record_unit import answer_facts
from comity.ledger.append import append_entries
from comity.model.agency import Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import DataClass, Instrument, Purpose, Status, Step
from comity.model.disclosure import Disclosure, Unit
from comity.model.query import LegalBasis, PersonSubject, Query, Subject
from comity.ports import World
from comity.sim.federation import Federation, build_federation
from store_engines import open_store

OWNER, OTHER_OWNER, ASKER = "ca-sheriff", "il-police", "wa-police"
NODE = "ca-node"
DAY_MS = 86_400_000
PARTNER = PersonSubject(family="Quillfeather", given="Ondine", birth_date="1988-03-09")


def reviewer(owner: str = OWNER, name: str = "privacy", *roles: str) -> Member:
    return Member(
        id=f"{owner}-{name}",
        name="Rae Viewer",
        agency=owner,
        roles=roles or ("privacy-officer",),
        trained_until=date(2030, 1, 1),
    )


class Log:
    """A federation whose first two owners share a node, and shorthands to fill its log."""

    def __init__(self, folder: Path) -> None:
        agencies = tuple(replace(one, node=NODE) if one.id == OTHER_OWNER else one for one in directory_agencies())
        self.federation: Federation = build_federation(folder, "findings", agencies, {}, (), open_store)
        self.now_ms = self.world.clock.now_ms()

    @property
    def world(self) -> World:
        return self.federation.worlds[NODE]

    def asked(self, days_ago: float, subject: Subject = PARTNER, **given: Any) -> Unit:
        """A question that an owner answered, as its entry commits it."""
        at_ms = self.now_ms - round(days_ago * DAY_MS)
        asker = self.federation.directory.get_agency(given.pop("asker", ASKER))
        owner = self.federation.directory.get_agency(given.pop("owner", OWNER))
        name = given.pop("member", f"{asker.id}-detective")
        status = given.pop("status", Status.NOTHING_RELEASABLE)
        query = Query(
            **{
                "id": self.world.randomness.take(16).hex(),
                "step": Step.DIGEST,
                "asker": asker.id,
                "asker_ori": asker.oris[0].ori,
                "member": name,
                "owner": owner.id,
                "beneficiary": asker.id,
                "purpose": Purpose.CRIMINAL_INVESTIGATION,
                "basis": LegalBasis(instrument=Instrument.NOTHING),
                "case_number": "26-01417",
                "data_classes": (DataClass.CASE,),
                "subject": subject,
                "asked_ms": at_ms,
                "pair": self.world.randomness.take(32).hex(),
                **given,
            }
        )
        answer = Answer(
            query_id=query.id,
            number=1,
            owner=owner.id,
            status=status,
            reasons=(),
            items=(),
            answered_ms=at_ms,
        )
        member = Member(
            id=name, name="Some Body", agency=asker.id, roles=("member",), trained_until=date(2030, 1, 1)
        )
        record = Disclosure(
            query=query, member=member, node=asker.node, status=status, answer_hash=digest(answer), shown=()
        )
        return Unit(
            facts=answer_facts(query, owner, answer),
            content=canonical_bytes(answer),
            record=canonical_bytes(record),
        )

    def watch(self, times: int = 8, first_days_ago: float = 40, **given: Any) -> list[int]:
        """Look-ups of one person under changing case numbers; their entries."""
        units = [
            self.asked(first_days_ago - at * 3, case_number=f"26-0{at % 4}417", **given) for at in range(times)
        ]
        return self.enter(*units)

    def enter(self, *units: Unit) -> list[int]:
        first = self.world.journal.size()
        append_entries(self.world, units)
        return list(range(first, first + len(units)))
