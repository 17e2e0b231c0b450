"""Joining the parts: a node's folder becomes a world, owned by this process until it is closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from comity.errors import KeyUnavailableError, SettingsError, StoreError
from comity.exchange.log.prune_log import finish_pruning
from comity.exchange.messages.listed_keys import own_log_keys
from comity.exchange.receive import receive_message
from comity.ledger.checkpoint import signing_key
from comity.ledger.verify import check_head
from comity.model.agency import Directory
from comity.model.backup import CopyMark
from comity.model.canon import from_canonical
from comity.node.adopted import FileDirectories
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.database import open_database
from comity.node.fault import tell_administrator
from comity.node.key_files import make_key_file
from comity.node.keys import WITNESS_KEY, FileKeys
from comity.node.laws import FileLaws
from comity.node.mail import SmtpMail
from comity.node.peers import HttpPeers, Identity
from comity.node.tls import TlsFiles
from comity.node.weights import FileWeights
from comity.node.witnesses import HttpWitnesses, read_witness_policy
from comity.ports import Journal, World
from comity.settings import NodeSettings, read_settings
from comity.store.opening import Store
from comity.store.sqlite_copy import SETTING


@contextmanager
def open_world(
    folder: Path,
    told_commit: Callable[[float], None] = lambda seconds: None,
    clock: SystemClock | None = None,
    resume: Callable[[World, CopyMark], None] | None = None,
) -> Iterator[World]:
    """The world of a node's folder, everything it rests on checked first; `told_commit` hears how long each commit takes.
    `clock` is another than the system's where a region is made with a past; `resume` decides whether a copy goes on.

    1 settings, the directory they pin, the signed versions behind it, the policy of witnesses
    2 keys, against the newest of them   3 lock, database, log directory
    4 the log's signed checkpoint, against its tree; a copy of a node is opened by nothing but `resume`
    5 each adopted version, against the entry that put it in force
    6 a pruning of the log that was broken off is finished; a copy becomes the node

    Raises SettingsError, DirectoryUnavailableError, KeyUnavailableError, StoreError or LedgerError saying which check
    failed and what to do.
    """
    settings = read_settings(folder)
    directories = FileDirectories(folder, settings)  # 1
    keys = read_keys(folder, directories, settings.id)  # 2
    identity = Identity(settings.id, keys, tls_files(folder, settings), clock or SystemClock(), SystemRandomness())
    policy = read_witness_policy(folder, directories(), settings.id)
    witnesses = None if policy is None else HttpWitnesses(policy, directories, identity.tls)
    with (
        closing(witnesses) if witnesses else nullcontext(),
        closing(open_database(folder, settings.database, tell_administrator)) as store,  # 3
    ):
        check_head(store.journal, _head_key(store.journal, directories))  # 4
        copy = _find_copy(store, resume)
        directories.prove(store.journal)  # 5
        store.journal.tell_commits(told_commit)
        store.journal.hide_under(keys.months)
        _check_month(store.journal, keys)
        # The own node is answered in this process; the world it needs is made one line below.
        with closing(HttpPeers(identity, directories, lambda raw: _answer_here(world, raw))) as peers:
            world = World(
                node=settings.id,
                clock=identity.clock,
                randomness=identity.randomness,
                keys=keys,
                directory=directories,
                laws=FileLaws(folder / "law", store.journal),
                records=store.records,
                journal=store.journal,
                peers=peers,
                weights=FileWeights(folder, store.settings, store.journal),
                witnesses=witnesses,
                wrapping=keys.months,
                mail=SmtpMail(folder, settings.mail, identity.clock.now_ms) if settings.mail else None,
            )
            finish_pruning(world)  # 6
            if copy is not None and resume is not None:
                resume(world, copy)
                store.settings.forget(SETTING)  # a stop before: it is resumed again, and the entry stands once
            yield world


def _find_copy(store: Store, resume: object) -> CopyMark | None:
    """What a database says of itself that is a copy. Raises StoreError where it was not opened to go on from it: what was
    purged, suspended or answered since would be undone in silence.
    """
    text = store.settings.find(SETTING)
    if text is None:
        return None
    copy = from_canonical(text.encode(), CopyMark)
    if resume is None:
        raise StoreError(
            f"the database is a copy of {copy.entries} entries that was not taken up again; nothing is opened until "
            "`comity node backup resume` has shown that the log has no more"
        )
    return copy


def tls_files(folder: Path, settings: NodeSettings) -> TlsFiles:
    """Where a node's TLS files are; the file of authorities may be named relative to the folder."""
    return TlsFiles(folder / "keys", folder / settings.trusted_ca if settings.trusted_ca else None)


def read_keys(folder: Path, directories: FileDirectories, node: str) -> FileKeys:
    """The node's keys. A node made before nodes were witnesses gets its witness key here, unless one is listed for it.

    Raises what `check_keys` raises, and KeyUnavailableError for a key that is missing or damaged.
    """
    listing = directories().find_node(node)
    if listing is not None and not listing.witness_key:
        make_key_file(folder / "keys" / WITNESS_KEY)
    keys = FileKeys(folder / "keys", node, directories.own)
    check_keys(keys, directories(), node)
    return keys


def check_keys(keys: FileKeys, directory: Directory, node: str) -> None:
    """The keys on disk are those the directory lists: with others nobody would believe what this node signs.

    Raises SettingsError for a node that is not listed, KeyUnavailableError for a key that was replaced.
    """
    listing = directory.find_node(node)
    if listing is None:
        raise SettingsError(f"the directory does not list `{node}`; restore the node directory from a copy")
    for name, held, listed in (
        ("message.key", keys.message_key(), listing.message_key),
        ("log.key", keys.log_key(), listing.log_key),
        (WITNESS_KEY, keys.witness_key(), listing.witness_key or keys.witness_key()),
    ):
        if held != listed:
            raise KeyUnavailableError(
                f"the key `{name}` is not the one the directory lists for `{node}`; restore it from the key backup"
            )


def _check_month(journal: Journal, keys: FileKeys) -> None:
    """What the newest entry keeps can be opened: a month whose key was lost gets no second one of the same name.

    Raises KeyUnavailableError.
    """
    for newest in journal.keeping.entries(journal.size() - 2, 1):
        if newest.key:
            keys.months.unwrap(journal.content_key(newest.index))


def _head_key(journal: Journal, directories: FileDirectories) -> str:
    """The verifier key the newest checkpoint is signed with: after a key was replaced, the former one until an entry."""
    listing = directories.own()
    assert listing is not None, "the keys were checked against a listing"
    note = journal.checkpoint()
    return signing_key(note, own_log_keys(listing)) if note else listing.log_key


def _answer_here(world: World, raw: bytes) -> bytes:
    """This node's own answer to itself; one that tells nothing waits for its tick here as it does at the door."""
    reply = receive_message(world, raw)
    time.sleep(max(0, reply.not_before_ms - world.clock.now_ms()) / 1000)
    return reply.raw
