"""How a node stands, part by part: what stops releases, what needs care, what is good. Nothing here can be switched off.

What stops releases is looked at by the very steps a question meets (`inside.check_ready`), one by one, so that one fault does
not hide another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from comity.errors import ComityError, SettingsError, WrongUseError
from comity.exchange.feed.feeds import feed_lags
from comity.exchange.owners import owner_day, owners_here
from comity.ledger.entry import KEY_BYTES
from comity.ledger.witnessed import check_witnessed, grace_of
from comity.model.agency import Member, NodeListing
from comity.model.base import Noun
from comity.model.faults import fault
from comity.model.health import Health, HealthLine, HealthPart
from comity.model.peer_state import BreakerState
from comity.model.refused import tell_refused
from comity.node.backup_state import read_backup_state
from comity.node.certificate import read_listed
from comity.node.configure import decide_configured, refusal_lines
from comity.node.directory import directory_state
from comity.node.stamping import read_stamp_state
from comity.ports import World
from comity.settings import NodeSettings, get_member, read_roster, read_settings

ADMINISTRATOR = "node-administrator"
DAY_MS = 86_400_000
CERTIFICATE_CARE_MS = 30 * DAY_MS  # a new one must be listed in a directory that others adopt
WITNESS_CARE_MS = 5 * 60_000  # a third of the grace after which nothing leaves
FEED_CARE_MS = 3_600_000
STAMP_CARE_MS = 2 * DAY_MS
BACKUP_CARE_MS = (
    2 * DAY_MS
)  # a copy is made by the night; one that failed is made good the next, two are somebody's work


class ShowHealth(Noun, frozen=True, kw_only=True, tag="show-health"):
    """Show how the node stands, part by part, to its administrator."""

    member: str


def run_health(
    world: World, folder: Path, members: tuple[Member, ...], request: ShowHealth
) -> tuple[HealthLine, ...]:
    """Carry out one request: what stops first, then what needs care. Raises WrongUseError for anybody else."""
    if ADMINISTRATOR not in get_member(members, request.member).roles:
        raise WrongUseError(tell_refused("health.not-yours", member=request.member))
    order = list(Health)
    found = [*_as_a_question_meets(world), *_around(world, folder, read_settings(folder))]
    return tuple(sorted(found, key=lambda one: order.index(one.health)))


def _as_a_question_meets(world: World) -> Iterator[HealthLine]:
    """Each step that a question needs; where it fails, every question does."""
    yield _tried(HealthPart.CLOCK, "", world.clock.now_ms)
    yield _tried(
        HealthPart.KEYS, "", lambda: (world.keys.sign_message(b"ready"), world.keys.wrap(bytes(KEY_BYTES)))
    )
    yield _tried(HealthPart.DATABASE, "", world.journal.check_writable)
    yield _tried(HealthPart.DIRECTORY, "", lambda: _listed(world))
    yield _witnesses(world)
    for agency in owners_here(world):
        yield _tried(HealthPart.LAW, agency.id, lambda one=agency.id: world.laws.texts_of(one))  # type: ignore[misc]
        yield _tried(HealthPart.WEIGHTS, agency.id, lambda one=agency.id: world.weights.of(one))  # type: ignore[misc]


def _tried(part: HealthPart, of: str, step: Callable[[], object]) -> HealthLine:
    try:
        step()
    except ComityError as error:
        return HealthLine(part=part, health=Health.STOPPED, of=of, says=str(error))
    return HealthLine(part=part, health=Health.GOOD, of=of)


def _listed(world: World) -> NodeListing:
    listing = world.directory().find_node(world.node)
    if listing is None:
        raise SettingsError(fault("directory.not-listed", node=world.node))
    return listing


def _witnesses(world: World) -> HealthLine:
    if world.witnesses is None:
        return HealthLine(part=HealthPart.WITNESSES, health=Health.UNUSED)
    now_ms = world.clock.now_ms()
    line = _tried(HealthPart.WITNESSES, "", lambda: check_witnessed(world, now_ms))
    grace = grace_of(world)
    late = grace.waits_since_ms is not None and now_ms - grace.waits_since_ms >= WITNESS_CARE_MS
    if line.health is Health.STOPPED or not late:
        return line
    said = fault("witness.waits")
    return HealthLine(part=line.part, health=Health.CARE, says=said, at_ms=grace.closes_ms)


def _around(world: World, folder: Path, settings: NodeSettings) -> Iterator[HealthLine]:
    """What hinders some questions, or will hinder all. What cannot be looked at is told as what stops."""
    now_ms = world.clock.now_ms()
    looks: tuple[tuple[HealthPart, Callable[[], Iterator[HealthLine]]], ...] = (
        (HealthPart.SETTING, lambda: _setting(world, settings)),
        (HealthPart.CERTIFICATE, lambda: _certificates(world, now_ms)),
        (HealthPart.PEER, lambda: _peers(world)),
        (HealthPart.FEED, lambda: _feeds(world, now_ms)),
        (HealthPart.DIRECTORY, lambda: _versions(folder)),
        (HealthPart.STAMPS, lambda: _stamps(folder, settings, now_ms)),
        (HealthPart.BACKUPS, lambda: _backups(folder, settings, now_ms)),
        (HealthPart.MEMBERS, lambda: _members(world, folder, now_ms)),
    )
    for part, look in looks:
        try:
            yield from tuple(look())
        except ComityError as error:
            yield HealthLine(part=part, health=Health.STOPPED, says=str(error))


def _setting(world: World, settings: NodeSettings) -> Iterator[HealthLine]:
    for decision in decide_configured(world, settings):
        for sentence in refusal_lines(decision):
            yield HealthLine(part=HealthPart.SETTING, health=Health.STOPPED, of=decision.owner, says=sentence)


def _peers(world: World) -> Iterator[HealthLine]:
    for peer in world.peers.states():
        care = peer.breaker is not BreakerState.CLOSED
        health = Health.CARE if care else Health.GOOD
        yield HealthLine(part=HealthPart.PEER, health=health, of=peer.node, says=peer.why if care else "")


def _feeds(world: World, now_ms: int) -> Iterator[HealthLine]:
    for lag in feed_lags(world):
        late = lag.lag_ms >= FEED_CARE_MS
        says = fault("feed.late") if late else ""
        health = Health.CARE if late else Health.GOOD
        yield HealthLine(part=HealthPart.FEED, health=health, of=lag.feed, says=says, at_ms=now_ms - lag.lag_ms)


def _versions(folder: Path) -> Iterator[HealthLine]:
    state = directory_state(folder)
    for waits in state.waiting:
        said = fault("directory.waits", version=waits.version)
        yield HealthLine(part=HealthPart.DIRECTORY, health=Health.CARE, says=said)
    for fork in state.forks:
        said = fault("directory.fork", fork=fork[:16])
        yield HealthLine(part=HealthPart.DIRECTORY, health=Health.CARE, says=said)


def _certificates(world: World, now_ms: int) -> Iterator[HealthLine]:
    """Until when every node of the directory may be shown; its last listed certificate counts."""
    for listing in world.directory().nodes:
        if not listing.certificate_pem:
            continue
        own = listing.id == world.node
        part = HealthPart.CERTIFICATE if own else HealthPart.PEER_CERTIFICATE
        ends_ms = max(one.last_ms for one in read_listed(listing.certificate_pem))
        health = Health.GOOD if ends_ms - now_ms > CERTIFICATE_CARE_MS else Health.CARE
        says = ""
        if health is Health.CARE:
            health = Health.STOPPED if own and ends_ms <= now_ms else health
            says = fault("certificate.renew" if own else "certificate.ask")
        yield HealthLine(part=part, health=health, of="" if own else listing.id, says=says, at_ms=ends_ms)


def _stamps(folder: Path, settings: NodeSettings, now_ms: int) -> Iterator[HealthLine]:
    if not settings.stamp_authority:
        return
    state = read_stamp_state(folder)
    late = state.stamped_ms is None or now_ms - state.stamped_ms >= STAMP_CARE_MS
    says = fault("stamps.late") if late else ""
    health = Health.CARE if late else Health.GOOD
    yield HealthLine(part=HealthPart.STAMPS, health=health, says=says, at_ms=state.stamped_ms)


def _backups(folder: Path, settings: NodeSettings, now_ms: int) -> Iterator[HealthLine]:
    """When the newest copy was made. A demonstration of which none was ever made misses nothing: its people are invented."""
    made_ms = read_backup_state(folder).at_ms
    if made_ms is None and settings.invented:
        yield HealthLine(part=HealthPart.BACKUPS, health=Health.UNUSED)
        return
    late = made_ms is None or now_ms - made_ms >= BACKUP_CARE_MS
    says = "" if not late else fault("backups.none") if made_ms is None else fault("backups.late")
    health = Health.CARE if late else Health.GOOD
    until_ms = None if made_ms is None or late else made_ms + BACKUP_CARE_MS
    yield HealthLine(part=HealthPart.BACKUPS, health=health, says=says, at_ms=made_ms, until_ms=until_ms)


def _members(world: World, folder: Path, now_ms: int) -> Iterator[HealthLine]:
    """Whether yearly reviews of access are owed, or checks not recorded whole, without which the law may let no session be: at
    whichever agency; who owes them looks at the list of members.
    """
    days = [owner_day(one, now_ms) for one in owners_here(world)]
    active = [one for one in read_roster(folder) if one.suspended_ms is None] if days else []
    owed = sum(one.needs_review(max(days)) for one in active)
    unchecked = sum(one.checked_on is None or one.found is None for one in active)
    reviews = fault("members.reviews", owed=owed) if owed else ""
    checks = fault("members.checks", unchecked=unchecked) if unchecked else ""
    both = fault("members.both", because=reviews, besides=checks) if owed and unchecked else ""
    told = both or reviews or checks
    yield HealthLine(part=HealthPart.MEMBERS, health=Health.CARE if told else Health.GOOD, says=told)
