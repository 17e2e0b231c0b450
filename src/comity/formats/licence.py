"""Professional licences (NIEM 4.0) and wildlife licences (NIEM 3.0): one record per result."""

from __future__ import annotations

from comity.formats.event import Event, one_person, person, some_blocks
from comity.formats.niem_person import read_address, read_person, read_phones
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, prefixed, values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import PersonInRecord

_DAYS = (
    ("first issued", "RegulatoryLicenseFirstIssueDate/Date"),
    ("issued", "RegulatoryLicenseIssueDate/Date"),
    ("expires", "RegulatoryLicenseExpirationDate/Date"),
)
_TYPES = (
    ("", "RegulatoryLicenseCategoryText"),
    ("agency", "RegulatoryLicenseAgency/OrganizationName"),
    ("department", "RegulatoryLicenseDepartmentName"),
    ("regulator", "RegulatoryLicenseRegulatorName"),
)
_STATES = (
    ("", "RegulatoryLicenseStatus/StatusDescriptionText"),
    ("", "RegulatoryLicenseStatus/SecondaryStatusDescriptionText"),
    ("authorised to practise", "CurrentlyAuthorizedToPracticeIndicator"),
)
_RESIDENCES = ("PersonResidenceAssociation", "PersonSecondaryResidenceAssociation")


def read_regulatory_licences(placing: Placing) -> tuple[Event, ...]:
    """The events of a `RegulatoryLicenseQueryResults` document."""
    blocks = some_blocks(placing, placing.tree.root, "RegulatoryLicenseQueryResult")
    return tuple(_read_regulatory(placing, block) for block in blocks)


def read_wildlife_licences(placing: Placing) -> tuple[Event, ...]:
    """The events of a `WildlifeLicenseQueryResults` document."""
    blocks = some_blocks(placing, placing.tree.root, "WildlifeLicenseReport")
    return tuple(_read_wildlife(placing, block) for block in blocks)


def _read_regulatory(placing: Placing, block: Element) -> Event:
    licence = some_blocks(placing, block, "RegulatoryLicense")[0]
    number = placing.take(licence, "RegulatoryLicenseIdentification/IdentificationID")
    holder_ids = values("other-id", *placing.take_all(licence, "PersonLicenseeID/IdentificationID"))
    days = [(word, text) for word, path in _DAYS for text in placing.take_all(licence, path)]
    issued = next((text for word, text in days if word != "expires"), "")
    fields = distinct(
        values("licence-number", number, *_system_numbers(placing, block)),
        values("licence-type", *_words(placing, licence, _TYPES)),
        values("licence-status", *_words(placing, licence, _STATES), *_complaints(placing, block)),
        values("licence-dates", *(f"{word} {text}" for word, text in days)),
    )
    return Event(
        data_class=DataClass.LICENCE,
        people=(_read_licensee(placing, block, holder_ids),),
        fields=fields,
        disposition=Disposition.NOT_APPLICABLE,
        reference=number,
        event_date=find_date(issued),
        as_of=latest(*(text for word, text in days if word != "expires")),
    )


def _read_wildlife(placing: Placing, block: Element) -> Event:
    numbers = _system_numbers(placing, block)
    kind = joined(
        "wildlife", prefixed("held in", joined(*placing.take_all(block, "SystemIdentification/SystemName")))
    )
    return Event(
        data_class=DataClass.LICENCE,
        people=(_read_licensee(placing, block, ()),),
        fields=distinct(values("licence-number", *numbers), values("licence-type", kind)),
        disposition=Disposition.NOT_APPLICABLE,
        reference=next(iter(numbers), ""),
    )


def _system_numbers(placing: Placing, block: Element) -> tuple[str, ...]:
    """The number under which the licensing system holds the licence."""
    return placing.take_all(block, "SystemIdentification/IdentificationID")


def _words(placing: Placing, start: Element, rows: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    return tuple(joined(word, text, by=" ") for word, path in rows for text in placing.take_all(start, path))


def _read_licensee(placing: Placing, block: Element, extra: Values) -> PersonInRecord:
    """The only person of the block; every address in it is a home, the most protected reading."""
    found = one_person(placing, block)
    residences = [
        read_address(placing, place)
        for name in _RESIDENCES
        for link in block.all(name)
        for place in placing.referred(link, "Location")
    ]
    contacts = (*found.all("PersonHomeContactInformation"), *block.all("ContactInformation"))
    homes = values(
        "home-address",
        *residences,
        *(read_address(placing, place) for place in (*block.all("Location"), *contacts)),
    )
    phones = values("phone", *(text for contact in contacts for text in read_phones(placing, contact)))
    return person("licensee", PersonRole.LICENSEE, distinct(read_person(placing, found), extra, homes, phones))


def _complaints(placing: Placing, block: Element) -> tuple[str, ...]:
    """Each disciplinary complaint as one text: case, allegations, actions, resolution."""
    found: list[str] = []
    for case in block.all("Case"):
        number = joined(*placing.take_all(case, "ActivityIdentification/IdentificationID"))
        first = joined(*placing.take_all(case, "ActivityDate/DateRange/StartDate/Date"))
        last = joined(*placing.take_all(case, "ActivityDate/DateRange/EndDate/Date"))
        head = joined(prefixed("case", number), prefixed("from", first), prefixed("to", last), by=" ")
        texts = [_complaint(placing, complaint) for complaint in case.all("CaseComplaint")]
        found += [joined(head, text, by=": ") for text in texts or [""]]
    return tuple(found)


def _complaint(placing: Placing, complaint: Element) -> str:
    actions = [
        joined(
            *placing.take_all(action, "ActionDescriptionText"),
            *placing.take_all(action, "ActionValueText"),
            by=" ",
        )
        for action in complaint.all("ComplaintAction")
    ]
    return joined(
        *(
            f"alleged {text}"
            for text in placing.take_all(complaint, "ComplaintAllegation/AllegationDescriptionText")
        ),
        *(f"action {text}" for text in actions if text),
        *(
            f"resolved {text}"
            for text in placing.take_all(complaint, "ComplaintResolution/ResolutionDescriptionText")
        ),
        *(
            f"resolved on {text}"
            for text in placing.take_all(complaint, "ComplaintResolution/ResolutionDate/Date")
        ),
    )
