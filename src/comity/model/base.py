"""What every noun shares: frozen, keyword-only, unknown fields refused, checked when built."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from comity.errors import NounError

ORI_PATTERN = re.compile(r"[A-Z]{2}[A-Z0-9]{5}(?:[A-Z0-9]{2})?")
AGENCY_ID_PATTERN = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
CONTROL_PATTERN = re.compile(r"[\x00-\x08\x0b-\x1f]")  # but for the new line and the tab
HASH_PATTERN = re.compile(r"sha256:[0-9a-f]{64}")
LAST_MS = 253_402_300_799_999  # the last instant of the year 9999, the calendar's end
LARGEST_NUMBER = 2**63 - 1
MOST_FIELD_NAMES = (
    1_024  # remembered; the vocabulary has a hundred, and each is one of the names a record may bear
)
LONGEST_TEXT = 4_000  # a narrative paragraph; longer text belongs in an attachment


class Noun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Base of all nouns. A frozen value of values never holds itself, so the collector of garbage is spared the looking."""


def check_ori(text: str) -> str:
    """An Originating Agency Identifier: 7 or 9 characters, state letters first (NCIC Operating Manual)."""
    if not ORI_PATTERN.fullmatch(text):
        raise NounError(
            f"`{text}` is not an ORI; write 7 or 9 upper-case letters and digits, the first two letters the state"
        )
    return text


def check_agency_id(text: str) -> str:
    """An agency or node id: lower-case words joined by hyphens, at most 64 characters."""
    if len(text) > 64 or not AGENCY_ID_PATTERN.fullmatch(text):
        raise NounError(f"`{text[:64]}` is not an id; write lower-case words joined by hyphens")
    return text


@lru_cache(maxsize=MOST_FIELD_NAMES)
def check_field_name(text: str) -> str:
    """A field's name, spelled as an id. Every value of every record read has one, of the vocabulary's few."""
    return check_agency_id(text)


def check_hash(text: str) -> str:
    if not HASH_PATTERN.fullmatch(text):
        raise NounError(f"`{text[:80]}` is not a hash; write `sha256:` and 64 hexadecimal digits")
    return text


def check_text(name: str, text: str, longest: int = LONGEST_TEXT) -> str:
    if not text.strip():
        raise NounError(f"{name} is empty; give it")
    if len(text) > longest:
        raise NounError(f"{name} is longer than {longest} characters; shorten it")
    if CONTROL_PATTERN.search(text):
        raise NounError(f"{name} holds a control character; remove it")
    return text


def is_plain(text: str) -> bool:
    """True for what `check_text` finds nothing against at its usual length, told without its sentences and its search."""
    return text.isprintable() and len(text) <= LONGEST_TEXT and bool(text.strip())


def check_short(name: str, text: str, longest: int) -> str:
    """A text that may be left out: empty, or as `check_text` wants it."""
    return check_text(name, text, longest) if text else text


def check_instant(name: str, at_ms: int) -> int:
    """UTC milliseconds between 1970 and the year 9999."""
    if not 0 <= at_ms <= LAST_MS:
        raise NounError(f"{name} is not a time; write UTC milliseconds")
    return at_ms


def check_numbers(value: object) -> None:
    """Every whole number in a value of builtin types is one that a store holds: no more than sixty-four bits."""
    if isinstance(value, int) and not -LARGEST_NUMBER <= value <= LARGEST_NUMBER:
        raise NounError("a number is larger than anything that is counted here; write it as it was told")
    if isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            check_numbers(one)


def check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NounError(f"`{name}` is not an IANA time zone; write for instance `America/Los_Angeles`") from error
    return name


def check_period(first: date | None, last: date | None, what: str) -> None:
    if first and last and last < first:
        raise NounError(f"{what} ends on {last}, before it begins on {first}")
