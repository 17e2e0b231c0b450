"""Pages that lead to a real provider by SAML, the way there and back, and edits of what it answers."""

from __future__ import annotations

import dataclasses
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from litestar.testing import TestClient
from lxml import etree
from msgspec.structs import replace
from saml_provider import (
    ASSERTION,
    MEMBER_ATTRIBUTE,
    SamlAgency,
    make_pair,
    saml_sign_in,
)
from served_pages import free_port
from web_stage import ADDRESS, ROLES, Stage, make_stage, member_of

from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE
from comity.web.clock import MachineChance
from comity.web.saml_settings import SamlProvider
from comity.web.settings import WebSettings
from comity.web.sign_in.saml.metadata import our_metadata
from comity.web.sign_in.saml.requests import us

DETECTIVE = "alder-police-detective"
CLERK = "birch-police-clerk"
PREFIX = "GFIPM:IDP:ALDER:USER:"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ON = re.compile(r'content="0; url=([^"]+)"')
SETTINGS = WebSettings(
    address=ADDRESS,
    host="127.0.0.1",
    port=8480,
    saml_providers=(
        SamlProvider(
            name="Alder Police",
            entity_id="http://localhost:1",
            sign_in_at="http://localhost:1/sso",
            certificates=(make_pair().text,),
            member_attribute=MEMBER_ATTRIBUTE,
            member_prefix=PREFIX,
            agencies=("alder-police",),
        ),
    ),
)
Browser = TestClient  # type: ignore[type-arg]
Edit = Callable[[etree._Element], None]


@contextmanager
def running(place: Path) -> Iterator[SamlAgency]:
    """The agency's sign-in, set up with our metadata."""
    with saml_sign_in(free_port(), our_metadata(us(SETTINGS), None), place) as found:
        yield found


@contextmanager
def pages_of(agency: SamlAgency, folder: Path) -> Iterator[Stage]:
    """Pages that lead to it; it may sign in Alder's members and nobody of Birch."""
    stage = make_stage(folder, SETTINGS)
    clerk = replace(member_of("member"), id=CLERK, agency="birch-police", trained_until=date(2030, 1, 1))
    members = (*(member_of(role) for role in ROLES), clerk)
    (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes(members))
    stage.clock.at_ms = time.time_ns() // 1_000_000  # the provider goes by the machine's clock
    stage.site = dataclasses.replace(stage.site, chance=MachineChance())
    set_up(stage, agency)
    with stage.site.client:
        yield stage


def set_up(site: Stage, agency: SamlAgency, **other: object) -> None:
    """The settings of this agency, with something else in them."""
    provider = replace(
        SETTINGS.saml_providers[0],
        entity_id=agency.issuer,
        sign_in_at=f"{agency.issuer}/sso",
        certificates=(agency.pair.text,),
        **other,
    )
    site.site = dataclasses.replace(site.site, settings=replace(SETTINGS, saml_providers=(provider,)))


def answered(
    browser: Browser, agency: SamlAgency, who: str = DETECTIVE, at: str = "", **more: str
) -> dict[str, str]:
    """Leave for the agency and sign in there; the form it leads back with."""
    to = browser.get(f"/sign-in/saml/0{at}").headers["location"]
    return agency.answer(to, PREFIX + who, **more)


def brought(browser: Browser, form: dict[str, str]) -> str:
    """A provider's site sends a form with which no cookie comes; where our page leads on."""
    cookies = list(browser.cookies.jar)
    browser.cookies.clear()
    page = browser.post("/saml/acs", data=form, headers={"sec-fetch-site": "cross-site"})
    for one in cookies:
        browser.cookies.jar.set_cookie(one)
    assert page.status_code == 200, page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    (to,) = ON.findall(page.text)
    assert f'href="{to}"' in page.text  # the same by hand
    return str(to)


def in_force(site: Stage) -> int:
    return len(site.site.sessions.of(DETECTIVE))


def asking(request: str | None) -> Edit:
    def edit(root: etree._Element) -> None:
        for one in (root, next(root.iter(f"{SAML}SubjectConfirmationData"))):
            one.attrib.pop("InResponseTo")
            if request is not None:
                one.set("InResponseTo", request)

    return edit


def renamed(root: etree._Element) -> None:
    root.find(ASSERTION).set("ID", "_another")


def child(name: str, edit: Edit) -> Edit:
    return lambda root: edit(next(root.iter(SAML + name)))


def having(**attributes: str | int | None) -> Edit:
    """With these attributes: None takes one away, a number is so many seconds from when it is edited."""

    def edit(element: etree._Element) -> None:
        for name, value in attributes.items():
            if value is None:
                element.attrib.pop(name, None)
            else:
                element.set(name, at(value) if isinstance(value, int) else value)

    return edit


def at(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def saying(text: str) -> Edit:
    def edit(element: etree._Element) -> None:
        element.text = text

    return edit


def stale(element: etree._Element) -> None:
    element.set("AuthnInstant", at(-3600))


def gone(element: etree._Element) -> None:
    element.getparent().remove(element)


def twice(element: etree._Element) -> None:
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def holding(name: str) -> Edit:
    return lambda element: element.append(etree.Element(name)) or None
