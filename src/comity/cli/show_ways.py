"""Ways that an owner forbids, as JSON values."""

from __future__ import annotations

from typing import Any

from comity.cli.show import reason_value
from comity.cli.table import object_of
from comity.model.forbidden_way import ForbiddenWay


def way_value(way: ForbiddenWay) -> dict[str, Any]:
    """A way that an agreement would open as one JSON object."""
    return {
        **object_of(way, "owner", "recipient", "agencies", "steps"),
        "forbidden_by": reason_value(way.reason),
    }


def open_way_value(way: ForbiddenWay) -> dict[str, Any]:
    """A way that is open, with what would close it."""
    return {**way_value(way), **object_of(way, "closing", "alone")}
