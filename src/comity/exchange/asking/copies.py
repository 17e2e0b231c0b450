"""A copy of an answer on paper or in a file: passed on within the agency, so that it is entered before it is given.

1 whose answer     the member's own, with something in it
2 append_entry     that it is copied, by whom and as what; a log that is closed gives no copy
3 printed          as it stands now: what was recalled is gone, what was corrected is marked
4 exported         every owner that released something is asked again and decides anew: a new release, with a number of its
                   own in both logs; what it gives now is in the file, and nothing of before but what members wrote down
                   of calls about the records that are in it again

A print is of what the member may read at this moment. An export is read by programs, away from every mark that comes later.
"""

from __future__ import annotations

from msgspec import UNSET
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.put import Progress
from comity.exchange.asking.revise import notes_beside
from comity.exchange.desk.confirmations import with_confirmations
from comity.exchange.fresh_id import fresh_id
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.codes import MessageKind
from comity.model.copied import CopiedAnswer, CopyForm
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import RevisedOutcome
from comity.model.refused import tell_refused
from comity.ports import World

EXPORT_WAIT_MS = 10_000  # whoever exports waits at a screen, as whoever asks


def copy_answer(
    world: World, member: Member, query_id: str, form: CopyForm, progress: Progress = lambda _: None
) -> CopiedAnswer:
    """Enter and give a copy of a member's own answer. Raises WrongUseError where there is none or nothing in it, ClosedError
    where the log takes nothing, and for an export what `ask_query` raises.
    """
    agency = owner_here(world, member.agency)
    now_ms = world.clock.now_ms()
    kept = get_outcome(world, agency.id, query_id)  # 1
    items = _items(kept)
    if kept.outcome.request.member != member.id:
        raise WrongUseError(tell_refused("copies.not-own", member=member.id, question=query_id[:64]))
    if not items:
        raise WrongUseError(tell_refused("copies.nothing"))
    if kept.outcome.request.message is MessageKind.STANDING_QUESTION and form is not CopyForm.PRINT:
        raise WrongUseError(tell_refused("copies.standing"))
    anew = "" if form is CopyForm.PRINT else fresh_id(world, now_ms)
    unit = Unit(
        facts=replace(owner_facts(EntryKind.COPIED, agency, now_ms), released=len(items)),
        content=canonical_bytes({"query": query_id, "form": form, "anew": anew}),
        record=canonical_bytes({"member": member.id, "items": items}),
    )
    entry = parse_proof(append_entry(world, unit).proof).index  # 2
    if form is CopyForm.PRINT:
        revised = with_confirmations(world, agency, kept)  # 3
    else:
        owners = tuple(one.agency for one in kept.outcome.sources if one.answer and one.answer.items)
        request = replace(kept.outcome.request, sources=owners, wait_ms=EXPORT_WAIT_MS)
        outcome = ask_query(world, request, member, progress, query_id=anew)  # 4
        revised = RevisedOutcome(outcome=outcome, told=notes_beside(outcome, kept) or UNSET)
    return CopiedAnswer(entry=entry, at_ms=now_ms, form=form, revised=without_receipts(revised))


def without_receipts(revised: RevisedOutcome) -> RevisedOutcome:
    """An outcome as pages and files have it. An outcome that lost a receipt to a withdrawal would tell by it that something
    is gone, so it is shown without any; each is asked for by itself (`receipts.py`).
    """
    bare = tuple(replace(source, receipt=None) for source in revised.outcome.sources)
    return replace(revised, outcome=replace(revised.outcome, sources=bare))


def _items(revised: RevisedOutcome) -> tuple[str, ...]:
    return tuple(
        item.item_id for one in revised.outcome.sources if one.answer is not None for item in one.answer.items
    )
