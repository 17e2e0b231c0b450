"""Who asks, for whom, and the question each owner receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from comity.errors import NounError, WrongUseError
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.fresh_id import fresh_id
from comity.exchange.messages.route import way_today
from comity.model.agency import Agency, Directory, Member
from comity.model.canon import digest
from comity.model.codes import Purpose, Step
from comity.model.delivery import OpenQuestion
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.outcome import AskRequest
from comity.model.query import PersonSubject, Query, Subject
from comity.model.refused import tell_refused
from comity.ports import World


@dataclass(frozen=True, slots=True)
class Instead:
    """What a question stands for that is put again: when that was asked, as looks are counted, and what is left open of it."""

    asked_ms: int
    opens: tuple[OpenQuestion, ...]
    closes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Everyone a request names, looked up and checked; `instead` where it is an earlier question put again."""

    request: AskRequest
    member: Member
    asker: Agency
    directory: Directory
    query_id: str
    ori: str
    now_ms: int
    instead: Instead | None = None

    @property
    def is_emergency(self) -> bool:
        """Whether a life is in danger right now: then nothing waits, and a person looks at it afterwards."""
        return self.request.purpose is Purpose.EMERGENCY_LIFE


def check_asking(world: World, request: AskRequest, member: Member, now_ms: int, query_id: str = "") -> Asking:
    """The asking agency is at this node, the member is its own and trained, the beneficiary is listed, the person born."""
    directory = world.directory()
    asker = directory.find_agency(request.asker)
    if asker is None or asker.node != world.node:
        raise WrongUseError(tell_refused("ask.not-here", agency=request.asker))
    if member.id != request.member or member.agency != request.asker:
        raise WrongUseError(tell_refused("ask.no-member", member=request.member, agency=request.asker))
    today = check_trained(member, now_ms)
    for agency in (request.beneficiary, *request.sources):
        if directory.find_agency(agency) is None:
            raise WrongUseError(tell_refused("ask.not-listed", agency=agency))
    check_born(request.subject, today)
    query_id = query_id or fresh_id(world, now_ms)
    return Asking(request, member, asker, directory, query_id, _ori(asker, today), now_ms)


def check_born(subject: Subject, today: date) -> None:
    """Raises WrongUseError for somebody who is not born yet; of a partial date its first day counts."""
    if not isinstance(subject, PersonSubject) or not subject.birth_date:
        return
    if subject.birth_date > today.isoformat()[: len(subject.birth_date)]:
        raise WrongUseError(tell_refused("ask.birth-later"))


def check_trained(member: Member, now_ms: int) -> date:
    """The day, on which a member's training still lasts. Raises WrongUseError where it ended."""
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    if member.trained_until < today:
        raise WrongUseError(tell_refused("ask.training", member=member.id, day=str(member.trained_until)))
    return today


def make_query(world: World, asking: Asking, owner: str, item_id: str = "", identified_by: str = "") -> Query:
    """The question as one owner receives it."""
    request = asking.request
    return Query(
        id=asking.query_id,
        step=Step.DETAIL if item_id else Step.DIGEST,
        asker=request.asker,
        asker_ori=asking.ori,
        member=request.member,
        owner=owner,
        beneficiary=request.beneficiary,
        purpose=request.purpose,
        basis=request.basis,
        case_number=request.case_number,
        data_classes=request.data_classes,
        subject=request.subject,
        asked_ms=asking.now_ms,
        pair=world.randomness.take(32).hex(),
        message=request.message,
        dppa_use=request.dppa_use,
        item_id=item_id,
        identified_by=identified_by,
        note=request.note,
        via=way_today(asking.directory, world.node, asking.directory.get_agency(owner).node),
    )


def asker_facts(asking: Asking, kind: EntryKind, released: int = 0) -> EntryFacts:
    """The codes of an asking-side entry."""
    return EntryFacts(
        kind=kind,
        at_ms=asking.now_ms,
        asker_ori=asking.ori,
        purpose=asking.request.purpose,
        instrument=asking.request.basis.instrument,
        class_mask=class_mask(asking.request.data_classes),
        released=released,
        pair=digest(asking.query_id).removeprefix("sha256:"),
    )


def _ori(asker: Agency, today: date) -> str:
    try:
        return asker.ori_on(today)
    except NounError as error:
        raise WrongUseError(str(error)) from error
