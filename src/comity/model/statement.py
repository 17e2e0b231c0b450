"""A statement that somebody signed for one session, as a question carries it to the owner whose law asks for it."""

from __future__ import annotations

import re

from comity.errors import NounError
from comity.model.base import LAST_MS, Noun, check_instant, check_text
from comity.model.codes import Certificate

LONGEST_TELEPHONE = 40
LONGEST_MAILBOX = 254  # characters (RFC 5321, 4.5.3.1)
LONGEST_PLACE = 200
TELEPHONE = re.compile(r"\+?[0-9][0-9 ().x/-]{5,39}")
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


class Contact(Noun, frozen=True, kw_only=True):
    """Where whoever signed is reached, as the law asks for it: the member's own service telephone, mail and place of work."""

    telephone: str
    email: str
    address: str

    def __post_init__(self) -> None:
        check_text("the telephone number", self.telephone, LONGEST_TELEPHONE)
        check_text("the e-mail address", self.email, LONGEST_MAILBOX)
        check_text("the physical address", self.address, LONGEST_PLACE)
        if not TELEPHONE.fullmatch(self.telephone):
            raise NounError(
                "that is no telephone number; write digits, with the country's code where it is another"
            )
        if not MAILBOX.fullmatch(self.email):
            raise NounError("that is no e-mail address; write `NAME@HOST`")


class SignedStatement(Noun, frozen=True, kw_only=True):
    """A statement signed for one session: which, when (UTC milliseconds), under which entry of the asker's log, and where
    whoever signed it is reached.
    """

    name: Certificate
    signed_ms: int
    entry: int
    contact: Contact

    def __post_init__(self) -> None:
        check_instant("the time of the statement", self.signed_ms)
        if not 0 <= self.entry <= LAST_MS:
            raise NounError("a statement stands in an entry; give its number")
