"""The people, places and telephone numbers of a LEXS digest, and what payloads add to them.

An address or telephone number that the message ties to nobody is kept with a nameless person of role `other`, so
that it has the protection of an address and is never taken for the subject's.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.formats.codes import LEXS_ASSOCIATIONS, LEXS_ROLES, strictest_role
from comity.formats.event import person
from comity.formats.niem_person import read_address, read_name, read_person, read_phones
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, joined, values
from comity.model.codes import PersonRole
from comity.model.record import MOST_PEOPLE, PersonInRecord

_CONTACTS = (
    ("submitter-contact", "DataSubmitterMetadata/SystemContact"),
    ("item-contact", "DataItemPackage/PackageMetadata/DataItemContact"),
    ("owner-contact", "DataItemPackage/PackageMetadata/DataOwnerMetadata/DataOwnerContact"),
)
_BADGE = "EnforcementOfficial/EnforcementOfficialBadgeIdentification/IdentificationID"
_BEAT = "EnforcementOfficial/EnforcementOfficialUnit/EnforcementUnitBeatIdentification/IdentificationID"


@dataclass(frozen=True, slots=True)
class Package:
    """One data item package: its digest, its payload elements by the digest id they add to, and its message."""

    message: Element
    package: Element
    digest: Element
    extras: dict[str, tuple[Element, ...]]


def read_extras(package: Element) -> dict[str, tuple[Element, ...]]:
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


def read_people(placing: Placing, parts: Package) -> tuple[PersonInRecord, ...]:
    """Everyone a LEXS digest names, with the strictest role it gives them."""
    entities = parts.digest.all("EntityPerson")
    if len(entities) > MOST_PEOPLE:
        fault = f"names {len(entities)} people, more than {MOST_PEOPLE}; it is a list, not a record"
        raise placing.fault(parts.digest, fault, "split it by event")
    by_association = _associated_roles(parts.digest)
    found: list[PersonInRecord] = []
    for number, entity in enumerate(entities, 1):
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


def _reached_at(placing: Placing, parts: Package, human: Element) -> Values:
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


def _whole_address(placing: Placing, parts: Package, place: Element) -> str:
    extra = (read_address(placing, element) for element in parts.extras.get(place.key, ()))
    return joined(read_address(placing, place), *extra)


def read_places(placing: Placing, parts: Package) -> tuple[Values, tuple[PersonInRecord, ...]]:
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


def read_contacts(placing: Placing, message: Element) -> tuple[PersonInRecord, ...]:
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
