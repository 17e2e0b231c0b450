"""Going on from a copy of a node: only where it is shown that its log has no entry more than the copy.

Whatever happened since is an entry: an answer, a purge, a suspension, the end of a month's key. So a copy without a later
entry undoes nothing, and one with a later entry would bring back what was destroyed and fork the log: nothing forces it.

 1 entries     the copy is as it was made; or as a resumption left it that was stopped behind its entry
 2 directory   the log directory that was left, where one is named: to the last byte the copy's, no more and no fewer
 3 witnesses   each one of the policy cosigns the copy's own checkpoint: what holds more of the log does not
 4 enough      one of the two is there
 5 entry       who went on, why, and what showed it
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from comity.errors import LedgerError, UnwitnessedError, WrongUseError
from comity.exchange.log.witnessing import witness_log
from comity.exchange.messages.listed_keys import own_log_keys
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_log_directory
from comity.model.backup import BackupState, CopyMark, Resumed
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.backup_state import keep_backup_state
from comity.node.health import ADMINISTRATOR
from comity.node.local import SOCKET_FILE, is_served
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import get_member, read_members

LONGEST_WHY = 500  # characters


def resume_node(folder: Path, by: str, why: str, log: Path | None = None) -> Resumed:
    """Let a node go on from the copy that lies in its folder; `log` is what is left of the log directory.

    Raises WrongUseError where it is no copy, where who does it may not or does not say why, and where nothing shows that the
    log has no more; LedgerError or UnwitnessedError where something shows that it has; ProofError for a log directory that
    does not verify.
    """
    if is_served(folder / SOCKET_FILE):
        raise WrongUseError("the node runs; it is no copy that waits")
    if ADMINISTRATOR not in get_member(read_members(folder), by).roles:
        raise WrongUseError(f"`{by}` does not administer this node; its administrator lets it go on")
    if not why.strip() or len(why) > LONGEST_WHY:
        raise WrongUseError(f"say in at most {LONGEST_WHY} characters why the node goes on from a copy")
    if log is not None and log.resolve().is_relative_to(folder.resolve()):
        raise WrongUseError(
            "the node writes its own log directory anew from the copy; name the one that was left, elsewhere"
        )
    done: list[Resumed] = []
    with open_world(folder, resume=lambda world, copy: done.append(_resume(world, copy, by, why.strip(), log))):
        if not done:
            raise WrongUseError(f"`{folder}` is no copy that waits; serve it with `comity node serve`")
    keep_backup_state(folder, BackupState(at_ms=done[0].copy.at_ms, entries=done[0].copy.entries))
    return done[0]


def _resume(world: World, copy: CopyMark, by: str, why: str, log: Path | None) -> Resumed:
    now_ms = world.clock.now_ms()
    if _is_entered(world, copy):  # 1
        return Resumed(copy=copy, witnesses=(), log_directory=False, entry=copy.entries)
    if log is not None:
        _check_left(world, copy, log)  # 2
    witnesses = _witnesses(world)  # 3
    if log is None and not witnesses:  # 4
        raise WrongUseError(
            "nothing shows that the log had no more entries than this copy; name the log directory that was left with --log, "
            "or restore the policy of witnesses. Where neither is left, make a new node and load its records anew"
        )
    shown = {"copy": copy, "witnesses": witnesses, "log_directory": log is not None}
    # What was cosigned of other logs is no entry of ours. A witness that forgot may vouch for a fork: it vouches for none.
    world.journal.heads.forget(world.keys.witness_key())
    unit = Unit(
        facts=EntryFacts(kind=EntryKind.NODE_RESUMED, at_ms=now_ms),
        content=canonical_bytes(shown),
        record=canonical_bytes({"by": by, "why": why, "at_ms": now_ms}),
    )
    entry = parse_proof(append_entry(world, unit).proof).index  # 5
    return Resumed(copy=copy, witnesses=witnesses, log_directory=log is not None, entry=entry)


def _is_entered(world: World, copy: CopyMark) -> bool:
    size = world.journal.size()
    if size == copy.entries:
        return False
    if (
        size == copy.entries + 1
        and decode_entry(world.journal.entry(copy.entries)).facts.kind is EntryKind.NODE_RESUMED
    ):
        return True
    raise LedgerError(
        f"the database has {size} entries and says that it is a copy of {copy.entries}; take another copy"
    )


def _check_left(world: World, copy: CopyMark, log: Path) -> None:
    """The log directory that was left ends where the copy does. Raises LedgerError where it does not."""
    listing = world.directory().find_node(world.node)
    keys = () if listing is None else own_log_keys(listing)
    left = verify_log_directory(log, world.keys.log_key(), keys)
    if left.size > copy.entries:
        raise LedgerError(
            f"the log had {left.size} entries and this copy has {copy.entries}: to go on would undo what was entered since; "
            "take a copy that has them all, or make a new node"
        )
    if left.size < copy.entries or b64encode(left.root).decode() != copy.root:
        raise LedgerError(
            f"the log directory has {left.size} entries and says nothing of the {copy.entries} of this copy"
        )


def _witnesses(world: World) -> tuple[str, ...]:
    """Who cosigned the checkpoint as it stands: every witness of the policy, nobody where there is none.

    A quorum would not do: a witness outside of it may have seen what the others did not.
    """
    told = witness_log(world, anew=True)
    if told is None:
        return ()
    if told.closed:
        raise UnwitnessedError(told.closed)
    missing = next((one for one in told.said if not one.cosigned), None)
    if missing is not None:
        raise UnwitnessedError(
            f"the witness `{missing.name}` does not say that the log has no more entries than this copy "
            f"({missing.sentence}); reach it and try again"
        )
    return tuple(one.name for one in told.said)
