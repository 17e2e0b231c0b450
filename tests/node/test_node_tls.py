"""TLS contexts over real sockets: what each side shows, checks and refuses, with and without a certificate authority."""

from __future__ import annotations

import os
import socket
import ssl
import stat
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from comity.errors import KeyUnavailableError, PeerUntrustedError, SettingsError, WrongUseError
from comity.model.agency import Directory, NodeListing
from comity.node.certificate import (
    LARGEST_PEM,
    certify_self,
    make_tls_key,
    own_pin,
    read_listed,
    read_own_certificate,
    renew_certificate,
    take_listed,
)
from comity.node.tls import (
    OTHER_KEY,
    TlsFiles,
    client_context,
    node_of,
    server_context,
    trusting_nobody,
    why_refused,
)

NOW = datetime.now(UTC)
NOW_MS = int(NOW.timestamp() * 1000)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Met:
    """How a connection went: what the client and the server had to say against the other, empty for nothing."""

    client: str
    server: str


def make(folder: Path, node: str, now: datetime = NOW, days: int = 30) -> NodeListing:
    """A node's key folder, and its listing."""
    make_tls_key(folder / node)
    pem = certify_self(folder / node, node, now, days)
    return NodeListing(
        id=node, address="https://127.0.0.1:1", message_key="", log_key="",
        certificate=own_pin(folder / node), certificate_pem=pem,
    )  # fmt: skip


def meet(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> Met:
    """One connection between the two, a byte each way."""
    said = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            connection, _ = door.accept()
            connection.settimeout(20)
            try:
                with server.wrap_socket(connection, server_side=True) as secured:
                    secured.sendall(secured.recv(1))
                said.append("")
            except OSError as error:
                said.append(why_refused(error))
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with (
                socket.create_connection(door.getsockname(), 20) as plain,
                client.wrap_socket(plain, server_hostname=name) as secured,
            ):
                secured.sendall(b"x")
                told = "" if secured.recv(1) == b"x" else "closed"
        except OSError as error:
            told = why_refused(error)
        thread.join()
    return Met(told, said[0])


def directory(*nodes: NodeListing) -> Directory:
    return Directory(version=1, agencies=(), nodes=nodes)


def test_two_listed_nodes_meet(tmp_path: Path) -> None:
    """Each shows the certificate that the directory lists for it, made before one byte more is said."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    server = server_context(TlsFiles(tmp_path / "far-node"), directory(near, far))
    client = client_context(TlsFiles(tmp_path / "near-node"), far)
    assert meet(server, client, "far-node") == Met("", "")
    assert (server.minimum_version, server.verify_mode) == (ssl.TLSVersion.TLSv1_3, ssl.CERT_REQUIRED)
    assert (client.minimum_version, client.verify_mode, client.check_hostname) == (
        ssl.TLSVersion.TLSv1_3, ssl.CERT_REQUIRED, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "days", "why"),
    [(NOW - 40 * DAY, 30, "its certificate has expired"), (NOW + 2 * DAY, 30, "its certificate is not valid yet")],
)
def test_a_certificate_counts_in_its_days_on_both_sides(
    tmp_path: Path, now: datetime, days: int, why: str
) -> None:
    """Listed, over the listed key, and yet not today."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node", now, days)
    own, other = TlsFiles(tmp_path / "near-node"), TlsFiles(tmp_path / "far-node")
    known = directory(near, far)
    assert meet(server_context(own, known), client_context(other, near), "near-node").server == why
    assert meet(server_context(other, known), client_context(own, far), "far-node").client == why
    with pytest.raises(SettingsError, match="not valid today; make a new one with `comity node renew`"):
        other.check_own(far, NOW_MS)


def test_a_node_is_not_taken_for_another(tmp_path: Path) -> None:
    """A listed node at the address of another: it names itself, and its key is another."""
    near, far, third = (make(tmp_path, name) for name in ("near-node", "far-node", "third-node"))
    server = server_context(TlsFiles(tmp_path / "third-node"), directory(near, far, third))
    client = client_context(TlsFiles(tmp_path / "near-node"), far)
    assert meet(server, client, "far-node").client == "its certificate is not one the directory lists"


def test_a_session_is_not_taken_up_again(tmp_path: Path) -> None:
    """No ticket is given: each connection shows its certificate anew."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    assert server_context(TlsFiles(tmp_path / "far-node"), directory(near, far)).num_tickets == 0


class Authority:
    """An agency's certificate authority."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "County Authority")])
        own = (
            x509.CertificateBuilder(self._name, self._name, self._key.public_key(), 1, NOW - DAY, NOW + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "authority.pem"
        self.file.write_bytes(own.public_bytes(Encoding.PEM))

    def sign(self, keys: Path, name: str) -> None:
        """Sign the request in a key folder, for a name, and put the certificate in its place."""
        request = x509.load_pem_x509_csr((keys / "tls.csr").read_bytes())
        assert request.is_signature_valid
        made = x509.CertificateBuilder(
            self._name,
            request.subject,
            request.public_key(),
            x509.random_serial_number(),
            NOW - DAY,
            NOW + 9 * DAY,
        )
        for extension in request.extensions:
            if not isinstance(extension.value, x509.SubjectAlternativeName):
                made = made.add_extension(extension.value, extension.critical)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        (keys / "tls.crt").write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM))


def test_an_authority_is_checked_beside_the_pin(tmp_path: Path) -> None:
    """With one in the settings: its certificates over the pinned keys meet; a listed one it did not sign does not."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    authority = Authority(tmp_path)
    own, other = (TlsFiles(tmp_path / one, authority.file) for one in ("near-node", "far-node"))
    known = directory(near, far)
    assert meet(server_context(other, known), client_context(own, far), "far-node").client
    authority.sign(tmp_path / "far-node", "far-node")
    assert meet(server_context(other, known), client_context(own, far), "far-node").server
    authority.sign(tmp_path / "near-node", "near-node")
    assert meet(server_context(other, known), client_context(own, far), "far-node") == Met("", "")
    assert other.check_own(far, NOW_MS).names == ("far-node",)


def test_what_an_authority_signs_does_not_replace_the_pin(tmp_path: Path) -> None:
    """A certificate in order, for the right name, over another key: nothing is said to it, and it is nobody's."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    make(tmp_path, "forged")
    authority = Authority(tmp_path)
    for folder, name in (("near-node", "near-node"), ("forged", "far-node")):
        authority.sign(tmp_path / folder, name)
    own, forged = (TlsFiles(tmp_path / one, authority.file) for one in ("near-node", "forged"))
    met = meet(server_context(forged, directory(near, far)), client_context(own, far), "far-node")
    assert met.client == OTHER_KEY
    assert node_of(directory(near, far), own_pin(tmp_path / "forged")) is None
    authority.sign(tmp_path / "far-node", "another-node")
    other = TlsFiles(tmp_path / "far-node", authority.file)
    met = meet(server_context(other, directory(near, far)), client_context(own, far), "far-node")
    assert met.client == "its certificate names another node"


def test_a_client_of_plain_http_trusts_nobody() -> None:
    """Were it led to TLS after all, no certificate would do: its context reads whom the system trusts nowhere."""
    context = trusting_nobody()
    assert context.get_ca_certs() == []
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_no_key_in_the_directory_is_nobodys_key(tmp_path: Path) -> None:
    """A node without a listed key is reached by nobody, and an empty pin finds no node."""
    listing = NodeListing(id="old-node", address="https://127.0.0.1:1", message_key="", log_key="")
    make(tmp_path, "near-node")
    assert node_of(directory(listing), "") is None
    with pytest.raises(PeerUntrustedError, match="lists no TLS key of `old-node`"):
        client_context(TlsFiles(tmp_path / "near-node"), listing)


def test_a_listing_that_cannot_be_read_closes_the_door_to_that_node_alone(tmp_path: Path) -> None:
    """Noise where certificates should be is trusted for nothing, and keeps nobody else out."""
    near, far = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    odd = NodeListing(
        id="odd-node", address="", message_key="", log_key="", certificate="0" * 64, certificate_pem="noise"
    )
    server = server_context(TlsFiles(tmp_path / "far-node"), directory(odd, near, far))
    assert meet(server, client_context(TlsFiles(tmp_path / "near-node"), far), "far-node") == Met("", "")


def test_key_and_certificate_are_made_once_and_for_their_owner(tmp_path: Path) -> None:
    """The key is readable by its owner alone and never made anew; the request is over it and names the node."""
    keys = tmp_path / "keys"
    make_tls_key(keys)
    before = (keys / "tls.key").read_bytes()
    make_tls_key(keys)
    assert (keys / "tls.key").read_bytes() == before
    assert stat.S_IMODE((keys / "tls.key").stat().st_mode) == 0o600
    certify_self(keys, "one-node")
    shown = read_own_certificate(keys)
    assert (shown.pin, shown.names) == (own_pin(keys), ("one-node",))
    assert x509.load_pem_x509_csr((keys / "tls.csr").read_bytes()).public_key() is not None
    with pytest.raises(WrongUseError, match="longer than the 63 characters a certificate can name"):
        certify_self(keys, "n" * 64)


def test_the_own_side_is_checked_before_it_is_served(tmp_path: Path) -> None:
    """Another key than the listed one, a certificate over another, one for another name, none: each is one sentence."""
    listing, other = make(tmp_path, "near-node"), make(tmp_path, "far-node")
    files = TlsFiles(tmp_path / "near-node")
    assert files.check_own(listing, NOW_MS).pin == listing.certificate
    with pytest.raises(KeyUnavailableError, match=r"`tls\.key` is not the one the directory lists for `far-node`"):
        files.check_own(other, NOW_MS)
    certify_self(tmp_path / "near-node", "other-node")
    with pytest.raises(SettingsError, match="does not name `near-node`; renew it"):
        files.check_own(listing, NOW_MS)
    (tmp_path / "near-node" / "tls.crt").write_bytes((tmp_path / "far-node" / "tls.crt").read_bytes())
    with pytest.raises(KeyUnavailableError, match=r"is not over the key `tls\.key`; renew it"):
        files.check_own(listing, NOW_MS)
    with pytest.raises(KeyUnavailableError, match="cannot be used together"):
        server_context(files, directory(listing))
    os.remove(tmp_path / "near-node" / "tls.crt")
    with pytest.raises(KeyUnavailableError, match="cannot be read; make it anew"):
        files.check_own(listing, NOW_MS)
    (tmp_path / "near-node" / "tls.key").write_text("noise")
    with pytest.raises(KeyUnavailableError, match=r"`tls\.key` is damaged"):
        own_pin(tmp_path / "near-node")
    with pytest.raises(KeyUnavailableError, match=r"`tls.key` cannot be read \(no such file or directory\)"):
        own_pin(tmp_path)


def test_the_next_certificate_waits_until_it_is_listed(tmp_path: Path) -> None:
    """Renewing shows nothing yet; the listing holds both; a second look finds nothing to do."""
    present = make(tmp_path, "near-node").certificate_pem
    keys = tmp_path / "near-node"
    both = renew_certificate(keys, "near-node")
    assert len(read_listed(both)) == 2
    assert not take_listed(keys, present)
    assert (keys / "tls.crt").read_text() == present
    assert take_listed(keys, both)
    assert (keys / "tls.crt").read_text() == both.removeprefix(present)
    assert not take_listed(keys, both)


@pytest.mark.parametrize("pem", ["", "noise", "x" * (LARGEST_PEM + 1)])
def test_what_is_no_certificate_is_one_sentence(pem: str) -> None:
    """Nothing, noise, or more than a listing may hold."""
    with pytest.raises(SettingsError, match="this holds no certificate, or more than 4"):
        read_listed(pem)
