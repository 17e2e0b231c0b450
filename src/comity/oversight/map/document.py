"""The map as a page: what it says first, what changed, then the counts, then every flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.model.flow_map import MonthUse
from comity.oversight.map.flow_map import use_by_purpose
from comity.oversight.map.rolled import ANY, SIDES, UNKNOWN, Roll, Rolled, rolled
from comity.oversight.map.row import MapRow
from comity.oversight.map.view import View
from comity.oversight.reach.say import say_ruling
from comity.oversight.texts.document import MOST_ROWS, Document, Part, Table
from comity.oversight.texts.say import Language

HEADS = ("from", "to", "what", "for", "door", "until", "source")


def map_document(view: View, language: Language) -> Document:
    """The page of a map in a language."""
    beside = view.known.beside
    return Document(
        language=language.code,
        title=language.say("map.title"),
        lead=tuple(_lead(view, language)),
        parts=tuple(_parts(view, language)),
        private=language.say("map.private", agency=view.known.places[beside.agency].name) if beside else "",
    )


def _lead(view: View, language: Language) -> Iterator[str]:
    count, known = view.flow_map.count, view.known
    month = language.month(count.day)
    yield language.say("map.as-of", month=_capital(month), day=language.day(count.day))
    yield language.say("map.agreements", month=month, n=count.agreements, began=count.began, ended=count.ended)
    yield language.say("map.beside", listed=count.listed, declared=count.declared, other=count.other)
    if count.declared:
        yield language.say("map.declared")
    yield language.say("map.undeclared")
    nodes = language.listed(known.places[one].name for one in known.nodes)
    yield language.say("map.givers", nodes=nodes) if known.nodes else language.say("map.no-node")


def _parts(view: View, language: Language) -> Iterator[Part]:
    changes, flow_map = view.flow_map.changes, view.flow_map
    before = language.month(flow_map.month.back().first)
    yield Part(language.say("map.changed", month=before), (language.say("map.stays", n=changes.stays),))
    for key, rows in (("opens", changes.opened), ("closes", changes.closed), ("brief", changes.brief)):
        if rows or key != "brief":
            yield Part(language.say(f"map.{key}", n=len(rows)), (), _rows(view, rows, language), deep=True)
    yield from (_rolled(view, roll, language) for roll in view.rolls)
    if len(flow_map.series) > 1 or flow_map.count.asked is not None:
        yield _months(view, language)
    if flow_map.use:
        yield _use(flow_map.use, language)
    yield Part(language.say("map.rows"), tuple(_notes(view, language)), _rows(view, flow_map.rows, language))


def _notes(view: View, language: Language) -> Iterator[str]:
    """What a reader must know of the rows."""
    flow_map, known = view.flow_map, view.known
    if not flow_map.rows:
        yield language.say("map.none")
    if flow_map.count.listed:
        yield language.say("map.lists")
    if known.nodes:
        yield language.say("map.now")
    if known.closed:
        yield language.say("map.closed", n=known.closed)
    if known.lost:
        yield language.say("map.lost", names=", ".join(known.lost))
    if known.beside is None:
        yield language.say("map.withheld")
    elif known.beside.forbidden:
        yield language.say("map.forbidden", n=known.beside.forbidden)


def _rows(view: View, rows: tuple[MapRow, ...], language: Language) -> Table:
    heads = tuple(language.say(f"head.{head}") for head in HEADS)
    if view.known.beside is not None:
        heads = (*heads, language.say("head.law"))
    shown = tuple(tuple(row_cells(view, row, language)) for row in rows[:MOST_ROWS])
    left = len(rows) - len(shown)
    return Table(
        caption=f"{language.number(len(rows))} {language.say('head.flows').casefold()}",
        heads=heads,
        rows=shown,
        more=language.say("map.more", n=left) if left else "",
    )


def row_cells(view: View, row: MapRow, language: Language) -> Iterator[str]:
    """The cells of a row in a language, with what law says where the map is private."""
    places, beside = view.known.places, view.known.beside
    until = row.until(view.flow_map.day)
    yield places[row.giver].name
    yield places[row.taker].name
    yield language.classes(row.classes)
    yield language.purposes(row.purposes)
    yield language.say(f"door.{row.door}")
    yield language.day(until) if until is not None else language.say("no-end")
    yield row.source
    if beside is not None:
        ruling = beside.rulings.get(row.key)
        yield say_ruling(ruling) if ruling is not None else ""


def _rolled(view: View, roll: Roll, language: Language) -> Part:
    heads = ["head.from", "head.to"] if roll in SIDES else [f"facet.{roll}"]
    heads += ["head.flows", "head.agreements", "head.givers", "head.takers"]
    rows = rolled(view.flow_map.rows, view.known.places, roll)
    cells = tuple(
        (
            *(_sides(one, language) if roll in SIDES else (_coded(one.start, roll, language),)),
            *(str(language.number(count)) for count in (one.flows, one.agreements, one.givers, one.takers)),
        )
        for one in rows
    )
    facet = language.say(f"facet.{roll}")
    left = max(0, len(cells) - MOST_ROWS)
    table = Table(
        caption=language.say("map.by", facet=facet),
        heads=tuple(_capital(language.say(head)) for head in heads),
        rows=cells,
        numbers=frozenset(range(len(heads) - 4, len(heads))),
        more=language.say("map.more", n=left) if left else "",
    )
    return Part(language.say("map.by", facet=facet), (), table)


def _sides(one: Rolled, language: Language) -> tuple[str, ...]:
    return tuple(word.replace(UNKNOWN, language.say("not-known")) for word in (one.start, one.end))


def _coded(word: str, roll: Roll, language: Language) -> str:
    """A purpose, class or door in plain words."""
    codes = () if word == ANY else (word,)
    if roll is Roll.PURPOSE:
        return language.purposes(codes)
    return language.classes(codes) if roll is Roll.CLASS else language.say(f"door.{word}")


def _months(view: View, language: Language) -> Part:
    keys = ("agreements", "began", "ended", "declared", "listed", "asked", "released", "refused")
    rows = tuple(
        (
            language.month(one.day),
            *(
                language.say("not-known")
                if (number := getattr(one, key)) is None
                else str(language.number(number))
                for key in keys
            ),
        )
        for one in view.flow_map.series
    )
    heads = tuple(language.say(f"head.{key}") for key in ("month", *keys))
    title = language.say("map.months")
    return Part(title, (), Table(title, heads, rows, frozenset(range(1, len(heads)))))


def _use(use: Iterable[MonthUse], language: Language) -> Part:
    heads = tuple(language.say(f"head.{key}") for key in ("month", "purpose", "asked", "released", "refused"))
    rows = tuple(
        (month, language.purposes((purpose,)), *(str(language.number(number)) for number in numbers))
        for month, purpose, *numbers in use_by_purpose(tuple(use))
    )
    title = language.say("map.use")
    return Part(title, (), Table(title, heads, rows, frozenset({2, 3, 4})))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
