"""What pages for anybody ask of the node: verbs that need no member and release the public version, kept by day."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

from comity.errors import ClosedError, ComityError
from comity.exchange.owners import owner_day
from comity.model.agency import Agency
from comity.model.refused import tell_refused
from comity.model.report import Register, Report
from comity.node.flow_requests import ShowMap, ShowStatement
from comity.node.local import LocalRequest
from comity.node.report_requests import MakeReport, ShowRegister
from comity.oversight.map.month import Month, month_of_day
from comity.oversight.texts.public_page import PublicPage
from comity.settings import read_settings
from comity.web.call import Call
from comity.web.chosen import NotOfferedError
from comity.web.public.kept import Busy

MOST_MONTHS = 12  # that a reader may choose; older ones are in what the agencies published


@dataclass(frozen=True, slots=True)
class Here:
    """An agency held at this node, with the ORI its pages go by."""

    agency: Agency
    ori: str


def agencies_here(call: Call) -> tuple[Here, ...]:
    """Every agency held at this node, by name."""
    node = read_settings(call.site.folder).id
    return tuple(
        Here(one, one.ori_on(owner_day(one, call.now_ms))) for one in call.site.agencies() if one.node == node
    )


def find_here(call: Call, ori: str) -> Here | None:
    """The agency held here that has an ORI, or had it; None for any other. Without one, the first."""
    for one in agencies_here(call):
        if not ori or any(dated.ori == ori for dated in one.agency.oris):
            return one
    return None


def chosen_here(call: Call) -> Here:
    """The agency that an address chooses by its ORI; the first where it names none. Raises NotOfferedError."""
    found = find_here(call, call.query.one("agency"))
    if found is None:
        raise NotOfferedError("agency", ((one.ori, one.agency.name) for one in agencies_here(call)))
    return found


def statement_of(call: Call, here: Here) -> PublicPage:
    """The exposure statement of an agency held here."""
    agency = here.agency.id
    page: PublicPage = _kept(
        call, ("statement", agency, _day(call, here)), ShowStatement(agency=agency), PublicPage
    )
    return page


def map_of(call: Call, month: Month) -> PublicPage:
    """The map of a month."""
    key = "map", str(month), _map_day(call)
    page: PublicPage = _kept(call, key, ShowMap(month=str(month)), PublicPage)
    return page


def register_of(call: Call, here: Here) -> Register:
    """The register of an agency held here, counted over the last whole quarter."""
    agency = here.agency.id
    register: Register = _kept(call, ("register", agency, _day(call, here)), ShowRegister(agency=agency), Register)
    return register


def counts_of(call: Call, here: Here, month: Month) -> Report:
    """The public report of an agency held here, of a whole month."""
    agency = here.agency.id
    asked = MakeReport(kind="public", agency=agency, first=month.first, last=month.last)
    report: Report = _kept(call, ("counts", agency, str(month), _day(call, here)), asked, Report)
    return report


def _kept(call: Call, key: tuple[Hashable, ...], request: LocalRequest, kind: Any) -> Any:
    """What is kept, or what the node answers. What keeps it from answering is told to the administrator and to nobody else.

    Raises ClosedError with a sentence for anybody.
    """

    def ask() -> Any:
        try:
            return call.site.door.ask(request, kind)
        except ComityError as error:
            call.site.tell(f"public page `{key[0]}`: {error}")
            raise ClosedError(tell_refused("page.away")) from error

    try:
        return call.site.public.find(key, call.now_ms, ask)
    except Busy as error:
        raise ClosedError(str(error)) from error


def months_now(call: Call) -> tuple[Month, ...]:
    """The months of a map that may be chosen, this one first."""
    now = month_of_day(_map_day(call))
    return tuple(now.back(back) for back in range(MOST_MONTHS))


def whole_months(call: Call, here: Here) -> tuple[Month, ...]:
    """The months that are over where the agency is, the last first. What is not over is not counted for anybody: whoever read
    a count every hour would see when somebody asks."""
    now = month_of_day(_day(call, here))
    return tuple(now.back(back) for back in range(1, MOST_MONTHS + 1))


def _map_day(call: Call) -> date:
    """Today where the node's first agency is: the node counts a map's days so."""
    first = read_settings(call.site.folder).agencies[0]
    return owner_day(next(one for one in call.site.agencies() if one.id == first), call.now_ms)


def _day(call: Call, here: Here) -> date:
    return owner_day(here.agency, call.now_ms)
