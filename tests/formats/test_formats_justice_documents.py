"""Criminal histories, warrants, firearm documents, licences and printed rap sheets."""

from __future__ import annotations

from datetime import date

import document_samples as made
import pytest
from document_samples import OWNER

from comity.errors import RecordFileError
from comity.formats.codes import all_without_conviction, fold_dispositions
from comity.formats.reading import DocumentReading, read_document
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import Conviction, Record


def read(raw: bytes) -> DocumentReading:
    return read_document(raw, "sample.xml", OWNER)


def values(record: Record, name: str) -> tuple[str, ...]:
    return tuple(field.value for field in record.fields if field.name == name)


def history(arrest: str, court: str = "", asked: str = "", more: str = "") -> DocumentReading:
    charges = f"<ArrestCharge>{arrest}</ArrestCharge>"
    return read(made.criminal_history(made.cycle(charges, court), asked, more))


def test_an_arrest_without_outcome_is_unknown() -> None:
    """No disposition is written as unknown, never taken for anything else; convictions stay unknown too."""
    record = history(made.charge("C1")).records[0]
    assert record.disposition is Disposition.UNKNOWN
    assert record.state.non_conviction is None
    assert record.people[0].facts.convictions is None
    assert (record.reference, record.event_date) == ("AR-5", date(2011, 1, 2))
    assert values(record, "arresting-agency") == ("RIVERTOWN PD",)
    assert values(record, "charge") == ("C1, severity MD",)


def test_the_court_has_the_last_word_on_a_charge() -> None:
    """The court's outcome replaces the arrest's; both are kept as text."""
    record = history(made.charge("C1", "PENDING"), made.charge("C1", "NOT GUILTY", day="2012-03-04")).records[0]
    assert record.disposition is Disposition.ACQUITTED
    assert record.state.non_conviction is True
    assert record.as_of == date(2012, 3, 4)
    assert values(record, "outcome") == ("C1: arrest PENDING", "C1: court NOT GUILTY 2012-03-04")


def test_a_stated_conviction_becomes_a_fact_with_day_and_grade() -> None:
    """Only a conviction with a date or a grade is a fact; a severity of several grades leaves it unknown."""
    record = history(made.charge("C1"), made.charge("C1", "GUILTY", "FB", "2012-03-04")).records[0]
    assert record.disposition is Disposition.CONVICTED
    assert record.people[0].facts.convictions == (Conviction(grade="felony", day=date(2012, 3, 4)),)
    vague = history(made.charge("C1"), made.charge("C1", "GUILTY", "FBMD", "2012-03-04")).records[0]
    assert vague.people[0].facts.convictions == (Conviction(grade=None, day=date(2012, 3, 4)),)
    bare = history(made.charge("C1"), made.charge("C1", "GUILTY", "FBMD")).records[0]
    assert bare.people[0].facts.convictions is None


def test_a_mixture_with_a_conviction_is_unknown() -> None:
    """Charges that led to no conviction are never shown as if they had."""
    assert fold_dispositions((Disposition.CONVICTED, Disposition.DISMISSED)) is Disposition.UNKNOWN
    assert fold_dispositions((Disposition.DISMISSED, Disposition.NOT_FILED)) is Disposition.DISMISSED
    assert fold_dispositions(()) is Disposition.UNKNOWN
    assert all_without_conviction((Disposition.CONVICTED, Disposition.DISMISSED)) is None
    assert all_without_conviction((Disposition.CONVICTED,)) is False
    assert all_without_conviction(()) is None


def test_an_unmapped_disposition_stops_the_load() -> None:
    """The finding has line, path, the text and what to do."""
    with pytest.raises(RecordFileError) as caught:
        history(made.charge("C1", "SORT OF GUILTY"))
    finding = caught.value.findings[0]
    assert finding.line > 1
    assert "ChargeDisposition/DispositionDescriptionText` says `SORT OF GUILTY`" in finding.fault
    assert "table" in finding.remedy


def test_the_asked_for_person_is_kept_beside_the_recorded_one() -> None:
    """A different name is an alias, a different birth date a second birth date."""
    asked = """<RapSheetPerson><nc:PersonBirthDate><nc:Date>1976-02-03</nc:Date></nc:PersonBirthDate>
      <nc:PersonName><nc:PersonGivenName>Inez</nc:PersonGivenName><nc:PersonSurName>Vega</nc:PersonSurName></nc:PersonName>
      </RapSheetPerson>"""
    person = history(made.charge("C1"), asked=asked).records[0].people[0]
    assert person.values("name") == ("Vasquez, Ines Q",)
    assert person.values("alias") == ("Vega, Inez",)
    assert person.values("birth-date") == ("1975-02-03", "1976-02-03")


def test_a_court_order_is_a_record_of_its_own() -> None:
    """An order ends no charge; its number is the reference."""
    order = f"""<Order>{made.numbered("nc:ActivityIdentification", "ORD-3")}
      <nc:ActivityCategoryText>TRO</nc:ActivityCategoryText>
      <nc:ActivityDate><nc:Date>2015-01-01</nc:Date></nc:ActivityDate>
      <CourtOrderIssuingCourt><nc:OrganizationName>Elm Court</nc:OrganizationName>
      </CourtOrderIssuingCourt></Order>"""
    record = history(made.charge("C1"), more=order).records[1]
    assert (record.reference, record.disposition) == ("ORD-3", Disposition.NOT_APPLICABLE)
    assert values(record, "court") == ("Elm Court, TRO, order ORD-3, of 2015-01-01",)


def test_a_rap_sheet_without_cycles_still_names_its_person() -> None:
    """The repository holds the person; how anything ended is unknown."""
    raw = made.criminal_history("").replace(b"ArrestAgencyAssociation", b"NoAssociation")
    records = read(raw).records
    assert [record.disposition for record in records] == [Disposition.UNKNOWN]
    assert records[0].fields == ()


def test_fingerprints_and_pictures_are_dropped_by_name() -> None:
    """Biometric values and base64 bytes are in no record and are listed with the reason."""
    more = """<PersonBiometricsAssociation><nc:Biometric>
      <nc:BiometricValueText>W W</nc:BiometricValueText></nc:Biometric></PersonBiometricsAssociation>
      <PersonDigitalImage><BinaryBase64Object>QUJD</BinaryBase64Object></PersonDigitalImage>"""
    reading = history(made.charge("C1"), more=more)
    assert [reason.split(",")[0] for _, reason in reading.dropped] == ["attachment", "biometric"]
    assert "W W" not in repr(reading.records)
    assert "QUJD" not in repr(reading.records)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Active", Disposition.PENDING), ("recalled", Disposition.VOID), ("Cleared", Disposition.UNKNOWN)],
)
def test_a_warrants_state_is_mapped(status: str, expected: Disposition) -> None:
    """The charge of a standing warrant is pending; of a recalled one void."""
    record = read(made.warrants(status)).records[0]
    assert record.disposition is expected
    assert f"warrant {status}" in values(record, "outcome")
    assert values(record, "court") == ("docket D-77",)
    assert values(record, "charge") == ("level Felony",)


def test_an_unmapped_warrant_state_stops_the_load() -> None:
    """A state nobody mapped is a finding."""
    with pytest.raises(RecordFileError, match="says `Asleep`, a warrant state that is not mapped"):
        read(made.warrants("Asleep"))


def test_two_states_that_differ_leave_the_warrant_unknown() -> None:
    """Active in one place and recalled in another is no knowledge."""
    extra = "<nc:ActivityStatus><nc:StatusDescriptionText>Recalled</nc:StatusDescriptionText></nc:ActivityStatus>"
    assert read(made.warrants("Active", extra=extra)).records[0].disposition is Disposition.UNKNOWN


REGISTRATION = f"""{made.PERSON}
  <Firearm s:id="F1">{made.numbered("nc:ItemSerialIdentification", "SN-1")}
    <FirearmMakeText>Acme</FirearmMakeText>
    <FirearmStatus><FirearmStatusText>Stolen</FirearmStatusText></FirearmStatus></Firearm>
  <Firearm s:id="F2"><nc:ItemModelName>Lone</nc:ItemModelName></Firearm>
  <ItemRegistration s:id="R1">{made.numbered("nc:RegistrationIdentification", "RG-1")}
    <nc:RegistrationEffectiveDate><nc:Date>2001-02-03</nc:Date></nc:RegistrationEffectiveDate></ItemRegistration>
  <ItemRegistration s:id="R2"><PermitNumber>PM-2</PermitNumber></ItemRegistration>
  <nc:ContactInformation><nc:ContactTelephoneNumber><nc:NANPTelephoneNumber>
    <nc:TelephoneAreaCodeID>555</nc:TelephoneAreaCodeID><nc:TelephoneExchangeID>010</nc:TelephoneExchangeID>
    <nc:TelephoneLineID>9999</nc:TelephoneLineID></nc:NANPTelephoneNumber></nc:ContactTelephoneNumber></nc:ContactInformation>
  <nc:PropertyRegistrationAssociation>
    <nc:ItemRegistrationReference s:ref="R1"/><nc:ItemReference s:ref="F1"/>
  </nc:PropertyRegistrationAssociation>"""


def test_each_registration_is_a_record_and_nothing_unlinked_is_lost() -> None:
    """Linked weapon and registration are one record; a weapon or registration alone is its own."""
    records = read(made.wrapped("PersonFirearmRegistrationQueryResults", REGISTRATION)).records
    assert [record.data_class for record in records] == [DataClass.FIREARM] * 3
    assert [values(record, "weapon-serial") for record in records] == [("SN-1",), (), ()]
    assert values(records[0], "weapon-status") == ("firearm Stolen",)
    assert values(records[0], "registration-number") == ("RG-1",)
    assert values(records[1], "weapon") == ("model Lone",)
    assert values(records[2], "registration-number") == ("permit PM-2",)
    assert records[0].people[0].values("phone") == ("555-010-9999",)
    assert records[0].people[0].role is PersonRole.REGISTRANT


def test_a_registration_document_without_weapons_is_refused() -> None:
    """Nothing to load is said, not skipped."""
    with pytest.raises(RecordFileError, match="has no firearm and no registration"):
        read(made.wrapped("PersonFirearmRegistrationQueryResults", made.PERSON))


PROHIBITION = made.wrapped(
    "FirearmPurchaseProhibitionQueryResults",
    f"""<FirearmPurchaseProhibitionReport>
      <FirearmPurchaseProhibition><FirearmPurchaseProhibitionCode>Court Order</FirearmPurchaseProhibitionCode>
      </FirearmPurchaseProhibition>
      <Case><CaseDocketID>PD-1</CaseDocketID></Case>
      <CourtOrder><CourtOrderIssuingDate><nc:Date>2010-10-10</nc:Date></CourtOrderIssuingDate></CourtOrder>
      {made.PERSON}</FirearmPurchaseProhibitionReport>""",
)


def test_a_purchase_prohibition_is_a_restricted_entry() -> None:
    """Docket, order date, reason and court of a prohibition."""
    record = read(PROHIBITION).records[0]
    assert (record.data_class, record.reference) == (DataClass.NCIC_RESTRICTED, "PD-1")
    assert values(record, "prohibition") == ("Court Order",)


REGULATORY = made.wrapped(
    "RegulatoryLicenseQueryResults",
    f"""<RegulatoryLicenseQueryResult><RegulatoryLicense>
      {made.numbered("RegulatoryLicenseIdentification", "L-1")}
      <RegulatoryLicenseIssueDate><nc:Date>2019-01-01</nc:Date></RegulatoryLicenseIssueDate>
      <RegulatoryLicenseExpirationDate><nc:Date>2029-01-01</nc:Date></RegulatoryLicenseExpirationDate>
      <CurrentlyAuthorizedToPracticeIndicator>true</CurrentlyAuthorizedToPracticeIndicator></RegulatoryLicense>
      {made.PERSON}<Case>{made.numbered("nc:ActivityIdentification", "K-1")}
      <CaseComplaint><ComplaintAllegation><AllegationDescriptionText>late</AllegationDescriptionText></ComplaintAllegation>
      </CaseComplaint></Case></RegulatoryLicenseQueryResult>""",
)


def test_licences_keep_number_state_dates_and_complaints() -> None:
    """A professional licence with a disciplinary case; a wildlife licence under its system number."""
    record = read(REGULATORY).records[0]
    assert values(record, "licence-status") == ("authorised to practise true", "case K-1: alleged late")
    assert values(record, "licence-dates") == ("issued 2019-01-01", "expires 2029-01-01")
    assert record.as_of == date(2019, 1, 1)
    system = made.numbered("SystemIdentification", "7")
    wild = made.wrapped(
        "WildlifeLicenseQueryResults", f"<WildlifeLicenseReport>{system}{made.PERSON}</WildlifeLicenseReport>"
    )
    assert values(read(wild).records[0], "licence-number") == ("7",)


SHEET = """HEADER LINE
***********  IDENTIFICATION  ***********

Subject Name(s)

VASQUEZ, INES
VEGA, INEZ  (AKA)

Subject Description

FBI Number              State Id Number
9000001                 CA00000001 (CA)          WA00000002 (WA)

Sex                     Race
Female                  White

Height                  Weight                  Date of Birth
5'06"                   140                     1975-02-03
                                                1976-02-03

***********  CRIMINAL HISTORY  ***********

================ Cycle 001 ================
Earliest Event Date     2001-02-03
-------------------------------------------
Arrest Date             2001-02-03
Arrest Case Number      AC-1
Arresting Agency        CA0000000 RIVERTOWN PD
Charge                  1
        Charge Literal  THEFT
              Severity  Unknown
           Disposition  ( DISMISSED)
* * * END OF RECORD * * *
"""


def test_a_printed_rap_sheet_is_read_by_columns_and_cycles() -> None:
    """Names, numbers of several states, two birth dates, and one record per cycle."""
    reading = read(made.rap_text(SHEET))
    record = reading.records[0]
    person = record.people[0]
    assert person.values("name") == ("VASQUEZ, INES",)
    assert person.values("alias") == ("VEGA, INEZ",)
    assert person.values("state-id") == ("CA00000001", "WA00000002")
    assert person.values("birth-date") == ("1975-02-03", "1976-02-03")
    assert person.values("sex") == ("F",)
    assert (record.reference, record.disposition) == ("AC-1", Disposition.DISMISSED)
    assert values(record, "outcome") == ("charge 1: DISMISSED",)
    assert (
        dict(reading.remainder)[
            "CriminalHistoryTextDocument/FederalCriminalHistoryRecordDocument/Base64BinaryObject/HEAD"
        ]
        == 1
    )


def test_a_printed_disposition_or_column_that_is_not_mapped_stops_the_load() -> None:
    """The finding names the line of the text inside the element."""
    with pytest.raises(RecordFileError, match="text line 32: `MAYBE` is a disposition that is not mapped"):
        read(made.rap_text(SHEET.replace("DISMISSED", "MAYBE")))
    with pytest.raises(RecordFileError, match="`Shoe` is a column that is not mapped"):
        read(made.rap_text(SHEET.replace("Race", "Shoe")))
    with pytest.raises(RecordFileError, match="is not a day of the calendar"):
        read(made.rap_text(SHEET.replace("1976-02-03", "1976-02-31")))


def test_a_text_that_names_nobody_is_dropped_by_name() -> None:
    """It makes no record, and the reading says so; bytes that are no text are refused."""
    reading = read(made.rap_text("nothing here"))
    assert reading.records == ()
    assert "names nobody" in reading.dropped[0][1]
    broken = made.rap_text("nothing here").replace(b"<Base64BinaryObject>", b"<Base64BinaryObject>!!")
    with pytest.raises(RecordFileError, match="is not base64 of UTF-8 text"):
        read(broken)
