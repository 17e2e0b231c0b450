"""Feeds under whatever happens: once caught up, the recipient holds what a literal reading of the law gives it today."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from feed_stage import (
    NEVER_LABELS,
    NEVER_ROLES,
    WORDS,
    check_caught_up,
    copies,
    feed_law,
    held,
    put_in_force,
    records_now,
    running,
    sent,
    signer,
    taken,
    terms,
    turn,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import SEED, TODAY, Stage, make_stage

from comity.demo.agencies import CA_SHERIFF
from comity.demo.records import Region, generate_region
from comity.errors import PeerUnreachableError, WrongUseError
from comity.exchange.feed.feed_round import run_feeds
from comity.exchange.feed.feeds import replay_feed, resume_feed, sign_feed, suspend_feed
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.law.vocabulary import load_vocabulary
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.feed import Cadence, FeedState
from comity.model.record import Record
from long_runs import LONG

WIDE = "permit fields labelled identity, description, event, offence"
NARROW = "permit fields labelled identity, description, offence"
MINUTE_MS, DAY_MS = 60_000, 86_400_000


class Play:
    """One feed, and things that happen to it by a seed."""

    def __init__(self, stage: Stage, rng: random.Random, cadence: Cadence) -> None:
        self.stage, self.rng, self.cadence = stage, rng, cadence
        self.feed = running(stage, cadence=cadence)
        self.world = stage.federation.world_of(CA_SHERIFF)
        self.in_force: str | None = feed_law()
        self.made = 0
        self.weather()

    def record(self) -> Record:
        return self.rng.choice([one for one in records_now(self.stage) if one.data_class in terms().data_classes])

    def load(self) -> None:
        self.made += 1
        self.world.records.load([replace(self.record(), id=f"made-{self.made}", reference=f"M-{self.made}")])

    def correct(self) -> None:
        record = self.record()
        given = GivenField(
            name="name", person=record.people[0].key, values=(f"Ames, Rowan {self.rng.random()}"[:16],)
        )
        correct_record(
            self.world,
            signer(self.stage, "custodian"),
            Correction(record_id=record.id, reason="it was misspelt", fields=(given,)),
        )

    def act(self) -> None:
        what = self.rng.choice(("seal", "expunge", "dispute", "hold"))
        wanted = RecordAct(record_id=self.record().id, act=what, reason="by order of the court")
        act_on_record(self.world, signer(self.stage, "custodian"), wanted)

    def change_law(self) -> None:
        whole = feed_law()
        assert WIDE in whole
        self.in_force = self.rng.choice((None, whole, whole.replace(WIDE, NARROW)))
        put_in_force(self.stage, self.in_force)

    def stop(self) -> None:
        suspend_feed(self.world, signer(self.stage, "sergeant"), self.feed, WORDS)

    def go_on(self) -> None:
        resume_feed(self.world, signer(self.stage, "custodian"), self.feed, WORDS)
        sign_feed(self.world, signer(self.stage, "sheriff"), self.feed, WORDS)

    def replay(self) -> None:
        replay_feed(self.world, signer(self.stage, "custodian"), self.feed, WORDS)

    def wait(self) -> None:
        self.stage.federation.advance(self.rng.choice((1_000, MINUTE_MS, 20 * MINUTE_MS, DAY_MS)))

    def turn(self) -> None:
        """A second, or as long as what did not arrive waits."""
        self.stage.federation.advance(self.rng.choice((1_000, 2 * MINUTE_MS)))
        run_feeds(self.world)

    def weather(self) -> None:
        """Messages are lost, their replies are, or both come twice, until the weather changes."""
        self.stage.federation.meddle = self.rng.choice((None, self._lossy, self._lossy, self._lossy))

    def _lossy(self, node: str, message: bytes) -> bytes:
        fate = self.rng.random()
        if fate < 0.3:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        reply = self.stage.federation.deliver(node, message)
        if fate < 0.7:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        if fate < 0.8:
            self.stage.federation.deliver(node, message)
        return reply

    def settle(self) -> None:
        """Everything that can arrive does."""
        self.stage.federation.meddle = None
        for _ in range(3):
            self.stage.federation.advance(DAY_MS)
            turn(self.stage)


@cache
def whole_region() -> Region:
    """The region, made once; no argument of a property, which would print all of it."""
    return generate_region(SEED, 400, TODAY)


def small_stage(folder: Path) -> Stage:
    """The region with some records of the feed's owner alone, those of classes it carries and others."""
    region = whole_region()
    return make_stage(folder, region, region.records_of(CA_SHERIFF)[:60])


@settings(max_examples=5 * LONG, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), cadence=st.sampled_from(Cadence))
def test_a_recipient_holds_what_it_may_have_today(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cadence: Cadence
) -> None:
    """After any records, seals, expungements, laws, stops and lost messages: exactly that, and nothing when shut."""
    stage = small_stage(tmp_path_factory.mktemp("feed"))
    try:
        play = Play(stage, random.Random(seed), cadence)
        often = (play.load, play.correct, play.act, *([play.turn] * 4), play.go_on)
        acts: tuple[Callable[[], None], ...] = (
            *(play.change_law, play.stop, play.replay, play.wait, play.weather),
            *(often * 2),
        )
        for _ in range(40):
            chosen = play.rng.choice(acts)
            try:
                chosen()
            except WrongUseError:
                assert chosen != play.turn
                continue  # what may not be done now
        play.settle()
        if sent(stage, play.feed).state is FeedState.RUNNING:
            check_caught_up(stage, play.feed, terms(cadence=cadence))
            assert play.in_force is None or taken(stage, play.feed).as_of_ms > 0
        else:
            assert held(stage, play.feed) == {} if sent(stage, play.feed).number else True
        check_never(stage, play.feed)
    finally:
        stage.federation.close()


def check_never(stage: Stage, feed: str) -> None:
    """No copy is of a victim or another third party, and none has a field that no feed carries."""
    vocabulary = load_vocabulary()
    journal = stage.federation.world_of(CA_SHERIFF).journal
    for copy in copies(stage, feed):
        for one in copy.content.fields:
            assert not vocabulary.labels_of(copy.content.data_class, one.field) & NEVER_LABELS
        item = journal.find_item(copy.item_id)
        assert item is not None
        record = stage.federation.world_of(CA_SHERIFF).records.get(CA_SHERIFF, item.record_id)
        assert record is not None
        assert record.get_person(item.person_key).role not in NEVER_ROLES
