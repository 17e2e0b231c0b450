"""What agencies of a simulation do about a foreign partner: transmit, suspend, resume, correct, take a receipt in."""

from __future__ import annotations

from hashlib import sha256

from comity.exchange.delivery.push import push_deliveries
from comity.exchange.records.correct import correct_record
from comity.exchange.transmission.mail_receipt import take_mail_receipt
from comity.exchange.transmission.suspend_partner import resume_partner, suspend_partner
from comity.exchange.transmission.transmit import prepare_transmission, release_transmission
from comity.model.canon import canonical_bytes
from comity.model.codes import Status
from comity.model.correction import Correction, GivenField
from comity.model.transmission import MailReceipt, TransmissionWanted
from comity.node.agreements import suspend_agreement
from comity.sim.network import SIGNED
from comity.sim.play import Play
from comity.sim.scene import FOREIGN, agreement_name, member_of, node_of

CHARGES = ("Theft", "Theft in the second degree", "Receiving stolen goods")


def transmit(play: Play) -> None:
    """A detective prepares, a supervisor releases, and now and then the first of both channels is tried at once."""
    agency = play.some_agency()
    word = play.rng.choice(("removed", "removed", "claimed"))
    wanted = TransmissionWanted(partner=FOREIGN, record_id=f"{agency}-{word}", case_number="26-0001")
    world = play.world(agency)
    prepared = prepare_transmission(world, member_of(agency, "detective"), wanted)
    if word == "claimed" and prepared.status is not Status.NOTHING_RELEASABLE:
        play.seen.findings.append(f"{agency} would tell abroad of somebody who claimed protection")
    if prepared.status is Status.HELD:
        release_transmission(world, member_of(agency, "supervisor"), prepared.id)
    if play.rng.random() < 0.4:
        push_deliveries(world)


def suspend_abroad(play: Play) -> None:
    """A supervisor suspends the partner, or the head takes the agreement out of force; what is queued is tried at once."""
    agency = play.some_agency()
    node = play.node(agency)
    if play.rng.random() < 0.7:
        suspend_partner(node.world, member_of(agency, "supervisor"), FOREIGN, "detained without a charge")
    else:
        suspend_agreement(node.world, node.folder, agreement_name(agency, FOREIGN), agency, "a quarrel")
    push_deliveries(node.world)


def resume_abroad(play: Play) -> None:
    """The head of an agency that suspended resumes."""
    stands = [(one, play.world(one).journal.transmissions.suspension(one, FOREIGN)) for one in play.honest]
    suspended = [agency for agency, one in stands if one is not None and one.suspended]
    if not suspended:
        return
    agency = play.rng.choice(suspended)
    world = play.world(agency)
    resume_partner(world, member_of(agency, "head"), FOREIGN, "assurances given in writing")
    push_deliveries(world)


def correct_abroad(play: Play) -> None:
    """A custodian corrects the charge that may have been told abroad."""
    agency = play.some_agency()
    given = GivenField(person="", name="charge", values=(play.rng.choice(CHARGES),))
    correction = Correction(record_id=f"{agency}-removed", reason="as the court of appeal found", fields=(given,))
    correct_record(play.world(agency), member_of(agency, "custodian"), correction)


def sign_abroad(play: Play) -> None:
    """The partner signs for an e-mail it got, and a detective takes the receipt in."""
    agency = play.some_agency()
    came = [one for one in play.seen.mailed if one.node == node_of(agency)]
    if came:
        receipt = MailReceipt(hash="sha256:" + sha256(play.rng.choice(came).document).hexdigest())
        signed = SIGNED + FOREIGN.encode() + b"\n" + canonical_bytes(receipt)
        take_mail_receipt(play.world(agency), member_of(agency, "detective"), FOREIGN, signed)
