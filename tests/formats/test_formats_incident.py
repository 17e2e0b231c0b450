"""Incident messages: who stands in which role, and what must not become an ordinary record."""

from __future__ import annotations

import document_samples as made
import pytest
from document_samples import OWNER

from comity.errors import RecordFileError
from comity.formats.reading import read_document
from comity.model.codes import SEARCHABLE_ROLES, Disposition, PersonRole
from comity.model.record import Record


def incident(people: str, **parts: str) -> Record:
    return read_document(made.incident(people, **parts), "i.xml", OWNER).records[0]


def values(record: Record, name: str) -> tuple[str, ...]:
    return tuple(field.value for field in record.fields if field.name == name)


def test_roles_are_taken_from_the_element_beside_the_person() -> None:
    """Subject and suspect are searchable, victim and official are not."""
    record = incident(
        made.human("A", "Ann", "<IncidentSubject/>")
        + made.human("B", "Ben", "<Victim/>")
        + made.human("C", "Cy", "<Suspect/>")
        + made.human("D", "Di", "<EnforcementOfficial/>")
    )
    assert [person.role for person in record.people] == [
        PersonRole.SUBJECT,
        PersonRole.VICTIM,
        PersonRole.SUSPECT,
        PersonRole.OFFICIAL,
    ]
    assert record.disposition is Disposition.UNKNOWN
    assert (record.reference, values(record, "story")) == ("I-9", ("A quiet evening.",))


def test_a_person_who_is_also_a_victim_is_never_searchable() -> None:
    """The most protective role wins, wherever the message states it."""
    both = incident(made.human("A", "Ann", "<Suspect/><Victim/>"))
    linked = incident(
        made.human("A", "Ann", "<Suspect/>"),
        links='<IncidentVictimPersonAssociation><nc:PersonReference s:ref="A"/></IncidentVictimPersonAssociation>',
    )
    unlisted = incident(
        made.human("A", "Ann", "<Suspect/>"),
        links='<SomeNewVictimAssociation><nc:PersonReference s:ref="A"/></SomeNewVictimAssociation>',
    )
    for record in (both, linked, unlisted):
        assert record.people[0].role is PersonRole.VICTIM
        assert record.people[0].role not in SEARCHABLE_ROLES


def test_a_person_without_a_role_is_other() -> None:
    """No stated role is not a searchable one."""
    assert incident(made.human("A", "Ann", "")).people[0].role is PersonRole.OTHER


@pytest.mark.parametrize(
    ("people", "metadata", "reason"),
    [
        (made.human("A", "Ann", "<Bystander/>"), "", "is a role that is not mapped (`Bystander`)"),
        ("", "<DataItemPublishInstruction>Delete</DataItemPublishInstruction>", "a load only adds records"),
        (
            "",
            "<DisseminationCriteriaValue><DisseminationCriteriaText>Red</DisseminationCriteriaText>"
            "</DisseminationCriteriaValue>",
            "its owner restricts who may have it",
        ),
    ],
)
def test_what_must_not_load_is_refused(people: str, metadata: str, reason: str) -> None:
    """Unmapped roles, deletions and restricted items stop the load with a remedy."""
    with pytest.raises(RecordFileError) as caught:
        incident(people, metadata=metadata)
    assert reason in caught.value.findings[0].fault
    assert caught.value.findings[0].remedy


LOCATION = """<EntityLocation><nc:Location s:id="{key}"><nc:LocationAddress>
  <nc:AddressFullText>{text}</nc:AddressFullText></nc:LocationAddress></nc:Location></EntityLocation>"""


def test_addresses_go_to_the_person_the_scene_or_nobody() -> None:
    """A residence is the person's, a scene the incident's; a loose address is never the subject's."""
    record = incident(
        made.human("A", "Ann", "<Suspect/>"),
        digest=LOCATION.format(key="L1", text="1 Home Road")
        + LOCATION.format(key="L2", text="2 Scene Street")
        + LOCATION.format(key="L3", text="3 Loose Lane"),
        links="""<ResidenceAssociation><nc:PersonReference s:ref="A"/>
          <nc:LocationReference s:ref="L1"/></ResidenceAssociation>
          <IncidentLocationAssociation><nc:ActivityReference s:ref="X"/><nc:LocationReference s:ref="L2"/>
          </IncidentLocationAssociation>""",
    )
    assert record.people[0].values("home-address") == ("1 Home Road",)
    assert values(record, "incident-place") == ("2 Scene Street",)
    assert record.people[1].values("home-address") == ("3 Loose Lane",)
    assert record.people[1].role is PersonRole.OTHER


@pytest.mark.parametrize(
    ("unit", "line"), [("Apt. 1A", "123 Main Street Apt. 1A"), ("4B", "123 Main Street Unit 4B")]
)
def test_a_unit_stands_behind_its_street(unit: str, line: str) -> None:
    """Before it the house number would be the unit's, and nobody would be found by the address."""
    parts = f"""<EntityLocation><nc:Location s:id="L1"><nc:LocationAddress>
      <nc:AddressSecondaryUnitText>{unit}</nc:AddressSecondaryUnitText>
      <nc:LocationStreet><nc:StreetNumberText>123</nc:StreetNumberText><nc:StreetName>Main Street</nc:StreetName>
      </nc:LocationStreet><nc:LocationCityName>Anytown</nc:LocationCityName>
      </nc:LocationAddress></nc:Location></EntityLocation>"""
    record = incident(
        made.human("A", "Ann", "<Suspect/>"),
        digest=parts,
        links="""<ResidenceAssociation><nc:PersonReference s:ref="A"/>
          <nc:LocationReference s:ref="L1"/></ResidenceAssociation>""",
    )
    assert record.people[0].values("home-address") == (f"{line}, Anytown",)


def test_only_items_called_weapons_become_weapons() -> None:
    """Other property has no field, so it is listed in the remainder."""
    items = "".join(
        f'<EntityTangibleItem><nc:TangibleItem s:id="T{number}">'
        f"<nc:ItemDescriptionText>{text}</nc:ItemDescriptionText></nc:TangibleItem></EntityTangibleItem>"
        for number, text in enumerate(("crowbar", "teapot"))
    )
    links = '<OffenseWeaponAssociation><nc:ItemReference s:ref="T0"/></OffenseWeaponAssociation>'
    reading = read_document(made.incident("", links=links, digest=items), "i.xml", OWNER)
    assert values(reading.records[0], "weapon") == ("crowbar",)
    assert [path.rsplit("/", 2)[-2:] for path, _ in reading.remainder if "Tangible" in path] == [
        ["TangibleItem", "ItemDescriptionText"]
    ]


def test_an_attachment_is_dropped_with_its_size() -> None:
    """Bytes that came with a message are counted and named, not kept."""
    attached = "<Attachment><Binary><BinaryBase64Object>QUJDREVG</BinaryBase64Object></Binary></Attachment>"
    reading = read_document(made.incident("", attachment=attached), "i.xml", OWNER)
    path, reason = reading.dropped[0]
    assert path.endswith("Attachment/Binary/BinaryBase64Object")
    assert reason == "attachment, 8 characters, inert: not opened and not kept"
    assert "QUJD" not in repr(reading.records)
