"""Which column of a search audit is what: known by its heading, or told by a mapping file.

Nothing is guessed. A column with a heading that no list knows is refused until a mapping says what it is, because it may
hold a plate or a name. The format of a mapping is documented in `docs/audit.md`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from comity.errors import Finding, NounError, RecordFileError
from comity.formats.mapping import DELIMITERS
from comity.formats.tree import refuse
from comity.formats.yaml_tree import Entries, Items, Node, Word, parse_yaml
from comity.model.base import check_zone
from comity.model.search_audit import LONGEST_AGENCY, Role

VERSION = "1"
KEYS = ("version", "delimiter", "agency", "joined", "columns", "times", "zone", "reasons", "redacted")
REDACTED = ("redacted", "[redacted]", "(redacted)", "withheld", "[withheld]")
TIMES = (
    "%Y-%m-%dT%H:%MZ",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.%fZ",
    "%Y-%m-%dT%H:%M:%S%z",
    "%m/%d/%Y, %I:%M:%S %p UTC",
)
ISO_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")  # what a day and a time of day in two columns may say anyway
UTC_ZONE = "UTC"

# Headings of exports that were seen, without case, blanks and signs. The vendor's screen writes `Total Networks Searched`,
# its download `total_networks_searched`, the public page `networkCount`.
HEADINGS: Mapping[str, Role] = MappingProxyType(
    {
        "slug": Role.AGENCY,
        "orgname": Role.AGENCY,
        "organizationname": Role.AGENCY,
        "searchtimeutc": Role.TIME,
        "searchtime": Role.TIME,
        "searchdate": Role.TIME,
        "networkcount": Role.NETWORKS,
        "networkssearched": Role.NETWORKS,
        "totalnetworkssearched": Role.NETWORKS,
        "devicessearched": Role.DEVICES,
        "totaldevicessearched": Role.DEVICES,
        "timeframe": Role.WINDOW,
        "timeframestart": Role.WINDOW_FIRST,
        "starttimeframe": Role.WINDOW_FIRST,
        "starttimeframeutc": Role.WINDOW_FIRST,
        "timeframeend": Role.WINDOW_LAST,
        "endtimeframe": Role.WINDOW_LAST,
        "endtimeframeutc": Role.WINDOW_LAST,
        "reason": Role.REASON,
        "reasonscrubbed": Role.REASON,
        "reasonstate": Role.REASON_STATE,
        "offensetype": Role.OFFENCE,
        "casenumber": Role.CASE,
        "case": Role.CASE,
        "searchtype": Role.KIND,
        "moderation": Role.IGNORE,
        "orgid": Role.IGNORE,
        "licenseplate": Role.DROP_PLATES,
        "licenseplatehash": Role.DROP_PLATES,
        "plate": Role.DROP_PLATES,
        "userid": Role.DROP_USERS,
        "user": Role.DROP_USERS,
        "username": Role.DROP_USERS,
        "email": Role.DROP_USERS,
        "name": Role.DROP_NAMES,
        "officer": Role.DROP_NAMES,
        "bestname": Role.DROP_NAMES,
        "id": Role.DROP_IDS,
        "searchid": Role.DROP_IDS,
        "filters": Role.DROP_TEXT,
        "textprompt": Role.DROP_TEXT,
    }
)
# Days and times of day by their headings, where a file has both: one alone may hold either or the whole time.
DAYS = frozenset({"date", "searchdate", "dateutc", "searchdateutc"})
TIMES_OF_DAY = frozenset({"time", "searchtime", "timeutc", "searchtimeutc"})
# A heading that says its reasons were made safe before publication; all others are scrubbed when they are read.
SCRUBBED_HEADING = "reasonscrubbed"


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file is read.

    `columns` are (heading, role); `agency` the agency of a file without a column for it; `joined` says that pages of several
    agencies were put into one file, so that an agency without any offence has no such column; `raw_reasons` that reasons
    still hold what people typed. `zone` is the IANA zone of times that do not say their own, empty where nobody said it: UTC.
    """

    columns: tuple[tuple[str, Role], ...]
    agency: str = ""
    delimiter: str = ","
    joined: bool = False
    raw_reasons: bool = True
    times: tuple[str, ...] = TIMES
    zone: str = ""
    redacted: tuple[str, ...] = REDACTED

    def role_of(self, heading: str) -> Role | None:
        return next((role for name, role in self.columns if name == heading), None)


def plain_heading(heading: str) -> str:
    """A heading without case, blanks and signs."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def roles_of(header: tuple[str, ...]) -> tuple[Role | None, ...]:
    """What each column holds by its heading; None where no list knows it."""
    plain = [plain_heading(heading) for heading in header]
    days, times = ([one for one in plain if one in known] for known in (DAYS, TIMES_OF_DAY))
    split = {days[0]: Role.DAY, times[0]: Role.TIME_OF_DAY} if len(days) == len(times) == 1 else {}
    return tuple(split.get(one) or HEADINGS.get(one) for one in plain)


def layout_of(header: tuple[str, ...], file: str, agency: str = "") -> Layout:
    """The layout of a header that is known. Raises RecordFileError for a heading that is not, with the remedy."""
    columns = []
    for heading, role in zip(header, roles_of(header), strict=True):
        if role is None:
            fault = f"column `{heading[:60]}` is not known, and could hold a plate or a name"
            raise refuse(file, 1, fault, "write a mapping file that says what every column is: docs/audit.md")
        columns.append((heading, role))
    in_utc = all(
        plain_heading(name).endswith("utc") for name, role in columns if role in (Role.DAY, Role.TIME_OF_DAY)
    )
    zone = UTC_ZONE if in_utc else ""
    return told_layout(Layout(columns=tuple(columns), agency=agency, zone=zone), file)


def told_layout(said: Layout, file: str) -> Layout:
    """The layout that somebody said column by column. Reasons count as typed, and are scrubbed, unless their heading says
    that they were.

    Raises RecordFileError where two columns are the same, or nothing says when or whose.
    """
    plain = {plain_heading(heading) for heading, _ in said.columns}
    layout = replace(said, joined="reasonstate" in plain, raw_reasons=SCRUBBED_HEADING not in plain)
    return _check_roles(layout, file)


def parse_layout(text: str, file: str) -> Layout:
    """Read a mapping file. Raises RecordFileError with file, line, fault and remedy."""
    top = parse_yaml(text, file)
    for word, _ in top.pairs:
        if word.text not in KEYS:
            raise _refuse(file, word, f"`{word.text[:60]}` is not a key", f"known are: {', '.join(KEYS)}")
    if _word(top, "version", file) != VERSION:
        raise _refuse(file, top, "the mapping has no known version", f"write `version: {VERSION}`")
    agency = _word(top, "agency", file)
    if len(agency) > LONGEST_AGENCY:
        raise _refuse(file, top, f"`agency` is longer than {LONGEST_AGENCY} characters", "shorten it")
    delimiter = _closed(top, "delimiter", tuple(DELIMITERS), "comma", file)
    return _check_roles(
        Layout(
            columns=_columns(top, file),
            agency=agency,
            delimiter=DELIMITERS[delimiter],
            joined=_closed(top, "joined", ("yes", "no"), "no", file) == "yes",
            raw_reasons=_closed(top, "reasons", ("raw", "scrubbed"), "raw", file) == "raw",
            times=_words(top, "times", file) or TIMES,
            zone=_zone(top, file),
            redacted=(*REDACTED, *(word.casefold() for word in _words(top, "redacted", file))),
        ),
        file,
    )


def _columns(top: Entries, file: str) -> tuple[tuple[str, Role], ...]:
    node = top.find("columns")
    if not isinstance(node, Entries):
        raise _refuse(
            file, node or top, "`columns` is no map", "write `columns:` and below it `Heading: role` lines"
        )
    found = []
    for word, value in node.pairs:
        roles = tuple(role.value for role in Role)
        if not isinstance(value, Word) or value.text not in roles:
            fault = f"column `{word.text[:60]}` becomes nothing that is known"
            raise _refuse(file, word, fault, f"write one of: {', '.join(roles)}")
        found.append((word.text, Role(value.text)))
    return tuple(found)


def _check_roles(layout: Layout, file: str) -> Layout:
    """Every role that says something stands once, and whose searches they are and when is known."""
    given = [role for _, role in layout.columns if role is not Role.IGNORE and not role.value.startswith("drop-")]
    twice = next((role for role in given if given.count(role) > 1), None)
    if twice is not None:
        raise refuse(file, 1, f"two columns are `{twice}`", "keep one of them and `ignore` or drop the other")
    _check_time(layout, file)
    if (Role.AGENCY in given) == bool(layout.agency):
        fault = "whose searches these are is said by nothing, or by a column and beside it"
        raise refuse(file, 1, fault, "map a column to `agency`, or name the agency once: `--agency` or `agency:`")
    return layout


def _check_time(layout: Layout, file: str) -> None:
    """When a search was made stands in one column, or its day and its time of day in two, in a zone that was stated."""
    given = {role for _, role in layout.columns}
    halves = given & {Role.DAY, Role.TIME_OF_DAY}
    if Role.TIME not in given and not halves:
        raise refuse(
            file, 1, "no column says when a search was made", "name the right file, or map a column to `time`"
        )
    if halves and (Role.TIME in given or len(halves) == 1):
        fault = "when a search was made is said by half, or twice"
        raise refuse(file, 1, fault, "map one column to `time`, or one to `day` and one to `time-of-day`")
    if halves and not layout.zone:
        fault = "a day and a time of day in two columns say no zone"
        raise refuse(
            file, 1, fault, "say it: `zone:` of a mapping file, `UTC` or for instance `America/Los_Angeles`"
        )


def _zone(top: Entries, file: str) -> str:
    zone = _word(top, "zone", file)
    try:
        return check_zone(zone) if zone else ""
    except NounError as error:
        raise _refuse(file, top.find("zone") or top, str(error), "name the zone, or `UTC`") from error


def _word(top: Entries, key: str, file: str) -> str:
    node = top.find(key)
    if node is None:
        return ""
    if not isinstance(node, Word) or not node.text.strip():
        raise _refuse(file, node, f"`{key}` is not one word or text", f"write `{key}: ...`")
    return node.text.strip()


def _closed(top: Entries, key: str, allowed: tuple[str, ...], otherwise: str, file: str) -> str:
    text = _word(top, key, file) or otherwise
    if text not in allowed:
        raise _refuse(
            file, top.find(key) or top, f"`{text[:40]}` is not a {key}", f"write one of: {', '.join(allowed)}"
        )
    return text


def _words(top: Entries, key: str, file: str) -> tuple[str, ...]:
    node = top.find(key)
    if node is None:
        return ()
    if not isinstance(node, Items) or not all(isinstance(value, Word) for value in node.values):
        raise _refuse(file, node, f"`{key}` is not a list of words", f"write `{key}: [one, another]`")
    return tuple(value.text for value in node.values if isinstance(value, Word))


def _refuse(file: str, node: Node, fault: str, remedy: str) -> RecordFileError:
    return RecordFileError((Finding(file=file, line=node.line, column=node.column, fault=fault, remedy=remedy),))
