"""When a version of the directory counts: pure rules over the versions a node has adopted and the one it is offered.

A version counts when it comes right behind the newest one, names its hash, and is signed by the quorum that the newest
one names with the keys that the newest one lists. A directory that was kept apart may end in a version that names it
among its `joins`: whoever holds it needs the signatures of its quorum, and nobody else's. Such a version's number is one
more than the highest it comes behind.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from itertools import pairwise

from comity.errors import ProofError
from comity.exchange.messages.listed_keys import agency_keys, is_signed_by, own_log_keys
from comity.ledger.checkpoint import KEY_BYTES, log_name, parse_vkey
from comity.model.agency import Directory, NodeListing
from comity.model.canon import digest
from comity.model.directory import DirectoryFault, FaultKind, SignedDirectory, VersionHead, directory_bytes
from comity.model.law_text import Signature
from comity.model.listing import Quorum

MOST_VERSIONS = 10_000  # adopted at one node: two a day for thirteen years
MOST_TOLD = 10  # names in one sentence; more are counted


@dataclass(frozen=True, slots=True)
class Link:
    """A version that was adopted, and its hash."""

    directory: Directory
    hash: str

    @staticmethod
    def of(directory: Directory) -> Link:
        """The link a directory makes."""
        return Link(directory, digest(directory))


Chain = tuple[Link, ...]
"""What a node adopted, from the version its settings pin to the newest."""


def judge(chain: Chain, offered: SignedDirectory) -> tuple[DirectoryFault, ...]:
    """Why an offered version is not the next one at a node; nothing where it is.

    A fork is told first: it was signed to follow a version that another one follows already.
    """
    fork = find_fork(chain, offered)
    return (fork,) if fork is not None else judge_next(chain[-1], offered)


def judge_next(newest: Link, offered: SignedDirectory) -> tuple[DirectoryFault, ...]:
    """Why a version is not the one right behind another; nothing where it is.

    1 its place   2 the quorum that the newest one names   3 what it lists can be used
    4 it forgets nothing that must be kept
    """
    new = offered.directory
    misplaced = check_place(newest, new)  # 1
    if misplaced is not None:
        return (misplaced,)
    return (
        *check_quorum(newest.directory, offered),  # 2
        *check_usable(new),  # 3
        *check_kept(newest.directory, new),  # 4
    )


def is_adopted(chain: Chain, offered: SignedDirectory) -> bool:
    """Whether a version is one of those adopted."""
    return any(link.hash == offered.hash for link in chain)


def find_fork(chain: Chain, offered: SignedDirectory) -> DirectoryFault | None:
    """The fault of a version that a quorum signed in the place of one that was adopted; None where it is no such thing.

    Two versions signed for one place are proof that agencies signed twice: neither side can have been shown both.
    """
    for before, rival in pairwise(chain):
        if rival.hash == offered.hash:
            return None
        if follows(before, offered.directory) and not check_quorum(before.directory, offered):
            both = signers_of(before.directory, offered)
            return DirectoryFault(
                kind=FaultKind.FORK,
                sentence=f"version {offered.directory.version} is signed twice: {offered.hash} by {_named(both)}, while "
                f"{rival.hash} was adopted in its place; keep both and ask who signed",
            )
    return None


def follows(before: Link, new: Directory) -> bool:
    """Whether a version says that it comes right behind another: as the next, or as what a joining one ends in."""
    if new.previous == before.hash:
        return new.version == 1 + max([before.directory.version, *(one.version for one in new.joins)])
    return new.version > before.directory.version and any(
        one.hash == before.hash and one.version == before.directory.version for one in new.joins
    )


def check_place(newest: Link, new: Directory) -> DirectoryFault | None:
    """The fault of a version that does not come right behind the newest one."""
    if follows(newest, new):
        return None
    version = newest.directory.version
    if new.version <= version:
        return DirectoryFault(
            kind=FaultKind.DOWNGRADE,
            sentence=f"version {new.version} is not newer than version {version}, which was adopted; offer the next one",
        )
    if new.version > version + 1:
        return DirectoryFault(
            kind=FaultKind.GAP,
            sentence=f"version {new.version} does not come right behind version {version}; adopt those between first",
        )
    return DirectoryFault(
        kind=FaultKind.OTHER_PREVIOUS,
        sentence=f"version {new.version} follows {new.previous or 'nothing'}, not version {version} as it was adopted "
        f"here ({newest.hash}); propose it anew from that one",
    )


def seats_of(directory: Directory) -> Quorum | None:
    """Who must sign the next version: the quorum it names, else every agency with a key; None where nobody could."""
    if directory.quorum is not None:
        return directory.quorum
    everybody = tuple(agency.id for agency in directory.agencies if agency_keys(directory, agency.id))
    return Quorum(count=len(everybody), seats=everybody) if everybody else None


def signers_of(before: Directory, offered: SignedDirectory) -> tuple[str, ...]:
    """Agencies of a version's quorum whose signature under an offered version counts, in the order of their seats."""
    return _signers(before, offered.signatures, offered.signed_bytes)


def _signers(before: Directory, signatures: tuple[Signature, ...], signed: bytes) -> tuple[str, ...]:
    quorum = seats_of(before)
    counted = {one.agency for one in signatures if _counts(before, one, signed)}
    return tuple(seat for seat in (quorum.seats if quorum is not None else ()) if seat in counted)


def places_of(chain: Chain, head: VersionHead) -> Chain:
    """What of a chain a version that is still to come says it stands behind: the newest, or one whose place is taken."""
    return tuple(one for one in chain if one.hash in head.behind and one.directory.version < head.version)


def is_signed_behind(places: Chain, head: VersionHead) -> bool:
    """Whether the quorum of any of these versions signed the one that is still to come.

    Only then are its parts kept. That it stands there indeed, and is no fork, is judged when it is whole.
    """
    signed = directory_bytes(head.version, head.hash)
    for one in places:
        quorum = seats_of(one.directory)
        if quorum is not None and len(_signers(one.directory, head.signatures, signed)) >= quorum.count:
            return True
    return False


def check_quorum(before: Directory, offered: SignedDirectory) -> tuple[DirectoryFault, ...]:
    """The fault of too few signatures."""
    quorum = seats_of(before)
    if quorum is None:
        sentence = f"version {before.version} lists no agency with a key, so nobody can sign a version behind it"
        return (DirectoryFault(kind=FaultKind.TOO_FEW_SIGNATURES, sentence=sentence),)
    signed = signers_of(before, offered)
    if len(signed) >= quorum.count:
        return ()
    missing = [seat for seat in quorum.seats if seat not in signed]
    sentence = (
        f"{len(signed)} of the {quorum.count} signatures that version {before.version} asks for are there; "
        f"have it signed by {_named(missing)}"
    )
    return (DirectoryFault(kind=FaultKind.TOO_FEW_SIGNATURES, sentence=sentence),)


def check_usable(new: Directory) -> tuple[DirectoryFault, ...]:
    """Faults of what a version lists: keys that are none, twice, or revoked; seats and nodes nobody has."""
    faults = [fault for node in new.nodes for fault in _node_faults(node)]
    nodes = {node.id for node in new.nodes}
    for agency in new.agencies:
        if agency.node not in nodes:
            faults.append(
                _fault(FaultKind.NODE_NOT_LISTED, f"`{agency.id}` is at node `{agency.node}`, which is not listed")
            )
        if agency.public_key and not is_key(agency.public_key):
            faults.append(_fault(FaultKind.KEY_UNUSABLE, f"the key of `{agency.id}` is no Ed25519 key"))
        if agency.public_key in {one.key for one in new.past_of(agency.id).revoked_keys}:
            faults.append(
                _fault(FaultKind.KEY_REVOKED, f"the key of `{agency.id}` is listed as revoked; list another")
            )
    for seat in new.quorum.seats if new.quorum is not None else ():
        if not agency_keys(new, seat):
            faults.append(
                _fault(
                    FaultKind.SEAT_NOT_LISTED, f"`{seat}` has a seat in the quorum and no key; take the seat out"
                )
            )
    return (*faults, *_keys_twice(new))


def check_kept(before: Directory, new: Directory) -> tuple[DirectoryFault, ...]:
    """Faults of forgetting: a log key that receipts rest on, a revocation, where an agency was before."""
    faults = []
    for node in before.nodes:
        now = new.find_node(node.id)
        if now is None:
            continue
        kept, revoked = set(own_log_keys(now)), {one.key for one in now.revoked_keys}
        if not {node.log_key, *(one.key for one in node.former_log_keys)} <= kept:
            faults.append(
                _fault(FaultKind.KEY_LOST, f"a log key of `{node.id}` is gone; list it as former or revoked")
            )
        if not {one.key for one in node.revoked_keys} <= revoked:
            faults.append(
                _fault(FaultKind.REVOCATION_LOST, f"a revoked key of `{node.id}` is not revoked any more")
            )
    for past in before.past:
        if not {one.key for one in past.revoked_keys} <= {
            one.key for one in new.past_of(past.agency).revoked_keys
        }:
            faults.append(
                _fault(FaultKind.REVOCATION_LOST, f"a revoked key of `{past.agency}` is not revoked any more")
            )
    for agency in before.agencies:
        moved = new.find_agency(agency.id)
        left = {one.node for one in new.past_of(agency.id).former_nodes}
        if moved is not None and agency.node and moved.node != agency.node and agency.node not in left:
            faults.append(
                _fault(FaultKind.MOVE_UNSAID, f"`{agency.id}` left node `{agency.node}`; list it as a former node")
            )
    return tuple(faults)


def is_key(text: str) -> bool:
    """Whether a text is a base64 Ed25519 public key."""
    try:
        return len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _node_faults(node: NodeListing) -> list[DirectoryFault]:
    faults = []
    if not is_key(node.message_key):
        faults.append(_fault(FaultKind.KEY_UNUSABLE, f"the message key of `{node.id}` is no Ed25519 key"))
    for vkey in (node.log_key, *(one.key for one in node.former_log_keys)):
        if not _is_log_key(vkey, node.id):
            faults.append(_fault(FaultKind.KEY_UNUSABLE, f"`{vkey[:80]}` is no verifier key of `{node.id}`'s log"))
    revoked = {one.key for one in node.revoked_keys}
    if revoked & {node.message_key, node.log_key}:
        faults.append(_fault(FaultKind.KEY_REVOKED, f"a key of `{node.id}` is listed as revoked; list another"))
    return faults


def _is_log_key(vkey: str, node: str) -> bool:
    try:
        return parse_vkey(vkey).name == log_name(node)
    except ProofError:
        return False


def _keys_twice(new: Directory) -> tuple[DirectoryFault, ...]:
    """Faults of one key with two holders: each could speak as the other."""
    holders: dict[str, list[str]] = {}
    for node in new.nodes:
        for key in {node.message_key, *(one.key for one in node.former_message_keys)}:
            holders.setdefault(key, []).append(node.id)
    for agency in new.agencies:
        if agency.public_key:
            holders.setdefault(agency.public_key, []).append(agency.id)
    return tuple(
        _fault(FaultKind.KEY_TWICE, f"{_named(names)} list one key; each needs its own")
        for names in holders.values()
        if len(names) > 1
    )


def _counts(before: Directory, signature: Signature, signed: bytes) -> bool:
    try:
        value = base64.b64decode(signature.value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(is_signed_by(key, value, signed) for key in agency_keys(before, signature.agency))


def _fault(kind: FaultKind, sentence: str) -> DirectoryFault:
    return DirectoryFault(kind=kind, sentence=sentence)


def _named(names: tuple[str, ...] | list[str]) -> str:
    told = ", ".join(f"`{name}`" for name in names[:MOST_TOLD])
    more = len(names) - MOST_TOLD
    return f"{told} and {more} more" if more > 0 else told
