"""Three nodes that speak TLS: the asker and the owner know each other's keys, and reach each other through a broker alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace
from serving import entries, wait_for
from test_two_nodes import HERE, free_ports
from two_nodes import ASKER, OWNER, Running, TwoNodes, make_two

from comity.demo.build import BuiltRegion
from comity.ledger.verify import verify_log_directory
from comity.model.agency import Directory
from comity.model.canon import digest
from comity.model.codes import Status
from comity.model.peer_state import BreakerState
from comity.settings import DIRECTORY_FILE, SETTINGS_FILE, read_settings, write_noun

BROKER = "fed-node"


@dataclass(frozen=True)
class Three:
    two: TwoNodes
    asker: Running
    broker: Running
    owner: Running


def pin(two: TwoNodes, name: str, directory: Directory) -> None:
    write_noun(two.node(name) / DIRECTORY_FILE, directory)
    write_noun(
        two.node(name) / SETTINGS_FILE,
        replace(read_settings(two.node(name)), directory_hash=digest(directory)),
    )


def through_broker(two: TwoNodes) -> None:
    """The owner is reached through the broker; at the asker its address is one where nobody listens, and the other way."""
    held = two.directory()
    nodes = tuple(
        replace(one, broker=one.id == BROKER, via=BROKER if one.id == OWNER else "") for one in held.nodes
    )
    listed = replace(held, version=held.version + 1, nodes=nodes)
    (nowhere,) = free_ports(1)
    for name, hidden in ((ASKER, OWNER), (OWNER, ASKER), (BROKER, "")):
        seen = tuple(
            replace(one, address=f"https://127.0.0.1:{nowhere}") if one.id == hidden else one for one in nodes
        )
        pin(two, name, replace(listed, nodes=seen))


@pytest.fixture(scope="module")
def three(grown: BuiltRegion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Three]:
    two = make_two(grown, tmp_path_factory.mktemp("three"), HERE, HERE, free_ports(5))
    through_broker(two)
    with ExitStack() as stack:
        owner = stack.enter_context(two.serving(OWNER))
        broker = stack.enter_context(two.serving(BROKER))
        asker = stack.enter_context(two.serving(ASKER))
        yield Three(two, asker, broker, owner)


def test_a_question_crosses_through_the_broker(three: Three) -> None:
    """A verified answer; one entry at the broker; asker and owner never connected."""
    nodes = (three.asker, three.broker, three.owner)
    before = [node.entries() for node in nodes]
    source = three.two.ask()
    assert (source.status, source.verified) == (Status.ANSWERED, True)
    assert [node.entries() - size for node, size in zip(nodes, before, strict=True)] == [2, 1, 1]
    states = three.two.peers()
    assert states[BROKER].breaker is BreakerState.CLOSED
    assert (states[OWNER].failures, states[OWNER].breaker) == (0, BreakerState.CLOSED)


def test_an_owner_that_stops_costs_its_own_status_and_the_brokers_breaker(
    grown: BuiltRegion, tmp_path: Path
) -> None:
    """Unreachable, through whom; the asker's breaker for the broker stays closed, since the broker answers."""
    two = make_two(grown, tmp_path, HERE, HERE, free_ports(5))
    through_broker(two)
    with two.serving(BROKER) as broker, two.serving(ASKER):
        size = broker.entries()
        source = two.ask()
        assert source.status is Status.UNREACHABLE
        (reason,) = source.reasons
        assert f"through the broker `{BROKER}`: `{OWNER}` could not be reached" in reason.because
        assert broker.entries() == size + 2  # that it was carried, and that it did not arrive
        assert two.peers()[BROKER].breaker is BreakerState.CLOSED


def test_a_broker_that_stops_is_named(grown: BuiltRegion, tmp_path: Path) -> None:
    """The owner runs, and nobody says of it that it does not."""
    two = make_two(grown, tmp_path, HERE, HERE, free_ports(5))
    through_broker(two)
    with two.serving(OWNER) as owner, two.serving(ASKER):
        size = owner.entries()
        source = two.ask()
        assert source.status is Status.UNREACHABLE
        assert f"through the broker `{BROKER}`: `{BROKER}` could not be reached" in source.reasons[0].because
        assert owner.entries() == size


def test_all_three_logs_verify(three: Three) -> None:
    """After all of that each log is whole."""
    for node in (three.asker, three.broker, three.owner):
        size = node.entries()
        wait_for(lambda: entries(node.folder) == size)  # noqa: B023  (asked before the loop goes on)
        key = (node.folder / "log.vkey").read_text().strip()
        assert verify_log_directory(node.folder / "log", key).size == size
