"""`comity feed` and `comity ask --copies` over two served nodes: the copy comes by itself, leads to its owner, and goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cli_stage import Called, Stage, call, refused
from feed_examples import OPEN, WHY, acted, opened, put_in_force
from test_cli_node import served

WAITS_S = 40.0  # served nodes turn every second; a loaded machine is slower


def wait_for(look: Callable[[], Any], is_there: Callable[[Any], bool]) -> Any:
    """What a look shows once it is there."""
    until = time.monotonic() + WAITS_S
    while not is_there(found := look()):
        assert time.monotonic() < until, found
        time.sleep(0.2)
    return found


def test_a_copy_comes_leads_to_its_owner_and_goes(stage: Stage, tmp_path: Path) -> None:
    """Opened and signed at the owner, brought by the nodes; asked by it, the owner answers; suspended, it is empty."""
    owner, recipient = stage.copy("ca-node", tmp_path), stage.copy("wa-node", tmp_path)
    put_in_force(owner, recipient)
    with served(owner), served(recipient):
        feed = opened(node=owner)

        def looked() -> Any:
            found = call("feed", "list", "--node", recipient, "--as", "wa-police-custodian", "--json").json
            return found[0] if found else None

        there = wait_for(looked, lambda one: one is not None and one["lag_s"] is not None)
        assert (there["id"], there["direction"], there["state"]) == (feed, "in", "running")
        asked = ask(recipient)
        assert asked.status == 0, asked.err
        (source,) = asked.json["sources"]
        assert (source["agency"], source["receipt_verified"]) == ("ca-sheriff", True)
        (copy,) = asked.json["copies"]
        assert (copy["owner"], copy["feed"]) == ("ca-sheriff", feed)
        assert 0 <= copy["lag_s"] < WAITS_S + 900
        acted("suspend", "sergeant", feed, node=owner)
        gone = wait_for(looked, lambda one: one["state"] == "suspended")
        assert gone["number"] > there["number"]
        told = refused(*words(recipient))
        assert "without --copies" in told


def words(recipient: Path) -> tuple[str | Path, ...]:
    return (
        *("ask", "--node", recipient, "--as", "wa-police-detective", "--purpose", "criminal-investigation"),
        *("--case", "26-01417", "--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19"),
        *("--class", "booking", "--class", "case", "--copies", "--json"),
    )


def ask(recipient: Path) -> Called:
    return call(*words(recipient))


def test_a_feed_is_shown_as_text(stage: Stage, tmp_path: Path) -> None:
    """Between whom, for what, under which agreement, by whom signed and how old the copy is."""
    owner, recipient = stage.copy("ca-node", tmp_path), stage.copy("wa-node", tmp_path)
    assert "there is no feed" in call("feed", "list", "--node", owner, "--as", "ca-sheriff-custodian").out
    put_in_force(owner, recipient)
    feed = opened(node=owner)
    shown = call("feed", "show", "--node", owner, "--as", "ca-sheriff-custodian", feed)
    assert shown.status == 0
    for told in (feed, "running", "ca-sheriff to wa-police, continuous", "under ACSO-CCPD-FEED-2026", "nothing whole yet",
                 "signed by ca-sheriff-sheriff (agency-head)", WHY[1]):  # fmt: skip
        assert told in shown.out, told
    wrong = [word if word != "ACSO-CCPD-FEED-2026" else "ACSO-CCPD-2026" for word in OPEN]
    told = refused("feed", "open", "--node", owner, "--as", "ca-sheriff-custodian", *WHY, *wrong)
    assert "access feed" in told
    assert "no feed" in refused("feed", "show", "--node", owner, "--as", "ca-sheriff-custodian", "f" * 32)
