"""What must hold of the directory's versions: only signed ones count, none is lost, and whom one suspends is cut off.

Reads the lists of a node, its log and the bytes that leave it past all of the code under test. A node knows a version from
the entry on that its list names; which ids a version suspends was noted when its quorum signed it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from struct import Struct
from typing import Any, Protocol

from comity.sim.disk import read_rows
from comity.sim.scene import FOREIGN, FOREIGN_ORI, ORIS, node_of
from comity.sim.seen import Seen, Version

FOLDER, ADOPTED, BROUGHT = "directories", "adopted.json", "brought.json"
KINDS = {ADOPTED: 22, BROUGHT: 91}  # permanent numbers of the kinds that enter a version
RELEASES = (2, 41, 47, 51)  # those of an answer, a batch of a feed, a notice, a transmission
FACTS = Struct(">BBI9s9sBBBII32s32s")  # of an entry, up to its law, as `ledger/entry.py` writes it in words
KIND, OWNER, ASKER, RELEASED, LAW = 1, 3, 4, 9, 11
BY_ORI = {ori: agency for agency, ori in (*ORIS.items(), (FOREIGN, FOREIGN_ORI))}
# As they travel, and as they are due: of a batch it is known when it is put together.
TAKES_BACK = ("recall", "recall-confirmed", "recall-mailed", "request-withdrawn", "feed-due")


class EntryRow(Protocol):
    """An entry as a checker reads it."""

    @property
    def entry(self) -> bytes: ...


def listed(folder: Path, name: str) -> list[dict[str, Any]]:
    """What a node's list of versions names: each with its file, its hash and its entry."""
    path = folder / FOLDER / name
    return json.loads(path.read_bytes()) if path.exists() else []


def newest_known(folder: Path, seen: Seen, before: int | None = None) -> tuple[Version | None, Version | None]:
    """The newest version a node had adopted, and the last one that waited behind it, when an entry was made; or now."""
    by_hash = {one.hash: one for one in seen.versions}

    def newest(name: str) -> Version | None:
        known = [
            by_hash[one["hash"]]
            for one in listed(folder, name)
            if (before is None or one["entry"] < before) and one["hash"] in by_hash
        ]
        return max(known, key=lambda one: one.number, default=None)

    adopted, brought = newest(ADOPTED), newest(BROUGHT)
    waits = brought is not None and (adopted is None or brought.number > adopted.number)
    return adopted, brought if waits else None


def cut_off_at(folder: Path, seen: Seen, before: int | None = None) -> frozenset[str]:
    """The ids that a node must not release to: those of what it adopted, and of the last version that waits."""
    adopted, waiting = newest_known(folder, seen, before)
    return frozenset().union(*(one.cut for one in (adopted, waiting) if one is not None))


def is_cut(agency: str, cut: frozenset[str]) -> bool:
    """Whether an agency is suspended, by its own name or its node's."""
    return agency in cut or node_of(agency) in cut


def takes_back(carried: dict[str, Any]) -> bool:
    """Whether a parcel, or what is due to be one, only takes back."""
    match carried["type"]:
        case "standing-told":
            return carried["review_by"] is None
        case "feed-batch":
            return all(one["kind"] != "put" for one in carried["ops"])
        case kind:
            return kind in TAKES_BACK


def check_cut_off(folder: Path, node: str, body: dict[str, Any], asked: dict[str, Any], seen: Seen) -> list[str]:
    """Bytes that leave: nothing new to, of or through whoever the sending node knows to be cut off; `asked` is answered."""
    match body["type"]:
        case "version-brought":
            return _check_brought(node, body["offered"]["directory"], seen)
        case "version-head" | "version-part":
            signed = body["hash"] in {one.hash for one in seen.versions}
            return (
                [] if signed else [f"{node} brought parts of a version of the directory, which no quorum signed"]
            )
    cut = cut_off_at(folder, seen)
    if not cut:
        return []
    match body["type"]:
        case "question":
            parties = _parties(body["query"])
        case "answer":
            parties = _parties(asked["query"]) if body["answer"]["items"] else ()
        case "delivered":
            parties = () if takes_back(body["parcel"]) else (body["sender"], body["recipient"])
        case _:
            parties = ()
    return [
        f"{node} sent a `{body['type']}` although it knew that {one} is cut off"
        for one in dict.fromkeys(parties)
        if is_cut(one, cut)
    ]


def _parties(query: dict[str, Any]) -> tuple[str, ...]:
    return query["asker"], query["beneficiary"], query["owner"]


def _check_brought(node: str, directory: dict[str, Any], seen: Seen) -> list[str]:
    told = (directory["version"], frozenset(one["id"] for one in directory.get("suspended", ())))
    signed = any((one.number, one.cut) == told for one in seen.versions)
    return [] if signed else [f"{node} brought version {told[0]} of the directory, which no quorum signed"]


def check_forward(node: str, folder: Path, seen: Seen) -> list[str]:
    """A node's lists name only versions that their quorum signed, each behind the one before, and never fewer than before."""
    found = []
    counts = []
    for name in (ADOPTED, BROUGHT):
        known = listed(folder, name)
        counts.append(len(known))
        numbers = [_number(one, folder, seen) for one in known]
        ordered = sorted({number for number in numbers if number is not None})
        if None in numbers:
            found.append(f"`{name}` of {node} names a version that no quorum signed")
        elif numbers != ordered or (name == ADOPTED and ordered != list(range(2, len(ordered) + 2))):
            found.append(f"`{name}` of {node} names versions {numbers}, which do not follow one another")
    before = seen.listed.get(node, (0, 0))
    if counts[0] < before[0] or counts[1] < before[1]:
        found.append(
            f"{node} knew {before} versions of the directory, adopted and brought, and now {tuple(counts)}"
        )
    seen.listed[node] = (counts[0], counts[1])
    return found


def _number(one: dict[str, Any], folder: Path, seen: Seen) -> int | None:
    """The number of a listed version whose file says what was signed; None for anything else."""
    signed = next((each for each in seen.versions if each.hash == one["hash"]), None)
    directory = json.loads((folder / FOLDER / one["file"]).read_bytes())["directory"]
    says = directory["version"], frozenset(each["id"] for each in directory.get("suspended", ()))
    return signed.number if signed is not None and says == (signed.number, signed.cut) else None


def check_versions(node: str, folder: Path, rows: Sequence[EntryRow], seen: Seen) -> list[str]:
    """Of one node at the end: every listed version has its entry, and nothing was released to whom it knew to be cut off."""
    found = check_forward(node, folder, seen)
    for name, kind in KINDS.items():
        for one in listed(folder, name):
            facts = FACTS.unpack_from(rows[one["entry"]].entry)
            if (facts[KIND], "sha256:" + facts[LAW].hex()) != (kind, one["hash"]):
                found.append(f"`{name}` of {node} names an entry that says something else")
    for index, row in enumerate(rows):
        facts = FACTS.unpack_from(row.entry)
        if facts[KIND] in RELEASES and facts[RELEASED]:
            parties = [BY_ORI[facts[place].decode()] for place in (OWNER, ASKER)]
            cut = cut_off_at(folder, seen, index)
            found += [
                f"the entry {index} of {node} is a release of {parties[0]} to {parties[1]}, and it knew that {one} is cut off"
                for one in parties
                if is_cut(one, cut)
            ]
    return found


def check_known(folders: Mapping[str, Path], seen: Seen) -> list[str]:
    """After calm rounds every node knows the newest version that any of them knows."""
    numbers = {node: _newest(newest_known(folder, seen)) for node, folder in folders.items()}
    newest = max(numbers.values())
    return [
        f"{node} knows version {number} of the directory on a calm day, others version {newest}"
        for node, number in numbers.items()
        if number != newest
    ]


def _newest(known: Iterable[Version | None]) -> int:
    return max((one.number for one in known if one is not None), default=1)


def waits_for_lift(told: dict[str, Any], folders: Mapping[str, Path], seen: Seen) -> bool:
    """Whether a delivery that did not arrive may wait: it tells something new and a party is cut off, or a broker is.

    A batch that its recipient alone would refuse waits too: its owner, who knows no suspension, puts values into it.
    """
    parties = (told["sender"], told["recipient"])
    sender, recipient = (node_of(one) for one in parties)
    brokers = brokers_between(sender, recipient, seen)
    cuts = {node: cut_off_at(folders[node], seen) for node in (sender, recipient, *brokers)}
    if any(broker in cut for broker in brokers for cut in cuts.values()):
        return True
    if told["due"]["type"] == "feed-due":
        return is_cut_by(cuts[recipient], parties) and not is_cut_by(cuts[sender], parties)
    return not takes_back(told["due"]) and any(is_cut_by(cut, parties) for cut in cuts.values())


def is_cut_by(cut: frozenset[str], agencies: Iterable[str]) -> bool:
    """Whether any of some agencies is suspended."""
    return any(is_cut(one, cut) for one in agencies)


def brokers_between(one: str, other: str, seen: Seen) -> tuple[str, ...]:
    """Who stands between two nodes."""
    both = {one, other}
    return tuple(broker for behind, broker in seen.ways.items() if behind in both and broker not in both)


def count_waiting(node: str, folders: Mapping[str, Path], seen: Seen) -> int:
    """How many deliveries of a node are put off until a suspension is lifted."""
    rows = read_rows(folders[node], "SELECT body FROM delivery WHERE incoming = 0")
    due = [one for one in (json.loads(body) for (body,) in rows) if one["next_ms"] is not None]
    return sum(waits_for_lift(one, folders, seen) for one in due if one["due"]["type"] != "feed-due")
