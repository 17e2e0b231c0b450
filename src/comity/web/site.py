"""What all pages share: the node they are the pages of, the clock, who is signed in, how to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from comity.web.assets import Assets
from comity.web.clock import Chance, Clock
from comity.web.door import Door
from comity.web.session import Sessions
from comity.web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class Site:
    """One node's pages. Everything that is not the same at every call is behind `clock`, `chance`, `door`,
    `sessions` and `client`, which asks sign-in providers; `tell` says a sentence to the administrator."""

    folder: Path
    settings: WebSettings
    assets: Assets
    clock: Clock
    chance: Chance
    door: Door
    sessions: Sessions
    client: httpx.Client
    tell: Callable[[str], None]
