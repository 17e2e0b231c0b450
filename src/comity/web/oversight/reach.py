"""O5: whether data of this agency can come to another, under the rules in force now. Three outcomes, and nothing between."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from comity.errors import NounError, WrongUseError
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency
from comity.model.codes import Component, Purpose
from comity.model.reach_told import ReachAsked, ReachTold
from comity.node.flow_requests import AskReach
from comity.web.call import NOT_FOUND, Call, Page, Reply
from comity.web.oversight.days import local_day, own_agency

IMMIGRATION = "any-immigration"  # in place of an agency: whichever enforces immigration law
PATH = "/oversight/reach"
NAMES = ("data", "label", "to", "purpose")


def show(call: Call) -> Reply:
    """The form; with a recipient chosen, the answer below it. Everything chosen stands in the address, in codes."""
    chosen = {name: call.query.one(name) for name in NAMES}
    without = tuple(one for one in call.query.every("without") if one)
    others = [one for one in call.site.agencies() if one.id != call.who().agency]
    told = None
    if chosen["to"]:
        asked = _asked(chosen, without, others)
        if asked is None:
            return NOT_FOUND
        try:
            told = _ask(call, asked)
        except WrongUseError as error:
            return _page(call, chosen, others, (None, str(error)))
    return _page(call, chosen, others, (told, ""))


def _ask(call: Call, asked: ReachAsked) -> ReachTold:
    told: ReachTold = call.site.door.ask(AskReach(member=call.who().id, asked=asked), ReachTold)
    return told


def _page(
    call: Call, chosen: dict[str, str], others: Sequence[Agency], answer: tuple[ReachTold | None, str]
) -> Page:
    told, refused = answer
    values = {
        "told": told,
        "refused": refused,
        "agency": own_agency(call).name,
        "chosen": chosen,
        "classes": tuple(load_vocabulary().classes),
        "labels": tuple(load_vocabulary().labels),
        "purposes": tuple(one.value for one in Purpose),
        "others": [(one.id, one.name) for one in others],
        "immigration": any(map(_enforces_immigration, others)),
        "names": call.site.agency_names(),
        "today": local_day(call, call.now_ms),
        "closings": [(one, _without(chosen, one.agreements)) for one in told.closings] if told else (),
        "back": _address(chosen),
    }
    faults = (("to", refused),) if refused else ()
    return Page("oversight/reach.html", values, status=422 if refused else 200, faults=faults)


def _asked(chosen: dict[str, str], without: tuple[str, ...], others: Sequence[Agency]) -> ReachAsked | None:
    """What is asked; None for a recipient that the directory does not list, or words that are too many."""
    to = chosen["to"]
    requesters = tuple(
        one.id for one in others if one.id == to or (to == IMMIGRATION and _enforces_immigration(one))
    )
    try:
        return ReachAsked(
            requesters=requesters,
            data_class=chosen["data"],
            label=chosen["label"],
            purpose=chosen["purpose"],
            without=without,
        )
    except NounError:
        return None


def _enforces_immigration(agency: Agency) -> bool:
    return agency.component is not Component.NONE or agency.primarily_immigration


def _without(chosen: dict[str, str], agreements: tuple[str, ...]) -> str:
    """Where the same is asked without some agreements; empty where more than agreements would have to end."""
    return f"{_address(chosen)}&{urlencode([('without', one) for one in agreements])}" if agreements else ""


def _address(chosen: dict[str, str]) -> str:
    return f"{PATH}?{urlencode({name: value for name, value in chosen.items() if value})}"
