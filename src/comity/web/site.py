"""What all pages share: the node they are the pages of, the clock, who is signed in, how to sign in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from comity.model.agency import Agency
from comity.web.acts import SessionActs
from comity.web.assets import Assets
from comity.web.audits.jobs import Jobs
from comity.web.clock import Chance, Clock
from comity.web.door import Door
from comity.web.drafts import Drafts
from comity.web.looked import Looked
from comity.web.oversight.looks import Looks
from comity.web.public.kept import Kept
from comity.web.running import Running
from comity.web.session import Sessions
from comity.web.settings import WebSettings
from comity.web.sign_in.access import AccessStore
from comity.web.sign_in.saml.waiting import SamlAnswers
from comity.web.sign_in.tries import Tries


@dataclass(frozen=True, slots=True)
class Site:
    """One node's pages. Everything that is not the same at every call is behind `clock`, `chance`, `door`,
    `sessions` and `client`, which asks sign-in providers; `tell` says a sentence to the administrator,
    `access` is what the node keeps of how members sign in, `tries` are those under way, `saml` answers of providers that wait
    for their browsers, `public` keeps for minutes what
    anybody may read, `looks` when an agency's records were looked over last, `looked` what each member has seen
    of their answers, `audits` checks of other systems' logs that are under way."""

    folder: Path
    settings: WebSettings
    assets: Assets
    clock: Clock
    chance: Chance
    door: Door
    sessions: Sessions
    acts: SessionActs
    drafts: Drafts
    running: Running
    client: httpx.Client
    tell: Callable[[str], None]
    access: AccessStore
    tries: Tries
    saml: SamlAnswers
    public: Kept = field(default_factory=Kept)
    looks: Looks = field(default_factory=Looks)
    looked: Looked = field(default_factory=Looked)
    audits: Jobs = field(default_factory=Jobs)

    def agencies(self) -> tuple[Agency, ...]:
        """All agencies of the directory in force at the node, by name. Raises SettingsError where it cannot be read."""
        return tuple(sorted(self.door.directory().agencies, key=lambda one: one.name))

    def agency_names(self) -> Mapping[str, str]:
        """The name of each agency of the directory, by its id."""
        return {one.id: one.name for one in self.agencies()}
