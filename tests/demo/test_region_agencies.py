"""The region's agencies and members."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from comity.demo.agencies import (
    FEDERAL_DEPARTMENT,
    FEDERAL_HOLIDAYS,
    FEDERAL_INVESTIGATIONS,
    NODES,
    NY_DMV,
    OWNERS,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    directory_agencies,
    member_of,
    members,
    node_of,
)
from comity.model.agency import Directory
from comity.model.codes import AgencyKind, Certificate, Component, GovernmentLevel

TODAY = date(2026, 11, 20)


def test_six_agencies_stand_on_five_nodes() -> None:
    """The directory accepts the six agencies, and each of the five nodes holds at least one."""
    directory = Directory(version=1, agencies=directory_agencies(), nodes=())
    assert tuple(agency.id for agency in directory.agencies) == OWNERS
    assert {agency.node for agency in directory.agencies} == set(NODES)
    assert node_of(FEDERAL_INVESTIGATIONS) == node_of(REMOVAL_OPERATIONS) == "fed-node"


def test_every_agency_can_work_today() -> None:
    """Each agency has an ORI in use, a contact under a reserved domain, and its offices' holidays."""
    for agency in directory_agencies():
        assert len(agency.ori_on(TODAY)) == 9
        assert agency.contact.endswith(".example")
        assert agency.holidays == FEDERAL_HOLIDAYS


def test_one_department_has_two_components() -> None:
    """Investigations and removal operations share a parent; only the second is primarily immigration."""
    by_id = {agency.id: agency for agency in directory_agencies()}
    first, second = by_id[FEDERAL_INVESTIGATIONS], by_id[REMOVAL_OPERATIONS]
    assert first.parent == second.parent == FEDERAL_DEPARTMENT
    assert (first.component, first.primarily_immigration) == (Component.NONE, False)
    assert (second.component, second.primarily_immigration) == (Component.ICE, True)
    assert first.level is second.level is GovernmentLevel.FEDERAL


def test_certificates_decide_about_driver_records() -> None:
    """The detective's agency holds New York's certification today, removal operations do not."""
    by_id = {agency.id: agency for agency in directory_agencies()}
    assert by_id[NY_DMV].kind is AgencyKind.MOTOR_VEHICLES
    assert Certificate.NY_DMV_CERTIFICATION in by_id[WA_POLICE].certificates_on(TODAY)
    assert not by_id[REMOVAL_OPERATIONS].certificates_on(TODAY)


def test_members_cover_the_roles_that_rules_name() -> None:
    """Ids are distinct, training is valid for years, and every agency has a head, a custodian and counsel."""
    staff = members()
    assert len({member.id for member in staff}) == len(staff)
    assert all(member.trained_until >= date(2030, 1, 1) for member in staff)
    for owner in OWNERS:
        roles = {role for member in staff if member.agency == owner for role in member.roles}
        assert {"member", "agency-head", "records-custodian", "counsel"} <= roles
    assert member_of(WA_POLICE, "detective") == "wa-police-detective"
    with pytest.raises(KeyError, match="no post `janitor`"):
        member_of(WA_POLICE, "janitor")


def test_holidays_fall_on_working_days() -> None:
    """Observed holidays are weekdays, eleven for 2026, twelve for 2027 with the New Year kept early."""
    assert all(day.weekday() < 5 for day in FEDERAL_HOLIDAYS)
    assert sum(day.year == 2026 for day in FEDERAL_HOLIDAYS) == 11
    assert sum(day.year == 2027 for day in FEDERAL_HOLIDAYS) == 12
    thanksgiving = date(2026, 11, 26)
    assert thanksgiving in FEDERAL_HOLIDAYS
    assert thanksgiving - timedelta(days=3) not in FEDERAL_HOLIDAYS
