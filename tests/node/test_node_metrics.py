"""Metrics: exact text, and nothing in it that depends on what an answer said."""

from __future__ import annotations

from comity.model.feed import FeedLag
from comity.model.peer_state import BreakerState, PeerState
from comity.node.metrics import Metrics, Outcome, Reading

READING = Reading(
    entries=7,
    unauthenticated={'a "quoted" \\ reason\nof two lines': 2},
    peers=(PeerState(node="far", breaker=BreakerState.HALF_OPEN, failures=9),),
    ready=True,
    nonces=3,
    certificate_ends_s=1_800_000_000,
    feeds=(FeedLag(feed="0f", end="recipient", lag_ms=61_500),),
)
WHOLE = r"""# TYPE comity_messages counter
# HELP comity_messages Messages at the public door, by what their senders were told.
comity_messages_total{outcome="sealed"} 2
comity_messages_total{outcome="unauthenticated"} 0
comity_messages_total{outcome="entered"} 0
comity_messages_total{outcome="limited"} 1
comity_messages_total{outcome="closed"} 0
# TYPE comity_unauthenticated counter
# HELP comity_unauthenticated Messages nobody vouched for, since the node was made.
comity_unauthenticated_total{reason="a \"quoted\" \\ reason\nof two lines"} 2
# TYPE comity_connections_refused counter
# HELP comity_connections_refused Connections at the public door that were not let in.
comity_connections_refused_total{reason="it showed no certificate"} 1
# TYPE comity_log_entries gauge
# HELP comity_log_entries Entries in the disclosure log.
comity_log_entries 7
# TYPE comity_commit_seconds histogram
# UNIT comity_commit_seconds seconds
# HELP comity_commit_seconds Waits for a commit of the log.
comity_commit_seconds_bucket{le="0.001"} 1
comity_commit_seconds_bucket{le="0.0025"} 1
comity_commit_seconds_bucket{le="0.005"} 2
comity_commit_seconds_bucket{le="0.01"} 2
comity_commit_seconds_bucket{le="0.025"} 2
comity_commit_seconds_bucket{le="0.05"} 2
comity_commit_seconds_bucket{le="0.1"} 2
comity_commit_seconds_bucket{le="0.25"} 2
comity_commit_seconds_bucket{le="0.5"} 2
comity_commit_seconds_bucket{le="1.0"} 2
comity_commit_seconds_bucket{le="2.5"} 2
comity_commit_seconds_bucket{le="5.0"} 2
comity_commit_seconds_bucket{le="+Inf"} 3
comity_commit_seconds_sum 60.006
comity_commit_seconds_count 3
# TYPE comity_peer_breaker stateset
# HELP comity_peer_breaker Whether another node is asked.
comity_peer_breaker{peer="far",comity_peer_breaker="closed"} 0
comity_peer_breaker{peer="far",comity_peer_breaker="open"} 0
comity_peer_breaker{peer="far",comity_peer_breaker="half-open"} 1
# TYPE comity_peer_failures counter
# HELP comity_peer_failures Times another node was not reached, since the start.
comity_peer_failures_total{peer="far"} 9
# TYPE comity_remembered_nonces gauge
# HELP comity_remembered_nonces Nonces of requests that could still be replayed.
comity_remembered_nonces 3
# TYPE comity_certificate_end_seconds gauge
# UNIT comity_certificate_end_seconds seconds
# HELP comity_certificate_end_seconds When the node's certificate ends.
comity_certificate_end_seconds 1800000000
# TYPE comity_feed_lag_seconds gauge
# UNIT comity_feed_lag_seconds seconds
# HELP comity_feed_lag_seconds Age of the state a feed's copy has whole.
comity_feed_lag_seconds{feed="0f",end="recipient"} 61
# TYPE comity_stamp_seconds gauge
# UNIT comity_stamp_seconds seconds
# HELP comity_stamp_seconds When the log was last stamped, 0 for never.
comity_stamp_seconds 0
# TYPE comity_ready gauge
# HELP comity_ready 1 when a question would be answered.
comity_ready 1
# EOF
"""


def test_the_text_is_exact() -> None:
    """Families, units, labels escaped, a histogram that adds up, and the end."""
    metrics = Metrics()
    for outcome in (Outcome.SEALED, Outcome.LIMITED, Outcome.SEALED):
        metrics.message(outcome)
    metrics.connection_refused("it showed no certificate")
    for seconds in (0.001, 0.005, 60.0):
        metrics.commit(seconds)
    assert metrics.text(READING) == WHOLE


def test_outcomes_say_nothing_of_an_answer() -> None:
    """A sealed reply is one number, whether it released something, nothing, or turned the question away."""
    assert {one.value for one in Outcome} == {"sealed", "unauthenticated", "entered", "limited", "closed"}
