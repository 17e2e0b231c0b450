"""Warrants (NIEM 2.0, JXDM 4.1): one record per warrant, with the person it names."""

from __future__ import annotations

from comity.formats.codes import WARRANT_STATES
from comity.formats.event import Event, one_person, person, some_blocks
from comity.formats.niem_person import read_address, read_person
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import distinct, find_date, joined, latest, prefixed, values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import PersonInRecord

_STATUS_PATHS = ("eBWWarrantStatus", "Warrant/ActivityStatus/StatusDescriptionText")


def read_warrants(placing: Placing) -> tuple[Event, ...]:
    """The events of a `Warrants` document."""
    events: list[Event] = []
    for results in some_blocks(placing, placing.tree.root, "eBWResults"):
        wanted = _read_wanted(placing, results)
        events += [_read_warrant(placing, result, wanted) for result in some_blocks(placing, results, "eBWResult")]
    return tuple(events)


def _read_wanted(placing: Placing, results: Element) -> PersonInRecord:
    """The only person of the block. Its locations are hers or his: no other person is there to live at them."""
    found = one_person(placing, results)
    homes = [read_address(placing, place) for place in results.all("Location")]
    return person(
        "wanted", PersonRole.WANTED, distinct(read_person(placing, found), values("home-address", *homes))
    )


def _read_warrant(placing: Placing, result: Element, wanted: PersonInRecord) -> Event:
    placing.referred(result.first("Warrant/CourtOrderDesignatedSubject"), "RoleOfPersonReference")
    number = placing.take(result, "Warrant/ActivityIdentification/IdentificationID")
    day = placing.take(result, "Warrant/CourtOrderIssuingDate/Date")
    fields = distinct(
        values("warrant-number", number),
        values("warrant-date", day),
        values("charge", *placing.take_all(result, "Warrant/ActivityDescriptionText")),
        values(
            "charge", *(prefixed("level", text) for text in placing.take_all(result, "Warrant/WarrantLevelText"))
        ),
        values("court", *placing.take_all(result, "Warrant/CourtOrderJurisdiction/JurisdictionText")),
        values("court", *(prefixed("docket", text) for text in placing.take_all(result, "Case/CaseDocketID"))),
        values("outcome", *_outcomes(placing, result)),
    )
    return Event(
        data_class=DataClass.WARRANT,
        people=(wanted,),
        fields=fields,
        disposition=_read_state(placing, result),
        reference=number,
        event_date=find_date(day),
        as_of=latest(day),
    )


def _outcomes(placing: Placing, result: Element) -> tuple[str, ...]:
    bail = joined(
        *placing.take_all(result, "Bail/ActivityStatus/StatusDescriptionText"),
        *placing.take_all(result, "Bail/BailSetAmount"),
        by=" ",
    )
    return (
        *(prefixed("warrant", text) for path in _STATUS_PATHS for text in placing.take_all(result, path)),
        *(
            prefixed("order", text)
            for text in placing.take_all(result, "Warrant/CourtOrderStatus/StatusDescriptionText")
        ),
        *(
            prefixed("case", text)
            for text in placing.take_all(result, "Case/ActivityStatus/StatusDescriptionText")
        ),
        prefixed("bail", bail),
    )


def _read_state(placing: Placing, result: Element) -> Disposition:
    """How the warrant's charge stands. Two texts that say different things leave it unknown."""
    found = set()
    for element in (element for path in _STATUS_PATHS for element in result.all(path)):
        text = placing.take(element)
        if text and text.upper() not in WARRANT_STATES:
            fault = f"says `{text[:60]}`, a warrant state that is not mapped"
            raise placing.fault(
                element, fault, "add it to the table in `formats/codes.py`, or correct it at the source"
            )
        if text:
            found.add(WARRANT_STATES[text.upper()])
    return found.pop() if len(found) == 1 else Disposition.UNKNOWN
