"""D1: how the node stands. What stops releases comes first, with what to do; there is no switch."""

from __future__ import annotations

from itertools import groupby

from comity.model.health import Health, HealthLine
from comity.node.health import ShowHealth
from comity.web.call import Call, Page, Reply

LINES = tuple[HealthLine, ...]


def show(call: Call) -> Reply:
    """Every part, what is wrong first, what is good in one line a part."""
    lines: LINES = call.site.door.ask(ShowHealth(member=call.who().id), LINES)
    wrong = tuple(one for one in lines if one.health in (Health.STOPPED, Health.CARE))
    good = sorted((one for one in lines if one.health is Health.GOOD), key=lambda one: one.part)
    values = {
        "wrong": wrong,
        "good": tuple((part, tuple(those)) for part, those in groupby(good, key=lambda one: one.part)),
        "unused": tuple(one.part for one in lines if one.health is Health.UNUSED),
        "stopped": sum(one.health is Health.STOPPED for one in wrong),
        "care": sum(one.health is Health.CARE for one in wrong),
        "names": {**{one.id: one.name for one in call.site.agencies()}},
    }
    return Page("health.html", values)
