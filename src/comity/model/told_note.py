"""What a member wrote down of a call to a record's owner: the asker's own words, beside the owner's answer and never in it."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_instant, check_text
from comity.model.query import LONGEST_NOTE, QUERY_ID_PATTERN
from comity.model.told import LONGEST_PERSON, Channel

# How an owner tells what it does not send: a portal view is a disclosure of the owner's own, and nobody writes it down.
TOLD_BY = (Channel.CALL, Channel.LETTER, Channel.E_MAIL, Channel.IN_PERSON)
MOST_NOTES = 50  # of one question; who calls more often than that has a case file to write in


class ToldWanted(Noun, frozen=True, kw_only=True):
    """What a member writes down: of which field of which item, what was told, by whom at the owner, how and when.

    `told_by` is a name or a position, `told_ms` the time it was told (UTC milliseconds).
    """

    query_id: str
    item_id: str
    field: str
    told: str
    told_by: str
    how: Channel
    told_ms: int

    def __post_init__(self) -> None:
        if not QUERY_ID_PATTERN.fullmatch(self.query_id):
            raise NounError("a question's number is 32 hexadecimal digits")
        check_text("the field", self.field, 64)
        check_text("what was told", self.told, LONGEST_NOTE)
        check_text("who told it", self.told_by, LONGEST_PERSON)
        check_instant("the time it was told", self.told_ms)
        if self.how not in TOLD_BY:
            raise NounError(f"an owner tells by {', '.join(TOLD_BY)}; say which")


class ToldNote(Noun, frozen=True, kw_only=True):
    """One note, as it stands beside an answer: not the owner's word, not certified, and perhaps not in the owner's log.

    `item_id`, `owner` and `field` are of what; `told`, `told_by`, `how` and `told_ms` as of `ToldWanted`; `member` wrote it at
    `written_ms`.
    """

    id: str
    item_id: str
    owner: str
    field: str
    told: str
    told_by: str
    how: Channel
    told_ms: int
    member: str
    written_ms: int

    def __post_init__(self) -> None:
        for agency in (self.owner, self.member):
            check_agency_id(agency)

    def says_the_same(self, member: str, wanted: ToldWanted) -> bool:
        """Whether a member's words are in it already, to the letter."""
        mine = (self.member, self.item_id, self.field, self.told, self.told_by, self.how, self.told_ms)
        return mine == (
            member,
            wanted.item_id,
            wanted.field,
            wanted.told,
            wanted.told_by,
            wanted.how,
            wanted.told_ms,
        )
