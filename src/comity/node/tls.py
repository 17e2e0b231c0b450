"""TLS between nodes: version 1.3 alone, a certificate from both sides, and the public key the directory pins.

OpenSSL checks on both sides that a certificate is one the directory lists (or, where the settings name a certificate
authority, is issued under it), and its dates. Beyond that the key must be the pinned one of the node that is meant, and
the certificate must name that node: its id, not the place it stands at, so that a node may move.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from comity.errors import KeyUnavailableError, PeerUntrustedError, SettingsError
from comity.model.agency import Directory, NodeListing
from comity.model.faults import fault
from comity.node.certificate import (
    CERTIFICATE_FILE,
    KEY_FILE,
    Shown,
    own_pin,
    read_der,
    read_listed,
    read_own_certificate,
)

OTHER_KEY = fault("tls.other-key")
# OpenSSL's numbers (x509_vfy.h) and reasons; what is not here is told as a certificate or handshake that failed.
_VERIFY = {
    9: fault("tls.not-yet"),
    10: fault("tls.expired"),
    18: fault("tls.not-listed"),
    19: fault("tls.not-listed"),
    20: fault("tls.not-listed"),
    62: fault("tls.other-node"),
}
_REASONS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": fault("tls.shown-none"),
    "HTTP_REQUEST": fault("tls.plain"),
    "WRONG_VERSION_NUMBER": fault("tls.other-speech"),
    "UNSUPPORTED_PROTOCOL": fault("tls.other-speech"),
    "TLSV1_ALERT_PROTOCOL_VERSION": fault("tls.no-tls-13"),
    "UNEXPECTED_EOF_WHILE_READING": fault("tls.broke-off"),
}


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where a node's TLS key and certificate are, and the file of the authorities it demands, if any."""

    keys: Path
    trusted_ca: Path | None = None

    def written_ns(self) -> int:
        """When the certificate was put in its place; 0 where there is none."""
        try:
            return (self.keys / CERTIFICATE_FILE).stat().st_mtime_ns
        except OSError:
            return 0

    def check_own(self, listing: NodeListing, now_ms: int) -> Shown:
        """The own certificate, good to be served with. Raises KeyUnavailableError or SettingsError saying what to do."""
        shown = read_own_certificate(self.keys)
        if own_pin(self.keys) != listing.certificate:
            raise KeyUnavailableError(
                f"the key `{KEY_FILE}` is not the one the directory lists for `{listing.id}`; restore it from the "
                "key backup, or have the new one listed"
            )
        if shown.pin != listing.certificate:
            raise KeyUnavailableError(
                f"the certificate `{CERTIFICATE_FILE}` is not over the key `{KEY_FILE}`; renew it"
            )
        if listing.id not in shown.names:
            raise SettingsError(f"the certificate `{CERTIFICATE_FILE}` does not name `{listing.id}`; renew it")
        if not shown.first_ms <= now_ms <= shown.last_ms:
            raise SettingsError(
                f"the certificate `{CERTIFICATE_FILE}` is not valid today; make a new one with `comity node renew`"
            )
        return shown


class PinnedContext(ssl.SSLContext):
    """A client's side of TLS for one node; a connection that shows another key than `pin` is not made."""

    pin: str = ""


class PinnedSocket(ssl.SSLSocket):
    """A connection whose other side has shown the pinned key before the first byte of a message goes out."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        context = self.context
        der = self.getpeercert(binary_form=True)
        try:
            pin = read_der(der).pin if der is not None else ""
        except ValueError:  # OpenSSL reads some certificates that our library does not
            pin = ""
        if not isinstance(context, PinnedContext) or not pin or pin != context.pin:
            raise ssl.SSLCertVerificationError(OTHER_KEY)


def client_context(files: TlsFiles, listing: NodeListing) -> ssl.SSLContext:
    """How to reach one node. Raises PeerUntrustedError for one without a listed key, KeyUnavailableError for ours."""
    if not listing.certificate:
        raise PeerUntrustedError(fault("peer.no-key", node=listing.id))
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.pin = listing.certificate
    context.sslsocket_class = PinnedSocket
    context.check_hostname = True
    return _closed(context, files, _listed_pem((listing,)))


def trusting_nobody() -> ssl.SSLContext:
    """For a client that speaks plain HTTP on this machine: reading whom the system trusts takes 20 milliseconds each time."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def server_context(files: TlsFiles, directory: Directory) -> ssl.SSLContext:
    """How to be reached by the nodes of a directory. Raises KeyUnavailableError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A session taken up again would skip the certificate: one that was revoked or ran out meanwhile would go on.
    context.num_tickets = 0
    return _closed(context, files, _listed_pem(directory.nodes))


def node_of(directory: Directory, pin: str) -> NodeListing | None:
    """The node whose key this is now; nobody's where it was taken off the directory."""
    return next((node for node in directory.nodes if pin and node.certificate == pin), None)


def why_refused(error: BaseException) -> str:
    """A failed handshake in words an administrator can act on: what the other side did."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY.get(
            getattr(error, "verify_code", 0), OTHER_KEY if OTHER_KEY in str(error) else _CERTIFICATE
        )
    if isinstance(error, ssl.SSLError):
        reason = error.reason or ""
        if "ALERT" in reason and "PROTOCOL_VERSION" not in reason:
            return fault("tls.ours", cause=reason.split("ALERT_")[-1].replace("_", " ").lower())
        return _REASONS.get(reason, fault("tls.handshake"))
    return fault("tls.unfinished")


_CERTIFICATE = fault("tls.certificate")


def tls_fault(error: BaseException) -> ssl.SSLError | None:
    """The fault of TLS behind another error, if that is what it was."""
    for _ in range(8):  # the libraries between wrap it two or three times
        if isinstance(error, ssl.SSLError):
            return error
        behind = error.__cause__ or error.__context__
        if behind is None:
            return None
        error = behind
    return None


def _closed(context: ssl.SSLContext, files: TlsFiles, trusted: str) -> ssl.SSLContext:
    """What both sides share: one version, no fallback, a certificate from the other side, checked."""
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_TICKET
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(files.keys / CERTIFICATE_FILE, files.keys / KEY_FILE)
    except OSError as error:  # of which a certificate that does not fit its key is one
        raise KeyUnavailableError(
            f"`{KEY_FILE}` and `{CERTIFICATE_FILE}` cannot be used together; restore the key from the key backup and "
            "make the certificate anew with `comity node renew`"
        ) from error
    try:
        if files.trusted_ca is not None:
            context.load_verify_locations(cafile=files.trusted_ca)
        elif trusted:
            context.load_verify_locations(cadata=trusted)
    except OSError as error:
        raise SettingsError(
            f"`{files.trusted_ca or 'the directory'}` holds certificates that cannot be used; correct `trusted_ca`"
        ) from error
    return context


def _listed_pem(listings: tuple[NodeListing, ...]) -> str:
    """The listed certificates that are over the listed key; what is over another is trusted by nobody."""
    good = []
    for listing in listings:
        if not listing.certificate or not listing.certificate_pem:
            continue
        try:
            shown = read_listed(listing.certificate_pem)
        except SettingsError:
            continue  # a listing that cannot be read closes the door to that node, and to no other
        if all(one.pin == listing.certificate for one in shown):
            good.append(listing.certificate_pem)
    return "\n".join(good)
