"""Which version of the directory counts: place, quorum, keys, forks; by example, and for random chains with faults."""

from __future__ import annotations

import base64

import pytest
from directory_stage import NAMES, agency_of, behind, first_version, key_text, node_of, signed, vkey
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from comity.errors import NounError
from comity.exchange.messages.directory import Chain, Link, follows, is_adopted, judge, seats_of, signers_of
from comity.exchange.messages.listed_keys import (
    agency_keys,
    is_signed_by,
    log_keys,
    message_keys,
    nodes_at,
    own_log_keys,
)
from comity.model.agency import Directory
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.directory import FaultKind, SignedDirectory
from comity.model.law_text import Signature
from comity.model.listing import AgencyPast, FormerKey, FormerNode, Joined, Quorum, RevokedKey

FIRST = first_version()
CHAIN = (Link.of(FIRST),)


def kinds(chain: Chain, offered: SignedDirectory) -> list[FaultKind]:
    return [fault.kind for fault in judge(chain, offered)]


def extended(chain: Chain, directory: Directory) -> Chain:
    return (*chain, Link.of(directory))


def test_the_next_version_signed_by_the_quorum_counts() -> None:
    """Right behind, by hash, two of three: no fault, whichever two."""
    new = behind(FIRST)
    for by in (("ash", "birch"), ("birch", "cedar"), ("ash", "cedar"), ("ash", "birch", "cedar")):
        assert judge(CHAIN, signed(new, by)) == ()


def test_any_signature_below_the_quorum_is_too_few() -> None:
    """One signature of two says who could still sign."""
    (fault,) = judge(CHAIN, signed(behind(FIRST), ("birch",)))
    assert fault.kind is FaultKind.TOO_FEW_SIGNATURES
    assert fault.sentence == (
        "1 of the 2 signatures that version 1 asks for are there; have it signed by `ash`, `cedar`"
    )


def test_a_directory_of_before_has_the_encoding_it_had() -> None:
    """What the newer fields leave empty is not written: a pinned hash of an older version stays the hash."""
    plain = Directory(version=1, agencies=(), nodes=(node_of("ash"),))
    assert canonical_bytes(plain).startswith(b'{"version":1,"agencies":[],"nodes":[{"id":"ash-node","address":')
    assert canonical_bytes(plain).endswith(b'"}]}')
    assert from_canonical(canonical_bytes(FIRST), Directory) == FIRST


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (FIRST, FaultKind.DOWNGRADE),
        (replace(behind(FIRST), version=1), FaultKind.DOWNGRADE),
        (replace(behind(FIRST), version=0), FaultKind.DOWNGRADE),
        (replace(behind(FIRST), version=3), FaultKind.GAP),
        (replace(behind(FIRST), previous="sha256:" + "0" * 64), FaultKind.OTHER_PREVIOUS),
        (replace(behind(FIRST), previous=""), FaultKind.OTHER_PREVIOUS),
    ],
)
def test_a_version_out_of_place_is_refused_however_many_signed(made: Directory, kind: FaultKind) -> None:
    """Older, too new, or behind another: everybody's signature does not help."""
    assert kinds(CHAIN, signed(made, NAMES[:3])) == [kind]


@pytest.mark.parametrize(
    ("by", "turns"),
    [
        (("ash", "dogwood"), {}),
        (("dogwood", "elm"), {}),
        (("ash", "birch"), {"birch": 1}),
    ],
    ids=["a stranger", "strangers", "a key that is not listed"],
)
def test_only_seats_with_listed_keys_count(by: tuple[str, ...], turns: dict[str, int]) -> None:
    """Whoever has no seat, or signs with a key that the version before does not list, does not count."""
    new = behind(FIRST, agencies=(*FIRST.agencies, agency_of("dogwood")), nodes=(*FIRST.nodes, node_of("dogwood")))
    assert kinds(CHAIN, signed(new, by, turns)) == [FaultKind.TOO_FEW_SIGNATURES]


def test_a_signature_over_another_version_does_not_count() -> None:
    """Signatures taken from one draft say nothing of another."""
    over = signed(behind(FIRST), ("ash", "birch"))
    other = behind(FIRST, quorum=Quorum(count=1, seats=("ash",)))
    assert kinds(CHAIN, replace(over, directory=other)) == [FaultKind.TOO_FEW_SIGNATURES]


@pytest.mark.parametrize("value", ["", "!", base64.b64encode(b"short").decode(), "é"])
def test_a_signature_that_is_none_does_not_count(value: str) -> None:
    """Noise in place of a signature is no signature and no crash."""
    mine = signed(behind(FIRST), ("ash",))
    noise = Signature(agency="birch", role="agency-head", value=value)
    assert kinds(CHAIN, replace(mine, signatures=(*mine.signatures, noise))) == [FaultKind.TOO_FEW_SIGNATURES]


def test_an_agency_counts_once_however_often_it_signs() -> None:
    """Two signatures of one agency, by two keys, are one seat's; one signature twice is refused."""
    mine = signed(behind(FIRST), ("ash",))
    twice = replace(mine, signatures=(*signed(behind(FIRST), ("ash",), {"ash": 1}).signatures, *mine.signatures))
    assert kinds(CHAIN, twice) == [FaultKind.TOO_FEW_SIGNATURES]
    assert signers_of(FIRST, twice) == ("ash",)
    with pytest.raises(NounError, match="a signature stands twice under this version"):
        SignedDirectory(directory=mine.directory, signatures=mine.signatures * 2)


def test_a_fork_is_refused_and_named() -> None:
    """Two versions signed for one place: the second is a fork, also long after, and says both hashes."""
    second, rival = behind(FIRST), behind(FIRST, quorum=Quorum(count=1, seats=("ash",)))
    chain = extended(CHAIN, second)
    for longer in (chain, extended(chain, behind(second))):
        (fault,) = judge(longer, signed(rival, ("ash", "birch")))
        assert fault.kind is FaultKind.FORK
        assert digest(second) in fault.sentence
        assert digest(rival) in fault.sentence
    assert kinds(chain, signed(rival, ("ash",))) == [FaultKind.DOWNGRADE], (
        "below quorum it is no proof of anything"
    )


def test_what_was_adopted_is_no_fork_of_itself() -> None:
    """The same version again is known, with more signatures too."""
    second = behind(FIRST)
    chain = extended(CHAIN, second)
    again = signed(second, NAMES[:3])
    assert is_adopted(chain, again)
    assert kinds(chain, again) == [FaultKind.DOWNGRADE]


def test_the_old_quorum_decides_on_the_new_one() -> None:
    """A change of who signs is signed by those who sign now; from then on the new ones do."""
    second = behind(FIRST, quorum=Quorum(count=1, seats=("cedar",)))
    assert kinds(CHAIN, signed(second, ("cedar",))) == [FaultKind.TOO_FEW_SIGNATURES]
    assert kinds(CHAIN, signed(second, ("ash", "birch"))) == []
    chain = extended(CHAIN, second)
    third = behind(second)
    assert kinds(chain, signed(third, ("ash", "birch"))) == [FaultKind.TOO_FEW_SIGNATURES]
    assert kinds(chain, signed(third, ("cedar",))) == []


def test_a_removed_agency_signs_its_own_removal_and_nothing_after() -> None:
    """Its seat counts until the version without it is adopted; a seat left to nobody is refused."""
    left = tuple(one for one in FIRST.agencies if one.id != "cedar")
    kept_seat = behind(FIRST, agencies=left)
    assert kinds(CHAIN, signed(kept_seat, ("ash", "cedar"))) == [FaultKind.SEAT_NOT_LISTED]
    second = behind(FIRST, agencies=left, quorum=Quorum(count=2, seats=("ash", "birch")))
    assert kinds(CHAIN, signed(second, ("ash", "cedar"))) == []
    third = behind(second)
    assert kinds(extended(CHAIN, second), signed(third, ("ash", "cedar"))) == [FaultKind.TOO_FEW_SIGNATURES]


def test_where_no_quorum_is_named_everybody_signs() -> None:
    """A directory of before names none: each agency with a key must sign; where there is no key nobody can."""
    plain = replace(FIRST, quorum=None)
    assert seats_of(plain) == Quorum(count=3, seats=("ash", "birch", "cedar"))
    new = behind(plain)
    assert kinds((Link.of(plain),), signed(new, ("ash", "birch"))) == [FaultKind.TOO_FEW_SIGNATURES]
    assert kinds((Link.of(plain),), signed(new, ("ash", "birch", "cedar"))) == []
    empty = Directory(version=1, agencies=(), nodes=())
    assert seats_of(empty) is None
    assert kinds((Link.of(empty),), signed(behind(empty), ())) == [FaultKind.TOO_FEW_SIGNATURES]


def test_a_revoked_key_signs_no_version() -> None:
    """From the version that revokes it on, an agency's key counts for nothing, its time whatever it says."""
    revoked = AgencyPast(agency="ash", revoked_keys=(RevokedKey(key=key_text("ash"), from_ms=9_000_000_000_000),))
    second = behind(FIRST, agencies=(agency_of("ash", 1), *FIRST.agencies[1:]), past=(revoked,))
    assert kinds(CHAIN, signed(second, ("ash", "birch"))) == []
    chain = extended(CHAIN, second)
    third = signed(behind(second), ("ash", "birch"))
    assert kinds(chain, third) == [FaultKind.TOO_FEW_SIGNATURES]
    assert signers_of(second, third) == ("birch",)
    assert kinds(chain, signed(behind(second), ("ash", "birch"), {"ash": 1})) == []


ASH_NODE = FIRST.nodes[0]
UNUSABLE = {
    "message key": (
        {"nodes": (replace(ASH_NODE, message_key="x"), *FIRST.nodes[1:])}, FaultKind.KEY_UNUSABLE,
    ),
    "agency key": (
        {"agencies": (replace(FIRST.agencies[0], public_key="x"), *FIRST.agencies[1:])}, FaultKind.KEY_UNUSABLE,
    ),
    "log key of another node": (
        {
            "nodes": (
                replace(ASH_NODE, log_key=vkey("birch", 1), former_log_keys=(FormerKey(key=vkey("ash"), until_ms=1),)),
                *FIRST.nodes[1:],
            )
        },
        FaultKind.KEY_UNUSABLE,
    ),
    "a log key that is none": (
        {
            "nodes": (
                replace(ASH_NODE, log_key="x", former_log_keys=(FormerKey(key=vkey("ash"), until_ms=1),)),
                *FIRST.nodes[1:],
            ),
            "agencies": (replace(FIRST.agencies[0], public_key=""), *FIRST.agencies[1:]),
            "quorum": Quorum(count=1, seats=("birch",)),
        },
        FaultKind.KEY_UNUSABLE,
    ),
    "one key twice": (
        {"nodes": (replace(ASH_NODE, message_key=FIRST.nodes[1].message_key), *FIRST.nodes[1:])}, FaultKind.KEY_TWICE,
    ),
    "a node that is not there": (
        {
            "agencies": (replace(FIRST.agencies[0], node="no-node"), *FIRST.agencies[1:]),
            "past": (AgencyPast(agency="ash", former_nodes=(FormerNode(node="ash-node", until_ms=1),)),),
        },
        FaultKind.NODE_NOT_LISTED,
    ),
    "a revoked key as the current one": (
        {
            "nodes": (
                replace(ASH_NODE, revoked_keys=(RevokedKey(key=ASH_NODE.message_key, from_ms=1),)), *FIRST.nodes[1:],
            )
        },
        FaultKind.KEY_REVOKED,
    ),
    "a revoked key of an agency as the current one": (
        {
            "past": (AgencyPast(agency="cedar", revoked_keys=(RevokedKey(key=key_text("cedar"), from_ms=1),)),),
            "quorum": Quorum(count=1, seats=("ash",)),
        },
        FaultKind.KEY_REVOKED,
    ),
    "a log key that goes": (
        {"nodes": (replace(ASH_NODE, log_key=vkey("ash", 1)), *FIRST.nodes[1:])}, FaultKind.KEY_LOST,
    ),
    "a move that is not said": (
        {"agencies": (replace(FIRST.agencies[0], node="birch-node"), *FIRST.agencies[1:])}, FaultKind.MOVE_UNSAID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_cannot_be_used_is_refused_however_many_signed(name: str) -> None:
    """A version that would leave keys, seats or nodes unusable, or forget what receipts rest on, names the fault."""
    changes, kind = UNUSABLE[name]
    assert kinds(CHAIN, signed(behind(FIRST, **changes), NAMES[:3])) == [kind]


def test_a_revocation_is_for_ever() -> None:
    """A later version cannot take it back, for a node or an agency, listed or not."""
    revoked = RevokedKey(key=key_text("ash-message", 7), from_ms=1)
    second = behind(
        FIRST,
        nodes=(replace(ASH_NODE, revoked_keys=(revoked,)), *FIRST.nodes[1:]),
        past=(AgencyPast(agency="elm", revoked_keys=(revoked,)),),
    )
    third = behind(second, nodes=FIRST.nodes, past=())
    assert kinds(extended(CHAIN, second), signed(third, NAMES[:3])) == [FaultKind.REVOCATION_LOST] * 2


def test_two_directories_kept_apart_end_in_one_version() -> None:
    """Each side needs its own quorum's signatures, and follows from then on."""
    other = first_version(("dogwood", "elm"), 1)
    both = behind(
        FIRST,
        agencies=(*FIRST.agencies, *other.agencies),
        nodes=(*FIRST.nodes, *other.nodes),
    )
    both = replace(both, joins=(Joined(hash=digest(other), version=1),))
    apart = (Link.of(other),)
    assert kinds(CHAIN, signed(both, ("ash", "birch"))) == []
    assert kinds(apart, signed(both, ("ash", "birch"))) == [FaultKind.TOO_FEW_SIGNATURES]
    assert kinds(apart, signed(both, ("elm",))) == []
    assert kinds(CHAIN, signed(both, ("elm",))) == [FaultKind.TOO_FEW_SIGNATURES]
    third = behind(both)
    for chain in (CHAIN, apart):
        assert kinds(extended(chain, both), signed(third, ("ash", "birch"))) == []
    rival = replace(both, quorum=Quorum(count=1, seats=("elm",)))
    assert kinds(extended(apart, both), signed(rival, ("elm",))) == [FaultKind.FORK]


def test_the_number_of_a_joining_version_is_one_more_than_the_highest() -> None:
    """A newcomer may have had more versions than those it joins; nobody's numbers run backwards or leap."""
    other = replace(first_version(("dogwood",), 1), version=9)
    joins = (Joined(hash=digest(other), version=9),)
    made = replace(behind(FIRST), joins=joins)
    assert [follows(CHAIN[0], replace(made, version=number)) for number in (2, 9, 10, 11)] == [
        False, False, True, False,
    ]  # fmt: skip
    assert follows(Link.of(other), replace(made, version=10))
    assert not follows(Link.of(other), replace(made, version=9))


@given(at=st.integers(0, 100), until=st.integers(0, 100), begin=st.integers(0, 100))
def test_keys_count_within_their_life(at: int, until: int, begin: int) -> None:
    """A replaced message key counts until its time, a log key for what was answered until then, a revoked one before."""
    former, revoked = key_text("ash-message", 1), key_text("ash-message", 2)
    listing = replace(
        ASH_NODE,
        former_message_keys=(FormerKey(key=former, until_ms=until),),
        former_log_keys=(FormerKey(key=vkey("ash", 1), until_ms=until),),
        revoked_keys=(RevokedKey(key=revoked, from_ms=begin), RevokedKey(key=vkey("ash", 2), from_ms=begin)),
    )
    wanted = (listing.message_key, former) if at <= until else (listing.message_key,)
    assert message_keys(listing, at) == wanted
    counted = log_keys(listing, at)
    assert (vkey("ash", 1) in counted, vkey("ash", 2) in counted) == (at <= until, at < begin)
    assert listing.log_key in counted
    assert {vkey("ash"), vkey("ash", 1), vkey("ash", 2)} <= set(own_log_keys(listing))


def test_a_key_listed_as_current_and_revoked_counts_for_nothing() -> None:
    """Whatever else a directory says of a revoked key."""
    both = tuple(RevokedKey(key=key, from_ms=10) for key in (ASH_NODE.message_key, ASH_NODE.log_key))
    listing = replace(ASH_NODE, revoked_keys=both)
    assert message_keys(listing, 0) == ()
    assert (ASH_NODE.log_key in log_keys(listing, 9), ASH_NODE.log_key in log_keys(listing, 10)) == (True, False)
    past = AgencyPast(agency="ash", revoked_keys=(RevokedKey(key=key_text("ash"), from_ms=10),))
    stolen = replace(FIRST, past=(past,))
    assert [agency_keys(stolen, "ash", at) for at in (None, 10, 9)] == [(), (), (key_text("ash"),)]


def test_what_an_agency_signed_before_its_key_was_replaced_stays_signed() -> None:
    """A former key counts for what has been in force since before its end, not for what is put in force now."""
    current, former = key_text("ash"), key_text("ash", 9)
    past = AgencyPast(agency="ash", former_keys=(FormerKey(key=former, until_ms=5),))
    directory = replace(FIRST, past=(past,))
    assert [agency_keys(directory, "ash", at) for at in (None, 6, 5)] == [
        (current,), (current,), (current, former),
    ]  # fmt: skip
    gone = replace(directory, agencies=FIRST.agencies[1:])
    assert [agency_keys(gone, "ash", at) for at in (None, 6, 5)] == [(), (), (former,)]
    assert agency_keys(directory, "elm", 5) == ()


@given(at=st.integers(0, 100), until=st.integers(0, 100))
def test_an_old_node_answers_until_its_time(at: int, until: int) -> None:
    """Answers of the node an agency left count until the time listed, its own node's always."""
    past = AgencyPast(agency="ash", former_nodes=(FormerNode(node="elm-node", until_ms=until),))
    wanted = ("ash-node", "elm-node") if at <= until else ("ash-node",)
    assert nodes_at(replace(FIRST, past=(past,)), FIRST.agencies[0], at) == wanted


def test_a_signature_is_checked_by_the_key_alone() -> None:
    """Noise in place of a key is no key."""
    assert not is_signed_by("not base64!", b"x" * 64, b"")
    assert not is_signed_by("", b"x" * 64, b"")


@settings(max_examples=60)
@given(st.data())
def test_dropping_any_signature_below_the_quorum_refuses(data: st.DataObject) -> None:
    """Whatever the quorum: exactly as many as it asks for count, one fewer do not, whichever is dropped."""
    seats = tuple(data.draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True), label="seats"))
    count = data.draw(st.integers(1, len(seats)), label="count")
    before = replace(first_version(NAMES), quorum=Quorum(count=count, seats=seats))
    by = data.draw(st.permutations(seats), label="order")[:count]
    chain = (Link.of(before),)
    whole = signed(behind(before), by)
    assert judge(chain, whole) == ()
    for dropped in range(count):
        left = tuple(one for number, one in enumerate(whole.signatures) if number != dropped)
        assert kinds(chain, replace(whole, signatures=left)) == [FaultKind.TOO_FEW_SIGNATURES]


class Chains(RuleBasedStateMachine):
    """Random chains with random faults, against a model that only remembers what it made right."""

    def __init__(self) -> None:
        super().__init__()
        self.chain: Chain = ()
        self.turns = dict.fromkeys(NAMES, 0)
        self.rivals: list[SignedDirectory] = []

    @initialize(count=st.integers(1, 3))
    def begin(self, count: int) -> None:
        self.chain = (Link.of(first_version(count=count)),)

    @property
    def newest(self) -> Directory:
        return self.chain[-1].directory

    def by(self, count: int, order: list[str]) -> tuple[str, ...]:
        """`count` of the seats of the newest version, in a drawn order."""
        quorum = self.newest.quorum
        assert quorum is not None
        return tuple(name for name in order if name in quorum.seats)[:count]

    def take(self, new: Directory, order: list[str]) -> None:
        """Offer a right version: it must count, and is the newest from now on."""
        quorum = self.newest.quorum
        assert quorum is not None
        offered = signed(new, self.by(quorum.count, order), self.turns)
        assert judge(self.chain, offered) == ()
        rival = signed(replace(new, packs=(), past=new.past, nodes=renamed(new)), offered_by(offered), self.turns)
        self.rivals.append(rival)
        self.chain = extended(self.chain, new)

    @rule(order=st.permutations(NAMES), data=st.data())
    def change_quorum(self, order: list[str], data: st.DataObject) -> None:
        """The quorum of now decides on any other."""
        listed = [one.id for one in self.newest.agencies]
        seats = tuple(data.draw(st.lists(st.sampled_from(listed), min_size=1, unique=True)))
        count = data.draw(st.integers(1, len(seats)))
        self.take(behind(self.newest, quorum=Quorum(count=count, seats=seats)), order)

    @precondition(lambda self: len(self.chain[-1].directory.agencies) < len(NAMES))
    @rule(order=st.permutations(NAMES))
    def add_agency(self, order: list[str]) -> None:
        """A new agency comes with its node."""
        listed = {one.id for one in self.newest.agencies}
        name = next(name for name in NAMES if name not in listed)
        new = agency_of(name, self.turns[name])
        nodes = tuple(one for one in self.newest.nodes if one.id != new.node)
        before = self.newest.find_node(new.node)
        self.take(
            behind(self.newest, agencies=(*self.newest.agencies, new), nodes=(*nodes, before or node_of(name))),
            order,
        )

    @rule(order=st.permutations(NAMES), which=st.integers(0, 4), revoke=st.booleans())
    def replace_agency_key(self, order: list[str], which: int, revoke: bool) -> None:
        """The old key signs the version that replaces it; the new one signs from then on."""
        agency = self.newest.agencies[which % len(self.newest.agencies)]
        past = self.newest.past_of(agency.id)
        turn = self.turns[agency.id] + 1
        if revoke:
            past = replace(past, revoked_keys=(*past.revoked_keys, RevokedKey(key=agency.public_key, from_ms=1)))
        else:
            past = replace(past, former_keys=(*past.former_keys, FormerKey(key=agency.public_key, until_ms=1)))
        others = tuple(one for one in self.newest.past if one.agency != agency.id)
        agencies = tuple(
            agency_of(one.id, turn, one.node) if one.id == agency.id else one for one in self.newest.agencies
        )
        self.take(behind(self.newest, agencies=agencies, past=(*others, past)), order)
        self.turns[agency.id] = turn

    @rule(order=st.permutations(NAMES))
    def sign_too_little(self, order: list[str]) -> None:
        """One signature fewer than the quorum asks for."""
        quorum = self.newest.quorum
        assert quorum is not None
        offered = signed(behind(self.newest), self.by(quorum.count - 1, order), self.turns)
        assert kinds(self.chain, offered) == [FaultKind.TOO_FEW_SIGNATURES]

    @rule(order=st.permutations(NAMES))
    def sign_with_keys_of_before(self, order: list[str]) -> None:
        """Keys that were replaced or revoked sign nothing: where any seat's key changed, its old one does not help."""
        quorum = self.newest.quorum
        assert quorum is not None
        old = {name: max(0, turn - 1) for name, turn in self.turns.items()}
        offered = signed(behind(self.newest), self.by(len(quorum.seats), order), old)
        unchanged = sum(1 for seat in quorum.seats if self.turns[seat] == 0)
        wanted = [] if unchanged >= quorum.count else [FaultKind.TOO_FEW_SIGNATURES]
        assert kinds(self.chain, offered) == wanted

    @rule(order=st.permutations(NAMES), leap=st.sampled_from([-3, -1, 0, 2, 5]))
    def misnumber(self, order: list[str], leap: int) -> None:
        """Any other number than the next, with everybody's signature."""
        new = behind(self.newest)
        new = replace(new, version=self.newest.version + leap)
        wanted = FaultKind.GAP if leap > 1 else FaultKind.DOWNGRADE
        assert kinds(self.chain, signed(new, self.by(len(NAMES), order), self.turns)) == [wanted]

    @precondition(lambda self: len(self.chain) > 1)
    @rule(order=st.permutations(NAMES), which=st.integers(0, 50))
    def follow_an_older_one(self, order: list[str], which: int) -> None:
        """A version that names any hash but the newest one's."""
        link = self.chain[which % (len(self.chain) - 1)]
        new = replace(behind(self.newest), previous=link.hash)
        assert kinds(self.chain, signed(new, self.by(len(NAMES), order), self.turns)) == [FaultKind.OTHER_PREVIOUS]

    @precondition(lambda self: bool(self.rivals))
    @rule(which=st.integers(0, 50))
    def offer_a_rival(self, which: int) -> None:
        """What the same signers signed for a place that is taken is a fork, however long ago."""
        assert kinds(self.chain, self.rivals[which % len(self.rivals)]) == [FaultKind.FORK]

    @precondition(lambda self: len(self.chain) > 1)
    @rule(which=st.integers(0, 50))
    def offer_an_adopted_one(self, which: int) -> None:
        """What was adopted is known and is no next version."""
        offered = SignedDirectory(directory=self.chain[which % len(self.chain)].directory)
        assert is_adopted(self.chain, offered)
        assert kinds(self.chain, offered) == [FaultKind.DOWNGRADE]

    @invariant()
    def numbers_go_up_by_one(self) -> None:
        """What was adopted is one line without gaps."""
        assert [link.directory.version for link in self.chain] == list(range(1, len(self.chain) + 1))


def renamed(directory: Directory) -> tuple[object, ...]:
    """The nodes with another address: another version of the same shape."""
    return tuple(replace(node, address=node.address + "/rival") for node in directory.nodes)


def offered_by(offered: SignedDirectory) -> tuple[str, ...]:
    return tuple(one.agency for one in offered.signatures)


Chains.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
TestChains = Chains.TestCase
