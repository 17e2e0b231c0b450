"""The exposure statement in words: sentences of a language's table with the statement's figures, and lists behind them."""

from __future__ import annotations

from collections.abc import Iterator

from comity.oversight.exposure.closed import Outcome
from comity.oversight.exposure.doors import ORDER, Comer
from comity.oversight.exposure.statement import LawRead, Statement
from comity.oversight.reach.hop import Door
from comity.oversight.texts.document import Document, Part, Table
from comity.oversight.texts.say import Language

MOST_GIVERS = 3  # named of those somebody has it from; all are counted
LEADING = frozenset({"address", "location", "release-date", "identity"})  # by which a person is found, said first
SHORT = {Door.FRONT: "front", Door.SIDE: "side", Door.BACK: "back"}
OUTCOMES = {
    Outcome.CLOSED: "closed",
    Outcome.UNLESS_PUBLIC: "unless-public",
    Outcome.OPEN: "open",
    Outcome.UNDECIDED: "undecided",
}


def statement_document(statement: Statement, language: Language) -> Document:
    """The page of a statement in a language."""
    return Document(
        language=language.code,
        title=language.say("exposure.title", agency=statement.agency.name),
        lead=tuple(_lead(statement, language)),
        parts=tuple(_parts(statement, language)),
        private=language.say("map.private", agency=statement.agency.name) if statement.private is not None else "",
    )


def sentences_of(document: Document) -> tuple[str, ...]:
    """Every sentence of a statement, in order; headings and lists left out."""
    return (*document.lead, *(sentence for part in document.parts for sentence in part.sentences))


def _lead(statement: Statement, language: Language) -> Iterator[str]:
    counts = {
        word: language.say(f"exposure.{word}", n=len(statement.doors.by(door))) for door, word in SHORT.items()
    }
    yield language.say("exposure.short", **counts)
    yield from _closed(statement, language, LEADING)
    yield language.say("exposure.computed", day=language.day(statement.day))


def _parts(statement: Statement, language: Language) -> Iterator[Part]:
    for door in ORDER:
        yield _door(statement, door, language)
    yield Part(language.say("exposure.law"), tuple(_law(statement, language)))
    before = language.month(statement.month.back().first)
    opened, closed = len(statement.changes.opened), len(statement.changes.closed)
    yield Part(
        language.say("map.changed", month=before),
        (
            language.say("exposure.changed", month=before, opened=opened, closed=closed),
            *_used(statement, language),
        ),
        _changed(statement, language),
    )
    yield Part(language.say("exposure.sure"), tuple(_sure(statement, language)))


def _door(statement: Statement, door: Door, language: Language) -> Part:
    comers = statement.doors.by(door)
    sentences = [language.say(f"exposure.{SHORT[door]}-door")]
    if comers:
        federal, other = statement.federal(comers), statement.elsewhere(comers)
        sentences.append(language.say("exposure.federal", n=federal, other=other))
    else:
        sentences.append(language.say("exposure.no-one"))
    if door is Door.BACK and statement.doors.in_the_end:
        sentences.append(language.say("exposure.in-the-end", n=statement.doors.in_the_end))
    heads = tuple(language.say(f"head.{head}") for head in ("agency", "what", "for", "how"))
    rows = tuple(tuple(_comer(statement, one, language)) for one in comers)
    title = language.say(f"door.{door}")
    fold = f"{language.say('exposure.list')}: {language.number(len(comers))}"
    return Part(f"{title}: {language.number(len(comers))}", tuple(sentences), Table(title, heads, rows), fold=fold)


def _comer(statement: Statement, one: Comer, language: Language) -> Iterator[str]:
    """Who, what, for what, and how: the paper of its own step, or whom it has it from."""
    steps = statement.steps(one)
    every, anything = not all(row.classes for row in steps), not all(row.purposes for row in steps)
    yield statement.places[one.agency].name
    yield language.classes(() if every else dict.fromkeys(name for row in steps for name in row.classes))
    yield language.purposes(() if anything else dict.fromkeys(name for row in steps for name in row.purposes))
    own = [row.source for row in steps] or [hop.authority for hop in one.hops]
    yield _from(statement, one, language) if one.givers else "; ".join(dict.fromkeys(own))


def _from(statement: Statement, one: Comer, language: Language) -> str:
    names = [statement.places[name].name for name in one.givers[:MOST_GIVERS]]
    left = len(one.givers) - len(names)
    if left:
        return language.say("exposure.from-more", names=", ".join(names), n=left)
    return language.say("exposure.from", names=language.listed(names))


def _law(statement: Statement, language: Language) -> Iterator[str]:
    law = statement.law
    if law.read is LawRead.NONE:
        yield language.say("exposure.no-law")
        return
    if law.read is LawRead.STATE:
        yield language.say("exposure.state-law", state=statement.agency.state)
    yield from _closed(statement, language)
    rules = dict.fromkeys(
        f"{rule.citation or rule.title} ({rule.status})" for one in law.closed for rule in one.rules
    )
    if rules:
        yield language.say("exposure.rules", rules="; ".join(rules))
    if law.read is LawRead.STATE:
        yield language.say("exposure.elsewhere")


def _closed(statement: Statement, language: Language, wanted: frozenset[str] | None = None) -> Iterator[str]:
    """A sentence for each outcome, with the labels of it; only those wanted, where some are."""
    for outcome in OUTCOMES:
        labels = [
            language.label(one.label)
            for one in statement.law.closed
            if one.outcome is outcome and (wanted is None or one.label in wanted)
        ]
        if labels:
            yield language.say(f"exposure.{OUTCOMES[outcome]}", what=language.listed(labels))


def _used(statement: Statement, language: Language) -> Iterator[str]:
    used = statement.used
    if used is None:
        yield language.say("exposure.no-use")
    else:
        yield language.say("exposure.use", asked=used.asked, released=used.released, refused=used.refused)


def _changed(statement: Statement, language: Language) -> Table:
    """What opened first, then what closed, then what did both."""
    changes = statement.changes
    kinds = (("opens", changes.opened), ("closes", changes.closed), ("brief", changes.brief))
    heads = ("change", "to", "what", "for", "source")
    rows = tuple(
        (
            language.say(f"change.{kind}"),
            statement.places[row.taker].name,
            language.classes(row.classes),
            language.purposes(row.purposes),
            row.source,
        )
        for kind, found in kinds
        for row in found
    )
    caption = f"{language.number(len(rows))} {language.say('head.flows').casefold()}"
    return Table(caption, tuple(language.say(f"head.{head}") for head in heads), rows)


def _sure(statement: Statement, language: Language) -> Iterator[str]:
    sure = statement.sure
    yield language.say("exposure.rests", day=language.day(statement.day))
    if sure.declared:
        yield language.say("exposure.declared", n=sure.declared)
    if sure.listed and sure.newest is not None:
        yield language.say("exposure.listed", n=sure.listed, newest=language.day(sure.newest))
    if sure.listed and sure.undated:
        yield language.say("exposure.listed-undated", n=sure.listed)
    if sure.listed:
        yield language.say("map.lists")
    if sure.spelled:
        yield language.say("exposure.spelled", n=sure.spelled)
    if statement.law.unread:
        names = language.listed(statement.places[name].name for name in statement.law.unread)
        yield language.say("exposure.unread", names=names)
    yield language.say("map.undeclared")
    private = statement.private
    if private is None:
        yield language.say("map.withheld")
    else:
        people = len({one.member for one in private.acting})
        told = sum(one.count for one in private.told)
        yield language.say("exposure.told-private", n=people, m=told)
    yield language.say("exposure.asker")
