"""How a node stands: what its administrator looks at first."""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun


class HealthPart(StrEnum):
    """What is looked at."""

    CLOCK = "clock"
    KEYS = "keys"
    DATABASE = "database"
    DIRECTORY = "directory"
    LAW = "law"
    WEIGHTS = "weights"
    SETTING = "setting"
    WITNESSES = "witnesses"
    CERTIFICATE = "certificate"
    PEER = "peer"
    PEER_CERTIFICATE = "peer-certificate"
    FEED = "feed"
    STAMPS = "stamps"
    BACKUPS = "backups"
    MEMBERS = "members"


class Health(StrEnum):
    """`STOPPED` keeps every question from being answered, `CARE` will or hinders some, `GOOD` needs nothing, `UNUSED` is
    no part of this node as it is set up: nothing is wrong, and nothing is gained."""

    STOPPED = "stopped"
    CARE = "care"
    GOOD = "good"
    UNUSED = "unused"


class HealthLine(Noun, frozen=True, kw_only=True):
    """One part as it stands now. `of` is the agency, node or feed it is about, empty for the node itself; `says` the
    sentence of what is wrong, with its remedy, empty where nothing is; `at_ms` a time it turns on (UTC milliseconds);
    `until_ms` is until when what was done at `at_ms` is enough.
    """

    part: HealthPart
    health: Health
    of: str = ""
    says: str = ""
    at_ms: int | None = None
    until_ms: int | None = None
