"""A stage on which questions stand: an agreement made for them, a record that comes later, and rounds of both nodes' work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace
from region_stage import TODAY, Stage, about

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, members
from comity.demo.laws import assessment_of, texts_for
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.records.intake import take_in
from comity.exchange.standing.standing_asked import end_over
from comity.exchange.standing.standing_look import look_at_standing
from comity.model.answer import Item
from comity.model.canon import text_digest
from comity.model.codes import DataClass, Disposition, Instrument, MessageKind
from comity.model.law_text import LawKind, LawText
from comity.model.outcome import AskRequest, Outcome, RevisedOutcome
from comity.model.record import Record
from comity.model.standing import Standing, Stands
from comity.sim.federation import signed_text

PAPER = "sha256:" + "d" * 64
STANDS = Stands(
    paper=Instrument.JUDICIAL_WARRANT,
    document=PAPER,
    paper_ends=TODAY + timedelta(days=80),
    until=TODAY + timedelta(days=60),
    review_by=TODAY + timedelta(days=30),
)
BASE = "ACSO-CCPD-2026"


def made_for(access: str, name: str) -> LawText:
    """The region's agreement between the two, made for one kind of access alone, with all its signatures."""
    base, signers = next((text, who) for text, who in texts_for(CA_SHERIFF) if text.name == BASE)
    assert assessment_of(BASE)
    body = base.text.replace(f"agreement {BASE} ", f"agreement {name} ", 1)
    body = body.replace("  access     query\n", f"  access     {access}\n", 1)
    text = LawText(kind=LawKind.AGREEMENT, name=name, version=1, text=body, hash=text_digest(body), signatures=())
    return signed_text(text, signers, "seed")


def agree(stage: Stage, access: str = "standing", name: str = "ACSO-CCPD-STANDING") -> None:
    """Put an agreement of this access in force at both sides."""
    text = made_for(access, name)
    for agency in (CA_SHERIFF, WA_POLICE):
        stage.federation.laws.texts[agency] = (*stage.federation.laws.texts[agency], text)


def suspend(stage: Stage, name: str = "ACSO-CCPD-STANDING") -> None:
    texts = stage.federation.laws.texts
    for agency in (CA_SHERIFF, WA_POLICE):
        texts[agency] = tuple(text for text in texts[agency] if text.name != name)


def somebody(region: Region) -> Record:
    """A booking of one person that nothing closes."""
    return next(
        record
        for record in region.records_of(CA_SHERIFF)
        if record.data_class is DataClass.BOOKING
        and record.disposition is Disposition.CONVICTED
        and not record.state.sealed
        and len(record.people) == 1
        and record.people[0].values("birth-date")
    )


def again(record: Record, name: str, **changes: Any) -> Record:
    """Another record of the same person."""
    return replace(record, id=name, reference=f"R-{name}", **changes)


def request(stage: Stage, record: Record, **changes: Any) -> AskRequest:
    asked = to_request(about(stage.region.scene.detective_question, record))
    given = {
        "sources": (CA_SHERIFF,),
        "data_classes": (DataClass.BOOKING,),
        "message": MessageKind.STANDING_QUESTION,
    }
    return replace(asked, **{**given, **changes})


def open_standing(stage: Stage, record: Record, stands: Stands = STANDS, **changes: Any) -> Outcome:
    """The detective's question about a record's person, standing at the sheriff."""
    wanted = request(stage, record, **changes)
    world = stage.federation.world_of(wanted.asker)
    return ask_query(world, wanted, stage.member(wanted.member), stands=stands)


def come(stage: Stage, *records: Record) -> None:
    take_in(stage.federation.world_of(CA_SHERIFF), CA_SHERIFF, records, "test")


def rounds(stage: Stage) -> int:
    """What served nodes do every second, until nothing is left to do; how many deliveries arrived."""
    arrived = 0
    for _ in range(8):
        worlds = stage.federation.worlds.values()
        ended = sum(end_over(world, members()) for world in worlds)
        looked = sum(look_at_standing(world) for world in worlds)
        pushed = sum(push_deliveries(world).arrived for world in worlds)
        arrived += pushed
        if not ended and not looked and not pushed:
            return arrived
    raise AssertionError("work begets work without end")


def kept(stage: Stage, outcome: Outcome, agency: str = WA_POLICE) -> RevisedOutcome:
    return get_outcome(stage.federation.world_of(agency), agency, outcome.query_id)


def items(stage: Stage, outcome: Outcome) -> tuple[Item, ...]:
    (source,) = kept(stage, outcome).outcome.sources
    return source.answer.items if source.answer is not None else ()


def row(stage: Stage, outcome: Outcome, agency: str) -> Standing | None:
    journal = stage.federation.world_of(agency).journal
    return journal.find_standing(agency, outcome.query_id, incoming=agency == CA_SHERIFF)


def last_day(day: date) -> int:
    """Milliseconds from the stage's first moment to noon of the day after one."""
    return ((day - TODAY).days + 1) * 86_400_000
