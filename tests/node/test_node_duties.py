"""Duties at a running node: through its socket, at its start, and after it was killed."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from serving import Door, opened, question, seal, serving, signed_by

from comity.demo.agencies import IL_POLICE, NY_DMV, members
from comity.demo.build import BuiltRegion
from comity.errors import ClockError, ComityError
from comity.exchange.duty.duties import SealedOrder
from comity.exchange.duty.duty_clocks import Happening
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.messages.wire import AnswerBody
from comity.ledger.entry import decode_entry
from comity.model.codes import Instrument, Issuer
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.query import LegalBasis
from comity.node.duty_requests import ConfirmDuty, DeferDuty, Duties, FinishDuty, Happened, LiftDeferral
from comity.node.local import at_node
from comity.node.open_world import open_world
from comity.node.serve import keep_raising
from comity.ports import Clock, World

STORED = tuple[StoredDuty, ...]
ORDER = "sha256:" + "a" * 64


def asked(grown: BuiltRegion, folder: Path, sealed: bool) -> tuple[bytes, dict[str, str]]:
    """Removal operations' question to New York, with a district judge's warrant, sealed or not; and its signed head."""
    scene = grown.scene.removal_question
    member = next(one for one in members() if one.id == scene.member)
    with open_world(folder) as world:
        basis = LegalBasis(
            instrument=Instrument.JUDICIAL_WARRANT,
            issuer=Issuer.ARTICLE_THREE_JUDGE,
            document=ORDER,
            expires=date.today() + timedelta(days=200),
            sealed=sealed,
        )
        raw = seal(world, "ny-node", member, question(world, member, scene, NY_DMV, basis=basis))
        return raw, signed_by(world, "ny-node", raw)


def of(folder: Path, owner: str = NY_DMV) -> STORED:
    """The owner's duties as its members see them."""
    with at_node(folder) as verbs:
        found: STORED = verbs(Duties(owner=owner), STORED, lambda *_: None)
    return found


def notice_of(folder: Path) -> StoredDuty:
    (found,) = [one for one in of(folder) if (one.duty.rule, one.duty.kind) == ("us-ny/NY-02", "notify")]
    return found


def test_a_killed_node_keeps_its_duties(grown: BuiltRegion, copy: Callable[[str], Path]) -> None:
    """A deferral by a sealed order and counsel's word on it are there after the process was killed, each once."""
    asker, folder = copy("fed-node"), copy("ny-node")
    with serving(folder) as door:
        reply = door.post(*asked(grown, asker, sealed=True))
        assert isinstance(opened(reply.content), AnswerBody)
        notice = notice_of(folder)
        assert notice.duty.deferred_by == "us-ny/NY-02a"
        before = of(folder)
        door.process.kill()
    assert of(folder) == before
    with serving(folder) as door:
        with at_node(folder) as verbs:
            act = FinishDuty(member="ny-dmv-custodian", duty=notice.id, evidence="letter sent by courier")
            with pytest.raises(ComityError, match="deferred by a sealed order until the end of"):
                verbs(act, StoredDuty, lambda *_: None)
            lift = LiftDeferral(member="ny-dmv-counsel", duty=notice.id, reason="the court knows no such order")
            lifted = verbs(lift, StoredDuty, lambda *_: None)
            done = verbs(act, StoredDuty, lambda *_: None)
        door.process.kill()
    assert (lifted.changed, done.changed) == (1, 2)
    assert notice_of(folder) == done
    with open_world(folder) as world:
        size = int(world.journal.checkpoint().split("\n")[1])
        kinds = [decode_entry(world.journal.entry(index)).facts.kind for index in range(size)]
    assert kinds.count(EntryKind.DUTY_DONE) == kinds.count(EntryKind.DUTY_DEFERRED) == 1


def test_a_node_raises_its_reports_when_it_begins_to_serve(copy: Callable[[str], Path]) -> None:
    """Illinois owes its yearly reports before anybody asks, by rule and beside; a second start raises nothing."""
    folder = copy("il-node")
    for _ in range(2):
        with serving(folder):
            pass
    with open_world(folder) as world:
        raised = world.journal.periodic_duties(IL_POLICE)
        size = int(world.journal.checkpoint().split("\n")[1])
        kinds = [decode_entry(world.journal.entry(index)).facts.kind for index in range(size)]
    assert [one.duty.report for one in raised if one.duty.rule == "us-il/IL-05"] == ["il-ag-annual"]
    assert {one.duty.report for one in raised if one.duty.rule == "comity/REPORT"} == {"il-sos"}
    assert kinds.count(EntryKind.DUTY_RAISED) == 2  # what the law raises, and what the exchange does


def test_every_act_goes_through_the_socket(door: Door) -> None:
    """What a member asks is carried out by the running node, with the same sentences as without it."""
    folder = Path(door.ready["socket"]).parent
    order = SealedOrder(document=ORDER, last_day=date.today() + timedelta(days=30))
    acts = (
        FinishDuty(member="ca-sheriff-custodian", duty="none", evidence="letter sent by courier"),
        ConfirmDuty(member="ca-sheriff-counsel", duty="none", reason="counsel read the rule"),
        LiftDeferral(member="ca-sheriff-counsel", duty="none", reason="counsel read the order"),
        DeferDuty(member="ca-sheriff-counsel", duty="none", order=order, reason="counsel read the order"),
    )
    with at_node(folder) as verbs:
        for act in acts:
            with pytest.raises(ComityError, match="`ca-sheriff` has no duty `none`"):
                verbs(act, StoredDuty, lambda *_: None)
        happening = Happening(owner="ca-sheriff", event="made-public", record_id="none", by="ca-sheriff-counsel")
        assert verbs(Happened(happening=happening), STORED, lambda *_: None) == ()
        for by, sentence in (
            ("ca-sheriff-detective", "may not report events; it needs"),
            ("nobody", "`nobody` is not a member"),
        ):
            with pytest.raises(ComityError, match=sentence):
                verbs(Happened(happening=msgspec.structs.replace(happening, by=by)), STORED, lambda *_: None)
        other = msgspec.structs.replace(happening, owner="ny-dmv")
        with pytest.raises(ComityError, match="is not of `ny-dmv`; its own members report its events"):
            verbs(Happened(happening=other), STORED, lambda *_: None)


def test_a_notice_without_a_seal_is_open(grown: BuiltRegion, copy: Callable[[str], Path]) -> None:
    """The same warrant unsealed: the person is told within three days."""
    asker, folder = copy("fed-node"), copy("ny-node")
    with serving(folder) as door:
        door.post(*asked(grown, asker, sealed=False))
    notice = notice_of(folder)
    assert notice.duty.deferred_until_ms is None
    assert state_of(notice, notice.raised_ms) is DutyState.OPEN


class BrokenThenWell:
    """A clock that runs backwards the first time it is read."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self.read = clock, 0

    def now_ms(self) -> int:
        self.read += 1
        if self.read == 1:
            raise ClockError("the clock ran backwards")
        return self._clock.now_ms()


def test_a_serving_node_goes_on_raising_reports(
    copy: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Trouble is one line for the administrator; the next look raises what is owed."""

    async def until_raised(world: World) -> None:
        with ThreadPoolExecutor(1) as pool:
            looking = asyncio.create_task(keep_raising(world, pool, every_s=0.001))
            while not world.journal.periodic_duties(IL_POLICE):
                await asyncio.sleep(0.001)
            looking.cancel()

    with open_world(copy("il-node")) as world:
        asyncio.run(until_raised(dataclasses.replace(world, clock=BrokenThenWell(world.clock))))
    assert "duties of a new period could not be raised: the clock ran backwards" in capsys.readouterr().err
