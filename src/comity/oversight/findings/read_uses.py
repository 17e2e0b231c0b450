"""From opened records to uses: who, for whom, when by the asker's clock, and hashes in place of everything anybody wrote."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from comity.match.fold import alnum, words
from comity.match.subjects import SubjectKeys, keys_of, labels_of
from comity.model.agency import Agency, Directory
from comity.model.codes import Component
from comity.model.finding import Circle, Relation
from comity.oversight.findings.opened import OpenedUse, is_question
from comity.oversight.findings.reasons import is_empty_case
from comity.oversight.findings.uses import HOUR_MS, IMMIGRATION, Use

SHORT_BYTES = 12


def read_uses(opened: Sequence[OpenedUse], directory: Directory, circle: Circle, secret: bytes) -> tuple[Use, ...]:
    """Uses in the order of their time, each question once. `secret` keys every hash, and is forgotten with the look."""
    ordered = sorted(_once(opened), key=lambda one: (one.query.asked_ms, one.entry))
    keys = [keys_of(one.query.subject, secret) for one in ordered]
    labels = labels_of([(_member(one), key) for one, key in zip(ordered, keys, strict=True)])
    lines = _circle_keys(circle, secret)
    read = _Reader(directory, secret)
    return tuple(
        replace(read.use(one, label), circle=_listed(one, key, lines))
        for one, key, label in zip(ordered, keys, labels, strict=True)
    )


def _once(opened: Iterable[OpenedUse]) -> Iterable[OpenedUse]:
    """A question that an agency here asked of an agency here stands in two entries; the answer's says more."""
    kept: dict[tuple[str, str], OpenedUse] = {}
    for one in opened:
        if one.told:
            kept["told", one.query.id] = one
        elif is_question(one):
            key = one.query.asker, one.query.id
            if key not in kept or kept[key].own:
                kept[key] = one
    return kept.values()


def _member(one: OpenedUse) -> str:
    return f"{one.member.agency}/{one.member.id}"


CircleKeys = tuple[tuple[frozenset[str], Relation, str, str], ...]


def _circle_keys(circle: Circle, secret: bytes) -> CircleKeys:
    return tuple(
        (keys_of(line.subject, secret).telling, line.relation, line.member, line.id) for line in circle.lines
    )


def _listed(one: OpenedUse, keys: SubjectKeys, lines: CircleKeys) -> tuple[Relation, str] | None:
    """The line of the sealed list a question is about: the member's own circle, or the staff."""
    for telling, relation, member, line in lines:
        if relation is not Relation.STAFF and member != one.member.id:
            continue
        if telling & keys.telling:
            return relation, line
    return None


class _Reader:
    """Reads uses with what they share: agencies, zones, the key of the hashes."""

    def __init__(self, directory: Directory, secret: bytes) -> None:
        self._agencies = {agency.id: agency for agency in directory.agencies}
        self._secret = secret

    def use(self, one: OpenedUse, label: str) -> Use:
        query = one.query
        asker = self._agencies.get(query.asker)
        acts_for = (query.asker, query.beneficiary, *one.member.acting_for)
        immigration = query.purpose in IMMIGRATION or any(map(self._is_authority, acts_for))
        return Use(
            entry=one.entry,
            query_id=query.id,
            at_ms=query.asked_ms,
            local_ms=local_ms(query.asked_ms, asker.zone if asker is not None else "UTC"),
            asker=query.asker,
            member=_member(one),
            homes=(one.member.agency, *one.member.acting_for),
            beneficiary=query.beneficiary,
            purpose=query.purpose,
            case=self._keyed("case", alnum(query.case_number)),
            subject=label,
            immigration=immigration,
            authority=self._is_authority(query.asker),
            status=one.status,
            empty_case=is_empty_case(query.case_number),
            note=self._keyed("note", " ".join(words(query.note))) if query.note.strip() else "",
            came_by="/".join((one.node, *query.via)),
            pointed=one.pointed,
            told=one.told,
        )

    def _is_authority(self, agency_id: str) -> bool:
        agency = self._agencies.get(agency_id)
        return agency is not None and is_immigration(agency)

    def _keyed(self, *parts: str) -> str:
        return hmac.digest(self._secret, "\x1f".join(parts).encode(), "sha256")[:SHORT_BYTES].hex()


def is_immigration(agency: Agency) -> bool:
    """Whether an agency is an immigration authority, as the law's facts have it."""
    return agency.component is not Component.NONE or agency.primarily_immigration


def local_ms(at_ms: int, zone: str) -> int:
    """An instant by the clock on the wall of a zone, counted as if that clock were UTC."""
    return at_ms + _offset_ms(at_ms // HOUR_MS, zone)


@lru_cache(maxsize=65_536)
def _offset_ms(hour: int, zone: str) -> int:
    """A zone's offset in an hour; zones change theirs on the hour."""
    offset = datetime.fromtimestamp(hour * 3_600, UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return int(offset.total_seconds() * 1_000) if offset is not None else 0
