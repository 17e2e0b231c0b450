"""Agreements kept: a member of the owner says every year that one is still wanted, and is asked in time (harms H10)."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawUnavailableError, WrongUseError
from comity.exchange.answering.wanted import has_lapsed, wanted_until
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.act_duties import Act, duties_of_text
from comity.exchange.duty.duties import DESK, changed_once, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_day, owner_facts, owner_here, owners_here
from comity.law import ast
from comity.law.calendar import end_of_day_ms
from comity.law.check_condition import suggest
from comity.law.compile import parse_text
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.law_state import AgreementKept
from comity.model.law_text import LawKind, LawText, OwnerLaw
from comity.model.refused import tell_refused
from comity.node.change_law import DECIDING_FILE, changing, keep_text
from comity.ports import World

RULE = "comity/KEEP"
ASKED_DAYS_BEFORE = 60  # two months: time for a board that meets monthly


def keep_agreement(world: World, folder: Path, member: Member, agreement: str, words: str) -> AgreementKept:
    """Say that an agreement is still wanted, and why: it counts for another year for the member's agency.

    1 the words   2 who may   3 the agreement, in force and not closed yet   4 kept today already: nothing changes
    5 the entry, with the task that asked for it done, then the list

    Raises WrongUseError for a member who may not, and for an agreement that is not in force; NounError for too few words.
    """
    said = said_words("reason", words)  # 1
    owner = owner_here(world, member.agency)
    if not DESK & set(member.roles):  # 2
        raise WrongUseError(f"`{member.id}` may not keep an agreement; it needs {', '.join(sorted(DESK))}")
    with changing(folder / "law", owner.id, DECIDING_FILE):
        law, now_ms = world.laws.law_of(owner.id), world.clock.now_ms()
        text = _find(law, owner, agreement, now_ms)  # 3
        today = owner_day(owner, now_ms)
        before = dict(law.kept).get(text.hash)
        if before is not None and owner_day(owner, before) == today:  # 4
            until = wanted_until(law, owner, text)
            assert until is not None, "what was kept lasts until some day"
            return AgreementKept(agreement=text.name, owner=owner.id, until=until, entry=None)
        entry = keep_text(
            world, folder / "law", owner.id, text, _unit(world, owner, text, member, said, now_ms)
        )  # 5
        until = wanted_until(world.laws.law_of(owner.id), owner, text)
        assert until is not None, "it was kept just now"
    return AgreementKept(agreement=text.name, owner=owner.id, until=until, entry=entry)


def raise_keeping(world: World) -> tuple[StoredDuty, ...]:
    """Raise for each owner here the task to say whether an agreement is still wanted, two months before it closes.

    Once for each agreement and day on which it would close. Raises nothing for an owner whose law cannot be read.
    """
    found: list[StoredDuty] = []
    for owner in owners_here(world):
        try:
            law = world.laws.law_of(owner.id)
        except LawUnavailableError:
            continue
        now_ms = world.clock.now_ms()
        asked = (_task(law, owner, text, now_ms) for text in law.texts)
        new = tuple(one for one in asked if one is not None and world.journal.find_duty(owner.id, one.id) is None)
        if new:
            append_entry(
                world,
                Unit(
                    facts=owner_facts(EntryKind.DUTY_RAISED, owner, now_ms),
                    content=canonical_bytes({"event": "keep", "duties": [one.id for one in new]}),
                    record=canonical_bytes(new),
                    duties=new,
                ),
            )
            found += new
    return tuple(found)


def _find(law: OwnerLaw, owner: Agency, agreement: str, now_ms: int) -> LawText:
    texts = {text.name: text for text in law.texts if text.kind is LawKind.AGREEMENT}
    text = texts.get(agreement)
    if text is None:
        raise WrongUseError(
            f"`{agreement[:64]}` is no agreement in force here; {suggest(agreement, sorted(texts))}"
        )
    if has_lapsed(law, owner, text, now_ms):
        raise WrongUseError(
            tell_refused("keep.closed", agreement=agreement, day=str(wanted_until(law, owner, text)))
        )
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    if tree.dates is not None and tree.dates.last is not None and tree.dates.last < owner_day(owner, now_ms):
        raise WrongUseError(tell_refused("keep.ended", agreement=agreement, day=str(tree.dates.last)))
    return text


def _unit(world: World, owner: Agency, text: LawText, member: Member, said: str, now_ms: int) -> Unit:
    """The entry, and every task of this agreement that asked for it, done with it."""
    asked = (
        one
        for one in world.journal.duties(owner.id)
        if one.duty.rule == RULE and one.duty.text.startswith(f"{text.name}: ") and not is_done(one)
    )
    done = tuple(changed_once(replace(one, done_ms=now_ms, done_by=member.id, evidence=said)) for one in asked)
    told = {"owner": owner.id, "name": text.name, "hash": text.hash}
    return Unit(
        facts=replace(owner_facts(EntryKind.AGREEMENT_KEPT, owner, now_ms), law=text.hash),
        content=canonical_bytes(told),
        record=canonical_bytes({"by": member.id, "reason": said}),
        changed_duties=done,
    )


def _task(law: OwnerLaw, owner: Agency, text: LawText, now_ms: int) -> StoredDuty | None:
    """The task about one agreement; None while its day is far, and for one that ends by itself before."""
    until = wanted_until(law, owner, text)
    if until is None or not 0 <= (until - owner_day(owner, now_ms)).days <= ASKED_DAYS_BEFORE:
        return None
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    if tree.dates is not None and tree.dates.last is not None and tree.dates.last <= until:
        return None
    rule = builtin_reason(RULE)
    duty = Duty(
        kind="review",
        rule=rule.rule,
        citation=rule.citation,
        to="records-custodian",
        due_ms=end_of_day_ms(until, owner.zone),
        text=f"{text.name}: say whether it is still wanted; it closes after {until} unless it is kept",
    )
    (one,) = duties_of_text(Act(owner, "keep", "", 0, 0), f"{text.hash} {until}", (duty,))
    return replace(one, raised_ms=now_ms)
