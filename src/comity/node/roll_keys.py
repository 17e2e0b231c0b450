"""New keys beside the old ones, and the change of the directory that lists them.

Nothing signs with a new key until the node has adopted a version that lists it: until then it is a file.
"""

from __future__ import annotations

from pathlib import Path

from comity.errors import WrongUseError
from comity.exchange.messages.listed_keys import own_log_keys
from comity.model.agency import Directory, NodeListing
from comity.model.directory import KeyUse, ReplaceKey, RevokeKey
from comity.node.adopted import read_newest
from comity.node.keys import agency_stem, key_files, listed_as, read_signing_key, roll_key
from comity.settings import NodeSettings, read_settings


def replace_key(folder: Path, use: KeyUse, agency: str, until_ms: int) -> ReplaceKey:
    """Make a new key of the node, or of `agency`, and say how the directory is to list it.

    A new key that waits already is taken, so that doing it again makes no further one. Raises WrongUseError for an
    agency that is not held here.
    """
    settings = read_settings(folder)
    holder = _holder(settings, use, agency)
    directory = read_newest(folder, settings)
    return ReplaceKey(use=use, of=holder, key=_waiting_key(folder, directory, use, holder), until_ms=until_ms)


def revoke_key(folder: Path, use: KeyUse, agency: str, from_ms: int, key: str = "") -> RevokeKey:
    """Say that a key is to be believed no more; where it is the current one, or none is named, a new one takes its place.

    Raises WrongUseError for an agency that is not held here, or a key that the directory does not list for it.
    """
    settings = read_settings(folder)
    holder = _holder(settings, use, agency)
    directory = read_newest(folder, settings)
    current = _current(directory, use, holder)
    if key and key not in _listed(directory, use, holder):
        raise WrongUseError(f"`{key[:80]}` is no key of `{holder}`; name one that `comity directory show` lists")
    instead = _waiting_key(folder, directory, use, holder) if key in ("", current) else ""
    return RevokeKey(use=use, of=holder, key=key or current, from_ms=from_ms, instead=instead)


def _holder(settings: NodeSettings, use: KeyUse, agency: str) -> str:
    if use is not KeyUse.AGENCY:
        if agency:
            raise WrongUseError(f"the {use} key is the node's, not that of `{agency}`; leave --as out")
        return settings.id
    if agency not in settings.agencies:
        raise WrongUseError(f"`{agency}` is not held at this node; name an agency that is with --as")
    return agency


def _waiting_key(folder: Path, directory: Directory, use: KeyUse, holder: str) -> str:
    """The newest key of a kind as a directory lists it, made now unless it waits already."""
    stem = agency_stem(holder) if use is KeyUse.AGENCY else use.value
    newest = key_files(folder / "keys", stem)[-1]
    known = _listed(directory, use, holder)
    if newest.exists():
        waiting = listed_as(stem, holder, read_signing_key(newest))
        if waiting not in known:
            return waiting
    return listed_as(stem, holder, read_signing_key(roll_key(folder / "keys", stem)))


def _current(directory: Directory, use: KeyUse, holder: str) -> str:
    if use is KeyUse.AGENCY:
        return directory.get_agency(holder).public_key
    listing = _listing(directory, holder)
    return listing.message_key if use is KeyUse.MESSAGE else listing.log_key


def _listed(directory: Directory, use: KeyUse, holder: str) -> frozenset[str]:
    """Every key of a kind that a directory lists for a holder: current, former, revoked."""
    if use is KeyUse.AGENCY:
        past = directory.past_of(holder)
        before = (*(one.key for one in past.former_keys), *(one.key for one in past.revoked_keys))
        return frozenset((directory.get_agency(holder).public_key, *before)) - {""}
    listing = _listing(directory, holder)
    if use is KeyUse.LOG:
        return frozenset(own_log_keys(listing))
    revoked = (one.key for one in listing.revoked_keys)
    return frozenset((listing.message_key, *(one.key for one in listing.former_message_keys), *revoked))


def _listing(directory: Directory, node: str) -> NodeListing:
    listing = directory.find_node(node)
    if listing is None:
        raise WrongUseError(f"`{node}` is not in the directory; have it listed first")
    return listing
