"""The act of reading another system's log, entered before anything of it is shown: how much, which copy, by whom."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.owners import owner_facts
from comity.formats.search_audit.recognise import ListKind
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Member
from comity.model.audit_imported import AuditEntered, AuditImported
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World

READ = frozenset(
    {ListKind.SEARCHES.value, ListKind.POLICIES.value, ListKind.SHARING.value}
)  # what an audit judges


def enter_audit(world: World, member: Member, kind: str, rows: int, copy: str) -> AuditEntered:
    """Enter that a member read `rows` rows of a list of a `kind`; `copy` is `sha256:` and the hash of the file's bytes.

    The log says what its reader told it: the file is not the node's, and nothing of it is kept. Raises WrongUseError for
    anybody but an auditor or a privacy officer and for a list that is not audited, NounError for a count or a hash that is
    none.
    """
    owner, now_ms = reviewed_owner(world, member), world.clock.now_ms()
    if kind not in READ:
        raise WrongUseError(f"`{kind[:40]}` is no list that is audited; known are: {', '.join(sorted(READ))}")
    imported = AuditImported(owner=owner.id, kind=kind, rows=rows, copy=copy, by=member.id, at_ms=now_ms)
    unit = Unit(
        facts=owner_facts(EntryKind.AUDIT_IMPORTED, owner, now_ms),
        content=canonical_bytes({"kind": kind, "rows": rows, "copy": copy}),
        record=canonical_bytes(imported),
    )
    return AuditEntered(entry=parse_proof(append_entry(world, unit).proof).index)
