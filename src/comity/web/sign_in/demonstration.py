"""The demonstration's sign-in: a button a person, on this machine alone (`WebSettings` refuses any other)."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.agency import Member

POSTS = (  # one button each
    "detective",
    "investigator",
    "sergeant",
    "supervisor",
    "custodian",
    "counsel",
    "sheriff",
    "chief",
    "commissioner",
    "director",
    "privacy",
    "auditor",
    "administrator",
    "operator",
)


def persons(members: tuple[Member, ...]) -> tuple[tuple[str, Member], ...]:
    """The members behind the buttons, each with its post: of every post the first that is listed."""
    found = ((post, next((one for one in members if one.id.endswith(f"-{post}")), None)) for post in POSTS)
    return tuple((post, member) for post, member in found if member is not None)


def pressed(post: str, members: tuple[Member, ...]) -> Member:
    """Whoever a button signs in. Raises WrongUseError for a post that has none."""
    for offered, member in persons(members):
        if offered == post:
            return member
    raise WrongUseError(f"`{post[:40]}` has no button here; choose one of the page's")
