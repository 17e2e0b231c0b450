"""A served node whose log holds what auditors look for: real entries, put there before it is served."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from desk_stage import Desk, served
from web_stage import HandClock, make_site

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.exchange.answering.record_unit import answer_facts
from comity.ledger.append import append_entries
from comity.model.agency import Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import DataClass, Instrument, Purpose, Status, Step
from comity.model.disclosure import Disclosure, Unit
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.node.open_world import open_world
from comity.ports import World

DAY_MS = 86_400_000
WATCHED = PersonSubject(family="Quillfeather", given="Ondine", birth_date="1988-03-09")
AUDITOR, PRIVACY = "ca-sheriff-auditor", "ca-sheriff-privacy"
ASKED_BY = "wa-police-sergeant"
TIMES = 8  # look-ups of one person under four case numbers


def answered(world: World, days_ago: float, **given: Any) -> Unit:
    """A question to the sheriff that was answered with nothing, as its entry commits it."""
    at_ms = world.clock.now_ms() - round(days_ago * DAY_MS)
    directory = world.directory()
    asker, owner = directory.get_agency(WA_POLICE), directory.get_agency(CA_SHERIFF)
    query = Query(
        **{
            "id": world.randomness.take(16).hex(),
            "step": Step.DIGEST,
            "asker": asker.id,
            "asker_ori": asker.oris[0].ori,
            "member": ASKED_BY,
            "owner": owner.id,
            "beneficiary": asker.id,
            "purpose": Purpose.CRIMINAL_INVESTIGATION,
            "basis": LegalBasis(instrument=Instrument.NOTHING),
            "case_number": "26-01417",
            "data_classes": (DataClass.CASE,),
            "subject": WATCHED,
            "asked_ms": at_ms,
            "pair": world.randomness.take(32).hex(),
            **given,
        }
    )
    status = Status.NOTHING_RELEASABLE
    answer = Answer(
        query_id=query.id, number=1, owner=owner.id, status=status, reasons=(), items=(), answered_ms=at_ms
    )
    member = Member(
        id=ASKED_BY, name="Ruth Okonjo", agency=asker.id, roles=("member",), trained_until=date(2030, 1, 1)
    )
    record = Disclosure(
        query=query, member=member, node=asker.node, status=status, answer_hash=digest(answer), shown=()
    )
    return Unit(
        facts=answer_facts(query, owner, answer), content=canonical_bytes(answer), record=canonical_bytes(record)
    )


def fill(folder: Path, now: int = 0) -> None:
    """One person looked up again and again under changing case numbers, one question besides, and some of this minute.

    The node's log began today: of what was entered of days before it, its reports prove nothing.
    """
    with open_world(folder) as world:
        units = [answered(world, 40 - 3 * at, case_number=f"26-0{at % 4}417") for at in range(TIMES)]
        append_entries(
            world,
            (
                *units,
                answered(
                    world,
                    3,
                    subject=PersonSubject(family="Someone", given="Else", birth_date="1990-01-02"),
                    purpose=Purpose.MISSING_PERSON,
                ),
                *(answered(world, 0, purpose=Purpose.MISSING_PERSON) for _ in range(now)),
            ),
        )


@contextmanager
def audited(region: Region, built: BuiltRegion, folder: Path, now: int = 0) -> Iterator[Desk]:
    """The sheriff's node with that in its log, served, and its pages."""
    copy = Path(shutil.copytree(dict(built.nodes)["ca-node"], folder / "ca-node"))
    fill(copy, now)
    with served(copy):
        stage = make_site(copy, HandClock(int(time.time() * 1000)))
        yield Desk(region, built, copy, copy, stage)
