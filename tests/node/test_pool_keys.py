"""A member of a pool that keeps its key elsewhere: its node answers for it, and nobody there signs for it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from serving import opened, question, seal

from comity.demo.agencies import CA_SHERIFF, members
from comity.demo.build import BuiltRegion
from comity.exchange.answering.answer import answer_query
from comity.exchange.messages.wire import AnswerBody
from comity.model.law_state import OfferedText
from comity.model.law_text import LawKind
from comity.node.activate import activate_law
from comity.node.open_world import open_world
from comity.ports import World

PACK = (files("comity.law") / "packs" / "us-va" / "rules.law").read_text(encoding="utf-8")


def test_without_a_members_key_nothing_is_signed_for_it(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """Questions are answered as before, and no new text of law comes into force until the member signs it."""
    folder = copy("ca-node")
    held = [path for path in (folder / "keys").iterdir() if CA_SHERIFF in path.name]
    assert held
    for path in held:
        path.unlink()
    with open_world(folder) as world:
        asked = grown.scene.detective_question
        member = next(one for one in members() if one.id == asked.member)
        raw = seal(asker, "ca-node", member, question(asker, member, asked, CA_SHERIFF))
        assert isinstance(opened(answer_query(world, raw).raw), AnswerBody)
        before = world.laws.law_of(CA_SHERIFF).hash
        text = PACK.replace("version 1", "version 2", 1)
        offered = OfferedText(file="us-va.law", kind=LawKind.PACK, text=text)
        result = activate_law(world, folder, CA_SHERIFF, (offered,))
        assert any("key" in finding for finding in result.findings), result.findings
        assert world.laws.law_of(CA_SHERIFF).hash == before
