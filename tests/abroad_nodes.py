"""Two nodes on disk, an owner's and a foreign partner's, under the template agreement: as `comity` opens and serves them."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from comity.demo.agencies import REMOVAL_OPERATIONS, directory_agencies, members
from comity.demo.laws import texts_for
from comity.exchange.records.intake import take_in
from comity.law.attested import attested_facts
from comity.model.agency import Directory
from comity.node.change_law import activate_texts, sign_text
from comity.node.init import NodePlan, make_keys, write_node
from comity.node.keys import agency_key
from comity.node.open_world import open_world
from comity.settings import SETTINGS_FILE, MailPartner, MailSettings, read_settings, write_noun
from mail_keys import certify, mail_key, write_pair
from transmit_stage import PARTNER, agreement, clerk, history, partner_agency

OWNERS_NODE, PARTNERS_NODE = "fed-node", "xa-node"
VOUCHED = {"about-views": "no", "crime-related": "yes"}


@dataclass(frozen=True)
class AbroadNodes:
    """The folder with both."""

    folder: Path

    @property
    def owner(self) -> Path:
        return self.folder / OWNERS_NODE

    @property
    def partner(self) -> Path:
        return self.folder / PARTNERS_NODE

    @property
    def keys(self) -> Path:
        """Everybody's mail keys."""
        return self.folder / "mail"

    def set_up_mail(self, port: int) -> None:
        """Let the owner's node send e-mail by a server on this machine."""
        mail = MailSettings(
            host="localhost",
            port=port,
            sender="removal@owner.example",
            key="../mail/own.key",
            certificate="../mail/own.crt",
            authorities="../mail/server.crt",
            partners={PARTNER: MailPartner(address="office@partner.example", certificate="../mail/partner.crt")},
        )
        write_noun(self.owner / SETTINGS_FILE, replace(read_settings(self.owner), mail=mail))

    def server_context(self) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(self.keys / "server.crt", self.keys / "server.key")
        return made


def make_abroad_nodes(folder: Path) -> AbroadNodes:
    """Keys, one directory, law and two histories; the doors are on ports that nobody uses now."""
    own = next(one for one in directory_agencies() if one.id == REMOVAL_OPERATIONS)
    ports = _free_ports()
    plans = (
        NodePlan(folder / OWNERS_NODE, OWNERS_NODE, ports[0], (own,), invented=True),
        NodePlan(folder / PARTNERS_NODE, PARTNERS_NODE, ports[1], (partner_agency(),), invented=True),
    )
    made = [make_keys(plan) for plan in plans]
    directory = Directory(
        version=1, agencies=tuple(one for _, listed in made for one in listed), nodes=tuple(one for one, _ in made)
    )
    for plan in plans:
        write_node(plan, directory, (*members(), clerk()))
    key_files = {one.id: agency_key(plan.folder, one.id) for plan in plans for one in plan.agencies}
    texts = {REMOVAL_OPERATIONS: (*texts_for(REMOVAL_OPERATIONS)[:2], agreement()), PARTNER: (agreement(),)}
    for plan in plans:
        (agency,) = plan.agencies
        with open_world(plan.folder) as world:
            signed = []
            for text, signers in texts[agency.id]:
                for signer, role in signers:
                    text = sign_text(text, signer, role, key_files[signer])
                signed.append(text)
            activate_texts(world, plan.folder / "law", agency.id, tuple(signed))
            if agency.id == REMOVAL_OPERATIONS:
                records = (history(1), history(2))
                take_in(world, agency.id, records, "a test", attested=attested_facts("entry", VOUCHED))
    keys = folder / "mail"
    for name, address in (("own", "removal@owner.example"), ("partner", "office@partner.example")):
        write_pair(keys, name, mail_key(name), certify(mail_key(name), address))
    server = mail_key("server", "ec")
    write_pair(keys, "server", server, certify(server, "mail", host="localhost"))
    return AbroadNodes(folder)


def _free_ports() -> list[int]:
    held = [socket.socket() for _ in range(2)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()
