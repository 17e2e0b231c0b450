"""Incident reports (LEXS 3.1 publish message with N-DEx and local payloads): one record per data item package.

People keep their roles (`lexs_people`); victims, witnesses, officials and contacts are carried, never searchable.
"""

from __future__ import annotations

from comity.formats.event import Event, some_blocks
from comity.formats.lexs_people import Package, read_contacts, read_extras, read_people, read_places
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, values
from comity.model.codes import DataClass, Disposition

# N-DEx dissemination criteria: green is open to all participants. Yellow and red are restrictions by the owner
# that only an agreement can express, so a message that carries them does not load.
OPEN_DISSEMINATION = frozenset({"GREEN"})

INSTRUCTIONS = frozenset({"INSERT"})

_VEHICLE_WORDS = (
    ("", "ItemModelYearDate"),
    ("", "ItemColorDescriptionText"),
    ("colour code", "VehicleColorPrimaryCode"),
    ("make", "VehicleMakeCode"),
    ("model", "VehicleModelCode"),
    ("doors", "VehicleDoorQuantity"),
    ("plate", "ConveyanceRegistrationPlateIdentification/IdentificationID"),
    ("plate of", "ConveyanceRegistrationPlateIdentification/IdentificationJurisdictionUSPostalServiceCode"),
    ("plate expires", "ConveyanceRegistrationPlateIdentification/IdentificationExpirationDate"),
    ("plate kind", "ConveyanceRegistration/ConveyanceRegistrationPlateCategoryText"),
    ("plate kind code", "ConveyanceRegistration/ConveyanceRegistrationPlateCategoryCode"),
    ("VIN", "VehicleIdentification/IdentificationID"),
)
_WEAPON_WORDS = (
    ("", "ItemDescriptionText"),
    ("", "ItemCategoryText"),
    ("make", "ItemMakeName"),
    ("model", "ItemModelName"),
    ("serial", "ItemSerialIdentification/IdentificationID"),
)


def read_incident(placing: Placing) -> tuple[Event, ...]:
    """The events of an `IncidentReport` document or of a bare LEXS `doPublish`."""
    root = placing.tree.root
    publish = root if root.name == "doPublish" else some_blocks(placing, root, "doPublish")[0]
    events: list[Event] = []
    for message in some_blocks(placing, publish, "PublishMessageContainer/PublishMessage"):
        for package in some_blocks(placing, message, "DataItemPackage"):
            digest = some_blocks(placing, package, "Digest")[0]
            extras = read_extras(package)
            events.append(_read_package(placing, Package(message, package, digest, extras)))
    return tuple(events)


def _read_package(placing: Placing, parts: Package) -> Event:
    _check_terms(placing, parts.package)
    number = placing.take(parts.package, "PackageMetadata/DataItemReferenceID")
    incident = _activities(parts.digest, "Incident")
    starts = [text for element in incident for text in _days(placing, element, "StartDate")]
    ends = [text for element in incident for text in _days(placing, element, "EndDate")]
    people = (*read_people(placing, parts), *read_contacts(placing, parts.message))
    places, loose = read_places(placing, parts)
    sent = placing.take_day(parts.message, "PDMessageMetadata/MessageDateTime")
    return Event(
        data_class=DataClass.CASE,
        people=(*people, *loose),
        fields=distinct(
            _numbers(placing, parts, number),
            values("incident-date", joined(*starts, *ends, by=" to ")),
            _offences(placing, parts),
            values("story", *(text for element in incident for text in _stories(placing, element))),
            values("outcome", *_outcomes(placing, parts)),
            _things(placing, parts),
            values("agency", *_agencies(placing, parts)),
            places,
        ),
        disposition=Disposition.UNKNOWN,
        reference=number,
        event_date=find_date(next(iter(starts), "")),
        as_of=sent or latest(*starts, *ends),
    )


def _check_terms(placing: Placing, package: Element) -> None:
    """A message that deletes, or that its owner restricts, must not become an ordinary record."""
    for element in package.all("PackageMetadata/DataItemPublishInstruction"):
        if element.text and element.text.upper() not in INSTRUCTIONS:
            fault = f"says `{element.text[:40]}`, and a load only adds records"
            raise placing.fault(element, fault, "correct or recall the record at its owner instead")
    for element in package.all("PackageMetadata/DisseminationCriteriaValue/DisseminationCriteriaText"):
        if element.text and element.text.upper() not in OPEN_DISSEMINATION:
            fault = f"says `{element.text[:40]}`: its owner restricts who may have it"
            raise placing.fault(
                element, fault, "put the restriction into an agreement, then load the item as green"
            )


def _activities(digest: Element, category: str) -> tuple[Element, ...]:
    activities = digest.all("EntityActivity/Activity")
    named = [element for element in activities if _text(element, "ActivityCategoryText") == category]
    return tuple(named)


def _text(element: Element, path: str) -> str:
    found = element.first(path)
    return found.text if found else ""


def _days(placing: Placing, activity: Element, end: str) -> tuple[str, ...]:
    found = (placing.take_all(activity, f"ActivityDateRange/{end}/{name}") for name in ("DateTime", "Date"))
    single = (placing.take_all(activity, f"ActivityDate/{name}") for name in ("DateTime", "Date"))
    return tuple(text for texts in (*found, *(single if end == "StartDate" else ())) for text in texts)


def _stories(placing: Placing, activity: Element) -> tuple[str, ...]:
    return placing.take_all(activity, "ActivityDescriptionText")


def _numbers(placing: Placing, parts: Package, number: str) -> Values:
    digest = placing.take_all(parts.digest, "EntityActivity/Activity/ActivityIdentification/IdentificationID")
    item = placing.take(parts.package, "PackageMetadata/DataItemID")
    sources = placing.take_all(parts.digest, "EntityPerson/Metadata/SourceIDText")
    cases = [
        text
        for elements in parts.extras.values()
        for element in elements
        for text in placing.take_all(element, "IncidentAugmentation/IncidentCaseNumberText")
    ]
    return values("incident-number", number, item, *digest, *sources, *cases)


def _offences(placing: Placing, parts: Package) -> Values:
    """Everything in the digest that is not the incident itself, and what the payloads call it."""
    incidents = {element.number for element in _activities(parts.digest, "Incident")}
    others = [
        element for element in parts.digest.all("EntityActivity/Activity") if element.number not in incidents
    ]
    charges = [
        joined(
            _category(placing, element),
            joined(*_days(placing, element, "StartDate"), *_days(placing, element, "EndDate"), by=" to "),
            *_stories(placing, element),
        )
        for element in others
    ]
    extras = _unique(parts)
    return distinct(
        values("charge", *charges, *(text for extra in extras for text in placing.take_all(extra, "OffenseText"))),
        values(
            "incident-type",
            *(text for extra in extras for text in placing.take_all(extra, "IncidentCategoryCode")),
            *(text for extra in extras for text in placing.take_all(extra, "CriminalActivityCategoryText")),
        ),
    )


def _category(placing: Placing, activity: Element) -> str:
    """The kind of an activity; an offence needs no word, for the field is the charge."""
    found = _text(activity, "ActivityCategoryText")
    return "" if found == "Offense" else placing.take(activity, "ActivityCategoryText").lower()


def _unique(parts: Package) -> tuple[Element, ...]:
    every = (element for elements in parts.extras.values() for element in elements)
    return tuple({element.number: element for element in every}.values())


def _outcomes(placing: Placing, parts: Package) -> tuple[str, ...]:
    path = "ActivityStatus/ActivityStatusAugmentation/IncidentStatusCode"
    return (
        *(f"incident {text}" for extra in _unique(parts) for text in placing.take_all(extra, path)),
        *(f"item {text}" for text in placing.take_all(parts.package, "PackageMetadata/DataItemStatus")),
    )


def _agencies(placing: Placing, parts: Package) -> tuple[str, ...]:
    submitter = parts.message.first("DataSubmitterMetadata/SystemIdentifier")
    owner = parts.package.first("PackageMetadata/DataOwnerMetadata/DataOwnerIdentifier")
    return (
        *(
            joined(placing.take(system, "OrganizationName"), placing.take(system, "ORI"), by=" ")
            for system in (owner, submitter)
        ),
        *placing.take_all(parts.message, "DataSubmitterMetadata/SystemContact/OrganizationName"),
        *placing.take_all(parts.digest, "EntityOrganization/Organization/OrganizationName"),
    )


def _things(placing: Placing, parts: Package) -> Values:
    """Vehicles, and the items that an association calls weapons; other property has no field and stays out."""
    weapons = {
        item.number: item
        for links in parts.digest.all("Associations")
        for link in links.children
        if link.name.endswith("WeaponAssociation")
        for item in (*placing.referred(link, "ItemReference"), *placing.referred(link, "WeaponReference"))
    }
    vehicles = parts.digest.all("EntityVehicle/Vehicle")
    return distinct(
        values("vehicle", *(_words(placing, vehicle, _VEHICLE_WORDS) for vehicle in vehicles)),
        values("weapon", *(_words(placing, weapon, _WEAPON_WORDS) for weapon in weapons.values())),
    )


def _words(placing: Placing, thing: Element, rows: tuple[tuple[str, str], ...]) -> str:
    texts = [(word, text) for word, path in rows for text in placing.take_all(thing, path)]
    return joined(*(f"{word} {text}" if word else text for word, text in texts))
