"""Firearm registrations (NIEM 2.0) and purchase prohibitions (NIEM 3.0): one record per registration or report."""

from __future__ import annotations

from comity.formats.event import Event, one_person, person, some_blocks
from comity.formats.niem_person import read_address, read_measure, read_person, read_phones
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, prefixed, suffixed, values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import PersonInRecord

_WEAPON_WORDS = (
    ("", "FirearmMakeText"),
    ("make code", "FirearmMakeCode"),
    ("model", "ItemModelName"),
    ("category", "FirearmCategoryCode"),
    ("kind", "FirearmCategoryDescriptionCode"),
    ("calibre", "FirearmCaliberCode"),
    ("gauge", "FirearmGaugeText"),
    ("importer", "FirearmImporter"),
    ("received", "FirearmReceivedDate/Date"),
)


def read_registrations(placing: Placing) -> tuple[Event, ...]:
    """The events of a `PersonFirearmRegistrationQueryResults` document."""
    root = placing.tree.root
    registrant = _read_registrant(placing, root)
    pairs = [
        (weapon, registration)
        for link in root.all("PropertyRegistrationAssociation")
        for weapon in placing.referred(link, "ItemReference")
        for registration in placing.referred(link, "ItemRegistrationReference")
    ]
    linked = {element.number for pair in pairs for element in pair}
    lone = [(weapon, None) for weapon in root.all("Firearm") if weapon.number not in linked]
    bare = [(None, entry) for entry in root.all("ItemRegistration") if entry.number not in linked]
    events = [_read_registration(placing, weapon, entry, registrant) for weapon, entry in (*pairs, *lone, *bare)]
    if not events:
        raise placing.fault(root, "has no firearm and no registration", "leave the file out of the load")
    return tuple(events)


def _read_registrant(placing: Placing, root: Element) -> PersonInRecord:
    found = one_person(placing, root)
    homes = [
        read_address(placing, place)
        for link in root.all("ResidenceAssociation")
        for place in placing.referred(link, "LocationReference")
    ]
    jobs = placing.take_all(root, "PersonEmploymentAssociation/EmployeeOccupationText")
    fields = distinct(
        read_person(placing, found),
        _licence(placing, root),
        values("home-address", *homes, *(read_address(placing, place) for place in root.all("Location"))),
        _contacts(placing, root),
        values("employment", *jobs),
    )
    return person("registrant", PersonRole.REGISTRANT, fields)


def _licence(placing: Placing, root: Element) -> Values:
    path = "DriverLicense/DriverLicenseIdentification"
    issuers = placing.take_all(root, f"{path}/IdentificationSourceText")
    return distinct(
        values("driver-licence", *placing.take_all(root, f"{path}/IdentificationID")),
        values("description", *(prefixed("driver licence issued by", text) for text in issuers)),
    )


def _contacts(placing: Placing, root: Element) -> Values:
    """Telephone numbers, home and work; the addresses of a contact are where the person works."""
    return distinct(
        *(
            distinct(
                values("phone", *read_phones(placing, contact)),
                values("work-address", *(read_address(placing, place) for place in contact.all("ContactEntity"))),
            )
            for contact in root.all("ContactInformation")
        )
    )


def _read_registration(
    placing: Placing, weapon: Element | None, entry: Element | None, registrant: PersonInRecord
) -> Event:
    number = placing.take(entry, "RegistrationIdentification/IdentificationID")
    day = placing.take(entry, "RegistrationEffectiveDate/Date")
    permit_day = placing.take(entry, "PermitDate/Date")
    since = placing.take(entry, "RegistrationStatus/StatusDate/Date")
    lost = placing.take(weapon, "FirearmStatus/StatusDate/Date")
    fields = distinct(
        values("registration-number", number, prefixed("permit", placing.take(entry, "PermitNumber"))),
        values("registration-date", day, prefixed("permit", permit_day)),
        values("weapon", _weapon(placing, weapon)),
        values("weapon-serial", *placing.take_all(weapon, "ItemSerialIdentification/IdentificationID")),
        values("weapon-status", *_states(placing, weapon, entry, since, lost)),
        values("agency", suffixed(placing.take(entry, "LocationCountyName"), "county")),
    )
    return Event(
        data_class=DataClass.FIREARM,
        people=(registrant,),
        fields=fields,
        disposition=Disposition.NOT_APPLICABLE,
        reference=number,
        event_date=find_date(day),
        as_of=latest(day, permit_day, since, lost),
    )


def _states(
    placing: Placing, weapon: Element | None, entry: Element | None, since: str, lost: str
) -> tuple[str, str]:
    """`registration Active 2004-05-22`, `firearm Stolen 2015-03-12`."""
    registered = placing.take(entry, "RegistrationStatus/FirearmRegistrationStatusText")
    whereabouts = placing.take(weapon, "FirearmStatus/FirearmStatusText")
    return (
        prefixed("registration", joined(registered, since, by=" ")),
        prefixed("firearm", joined(whereabouts, lost, by=" ")),
    )


def _weapon(placing: Placing, weapon: Element | None) -> str:
    if weapon is None:
        return ""
    words = [
        prefixed(word, placing.take(weapon, path)) if word else placing.take(weapon, path)
        for word, path in _WEAPON_WORDS
    ]
    shop = joined(
        *placing.take_all(weapon, "FirearmAcquisition/FirearmAcquisitionSourceDescriptionText"),
        *(
            read_address(placing, place)
            for place in weapon.all("FirearmAcquisition/FirearmAcquisitionLocationAddress")
        ),
    )
    barrel = read_measure(placing, weapon.first("FirearmBarrelLengthMeasure"))
    return joined(*words, prefixed("barrel", barrel), prefixed("acquired from", shop))


def read_prohibitions(placing: Placing) -> tuple[Event, ...]:
    """The events of a `FirearmPurchaseProhibitionQueryResults` document."""
    blocks = some_blocks(placing, placing.tree.root, "FirearmPurchaseProhibitionReport")
    return tuple(_read_prohibition(placing, block) for block in blocks)


def _read_prohibition(placing: Placing, block: Element) -> Event:
    barred = person("barred", PersonRole.SUBJECT, read_person(placing, one_person(placing, block)))
    number = placing.take(block, "Case/CaseDocketID")
    day = placing.take(block, "CourtOrder/CourtOrderIssuingDate/Date")
    court = "CourtOrderIssuingCourt"
    oris = placing.take_all(
        block, f"{court}/OrganizationAugmentation/OrganizationORIIdentification/IdentificationID"
    )
    fields = distinct(
        values("entry-number", number),
        values("entry-date", day),
        values(
            "prohibition", *placing.take_all(block, "FirearmPurchaseProhibition/FirearmPurchaseProhibitionCode")
        ),
        values("agency", *placing.take_all(block, f"{court}/OrganizationName"), *oris),
    )
    return Event(
        data_class=DataClass.NCIC_RESTRICTED,
        people=(barred,),
        fields=fields,
        disposition=Disposition.NOT_APPLICABLE,
        reference=number,
        event_date=find_date(day),
        as_of=latest(day),
    )
