"""What a node tells of an owner's law: texts in force, an activation that was made or refused, conflicts."""

from __future__ import annotations

from datetime import date

from comity.errors import Finding
from comity.model.base import Noun
from comity.model.decision import Duty, Reason
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_text import LawKind, LawText, Signature
from comity.model.replay import SweepReport

MOST_OFFERED = 64  # texts of one activation: every pack of a large owner together


class OfferedText(Noun, frozen=True, kw_only=True):
    """A law text as somebody offers it: nothing of it is checked yet.

    `file` is how findings name it. `hash` and `signatures` come with a text that was signed elsewhere; a text
    without them is signed by the owner's counsel at its node. `fault` is set where the file could not be read at all.
    """

    file: str
    kind: LawKind
    text: str
    tables: tuple[tuple[str, str], ...] = ()
    name: str = ""
    hash: str = ""
    signatures: tuple[Signature, ...] = ()
    signed_elsewhere: bool = False
    fault: Finding | None = None


class TextInForce(Noun, frozen=True, kw_only=True):
    """One text in force: its version and hash, and the entry that switched it on, with its time."""

    kind: LawKind
    name: str
    version: int
    hash: str
    entry: int
    at_ms: int


class ElectionInForce(Noun, frozen=True, kw_only=True):
    """A signed choice that is on the list. Whether it still stands is told with the conflict it is on."""

    conflict: str
    choice: str
    day: date
    entry: int


class RuleChange(Noun, frozen=True, kw_only=True):
    """A rule that is `new`, `changed` or `gone`, and the days it is in force, None where unknown or open."""

    rule: str
    change: str
    title: str
    first: date | None = None
    last: date | None = None


class RefusedActivation(Noun, frozen=True, kw_only=True):
    """An attempt that was refused: when, its entry, what was offered, its findings as they were printed."""

    at_ms: int
    entry: int
    offered: tuple[str, ...]
    findings: tuple[str, ...]


class ActivationResult(Noun, frozen=True, kw_only=True):
    """What came of an activation. With findings nothing was changed, and `in_force` is what stays in force.

    `swept` says who gained and lost on the change, and which agreements no longer stand; None when it was refused.
    """

    owner: str
    findings: tuple[str, ...]
    entries: tuple[int, ...]
    changes: tuple[RuleChange, ...]
    swept: SweepReport | None
    in_force: tuple[TextInForce, ...]


class LawState(Noun, frozen=True, kw_only=True):
    """An owner's law as it is: texts, what is wrong with their list while the node runs, and what was refused.

    `refused` are the attempts since something was last put in force, the newest last.
    """

    owner: str
    hash: str
    texts: tuple[TextInForce, ...]
    elections: tuple[ElectionInForce, ...]
    trouble: str = ""
    refused: tuple[RefusedActivation, ...] = ()


class CitedRule(Noun, frozen=True, kw_only=True):
    """A rule as both sides may read it: id, title, citation and whether counsel has read its source."""

    rule: str
    title: str
    citation: str
    status: str


class ConflictInForce(Noun, frozen=True, kw_only=True):
    """Two laws that point two ways, and what the owner has chosen.

    `first` is the rule that the conflict suspends on the fields in dispute, `second` the rule it meets. `choices` may
    be elected for `valid`. `standing` is `open`, `send`, `withhold` or `lapsed`; `election` who signed, `signed` and
    `until` its days, `lapsed` why it counts no more. `withheld` are the fields that leave nobody's hands meanwhile,
    `released` says what does. `waited` counts the questions that waited for a choice; None where none are kept.
    """

    rule: str
    conflict: str
    title: str
    citation: str
    status: str
    first: CitedRule
    second: CitedRule
    fields: str
    withheld: tuple[str, ...]
    released: str
    choices: tuple[str, ...]
    valid: str
    role: str
    deadline: str
    standing: str
    election: str = ""
    signed: date | None = None
    until: date | None = None
    lapsed: str = ""
    waited: int | None = None


class ElectionResult(Noun, frozen=True, kw_only=True):
    """A choice that was signed and entered: over which two rules, and its last day."""

    owner: str
    conflict: str
    choice: str
    day: date
    until: date
    entry: int


class SettingDecision(Noun, frozen=True, kw_only=True):
    """What an owner's law says of its node as it is set up: the rules that refuse it, each with what would help."""

    owner: str
    refused: tuple[Reason, ...]


class WantedSignature(Noun, frozen=True, kw_only=True):
    """Who must sign an agreement, and whether a signature of theirs over this very text is there and verifies."""

    agency: str
    role: str
    signed: bool


class PartyView(Noun, frozen=True, kw_only=True):
    """What one party's law says of an agreement. `held` is false where its law is at another node, and unknown here.

    `forbidding` are rules at `activate`, each against one other party, with what would help; `owed` what they bring
    when it is switched on or, where one of them forbids it, all the same.
    """

    agency: str
    held: bool
    in_force: bool = False
    forbidding: tuple[tuple[str, Reason], ...] = ()
    owed: tuple[Duty, ...] = ()


class AgreementPlan(Noun, frozen=True, kw_only=True):
    """What would come of switching an agreement on at this node. `begins` is the first day it could be in force.

    `opening` are ways it would open that an owner forbade, as far as this node knows the agreements of others.
    """

    agreement: str
    title: str
    hash: str
    first: date | None
    last: date | None
    begins: date | None
    findings: tuple[str, ...]
    signatures: tuple[WantedSignature, ...]
    parties: tuple[PartyView, ...]
    opening: tuple[ForbiddenWay, ...] = ()

    @property
    def ready(self) -> bool:
        """Nothing stands in the way: no fault, every signature, no rule that forbids it or a way it opens."""
        return (
            not self.findings
            and self.begins is not None
            and all(one.signed for one in self.signatures)
            and not any(one.forbidding for one in self.parties)
            and not self.opening
        )


class AgreementChange(Noun, frozen=True, kw_only=True):
    """An agreement switched on or suspended: for which owners here, by which entries; or refused, and why."""

    agreement: str
    owners: tuple[str, ...]
    entries: tuple[int, ...]
    refused: tuple[str, ...] = ()
    begins: date | None = None


class AgreementKept(Noun, frozen=True, kw_only=True):
    """An agreement that an owner said is still wanted: the last day it counts now; `entry` is None where it was kept before
    on the same day."""

    agreement: str
    owner: str
    until: date
    entry: int | None


class AgreementStanding(Noun, frozen=True, kw_only=True):
    """An agreement an owner has switched on. `begins` is the first day it counts, where a veto was possible before.

    `waits` while that day has not come; `signed_by` are (signer, hash of the delegation, its authority) where another signed.
    `wanted_until` is the last day it counts unless the owner keeps it, `lapsed` whether it closed so.
    """

    agreement: str
    owner: str
    hash: str
    title: str
    begins: date | None = None
    waits: bool = False
    signed_by: tuple[tuple[str, str, str], ...] = ()
    wanted_until: date | None = None
    lapsed: bool = False


class AgreementShown(Noun, frozen=True, kw_only=True):
    """An agreement in force for an owner, whole, with its signatures; `at_ms` is when it was switched on, 0 where unknown.

    `wanted_until` is the last day it counts unless the owner keeps it, `kept_ms` when that was last done, None for never;
    `lapsed` whether it closed because nobody did.
    """

    owner: str
    text: LawText
    at_ms: int
    wanted_until: date | None = None
    kept_ms: int | None = None
    lapsed: bool = False
