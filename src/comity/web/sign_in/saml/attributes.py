"""What an assertion's attributes say of a member, by the names of the settings; those of GFIPM are such names.

They confirm and take away: the member's id, the roles and the last day of training that hold as far as they are listed
here, the ORI that must be the agency's, and what is demanded of everybody. A name that the settings have and the assertion
lacks, or says twice, signs nobody in.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from comity.web.saml_settings import SamlProvider
from comity.web.sign_in.oidc import MOST_ROLES, Said
from comity.web.sign_in.saml.names import assertion
from comity.web.sign_in.saml.strict_xml import UnreadableXmlError, check_children, text_of

MOST_ATTRIBUTES = 300


def said_by(statement: etree._Element, provider: SamlProvider) -> Said:
    """What is said of whoever signed in. Raises UnreadableXmlError for what is missing, twice there or no value."""
    found = _by_name(statement)
    for one in provider.demanded:
        if _value(found, one.attribute) != one.value:
            raise UnreadableXmlError(f"it does not say what is demanded of everybody (`{one.attribute}`)")
    return Said(
        member=_member(found, provider),
        roles=_roles(found, provider.roles_attribute),
        trained_until=_day(found, provider.trained_until_attribute),
        ori=_value(found, provider.ori_attribute) if provider.ori_attribute else None,
    )


def _by_name(statement: etree._Element) -> dict[str, etree._Element]:
    check_children(statement, (assertion("Attribute"),))
    if len(statement) > MOST_ATTRIBUTES:
        raise UnreadableXmlError(f"it has more than {MOST_ATTRIBUTES} attributes")
    found = {one.get("Name", ""): one for one in statement}
    if len(found) != len(statement):
        raise UnreadableXmlError("it says one attribute twice")
    return found


def _values(found: dict[str, etree._Element], name: str) -> tuple[str, ...]:
    if name not in found:
        raise UnreadableXmlError(f"it has no attribute `{name}`; have the provider send it")
    check_children(found[name], (assertion("AttributeValue"),))
    return tuple(text_of(one) for one in found[name])


def _value(found: dict[str, etree._Element], name: str) -> str:
    values = _values(found, name)
    if len(values) != 1 or not values[0]:
        raise UnreadableXmlError(f"it has not one value of `{name}`")
    return values[0]


def _member(found: dict[str, etree._Element], provider: SamlProvider) -> str:
    value = _value(found, provider.member_attribute)
    member = value.removeprefix(provider.member_prefix)
    if not member or (provider.member_prefix and member == value):
        raise UnreadableXmlError(
            f"`{provider.member_attribute}` does not begin as the settings say (`member_prefix`)"
        )
    return member


def _roles(found: dict[str, etree._Element], name: str) -> tuple[str, ...] | None:
    """The roles it confirms: one a value, or several in one with blanks or commas between."""
    if not name:
        return None
    roles = tuple(role for value in _values(found, name) for role in value.replace(",", " ").split())
    if len(roles) > MOST_ROLES:
        raise UnreadableXmlError(f"it has more than {MOST_ROLES} roles in `{name}`")
    return roles


def _day(found: dict[str, etree._Element], name: str) -> date | None:
    """The last day of training it confirms, as `2026-10-31`."""
    if not name:
        return None
    try:
        return date.fromisoformat(_value(found, name))
    except ValueError as error:
        raise UnreadableXmlError(f"it has no day in `{name}`") from error
