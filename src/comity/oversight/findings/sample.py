"""A random sample of each month's questions, put to a reviewer (harms H15). Who has the log can draw it again.

1 the month's questions   by agency: answers given here to a first question, from the entries' codes and openable parts alone
2 the seed                the root of the tree up to the first entry after the month: it rests on commitments under keys that
                          are drawn as each entry is made, so that nobody picks it, and it stands once the month is over
3 the draw                of each agency the entries whose hash under the seed is smallest, a stated share
4 shown                   what a question states, to a privacy officer or an auditor who did not ask it
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from comity.errors import WrongUseError
from comity.exchange.duty.duties import said_words
from comity.exchange.log.tally import month_of
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.tree import edge_of, leaf_hash, root_of
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.disclosure import EntryKind, Unit
from comity.model.refused import tell_refused
from comity.model.sample import Sampled, SampleResult, SampleReview, SampleTold, Stated
from comity.oversight.findings.opened import DOES_NOT_OPEN, OpenedUse, open_one
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World

SHARE_PERCENT = 2  # of an agency's answers in a month; a reviewer reads some three hundred of a large one's
LEAST, MOST = 3, 100  # of one agency: so that a small one is seen at all, and a large one does not fill the desk
MOST_READ = 250_000  # entries looked through, the newest: as for findings
SAMPLE_KEY = "sample"


def draw(seed: bytes, answers: Mapping[str, Sequence[tuple[int, bytes]]]) -> tuple[tuple[str, int], ...]:
    """Of each agency's (entry number, leaf hash) those that are drawn, as (agency, number); the same for everybody."""
    drawn: list[tuple[str, int]] = []
    for agency, own in sorted(answers.items()):
        count = min(len(own), MOST, max(LEAST, -(-SHARE_PERCENT * len(own) // 100)))
        ranked = sorted(own, key=lambda one: hashlib.sha256(seed + one[1]).digest())
        drawn += [(agency, number) for number, _ in sorted(ranked[:count])]
    return tuple(drawn)


def show_sample(world: World, member: Member, month: str) -> SampleTold:
    """A month's sample (`2026-10`) with what was said of it.

    Raises WrongUseError for who is no reviewer, or a month that is not over.
    """
    owner = reviewed_owner(world, member)
    answers, size = _answers(world, owner, month)  # 1
    if size is None:
        raise WrongUseError(tell_refused("sample.not-over", month=month[:20]))
    seed = root_of(edge_of(size, world.journal.hash_at))  # 2
    drawn = draw(seed, answers)  # 3
    shown = [(_opened(world, number), agency, number) for agency, number in drawn]
    mine = {number for opened, _, number in shown if _is_own(member, opened)}
    reviews = {number: find_review(world, owner, month, number) for _, number in drawn}
    return SampleTold(  # 4
        owner=owner.id,
        month=month,
        size=size,
        seed=seed.hex(),
        questions={agency: len(own) for agency, own in sorted(answers.items())},
        drawn=tuple(
            Sampled(entry=number, agency=agency, stated=_stated(opened), review=reviews[number])
            for opened, agency, number in shown
            if number not in mine
        ),
        own=len(mine),
        reviewed=dict(sorted(Counter(str(one.result) for one in reviews.values() if one is not None).items())),
    )


def review_sampled(
    world: World, member: Member, month: str, entry: int, said: tuple[SampleResult, str]
) -> SampleReview:
    """Say of a drawn question whether its reason suffices; a later word takes the place of an earlier one.

    Raises WrongUseError for an entry that was not drawn, or that the reviewer asked.
    """
    words = said_words("review", said[1])
    told = show_sample(world, member, month)
    if all(one.entry != entry for one in told.drawn):
        raise WrongUseError(tell_refused("sample.not-in", entry=entry, month=month))
    owner, now_ms = reviewed_owner(world, member), world.clock.now_ms()
    review = SampleReview(
        owner=owner.id, month=month, entry=entry, result=said[0], by=member.id, at_ms=now_ms, words=words
    )
    before = world.journal.find_answer(owner.id, _key(month), str(entry))
    append_entry(
        world,
        Unit(
            facts=owner_facts(EntryKind.SAMPLE_REVIEWED, owner, now_ms),
            content=canonical_bytes(review),
            record=canonical_bytes(member),
            answer_to=(owner.id, _key(month), str(entry), ""),
            supersedes=() if before is None else (before[2],),
        ),
    )
    return review


def find_review(world: World, owner: Agency, month: str, entry: int) -> SampleReview | None:
    """What was said last of a drawn question."""
    found = world.journal.find_answer(owner.id, _key(month), str(entry))
    return from_canonical(found[1], SampleReview) if found is not None and found[1] else None


def _key(month: str) -> str:
    return f"{SAMPLE_KEY}:{month}"


def _answers(world: World, owner: Agency, month: str) -> tuple[dict[str, list[tuple[int, bytes]]], int | None]:
    """By requester, the month's answers of an owner with their leaf hashes; and the log's size at the first entry after it."""
    oris = frozenset(dated.ori for dated in owner.oris)
    names = {dated.ori: one.id for one in world.directory().agencies for dated in one.oris}
    answers: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
    size = world.journal.size()
    for index in range(max(0, size - MOST_READ), size):
        raw = world.journal.entry(index)
        facts = decode_entry(raw).facts
        if month_of(facts.at_ms) > month:
            return answers, index + 1
        if month_of(facts.at_ms) == month and facts.kind is EntryKind.ANSWERED and facts.owner_ori in oris:
            answers[names.get(facts.asker_ori, facts.asker_ori)].append((index, leaf_hash(raw)))
    return answers, None


def _opened(world: World, index: int) -> OpenedUse | None:
    try:
        return next(iter(open_one(world, index)), None)
    except DOES_NOT_OPEN:
        return None  # what does not open is a finding of its own


def _is_own(member: Member, opened: OpenedUse | None) -> bool:
    return opened is not None and (opened.member.agency, opened.member.id) == (member.agency, member.id)


def _stated(opened: OpenedUse | None) -> Stated | None:
    if opened is None:
        return None
    query = opened.query
    return Stated(
        purpose=query.purpose,
        instrument=query.basis.instrument,
        case_number=query.case_number,
        beneficiary=query.beneficiary,
        note=query.note,
    )
