"""Reading a witness policy (C2SP tlog-policy): which logs, which witnesses, and whose word makes a quorum.

Lines of words: `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|NUMBER NAME...`, `quorum NAME`, and
comments behind `#`. Every name is defined above where it is used, and is a member of one group at most, so that no witness
counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from comity.errors import Finding, ProofError, WitnessPolicyError
from comity.ledger.checkpoint import COSIGNATURE, parse_vkey
from comity.model.witness import NO_QUORUM, PolicyGroup, PolicyLog, PolicyWitness, WitnessPolicy

LONGEST_POLICY = 100_000  # characters; with every line in use about a third
MOST_OF_A_KIND = 64  # logs, witnesses, groups; the specification asks for 32
LONGEST_NAME = 200

_LINE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
_WORDS = re.compile(r"[^ \t]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,2}")


def read_policy(text: str, file: str) -> WitnessPolicy:
    """A policy from its text; `file` is its name in messages. Raises WitnessPolicyError with the first fault."""
    if len(text) > LONGEST_POLICY:
        raise WitnessPolicyError((Finding(file, 1, 1, f"the policy is longer than {LONGEST_POLICY} characters"),))
    reading = _Reading(file)
    for number, line in enumerate(text.split("\n"), 1):
        reading.take(number, line)
    return reading.whole()


def is_met(policy: WitnessPolicy, cosigners: Iterable[str]) -> bool:
    """Whether witnesses, by their names in the policy, are the quorum it asks for."""
    if policy.quorum == NO_QUORUM:
        return True
    known = {witness.name for witness in policy.witnesses}
    vouching = {name for name in cosigners if name in known}
    for group in policy.groups:  # members come first, so one pass settles every group
        if sum(member in vouching for member in group.members) >= group.needed:
            vouching.add(group.name)
    return policy.quorum in vouching


@dataclass(slots=True)
class _Reading:
    """What was read so far, and where it was read."""

    file: str
    logs: list[PolicyLog] = field(default_factory=list)
    witnesses: list[PolicyWitness] = field(default_factory=list)
    groups: list[PolicyGroup] = field(default_factory=list)
    quorum: str = ""
    keys: set[bytes] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    number: int = 0
    line: str = ""

    def take(self, number: int, line: str) -> None:
        """One line, numbered from 1."""
        self.number, self.line = number, line
        if not _LINE.fullmatch(line):
            raise self._fault(0, "the line holds a control character", "remove it")
        words = _WORDS.findall(line)
        if not words or words[0].startswith("#"):
            return
        match words:
            case ["log", _] | ["log", _, _]:
                self._log(words)
            case ["witness", _, _] | ["witness", _, _, _]:
                self._witness(words)
            case ["group", _, _, _, *_]:
                self._group(words)
            case ["quorum", _]:
                self._quorum(words[1])
            case _:
                raise self._fault(
                    0,
                    f"`{words[0][:40]}` does not begin a line of a policy, or has too few or too many words",
                    "write `log VKEY [URL]`, `witness NAME VKEY [URL]`, `group NAME all|any|NUMBER NAME...` or "
                    "`quorum NAME`",
                )

    def whole(self) -> WitnessPolicy:
        """The policy, once every line was taken."""
        if not self.quorum:
            raise self._fault(0, "the policy has no quorum", "end it with a line `quorum NAME`")
        return WitnessPolicy(
            logs=tuple(self.logs),
            witnesses=tuple(self.witnesses),
            groups=tuple(self.groups),
            quorum=self.quorum,
        )

    def _log(self, words: list[str]) -> None:
        self._room(self.logs, "logs")
        try:
            key = parse_vkey(words[1])
        except ProofError as error:
            raise self._fault(
                1, str(error), "copy the log's verifier key, as `log.vkey` of its node holds it"
            ) from error
        self._once(b"log" + key.public, 1)
        self.logs.append(PolicyLog(vkey=words[1], url="".join(words[2:])))

    def _witness(self, words: list[str]) -> None:
        self._room(self.witnesses, "witnesses")
        self._new_name(words[1])
        try:
            key = parse_vkey(words[2], COSIGNATURE)
        except ProofError as error:
            raise self._fault(
                2, str(error), "copy the witness's own key, as `comity ledger witness show` prints it"
            ) from error
        self._once(b"witness" + key.public, 2)
        self.witnesses.append(PolicyWitness(name=words[1], vkey=words[2], url="".join(words[3:])))

    def _group(self, words: list[str]) -> None:
        self._room(self.groups, "groups")
        self._new_name(words[1])
        members = words[3:]
        for at, name in enumerate(members, 3):
            if name not in self._names():
                raise self._fault(
                    at, f"`{name[:40]}` is not defined above", "define witnesses and groups before use"
                )
            if name in self.members:
                raise self._fault(
                    at, f"`{name[:40]}` is a member of a group already", "let each count in one place only"
                )
            self.members.add(name)
        self.groups.append(
            PolicyGroup(name=words[1], needed=self._needed(words[2], len(members)), members=tuple(members))
        )

    def _needed(self, word: str, count: int) -> int:
        if word == "any":
            return 1
        if word == "all":
            return count
        if not _NUMBER.fullmatch(word) or int(word) > count:
            raise self._fault(
                2,
                f"`{word[:40]}` of {count} members cannot vouch",
                f"write `all`, `any` or a number from 1 to {count}",
            )
        return int(word)

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise self._fault(0, "the policy names a second quorum", "leave one")
        if name != NO_QUORUM and name not in self._names():
            raise self._fault(1, f"`{name[:40]}` is not defined above", "name a witness or group, or write `none`")
        self.quorum = name

    def _names(self) -> set[str]:
        return {witness.name for witness in self.witnesses} | {group.name for group in self.groups}

    def _new_name(self, name: str) -> None:
        if name == NO_QUORUM or len(name) > LONGEST_NAME or name in self._names():
            raise self._fault(
                1, f"`{name[:40]}` is taken, too long, or means something else", "choose another name"
            )

    def _once(self, kind_and_key: bytes, word: int) -> None:
        if kind_and_key in self.keys:
            raise self._fault(word, "this public key stands in the policy already", "list every key once")
        self.keys.add(kind_and_key)

    def _room(self, held: list[PolicyLog] | list[PolicyWitness] | list[PolicyGroup], what: str) -> None:
        if len(held) >= MOST_OF_A_KIND:
            raise self._fault(
                0, f"the policy has more than {MOST_OF_A_KIND} {what}", "leave out what is not needed"
            )

    def _fault(self, word: int, fault: str, remedy: str) -> WitnessPolicyError:
        """A finding at the word of that number in the line."""
        found = [*_WORDS.finditer(self.line)]
        column, width = 1, 1
        if word < len(found):
            column, width = found[word].start() + 1, len(found[word][0])
        shown = "".join(char if char.isprintable() else " " for char in self.line[:200])
        return WitnessPolicyError((Finding(self.file, self.number, column, fault, shown, width, remedy),))
