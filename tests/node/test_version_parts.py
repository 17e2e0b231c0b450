"""A version of the directory that is larger than a message comes in parts: all of it or nothing, and only what was signed."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from serving import serving
from version_stage import CUT, Pair, draft, make_joined, paired

from comity.cli.main import run
from comity.errors import NounError, RejectedMessageError
from comity.exchange.messages.wire import LARGEST_MESSAGE, Body, Turned, read_message, seal_message
from comity.model.agency import Agency, DatedOri
from comity.model.canon import canonical_bytes
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.directory import (
    MOST_PARTS,
    PART_BYTES,
    AmendNode,
    SignedDirectory,
    VersionBrought,
    VersionComing,
    VersionHead,
    VersionHeld,
    VersionPart,
)
from comity.model.disclosure import EntryKind
from comity.model.law_text import Signature
from comity.node.adopted import BROUGHT_FILE, FOLDER, read_adopted, read_newest
from comity.node.directory import directory_state
from comity.node.keys import public_text, signing_agency_key
from comity.node.version_parts import COMING, MOST_COMING, split_version, take_head, take_part
from comity.node.versions import Versions, receive_here
from comity.settings import read_settings, write_noun
from comity.sim.federation import sim_key

BROUGHT, REJECTED = EntryKind.DIRECTORY_BROUGHT, EntryKind.REJECTED
ELSEWHERE = AmendNode(node="ash-node", address="http://127.0.0.1:9")
SMALL = 700  # bytes of a part here: some six of them make the directory of two nodes


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two nodes of one directory; tests change copies only."""
    return make_joined(tmp_path_factory.mktemp("joined"))


@pytest.fixture
def folders(joined: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Copies of the two."""
    return {name: Path(shutil.copytree(folder, tmp_path / name)) for name, folder in joined.items()}


@pytest.fixture
def pair(folders: dict[str, Path]) -> Iterator[Pair]:
    """Both open, with a line between them; what each brings goes in parts."""
    with paired(folders) as both:
        for name, folder in folders.items():
            both.versions[name] = Versions(folder, largest=0, part_bytes=SMALL)
        yield both


def say(pair: Pair, body: Body, by: str = "ash", to: str = "birch") -> Body:
    """What a node says to a message of the other."""
    world = pair.worlds[by]
    raw = seal_message(world, f"{to}-node", body, world.clock.now_ms())
    return read_message(receive_here(pair.worlds[to], pair.folders[to], raw).raw.partition(b"\n")[2]).body


def turned(pair: Pair, body: Body) -> str:
    """The sentence of a refusal, which stands in the log."""
    size = pair.worlds["birch"].journal.size()
    said = say(pair, body)
    assert isinstance(said, Turned), said
    assert pair.entered("birch", size) == [REJECTED]
    return said.sentence


def kept(pair: Pair, name: str = "birch") -> list[str]:
    """Every file of what comes to a node."""
    coming = pair.folders[name] / FOLDER / COMING
    return sorted(str(path.relative_to(coming)) for path in coming.rglob("*") if path.is_file())


def begun(pair: Pair, *changes: AmendNode) -> tuple[SignedDirectory, VersionHead, tuple[VersionPart, ...]]:
    """A version that ash's administrator did not adopt, of which birch took the head."""
    offered = draft(pair.folders["ash"], CUT, *changes)
    head, parts = split_version(offered, SMALL)
    assert len(parts) >= 3
    assert say(pair, head) == VersionComing(hash=head.hash, held=0)
    return offered, head, parts


def test_a_version_comes_in_parts_and_counts_as_one_that_came_whole(pair: Pair) -> None:
    """Its suspension at once, its entry, and nothing is left of its parts; no message was larger than it may be."""
    second = draft(pair.folders["ash"], CUT, ELSEWHERE)
    pair.adopt("ash", second)
    size = pair.worlds["birch"].journal.size()
    assert pair.bring("ash") == 1
    assert pair.is_cut_off("birch")
    assert pair.entered("birch", size) == [BROUGHT]
    assert [one.hash for one in directory_state(pair.folders["birch"]).waiting] == [second.hash]
    assert kept(pair) == []
    assert len(pair.lines["ash"].sent) == 1 + len(split_version(second, SMALL)[1])
    assert pair.bring("ash") == 0


def test_what_lies_between_comes_in_parts_too(pair: Pair) -> None:
    """A node that lacks a version before the newest is brought it first; what it has is one message each."""
    second = draft(pair.folders["ash"], ELSEWHERE)
    third = draft(pair.folders["ash"], CUT, behind=second)
    pair.adopt("ash", second)
    pair.adopt("ash", third)
    assert pair.bring("ash") == 2
    assert pair.is_cut_off("birch")
    counts = [len(split_version(one, SMALL)[1]) for one in (second, third)]
    assert len(pair.lines["ash"].sent) == 3 + sum(counts), (
        "of the newest the head alone, until what lies before it is there"
    )
    pair.lines["ash"].sent.clear()
    again = Versions(pair.folders["ash"], largest=0, part_bytes=SMALL)
    assert again.bring(pair.worlds["ash"]) == 1
    assert len(pair.lines["ash"].sent) == 1, "the head alone"


@pytest.mark.parametrize("stopped", [False, True])
def test_a_line_that_breaks_leaves_what_came_and_it_goes_on_there(
    folders: dict[str, Path], *, stopped: bool
) -> None:
    """Nobody is cut off by half a version; the next round brings what is wanting, also after both were opened anew."""
    with paired(folders) as pair:
        offered, head, parts = begun(pair)
        pair.adopt("ash", offered)
        assert say(pair, parts[0]) == VersionComing(hash=head.hash, held=1)
        assert say(pair, parts[0]) == VersionComing(hash=head.hash, held=1), "the same one again is none more"
        assert not pair.is_cut_off("birch")
        assert kept(pair) == ["ash-node/0000", "ash-node/head.json"]
        if not stopped:
            finish(pair, len(parts))
            return
    with paired(folders) as pair:
        finish(pair, len(parts))


def finish(pair: Pair, count: int) -> None:
    """One round of ash: the head, and every part but the first."""
    assert Versions(pair.folders["ash"], largest=0, part_bytes=SMALL).bring(pair.worlds["ash"]) == 1
    assert pair.is_cut_off("birch")
    assert len(pair.lines["ash"].sent) == count


class StopError(Exception):
    """A stop on purpose."""


@pytest.mark.parametrize("point", ["part-kept", "written", "entered", "listed"])
def test_a_stop_at_the_last_part_leaves_nothing_half(pair: Pair, point: str) -> None:
    """The head, brought again, finds every part here, or the version; either way it is taken and nothing is left."""
    _, head, parts = begun(pair)
    for part in parts[:-1]:
        say(pair, part)

    def fault(name: str) -> None:
        if name == point:
            raise StopError

    world, folder = pair.worlds["birch"], pair.folders["birch"]
    with pytest.raises(StopError):
        take_part(world, folder, parts[-1], ("ash-node", "0" * 32), fault)
    assert pair.is_cut_off("birch") is (point == "listed")
    said = take_head(world, folder, head, ("ash-node", "1" * 32))
    assert isinstance(said, VersionHeld)
    assert (said.hash, said.refused) == (head.hash, "")
    assert pair.is_cut_off("birch")
    assert kept(pair) == []


def test_nothing_is_kept_of_a_version_that_its_quorum_did_not_sign(pair: Pair) -> None:
    """Neither of one with too few signatures, nor of one whose signatures are over another; each is in the log."""
    good = draft(pair.folders["ash"], CUT)
    head, parts = split_version(good, SMALL)
    other, _ = split_version(draft(pair.folders["ash"], ELSEWHERE), SMALL)
    assert "too few signatures" in turned(pair, replace(head, signatures=()))
    assert "too few signatures" in turned(pair, replace(head, signatures=other.signatures))
    assert "too few signatures" in turned(pair, replace(head, version=head.version + 1))
    assert "too few signatures" in turned(pair, replace(head, version=2))
    assert "too few signatures" in turned(pair, replace(head, version=2, behind=()))
    assert "no head came" in turned(pair, parts[0])
    assert kept(pair) == []
    ahead = say(pair, replace(head, version=head.version + 1, behind=(head.hash,)))
    assert isinstance(ahead, VersionHeld)
    assert ahead.refused == "", "what does not follow yet is no fault: the sender brings what lies before"
    assert kept(pair) == []


def test_parts_of_two_versions_out_of_order_altered_or_too_many_are_refused(pair: Pair) -> None:
    """Each with its sentence and its entry; what came before stays, and the right part is taken after all of them."""
    _, head, parts = begun(pair)
    _, others = split_version(draft(pair.folders["ash"], ELSEWHERE), SMALL)
    assert "of another" in turned(pair, others[0])
    assert "part 1 of a version came where part 0 is wanted" in turned(pair, parts[1])
    assert "part 31" in turned(pair, replace(parts[0], number=MOST_PARTS - 1))
    assert "is not the one" in turned(pair, replace(parts[0], content=parts[1].content))
    assert "is not the one" in turned(pair, replace(parts[0], content=""))
    assert "no base64" in turned(pair, replace(parts[0], content="*"))
    assert kept(pair) == ["ash-node/head.json"]
    for part in parts[:-1]:
        assert isinstance(say(pair, part), VersionComing)
    assert isinstance(say(pair, parts[-1]), VersionHeld)
    assert pair.is_cut_off("birch")
    assert "no head came" in turned(pair, replace(parts[0], number=len(parts)))
    assert head.hash == directory_state(pair.folders["birch"]).waiting[0].hash


def test_a_head_that_promises_other_parts_ends_in_nothing(pair: Pair) -> None:
    """The signed hash is over the whole: parts that fit a false head are refused when they are all there, and go."""
    good = draft(pair.folders["ash"], CUT)
    false = replace(good, directory=replace(good.directory, suspended=()))
    head, parts = split_version(false, SMALL)
    signed = replace(head, hash=good.hash, signatures=good.signatures)
    assert isinstance(say(pair, signed), VersionComing)
    for part in parts[:-1]:
        assert isinstance(say(pair, replace(part, hash=good.hash)), VersionComing)
    assert "do not make the version that was signed" in turned(pair, replace(parts[-1], hash=good.hash))
    assert kept(pair) == []
    pair.adopt("ash", good)
    assert pair.bring("ash") == 1
    assert pair.is_cut_off("birch")


def test_a_fork_in_parts_is_kept_as_evidence_like_one_that_came_whole(pair: Pair) -> None:
    """Two versions that the quorum signed for one place: the first stays, the second is refused, told and kept."""
    pair.adopt("birch", draft(pair.folders["birch"], ELSEWHERE))
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    assert pair.bring("ash") == 0
    assert not pair.is_cut_off("birch")
    assert len(directory_state(pair.folders["birch"]).forks) == 1
    assert kept(pair) == []


def test_what_comes_from_many_at_once_has_a_bound(pair: Pair) -> None:
    """Of more nodes than that the one that waited longest makes room, and its next part asks for the head again."""
    offered = draft(pair.folders["ash"], CUT)
    head, parts = split_version(offered, SMALL)
    world, folder = pair.worlds["birch"], pair.folders["birch"]
    for number in range(MOST_COMING + 3):
        take_head(world, folder, head, (f"node-{number}", "0" * 32))
        take_part(world, folder, parts[0], (f"node-{number}", "0" * 32))
        time.sleep(0.01)  # so that the order in which they came stands in the folder's times
    assert {one.split("/")[0] for one in kept(pair)} == {f"node-{number}" for number in range(3, MOST_COMING + 3)}
    with pytest.raises(RejectedMessageError, match="no head came"):
        take_part(world, folder, parts[1], ("node-0", "0" * 32))


def test_a_sender_that_was_pushed_out_tries_again(pair: Pair) -> None:
    """A part that is turned away is no refusal of the version: the next round brings the head."""
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    line = pair.lines["ash"]
    deliver = line.deliver

    def dropping(raw: bytes) -> bytes:
        if len(line.sent) == 3:
            shutil.rmtree(pair.folders["birch"] / FOLDER / COMING / "ash-node")
        return deliver(raw)

    line.deliver = dropping
    assert pair.bring("ash") == 0
    line.deliver = deliver
    assert pair.bring("ash") == 0, "not before its time"
    time.sleep(1.05)
    assert pair.bring("ash") == 1
    assert pair.is_cut_off("birch")


def test_a_node_that_knows_no_parts_turns_them_away_and_is_left_alone(
    pair: Pair, capsys: pytest.CaptureFixture[str]
) -> None:
    """An older one says that it does not know the message: told once, not tried again, and it answers all else."""
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    line = pair.lines["ash"]
    deliver = line.deliver

    def older(raw: bytes) -> bytes:
        message = read_message(raw.partition(b"\n")[2])
        assert isinstance(message.body, VersionHead), "nothing else is sent after the refusal"
        body = Turned(message_hash="sha256:" + "0" * 64, sentence="the message is of no kind that is known here")
        return seal_message(pair.worlds["birch"], "ash-node", body, message.sent_ms)

    line.deliver = older
    assert pair.bring("ash") == 0
    assert pair.bring("ash") == 0
    assert len(line.sent) == 1
    assert "refused a directory: the message is of no kind" in capsys.readouterr().err
    line.deliver = deliver


@pytest.mark.parametrize(
    "says", [VersionComing(hash="sha256:" + "0" * 64, held=0), VersionComing(hash="", held=40)]
)
def test_a_peer_that_never_has_enough_is_left(pair: Pair, says: VersionComing) -> None:
    """What it says it holds must be of this version, and grow by one with each part; else the round ends with an error."""
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    pair.lines["ash"].deliver = lambda raw: seal_message(
        pair.worlds["birch"], "ash-node", says, pair.worlds["birch"].clock.now_ms()
    )
    assert pair.bring("ash") == 0
    assert len(pair.lines["ash"].sent) == 1


def test_a_peer_that_loses_every_part_is_left(pair: Pair) -> None:
    """It says after each part that it holds none: one part is sent, not without end."""
    second = draft(pair.folders["ash"], CUT)
    pair.adopt("ash", second)
    says = VersionComing(hash=second.hash, held=0)
    pair.lines["ash"].deliver = lambda raw: seal_message(
        pair.worlds["birch"], "ash-node", says, pair.worlds["birch"].clock.now_ms()
    )
    assert pair.bring("ash") == 0
    assert len(pair.lines["ash"].sent) == 2


def test_limits_are_those_of_a_message(pair: Pair) -> None:
    """A full part fits into a message with all that is around it; a version of too many is brought by hand."""
    full = VersionPart(hash="sha256:" + "0" * 64, number=31, content=base64.b64encode(bytes(PART_BYTES)).decode())
    world = pair.worlds["ash"]
    assert len(seal_message(world, "birch-node", full, world.clock.now_ms())) < LARGEST_MESSAGE
    with pytest.raises(NounError, match="at most"):
        replace(full, content=full.content + "AAAA")
    with pytest.raises(NounError, match="at most"):
        replace(full, number=MOST_PARTS)
    with pytest.raises(RejectedMessageError, match="bring it by hand"):
        split_version(draft(pair.folders["ash"], CUT), 10)
    for parts in ((), ("sha256:" + "0" * 64,) * (MOST_PARTS + 1)):
        with pytest.raises(NounError, match="at most 32 parts"):
            VersionHead(version=2, hash="sha256:" + "0" * 64, behind=(), signatures=(), parts=parts)
    head, _ = split_version(draft(pair.folders["ash"], CUT), SMALL)
    with pytest.raises(NounError, match="behind at most"):
        replace(head, behind=head.behind * 102)
    with pytest.raises(NounError, match="more than 1000 signatures"):
        replace(head, signatures=head.signatures * 1_001)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(["part", "head", "other", "altered"])), max_size=30
    )
)
def test_whatever_comes_the_version_is_there_whole_or_not_at_all(
    joined: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, order: list[tuple[int, str]]
) -> None:
    """Parts in any order, twice, of another version, altered, heads between: it is held when each came in its turn."""
    home = tmp_path_factory.mktemp("any")
    copies = {name: Path(shutil.copytree(folder, home / name)) for name, folder in joined.items()}
    with paired(copies) as pair:
        good, other = draft(copies["ash"], CUT), draft(copies["ash"], ELSEWHERE)
        head, parts = split_version(good, SMALL)
        _, others = split_version(other, SMALL)
        wanted: int | None = None  # the next part, as the plainest receiver would count
        for number, what in order:
            if what == "head":
                wanted = 0 if wanted is None else wanted
                body: Body = head
            else:
                chosen = parts[number % len(parts)]
                body = {
                    "part": chosen,
                    "other": others[number % len(others)],
                    "altered": replace(chosen, content=base64.b64encode(b"x").decode()),
                }[what]
                if what == "part" and wanted == chosen.number:
                    wanted += 1
            say(pair, body)
            whole = wanted == len(parts)
            assert pair.is_cut_off("birch") is whole
            if whole:
                break
        held = read_adopted(copies["birch"], read_settings(copies["birch"]))
        assert [link.hash for link in held.waiting] == ([good.hash] if pair.is_cut_off("birch") else [])
        for part in (head, *parts):
            say(pair, part)
        assert pair.is_cut_off("birch")
    shutil.rmtree(home)


def with_many(folder: Path, count: int) -> SignedDirectory:
    """The version behind the one in force at a node, with so many more agencies there, all invented, signed by its own."""
    directory = draft(folder, ELSEWHERE).directory
    more = tuple(
        Agency(
            id=f"county-{number}-police",
            name=f"Police of the invented county of {number} and its many districts, towns, harbours and valleys",
            oris=tuple(DatedOri(ori=f"OR{number:05}{unit:02}", first=date(2026, 1, 1)) for unit in range(6)),
            level=GovernmentLevel.LOCAL,
            state="OR",
            kind=AgencyKind.POLICE,
            node="ash-node",
            public_key=public_text(sim_key(f"county/{number}")),
        )
        for number in range(count)
    )
    held = read_newest(folder, read_settings(folder))
    plain = SignedDirectory(directory=replace(directory, nodes=held.nodes, agencies=(*held.agencies, *more)))
    value = base64.b64encode(signing_agency_key(folder, held, "ash-police").sign(plain.signed_bytes)).decode()
    return replace(plain, signatures=(Signature(agency="ash-police", role="agency-head", value=value),))


def test_served_nodes_bring_a_directory_of_two_thousand_agencies(tmp_path: Path) -> None:
    """Two processes over the network: the version is larger than a message, and the other node cuts off whom it suspends."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        ports = one.getsockname()[1], other.getsockname()[1]
    folders = make_joined(tmp_path, ports)
    second = with_many(folders["ash"], 2_000)
    third = draft(folders["ash"], CUT, behind=second)
    assert len(canonical_bytes(third.directory)) > LARGEST_MESSAGE
    files = []
    for number, version in enumerate((second, third)):
        files.append(tmp_path / f"{number}.json")
        write_noun(files[-1], version)
    with serving(folders["ash"]), serving(folders["birch"]):
        for file in files:
            assert run(["directory", "adopt", "--node", str(folders["ash"]), str(file)]) == 0
        until = time.monotonic() + 240
        brought = folders["birch"] / FOLDER / BROUGHT_FILE
        while not brought.exists() or third.hash not in brought.read_text():
            assert time.monotonic() < until, "it was not brought whole"
            time.sleep(0.2)
    adopted = read_adopted(folders["birch"], read_settings(folders["birch"]))
    assert len(adopted.waiting[-1].directory.agencies) == 2_002
    assert adopted.in_force.suspension_of("ash-police") is not None
    assert [one["hash"] for one in json.loads(brought.read_text())] == [second.hash, third.hash]
    assert VersionBrought(offered=third).offered.hash == adopted.waiting[-1].hash
