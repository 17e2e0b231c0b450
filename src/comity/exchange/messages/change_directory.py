"""The next version of the directory with a change made in it, and what a version changes, in sentences.

A proposal is no more than a draft: whether it counts is for `exchange/messages/directory.py`, at every node.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TypeVar

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.messages.directory import Link, seats_of
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.directory import (
    AddAgency,
    AddNode,
    AmendAgency,
    AmendNode,
    DirectoryChange,
    JoinDirectory,
    KeyUse,
    LiftSuspension,
    MoveAgency,
    Remove,
    ReplaceKey,
    RevokeKey,
    SetQuorum,
    Suspend,
)
from comity.model.listing import AgencyPast, FormerKey, FormerNode, Joined, Quorum, RevokedKey, Suspended

T = TypeVar("T", Agency, NodeListing)

MOST_CHANGES = 500  # of one version: what a person can read before signing


def next_version(newest: Link, changes: tuple[DirectoryChange, ...]) -> Directory:
    """The version behind the newest one with every change made, in their order. Raises WrongUseError."""
    if not changes or len(changes) > MOST_CHANGES:
        raise WrongUseError(f"propose between one and {MOST_CHANGES} changes")
    start = replace(newest.directory, version=newest.directory.version + 1, previous=newest.hash, joins=())
    return reduce(change_directory, changes, start)


def change_directory(directory: Directory, change: DirectoryChange) -> Directory:
    """A directory with one change made. Raises WrongUseError for one that names nobody, or somebody twice."""
    match change:
        case AddNode(node=node):
            _absent(directory, node.id)
            return replace(directory, nodes=(*directory.nodes, node))
        case AddAgency(agency=agency):
            _absent(directory, agency.id)
            return replace(directory, agencies=(*directory.agencies, agency))
        case JoinDirectory():
            return _join(directory, change)
        case MoveAgency():
            return _move(directory, change)
        case ReplaceKey():
            return _replace_key(directory, change)
        case RevokeKey():
            return _revoke_key(directory, change)
        case AmendNode():
            return replace(directory, nodes=_put(directory.nodes, _amended(_node(directory, change.node), change)))
        case AmendAgency(agency=agency):
            listed = _agency(directory, agency.id)
            kept = replace(agency, node=listed.node, public_key=listed.public_key)
            return replace(directory, agencies=_put(directory.agencies, kept))
        case Remove():
            return _remove(directory, change)
        case SetQuorum(quorum=quorum):
            return replace(directory, quorum=quorum)
        case Suspend(suspended=suspended):
            return _suspend(directory, suspended)
        case LiftSuspension(id=name):
            return _lift(directory, name)
        case listed:
            packs = listed.packs
            _agency(directory, packs.agency)
            others = tuple(one for one in directory.packs if one.agency != packs.agency)
            return replace(directory, packs=(*others, packs))


def tell_changes(before: Directory, new: Directory) -> tuple[str, ...]:
    """What a version changes, one sentence each: what whoever signs it agrees to."""
    return (
        *_listed("agency", before.agencies, new.agencies),
        *_listed("node", before.nodes, new.nodes),
        *_agencies_changed(before, new),
        *_nodes_changed(before, new),
        *_suspensions_changed(before, new),
        *_quorum_changed(before, new),
        *(f"`{one.agency}` has other packs in force" for one in new.packs if one not in before.packs),
        *(f"the directory {one.hash} (version {one.version}) ends in this one" for one in new.joins),
    )


def _join(directory: Directory, change: JoinDirectory) -> Directory:
    """Everybody of both; the one that is joined keeps its quorum. Agencies of both move, where it is said that they do."""
    other = change.directory
    new = tuple(agency for agency in other.agencies if agency.id not in change.moving)
    for name in (*(agency.id for agency in new), *(node.id for node in other.nodes)):
        _absent(directory, name)
    link = Link.of(other)
    past = tuple(one for one in other.past if one.agency not in change.moving)
    joined = replace(
        directory,
        version=max(directory.version, other.version + 1),
        agencies=(*directory.agencies, *new),
        nodes=(*directory.nodes, *other.nodes),
        past=(*directory.past, *past),
        packs=(*directory.packs, *(one for one in other.packs if one.agency not in change.moving)),
        joins=(*directory.joins, Joined(hash=link.hash, version=other.version)),
        suspended=(*directory.suspended, *other.suspended),
    )
    for name in change.moving:
        there = _agency(other, name)
        joined = _move(joined, MoveAgency(agency=name, node=there.node, until_ms=change.until_ms))
        key = ReplaceKey(use=KeyUse.AGENCY, of=name, key=there.public_key, until_ms=change.until_ms)
        joined = _replace_key(joined, key)
    return joined


def _move(directory: Directory, change: MoveAgency) -> Directory:
    agency = _agency(directory, change.agency)
    if directory.find_node(change.node) is None:
        raise WrongUseError(f"`{change.node}` is no node of the directory; add it first")
    if agency.node == change.node:
        raise WrongUseError(f"`{change.agency}` is at `{change.node}` already")
    past = directory.past_of(agency.id)
    left = FormerNode(node=agency.node, until_ms=change.until_ms)
    others = tuple(one for one in past.former_nodes if one.node not in (agency.node, change.node))
    moved = replace(directory, agencies=_put(directory.agencies, replace(agency, node=change.node)))
    return _with_past(moved, replace(past, former_nodes=(*others, left)))


def _replace_key(directory: Directory, change: ReplaceKey) -> Directory:
    if change.use is KeyUse.AGENCY:
        agency = _agency(directory, change.of)
        past = directory.past_of(agency.id)
        _differs(agency.public_key, change.key, change.of)
        left = (FormerKey(key=agency.public_key, until_ms=change.until_ms),) if agency.public_key else ()
        listed = replace(directory, agencies=_put(directory.agencies, replace(agency, public_key=change.key)))
        return _with_past(listed, replace(past, former_keys=(*past.former_keys, *left)))
    node = _node(directory, change.of)
    current = node.message_key if change.use is KeyUse.MESSAGE else node.log_key
    _differs(current, change.key, change.of)
    former = FormerKey(key=current, until_ms=change.until_ms)
    if change.use is KeyUse.MESSAGE:
        renewed = replace(node, message_key=change.key, former_message_keys=(*node.former_message_keys, former))
    else:
        renewed = replace(node, log_key=change.key, former_log_keys=(*node.former_log_keys, former))
    return replace(directory, nodes=_put(directory.nodes, renewed))


def _revoke_key(directory: Directory, change: RevokeKey) -> Directory:
    revoked = RevokedKey(key=change.key, from_ms=change.from_ms)
    if change.use is KeyUse.AGENCY:
        past = directory.past_of(change.of)
        agency = directory.find_agency(change.of)
        former = _without(past.former_keys, change.key)
        if agency is not None and agency.public_key == change.key:
            agency = replace(agency, public_key=change.instead)
            directory = replace(directory, agencies=_put(directory.agencies, agency))
        elif former == past.former_keys:
            raise WrongUseError(f"`{change.key}` is no key of `{change.of}`; name one the directory lists")
        return _with_past(directory, replace(past, former_keys=former, revoked_keys=(*past.revoked_keys, revoked)))
    node = _node(directory, change.of)
    known = {node.message_key, node.log_key}
    known |= {one.key for one in (*node.former_message_keys, *node.former_log_keys)}
    if change.key not in known:
        raise WrongUseError(f"`{change.key}` is no key of `{change.of}`; name one the directory lists")
    if change.key in (node.message_key, node.log_key) and not change.instead:
        raise WrongUseError(f"`{change.of}` would be left without a key; say which takes its place")
    renewed = replace(
        node,
        message_key=change.instead if change.key == node.message_key else node.message_key,
        log_key=change.instead if change.key == node.log_key else node.log_key,
        former_message_keys=_without(node.former_message_keys, change.key),
        former_log_keys=_without(node.former_log_keys, change.key),
        revoked_keys=(*node.revoked_keys, revoked),
    )
    return replace(directory, nodes=_put(directory.nodes, renewed))


def _amended(node: NodeListing, change: AmendNode) -> NodeListing:
    return replace(
        node,
        address=node.address if change.address is None else change.address,
        certificate=node.certificate if change.certificate is None else change.certificate,
        witness_key=node.witness_key if change.witness_key is None else change.witness_key,
        broker=node.broker if change.broker is None else change.broker,
        via=node.via if change.via is None else change.via,
    )


def _remove(directory: Directory, change: Remove) -> Directory:
    """Take an agency or a node out. A seat goes with its agency, and no more agencies must sign than have a seat."""
    gone = change.id
    if directory.find_node(gone) is not None:
        at = [agency.id for agency in directory.agencies if agency.node == gone]
        if at:
            raise WrongUseError(f"`{at[0]}` is at node `{gone}`; move or remove it first")
        return replace(directory, nodes=tuple(one for one in directory.nodes if one.id != gone))
    agency, past = _agency(directory, gone), directory.past_of(gone)
    left = (FormerKey(key=agency.public_key, until_ms=change.until_ms),) if agency.public_key else ()
    quorum = directory.quorum
    if quorum is not None and gone in quorum.seats:
        seats = tuple(seat for seat in quorum.seats if seat != gone)
        if not seats:
            raise WrongUseError(f"`{gone}` has the only seat in the quorum; give others seats first")
        quorum = Quorum(count=min(quorum.count, len(seats)), seats=seats)
    without = replace(
        directory,
        agencies=tuple(one for one in directory.agencies if one.id != gone),
        packs=tuple(one for one in directory.packs if one.agency != gone),
        quorum=quorum,
    )
    return _with_past(without, replace(past, former_keys=(*past.former_keys, *left)))


def _suspend(directory: Directory, suspended: Suspended) -> Directory:
    names = {agency.id for agency in directory.agencies} | {agency.parent for agency in directory.agencies}
    if suspended.id not in names and directory.find_node(suspended.id) is None:
        raise WrongUseError(
            f"`{suspended.id}` is no agency, department or node of the directory; use an id it lists"
        )
    if any(one.id == suspended.id for one in directory.suspended):
        raise WrongUseError(f"`{suspended.id}` is suspended already; lift that first to say another reason")
    return replace(directory, suspended=(*directory.suspended, suspended))


def _lift(directory: Directory, name: str) -> Directory:
    kept = tuple(one for one in directory.suspended if one.id != name)
    if kept == directory.suspended:
        raise WrongUseError(f"`{name}` is not suspended; `comity directory show` lists who is")
    return replace(directory, suspended=kept)


def _put(listed: tuple[T, ...], one: T) -> tuple[T, ...]:
    return tuple(one if other.id == one.id else other for other in listed)


def _with_past(directory: Directory, past: AgencyPast) -> Directory:
    others = tuple(one for one in directory.past if one.agency != past.agency)
    return replace(directory, past=(*others, past))


def _without(keys: tuple[FormerKey, ...], key: str) -> tuple[FormerKey, ...]:
    return tuple(one for one in keys if one.key != key)


def _agency(directory: Directory, agency_id: str) -> Agency:
    agency = directory.find_agency(agency_id)
    if agency is None:
        raise WrongUseError(f"`{agency_id}` is no agency of the directory; use an id it lists")
    return agency


def _node(directory: Directory, node_id: str) -> NodeListing:
    node = directory.find_node(node_id)
    if node is None:
        raise WrongUseError(f"`{node_id}` is no node of the directory; use an id it lists")
    return node


def _absent(directory: Directory, name: str) -> None:
    if directory.find_agency(name) is not None or directory.find_node(name) is not None:
        raise WrongUseError(f"`{name}` is in the directory already; choose another id")


def _differs(current: str, key: str, holder: str) -> None:
    if current == key:
        raise WrongUseError(f"`{holder}` lists this key already; make a new one with `comity keys roll`")


def _listed(
    what: str,
    before: tuple[Agency, ...] | tuple[NodeListing, ...],
    new: tuple[Agency, ...] | tuple[NodeListing, ...],
) -> Iterator[str]:
    ids = {one.id for one in before}, {one.id for one in new}
    yield from (f"{what} `{one}` is new" for one in sorted(ids[1] - ids[0]))
    yield from (f"{what} `{one}` goes" for one in sorted(ids[0] - ids[1]))


def _agencies_changed(before: Directory, new: Directory) -> Iterator[str]:
    for agency in new.agencies:
        old = before.find_agency(agency.id)
        if old is None or old == agency:
            continue
        if old.node != agency.node:
            yield f"`{agency.id}` moves from node `{old.node}` to `{agency.node}`"
        if old.public_key != agency.public_key:
            yield (
                f"`{agency.id}` signs with another key from now on"
                if agency.public_key
                else f"`{agency.id}` has no key"
            )
        if replace(old, node=agency.node, public_key=agency.public_key) != agency:
            yield f"what is said of `{agency.id}` changes: {_fields(old, agency)}"
    for past in new.past:
        yield from _revoked(past.agency, before.past_of(past.agency).revoked_keys, past.revoked_keys)


def _nodes_changed(before: Directory, new: Directory) -> Iterator[str]:
    for node in new.nodes:
        old = before.find_node(node.id)
        if old is None or old == node:
            continue
        if old.message_key != node.message_key:
            yield f"`{node.id}` signs its messages with another key from now on"
        if old.log_key != node.log_key:
            yield f"`{node.id}` signs its log with another key from now on"
        yield from _revoked(node.id, old.revoked_keys, node.revoked_keys)
        rest = replace(
            old,
            message_key=node.message_key,
            log_key=node.log_key,
            former_message_keys=node.former_message_keys,
            former_log_keys=node.former_log_keys,
            revoked_keys=node.revoked_keys,
        )
        if rest != node:
            yield f"what is said of node `{node.id}` changes: {_fields(rest, node)}"


def _revoked(holder: str, before: tuple[RevokedKey, ...], new: tuple[RevokedKey, ...]) -> Iterator[str]:
    known = {one.key for one in before}
    yield from (f"the key `{one.key}` of `{holder}` is revoked" for one in new if one.key not in known)


def _suspensions_changed(before: Directory, new: Directory) -> Iterator[str]:
    known, now = set(before.suspended), {one.id for one in new.suspended}
    yield from (f"`{one.id}` is suspended: {one.reason}" for one in new.suspended if one not in known)
    yield from (f"`{one.id}` is suspended no more" for one in before.suspended if one.id not in now)


def _quorum_changed(before: Directory, new: Directory) -> Iterator[str]:
    was, now = seats_of(before), seats_of(new)
    if was != now:
        yield f"the version after this one must be signed by {_quorum(now)} instead of {_quorum(was)}"


def _quorum(quorum: Quorum | None) -> str:
    return "nobody" if quorum is None else f"{quorum.count} of {', '.join(quorum.seats)}"


def _fields(old: Agency | NodeListing, new: Agency | NodeListing) -> str:
    return ", ".join(name for name in new.__struct_fields__ if getattr(old, name) != getattr(new, name))
