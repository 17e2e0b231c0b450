"""Which body a name in a foreign list means, as far as the law asks: its state, level and kind, and how sure that is.

The names are resolved by `comity.oversight.names`. A name that leads to an entry of an ORI directory is certain; one of which
only its own words speak is likely; without a state it is a lead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.ori import BodyKind, BodyLevel, agency_kind, government_level
from comity.oversight.audit.finding import Sure, weaker
from comity.oversight.names.resolve import Resolution, Resolver, Verdict
from comity.oversight.names.sentences import say_name

FEDERAL_STATE = "US"
JOINED = "; "


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a list spells it. `state` is empty and `level` None where nothing says.

    `nobody` marks accounts of no body; `unsettled` one of which only the way its name is written says that it is private;
    `by_page` one that a page of this name was taken for, at most likely: another body may have the name. `why` is
    its `reasons` as one text.
    """

    written: str
    state: str
    level: GovernmentLevel | None
    kind: AgencyKind
    sure: Sure
    why: str
    reasons: tuple[str, ...] = ()
    ori: str = ""
    nobody: bool = False
    unsettled: bool = False
    by_page: bool = False

    @property
    def placed(self) -> bool:
        """Whether state and kind are known well enough to ask the law."""
        return bool(self.state) and not self.nobody and not self.unsettled


Resolve = Callable[[str], Body]


def bodies_by(resolver: Resolver) -> Resolve:
    """What a resolver of names says, as bodies the law can judge. It remembers its answers."""
    known: dict[str, Body] = {}

    def resolve(written: str) -> Body:
        if written not in known:
            known[written] = body_of(resolver(written))
        return known[written]

    return resolve


def by_pages(resolve: Resolve, pages: Mapping[str, str]) -> Resolve:
    """A name that says no state is read by the name of the page that an agency so called has; `pages` by the agency's name.

    `Orange PD` with a page `orange-ca-pd` is of California, likely.
    """

    def read(written: str) -> Body:
        body, page = resolve(written), pages.get(written, "")
        paged = resolve(page) if page and not body.state and not body.nobody else body
        if not paged.state or paged is body:
            return body
        reasons = (say_name("name.page", page=page), *paged.reasons)
        return replace(
            paged,
            written=written,
            sure=weaker(paged.sure, Sure.LIKELY),
            why=JOINED.join(reasons),
            reasons=reasons,
            by_page=True,
        )

    return read


def body_of(found: Resolution) -> Body:
    """A resolution in the law's words. A federal body has no state but the federal one, whatever town its name holds."""
    level = government_level(found.level)
    nobody = found.closed or found.level is BodyLevel.NOBODY or found.kind is BodyKind.VENDOR
    state = FEDERAL_STATE if level is GovernmentLevel.FEDERAL else found.state
    resolved = found.verdict is Verdict.RESOLVED
    return Body(
        written=found.written,
        state=state,
        level=level,
        kind=agency_kind(found.kind),
        sure=Sure.CERTAIN if resolved else Sure.LIKELY if state else Sure.LEAD,
        why=JOINED.join(found.reasons),
        reasons=found.reasons,
        ori=found.agency.entry.ori if found.agency else "",
        nobody=nobody,
        # A campus police may be a state's, and lists write private bodies and some public ones alike.
        unsettled=level is GovernmentLevel.PRIVATE and not resolved and found.kind is not BodyKind.COMMUNITY,
    )
