"""A NIEM person, of any version from 2.0 to 4.0, as field values; and NIEM addresses and telephone numbers."""

from __future__ import annotations

from comity.errors import NounError
from comity.formats.codes import SEX_UNKNOWN, SEXES, UNITS
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, joined, prefixed, suffixed, values
from comity.model.query import check_partial_date

# Identification element -> field, and the words for its issuer. A state identification card is not the
# repository's state id (which says that its holder has a criminal history), so it is an other id.
_IDENTIFIERS = (
    ("PersonSSNIdentification", "ssn", "SSN"),
    ("PersonAugmentation/PersonStateFingerprintIdentification", "state-id", "state id"),
    ("PersonAugmentation/PersonFBIIdentification", "fbi-number", "FBI number"),
    ("PersonAugmentation/DriverLicense/DriverLicenseIdentification", "driver-licence", "driver licence"),
    ("DriverLicense/DriverLicenseIdentification", "driver-licence", "driver licence"),
    ("PersonStateIdentification", "other-id", "state identification card"),
    ("PersonOtherIdentification", "other-id", "other id"),
    ("PersonPassportIdentification", "passport", "passport"),
    ("PersonLicenseIdentification", "other-id", "licence"),
)
_ISSUERS = (
    "IdentificationSourceText",
    "IdentificationJurisdictionText",
    "IdentificationJurisdictionNCICLISCode",
    "IdentificationJurisdictionUSPostalServiceCode",
)
_DESCRIPTIONS = (
    ("eyes", ("PersonEyeColorText", "PersonEyeColorCode")),
    ("hair", ("PersonHairColorText", "PersonHairColorCode")),
    ("race", ("PersonRaceCode", "PersonRaceText")),
    ("complexion", ("PersonComplexionText",)),
    ("feature", ("PersonPhysicalFeature/PhysicalFeatureCategoryText",)),
)
_MEASURES = (("age", "PersonAgeMeasure"), ("height", "PersonHeightMeasure"), ("weight", "PersonWeightMeasure"))
_AMOUNTS = ("MeasurePointValue", "MeasureText", "MeasureValueText")
_UNIT_NAMES = ("LengthUnitCode", "WeightUnitCode", "TimeUnitCode")
_STATES = (
    "LocationStateName",
    "LocationStateUSPostalServiceCode",
    "LocationStateNCICLISCode",
    "LocationStateNCICLSTACode",
)


def read_person(placing: Placing, person: Element) -> Values:
    """All that a NIEM person element says about the person, in the fields of every class."""
    return distinct(
        read_names(placing, person),
        read_birth_dates(placing, person),
        _sex(placing, person),
        *(_identifier(placing, person, *row) for row in _IDENTIFIERS),
        values("birthplace", *(read_address(placing, place) for place in person.all("PersonBirthLocation"))),
        values(
            "status",
            *(prefixed("citizenship", text) for text in placing.take_all(person, "PersonCitizenshipText")),
        ),
        _description(placing, person),
    )


def read_names(placing: Placing, person: Element, already: str = "") -> Values:
    """The name, and every other as alias. `already` is a name given elsewhere: a different one is an alias."""
    names = [name for element in person.all("PersonName") for name in read_name(placing, element)]
    others = [name for element in person.all("PersonAlternateName") for name in read_name(placing, element)]
    main = already or next(iter(names), "")
    aliases = [name for name in (*names, *others) if name != main]
    return distinct(values("name", main), values("alias", *aliases))


def read_name(placing: Placing, element: Element) -> tuple[str, ...]:
    """`Family, Given Middle, Suffix`; and the full name as written where it says something else."""
    given = joined(
        *placing.take_all(element, "PersonGivenName"), *placing.take_all(element, "PersonMiddleName"), by=" "
    )
    family = joined(*placing.take_all(element, "PersonSurName"), by=" ")
    suffix = placing.take(element, "PersonNameSuffixText")
    name = joined(family, given, suffix)
    full = placing.take(element, "PersonFullName")
    if name and sorted(full.lower().split()) == sorted(name.replace(",", " ").lower().split()):
        full = ""
    return tuple(text for text in (name, full) if text)


def read_birth_dates(placing: Placing, person: Element) -> Values:
    """Every birth date; a value that is no calendar date stops the load."""
    found: list[str] = []
    for element in (*person.all("PersonBirthDate/Date"), *person.all("PersonBirthDate/YearMonth")):
        text = placing.take(element)
        if not text:
            continue
        try:
            found.append(check_partial_date(text))
        except NounError as error:
            raise placing.fault(element, f"is no birth date: {error}", "correct it at the source") from error
    return values("birth-date", *found)


def read_address(placing: Placing, place: Element | None) -> str:
    """One line: street, city, state and postal code, county, country, whatever of it is there."""
    if place is None:
        return ""
    texts: dict[str, list[str]] = {}
    for element in place.walk():
        if element.name in _ADDRESS_PARTS and (text := placing.take(element)):
            texts.setdefault(element.name, []).append(text)

    def part(*names: str) -> str:
        return joined(*(text for name in names for text in texts.get(name, ())), by=" ")

    unit = part("AddressSecondaryUnitText")
    postal = joined(part("LocationPostalCode"), part("LocationPostalExtensionCode"), by="-")
    return joined(
        part("AddressFullText"),
        joined(
            part("StreetNumberText", "StreetFullText", "StreetName", "AddressDeliveryPointText"),
            prefixed("Unit", unit) if unit.isalnum() else unit,  # a unit that does not say what it is
            by=" ",
        ),
        part("LocationCityName"),
        joined(part(*_STATES), postal, by=" "),
        suffixed(part("LocationCountyName"), "county"),
        part("LocationCountryName"),
        prefixed("geo code", part("GeoCode")),
    )


_ADDRESS_PARTS = frozenset(
    {
        *_STATES,
        "AddressFullText",
        "AddressSecondaryUnitText",
        "AddressDeliveryPointText",
        "StreetNumberText",
        "StreetFullText",
        "StreetName",
        "LocationCityName",
        "LocationPostalCode",
        "LocationPostalExtensionCode",
        "LocationCountyName",
        "LocationCountryName",
        "GeoCode",
    }
)


def read_phones(placing: Placing, contact: Element | None) -> tuple[str, ...]:
    """Every telephone number below an element, full or in the parts of the North American plan."""
    if contact is None:
        return ()
    numbers = []
    for element in contact.walk():
        if element.name == "TelephoneNumberFullID":
            numbers.append(placing.take(element))
        if element.name == "NANPTelephoneNumber":
            names = ("TelephoneAreaCodeID", "TelephoneExchangeID", "TelephoneLineID")
            numbers.append(joined(*(placing.take(element, name) for name in names), by="-"))
    return tuple(number for number in numbers if number)


def read_measure(placing: Placing, measure: Element | None) -> str:
    """`70 in`, `211.4 lb`: amount and unit."""
    amount = joined(*(placing.take(measure, name) for name in _AMOUNTS), by=" ")
    unit = joined(*(placing.take(measure, name) for name in _UNIT_NAMES), by=" ")
    return joined(amount, UNITS.get(unit, unit), by=" ")


def _sex(placing: Placing, person: Element) -> Values:
    found = []
    for element in (*person.all("PersonSexCode"), *person.all("PersonSexText")):
        if not element.text or element.text.upper() in SEX_UNKNOWN:
            continue
        sex = SEXES.get(element.text.upper())
        if sex is None:
            raise placing.fault(
                element, f"says `{element.text[:40]}`, a sex code that is not mapped", "write F, M, X or U"
            )
        placing.take(element)
        found.append(sex.value)
    return values("sex", *found)


def _identifier(placing: Placing, person: Element, path: str, field: str, words: str) -> Values:
    """The numbers, unchanged; who issued them goes to the description, where it cannot be taken for a number."""
    numbers = placing.take_all(person, f"{path}/IdentificationID")
    issuers = [text for name in _ISSUERS for text in placing.take_all(person, f"{path}/{name}")]
    return distinct(
        values(field, *numbers),
        values("description", *(f"{words} issued by {issuer}" for issuer in issuers)),
    )


def _description(placing: Placing, person: Element) -> Values:
    looks = [
        prefixed(word, text)
        for word, paths in _DESCRIPTIONS
        for path in paths
        for text in placing.take_all(person, path)
    ]
    measures = [
        prefixed(word, read_measure(placing, measure)) for word, path in _MEASURES for measure in person.all(path)
    ]
    return values("description", *looks, *measures)
