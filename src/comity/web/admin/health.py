"""D1: how the node stands. What stops releases comes first, with what to do; there is no switch."""

from __future__ import annotations

from itertools import groupby

from comity.model.health import Health, HealthLine
from comity.node.health import ShowHealth
from comity.web.call import Call, Page, Reply
from comity.web.said import told_of
from comity.web.sorting import Table, by_word, ordered

LINES = tuple[HealthLine, ...]


def show(call: Call) -> Reply:
    """Every part, what is wrong first, what is good in one line a part."""
    lines: LINES = call.site.door.ask(ShowHealth(member=call.who().id), LINES)
    words = call.words
    table: Table[HealthLine] = Table(
        {
            "stands": by_word(lambda one: words(f"health.is.{one.health.value}")),
            "part": by_word(lambda one: words(f"health.part.{one.part.value}")),
        }
    )
    wrong, order = ordered(call, table, (one for one in lines if one.health in (Health.STOPPED, Health.CARE)))
    good = sorted((one for one in lines if one.health is Health.GOOD), key=lambda one: one.part)
    values = {
        "wrong": [(line, told_of(words, line.says)) for line in wrong],
        "order": order,
        "good": tuple((part, tuple(those)) for part, those in groupby(good, key=lambda one: one.part)),
        "unused": tuple(one.part for one in lines if one.health is Health.UNUSED),
        "stopped": sum(one.health is Health.STOPPED for one in wrong),
        "care": sum(one.health is Health.CARE for one in wrong),
        "names": {**{one.id: one.name for one in call.site.agencies()}},
    }
    return Page("health.html", values)
