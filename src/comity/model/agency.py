"""Agencies, their members, and the directory that lists them."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.model.base import (
    Noun,
    check_agency_id,
    check_ori,
    check_period,
    check_text,
    check_zone,
)
from comity.model.codes import AgencyKind, Certificate, Component, GovernmentLevel


class DatedOri(Noun, frozen=True, kw_only=True):
    """One ORI of an agency and the days it was in use; `successor` is the ORI that replaced it."""

    ori: str
    first: date
    last: date | None = None
    successor: str | None = None

    def __post_init__(self) -> None:
        check_ori(self.ori)
        if self.successor is not None:
            check_ori(self.successor)
        check_period(self.first, self.last, f"ORI `{self.ori}`")


class HeldCertificate(Noun, frozen=True, kw_only=True):
    """A written undertaking an agency has given, and the days it is valid."""

    name: Certificate
    first: date
    last: date

    def __post_init__(self) -> None:
        check_period(self.first, self.last, f"certificate `{self.name}`")


class Agency(Noun, frozen=True, kw_only=True):
    """An agency, or one component of a department (components ask separately).

    `state` is a USPS code, `US` for federal bodies; `zone` an IANA time zone in which its deadlines run;
    `holidays` the days its offices are closed; `parent` the department a component belongs to.
    """

    id: str
    name: str
    oris: tuple[DatedOri, ...]
    level: GovernmentLevel
    state: str
    kind: AgencyKind
    component: Component = Component.NONE
    primarily_immigration: bool = False
    parent: str | None = None
    zone: str = "UTC"
    holidays: tuple[date, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    node: str = ""
    public_key: str = ""
    contact: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text("agency name", self.name, 200)
        check_zone(self.zone)
        if not self.oris:
            raise NounError(f"agency `{self.id}` has no ORI; give at least one")
        if len(self.state) != 2 or not self.state.isupper():
            raise NounError(f"`{self.state}` is not a state; write a USPS code, or `US` for federal bodies")

    def ori_on(self, day: date) -> str:
        """The ORI in use on a day. Raises NounError when none is."""
        for dated in self.oris:
            if dated.first <= day and (dated.last is None or day <= dated.last):
                return dated.ori
        raise NounError(f"agency `{self.id}` has no ORI in use on {day}")

    def certificates_on(self, day: date) -> frozenset[Certificate]:
        return frozenset(held.name for held in self.certificates if held.first <= day <= held.last)


class Member(Noun, frozen=True, kw_only=True):
    """A person of an agency who asks, decides or signs.

    `acting_for` lists agencies on whose behalf the member acts now (task force, delegation, detail).
    `trained_until` is the last day the required training is valid.
    """

    id: str
    name: str
    agency: str
    roles: tuple[str, ...]
    trained_until: date
    acting_for: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text("member name", self.name, 120)
        check_agency_id(self.agency)
        for agency in self.acting_for:
            check_agency_id(agency)
        if not self.roles:
            raise NounError(f"member `{self.id}` has no role; give at least one")


class NodeListing(Noun, frozen=True, kw_only=True):
    """A node in the directory: where it answers and which keys it signs with.

    `message_key` is the base64 Ed25519 public key of its messages; `log_key` the verifier key of its log
    (C2SP signed-note vkey). `certificate` is the hexadecimal SHA-256 of its TLS public key (SPKI), which is what is
    trusted; `certificate_pem` the certificates it shows that key in, one or more, the next one beside the present one.
    """

    id: str
    address: str
    message_key: str
    log_key: str
    certificate: str = ""
    certificate_pem: str = ""


class Directory(Noun, frozen=True, kw_only=True):
    """Who takes part: agencies and nodes, versioned. Signed by a quorum of agencies."""

    version: int
    agencies: tuple[Agency, ...]
    nodes: tuple[NodeListing, ...]

    def __post_init__(self) -> None:
        ids = [agency.id for agency in self.agencies]
        if len(set(ids)) != len(ids):
            raise NounError("the directory lists an agency twice")
        nodes = [node.id for node in self.nodes]
        if len(set(nodes)) != len(nodes):
            raise NounError("the directory lists a node twice")

    def find_agency(self, agency_id: str) -> Agency | None:
        return next((agency for agency in self.agencies if agency.id == agency_id), None)

    def get_agency(self, agency_id: str) -> Agency:
        agency = self.find_agency(agency_id)
        if agency is None:
            raise NounError(f"`{agency_id}` is not in the directory")
        return agency

    def find_node(self, node_id: str) -> NodeListing | None:
        return next((node for node in self.nodes if node.id == node_id), None)
