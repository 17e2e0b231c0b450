"""What may be asked of the node about its log by whoever reviews it."""

from __future__ import annotations

from comity.model.agency import Member
from comity.model.audit_imported import AuditEntered
from comity.model.base import Noun
from comity.model.log_view import EntryOpened, EntryShown, LogBrowsed, LogFilter
from comity.oversight.audit.enter import enter_audit
from comity.oversight.explore.browse import browse_log
from comity.oversight.explore.entry_view import open_entry, show_entry
from comity.ports import World
from comity.settings import get_member


class BrowseLog(Noun, frozen=True, kw_only=True, tag="browse-log"):
    """Look through the log by its codes: the newest entries that are wanted, below one where it is named."""

    member: str
    wanted: LogFilter
    limit: int
    below: int | None = None


class ShowLogEntry(Noun, frozen=True, kw_only=True, tag="show-log-entry"):
    """Show one entry with its proof."""

    member: str
    entry: int


class OpenLogEntry(Noun, frozen=True, kw_only=True, tag="open-log-entry"):
    """Open what lies behind an entry, for a reason that is entered first."""

    member: str
    entry: int
    reason: str


class EnterAudit(Noun, frozen=True, kw_only=True, tag="enter-audit"):
    """Enter that another system's log was read: what kind of list, how many rows, the hash of its bytes; nothing of it."""

    member: str
    kind: str
    rows: int
    copy: str


LogRequest = BrowseLog | ShowLogEntry | OpenLogEntry | EnterAudit
LogResult = LogBrowsed | EntryShown | EntryOpened | AuditEntered


def run_log(world: World, members: tuple[Member, ...], request: LogRequest) -> LogResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case BrowseLog(wanted=wanted, limit=limit, below=below):
            return browse_log(world, member, wanted, limit, below)
        case ShowLogEntry(entry=index):
            return show_entry(world, member, index)
        case OpenLogEntry(entry=index, reason=reason):
            return open_entry(world, member, index, reason)
        case EnterAudit(kind=kind, rows=rows, copy=copy):
            return enter_audit(world, member, kind, rows, copy)
