"""A node's folder, its members and its pages in this process, with a clock that is set by hand."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import msgspec
from litestar.testing import TestClient
from litestar.types import ASGIApp, Receive, Scope, Send

from comity.model.agency import Agency, DatedOri, Directory, Member, NodeListing
from comity.model.asked import OpenOwner
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import AgencyKind, DataClass, GovernmentLevel
from comity.model.session_act import SessionAct, SessionEntered, SessionRefusal, WentOn
from comity.node.desk_requests import ListOpenOwners, MyQuestions
from comity.node.local import LocalRequest, Narrowed, Progress
from comity.node.session_requests import EnterSession, GoOn
from comity.node.tls import trusting_nobody
from comity.settings import DIRECTORY_FILE, MEMBERS_FILE, SETTINGS_FILE, NodeSettings
from comity.web.acts import SessionActs
from comity.web.app import application
from comity.web.assets import Asset, Assets
from comity.web.door import Door, untold
from comity.web.drafts import Drafts
from comity.web.running import Running
from comity.web.session import Sessions
from comity.web.settings import WebSettings
from comity.web.sign_in.access import AccessStore
from comity.web.sign_in.saml.waiting import SamlAnswers
from comity.web.sign_in.tries import Tries
from comity.web.site import Site

ADDRESS = "http://127.0.0.1:8480"
NOON_MS = 1_795_953_600_000  # 2026-11-29, 12:00 UTC
DEMONSTRATION = WebSettings(address=ADDRESS, host="127.0.0.1", port=8480, demonstration=True)
INNER = msgspec.json.Decoder(LocalRequest)
CSS = Asset("text/css", b"body{}" * 10, gzip.compress(b"body{}" * 10))
SCRIPTS = {f"js/{one}.js": Asset("text/javascript", b"", b"") for one in ("idle", "live", "passkey")}
ASSETS = Assets("v1", MappingProxyType({"css/comity.css": CSS, "js/count.js": CSS, **SCRIPTS}))
ROLES = (
    "member",
    "supervisor",
    "records-custodian",
    "counsel",
    "agency-head",
    "privacy-officer",
    "auditor",
    "agency-administrator",
    "node-administrator",
)


@dataclass
class HandClock:
    """A clock that stands until it is moved."""

    at_ms: int = NOON_MS

    def now_ms(self) -> int:
        """Where it stands."""
        return self.at_ms

    def later(self, minutes: float) -> None:
        """Move it on."""
        self.at_ms += int(minutes * 60_000)


class CountedChance:
    """Tokens that differ, in an order that is always the same."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def token(self) -> str:
        """The next one."""
        return f"token-{next(self._numbers):06d}"

    def question(self, now_ms: int) -> str:
        """The next question's number."""
        return f"{next(self._numbers):032x}"


class StageDoor(Door):
    """The way to a node that does not serve: no question was asked of it yet, what its agreements open is what a test says,
    and what sessions enter is kept here, unless its log is `full`. Its law lets every session be, but for what `refuses`."""

    def __init__(self, folder: Path, owners: tuple[OpenOwner, ...]) -> None:
        super().__init__(folder)
        self.answers: dict[type, object] = {MyQuestions: (), ListOpenOwners: owners, GoOn: WentOn()}
        self.refuses: tuple[SessionRefusal, ...] = ()
        self.entered: list[EnterSession] = []
        self.full = False

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """What is said of each kind of request; any other finds nobody."""
        if isinstance(request, Narrowed):
            request = INNER.decode(request.request)
        if type(request) in self.answers:
            return self.answers[type(request)]
        if self.full or not isinstance(request, EnterSession):
            return super().ask(request, kind, progress)
        self.entered.append(request)
        refused = self.refuses if request.told.act is SessionAct.SIGNED_IN else ()
        return SessionEntered(entry=len(self.entered), refused=refused)

    def acts(self) -> list[tuple[str, str]]:
        """Whose session and what became of it, in order."""
        return [(one.member, str(one.told.act)) for one in self.entered]


@dataclass
class Stage:
    """A site and what was told to its administrator."""

    site: Site
    clock: HandClock
    door: Any
    told: list[str] = field(default_factory=list)

    @contextmanager
    def browser(self) -> Iterator[TestClient]:  # type: ignore[type-arg]
        """A browser with its own cookies, which follows nothing by itself."""
        with TestClient(_begun(application(self.site)), base_url=self.site.settings.address) as client:
            client.follow_redirects = False
            yield client


@dataclass
class Opened:
    """A stage and a browser that stays open: its application is made once for many rows of a table."""

    stage: Stage
    browser: TestClient  # type: ignore[type-arg]

    def anew(self) -> TestClient:  # type: ignore[type-arg]
        """The browser without a cookie, some minutes later: sign-ins that follow closely are turned away."""
        self.browser.cookies.clear()
        self.stage.clock.later(minutes=5)
        return self.browser


def _begun(whole: ASGIApp) -> ASGIApp:
    """Nothing begins or ends with a site's pages, where they are served as little; all sites share one table of routes."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await whole(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    return asked


def member_of(role: str) -> Member:
    """The one member of the stage who has this role and no other."""
    post = {"member": "detective", "records-custodian": "custodian"}.get(role, role)
    return Member(
        id=f"alder-police-{post}",
        name=f"Quill {post.title()}",
        agency="alder-police",
        roles=(role,),
        trained_until=date(2030, 1, 1),
    )


def make_folder(folder: Path) -> Path:
    """A node's settings, directory and members, as far as pages read them."""
    agency = Agency(
        id="alder-police",
        name="Alder Police",
        oris=(DatedOri(ori="WA0990100", first=date(2020, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
        zone="America/Los_Angeles",
        node="alder-node",
    )
    node = NodeListing(id="alder-node", address="http://127.0.0.1:8400", message_key="", log_key="")
    directory = Directory(version=1, agencies=(agency,), nodes=(node,))
    settings = NodeSettings(
        id="alder-node",
        host="127.0.0.1",
        port=8400,
        agencies=("alder-police",),
        directory_hash=digest(directory),
        invented=True,
    )
    folder.mkdir()
    (folder / SETTINGS_FILE).write_bytes(canonical_bytes(settings))
    (folder / DIRECTORY_FILE).write_bytes(canonical_bytes(directory))
    (folder / MEMBERS_FILE).write_bytes(canonical_bytes(tuple(member_of(role) for role in ROLES)))
    return folder


def make_stage(folder: Path, settings: WebSettings = DEMONSTRATION) -> Stage:
    """Pages of a node that does not serve: what needs no verb of it works, and what does is closed."""
    owners = (OpenOwner(agency="alder-police", classes=(DataClass.CASE, DataClass.BOOKING)),)
    return make_site(make_folder(folder), HandClock(), settings, StageDoor(folder, owners))


def make_site(
    folder: Path, clock: HandClock, settings: WebSettings = DEMONSTRATION, door: Door | None = None
) -> Stage:
    """Pages of the node of a folder, reached as it is served where no other door is given."""
    door = door or Door(folder)
    chance, told = CountedChance(), []  # type: ignore[var-annotated]
    drafts = Drafts(chance.question)
    site = Site(
        folder=folder,
        settings=settings,
        assets=ASSETS,
        clock=clock,
        chance=chance,
        door=door,
        sessions=Sessions(chance.token),
        acts=SessionActs(door, told.append),
        drafts=drafts,
        running=Running(door, drafts, told.append),
        client=httpx.Client(verify=trusting_nobody()),
        tell=told.append,
        access=AccessStore(folder),
        tries=Tries(chance.token),
        saml=SamlAnswers(chance.token),
    )
    return Stage(site, clock, door, told)


def sign_in(browser: TestClient, post: str = "detective") -> str:  # type: ignore[type-arg]
    """Sign in by a button; the value that forms of this session carry."""
    answer = browser.post("/sign-in/demonstration", data={"post": post})
    assert answer.status_code == 303, answer.text
    return form_value(browser.get("/").text)


def form_value(page: str) -> str:
    """The session's value in a page's first form."""
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found is not None, "the page has no form of a session"
    return found.group(1)
