"""O5: whether data of this agency can come to another, under the rules in force now. Three outcomes, and nothing between."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from comity.errors import WrongUseError
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency
from comity.model.codes import Component, Purpose
from comity.model.reach_told import ReachAsked, ReachTold
from comity.node.flow_requests import AskReach
from comity.web.call import Call, Page, Reply
from comity.web.chosen import chosen
from comity.web.oversight.days import local_day, own_agency
from comity.web.term_words import purpose_word, term_word

IMMIGRATION = "any-immigration"  # in place of an agency: whichever enforces immigration law
PATH = "/oversight/reach"
PURPOSES = tuple(one.value for one in Purpose)


def show(call: Call) -> Reply:
    """The form; with a recipient chosen, the answer below it. Everything chosen stands in the address, in codes."""
    others = [one for one in call.site.agencies() if one.id != call.who().agency]
    wanted = _wanted(call, others)
    without = tuple(one for one in call.query.every("without") if one)
    told = None
    if "to" in call.query.values and not wanted["to"]:
        return _page(call, wanted, others, (None, call.words("oversight.reach.fault")))
    if wanted["to"]:
        try:
            told = _ask(call, _asked(wanted, without, others))
        except WrongUseError as error:
            return _page(call, wanted, others, (None, str(error)))
    return _page(call, wanted, others, (told, ""))


def _wanted(call: Call, others: Sequence[Agency]) -> dict[str, str]:
    """What the address chooses of what the form offers. Raises NotOfferedError."""
    vocabulary, words, names = load_vocabulary(), call.words, {one.id: one.name for one in others}
    group = {IMMIGRATION: words("oversight.reach.any-immigration")}
    to = {**(group if any(map(_enforces_immigration, others)) else {}), **names}
    return {
        "data": chosen(call, "data", vocabulary.classes, lambda one: term_word(words, one, "class")),
        "label": chosen(call, "label", vocabulary.labels, lambda one: term_word(words, one, "oversight.label")),
        "to": chosen(call, "to", to, lambda one: to[one]),
        "purpose": chosen(call, "purpose", PURPOSES, lambda one: purpose_word(words, one)),
    }


def _ask(call: Call, asked: ReachAsked) -> ReachTold:
    told: ReachTold = call.site.door.ask(AskReach(member=call.who().id, asked=asked), ReachTold)
    return told


def _page(
    call: Call, wanted: dict[str, str], others: Sequence[Agency], answer: tuple[ReachTold | None, str]
) -> Page:
    told, refused = answer
    values = {
        "told": told,
        "refused": refused,
        "agency": own_agency(call).name,
        "chosen": wanted,
        "classes": tuple(load_vocabulary().classes),
        "labels": tuple(load_vocabulary().labels),
        "purposes": PURPOSES,
        "others": [(one.id, one.name) for one in others],
        "immigration": any(map(_enforces_immigration, others)),
        "names": call.site.agency_names(),
        "today": local_day(call, call.now_ms),
        "closings": [(one, _without(wanted, one.agreements)) for one in told.closings] if told else (),
        "back": _address(wanted),
    }
    faults = (("to", refused),) if refused else ()
    return Page("oversight/reach.html", values, status=422 if refused else 200, faults=faults)


def _asked(wanted: dict[str, str], without: tuple[str, ...], others: Sequence[Agency]) -> ReachAsked:
    """What is asked. Raises NounError where nobody is asked about, or more is thought away than one look takes."""
    to = wanted["to"]
    requesters = tuple(
        one.id for one in others if one.id == to or (to == IMMIGRATION and _enforces_immigration(one))
    )
    return ReachAsked(
        requesters=requesters,
        data_class=wanted["data"],
        label=wanted["label"],
        purpose=wanted["purpose"],
        without=without,
    )


def _enforces_immigration(agency: Agency) -> bool:
    return agency.component is not Component.NONE or agency.primarily_immigration


def _without(chosen: dict[str, str], agreements: tuple[str, ...]) -> str:
    """Where the same is asked without some agreements; empty where more than agreements would have to end."""
    return f"{_address(chosen)}&{urlencode([('without', one) for one in agreements])}" if agreements else ""


def _address(chosen: dict[str, str]) -> str:
    return f"{PATH}?{urlencode({name: value for name, value in chosen.items() if value})}"
