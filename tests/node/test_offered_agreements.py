"""Agreements offered at a node: who may sign and switch on, what they would open, and what goes no further."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, members
from comity.errors import LawTextError, WrongUseError
from comity.exchange.owners import owner_here
from comity.law.analyse.diff import diff
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.disclosure import EntryKind
from comity.model.law_text import Signature
from comity.model.refused import REFUSED
from comity.node import foresee, law_drafts
from comity.node.foresee import foresee_agreement
from comity.node.law_drafts import Written, send_draft, sign_draft, write_draft
from comity.node.offered_agreements import (
    OfferedAgreement,
    activate_offered,
    discard_offered,
    list_offered,
    offer_agreement,
    role_to_sign,
    sign_offered_agreement,
)
from comity.node.open_world import open_world
from comity.node.sign_agreement import read_sidecar, sign_agreement
from comity.ports import World

NAME = "ACSO-CCPD-2027"
TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text().replace("ACSO-CCPD-2026", NAME)
WIDER = TEXT.replace("federal-crime, task-force", "federal-crime, missing-person, task-force", 1)


DAY = date(2026, 11, 18)


def member_of(post: str, *also: str) -> Member:
    found = next(one for one in members() if one.id == f"ca-sheriff-{post}")
    return replace(found, roles=(*found.roles, *also))


@dataclass(frozen=True)
class Here:
    """The sheriff's node, and what the other party signed."""

    world: World
    folder: Path
    theirs: tuple[Signature, ...]

    def offer(self, text: str = WIDER) -> OfferedAgreement:
        return offer_agreement(self.world, self.folder, member_of("custodian"), text, self.theirs)

    def sign(self, member: Member, law_hash: str) -> OfferedAgreement:
        return sign_offered_agreement(self.world, self.folder, member, NAME, law_hash)


@pytest.fixture
def here(copy: Callable[[str], Path], tmp_path: Path) -> Iterator[Here]:
    path = tmp_path / "new.agr"
    path.write_text(WIDER)
    theirs = copy("wa-node")
    for role in ("agency-head", "counsel"):
        sign_agreement(theirs, path, "wa-police", role)
    folder = copy("ca-node")
    with open_world(folder) as world:
        yield Here(world, folder, read_sidecar(path))


def test_nobody_signs_in_two_roles_and_a_signature_is_an_entry(here: Here) -> None:
    """Who is head and counsel at once signs as one of them; the other is for somebody else."""
    one = here.offer()
    both = member_of("sheriff", "counsel")
    assert role_to_sign(one, both) == "agency-head"
    signed = here.sign(both, one.text.hash)
    facts = decode_entry(here.world.journal.entry(signed.here[-1].entry)).facts
    assert (facts.kind, facts.law) == (EntryKind.TEXT_SIGNED, one.text.hash)
    assert role_to_sign(signed, both) == ""
    with pytest.raises(WrongUseError, match="nothing to sign"):
        here.sign(both, one.text.hash)
    with pytest.raises(WrongUseError, match="nothing to sign"):
        here.sign(member_of("custodian"), one.text.hash)


def test_who_signed_alone_does_not_switch_it_on_and_another_does(here: Here) -> None:
    """Until every signature is there nothing is switched on either; what stands in the way is entered."""
    one = here.offer()
    here.sign(member_of("sheriff"), one.text.hash)
    with pytest.raises(WrongUseError, match="alone signed"):
        activate_offered(here.world, here.folder, member_of("sheriff"), NAME, one.text.hash)
    short = activate_offered(here.world, here.folder, member_of("custodian"), NAME, one.text.hash)
    assert short.refused == ("counsel of ca-sheriff has not signed this text",)
    here.sign(member_of("counsel"), one.text.hash)
    with pytest.raises(WrongUseError, match="replaced by another text"):
        activate_offered(here.world, here.folder, member_of("custodian"), NAME, "sha256:" + "0" * 64)
    done = activate_offered(here.world, here.folder, member_of("custodian"), NAME, one.text.hash)
    assert (done.refused, done.owners) == ((), (CA_SHERIFF,))
    assert list_offered(here.world, here.folder, member_of("custodian")) == ()


def test_another_text_of_the_same_name_is_signed_anew(here: Here) -> None:
    """The same text keeps what was signed here; a changed one loses it."""
    one = here.offer()
    here.sign(member_of("counsel"), one.text.hash)
    assert len(here.offer().here) == 1
    changed = here.offer(WIDER + "# changed\n")
    assert changed.here == ()
    assert {had.agency for had in changed.text.signatures} == {"wa-police"}
    with pytest.raises(WrongUseError, match="read it, then sign it"):
        here.sign(member_of("counsel"), one.text.hash)


def test_what_is_faulty_or_of_others_is_not_taken(here: Here) -> None:
    """A text with faults, one the agency is no party of, a member who may not, a name that is no id."""
    with pytest.raises(LawTextError):
        here.offer(WIDER.replace("criminal-investigation", "criminal-investigaton"))
    with pytest.raises(WrongUseError, match="may not do this"):
        offer_agreement(here.world, here.folder, member_of("sergeant"), WIDER, ())
    for name in ("../law", "NO-SUCH"):
        with pytest.raises(WrongUseError):
            discard_offered(here.world, here.folder, member_of("custodian"), name)


def test_what_it_would_open_is_found_and_what_changes_nothing_opens_nothing(here: Here) -> None:
    """One purpose more in one clause opens that purpose and no other, for that party; the same clauses again open nothing."""
    one = here.offer()
    seen = foresee_agreement(here.world, here.folder, CA_SHERIFF, one.offered)
    assert seen.change is not None
    assert seen.change.opens
    assert seen.change.closes == seen.change.undecided == ()
    assert {(two.requester, two.purposes) for two in seen.change.opens} == {("wa-police", ("missing-person",))}
    same = foresee_agreement(here.world, here.folder, CA_SHERIFF, here.offer(TEXT).offered)
    assert same.change is not None
    assert same.change.changes == ()
    assert same.change.stays == seen.change.stays + len(
        {(two.requester, two.data_class) for two in seen.change.opens}
    )


def test_one_change_is_proved_once_and_any_other_anew(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever reads, sends and signs has one proof; another text, another law in force and another day have their own."""
    proved: list[object] = []

    def counted(*given: object) -> object:
        proved.append(given)
        return diff(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(foresee, "diff", counted)
    foresee._foreseen.cache_clear()
    offered = here.offer().offered
    first = foresee_agreement(here.world, here.folder, CA_SHERIFF, offered)
    assert foresee_agreement(here.world, here.folder, CA_SHERIFF, offered) == first
    assert len(proved) == 1
    assert foresee_agreement(here.world, here.folder, CA_SHERIFF, here.offer(TEXT).offered).change != first.change
    assert len(proved) == 2
    agency, law = owner_here(here.world, CA_SHERIFF), here.world.laws.law_of(CA_SHERIFF)
    less = replace(law, texts=tuple(one for one in law.texts if one.name != "ACSO-CCPD-2026"))
    for before, after, day in ((law, less, DAY), (less, law, DAY), (less, law, DAY + timedelta(days=1))):
        foresee.foresee_law(here.world, agency, before, after, day)
    assert len(proved) == 5
    foresee.foresee_law(here.world, agency, less, law, DAY)
    assert len(proved) == 5


def test_a_draft_whose_proof_did_not_finish_goes_no_further(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither to counsel nor into force, whatever page or program asks for it."""
    policy = next(one for one in here.world.laws.law_of(CA_SHERIFF).texts if one.name == "alder-sheriff")
    text = policy.text.replace("version 1", "version 2", 1)
    written = write_draft(here.world, here.folder, member_of("custodian"), Written(text, ())).draft
    assert written is not None
    whole = law_drafts.foresee_law

    def unfinished(*given: object) -> object:
        return replace(whole(*given), undecided=(("booking", "name"),))  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(law_drafts, "foresee_law", unfinished)
        for act in (send_draft, sign_draft):
            with pytest.raises(WrongUseError, match=REFUSED["draft.unfinished"].partition(";")[0]):
                act(here.world, here.folder, member_of("counsel"), written.id, written.hash)
    with pytest.raises(WrongUseError, match="not sent to counsel"):
        sign_draft(here.world, here.folder, member_of("counsel"), written.id, written.hash)
    send_draft(here.world, here.folder, member_of("custodian"), written.id, written.hash)
    with pytest.raises(WrongUseError, match="needs counsel"):
        sign_draft(here.world, here.folder, member_of("custodian"), written.id, written.hash)
    with pytest.raises(WrongUseError, match="wrote this draft"):
        sign_draft(here.world, here.folder, member_of("custodian", "counsel"), written.id, written.hash)
    done = sign_draft(here.world, here.folder, member_of("counsel"), written.id, written.hash)
    assert done.findings == ()
