"""Agreements kept, or not, at a node: the word, its entry, the task that asks for it, and what closes by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from comity.demo.agencies import CA_SHERIFF, members
from comity.errors import LawUnavailableError, NounError, WrongUseError
from comity.exchange.asking.sources import open_sources
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_day
from comity.law.analyse.ground import Given
from comity.law.analyse.reach import Wanted
from comity.law.ast import Span
from comity.law.calendar import add_span
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.law_state import AgreementStanding, OfferedText
from comity.model.law_text import LawKind
from comity.node.agreements import activate_agreement
from comity.node.change_law import law_of_then
from comity.node.delegations import standings_of
from comity.node.keep_agreement import keep_agreement, raise_keeping
from comity.node.laws import ACTIVE_FILE, Activation
from comity.node.open_world import open_world
from comity.oversight.reach.foreseen import grounds_here
from comity.oversight.reach.law_hops import agreement_hops, decider
from comity.oversight.reach.open_now import present
from comity.oversight.reach.opened import opened_by
from comity.oversight.reports.register import make_register
from comity.ports import World
from comity.settings import read_noun, write_noun

NAME = "ACSO-CCPD-2026"
DAY_MS = 86_400_000
WORDS = "joint robbery cases go on"


@dataclass
class Later:
    """A clock that is so many days ahead of another."""

    inner: object
    days: int = 0

    def now_ms(self) -> int:
        return int(self.inner.now_ms()) + self.days * DAY_MS  # type: ignore[attr-defined]


@dataclass
class Owner:
    """The sheriff's node with a clock to move."""

    world: World
    folder: Path
    clock: Later

    def keep(self, member: str = "ca-sheriff-custodian", words: str = WORDS) -> object:
        return keep_agreement(self.world, self.folder, member_of(member), NAME, words)

    def standing(self) -> AgreementStanding:
        found = standings_of(self.world, self.folder, CA_SHERIFF)
        return next(one for one in found if one.agreement == NAME)

    def tasks(self) -> list[StoredDuty]:
        every = self.world.journal.duties(CA_SHERIFF)
        return [one for one in every if one.duty.rule == "comity/KEEP" and one.duty.text.startswith(NAME)]


def member_of(name: str) -> Member:
    return next(one for one in members() if one.id == name)


@pytest.fixture
def owner(copy: Callable[[str], Path]) -> Iterator[Owner]:
    folder = copy("ca-node")
    with open_world(folder) as world:
        clock = Later(world.clock)
        yield Owner(replace(world, clock=clock), folder, clock)


def test_a_member_of_the_desk_keeps_it_for_another_year_by_an_entry(owner: Owner) -> None:
    """The day moves on, the entry names the text, and the law is another from then on; the same day again, nothing."""
    before, law_before = owner.standing(), owner.world.laws.law_of(CA_SHERIFF)
    owner.clock.days = 300
    kept = owner.keep()
    assert kept.entry is not None
    facts = decode_entry(owner.world.journal.entry(kept.entry)).facts
    text = next(one for one in law_before.texts if one.name == NAME)
    assert (facts.kind, facts.law) == (EntryKind.AGREEMENT_KEPT, text.hash)
    sheriff = owner.world.directory().get_agency(CA_SHERIFF)
    assert kept.until == add_span(owner_day(sheriff, facts.at_ms), Span(1, "year"))
    assert before.wanted_until is not None
    assert kept.until > before.wanted_until
    assert owner.standing().wanted_until == kept.until
    law = owner.world.laws.law_of(CA_SHERIFF)
    assert law.hash != law_before.hash
    for one in (law, law_before):
        then = law_of_then(owner.world, owner.folder / "law", CA_SHERIFF, one.hash)
        assert then.kept == one.kept
    again = owner.keep()
    assert (again.until, again.entry) == (kept.until, None)


def test_who_may_not_and_what_is_not_there_is_refused(owner: Owner) -> None:
    """Not a sergeant, not without three words, not an agreement of another name."""
    with pytest.raises(WrongUseError, match="may not keep"):
        owner.keep("ca-sheriff-sergeant")
    with pytest.raises(NounError, match="at least 3 words"):
        owner.keep(words="still wanted")
    with pytest.raises(WrongUseError, match="no agreement in force"):
        keep_agreement(owner.world, owner.folder, member_of("ca-sheriff-custodian"), "NO-SUCH", WORDS)


def test_the_desk_is_asked_two_months_before_and_once(owner: Owner) -> None:
    """No task before; one then, due with its last day; keeping it is doing it; the next year has its own."""
    assert raise_keeping(owner.world) == ()
    owner.clock.days = 320
    assert {one.duty.to for one in raise_keeping(owner.world)} == {"records-custodian"}
    assert raise_keeping(owner.world) == ()
    (task,) = owner.tasks()
    until = owner.standing().wanted_until
    agency = owner.world.directory().get_agency(CA_SHERIFF)
    assert owner_day(agency, task.duty.due_ms - 1) == until
    owner.keep()
    (task,) = owner.tasks()
    assert (is_done(task), task.done_by, task.evidence) == (True, "ca-sheriff-custodian", WORDS)
    owner.clock.days += 320
    raise_keeping(owner.world)
    assert len(owner.tasks()) == 2


def test_what_nobody_kept_is_closed_and_only_switching_it_on_opens_it_again(owner: Owner) -> None:
    """Not kept any more once it closed; switched on again, with its signatures checked, it counts anew as another law."""
    law = owner.world.laws.law_of(CA_SHERIFF)
    text = next(one for one in law.texts if one.name == NAME)
    owner.clock.days = 368
    assert owner.standing().lapsed
    with pytest.raises(WrongUseError, match="closed on"):
        owner.keep()
    offered = OfferedText(
        file="again.agr",
        kind=LawKind.AGREEMENT,
        text=text.text,
        signatures=text.signatures,
        signed_elsewhere=True,
    )
    done = activate_agreement(owner.world, owner.folder, offered)
    assert done.refused == ()
    assert len(done.entries) == 1
    assert not owner.standing().lapsed
    assert owner.world.laws.law_of(CA_SHERIFF).hash != law.hash


def test_a_list_that_says_kept_without_its_entry_closes_the_owner(owner: Owner) -> None:
    """Whoever writes a later day into the file by hand gets no law at all."""
    listing = owner.folder / "law" / CA_SHERIFF / ACTIVE_FILE
    active = read_noun(listing, tuple[Activation, ...])
    forged = tuple(msgspec.structs.replace(one, kept=0) if NAME in one.file else one for one in active)
    write_noun(listing, forged)
    with pytest.raises(LawUnavailableError, match="kept by no entry"):
        owner.world.laws.law_of(CA_SHERIFF)


def test_what_closed_is_in_no_register_on_no_map_and_opens_no_way(owner: Owner) -> None:
    """Every reading of what is in force leaves it out: the public register, the map, ways of data, whom one may ask."""
    assert NAME in {one.agreement for one in make_register(owner.world, CA_SHERIFF).agreements}
    agency = owner.world.directory().get_agency(CA_SHERIFF)
    asked = open_sources(owner.world, agency, owner.world.directory(), owner.clock.now_ms())
    assert "wa-police" in asked
    owner.clock.days = 368
    assert make_register(owner.world, CA_SHERIFF).agreements == ()
    asked = open_sources(owner.world, agency, owner.world.directory(), owner.clock.now_ms())
    assert asked == (CA_SHERIFF,)
    day, seen = owner_day(agency, owner.clock.now_ms()), present(owner.world, ())
    grounds = grounds_here(owner.world.directory(), seen.laws, day)
    wanted = Wanted({"booking": ("name",)}, held=True)
    passes = decider(grounds, CA_SHERIFF, frozenset(), Given(today=day), wanted).passes
    assert opened_by(agreement_hops(grounds, ("booking",)), CA_SHERIFF, passes, lambda _: True) == {}
