"""Days and times as pages write them: with the zone they are of, in the agency's own (screens: voice)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from comity.oversight.texts.say import Language
from comity.web.words import Words

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
QUARTER = re.compile(r"Q[1-4]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS_ES = ("ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sep.", "oct.", "nov.", "dic.")


def day_words(day: date, language: str) -> str:
    """`Nov 27, 2026`, or `27 de nov. de 2026`."""
    if language == "es":
        return f"{day.day} de {MONTHS_ES[day.month - 1]} de {day.year}"
    return f"{MONTHS_EN[day.month - 1]} {day.day}, {day.year}"


def date_words(month: str, day: str, year: str, language: str) -> str:
    """What was typed as a date and may be none, as it would be said: `Feb 30, 2026`. As typed where the month is none."""
    if not 1 <= int(month or 0) <= len(MONTHS_EN):
        return f"{month}/{day}/{year}"
    if language == "es":
        return f"{int(day or 0)} de {MONTHS_ES[int(month) - 1]} de {year}"
    return f"{MONTHS_EN[int(month) - 1]} {int(day or 0)}, {year}"


def dated(value: str, language: str) -> str:
    """A value of a field: a whole day (`1984-03-04`) as it is said, anything else, a part of a date too, as it stands."""
    try:
        return day_words(date.fromisoformat(value), language) if DAY.fullmatch(value) else value
    except ValueError:
        return value


def period_words(period: str, words: Words) -> str:
    """A day, a month, a quarter or a year by its name, as it is said: `October 2026`, `octubre de 2026`; else as it stands."""
    year, _, part = period.partition("-")
    if QUARTER.fullmatch(part):
        return words("public.quarter", number=part[1], year=year)
    if MONTH.fullmatch(period):
        return Language(words.language).month(date(int(year), int(part), 1))
    return dated(period, words.language)


def time_words(at_ms: int, zone: str, language: str) -> str:
    """`Nov 27, 2026, 5:00 p.m. PST`, or `27 de nov. de 2026, 5:00 p. m. PST`."""
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))
    half = "a.m." if at.hour < 12 else "p.m."
    if language == "es":
        half = half.replace(".m", ". m")
    return f"{day_words(at.date(), language)}, {at.hour % 12 or 12}:{at.minute:02d} {half} {at.tzname()}"
