"""`comity law activate`, `status`, `elect`, `conflicts`, `replay` and `sweep`: law as a node has it in force."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from comity.cli.files import print_json
from comity.cli.law_show import (
    activation_value,
    conflict_value,
    print_activation,
    print_conflict,
    print_replay,
    print_state,
    print_sweep,
    replay_value,
    state_value,
    sweep_value,
)
from comity.cli.offered import read_offered
from comity.errors import WrongUseError
from comity.law.cases import with_used
from comity.law.compile import compile_law
from comity.law.conflicts import conflicts_of
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.law_state import ActivationResult, ConflictInForce, ElectionResult, LawState
from comity.model.replay import ReplayReport, SweepReport
from comity.node.local import at_node
from comity.node.office import ActivateLaw, Elect, ReplayDraft, ShowConflicts, ShowLaw, SweepDraft

REFUSED = 2
node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the owner's node."
)
owner_option = click.option("--for", "owner", required=True, help="Agency whose law it is.")
gone_option = click.option(
    "--gone", multiple=True, metavar="PACK/RULE", help="A rule that may go without a last day; repeat."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def nobody(agency: str, status: str) -> None:
    """No progress is told of requests to one node."""


@click.command()
@node_option
@owner_option
@gone_option
@json_option
@click.argument("texts", nargs=-1, required=True, metavar="PATH|PACK...")
def activate(folder: Path, owner: str, gone: tuple[str, ...], as_json: bool, texts: tuple[str, ...]) -> int:
    """Put new versions of packs or a policy in force: checked with everything in force, signed, entered, all or none.

    A text that cannot stand is refused with every finding, exit status 2; the version before stays in force.

    \b
    Example:
      comity law activate --node region/wa-node --for wa-police us-wa
    """
    request = ActivateLaw(owner=owner, offered=tuple(read_offered(one) for one in texts), gone=gone)
    with at_node(folder) as verbs:
        result: ActivationResult = verbs(request, ActivationResult, nobody)
    if as_json:
        print_json(activation_value(result))
    else:
        print_activation(result)
    return REFUSED if result.findings else 0


@click.command()
@node_option
@json_option
@click.argument("owner")
def status(folder: Path, as_json: bool, owner: str) -> None:
    """Show an owner's texts in force: version, hash, entry and day; and what was refused since.

    \b
    Example:
      comity law status --node region/wa-node wa-police
    """
    with at_node(folder) as verbs:
        state: LawState = verbs(ShowLaw(owner=owner), LawState, nobody)
    if as_json:
        print_json(state_value(state))
    else:
        print_state(state)


@click.command()
@node_option
@owner_option
@json_option
@click.argument("conflict", metavar="PACK/RULE")
@click.argument("choice", type=click.Choice(["send", "withhold"]))
def elect(folder: Path, owner: str, as_json: bool, conflict: str, choice: str) -> None:
    """Sign the agency head's choice on a conflict of laws. It lapses with its term or when either rule changes.

    \b
    Example:
      comity law elect --node region/wa-node --for wa-police us-wa/WA-05 withhold
    """
    with at_node(folder) as verbs:
        done: ElectionResult = verbs(Elect(owner=owner, conflict=conflict, choice=choice), ElectionResult, nobody)
    if as_json:
        print_json(
            {
                "owner": done.owner,
                "conflict": done.conflict,
                "choice": done.choice,
                "from": done.day.isoformat(),
                "to": done.until.isoformat(),
                "entry": done.entry,
            }
        )
    else:
        click.echo(
            f"{done.conflict}: {done.choice}, signed for {done.owner} by its head on {done.day}, "
            f"until {done.until} or until either rule changes (entry {done.entry})"
        )


@click.command()
@click.option("--node", "folder", type=click.Path(path_type=Path), help="Folder of the owner's node.")
@json_option
@click.argument("named", nargs=-1, required=True, metavar="OWNER|PACK...")
def conflicts(folder: Path | None, as_json: bool, named: tuple[str, ...]) -> None:
    """Show every conflict of laws: both rules, the fields in dispute, the election, what is released meanwhile.

    With --node an owner's, with its elections and how many questions waited for one; else those of shipped packs.

    \b
    Examples:
      comity law conflicts --node region/wa-node wa-police
      comity law conflicts us-wa
    """
    found = _of_packs(named) if folder is None else _of_owner(folder, named)
    if as_json:
        print_json([conflict_value(one) for one in found])
        return
    for one in found:
        print_conflict(one)
    if not found:
        click.echo("no conflict of laws is in force")


draft_option = click.option(
    "--draft", required=True, multiple=True, metavar="PATH|PACK", help="A draft of a pack or policy; repeat."
)


@click.command()
@node_option
@draft_option
@gone_option
@json_option
@click.argument("owner")
def replay(folder: Path, draft: tuple[str, ...], gone: tuple[str, ...], as_json: bool, owner: str) -> int:
    """Decide an owner's past questions again under a draft: what changes, by rule and citation, purpose and asker.

    Each is first decided under the law of then, from what is kept of it. Exit status 1 when one comes out otherwise
    there.

    \b
    Example:
      comity law replay --node region/wa-node --draft drafts/us-wa wa-police
    """
    request = ReplayDraft(owner=owner, draft=tuple(read_offered(one) for one in draft), gone=gone)
    with at_node(folder) as verbs:
        report: ReplayReport = verbs(request, ReplayReport, nobody)
    if as_json:
        print_json(replay_value(report))
    else:
        print_replay(report)
    return 1 if report.differing else 0


@click.command()
@node_option
@draft_option
@gone_option
@json_option
@click.argument("owner")
def sweep(folder: Path, draft: tuple[str, ...], gone: tuple[str, ...], as_json: bool, owner: str) -> None:
    """Say who would gain or lose what under a draft, which agreements would fall and which ways would be forbidden and open.

    \b
    Example:
      comity law sweep --node region/wa-node --draft drafts/us-wa wa-police
    """
    request = SweepDraft(owner=owner, draft=tuple(read_offered(one) for one in draft), gone=gone)
    with at_node(folder) as verbs:
        report: SweepReport = verbs(request, SweepReport, nobody)
    if as_json:
        print_json(sweep_value(report))
    else:
        print_sweep(report)


def _of_owner(folder: Path, named: tuple[str, ...]) -> tuple[ConflictInForce, ...]:
    if len(named) != 1:
        raise WrongUseError("name one owner beside --node")
    with at_node(folder) as verbs:
        found: tuple[ConflictInForce, ...] = verbs(
            ShowConflicts(owner=named[0]), tuple[ConflictInForce, ...], nobody
        )
    return found


def _of_packs(named: tuple[str, ...]) -> tuple[ConflictInForce, ...]:
    for name in named:
        if name not in shipped_pack_names():
            raise WrongUseError(f"`{name}` is no shipped pack; write one of {', '.join(shipped_pack_names())}")
    texts = {text.hash: text for name in named for text in with_used(shipped_pack(name))}
    return conflicts_of(compile_law(tuple(texts.values())), _today())


def _today() -> date:
    return datetime.now(UTC).date()
