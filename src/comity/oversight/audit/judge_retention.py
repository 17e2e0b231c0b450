"""How long an agency says it keeps reads, held against the law of its state."""

from __future__ import annotations

from datetime import date

from comity.model.codes import GovernmentLevel
from comity.model.search_audit import PortalPolicy
from comity.oversight.audit.bodies import Body
from comity.oversight.audit.finding import At, AuditFinding, FindingKind, Sure, standing_of, weaker
from comity.oversight.audit.judge_sharing import SOVEREIGN
from comity.oversight.audit.plate_law import Party, kept_too_long
from comity.oversight.audit.sentences import say_audit


def judge_retention(agency: str, body: Body, keeps: PortalPolicy | None, on: date) -> tuple[AuditFinding, ...]:
    """A finding where the stated days are more than the state's pack leaves a read that belongs to no case.

    The law is that of the day of the statement, or of `on` where it carries none.
    """
    if keeps is None or keeps.retention_days is None or not body.placed or body.level in SOVEREIGN:
        return ()
    owner = Party(body.state, body.level or GovernmentLevel.LOCAL, body.kind)
    rules = kept_too_long(owner, keeps.retention_days, keeps.stated_on or on)
    if not rules:
        return ()
    return (
        AuditFinding(
            kind=FindingKind.KEEPS_LONGER,
            agency=agency,
            says=say_audit("audit.keeps-longer", kept_days=keeps.retention_days, state=body.state),
            sure=weaker(Sure.LIKELY, body.sure),
            counted=1,
            of=1,
            lines=(At(keeps.file, keeps.line, say_audit("shows.retention", kept_days=keeps.retention_days)),),
            rules=rules,
            law=standing_of(rules),
        ),
    )
