"""Versions of the weights at a node: written whole, put in force by an entry, closed when damaged, apart by owner."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from serving import opened, question, seal, serving

from comity.demo.agencies import CA_SHERIFF, members
from comity.demo.build import BuiltRegion
from comity.errors import ClosedError, WeightsUnavailableError, WrongUseError
from comity.exchange.answering.answer import answer_query
from comity.exchange.messages.wire import AnswerBody
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_log_directory
from comity.match.versions import name_version, version_bytes
from comity.match.weights import load_weights
from comity.model.canon import digest, from_canonical
from comity.model.disclosure import DeskRecord, EntryKind
from comity.model.weights import Weights
from comity.model.weights_shown import SHIPPED, ShownWeights, TrainedWeights, UsedWeights
from comity.node.change_weights import use_weights
from comity.node.local import at_node
from comity.node.match_requests import InspectWeights, MatchRequest, TrainWeights, UseWeights
from comity.node.open_world import open_world
from comity.node.serve import read_ahead
from comity.node.weights import FOLDER, MOST_VERSIONS, get_version, keep_version, versions_of
from comity.ports import World
from forked import run

NODE = "ca-node"
CHILD = Path(__file__).with_name("weights_child.py")


def version(number: int) -> Weights:
    """A version of an owner's, told from others by its population."""
    return name_version(replace(load_weights(), population=1_000 * number))


def kept(folder: Path, number: int, owner: str = CA_SHERIFF) -> str:
    made = version(number)
    keep_version(folder, owner, made)
    return made.version


def put(folder: Path, request: MatchRequest, kind: Any) -> Any:
    with at_node(folder) as verbs:
        return verbs(request, kind, lambda *_: None)


def ask(grown: BuiltRegion, asker: World, world: World) -> AnswerBody:
    asked = grown.scene.detective_question
    member = next(one for one in members() if one.id == asked.member)
    raw = seal(asker, NODE, member, question(asker, member, asked, CA_SHERIFF))
    body = opened(answer_query(world, raw).raw)
    assert isinstance(body, AnswerBody)
    return body


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may grow beyond a size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_version_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """On a full disk nothing is left; what a killed process left of a draft is no version; then it is written."""
    made = version(1)
    with room_for(1_000), pytest.raises(OSError, match="too large"):
        keep_version(tmp_path, CA_SHERIFF, made)
    home = tmp_path / FOLDER / CA_SHERIFF
    assert list(home.iterdir()) == []
    (home / f"{made.version}.json.00ff.new").write_bytes(version_bytes(made)[:700])
    assert versions_of(tmp_path, CA_SHERIFF) == ()
    assert keep_version(tmp_path, CA_SHERIFF, made)
    assert not keep_version(tmp_path, CA_SHERIFF, made)
    assert get_version(tmp_path, CA_SHERIFF, made.version) == made


def test_a_damaged_version_of_the_same_name_is_written_again(tmp_path: Path) -> None:
    """Training again mends what the disk broke."""
    made = version(1)
    keep_version(tmp_path, CA_SHERIFF, made)
    (tmp_path / FOLDER / CA_SHERIFF / f"{made.version}.json").write_bytes(b"{}")
    with pytest.raises(WeightsUnavailableError, match="train"):
        get_version(tmp_path, CA_SHERIFF, made.version)
    assert keep_version(tmp_path, CA_SHERIFF, made)
    assert get_version(tmp_path, CA_SHERIFF, made.version) == made


def test_versions_are_bounded(tmp_path: Path) -> None:
    """An owner with very many versions is told to remove some."""
    home = tmp_path / FOLDER / CA_SHERIFF
    home.mkdir(parents=True)
    for number in range(MOST_VERSIONS):
        (home / f"{number:012x}.json").write_bytes(b"")
    with pytest.raises(WrongUseError, match="remove old ones"):
        keep_version(tmp_path, CA_SHERIFF, version(1))


@pytest.mark.parametrize("name", ["000000000000", "../../node", "shipped.json", ""])
def test_a_version_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    """Only a version's own name opens a file, and the sentence lists what is there."""
    known = kept(tmp_path, 1)
    with pytest.raises(WrongUseError, match=known):
        get_version(tmp_path, CA_SHERIFF, name)


def test_a_version_counts_for_its_owner_alone_from_its_entry_on(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """Kept is not in force; put in force it is entered, compared by and named to the desk; then back to shipped."""
    folder = copy(NODE)
    chosen = kept(folder, 7)
    with open_world(folder) as world:
        others = [one.id for one in world.directory().agencies if one.node == NODE and one.id != CA_SHERIFF]
        assert world.weights.of(CA_SHERIFF) == load_weights()
        before = world.journal.size()
        used = use_weights(world, folder, CA_SHERIFF, chosen)
        assert (used.before, used.version, used.entry) == (SHIPPED, chosen, before)
        facts = decode_entry(world.journal.entry(before)).facts
        assert (facts.kind, facts.law) == (EntryKind.WEIGHTS_CHANGED, digest(version(7)))
        content = world.journal.content(before)
        assert content is not None
        assert used.sentence.encode() in content
        assert world.weights.of(CA_SHERIFF) == version(7)
        assert all(world.weights.of(one) == load_weights() for one in others)
        for name, wanted in ((chosen, chosen), (SHIPPED, load_weights().version)):
            use_weights(world, folder, CA_SHERIFF, name)
            ask(grown, asker, world)
            sealed = world.journal.sealed(world.journal.size() - 1)
            assert sealed is not None
            assert from_canonical(sealed, DeskRecord).weights == wanted
        size = world.journal.size()
        assert use_weights(world, folder, CA_SHERIFF, SHIPPED).entry is None
        assert world.journal.size() == size
        with pytest.raises(WrongUseError, match="not held at this node"):
            use_weights(world, folder, "wa-police", chosen)
    with open_world(folder) as world:
        assert world.weights.of(CA_SHERIFF) == load_weights()


def test_owners_of_one_node_are_apart(copy: Callable[[str], Path]) -> None:
    """A version of one owner is none of another's, though both are held at one node."""
    folder = copy("fed-node")
    with open_world(folder) as world:
        one, other = [agency.id for agency in world.directory().agencies if agency.node == world.node][:2]
        chosen = kept(folder, 3, one)
        with pytest.raises(WrongUseError, match="has no version"):
            use_weights(world, folder, other, chosen)
        use_weights(world, folder, one, chosen)
        assert (world.weights.of(one), world.weights.of(other)) == (version(3), load_weights())


def gone(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def exchanged(path: Path) -> None:
    """Another whole version under the name of the one in force."""
    path.write_bytes(version_bytes(version(9)))


def of_another_format(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"population"', b'"people"'))


@pytest.mark.parametrize("damage", [gone, cut, exchanged, of_another_format])
@pytest.mark.parametrize("running", [False, True])
def test_a_version_that_is_not_whole_closes_its_owner(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path], damage: Callable[[Path], None], running: bool
) -> None:
    """Nothing is answered by it, at once or after a restart; the node does not start; `shipped` opens it again."""
    folder = copy(NODE)
    chosen = kept(folder, 7)
    path = folder / FOLDER / CA_SHERIFF / f"{chosen}.json"
    with open_world(folder) as world:
        use_weights(world, folder, CA_SHERIFF, chosen)
        if running:
            ask(grown, asker, world)
            damage(path)
            with pytest.raises(ClosedError, match="--shipped"):
                ask(grown, asker, world)
    if not running:
        damage(path)
    with open_world(folder) as world:
        size = world.journal.size()
        with pytest.raises(WeightsUnavailableError, match="restore it from a copy"):
            read_ahead(world, (CA_SHERIFF,))
        with pytest.raises(ClosedError):
            ask(grown, asker, world)
        assert world.journal.size() == size
        used = use_weights(world, folder, CA_SHERIFF, SHIPPED)
        assert used.entry == size
        assert ask(grown, asker, world).answer.items


def test_a_choice_without_its_entry_does_not_count(copy: Callable[[str], Path]) -> None:
    """A row that names a version the log never put in force closes the owner."""
    folder = copy(NODE)
    with open_world(folder) as world:
        use_weights(world, folder, CA_SHERIFF, kept(folder, 7))
        chosen = world.weights.chosen(CA_SHERIFF)
        assert chosen is not None
        for wrong in (
            replace(chosen, entry=0),
            replace(chosen, version=kept(folder, 8)),
            replace(chosen, hash=""),
        ):
            world.weights.choose(CA_SHERIFF, wrong)
            with pytest.raises(WeightsUnavailableError):
                world.weights.of(CA_SHERIFF)
        world.weights.choose(CA_SHERIFF, replace(chosen, version="../other"))
        with pytest.raises(WeightsUnavailableError, match="no version"):
            world.weights.of(CA_SHERIFF)


@pytest.mark.parametrize("point", ["entered", "counts"])
def test_killed_in_the_middle_the_old_version_counts_or_the_new(copy: Callable[[str], Path], point: str) -> None:
    """Until the last step the version before counts; doing it again ends well; the log verifies."""
    folder = copy(NODE)
    chosen = kept(folder, 7)
    child = run([sys.executable, str(CHILD), str(folder), CA_SHERIFF, chosen, point])
    assert child.returncode == -signal.SIGKILL
    with open_world(folder) as world:
        assert (world.weights.of(CA_SHERIFF) == version(7)) == (point == "counts")
        use_weights(world, folder, CA_SHERIFF, chosen)
        assert world.weights.of(CA_SHERIFF) == version(7)
    verify_log_directory(folder / "log", (folder / "log.vkey").read_text().strip())


def test_every_request_goes_through_the_socket(copy: Callable[[str], Path]) -> None:
    """Trained at a running node with progress told, put in force there, still in force after it was killed."""
    folder = copy("wa-node")
    told: list[str] = []
    with serving(folder) as door:
        with at_node(folder) as verbs:
            trained: TrainedWeights = verbs(
                TrainWeights(owner="wa-police"), TrainedWeights, lambda _, status: told.append(status)
            )
        assert trained.fresh
        assert trained.in_force == SHIPPED
        assert any("records read" in one for one in told)
        used: UsedWeights = put(folder, UseWeights(owner="wa-police", version=trained.version), UsedWeights)
        assert used.entry is not None
        with pytest.raises(WrongUseError, match="has no version"):
            put(folder, UseWeights(owner="wa-police", version="0" * 12), UsedWeights)
        door.process.kill()
        door.process.wait()
    shown: ShownWeights = put(folder, InspectWeights(owner="wa-police"), ShownWeights)
    assert (shown.weights.version, shown.in_force) == (trained.version, trained.version)
    again: TrainedWeights = put(folder, TrainWeights(owner="wa-police"), TrainedWeights)
    assert (again.version, again.fresh) == (trained.version, False)
