"""The pages' process: one socket, bound here so that a port in use is one clear sentence; stopped by one signal."""

from __future__ import annotations

import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx
import uvicorn

from comity.errors import SettingsError
from comity.settings import read_settings
from comity.web.acts import SessionActs
from comity.web.app import application
from comity.web.assets import read_assets
from comity.web.clock import MachineChance, MachineClock
from comity.web.door import Door
from comity.web.drafts import Drafts
from comity.web.running import Running
from comity.web.saml_settings import ending
from comity.web.session import Sessions
from comity.web.settings import WebSettings
from comity.web.sign_in.access import AccessStore
from comity.web.sign_in.saml.requests import read_signer
from comity.web.sign_in.saml.signature import check_installed
from comity.web.sign_in.saml.waiting import SamlAnswers
from comity.web.sign_in.tries import Tries
from comity.web.site import Site

STOP_S = 15  # a page that still waits for its node then is cut off
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; those of TLS 1.3 are all as good (RFC 9325, 4.2)
LARGEST_HEAD = 32_768  # bytes of a request's first lines; an address with every filter is a tenth


def serve_web(folder: Path, settings: WebSettings, ready: Callable[[str], None]) -> None:
    """Serve a node's pages until told to stop; `ready` is called with their address once the port is open.

    Raises SettingsError for settings, files or a port that cannot be used, and for a demonstration's sign-in at a node whose
    people are not all invented.
    """
    node = read_settings(folder)
    if settings.demonstration and not node.invented:
        raise SettingsError(
            f"`{node.id}` may hold real people; the demonstration's sign-in is for a node made with --demonstration"
        )
    _check_saml(folder, settings)
    chance, way = MachineChance(), Door(folder)
    with httpx.Client() as client, closing(_bind(settings)) as door:
        drafts = Drafts(chance.question)
        site = Site(
            folder=folder,
            settings=settings,
            assets=read_assets(),
            clock=MachineClock(),
            chance=chance,
            door=way,
            sessions=Sessions(chance.token),
            acts=SessionActs(way, _tell),
            drafts=drafts,
            running=Running(way, drafts, _tell),
            client=client,
            tell=_tell,
            access=AccessStore(folder),
            tries=Tries(chance.token),
            saml=SamlAnswers(chance.token),
        )
        config = uvicorn.Config(
            application(site),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,  # an address may say what a member works on
            timeout_graceful_shutdown=STOP_S,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            server_header=False,
            proxy_headers=False,
        )
        if settings.certificate:
            config.ssl_certfile = str(folder / settings.certificate)
            config.ssl_keyfile = str(folder / settings.key)
            config.ssl_version = ssl.PROTOCOL_TLS_SERVER  # TLS 1.2 and 1.3: what Python's own context takes
            config.ssl_ciphers = CIPHERS
        door.listen(512)
        ready(settings.address)
        uvicorn.Server(config).run([door])


def _check_saml(folder: Path, settings: WebSettings) -> None:
    """What providers by SAML need is there, or the pages do not open; what ends soon is told."""
    if settings.saml_providers:
        check_installed()
        read_signer(folder, settings)
    for sentence in ending(settings.saml_providers, MachineClock().now_ms() // 1000):
        _tell(sentence)


def _tell(sentence: str) -> None:
    print(f"comity: {sentence}", file=sys.stderr, flush=True)


def _bind(settings: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((settings.host, settings.port))
    except OSError as error:
        door.close()
        raise SettingsError(
            f"port {settings.port} of {settings.host} cannot be used ({(error.strerror or 'trouble').lower()}); "
            "stop what uses it, or serve the pages on another port"
        ) from error
    return door
