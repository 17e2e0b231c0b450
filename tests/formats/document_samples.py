"""Small synthetic documents in the shapes that NIEM and LEXS senders use. Every person is invented here."""

from __future__ import annotations

import base64

OWNER = "sample-owner"

PERSON = """
  <nc:Person s:id="P1">
    <nc:PersonBirthDate><nc:Date>1975-02-03</nc:Date></nc:PersonBirthDate>
    <nc:PersonHeightMeasure>
      <nc:MeasurePointValue>70</nc:MeasurePointValue><nc:LengthUnitCode>INH</nc:LengthUnitCode>
    </nc:PersonHeightMeasure>
    <nc:PersonName>
      <nc:PersonGivenName>Ines</nc:PersonGivenName>
      <nc:PersonMiddleName>Q</nc:PersonMiddleName>
      <nc:PersonSurName>Vasquez
      </nc:PersonSurName>
    </nc:PersonName>
    <nc:PersonSexCode>F</nc:PersonSexCode>
    <nc:PersonSSNIdentification>
      <nc:IdentificationID>123-00-4567</nc:IdentificationID>
      <nc:IdentificationSourceText>SSA</nc:IdentificationSourceText>
    </nc:PersonSSNIdentification>
  </nc:Person>
"""

NAMESPACES = 'xmlns:nc="urn:niem" xmlns:s="urn:structures" xmlns="urn:local"'


def numbered(name: str, number: str) -> str:
    """An identification element of the given name."""
    return f"<{name}><nc:IdentificationID>{number}</nc:IdentificationID></{name}>"


def dated(name: str, day: str) -> str:
    return f"<{name}><nc:Date>{day}</nc:Date></{name}>"


def wrapped(root: str, body: str) -> bytes:
    return f"<{root} {NAMESPACES}>{body}</{root}>".encode()


def warrants(status: str = "Active", person: str = PERSON, extra: str = "") -> bytes:
    return wrapped(
        "Warrants",
        f"""<eBWResults>{person}
  <nc:Location><nc:LocationAddress><nc:StructuredAddress>
    <nc:LocationStreet><nc:StreetNumberText>12</nc:StreetNumberText>
      <nc:StreetName>Elm</nc:StreetName></nc:LocationStreet>
    <nc:LocationCityName>Rivertown</nc:LocationCityName>
    <nc:LocationStateNCICLSTACode>CA</nc:LocationStateNCICLSTACode>
    <nc:LocationPostalCode>90001</nc:LocationPostalCode>
  </nc:StructuredAddress></nc:LocationAddress></nc:Location>
  <eBWResult>
    <Case><CaseDocketID>D-77</CaseDocketID></Case>
    <eBWWarrantStatus>{status}</eBWWarrantStatus>
    <Bail><nc:ActivityStatus><nc:StatusDescriptionText>Set</nc:StatusDescriptionText></nc:ActivityStatus>
      <BailSetAmount>500.00</BailSetAmount></Bail>
    <Warrant>
      <nc:ActivityIdentification><nc:IdentificationID>W-1</nc:IdentificationID></nc:ActivityIdentification>
      <CourtOrderDesignatedSubject><nc:RoleOfPersonReference s:ref="P1"/></CourtOrderDesignatedSubject>
      <CourtOrderIssuingDate><nc:Date>2020-05-06</nc:Date></CourtOrderIssuingDate>
      <WarrantLevelText>Felony</WarrantLevelText>{extra}
    </Warrant>
  </eBWResult>
</eBWResults>""",
    )


def charge(number: str, ending: str = "", severity: str = "MD", day: str = "") -> str:
    when = f"<DispositionDate><nc:Date>{day}</nc:Date></DispositionDate>" if day else ""
    said = f"<DispositionDescriptionText>{ending}</DispositionDescriptionText>" if ending else ""
    how = f"<ChargeDisposition>{when}{said}</ChargeDisposition>" if ending else ""
    track = numbered("ChargeTrackingIdentification", number)
    return f"{how}<ChargeSeverityText>{severity}</ChargeSeverityText>{track}"


def cycle(arrest: str, court: str = "") -> str:
    action = f"<CourtAction><CourtCharge>{court}</CourtCharge></CourtAction>" if court else ""
    return f"""<RapSheetCycle>
  <CycleEarliestDate><nc:Date>2011-01-02</nc:Date></CycleEarliestDate>
  <Arrest s:id="A1"><nc:ActivityDate><nc:Date>2011-01-02</nc:Date></nc:ActivityDate>
    {numbered("ArrestAgencyRecordIdentification", "AR-5")}
    {arrest}</Arrest>{action}
</RapSheetCycle>"""


def criminal_history(cycles: str, asked: str = "", more: str = "") -> bytes:
    return wrapped(
        "CriminalHistory",
        f"""<RapSheet>
  <Introduction><RapSheetRequest><PurposeCode>C</PurposeCode>{asked}</RapSheetRequest></Introduction>
  {PERSON.replace("nc:Person ", "RapSheetPerson ").replace("</nc:Person>", "</RapSheetPerson>")}
  <Agency s:id="G1"><nc:OrganizationName>RIVERTOWN PD</nc:OrganizationName></Agency>
  {cycles}
  <ArrestAgencyAssociation>
    <nc:ActivityReference s:ref="A1"/><nc:OrganizationReference s:ref="G1"/>
  </ArrestAgencyAssociation>{more}
</RapSheet>""",
    )


def human(key: str, given: str, role: str) -> str:
    return f"""<EntityPerson>
  <Person s:id="{key}"><nc:PersonName><nc:PersonGivenName>{given}</nc:PersonGivenName></nc:PersonName></Person>
  {role}
</EntityPerson>"""


def incident(people: str, links: str = "", metadata: str = "", attachment: str = "", digest: str = "") -> bytes:
    return wrapped(
        "IncidentReport",
        f"""<doPublish><PublishMessageContainer><PublishMessage>
  <PDMessageMetadata><MessageDateTime>2022-03-04T05:06:07Z</MessageDateTime></PDMessageMetadata>
  <DataItemPackage>
    <PackageMetadata><DataItemReferenceID>I-9</DataItemReferenceID>{metadata}</PackageMetadata>
    <Digest>
      <EntityActivity><nc:Activity s:id="X"><nc:ActivityCategoryText>Incident</nc:ActivityCategoryText>
        <nc:ActivityDateRange><nc:StartDate><nc:DateTime>2022-03-03T01:00:00Z</nc:DateTime></nc:StartDate>
        </nc:ActivityDateRange>
        <nc:ActivityDescriptionText>A quiet evening.</nc:ActivityDescriptionText></nc:Activity></EntityActivity>
      {people}{digest}
      <Associations>{links}</Associations>
    </Digest>
  </DataItemPackage>{attachment}
</PublishMessage></PublishMessageContainer></doPublish>""",
    )


def rap_text(text: str) -> bytes:
    encoded = base64.b64encode(text.encode()).decode()
    document = f"<FederalCriminalHistoryRecordDocument><Base64BinaryObject>{encoded}</Base64BinaryObject>"
    return wrapped("CriminalHistoryTextDocument", f"{document}</FederalCriminalHistoryRecordDocument>")
