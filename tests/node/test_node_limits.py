"""Request limits, remembered nonces and breakers: what is bounded, by a clock that the tests move."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import RejectedMessageError
from comity.model.peer_state import BreakerState
from comity.node.breaker import FIRST_PAUSE_MS, LONGEST_PAUSE_MS, OPENS_AFTER, TRIAL_MS, Breaker
from comity.node.limits import BURST_S, Buckets, node_buckets
from comity.node.nonces import REPLAYED, NonceWindow
from comity.sim.federation import SimClock, SimRandomness


@given(st.lists(st.integers(0, 3_000), max_size=60))
def test_no_more_pass_than_burst_and_pace_allow(waits_ms: list[int]) -> None:
    """Over any stretch of time: the burst, and what the pace adds; whoever waits long enough passes again."""
    buckets, now, passed = Buckets(2.0, 5.0), 0, 0
    for wait in waits_ms:
        now += wait
        passed += buckets.take("one", now)
        assert passed <= 5 + now * 2 / 1000 + 1e-6
    assert buckets.take("one", now + 2_500)


def test_a_sender_does_not_use_up_anothers_share() -> None:
    """Each has a bucket of its own, and a clock that stands still fills none."""
    buckets = node_buckets(3)
    assert sum(buckets.take("loud", 7) for _ in range(50)) == 3 * BURST_S
    assert buckets.take("quiet", 7)
    assert not buckets.take("loud", 6)


def test_senders_remembered_are_bounded() -> None:
    """Of many addresses the oldest is forgotten, and begins anew."""
    buckets = Buckets(0.001, 1.0, most=3)
    assert [buckets.take(name, 0) for name in "aabcd"] == [True, False, True, True, True]
    assert buckets.take("a", 0)


def test_a_nonce_is_used_once_while_it_counts() -> None:
    """Refused until its signature has ended; of another node it is another."""
    window = NonceWindow()
    assert window.use("a-node", "1", 120, 0)
    assert window.use("b-node", "1", 120, 0)
    for now_s in (0, 60, 120):
        with pytest.raises(RejectedMessageError, match=REPLAYED):
            window.use("a-node", "1", 120, now_s)
    assert window.size() == 2
    assert window.use("a-node", "1", 300, 121)
    assert window.size() == 1


def test_a_full_window_takes_nothing_and_forgets_nothing() -> None:
    """Where memory ends, messages wait; what was used stays refused."""
    window = NonceWindow(most=2)
    assert window.use("a-node", "1", 100, 0)
    assert window.use("a-node", "2", 200, 0)
    assert not window.use("a-node", "3", 100, 0)
    with pytest.raises(RejectedMessageError):
        window.use("a-node", "1", 100, 0)
    assert window.use("a-node", "3", 200, 101)


def breaker() -> tuple[Breaker, SimClock]:
    clock = SimClock()
    return Breaker("far", clock, SimRandomness("breaker")), clock


def opened() -> tuple[Breaker, SimClock]:
    made, clock = breaker()
    for _ in range(OPENS_AFTER):
        assert made.ask() == 0
        made.failed("gone")
    return made, clock


def test_a_breaker_opens_after_failures_in_a_row() -> None:
    """An answer between them begins the row anew."""
    made, _ = breaker()
    for _ in range(OPENS_AFTER - 1):
        made.failed("gone")
    made.succeeded()
    for _ in range(OPENS_AFTER - 1):
        made.failed("gone")
    assert made.ask() == 0
    made.failed("gone")
    assert 0 < made.ask() <= FIRST_PAUSE_MS
    assert made.state().breaker is BreakerState.OPEN
    assert (made.state().failures, made.state().why) == (2 * OPENS_AFTER - 1, "gone")


def test_one_message_tries_and_the_others_do_not_wait_for_it() -> None:
    """After the pause one trial; while it runs everybody else is told at once; its success closes the breaker."""
    made, clock = opened()
    clock.at_ms += FIRST_PAUSE_MS
    assert made.state().breaker is BreakerState.HALF_OPEN
    assert made.ask() == 0
    assert made.ask() > 0
    made.succeeded()
    assert [made.ask(), made.ask()] == [0, 0]
    assert made.state().breaker is BreakerState.CLOSED


def test_each_failed_trial_waits_longer_up_to_a_bound() -> None:
    """Half to the whole of twice as much each time, never more than a minute."""
    made, clock = opened()
    for number in range(1, 12):
        clock.at_ms += LONGEST_PAUSE_MS
        assert made.ask() == 0
        made.failed("gone")
        whole = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2**number)
        assert whole // 2 <= made.ask() <= whole


def test_what_went_out_before_it_opened_counts_once() -> None:
    """Many that waited together for a dead peer do not make the pause long."""
    made, _ = opened()
    for _ in range(40):
        made.failed("gone")
    assert made.ask() <= FIRST_PAUSE_MS
    assert made.state().failures == OPENS_AFTER + 40


def test_a_trial_that_nobody_reports_on_ends() -> None:
    """One that learnt nothing, and one whose thread never came back, let the next try."""
    made, clock = opened()
    clock.at_ms += FIRST_PAUSE_MS
    assert made.ask() == 0
    made.gave_up()
    assert made.ask() == 0
    assert made.ask() > 0
    clock.at_ms += TRIAL_MS
    assert made.ask() == 0
