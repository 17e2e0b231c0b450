"""Criminal history (rap sheet 1.0 over NIEM 2.0): one record per cycle, one per court order.

The person stands in the document twice, as asked for and as on record. Both are kept: the record's name and dates
first, a different name as alias, a different birth date as a second birth date.
"""

from __future__ import annotations

from comity.formats.codes import DISPOSITIONS, GRADES, all_without_conviction, fold_dispositions
from comity.formats.event import Event, one_person, person, some_blocks
from comity.formats.niem_person import read_address, read_birth_dates, read_names, read_person
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, prefixed, values
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import Conviction, PersonInRecord, SubjectFacts


def read_criminal_history(placing: Placing) -> tuple[Event, ...]:
    """The events of a `CriminalHistory` document."""
    events: list[Event] = []
    for sheet in some_blocks(placing, placing.tree.root, "RapSheet"):
        subject = _read_subject(placing, sheet)
        agencies = _agencies(placing, sheet)
        cycles = [_read_cycle(placing, cycle, subject, agencies) for cycle in sheet.all("RapSheetCycle")]
        orders = [_read_order(placing, order, subject) for order in sheet.all("Order")]
        bare = [_bare_event(subject)] if not cycles and not orders else []
        events += [*cycles, *orders, *bare]
    return tuple(events)


def _read_subject(placing: Placing, sheet: Element) -> PersonInRecord:
    held = one_person(placing, sheet, "RapSheetPerson")
    fields = read_person(placing, held)
    name = next((value.value for value in fields if value.name == "name"), "")
    asked = [
        group
        for element in sheet.all("Introduction/RapSheetRequest/RapSheetPerson")
        for group in (read_names(placing, element, already=name), read_birth_dates(placing, element))
    ]
    homes = [
        read_address(placing, place)
        for link in sheet.all("ResidenceAssociation")
        for place in placing.referred(link, "LocationReference")
    ]
    loose = [read_address(placing, place) for place in sheet.all("Location")]
    everything = distinct(fields, *asked, values("home-address", *homes, *loose))
    return person("subject", PersonRole.SUBJECT, everything, _read_facts(sheet))


def _read_facts(sheet: Element) -> SubjectFacts:
    """Convictions that the document states with a date or a grade; None, not empty, where it states none.

    The offence stays unknown: a charge's description is free text, and rules compare statute codes.
    """
    found = []
    for charge in sheet.all("RapSheetCycle/CourtAction/CourtCharge"):
        for ending in charge.all("ChargeDisposition"):
            text = _text(ending, "DispositionDescriptionText")
            day = find_date(_text(ending, "DispositionDate/Date"))
            grade = GRADES.get(_text(charge, "ChargeSeverityText").upper())
            if DISPOSITIONS.get(text.upper()) is Disposition.CONVICTED and (day or grade):
                found.append(Conviction(grade=grade, day=day))
    return SubjectFacts(convictions=tuple(found) if found else None)


def _text(element: Element, path: str) -> str:
    found = element.first(path)
    return found.text if found else ""


def _agencies(placing: Placing, sheet: Element) -> dict[str, tuple[Element, ...]]:
    """The agencies of each arrest and supervision, by its id; an agency tied to none stays in the remainder."""
    linked: dict[str, tuple[Element, ...]] = {}
    for association in (*sheet.all("ArrestAgencyAssociation"), *sheet.all("SupervisionAgencyAssociation")):
        agencies = placing.referred(association, "OrganizationReference")
        for name in ("ActivityReference", "SupervisionReference"):
            for event in association.all(name):
                linked[event.ref] = (*linked.get(event.ref, ()), *agencies)
    return linked


def _names(placing: Placing, agencies: dict[str, tuple[Element, ...]], event: Element) -> tuple[str, ...]:
    found = agencies.get(event.key, ())
    return tuple(name for agency in found for name in placing.take_all(agency, "OrganizationName"))


def _read_cycle(
    placing: Placing, cycle: Element, subject: PersonInRecord, agencies: dict[str, tuple[Element, ...]]
) -> Event:
    arrests = cycle.all("Arrest")
    supervisions = cycle.all("Supervision")
    charges, endings = _read_charges(placing, cycle)
    begun = placing.take_day(cycle, "CycleEarliestDate/Date")
    arrest_days = placing.take_all(cycle, "Arrest/ActivityDate/Date")
    numbers = placing.take_all(cycle, "Arrest/ArrestAgencyRecordIdentification/IdentificationID")
    fields = distinct(
        values("arrest-date", *arrest_days),
        values("arresting-agency", *(name for arrest in arrests for name in _names(placing, agencies, arrest))),
        values("arrest-number", *numbers),
        charges,
        values("sentence", *(_sentence(placing, element) for element in cycle.all("Sentencing/Sentence"))),
        values("supervision", *(_supervision(placing, element, agencies) for element in supervisions)),
        _caution(placing, cycle),
    )
    return Event(
        data_class=DataClass.CRIMINAL_HISTORY,
        people=(subject,),
        fields=fields,
        disposition=fold_dispositions(endings) if endings else Disposition.UNKNOWN,
        reference=next(iter(numbers), ""),
        event_date=begun or find_date(next(iter(arrest_days), "")),
        as_of=latest(*(element.text for element in cycle.walk() if _is_past(element))),
        non_conviction=all_without_conviction(endings),
    )


def _is_past(element: Element) -> bool:
    """Whether an element is a day that has been: a day of release may lie ahead and would look fresh."""
    return element.name == "Date" and "SupervisionRelease" not in element.path


def _read_charges(placing: Placing, cycle: Element) -> tuple[Values, tuple[Disposition, ...]]:
    """Charges, outcomes, and how each charge ended: the court's word where there is one, else the arrest's."""
    groups: list[Values] = []
    ended: dict[str, Disposition] = {}
    for place, charge in (
        *(("arrest", charge) for charge in cycle.all("Arrest/ArrestCharge")),
        *(("court", charge) for charge in cycle.all("CourtAction/CourtCharge")),
    ):
        numbers = dict.fromkeys(
            (
                *placing.take_all(charge, "ChargeTrackingIdentification/IdentificationID"),
                *placing.take_all(charge, "ChargeIdentification/IdentificationID"),
            )
        )
        label = joined(*numbers, by=" ")
        words = joined(*placing.take_all(charge, "ChargeDescriptionText"))
        severity = prefixed("severity", joined(*placing.take_all(charge, "ChargeSeverityText")))
        groups.append(values("charge", joined(label, words, severity)))
        key = label or f"{place} {charge.number}"
        ended.setdefault(key, Disposition.UNKNOWN)
        for ending in charge.all("ChargeDisposition"):
            disposition, text = _read_disposition(placing, ending)
            ended[key] = disposition
            groups.append(values("outcome", joined(label, f"{place} {text}", by=": ")))
    return distinct(*groups), tuple(ended.values())


def _read_disposition(placing: Placing, ending: Element) -> tuple[Disposition, str]:
    days = joined(*placing.take_all(ending, "DispositionDate/Date"), by=" ")
    for element in ending.all("DispositionDescriptionText"):
        text = placing.take(element)
        if text and text.upper() not in DISPOSITIONS:
            fault = f"says `{text[:60]}`, a disposition that is not mapped"
            raise placing.fault(
                element, fault, "add it to the table in `formats/codes.py`, or correct it at the source"
            )
        if text:
            return DISPOSITIONS[text.upper()], joined(text, days, by=" ")
    return Disposition.UNKNOWN, joined("disposition not stated", days, by=" ")


def _sentence(placing: Placing, sentence: Element) -> str:
    charges = placing.take_all(sentence, "SentenceCharge/ChargeTrackingIdentification/IdentificationID")
    return joined(joined(*charges, by=" "), *placing.take_all(sentence, "SentenceDescriptionText"), by=": ")


def _supervision(placing: Placing, supervision: Element, agencies: dict[str, tuple[Element, ...]]) -> str:
    return joined(
        *placing.take_all(supervision, "ActivityCategoryText"),
        prefixed("from", joined(*placing.take_all(supervision, "ActivityDate/Date"))),
        prefixed("released", joined(*placing.take_all(supervision, "SupervisionRelease/ActivityDate/Date"))),
        *placing.take_all(supervision, "SupervisionCustodyStatus/StatusDescriptionText"),
        *_names(placing, agencies, supervision),
    )


def _caution(placing: Placing, cycle: Element) -> Values:
    """The subject's caution, on every cycle: the class has no caution field, and its label is that of weapons."""
    root = placing.tree.root
    cautions = placing.take_all(root, "RapSheet/RapSheetPerson/SubjectCautionInformationText")
    return values("weapon", *(f"caution: {text}" for text in cautions))


def _read_order(placing: Placing, order: Element, subject: PersonInRecord) -> Event:
    """A court order against the subject: no charge ends with it."""
    number = placing.take(order, "ActivityIdentification/IdentificationID")
    court = joined(*placing.take_all(order, "CourtOrderIssuingCourt/OrganizationName"))
    days = placing.take_all(order, "ActivityDate/Date")
    texts = joined(
        *placing.take_all(order, "ActivityCategoryText"),
        *placing.take_all(order, "ActivityDescriptionText"),
        prefixed("order", number),
        prefixed("of", joined(*days)),
        prefixed("requested", joined(*placing.take_all(order, "CourtOrderRequestDate/Date"))),
        prefixed("served", joined(*placing.take_all(order, "CourtOrderServiceDate/Date"))),
        prefixed("service", joined(*placing.take_all(order, "CourtOrderServiceDescriptionText"))),
        prefixed("expires", joined(*placing.take_all(order, "ProtectionOrderExpirationDate/Date"))),
    )
    case = joined(
        prefixed("case", joined(*placing.take_all(order, "CourtCase/ActivityIdentification/IdentificationID"))),
        prefixed("of", joined(*placing.take_all(order, "CourtCase/ActivityDate/Date"))),
        *placing.take_all(order, "CourtCase/ActivityDescriptionText"),
    )
    day = next(iter(days), "")
    return Event(
        data_class=DataClass.CRIMINAL_HISTORY,
        people=(subject,),
        fields=values("court", joined(court, texts, case)),
        disposition=Disposition.NOT_APPLICABLE,
        reference=number,
        event_date=find_date(day),
        as_of=latest(day),
    )


def _bare_event(subject: PersonInRecord) -> Event:
    """A rap sheet without cycles still says that the repository holds the person."""
    return Event(
        data_class=DataClass.CRIMINAL_HISTORY, people=(subject,), fields=(), disposition=Disposition.UNKNOWN
    )
