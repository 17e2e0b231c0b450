"""Records made by hand, and a question about them."""

from __future__ import annotations

import dataclasses
from datetime import date

import msgspec
from region_stage import TODAY

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState


def booking(number: int, name: str, born: str, *, sealed: bool = False) -> Record:
    """A booking of the sheriff's."""
    person = PersonInRecord(
        key="p1",
        role=PersonRole.ARRESTEE,
        fields=(FieldValue(name="name", value=name), FieldValue(name="birth-date", value=born)),
    )
    return Record(
        id=f"crowd-{number:05}",
        owner=CA_SHERIFF,
        data_class=DataClass.BOOKING,
        reference=f"B-{number:05}",
        event_date=date(2026, 1, 2),
        as_of=TODAY,
        people=(person,),
        fields=(FieldValue(name="booking-number", value=f"B-{number:05}"),),
        disposition=Disposition.PENDING,
        state=RecordState(sealed=sealed, reviewed=True),
    )


def asked(region: Region, family: str = "Vandermolen", born: str = "1980-02-03") -> SceneQuestion:
    return dataclasses.replace(
        region.scene.detective_question,
        family=family,
        given="Ruth",
        middle="",
        birth_date=born,
        identifiers=(),
        data_classes=(DataClass.BOOKING,),
    )


WHOLE = (
    "suspicion-stated",
    "lawfully-obtained",
    "submitter=Sergeant Quist",
    "about-views=no",
    "documented",
    "from-tip=no",
)


def entry(number: int, *without: str) -> Record:
    """A criminal intelligence entry with everything 28 CFR 23.20(g) asks for, but for what is left out."""
    fields = {
        "suspicion": "pattern of burglaries",
        "confidence": "probable",
        "sensitivity": "2",
        "control-official": "Ada",
    }
    made = booking(number, "Vandermolen, Ruth", "1980-02-03")
    return msgspec.structs.replace(
        made,
        id=f"intel-{number}",
        reference=f"I-{number}",
        owner=WA_POLICE,
        data_class=DataClass.INTELLIGENCE,
        fields=tuple(FieldValue(name=name, value=text) for name, text in fields.items() if name not in without),
    )
