"""The server's side of TLS while a node runs: made anew when the directory changes or the certificate was renewed."""

from __future__ import annotations

import ssl
from pathlib import Path
from threading import Lock

from comity.errors import SettingsError
from comity.model.agency import Directory, NodeListing
from comity.node.certificate import take_listed
from comity.node.fault import tell_administrator
from comity.node.open_world import tls_files
from comity.node.tls import TlsFiles, server_context
from comity.ports import World
from comity.settings import NodeSettings

WARN_MS = 30 * 86_400_000  # before the end: time for an agency CA to sign, and for the directory's next version


class TlsSide:
    """How connections are let in now. `ends_ms` is when the own certificate ends (UTC milliseconds)."""

    def __init__(self, files: TlsFiles, world: World, listing: NodeListing) -> None:
        self._files, self._world = files, world
        self._held: tuple[Directory, int, ssl.SSLContext] | None = None
        self._lock = Lock()
        self.ends_ms = files.check_own(listing, world.clock.now_ms()).last_ms

    def context(self) -> ssl.SSLContext:
        """The side for one connection, by the directory and the certificate as they are now.

        Raises KeyUnavailableError or SettingsError: then nobody is let in.
        """
        directory = self._world.directory()
        if self._held is None or self._held[0] is not directory:
            self._renew(directory)
        written = self._files.written_ns()
        with self._lock:
            held = self._held
            if held is None or held[0] is not directory or held[1] != written:
                held = self._held = (directory, written, server_context(self._files, directory))
        return held[2]

    def _renew(self, directory: Directory) -> None:
        """With a new directory: the certificate it lists, where one was waiting for that."""
        listing = directory.find_node(self._world.node)
        if listing is not None and take_listed(self._files.keys, listing.certificate_pem):
            self.ends_ms = self._files.check_own(listing, self._world.clock.now_ms()).last_ms


def open_tls(folder: Path, world: World, settings: NodeSettings) -> TlsSide | None:
    """The side to serve with; None where only this machine is served.

    Raises SettingsError where directory and settings differ about it or the certificate is not valid today,
    KeyUnavailableError where key, certificate and directory do not belong together.
    """
    listing = world.directory().find_node(settings.id)
    address = "" if listing is None else listing.address
    if listing is None or address.startswith("https://") != settings.tls:
        raise SettingsError(
            f"the directory lists `{settings.id}` at `{address}` and its settings say TLS is "
            f"{'on' if settings.tls else 'off'}; list it with {'https' if settings.tls else 'http'} or change `tls`"
        )
    files = tls_files(folder, settings)
    take_listed(files.keys, listing.certificate_pem)
    if not settings.tls:
        return None
    side = TlsSide(files, world, listing)
    side.context()
    left_ms = side.ends_ms - world.clock.now_ms()
    if left_ms < WARN_MS:
        tell_administrator(f"the node's certificate ends in {left_ms // 86_400_000} days; renew it")
    return side
