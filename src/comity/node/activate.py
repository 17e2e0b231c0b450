"""Law from day to day: new versions of packs and policies, whole or not at all, on a node that runs."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawTextError, LawUnavailableError, NounError
from comity.exchange.answering.law_in_force import make_law
from comity.exchange.owners import owner_here
from comity.exchange.replay.sweep import sweep
from comity.law.rule_changes import rule_changes
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_state import ActivationResult, OfferedText, RuleChange
from comity.model.law_text import OwnerLaw
from comity.model.replay import SweepReport
from comity.node.change_law import DECIDING_FILE, Fault, activate_texts, changing, no_fault
from comity.node.forbidden_open import tasks_of, ways_under
from comity.node.offered_law import Before, check_together, in_place, law_before, read_offered
from comity.node.refused_law import drop_refusals, enter_refusal, findings_of
from comity.node.show_law import texts_in_force
from comity.node.sign_offered import sign_offered
from comity.ports import World
from comity.settings import read_members


def activate_law(
    world: World,
    folder: Path,
    owner: str,
    offered: tuple[OfferedText, ...],
    gone: tuple[str, ...] = (),
    fault: Fault = no_fault,
) -> ActivationResult:
    """Put new versions of an owner's packs or policy in force, all or none. `gone` names rules that may go.

    1 read      the law in force, and every offered text: whole, its hash
    2 check     together with all that stays in force: words, versions, rules that go, the node's own setting
    3 sign      with the key of the owner's counsel at this node
    4 sweep     who gains and who loses, and ways that are open and forbidden now, before anything is switched on: what
                cannot be swept is not put in force
    5 enter     each text by its entry, then the list is replaced; then what the sweep found, with the tasks it brings
    6 refuse    what fails before 5 changes nothing: it is entered, and the node runs on under the version before

    Raises WrongUseError for an owner that is not held here, an agreement, nothing offered or too much.
    """
    agency = owner_here(world, owner)
    with changing(folder / "law", owner, DECIDING_FILE):
        try:
            before = law_before(world, folder, agency)  # 1
            offers = read_offered(offered)
            check_together(before, offers, gone)  # 2
            fresh = sign_offered(folder, world.directory(), before, offers)  # 3
            after = replace(before.law, texts=in_place(before.law.texts, fresh))
            swept = _sweep(world, folder, before, after)  # 4
        except (LawTextError, LawUnavailableError, NounError) as error:
            return _refused(world, folder, owner, offered, findings_of(error))  # 6
        entries = activate_texts(world, folder / "law", owner, fresh, fault) if fresh else ()  # 5
        changes = rule_changes(before.law.texts, after.texts)
        entered = _enter_sweep(world, swept, _tasks(world, agency, swept, changes)) if fresh else swept
        drop_refusals(
            folder, owner
        )  # a stop before this shows refusals that are over; the next success drops them
    return ActivationResult(
        owner=owner,
        findings=(),
        entries=entries,
        changes=changes,
        swept=entered,
        in_force=texts_in_force(world, folder, owner),
    )


def _sweep(world: World, folder: Path, before: Before, after: OwnerLaw) -> SweepReport:
    directory = world.directory()
    laws = [make_law(one, directory, before.owner.id) for one in (before.law, after)]
    swept = sweep(laws[0], laws[1], before.owner, (read_members(folder), directory), before.now_ms)
    return replace(swept, ways=ways_under(world, folder, before.owner, after))


def _tasks(
    world: World, owner: Agency, swept: SweepReport, changes: tuple[RuleChange, ...]
) -> tuple[StoredDuty, ...]:
    """What the ways bring that a new or changed rule forbids; of the others the owner was told when their rules came."""
    fresh = {one.rule for one in changes if one.change != "gone"}
    ways = tuple(way for way in swept.ways if way.reason.rule in fresh)
    return tasks_of(world, owner, ways, digest(tuple(sorted(fresh))))


def _enter_sweep(world: World, swept: SweepReport, tasks: tuple[StoredDuty, ...]) -> SweepReport:
    """Enter who gained and lost on a change: counts in the content, the whole report in the committed record."""
    told = {
        "owner": swept.owner,
        "askers": swept.askers,
        "lose": len({(one.asker, one.member) for one in swept.changes if one.lost}),
        "gain": len({(one.asker, one.member) for one in swept.changes if one.gained}),
        "links": len(swept.barred),
        "ways": len(swept.ways),
    }
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.ACCESS_SWEPT, at_ms=world.clock.now_ms()),
            content=canonical_bytes(told),
            record=canonical_bytes(swept),
            duties=tasks,
        ),
    )
    return replace(swept, entry=parse_proof(receipt.proof).index)


def _refused(
    world: World, folder: Path, owner: str, offered: tuple[OfferedText, ...], told: tuple[str, ...]
) -> ActivationResult:
    return ActivationResult(
        owner=owner,
        findings=told,
        entries=(enter_refusal(world, folder, owner, offered, told),),
        changes=(),
        swept=None,
        in_force=texts_in_force(world, folder, owner),
    )
