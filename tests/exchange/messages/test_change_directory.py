"""Drafts of the next version: each change says what it changes, and makes nothing that could not be adopted."""

from __future__ import annotations

import pytest
from directory_stage import agency_of, first_version, key_text, node_of, signed, vkey
from msgspec.structs import replace

from comity.errors import NounError, WrongUseError
from comity.exchange.messages.change_directory import MOST_CHANGES, change_directory, next_version, tell_changes
from comity.exchange.messages.directory import Link, check_kept, check_usable, judge
from comity.model.canon import canonical_bytes, digest
from comity.model.directory import (
    AddAgency,
    AddNode,
    AmendAgency,
    AmendNode,
    DirectoryChange,
    FaultKind,
    JoinDirectory,
    KeyUse,
    LiftSuspension,
    ListPacks,
    MoveAgency,
    Remove,
    ReplaceKey,
    RevokeKey,
    SetQuorum,
    Suspend,
)
from comity.model.listing import AgencyPacks, FormerKey, FormerNode, Joined, Quorum, RevokedKey, Suspended

FIRST = first_version()
LINK = Link.of(FIRST)
OTHER = replace(first_version(("dogwood", "elm"), 1), version=4)
PACKS = AgencyPacks(agency="ash", hashes=("sha256:" + "1" * 64,))

CHANGES: dict[str, tuple[tuple[DirectoryChange, ...], tuple[str, ...]]] = {
    "add": (
        (AddNode(node=node_of("elm")), AddAgency(agency=agency_of("elm"))),
        ("agency `elm` is new", "node `elm-node` is new"),
    ),
    "suspension": (
        (Suspend(suspended=Suspended(id="ash", reason="finding 26-7")),),
        ("`ash` is suspended: finding 26-7",),
    ),
    "suspended node": (
        (Suspend(suspended=Suspended(id="ash-node", reason="finding 26-7")),),
        ("`ash-node` is suspended: finding 26-7",),
    ),
    "move": (
        (MoveAgency(agency="ash", node="birch-node", until_ms=5),),
        ("`ash` moves from node `ash-node` to `birch-node`",),
    ),
    "message key": (
        (ReplaceKey(use=KeyUse.MESSAGE, of="ash-node", key=key_text("n"), until_ms=5),),
        ("`ash-node` signs its messages with another key from now on",),
    ),
    "log key": (
        (ReplaceKey(use=KeyUse.LOG, of="ash-node", key=vkey("ash", 1), until_ms=5),),
        ("`ash-node` signs its log with another key from now on",),
    ),
    "agency key": (
        (ReplaceKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash", 1), until_ms=5),),
        ("`ash` signs with another key from now on",),
    ),
    "revoked message key": (
        (
            RevokeKey(
                use=KeyUse.MESSAGE, of="ash-node", key=key_text("ash-message"), from_ms=5, instead=key_text("n")
            ),
        ),
        (
            "`ash-node` signs its messages with another key from now on",
            f"the key `{key_text('ash-message')}` of `ash-node` is revoked",
        ),
    ),
    "revoked log key": (
        (RevokeKey(use=KeyUse.LOG, of="ash-node", key=vkey("ash"), from_ms=5, instead=vkey("ash", 1)),),
        (
            "`ash-node` signs its log with another key from now on",
            f"the key `{vkey('ash')}` of `ash-node` is revoked",
        ),
    ),
    "revoked agency key": (
        (RevokeKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash"), from_ms=5, instead=key_text("ash", 1)),),
        ("`ash` signs with another key from now on", f"the key `{key_text('ash')}` of `ash` is revoked"),
    ),
    "amended": (
        (
            AmendNode(node="ash-node", address="sim://new", certificate="ab" * 32, witness_key="w"),
            AmendAgency(agency=replace(agency_of("ash", 7), contact="desk@ash.example", node="elsewhere")),
        ),
        (
            "what is said of `ash` changes: contact",
            "what is said of node `ash-node` changes: address, certificate, witness_key",
        ),
    ),
    "broker": (
        (AmendNode(node="ash-node", broker=True), AmendNode(node="birch-node", via="ash-node")),
        (
            "what is said of node `ash-node` changes: broker",
            "what is said of node `birch-node` changes: via",
        ),
    ),
    "removed": (
        (Remove(id="cedar"), Remove(id="cedar-node")),
        (
            "agency `cedar` goes",
            "node `cedar-node` goes",
            "the version after this one must be signed by 2 of ash, birch instead of 2 of ash, birch, cedar",
        ),
    ),
    "quorum": (
        (SetQuorum(quorum=Quorum(count=1, seats=("birch",))),),
        ("the version after this one must be signed by 1 of birch instead of 2 of ash, birch, cedar",),
    ),
    "packs": ((ListPacks(packs=PACKS), ListPacks(packs=PACKS)), ("`ash` has other packs in force",)),
    "joined": (
        (JoinDirectory(directory=OTHER),),
        (
            "agency `dogwood` is new",
            "agency `elm` is new",
            "node `dogwood-node` is new",
            "node `elm-node` is new",
            f"the directory {digest(OTHER)} (version 4) ends in this one",
        ),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_and_can_be_adopted(name: str) -> None:
    """The draft follows the version in force, says what changes, and nothing in it stands in the way."""
    changes, told = CHANGES[name]
    new = next_version(LINK, changes)
    assert new.previous == LINK.hash
    assert tell_changes(FIRST, new) == told
    assert (*check_usable(new), *check_kept(FIRST, new)) == ()


def test_what_was_before_is_kept() -> None:
    """Old keys and nodes stand as former ones with their time; revoked ones as revoked, and as former no more."""
    new = next_version(LINK, (*CHANGES["move"][0], *CHANGES["agency key"][0], *CHANGES["message key"][0]))
    past, node = new.past_of("ash"), new.nodes[0]
    assert past.former_nodes == (FormerNode(node="ash-node", until_ms=5),)
    assert past.former_keys == (FormerKey(key=key_text("ash"), until_ms=5),)
    assert node.former_message_keys == (FormerKey(key=key_text("ash-message"), until_ms=5),)
    revoked = change_directory(
        change_directory(new, RevokeKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash"), from_ms=6)),
        RevokeKey(use=KeyUse.MESSAGE, of="ash-node", key=key_text("ash-message"), from_ms=6),
    )
    assert revoked.past_of("ash").former_keys == ()
    assert revoked.past_of("ash").revoked_keys == (RevokedKey(key=key_text("ash"), from_ms=6),)
    assert revoked.nodes[0].former_message_keys == ()
    assert revoked.nodes[0].message_key == key_text("n")
    assert revoked.agencies[0].public_key == key_text("ash", 1)


def test_an_agency_moves_to_a_node_made_for_it() -> None:
    """A directory that lists an agency of ours joins as the place it moves to, with the key it has there."""
    there = replace(first_version(("elm",), 1), agencies=(agency_of("ash", 4, "elm-node"),), quorum=None)
    change = JoinDirectory(directory=there, moving=("ash",), until_ms=5)
    new = next_version(LINK, (change,))
    assert new.get_agency("ash") == replace(agency_of("ash", 4), node="elm-node")
    assert new.past_of("ash").former_nodes == (FormerNode(node="ash-node", until_ms=5),)
    assert new.past_of("ash").former_keys == (FormerKey(key=key_text("ash"), until_ms=5),)
    assert tell_changes(FIRST, new) == (
        "node `elm-node` is new",
        "`ash` moves from node `ash-node` to `elm-node`",
        "`ash` signs with another key from now on",
        f"the directory {digest(there)} (version 1) ends in this one",
    )
    both = signed(new, ("ash", "birch"))
    assert judge((LINK,), both) == ()
    assert [fault.kind for fault in judge((Link.of(there),), both)] == [FaultKind.TOO_FEW_SIGNATURES]
    own = signed(new, ("ash",), {"ash": 4})
    assert judge((Link.of(there),), replace(both, signatures=(*both.signatures, *own.signatures))) == ()
    with pytest.raises(WrongUseError, match="`ash` is in the directory already"):
        next_version(LINK, (replace(change, moving=()),))


def test_a_move_back_leaves_no_former_node_that_is_the_current_one() -> None:
    """Back at its first node an agency has the second as a former one, once."""
    there = change_directory(FIRST, MoveAgency(agency="ash", node="birch-node", until_ms=5))
    back = change_directory(there, MoveAgency(agency="ash", node="ash-node", until_ms=9))
    assert back.past_of("ash").former_nodes == (FormerNode(node="birch-node", until_ms=9),)


def test_a_revoked_agency_key_may_leave_none() -> None:
    """An agency whose key was stolen and has no other yet signs nothing; that is told."""
    alone = replace(FIRST, quorum=Quorum(count=1, seats=("birch",)))
    change = RevokeKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash"), from_ms=5)
    assert "`ash` has no key" in tell_changes(alone, change_directory(alone, change))


def test_a_first_key_has_no_former_one() -> None:
    """An agency without a key gets its first."""
    bare = replace(FIRST, agencies=(replace(FIRST.agencies[0], public_key=""), *FIRST.agencies[1:]))
    change = ReplaceKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash"), until_ms=5)
    assert change_directory(bare, change).past_of("ash").former_keys == ()


def test_no_more_must_sign_than_have_a_seat() -> None:
    """Where all must sign and one goes, all that are left must."""
    whole = replace(FIRST, quorum=Quorum(count=3, seats=("ash", "birch", "cedar")))
    assert change_directory(whole, Remove(id="ash")).quorum == Quorum(count=2, seats=("birch", "cedar"))
    unseated = replace(FIRST, quorum=Quorum(count=1, seats=("birch",)))
    assert change_directory(unseated, Remove(id="ash")).quorum == Quorum(count=1, seats=("birch",))
    assert change_directory(replace(FIRST, quorum=None), Remove(id="ash")).quorum is None


def test_the_number_of_a_joining_draft_is_above_both() -> None:
    """Four versions on the other side: the fifth is both sides' next."""
    new = next_version(LINK, CHANGES["joined"][0])
    assert (new.version, new.joins) == (5, (Joined(hash=digest(OTHER), version=4),))
    assert next_version(Link.of(OTHER), (JoinDirectory(directory=FIRST),)).version == 5


WRONG: dict[str, tuple[DirectoryChange, str]] = {
    "an id that is taken": (AddAgency(agency=agency_of("ash")), "`ash` is in the directory already"),
    "a node that is there": (AddNode(node=node_of("ash")), "`ash-node` is in the directory already"),
    "a join of somebody who is there": (JoinDirectory(directory=FIRST), "`ash` is in the directory already"),
    "a move to nowhere": (MoveAgency(agency="ash", node="no-node", until_ms=1), "`no-node` is no node"),
    "a move of nobody": (MoveAgency(agency="elm", node="ash-node", until_ms=1), "`elm` is no agency"),
    "a move to where it is": (MoveAgency(agency="ash", node="ash-node", until_ms=1), "is at `ash-node` already"),
    "the same key": (
        ReplaceKey(use=KeyUse.AGENCY, of="ash", key=key_text("ash"), until_ms=1), "`ash` lists this key already",
    ),
    "the same log key": (
        ReplaceKey(use=KeyUse.LOG, of="ash-node", key=vkey("ash"), until_ms=1), "`ash-node` lists this key already",
    ),
    "a key of no node": (
        ReplaceKey(use=KeyUse.LOG, of="elm-node", key=vkey("elm"), until_ms=1), "`elm-node` is no node",
    ),
    "a revoked key nobody has": (
        RevokeKey(use=KeyUse.MESSAGE, of="ash-node", key=key_text("x"), from_ms=1), "is no key of `ash-node`",
    ),
    "a revoked key the agency does not have": (
        RevokeKey(use=KeyUse.AGENCY, of="ash", key=key_text("x"), from_ms=1), "is no key of `ash`",
    ),
    "a node left without a key": (
        RevokeKey(use=KeyUse.LOG, of="ash-node", key=vkey("ash"), from_ms=1), "would be left without a key",
    ),
    "a node with agencies": (Remove(id="ash-node"), "`ash` is at node `ash-node`; move or remove it first"),
    "nobody": (Remove(id="elm"), "`elm` is no agency"),
    "packs of nobody": (ListPacks(packs=replace(PACKS, agency="elm")), "`elm` is no agency"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_change_that_names_the_wrong_thing_is_one_sentence(name: str) -> None:
    """The thing is named, and where there is one the remedy."""
    change, sentence = WRONG[name]
    with pytest.raises(WrongUseError, match=sentence):
        change_directory(FIRST, change)


def test_the_only_seat_cannot_go() -> None:
    """A quorum of one agency is given to another before it goes."""
    alone = replace(FIRST, quorum=Quorum(count=1, seats=("ash",)))
    with pytest.raises(WrongUseError, match="has the only seat in the quorum"):
        change_directory(alone, Remove(id="ash"))


@pytest.mark.parametrize("count", [0, MOST_CHANGES + 1])
def test_a_version_has_some_changes_and_not_too_many(count: int) -> None:
    """Nothing to sign, or more than a person reads, is no proposal."""
    with pytest.raises(WrongUseError, match="propose between one and"):
        next_version(LINK, (Remove(id="cedar"),) * count)


@pytest.mark.parametrize(
    "made",
    [
        lambda: Quorum(count=0, seats=("ash",)),
        lambda: Quorum(count=2, seats=("ash",)),
        lambda: Quorum(count=1, seats=("ash", "ash")),
        lambda: Quorum(count=1, seats=("Ash",)),
        lambda: FormerKey(key="", until_ms=1),
        lambda: FormerKey(key="k", until_ms=-1),
        lambda: RevokedKey(key="k" * 501, from_ms=1),
        lambda: FormerNode(node="Ash", until_ms=1),
        lambda: AgencyPacks(agency="ash", hashes=("no",)),
        lambda: Joined(hash="no", version=1),
        lambda: replace(node_of("ash"), former_message_keys=(FormerKey(key="k", until_ms=1),) * 2),
        lambda: replace(
            node_of("ash"),
            former_log_keys=(FormerKey(key="k", until_ms=1),),
            revoked_keys=(RevokedKey(key="k", from_ms=1),),
        ),
        lambda: replace(
            node_of("ash"),
            former_log_keys=tuple(FormerKey(key=f"k{number}", until_ms=1) for number in range(201)),
        ),
        lambda: replace(node_of("ash"), certificate="AB" * 32),
        lambda: replace(FIRST, previous="no"),
        lambda: replace(FIRST, packs=(PACKS, PACKS)),
        lambda: replace(FIRST, joins=(Joined(hash=digest(OTHER), version=4),) * 101),
        lambda: replace(PACKS, hashes=PACKS.hashes * 201),
        lambda: replace(
            FIRST.past_of("ash"),
            former_nodes=tuple(FormerNode(node=f"n{number}", until_ms=1) for number in range(201)),
        ),
    ],
)  # fmt: skip
def test_what_no_directory_can_say_is_no_noun(made: object) -> None:
    """Counts, ids, hashes, times, and keys that are both former and revoked: refused when built."""
    assert callable(made)
    with pytest.raises(NounError):
        made()


def test_a_broker_that_others_need_stays_one() -> None:
    """Nobody is listed behind a node that carries nothing, nor behind itself, and no broker is called `direct`."""
    brokered = next_version(LINK, CHANGES["broker"][0])
    for change in (
        AmendNode(node="ash-node", broker=False),
        AmendNode(node="birch-node", via="cedar-node"),
        AmendNode(node="ash-node", via="ash-node"),
        AddNode(node=replace(node_of("elm"), id="direct", broker=True)),
    ):
        with pytest.raises(NounError):
            change_directory(brokered, change)


def test_a_suspension_is_lifted_by_a_later_version_and_said_so() -> None:
    """Who is suspended is so once; who is not cannot be let in; a department is suspended by the name its components give."""
    cut = Suspended(id="ash", reason="finding 26-7")
    suspended = next_version(LINK, (Suspend(suspended=cut),))
    assert suspended.suspension_of("ash") == cut
    assert suspended.suspension_of("birch") is None
    lifted = next_version(Link.of(suspended), (LiftSuspension(id="ash"),))
    assert tell_changes(suspended, lifted) == ("`ash` is suspended no more",)
    assert lifted.suspended == ()
    with pytest.raises(WrongUseError, match="is suspended already"):
        change_directory(suspended, Suspend(suspended=cut))
    with pytest.raises(WrongUseError, match="is not suspended"):
        change_directory(lifted, LiftSuspension(id="ash"))
    with pytest.raises(WrongUseError, match="no agency, department or node"):
        change_directory(FIRST, Suspend(suspended=Suspended(id="nobody", reason="finding 26-7")))
    component = replace(FIRST, agencies=(replace(FIRST.agencies[0], parent="wood"), *FIRST.agencies[1:]))
    whole = change_directory(component, Suspend(suspended=Suspended(id="wood", reason="finding 26-7")))
    assert whole.suspension_of("ash") is not None
    assert whole.suspension_of("birch") is None


def test_a_suspension_joins_with_the_directory_it_stands_in() -> None:
    """Nobody gets rid of one by joining."""
    cut = Suspended(id="dogwood", reason="finding 26-7")
    joined = change_directory(FIRST, JoinDirectory(directory=replace(OTHER, suspended=(cut,))))
    assert joined.suspension_of("dogwood") == cut


def test_a_version_without_a_suspension_keeps_the_hash_it_had() -> None:
    """A pinned hash of before stays the hash: what is empty is not encoded."""
    assert b"suspended" not in canonical_bytes(FIRST)
    with pytest.raises(NounError, match="a suspension twice"):
        replace(FIRST, suspended=(Suspended(id="ash", reason="one"), Suspended(id="ash", reason="two")))
