"""Law from day to day on a node that runs: killed, damaged, changed under questions."""

from __future__ import annotations

import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from serving import opened, question, seal, serving

from comity.demo.agencies import CA_SHERIFF, members
from comity.demo.build import BuiltRegion
from comity.errors import LawUnavailableError, WrongUseError
from comity.exchange.answering.answer import LAW_CHANGED, answer_query
from comity.exchange.messages.wire import AnswerBody, Turned
from comity.ledger.verify import verify_log_directory
from comity.model.canon import text_digest
from comity.model.codes import Status
from comity.model.law_state import ActivationResult, AgreementChange, LawState, OfferedText
from comity.model.law_text import LawKind, LawText
from comity.node.activate import activate_law
from comity.node.agreements import suspend_agreement
from comity.node.change_law import (
    DECIDING_FILE,
    LAW_CRASH_POINTS,
    activate_texts,
    changing,
    law_of_then,
    sign_text,
)
from comity.node.keys import agency_key
from comity.node.laws import ACTIVE_FILE
from comity.node.local import at_node
from comity.node.office import ActivateLaw, ShowLaw, SuspendAgreement
from comity.node.open_world import open_world
from comity.node.show_law import law_state
from comity.ports import World
from forked import run
from long_runs import LONG

NODE = "ca-node"
CHILD = Path(__file__).with_name("activate_child.py")
PACK = (files("comity.law") / "packs" / "us-va" / "rules.law").read_text(encoding="utf-8")


def version(number: int) -> OfferedText:
    """Virginia's pack as a version of its own; it binds no Californian owner, and its hash is another."""
    text = PACK.replace("version 1", f"version {number}", 1)
    return OfferedText(file=f"us-va-{number}.law", kind=LawKind.PACK, text=text)


def about_somebody(grown: BuiltRegion, asker: World) -> bytes:
    asked = grown.scene.detective_question
    member = next(one for one in members() if one.id == asked.member)
    return seal(asker, NODE, member, question(asker, member, asked, CA_SHERIFF))


def law_hash(folder: Path) -> str:
    with open_world(folder) as world:
        return world.laws.law_of(CA_SHERIFF).hash


@pytest.mark.parametrize("point", LAW_CRASH_POINTS)
def test_killed_in_the_middle_the_node_has_the_old_law_or_the_new(
    copy: Callable[[str], Path], tmp_path: Path, point: str
) -> None:
    """Until the list is in its place the old law is in force, whole; afterwards the new; doing it again ends well."""
    folder = copy(NODE)
    before = law_hash(folder)
    pack = tmp_path / "us-va.law"
    pack.write_text(version(1).text)
    child = run([sys.executable, str(CHILD), str(folder), CA_SHERIFF, str(pack), point])
    assert child.returncode == -signal.SIGKILL
    with open_world(folder) as world:
        now = world.laws.law_of(CA_SHERIFF).hash
        assert (now == before) == (point != "listed")
        result = activate_law(world, folder, CA_SHERIFF, (version(1),))
        assert result.findings == ()
        after = world.laws.law_of(CA_SHERIFF)
        assert after.hash != before
        assert [text.name for text in after.texts].count("us-va") == 1
        assert law_of_then(world, folder / "law", CA_SHERIFF, before).hash == before
    verify_log_directory(folder / "log", (folder / "log.vkey").read_text().strip())


def test_a_question_meets_one_law_whole(grown: BuiltRegion, asker: World, copy: Callable[[str], Path]) -> None:
    """While versions follow one another, every answer names a law that was in force as a whole, and its entry does."""
    folder = copy(NODE)
    answered: list[str] = []
    with open_world(folder) as world:
        known = {world.laws.law_of(CA_SHERIFF).hash}
        stop = threading.Event()

        def keep_asking() -> None:
            while not stop.is_set():
                body = opened(answer_query(world, about_somebody(grown, asker)).raw)
                assert isinstance(body, AnswerBody)
                answered.append(body.answer.law)

        threads = [threading.Thread(target=keep_asking) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(1, 3 + LONG):
            assert activate_law(world, folder, CA_SHERIFF, (version(number),)).findings == ()
            known.add(world.laws.law_of(CA_SHERIFF).hash)
        stop.set()
        for thread in threads:
            thread.join()
        assert answered
        assert set(answered) <= known
        for one in known:
            assert law_of_then(world, folder / "law", CA_SHERIFF, one).hash == one


def test_two_activations_at_once_both_count(copy: Callable[[str], Path]) -> None:
    """Neither is checked against a law that goes: afterwards both texts are in force, or the later was refused."""
    folder = copy(NODE)
    other = (files("comity.law") / "packs" / "us-or" / "rules.law").read_text(encoding="utf-8")
    offers = (version(1), OfferedText(file="us-or.law", kind=LawKind.PACK, text=other))
    results: list[ActivationResult] = []
    with open_world(folder) as world:
        threads = [
            threading.Thread(
                target=lambda one=one: results.append(activate_law(world, folder, CA_SHERIFF, (one,)))
            )
            for one in offers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.findings for one in results] == [(), ()]
        assert {"us-va", "us-or"} <= {text.name for text in world.laws.texts_of(CA_SHERIFF)}


def test_a_running_node_takes_law_through_its_socket(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """The next question meets the new law; what is refused leaves the node answering under the version before."""
    folder = copy(NODE)
    with serving(folder) as door, at_node(folder) as verbs:

        def law() -> str:
            body = opened(door.post(about_somebody(grown, asker), asker).content)
            assert isinstance(body, AnswerBody)
            return body.answer.law

        def put(offered: OfferedText) -> ActivationResult:
            request = ActivateLaw(owner=CA_SHERIFF, offered=(offered,))
            result: ActivationResult = verbs(request, ActivationResult, lambda *_: None)
            return result

        before = law()
        assert put(version(1)).findings == ()
        after = law()
        assert after != before
        broken = OfferedText(file="us-va.law", kind=LawKind.PACK, text=version(2).text[:-40])
        assert put(broken).findings
        assert law() == after
        state: LawState = verbs(ShowLaw(owner=CA_SHERIFF), LawState, lambda *_: None)
        assert state.hash == after
        assert [one.offered for one in state.refused] == [("pack us-va.law",)]


@pytest.mark.parametrize("damage", ["cut off", "gone", "another format"])
def test_a_list_damaged_under_a_running_node_leaves_the_law_it_read(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path], damage: str
) -> None:
    """Answers go on under what was verified, status and messages say so; nothing is built on it; a restart refuses."""
    folder = copy(NODE)
    active = folder / "law" / CA_SHERIFF / ACTIVE_FILE
    whole = active.read_bytes()
    with serving(folder) as door, at_node(folder) as verbs:

        def law() -> str:
            body = opened(door.post(about_somebody(grown, asker), asker).content)
            assert isinstance(body, AnswerBody)
            return body.answer.law

        before = law()
        match damage:
            case "cut off":
                active.write_bytes(whole[:-20])
            case "gone":
                active.unlink()
            case _:
                active.write_bytes(b'[{"file": 1}]')
        assert law() == before
        state: LawState = verbs(ShowLaw(owner=CA_SHERIFF), LawState, lambda *_: None)
        assert state.hash == before
        assert "stays in force until the node stops" in state.trouble
        told: ActivationResult = verbs(
            ActivateLaw(owner=CA_SHERIFF, offered=(version(1),)), ActivationResult, lambda *_: None
        )
        assert re.search(r"the list of|has no law in force|cannot be read", told.findings[0])
        assert {one.name for one in told.in_force} == {one.name for one in state.texts}
        after: LawState = verbs(ShowLaw(owner=CA_SHERIFF), LawState, lambda *_: None)
        assert [one.entry for one in after.refused] == list(told.entries)
        assert law() == before
        _, said = door.stop()
    assert len(said.splitlines()) == 1
    assert "stays in force until the node stops" in said
    with open_world(folder) as world, pytest.raises(LawUnavailableError):
        world.laws.law_of(CA_SHERIFF)
    active.write_bytes(whole)
    assert law_hash(folder) == before


def test_a_file_that_is_not_on_the_list_does_not_matter(copy: Callable[[str], Path]) -> None:
    """Half a new text, a stranger's file, half a list under another name: the law is the one listed."""
    folder = copy(NODE)
    before = law_hash(folder)
    home = folder / "law" / CA_SHERIFF
    (home / "pack-us-va-0123456789ab.json").write_text('{"kind": "pack", "na')
    (home / "active.json.0f.new").write_text("[")
    (home / "notes.txt").write_text("x")
    assert law_hash(folder) == before


def test_a_listed_text_that_changed_closes_its_owner(copy: Callable[[str], Path]) -> None:
    """A text that fails its hash is never put in force, in memory or not, once the list is read anew."""
    folder = copy(NODE)
    home = folder / "law" / CA_SHERIFF
    with open_world(folder) as world:
        world.laws.law_of(CA_SHERIFF)
        path = next(home.glob("policy-*.json"))
        path.write_text(path.read_text().replace("permit", "permit ", 1))
        active = home / ACTIVE_FILE
        active.write_bytes(active.read_bytes() + b"\n")
        with pytest.raises(LawUnavailableError, match="was lost or changed"):
            world.laws.law_of(CA_SHERIFF)
        told = activate_law(world, folder, CA_SHERIFF, (version(1),))
        assert "was lost or changed" in told.findings[0]
        assert (len(told.entries), told.in_force) == (1, ())


def test_the_law_of_then_is_kept_by_hash(copy: Callable[[str], Path]) -> None:
    """Texts that were replaced stay readable under the hash an answer named; an unknown hash is said to be one."""
    folder = copy(NODE)
    with open_world(folder) as world:
        first = world.laws.law_of(CA_SHERIFF)
        activate_law(world, folder, CA_SHERIFF, (version(1),))
        second = world.laws.law_of(CA_SHERIFF)
        activate_law(world, folder, CA_SHERIFF, (version(2),))
        for law in (first, second):
            assert law_of_then(world, folder / "law", CA_SHERIFF, law.hash) == law
        with pytest.raises(WrongUseError, match="is kept here; restore its lists"):
            law_of_then(world, folder / "law", CA_SHERIFF, "sha256:" + "0" * 64)
        assert law_state(world, folder, CA_SHERIFF).trouble == ""


def test_an_offer_of_nothing_or_too_much_is_wrong_use(copy: Callable[[str], Path]) -> None:
    """Between one and sixty-four texts at once."""
    folder = copy(NODE)
    with open_world(folder) as world:
        for offered in ((), tuple(version(number) for number in range(1, 67))):
            with pytest.raises(WrongUseError, match="offer between one and 64 texts"):
                activate_law(world, folder, CA_SHERIFF, offered)
        twice = activate_law(world, folder, CA_SHERIFF, (version(1), version(2)))
        assert "`pack us-va` is offered twice" in twice.findings[0]


def test_a_suspension_counts_from_the_next_question_on(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """Through the socket of a running node: the next question is refused, and an answer given before is not repeated."""
    folder = copy(NODE)
    asked = grown.scene.detective_question
    member = next(one for one in members() if one.id == asked.member)
    query = question(asker, member, asked, CA_SHERIFF)
    with serving(folder) as door, at_node(folder) as verbs:
        body = opened(door.post(seal(asker, NODE, member, query), asker).content)
        assert isinstance(body, AnswerBody)
        assert body.answer.status is Status.ANSWERED
        request = SuspendAgreement(agreement="ACSO-CCPD-2026", by=CA_SHERIFF, reason="audit finding 7")
        done: AgreementChange = verbs(request, AgreementChange, lambda *_: None)
        assert done.owners == (CA_SHERIFF,)
        again = opened(door.post(seal(asker, NODE, member, query), asker).content)
        assert isinstance(again, Turned)
        assert again.sentence == LAW_CHANGED
        fresh = opened(door.post(about_somebody(grown, asker), asker).content)
        assert isinstance(fresh, AnswerBody)
        assert fresh.answer.status is Status.REFUSED
        assert "comity/NO-AGREEMENT" in {reason.rule for reason in fresh.answer.reasons}


def test_a_suspension_ends_what_is_in_force_when_its_turn_comes(copy: Callable[[str], Path]) -> None:
    """It waits for a change that is being made, and takes out what that change put in force, not what was before."""
    folder = copy(NODE)
    done: list[AgreementChange] = []
    with open_world(folder) as world:
        before = next(text for text in world.laws.texts_of(CA_SHERIFF) if text.name == "ACSO-CCPD-2026")
        text = before.text + "# amended\n"
        amended = LawText(
            kind=before.kind, name=before.name, version=before.version, text=text, hash=text_digest(text)
        )
        suspending = threading.Thread(
            target=lambda: done.append(
                suspend_agreement(world, folder, before.name, CA_SHERIFF, "audit finding 7")
            )
        )
        with changing(folder / "law", CA_SHERIFF, DECIDING_FILE):
            suspending.start()
            time.sleep(0.5)  # time to look too early; looking after its turn has come needs none
            signed = sign_text(amended, CA_SHERIFF, "counsel", agency_key(folder, CA_SHERIFF))
            activate_texts(world, folder / "law", CA_SHERIFF, (signed,))
        suspending.join()
        assert [one.owners for one in done] == [(CA_SHERIFF,)]
        assert before.name not in {text.name for text in world.laws.texts_of(CA_SHERIFF)}
