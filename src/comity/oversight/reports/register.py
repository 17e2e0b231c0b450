"""The register of an owner's agreements with its public face: parties, days, purposes, classes, and how often each was used.

Nothing secret is needed for it: an agreement is signed law, and the counts are read from the codes of entries.
"""

from __future__ import annotations

from datetime import date

from comity.exchange.answering.law_in_force import counts_from, veto_days
from comity.exchange.answering.wanted import has_lapsed
from comity.exchange.owners import owner_day, owner_here
from comity.law.ast import Agreement
from comity.law.compile import parse_text
from comity.law.standing import parties_of
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency
from comity.model.codes import Status
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.law_text import LawKind, LawText
from comity.model.report import Register, RegisteredAgreement
from comity.oversight.flows.agreed import Given, given_by
from comity.oversight.reports.period import check_days, instants_of, last_whole_period
from comity.oversight.reports.read_log import OpenedEntry, begun_on, read_log
from comity.ports import World

ANY = "any the owner's law allows"
GIVING = frozenset({EntryKind.ANSWERED, EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.ONWARD})
EVERY = "quarter"  # what H20 asks for: a public account each quarter


def make_register(world: World, owner: str, first: date | None = None, last: date | None = None) -> Register:
    """The agreements an owner has in force, with counts of some days, the last whole quarter where none are named.

    1 the owner and the days   2 the log, read whole and verified   3 every agreement in force, and what was given to its
    parties for its purposes

    Raises ProofError for an entry that does not verify, WrongUseError for an agency that is not held here.
    """
    agency = owner_here(world, owner)  # 1
    quarter = last_whole_period(owner_day(agency, world.clock.now_ms()), EVERY)
    days = first or quarter[0], last or quarter[1]
    check_days(*days)
    log = read_log(world, agency, *instants_of(*days, agency.zone))  # 2
    begun = begun_on(agency, log)
    entries = log.entries if begun is not None and begun <= days[1] else None
    found = tuple(_registered(world, agency, text, entries) for text in _agreements(world, agency))  # 3
    return Register(
        agency=agency.id,
        agency_name=agency.name,
        first=days[0],
        last=days[1],
        checkpoint=log.note,
        size=log.size,
        agreements=tuple(sorted(found, key=lambda one: one.agreement)),
        begun=begun,
    )


def _agreements(world: World, owner: Agency) -> tuple[LawText, ...]:
    """Those in force: one that closed because nobody kept it is none."""
    law, now_ms = world.laws.law_of(owner.id), world.clock.now_ms()
    return tuple(
        text for text in law.texts if text.kind is LawKind.AGREEMENT and not has_lapsed(law, owner, text, now_ms)
    )


def _registered(
    world: World, owner: Agency, text: LawText, entries: tuple[OpenedEntry, ...] | None
) -> RegisteredAgreement:
    """One agreement; without entries, where the log began after the days, how often it was used is not known."""
    tree = parse_text(text)
    assert isinstance(tree, Agreement)
    directory = world.directory()
    given = tuple(given_by(tree, owner, directory))
    used = None if entries is None else [one for one in entries if _under(owner, given, one)]
    begins = _begins(world, owner, text)
    return RegisteredAgreement(
        agreement=text.name,
        hash=text.hash,
        title=str(tree.title),
        owner=owner.id,
        parties=tuple(agency.name for agency in parties_of(tree, directory)),
        purposes=tuple(sorted({word for one in given for word in one.purposes or {ANY}})),
        classes=tuple(sorted({word for one in given for word in one.classes or {"all"}})),
        first=begins or (tree.dates.first if tree.dates is not None else None),
        last=tree.dates.last if tree.dates is not None else None,
        waits=begins is not None and owner_day(owner, world.clock.now_ms()) < begins,
        answers=None if used is None else len(used),
        items=None if used is None else sum(one.facts.released for one in used),
    )


def count_use(world: World, owner: Agency, text: LawText, begins_ms: int) -> tuple[int, int, int]:
    """Questions since an instant that an agreement allows by asker and purpose: how many, released, refused; each once.

    Read from the codes of entries alone, newest first, without verifying the log: it is for the owner's own desk.
    """
    tree = parse_text(text)
    assert isinstance(tree, Agreement)
    given = tuple(given_by(tree, owner, world.directory()))
    own = {dated.ori for dated in owner.oris}
    asked: set[str] = set()
    released: set[str] = set()
    refused: set[str] = set()
    for index in range(world.journal.size() - 1, -1, -1):
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.at_ms < begins_ms:
            break
        if facts.kind is EntryKind.ANSWERED and facts.owner_ori in own and _allows(given, facts):
            pair = facts.pair or str(index)
            asked.add(pair)
            if facts.released:
                released.add(pair)
            elif facts.decision == Status.REFUSED:
                refused.add(pair)
    return len(asked), len(released), len(refused - released)


def log_begun(world: World, owner: Agency) -> date:
    """The owner's day of the log's first entry, by its code alone; today where there is none yet."""
    if not world.journal.size():
        return owner_day(owner, world.clock.now_ms())
    return owner_day(owner, decode_entry(world.journal.entry(0)).facts.at_ms)


def _begins(world: World, owner: Agency, text: LawText) -> date | None:
    """From when it counts where another signed it and a veto was possible before."""
    since_ms, days = world.laws.law_of(owner.id).since_ms(text.hash), veto_days(text.signatures)
    return counts_from(owner, since_ms, days) if days and since_ms is not None else None


def _under(owner: Agency, given: tuple[Given, ...], one: OpenedEntry) -> bool:
    facts = one.facts
    return (
        facts.kind in GIVING
        and facts.released > 0
        and facts.owner_ori in {dated.ori for dated in owner.oris}
        and _allows(given, facts)
    )


def _allows(given: tuple[Given, ...], facts: EntryFacts) -> bool:
    return any(
        facts.asker_ori in clause.oris and (not clause.purposes or facts.purpose in clause.purposes)
        for clause in given
    )
