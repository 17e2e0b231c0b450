"""Incident reports (LEXS 3.1 publish message with N-DEx and local payloads): one record per data item package.

People keep their roles; victims, witnesses, officials and contacts are carried and never searchable. An address or
telephone number that the message ties to nobody is kept with a nameless person of role `other`, so that it has the
protection of an address and is never taken for the subject's.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.formats.codes import LEXS_ASSOCIATIONS, LEXS_ROLES, strictest_role
from comity.formats.event import Event, person, some_blocks
from comity.formats.niem_person import read_address, read_name, read_person, read_phones
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import PersonInRecord

# N-DEx dissemination criteria: green is open to all participants. Yellow and red are restrictions by the owner
# that only an agreement can express, so a message that carries them does not load.
OPEN_DISSEMINATION = frozenset({"GREEN"})

INSTRUCTIONS = frozenset({"INSERT"})

_CONTACTS = (
    ("submitter-contact", "DataSubmitterMetadata/SystemContact"),
    ("item-contact", "DataItemPackage/PackageMetadata/DataItemContact"),
    ("owner-contact", "DataItemPackage/PackageMetadata/DataOwnerMetadata/DataOwnerContact"),
)
_BADGE = "EnforcementOfficial/EnforcementOfficialBadgeIdentification/IdentificationID"
_BEAT = "EnforcementOfficial/EnforcementOfficialUnit/EnforcementUnitBeatIdentification/IdentificationID"
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


@dataclass(frozen=True, slots=True)
class _Package:
    """One data item package: its digest, its payload elements by the digest id they add to, and its message."""

    message: Element
    package: Element
    digest: Element
    extras: dict[str, tuple[Element, ...]]


def read_incident(placing: Placing) -> tuple[Event, ...]:
    """The events of an `IncidentReport` document or of a bare LEXS `doPublish`."""
    root = placing.tree.root
    publish = root if root.name == "doPublish" else some_blocks(placing, root, "doPublish")[0]
    events: list[Event] = []
    for message in some_blocks(placing, publish, "PublishMessageContainer/PublishMessage"):
        for package in some_blocks(placing, message, "DataItemPackage"):
            digest = some_blocks(placing, package, "Digest")[0]
            extras = _read_extras(package)
            events.append(_read_package(placing, _Package(message, package, digest, extras)))
    return tuple(events)


def _read_extras(package: Element) -> dict[str, tuple[Element, ...]]:
    """Payload elements by the digest element they are the same as."""
    found: dict[str, tuple[Element, ...]] = {}
    for payload in package.all("StructuredPayload"):
        for element in payload.walk():
            same = (*element.all("SameAsDigestReference"), *_augmented(element))
            for reference in same:
                found[reference.ref] = (*found.get(reference.ref, ()), element)
    return found


def _augmented(element: Element) -> tuple[Element, ...]:
    names = (child for child in element.children if child.name.endswith("Augmentation"))
    return tuple(reference for child in names for reference in child.all("SameAsDigestReference"))


def _read_package(placing: Placing, parts: _Package) -> Event:
    _check_terms(placing, parts.package)
    number = placing.take(parts.package, "PackageMetadata/DataItemReferenceID")
    incident = _activities(parts.digest, "Incident")
    starts = [text for element in incident for text in _days(placing, element, "StartDate")]
    ends = [text for element in incident for text in _days(placing, element, "EndDate")]
    people = (*_read_people(placing, parts), *_read_contacts(placing, parts.message))
    places, loose = _read_places(placing, parts)
    sent = placing.take(parts.message, "PDMessageMetadata/MessageDateTime")
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
        as_of=latest(sent, *starts, *ends),
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


def _numbers(placing: Placing, parts: _Package, number: str) -> Values:
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


def _offences(placing: Placing, parts: _Package) -> Values:
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


def _unique(parts: _Package) -> tuple[Element, ...]:
    every = (element for elements in parts.extras.values() for element in elements)
    return tuple({element.number: element for element in every}.values())


def _outcomes(placing: Placing, parts: _Package) -> tuple[str, ...]:
    path = "ActivityStatus/ActivityStatusAugmentation/IncidentStatusCode"
    return (
        *(f"incident {text}" for extra in _unique(parts) for text in placing.take_all(extra, path)),
        *(f"item {text}" for text in placing.take_all(parts.package, "PackageMetadata/DataItemStatus")),
    )


def _agencies(placing: Placing, parts: _Package) -> tuple[str, ...]:
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


def _things(placing: Placing, parts: _Package) -> Values:
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


def _read_people(placing: Placing, parts: _Package) -> tuple[PersonInRecord, ...]:
    by_association = _associated_roles(parts.digest)
    found: list[PersonInRecord] = []
    for number, entity in enumerate(parts.digest.all("EntityPerson"), 1):
        for human in entity.all("Person"):
            stated = _stated_roles(placing, entity) | by_association.get(human.key, frozenset())
            extras = parts.extras.get(human.key, ())
            payload = frozenset(LEXS_ROLES[extra.name] for extra in extras if extra.name in LEXS_ROLES)
            role = strictest_role(stated | payload)
            fields = distinct(
                read_person(placing, human),
                *(read_person(placing, extra) for extra in extras),
                values("other-id", *placing.take_all(entity, _BADGE)),
                values("employment", *placing.take_all(entity, _BEAT)),
                _reached_at(placing, parts, human),
            )
            found.append(person(f"{role.value}-{number}", role, fields))
    return tuple(found)


def _stated_roles(placing: Placing, entity: Element) -> frozenset[PersonRole]:
    """The roles beside a person. An element that is not in the table may be a role, so it stops the load."""
    roles = set()
    for element in entity.children:
        if element.name in ("Person", "Metadata"):
            continue
        role = LEXS_ROLES.get(element.name)
        if role is None:
            fault = f"is a role that is not mapped (`{element.name[:60]}`)"
            raise placing.fault(element, fault, "add it to the table in `formats/codes.py`")
        roles.add(role)
    return frozenset(roles)


def _associated_roles(digest: Element) -> dict[str, frozenset[PersonRole]]:
    """Roles by person id. An association that speaks of victims protects, even where it is not in the table."""
    found: dict[str, frozenset[PersonRole]] = {}
    for links in digest.all("Associations"):
        for link in links.children:
            role = PersonRole.VICTIM if "Victim" in link.name else LEXS_ASSOCIATIONS.get(link.name)
            if role is None:
                continue
            for reference in link.all("PersonReference"):
                found[reference.ref] = found.get(reference.ref, frozenset()) | {role}
    return found


def _reached_at(placing: Placing, parts: _Package, human: Element) -> Values:
    """Telephone numbers and addresses that an association ties to this person."""
    phones: list[str] = []
    homes: list[str] = []
    for links in parts.digest.all("Associations"):
        for link in links.children:
            if human.key not in [reference.ref for reference in link.all("PersonReference")]:
                continue
            for name in ("TelephoneNumberReference", "ContactPersonTelephoneNumberReference"):
                phones += [text for found in placing.referred(link, name) for text in read_phones(placing, found)]
            places = placing.referred(link, "LocationReference")
            homes += [_whole_address(placing, parts, place) for place in places]
    return distinct(values("home-address", *homes), values("phone", *phones))


def _whole_address(placing: Placing, parts: _Package, place: Element) -> str:
    extra = (read_address(placing, element) for element in parts.extras.get(place.key, ()))
    return joined(read_address(placing, place), *extra)


def _read_places(placing: Placing, parts: _Package) -> tuple[Values, tuple[PersonInRecord, ...]]:
    """The places of activities; and whatever address or number is tied to nobody."""
    tied: set[str] = set()
    scenes: list[str] = []
    for links in parts.digest.all("Associations"):
        for link in links.children:
            tied |= {child.ref for child in link.children if "Telephone" in child.name}
            for place in placing.referred(link, "LocationReference"):
                tied.add(place.key)
                if link.all("ActivityReference"):
                    scenes.append(_whole_address(placing, parts, place))
    places = [place for place in parts.digest.all("EntityLocation/Location") if place.key not in tied]
    phones = [
        phone for phone in parts.digest.all("EntityTelephoneNumber/TelephoneNumber") if phone.key not in tied
    ]
    loose = distinct(
        values("home-address", *(_whole_address(placing, parts, place) for place in places)),
        values("phone", *(text for phone in phones for text in read_phones(placing, phone))),
    )
    nobody = (person("tied-to-nobody", PersonRole.OTHER, loose),) if loose else ()
    return values("incident-place", *scenes), nobody


def _read_contacts(placing: Placing, message: Element) -> tuple[PersonInRecord, ...]:
    """The officials who can be asked about the message."""
    found = []
    for word, path in _CONTACTS:
        for number, contact in enumerate(message.all(path), 1):
            names = read_name(placing, contact)
            fields = distinct(
                values("name", *names[:1]),
                values("alias", *names[1:]),
                values("phone", *read_phones(placing, contact)),
            )
            if fields:
                found.append(person(f"{word}-{number}", PersonRole.OFFICIAL, fields))
    return tuple(found)
