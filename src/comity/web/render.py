"""A page's template and values to its bytes. Everything a value says is escaped; nothing is marked as safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from comity import __version__
from comity.web.answer.people import asks_reason, is_namesake
from comity.web.assets import Assets
from comity.web.call import Call, Page
from comity.web.colleagues import colleague_of
from comity.web.local_address import HOME, home_of
from comity.web.navigation import head_of, is_at
from comity.web.said import said_text
from comity.web.session import IDLE_MS, WARNED_MS
from comity.web.sign_in.access import PasskeyNews
from comity.web.times import dated, day_words, period_words, time_words
from comity.web.value_words import value_said
from comity.web.way_words import way_said
from comity.web.words import LANGUAGES

IDLE = {"warn_s": (IDLE_MS - WARNED_MS) // 1_000, "lock_s": IDLE_MS // 1_000}  # since this page was asked for
UTC_ZONE = "UTC"


@cache
def pages_environment(assets: Assets) -> Environment:
    """Templates as they are read, once for all sites of a process: unknown names stop the page, every value is escaped."""
    made = Environment(
        loader=PackageLoader("comity.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(
        dated=dated,
        value_said=value_said,
        way_said=way_said,
        said=said_text,
        asset=assets.address,
        version=__version__,
        languages=LANGUAGES,
        asks_reason=asks_reason,
        is_namesake=is_namesake,
    )
    return made


@dataclass(frozen=True, slots=True)
class Here:
    """What every page says of where it is: the node, its time zone, and the names of agencies by id as of the start."""

    node: str
    zone: str
    names: Mapping[str, str]


def render(pages: Environment, page: Page, call: Call, here: Here) -> bytes:
    """One page, whole."""
    language = call.words.language
    roles = frozenset(call.member.roles) if call.member else frozenset()
    seen, more = head_of(roles, call.address) if call.member else ((), ())
    values: dict[str, Any] = {
        "t": call.words,
        "call": call,
        "member": call.member,
        "home": home_of(roles) if call.member else HOME,
        "pages": seen,
        "more": more,
        "is_at": lambda path: is_at(path, call.address),
        "idle": IDLE,
        "locked": call.session is not None and call.session.locked,
        "faults": page.faults,
        "news": _news(call),
        "node": here.node,
        "agency_here": here.names.get(call.member.agency, call.member.agency) if call.member else "",
        "now": time_words(call.now_ms, here.zone, language),
        "time": lambda at_ms: time_words(at_ms, here.zone, language),
        "machine_time": lambda at_ms: datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds"),
        "day": lambda day: day_words(day, language),
        "colleague": colleague_of(call),
        "period": lambda period: period_words(period, call.words),
        "in_language": lambda code: _in_language(call, code),
        **page.values,
    }
    return pages.get_template(page.template).render(values).encode()


def _news(call: Call) -> tuple[PasskeyNews, ...]:
    """Changes of the member's passkeys from before this session, on every page until they say that they read them."""
    if call.session is None or call.member is None or call.session.locked:
        return ()
    return call.site.access.of(call.member.id).news_since(call.session.began_ms)


def _in_language(call: Call, code: str) -> str:
    """The same page in another language, with all else that its address asked for."""
    asked = [
        (name, value)
        for name, values in sorted(call.query.values.items())
        for value in values
        if name != "language"
    ]
    return f"?{urlencode([*asked, ('language', code)])}"
