"""What was refused: entered each time, shown bounded, over with the next success."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from comity.demo.agencies import CA_SHERIFF
from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryKind
from comity.model.law_state import OfferedText
from comity.model.law_text import LawKind
from comity.node.open_world import open_world
from comity.node.refused_law import (
    MOST_FINDINGS,
    MOST_REFUSALS,
    REFUSALS_FILE,
    drop_refusals,
    enter_refusal,
    refusals_of,
)

OFFERED = (OfferedText(file="drafts/a.law", kind=LawKind.PACK, text="pack"),)


def test_the_newest_are_shown_and_every_one_is_entered(copy: Callable[[str], Path]) -> None:
    """More attempts than are shown: the oldest go from the file, none from the log."""
    folder = copy("ca-node")
    with open_world(folder) as world:
        entries = [
            enter_refusal(world, folder, CA_SHERIFF, OFFERED, (f"fault {number}",))
            for number in range(MOST_REFUSALS + 2)
        ]
        kinds = [decode_entry(world.journal.entry(entry)).facts.kind for entry in entries]
    assert kinds == [EntryKind.LAW_REFUSED] * len(entries)
    shown = refusals_of(folder, CA_SHERIFF)
    assert [one.entry for one in shown] == entries[2:]
    assert (shown[-1].offered, shown[-1].findings) == (("pack a.law",), (f"fault {MOST_REFUSALS + 1}",))
    drop_refusals(folder, CA_SHERIFF)
    drop_refusals(folder, CA_SHERIFF)
    assert refusals_of(folder, CA_SHERIFF) == ()


def test_many_findings_are_cut_and_counted(copy: Callable[[str], Path]) -> None:
    """A text with a fault on every line does not fill the disk attempt by attempt."""
    folder = copy("ca-node")
    told = tuple(f"fault {number}" for number in range(MOST_FINDINGS + 7))
    with open_world(folder) as world:
        enter_refusal(world, folder, CA_SHERIFF, OFFERED, told)
    (shown,) = refusals_of(folder, CA_SHERIFF)
    assert shown.findings == (*told[:MOST_FINDINGS], "and 7 more; offer it again to see them")


def test_a_damaged_file_of_refusals_stops_no_entry(copy: Callable[[str], Path]) -> None:
    """What was shown before is lost; what is refused now is entered and shown."""
    folder = copy("ca-node")
    (folder / "law" / CA_SHERIFF / REFUSALS_FILE).write_text("[{")
    with open_world(folder) as world:
        entry = enter_refusal(world, folder, CA_SHERIFF, OFFERED, ("fault",))
    assert [one.entry for one in refusals_of(folder, CA_SHERIFF)] == [entry]
