"""What examples of commands beside the pages name: a question with its receipt, somebody suspended, an entry, metadata."""

from __future__ import annotations

import base64
import shutil
from datetime import UTC, datetime
from pathlib import Path

from cli_stage import QUESTION, REASON, call
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NODE = ("--node", "region/wa-node")
DETECTIVE = (*NODE, "--as", "wa-police-detective")
OWN_RECEIPT = "receipt.txt"
LOG = ("oversight", "log")
METADATA = "idp-metadata.xml"
COPY = "wa-node-2026-11-29"
BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-"
DESCRIBED = """<?xml version="1.0" encoding="UTF-8"?>
<!-- as an agency's administrator sends it -->
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://id.alder.example">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="encryption"/>
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>
        {certificate}
      </ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:SingleSignOnService Binding="{binding}POST" Location="https://id.alder.example/post"/>
    <md:SingleSignOnService Binding="{binding}Redirect" Location="https://id.alder.example/redirect"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
"""


def fill_in_pages(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with what it names; any other as it is."""
    if words[:1] == ("answer",) and words != ("answer", "show"):
        named = [example[example.index(name) + 1] for name in ("--of", "--source") if name in example]
        owner = named[0] if named else "wa-police"
        return [_asked(owner) if word == "QUERY_ID" else word for word in example]
    if OWN_RECEIPT in example and words == ("ledger", "verify"):
        receipt = ("answer", "receipt", *DETECTIVE, "--of", "wa-police", _asked("wa-police"), "--out", OWN_RECEIPT)
        assert call(*receipt).status == 0
    if words[:2] == ("node", "backup"):
        _copy_node(words[-1])
    if words == ("web", "provider"):
        write_metadata(Path(METADATA))
    if words == ("member", "restore"):
        _suspend("wa-police-detective")
    if words[:2] == LOG and words != (*LOG, "list"):
        _asked("wa-police")
        listed = call(*LOG, "list", *NODE, "--as", "wa-police-auditor", "--kind", "answered", "--json").json
        return [*example[:-1], str(listed["rows"][0]["index"])]
    return example


def _asked(owner: str) -> str:
    """The number of a question of the detective's to one owner."""
    asked = call("ask", *DETECTIVE, *REASON, *QUESTION, "--source", owner, "--json")
    return str(asked.json["query_id"])


def _copy_node(verb: str) -> None:
    """A copy for the example that looks at one, or that goes on from one which was put back over its node."""
    if verb in ("check", "resume") and not Path(COPY).exists():
        assert call("node", "backup", "make", *NODE, COPY).status == 0
    if verb == "make":
        shutil.rmtree(COPY, ignore_errors=True)
    if verb == "resume":
        shutil.rmtree(COPY)
        assert call("node", "backup", "make", *NODE, COPY).status == 0
        folder = Path(NODE[1])
        shutil.move(folder / "log", "saved-log")
        for path in folder.glob("node.db*"):
            path.unlink()
        shutil.copy(Path(COPY) / "node" / "node.db", folder / "node.db")


def _suspend(member: str) -> None:
    by = (*NODE, "--as", "wa-police-administrator")
    assert call("member", "suspend", *by, "--why", "on leave", member).status == 0


def write_metadata(path: Path, bits: int = 2048) -> str:
    """The metadata of an agency's sign-in by SAML, whose certificate lasts until 2036; its text as settings have it."""
    key = generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agency sign-in")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2036, 1, 1, tzinfo=UTC)
    )
    text = base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()
    path.write_text(DESCRIBED.format(certificate=text, binding=BINDING))
    return text
