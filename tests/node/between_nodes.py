"""What must hold between two nodes with TLS, wherever they run: on one machine, or each in a network of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from serving import entries, opened, wait_for
from two_nodes import ASKER, OWNER, REVOKED, Running, TwoNodes

from comity.demo.agencies import IL_POLICE
from comity.exchange.messages.wire import Turned
from comity.ledger.verify import verify_log_directory
from comity.model.codes import Status
from comity.model.peer_state import BreakerState
from comity.node.nonces import REPLAYED

NOT_LISTED = "its certificate is not one the directory lists"
NOT_TLS13 = "it spoke something else than TLS 1.3"


@dataclass(frozen=True)
class Pair:
    """The two nodes, both running."""

    two: TwoNodes
    asker: Running
    owner: Running
    attempt: Callable[[str], Any]


class BetweenNodes:
    """A subclass says where the nodes run, in a fixture `two`."""

    @pytest.fixture(scope="class")
    @classmethod
    def pair(cls, two: TwoNodes) -> Iterator[Pair]:
        with ExitStack() as stack:
            owner = stack.enter_context(two.serving(OWNER))
            asker = stack.enter_context(two.serving(ASKER))
            yield Pair(two, asker, owner, stack.enter_context(two.intruder()))

    def test_a_question_crosses(self, pair: Pair) -> None:
        """The asker's node asks the owner's over TLS and gets a verified answer; both know each other by their keys."""
        before = pair.owner.metrics()
        source = pair.two.ask()
        assert (source.status, source.verified) == (Status.ANSWERED, True)
        assert pair.owner.ready["address"].startswith(f"https://{pair.two.owner.address}:")
        after = pair.owner.metrics()
        sealed = 'comity_messages_total{outcome="sealed"}'
        assert after[sealed] == before[sealed] + 1
        assert after["comity_log_entries"] == before["comity_log_entries"] + 1
        assert after["comity_ready"] == 1
        assert after["comity_certificate_end_seconds"] > 1_700_000_000
        assert pair.two.peers()[OWNER].breaker is BreakerState.CLOSED

    @pytest.mark.parametrize(
        ("what", "why"),
        [
            ("wrong", NOT_LISTED),
            ("expired", "its certificate has expired"),
            ("none", "it showed no certificate"),
            ("older", NOT_TLS13),
            ("plain", "it spoke plain HTTP"),
        ],
    )
    def test_a_connection_that_proves_nothing_is_refused_counted_and_told(
        self, pair: Pair, what: str, why: str
    ) -> None:
        """No byte of an answer, one more in the count, one line with the address; the log has no room for strangers."""
        counted = f'comity_connections_refused_total{{reason="{why}"}}'
        kept = f'comity_unauthenticated_total{{reason="no connection: {why}"}}'
        size, before = pair.owner.entries(), pair.owner.metrics()
        status, _ = pair.attempt(what)
        assert status == 0
        wait_for(lambda: pair.owner.metrics().get(counted, 0) > before.get(counted, 0))
        after = pair.owner.metrics()
        assert after[counted] == before.get(counted, 0) + 1
        assert after[kept] == before.get(kept, 0) + 1
        wait_for(lambda: pair.owner.said(f"{pair.two.asker.address}: a connection was refused: {why}"))
        assert pair.owner.entries() == size

    def test_a_replay_is_refused_and_entered(self, pair: Pair) -> None:
        """The same request again, and the same message in a fresh request: each one entry and one signed sentence."""
        before = pair.owner.entries()
        (status, _), (again, sentence), (fresh, sealed) = pair.attempt("replay")
        assert (status, again, fresh) == (200, 401, 200)
        assert sentence == REPLAYED
        body = opened(sealed.encode())
        assert isinstance(body, Turned)
        assert "sent before" in body.sentence
        assert pair.owner.entries() == before + 3
        assert pair.owner.said(f"{ASKER}: a message was turned away and entered: {REPLAYED}")

    def test_what_another_node_signed_or_sealed_is_entered(self, pair: Pair) -> None:
        """A listed node may bring neither another's request nor another's message."""
        before = pair.owner.entries()
        (first, signed), (second, sealed) = pair.attempt("borrowed")
        assert (first, second) == (401, 401)
        assert "the HTTP signature is of another node than the connection" in signed
        assert "the message was sealed by another node than the one that brings it" in sealed
        assert pair.owner.entries() == before + 2

    def test_an_unsigned_message_of_a_listed_node_is_counted(self, pair: Pair) -> None:
        """A certificate alone does not speak for a message."""
        before = pair.owner.entries()
        status, sentence = pair.attempt("unsigned")
        assert status == 401
        assert "has no HTTP signature" in sentence
        assert pair.owner.entries() == before

    @pytest.mark.parametrize(
        ("how", "why"),
        [
            ("wrong", f"`il-node` could not be trusted: {NOT_LISTED}"),
            ("older", "`il-node` could not be trusted: it does not speak TLS 1.3"),
            ("plain", "`il-node` could not be trusted: it spoke something else than TLS 1.3"),
        ],
    )
    def test_an_impostor_hears_nothing(self, pair: Pair, how: str, why: str) -> None:
        """Somebody else at a node's address gets no byte of a question; that source has failed, and the log says so."""
        before = pair.asker.entries()
        with pair.two.impostor(how) as heard:
            source = pair.two.ask(IL_POLICE)
        assert source.status is Status.FAILED
        (reason,) = source.reasons
        assert why in reason.because
        content = heard.read_bytes()
        assert b"messages" not in content
        assert b"comity" not in content
        assert pair.asker.entries() == before + 2  # that it was asked, and what came back
        assert why in pair.two.peers()["il-node"].why

    def test_both_logs_verify(self, pair: Pair) -> None:
        """After all of that each log is whole."""
        for node in (pair.asker, pair.owner):
            size = node.entries()
            wait_for(lambda: entries(node.folder) == size)  # noqa: B023  (asked before the loop goes on)
            key = (node.folder / "log.vkey").read_text().strip()
            assert verify_log_directory(node.folder / "log", key).size == size


class Revoking:
    """A subclass says where the nodes run, in a fixture `alone`, which it may change."""

    def test_a_key_that_is_listed_no_more_is_refused(self, alone: TwoNodes) -> None:
        """With the directory's next version the same certificate opens nothing."""
        with alone.serving(OWNER), alone.intruder() as attempt:
            status, _ = attempt("revoked")
            assert status == 200  # believed to be who it is, and told that it may not ask for another's agency
        alone.relist(REVOKED, certificate="", certificate_pem="")
        with alone.serving(OWNER) as owner, alone.intruder() as attempt:
            before = owner.entries()
            assert attempt("revoked")[0] == 0
            wait_for(lambda: owner.said(f"{alone.asker.address}: a connection was refused: {NOT_LISTED}"))
            assert owner.entries() == before
