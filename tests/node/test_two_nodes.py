"""Two nodes that speak TLS on one machine."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from between_nodes import BetweenNodes, Revoking
from serving import wait_for
from two_nodes import ASKER, OWNER, Host, TwoNodes, make_two

from comity.demo.build import BuiltRegion
from comity.node.witnesses import POLICY_FILE

HERE = Host("127.0.0.1")


def free_ports(count: int) -> tuple[int, ...]:
    """Ports nobody uses, held open together so that none is given twice."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in held:
            one.bind((HERE.address, 0))
        return tuple(one.getsockname()[1] for one in held)


class TestOnOneMachine(BetweenNodes):
    """Both nodes at 127.0.0.1."""

    @pytest.fixture(scope="class")
    @classmethod
    def two(cls, grown: BuiltRegion, tmp_path_factory: pytest.TempPathFactory) -> TwoNodes:
        return make_two(grown, tmp_path_factory.mktemp("two"), HERE, HERE, free_ports(5))


class TestRevokedOnOneMachine(Revoking):
    """The same, for a key that goes."""

    @pytest.fixture
    def alone(self, grown: BuiltRegion, tmp_path: Path) -> TwoNodes:
        return make_two(grown, tmp_path, HERE, HERE, free_ports(5))


def test_a_witness_is_reached_over_tls(grown: BuiltRegion, tmp_path: Path) -> None:
    """A partner node that serves TLS alone cosigns the log: the witness's door asks for the same certificate as any other."""
    two = make_two(grown, tmp_path, HERE, HERE, free_ports(5))
    listing = two.directory().find_node(OWNER)
    assert listing is not None
    policy = f"witness partner {listing.witness_key} {listing.address}/witness\nquorum partner\n"
    (two.node(ASKER) / POLICY_FILE).write_text(policy, encoding="utf-8")
    with two.serving(OWNER), two.serving(ASKER):
        wait_for((two.node(ASKER) / "log" / "witnessed").is_file)
        assert two.ask().verified
