"""Everything that can go wrong, as one tree.

ComityError
├── WrongUseError            the caller gave something unusable; exit status 2
│   ├── NounError            a noun that cannot exist: a bad ORI, an unknown field, two subjects
│   ├── LawTextError         a pack, agreement or case file; carries every finding with file, line and remedy
│   ├── RecordFileError      a records file or mapping that cannot be loaded whole
│   ├── WitnessPolicyError   a policy of witnesses that cannot be used
│   └── SettingsError        a node directory or setting that cannot be used
├── MessageError             a message between nodes that is not accepted
│   ├── UnauthenticatedError nobody in the directory vouches for it: counted, never entered in the log
│   └── RejectedMessageError authentic but stale, replayed, altered, misaddressed or malformed: entered in the log
│       └── FeedBrokenError  a batch of a feed out of its order; the recipient keeps why
├── ClosedError              trouble closes the door: no release while it lasts
│   ├── StoreError           the database is damaged, locked or unavailable
│   ├── LedgerError          the disclosure log is damaged or cannot be appended to
│   ├── UnwitnessedError     no quorum of witnesses vouched for the log within its grace
│   ├── ClockError           the clock runs backwards or is unavailable
│   ├── KeyUnavailableError  a signing or commitment key is missing
│   ├── DirectoryUnavailableError  the adopted directory is missing, damaged or not reached by signed versions
│   ├── LawUnavailableError  no signed and activated law, or a law text that differs from its hash
│   └── WeightsUnavailableError  the weights in force for an owner are missing, damaged or of another format
├── PeerError                a peer could not be asked
│   ├── PeerUnreachableError
│   ├── PeerUntrustedError   it is not who the directory says, or did not believe that we are
│   └── PeerTimeoutError
├── DutyError                an act on a duty that cannot be done now; exit status 1
│   ├── DutyRefusedError     the law holds the notice back, or a person must confirm it first
│   └── DutyChangedError     somebody else changed the duty meanwhile; look and try again
├── PersonError              an act on which records are one person that cannot be done now; exit status 1
│   ├── PersonRefusedError   the rule of the second identifier speaks against it and nobody confirmed it
│   └── PersonsChangedError  somebody else acted, or a record went, meanwhile; look and try again
├── DeliveryChangedError     somebody else changed a delivery meanwhile; look and try again
├── StandingChangedError     somebody else changed what stands meanwhile; look and try again
├── RecordChangedError       somebody else corrected the record meanwhile; look and try again
├── PetitionRefusedError     a step of a petition that cannot be taken now; exit status 1
├── AskedBeforeError         the same person again, for another case; exit status 1
├── TrainingError            weights cannot be learned from this file; exit status 1
└── ProofError               a receipt, proof or log directory that does not verify; exit status 1

Messages are lower case without a full stop, name the remedy where there is one, and put what the user wrote
in backticks. Refusals of questions are not errors: they are values (`comity.model.decision.Reason`).
"""

from __future__ import annotations

from dataclasses import dataclass


class ComityError(Exception):
    """Root of all errors raised on purpose."""


class WrongUseError(ComityError):
    """Bad input by the caller."""


class NounError(WrongUseError, ValueError):
    """A value that is not a possible noun of the model."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in a text file, told as place, fault, line and remedy.

    `line` and `column` count from 1; `width` is the number of columns underlined.
    """

    file: str
    line: int
    column: int
    fault: str
    source: str = ""
    width: int = 1
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}:{self.column} {self.fault}"
        if self.source:
            margin = f"{self.line:>5} | "
            text += f"\n{margin}{self.source}\n      | {' ' * (self.column - 1)}{'^' * max(1, self.width)}"
        return text + (f"\n   {self.remedy}" if self.remedy else "")


class FindingsError(WrongUseError):
    """A text file with one or more findings; nothing of it was loaded."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))

    def __reduce__(self) -> tuple[type[FindingsError], tuple[tuple[Finding, ...]]]:
        """An error of another process arrives with its findings, not with the letters of its text."""
        return type(self), (self.findings,)


class LawTextError(FindingsError):
    """A vocabulary, pack, agreement or case file that cannot be used."""


class RecordFileError(FindingsError):
    """A records file or mapping that cannot be loaded whole."""


class WitnessPolicyError(FindingsError):
    """A policy of witnesses that cannot be used."""


class SettingsError(WrongUseError):
    """A node directory or setting that cannot be used."""


class MessageError(ComityError):
    """A message that is not accepted. The text is what the sender is told."""


class UnauthenticatedError(MessageError):
    """Nobody in the directory vouches for the message."""


class RejectedMessageError(MessageError):
    """The sender is known, the message is not acceptable."""


class FeedBrokenError(RejectedMessageError):
    """A batch of a feed came out of its order; its feed stands still until its owner begins it anew."""


class ClosedError(ComityError):
    """Trouble closes the door: nothing is released while it lasts."""


class StoreError(ClosedError):
    """The database is damaged, locked or unavailable."""


class LedgerError(ClosedError):
    """The disclosure log is damaged or cannot be appended to."""


class UnwitnessedError(ClosedError):
    """No quorum of witnesses vouched for the log within its grace, or one holds more of it than there is."""


class ClockError(ClosedError):
    """The clock runs backwards or is unavailable."""


class KeyUnavailableError(ClosedError):
    """A signing or commitment key is missing."""


class DirectoryUnavailableError(ClosedError):
    """The adopted directory is missing or damaged, or signed versions do not lead to it."""


class LawUnavailableError(ClosedError):
    """No signed and activated law for an owner, or a text that differs from its hash."""


class WeightsUnavailableError(ClosedError):
    """The version of the weights in force for an owner is missing, damaged or of another format."""


class PeerError(ComityError):
    """A peer could not be asked."""


class PeerUnreachableError(PeerError):
    """No connection to the peer."""


class PeerUntrustedError(PeerError):
    """The peer did not prove to be the node the directory lists, or did not accept our proof; nothing was sent."""


class PeerTimeoutError(PeerError):
    """The peer did not answer by the deadline."""


class DutyError(ComityError):
    """An act on a duty that cannot be done now. The text says why and what to do."""


class DutyRefusedError(DutyError):
    """The law holds the notice back, a person must confirm it first, or its period runs on."""


class DutyChangedError(DutyError):
    """Somebody else changed the duty between look and commit; nothing of this change was stored."""


class PersonError(ComityError):
    """An act on which records are one person that cannot be done now. The text says why and what to do."""


class PersonRefusedError(PersonError):
    """The rule of the second identifier speaks against it, and no second member confirmed it."""


class PersonsChangedError(PersonError):
    """Somebody else acted on persons, or a record went, between look and commit; nothing of this act was stored."""


class DeliveryChangedError(ComityError):
    """Somebody else changed a delivery meanwhile; look at it and try again."""


class StandingChangedError(ComityError):
    """Somebody else changed a standing question or a flow of notices meanwhile; look at it and try again."""


class RecordChangedError(ComityError):
    """Somebody else changed the record between look and commit; nothing of this correction was stored."""


class PetitionRefusedError(ComityError):
    """A step of a petition that cannot be taken: who asks was not identified, a second person is missing, it is decided."""


class AskedBeforeError(ComityError):
    """The member asked about this person again and again, each time for another case: it takes a reason to go on."""


class TrainingError(ComityError):
    """Weights that cannot be learned from an owner's file. The text says why and what to do."""


class ProofError(ComityError):
    """A receipt, proof or log directory that does not verify."""
