"""Two nodes, each in a network namespace of its own, joined by one line: what two hosts see of each other.

Needs root and `ip` of iproute2; the continuous run has both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from between_nodes import BetweenNodes, Revoking
from two_nodes import Host, TwoNodes, make_two

from comity.demo.build import BuiltRegion

PORTS = (8443, 8444, 8445, 8446, 8447)
ASKER_ADDRESS, OWNER_ADDRESS = "10.77.0.1", "10.77.0.2"  # seen inside the two namespaces only
NOT_CHECKED = "two hosts were not made: namespaces need root and iproute2; .ci/run makes them, or test as root"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def can_make_hosts() -> bool:
    """Whether this machine lets us make a network namespace."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"comity-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True).returncode == 0
    if made:
        ip("netns", "del", name)
    return made


@contextmanager
def two_hosts() -> Iterator[tuple[Host, Host]]:
    """Two namespaces with one address each, and a line between them; gone when the body ends."""
    number = os.getpid()
    names = (f"comity-a-{number}", f"comity-b-{number}")
    ends = (f"cma{number}", f"cmb{number}")
    with ExitStack() as stack:
        for name in names:
            ip("netns", "add", name)
            stack.callback(ip, "netns", "del", name)
        ip("link", "add", ends[0], "netns", names[0], "type", "veth", "peer", "name", ends[1], "netns", names[1])
        for name, end, address in zip(names, ends, (ASKER_ADDRESS, OWNER_ADDRESS), strict=True):
            ip("-n", name, "addr", "add", f"{address}/30", "dev", end)
            ip("-n", name, "link", "set", end, "up")
            ip("-n", name, "link", "set", "lo", "up")
        hosts = tuple(
            Host(address, ("ip", "netns", "exec", name))
            for name, address in zip(names, (ASKER_ADDRESS, OWNER_ADDRESS), strict=True)
        )
        yield hosts[0], hosts[1]


@pytest.fixture(scope="module")
def hosts() -> Iterator[tuple[Host, Host]]:
    if not can_make_hosts():
        pytest.skip(NOT_CHECKED)
    with two_hosts() as made:
        yield made


class TestOnTwoHosts(BetweenNodes):
    """The asker's node on one, the owner's on the other; the intruder stands beside the asker."""

    @pytest.fixture(scope="class")
    @classmethod
    def two(
        cls, grown: BuiltRegion, hosts: tuple[Host, Host], tmp_path_factory: pytest.TempPathFactory
    ) -> TwoNodes:
        return make_two(grown, tmp_path_factory.mktemp("hosts"), *hosts, PORTS)

    def test_the_two_have_nothing_but_the_line(self, hosts: tuple[Host, Host]) -> None:
        """The owner's address is not of the asker's host: what crossed went over the line."""
        for host, other in (hosts, hosts[::-1]):
            shown = subprocess.run(
                [*host.words, "ip", "-o", "addr"], check=True, capture_output=True, text=True
            ).stdout
            assert host.address in shown
            assert other.address not in shown


class TestRevokedOnTwoHosts(Revoking):
    """The same, for a key that goes."""

    @pytest.fixture
    def alone(self, grown: BuiltRegion, hosts: tuple[Host, Host], tmp_path: Path) -> TwoNodes:
        return make_two(grown, tmp_path, *hosts, PORTS)
