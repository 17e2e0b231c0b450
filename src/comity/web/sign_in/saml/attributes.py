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
    check_children(statement, (assertion("Attribute"),))
    if len(statement) > MOST_ATTRIBUTES:
        raise UnreadableXmlError(f"it has more than {MOST_ATTRIBUTES} attributes")
    for one in provider.demanded:
        if _value(statement, one.attribute) != one.value:
            raise UnreadableXmlError(f"it does not say what is demanded of everybody (`{one.attribute}`)")
    return Said(
        member=_member(statement, provider),
        roles=_roles(statement, provider.roles_attribute),
        trained_until=_day(statement, provider.trained_until_attribute),
        ori=_value(statement, provider.ori_attribute) if provider.ori_attribute else None,
    )


def _values(statement: etree._Element, name: str) -> tuple[str, ...]:
    found = [one for one in statement if one.get("Name") == name]
    if len(found) != 1:
        raise UnreadableXmlError(f"it has {len(found)} attributes `{name}`; have the provider send one")
    check_children(found[0], (assertion("AttributeValue"),))
    return tuple(text_of(one) for one in found[0])


def _value(statement: etree._Element, name: str) -> str:
    values = _values(statement, name)
    if len(values) != 1 or not values[0]:
        raise UnreadableXmlError(f"it has not one value of `{name}`")
    return values[0]


def _member(statement: etree._Element, provider: SamlProvider) -> str:
    value = _value(statement, provider.member_attribute)
    if not value.startswith(provider.member_prefix) or value == provider.member_prefix:
        raise UnreadableXmlError(
            f"`{provider.member_attribute}` does not begin as the settings say (`member_prefix`)"
        )
    return value.removeprefix(provider.member_prefix)


def _roles(statement: etree._Element, name: str) -> tuple[str, ...] | None:
    """The roles it confirms: one a value, or several in one with blanks or commas between."""
    if not name:
        return None
    roles = tuple(role for value in _values(statement, name) for role in value.replace(",", " ").split())
    if len(roles) > MOST_ROLES:
        raise UnreadableXmlError(f"it has more than {MOST_ROLES} roles in `{name}`")
    return roles


def _day(statement: etree._Element, name: str) -> date | None:
    """The last day of training it confirms, as `2026-10-31`."""
    if not name:
        return None
    try:
        return date.fromisoformat(_value(statement, name))
    except ValueError as error:
        raise UnreadableXmlError(f"it has no day in `{name}`") from error
