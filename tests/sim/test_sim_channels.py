"""The checker of channels can fail: for each, bytes, rows or code are broken on purpose, and it says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from sim_stage import SOUTH, finish
from test_sim_check import told

from comity.errors import DutyRefusedError
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.records.correct import correct_record
from comity.exchange.transmission.suspend_partner import suspend_partner
from comity.model.correction import Correction, GivenField
from comity.node.agreements import suspend_agreement
from comity.ports import World
from comity.sim.abroad_verbs import correct_abroad, resume_abroad, sign_abroad, suspend_abroad, transmit
from comity.sim.channels import check_channels
from comity.sim.check import Log
from comity.sim.faults import CALM
from comity.sim.leaving import check_mailed
from comity.sim.network import NetworkMail
from comity.sim.play import Play
from comity.sim.run import Simulation
from comity.sim.scene import FOREIGN, agreement_name, member_of
from comity.sim.seen import Mailed


def send(play: Play) -> None:
    """Transmissions of every agency, until each sent something on both channels."""
    while {one.node for one in play.seen.mailed} != {"north", "south", "west"}:
        transmit(play)
        for agency in play.honest:
            push_deliveries(play.world(agency))


def mailed_by(play: Play, node: str = "south") -> Mailed:
    return next(one for one in play.seen.mailed if one.node == node)


def channels(play: Play) -> list[str]:
    logs = {name: Log(name, node.folder) for name, node in play.nodes.items()}
    return check_channels({name: (log.folder, log.rows) for name, log in logs.items()}, play.seen)


def test_calm_channels_have_no_findings(play: Play) -> None:
    """Transmitted, signed for, corrected, suspended and resumed: nothing is wrong, and both channels carried much."""
    send(play)
    for verb in (sign_abroad, correct_abroad, suspend_abroad, transmit, resume_abroad, sign_abroad):
        with suppress(DutyRefusedError):  # who is suspended prepares nothing
            verb(play)
        for agency in play.honest:
            push_deliveries(play.world(agency))
    assert len(play.seen.mailed) >= 3
    for agency in play.honest:
        for _ in range(3):
            play.nodes["north"].around.time.at_ms += 3_600_000
            push_deliveries(play.world(agency))
    assert finish(play) == []


class Bending:
    """Mail that alters one value of each document on its way out."""

    def __init__(self, held: NetworkMail) -> None:
        self._held = held

    def post(self, partner: str, name: str, document: bytes) -> None:
        self._held.post(partner, name, document.replace(b"Theft", b"Arson"))

    def open_receipt(self, partner: str, signed: bytes) -> bytes:
        return self._held.open_receipt(partner, signed)


def test_a_channel_that_carries_something_else(simulation: Simulation) -> None:
    """One word is another in the e-mail: the moment it leaves, and at the end."""

    def bend(world: World) -> World:
        assert isinstance(world.mail, NetworkMail)
        return replace(world, mail=Bending(world.mail))

    play = simulation.begin("bent", Random(1), CALM, bend)
    try:
        send(play)
        assert told(play.seen.findings, "whose hash stands in no entry")
        assert told(play.seen.findings, "that its record does not say: charge")
        assert told(channels(play), "the channels of the transmission", "differ")
        assert told(channels(play), "is in no entry of a release")
    finally:
        simulation.close(play)


def suspend(play: Play) -> None:
    suspend_partner(play.world(SOUTH), member_of(SOUTH, "supervisor"), FOREIGN, "detained without a charge")


def end_agreement(play: Play) -> None:
    node = play.node(SOUTH)
    suspend_agreement(node.world, node.folder, agreement_name(SOUTH, FOREIGN), SOUTH, "a quarrel")


def correct(play: Play) -> None:
    given = GivenField(person="", name="charge", values=("Trespass",))
    correction = Correction(record_id=f"{SOUTH}-removed", reason="as the court of appeal found", fields=(given,))
    correct_record(play.world(SOUTH), member_of(SOUTH, "custodian"), correction)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (suspend, "while its partner was suspended"),
        (end_agreement, "without its agreement in force"),
        (correct, "that its record does not say: charge"),
    ],
)
def test_a_document_that_leaves_too_late(play: Play, act: Callable[[Play], None], words: str) -> None:
    """The same e-mail is right before, and a finding after: the check looks at what is committed when it leaves."""
    send(play)
    mailed, folder = mailed_by(play), play.node(SOUTH).folder
    assert check_mailed(folder, mailed, play.seen) == []
    act(play)
    assert told(check_mailed(folder, mailed, play.seen), words)


def edited(mailed: Mailed, edit: Callable[[dict[str, Any]], None]) -> Mailed:
    document = json.loads(mailed.document)
    edit(document)
    return replace(mailed, document=json.dumps(document, separators=(",", ":")).encode())


def test_a_document_about_somebody_who_claimed_protection(play: Play) -> None:
    """Whatever it says: that it left at all is the finding. Nor may one leave that no act made."""
    send(play)
    mailed, folder = mailed_by(play), play.node(SOUTH).folder
    about = edited(mailed, lambda document: document.update(reference="R-claimed"))
    assert told(check_mailed(folder, about, play.seen), "somebody who claimed protection")
    assert told(check_mailed(folder, replace(mailed, name="0" * 32), play.seen), "no act of its own made")


def test_a_recall_that_differs_and_a_channel_that_never_ends(play: Play) -> None:
    """A recall by mail is what the circuit carries; and after a calm day nothing waits."""
    send(play)
    correct(play)
    push_deliveries(play.world(SOUTH))
    assert channels(play) == []
    recall = next(one for one in play.seen.mailed if b'"type":"recall"' in one.document)
    play.seen.mailed.append(replace(recall, document=recall.document.replace(b"corrected", b"withdrawn")))
    assert told(channels(play), "another by mail than on the circuit")
    play.seen.mailed.pop()
    play.network.part("north", "xa")
    while not told(channels(play), "transmission-due of north never left"):
        transmit(play)
        play.network.nodes["north"].around.time.at_ms += 1_000
        push_deliveries(play.world("north-police"))
