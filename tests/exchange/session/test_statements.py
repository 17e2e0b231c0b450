"""A statement that Maryland asks of whoever looks in: signed for one session, it opens a question that was refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import UNSET, Raw, json
from msgspec.structs import replace
from region_stage import Stage, law_texts
from session_stage import IN_ORDER, detective, node_folder

from comity.demo.agencies import IL_POLICE, WA_POLICE, directory_agencies
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.errors import ClosedError, NounError, SettingsError, WrongUseError
from comity.exchange.session.statements import COUNTS_MS, STATEMENTS, find_signed, member_told, with_statements
from comity.law.atoms import IncludesAtom
from comity.law.code import atoms_of
from comity.law.compile import compile_law
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.agency import Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import Certificate, DataClass, Purpose, Status
from comity.model.disclosure import Disclosure, EntryKind
from comity.model.outcome import Outcome, SourceResult
from comity.model.statement import Contact, SignedStatement
from comity.node.local import Ask, Narrowed, run_local
from comity.node.session_requests import SignStatement
from comity.settings import MEMBERS_FILE, read_listed
from comity.sim.federation import SimClock, build_federation
from store_engines import open_store

MARYLAND = IL_POLICE  # here it stands in Maryland, with Maryland's pack signed and in force
NAME = Certificate.MD_3_529
CONTACT = Contact(
    telephone="+1 360 555 0140", email="a.lindgren@cascade.example", address="1 Harbor St, Cascade City"
)


@pytest.fixture
def stage(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """The region, where the city police of Illinois is one of Maryland."""
    agencies = tuple(replace(one, state="MD") if one.id == MARYLAND else one for one in directory_agencies())
    pack = (shipped_pack("us-md"), ((MARYLAND, "counsel"),))
    texts = {**law_texts(), MARYLAND: (*law_texts()[MARYLAND], pack)}
    (tmp_path / "nodes").mkdir()
    made = Stage(region, build_federation(tmp_path / "nodes", "seed", agencies, texts, region.records, open_store))
    yield made
    made.federation.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the police's node."""
    return node_folder(tmp_path, IN_ORDER)


def sign(stage: Stage, folder: Path, member: Member | None = None, **changes: object) -> SignedStatement:
    """The detective signs, as a page or a program sends it."""
    who = member or detective(stage)
    asked = SignStatement(member=who.id, statement=NAME, words=STATEMENTS[NAME].words, contact=CONTACT)
    world = stage.federation.world_of(WA_POLICE)
    signed = run_local(world, folder, (who,), replace(asked, **changes), lambda *_: None)
    assert isinstance(signed, SignedStatement)
    return signed


def ask(stage: Stage, folder: Path, *entries: int, **changes: object) -> SourceResult:
    """The detective's question to Maryland from a session in which these entries were made."""
    request = replace(
        to_request(stage.region.scene.detective_question),
        sources=(MARYLAND,),
        data_classes=(DataClass.CASE, DataClass.BOOKING),
        dppa_use="",
        **changes,
    )
    who = detective(stage)
    narrowed = Narrowed(
        member=who.id,
        roles=who.roles,
        trained_until=who.trained_until,
        request=Raw(json.encode(Ask(request=request))),
        statements=entries,
    )
    outcome = run_local(stage.federation.world_of(WA_POLICE), folder, (who,), narrowed, lambda *_: None)
    assert isinstance(outcome, Outcome)
    return outcome.sources[0]


def test_without_the_statement_maryland_refuses_and_says_what_would_help(stage: Stage, folder: Path) -> None:
    """Nobody signed: the question is refused with the statement as its remedy."""
    source = ask(stage, folder)
    assert source.status is Status.REFUSED
    (reason,) = [one for one in source.reasons if one.rule == "us-md/MD-02a"]
    assert "the Maryland statement under penalty of perjury" in reason.remedy


def test_with_the_statement_of_the_session_it_is_answered(stage: Stage, folder: Path) -> None:
    """The same question, signed for: answered, and the owner has by whom, and where they are reached."""
    signed = sign(stage, folder)
    source = ask(stage, folder, signed.entry)
    assert source.status is Status.ANSWERED, source.reasons
    journal = stage.federation.world_of(MARYLAND).journal
    kept = from_canonical(journal.record(stage.size(MARYLAND) - 1) or b"", Disclosure)
    assert kept.member.statements == (signed,)
    assert kept.member.statements[0].contact == CONTACT


def test_it_opens_nothing_to_enforcement_of_immigration_law(stage: Stage, folder: Path) -> None:
    """Whoever signed and asks for that all the same is refused."""
    source = ask(stage, folder, sign(stage, folder).entry, purpose=Purpose.CIVIL_IMMIGRATION)
    assert (source.status, source.answer) == (Status.REFUSED, None)


def test_what_was_signed_stands_in_the_record_and_its_codes_name_nobody(stage: Stage, folder: Path) -> None:
    """Kind, agency and minute; the words, the member and the contact are wrapped."""
    signed = sign(stage, folder)
    journal = stage.federation.world_of(WA_POLICE).journal
    assert stage.entries(WA_POLICE, signed.entry)[0].kind is EntryKind.STATEMENT_SIGNED
    shown = journal.entry(signed.entry) + (journal.content(signed.entry) or b"")
    assert detective(stage).id.encode() not in shown
    assert b"555" not in shown
    record = journal.record(signed.entry) or b""
    assert STATEMENTS[NAME].words.encode() in record
    assert CONTACT.email.encode() in record


def test_it_is_signed_in_its_own_words(stage: Stage, folder: Path) -> None:
    """Other words sign nothing; the sentence has those of the statute."""
    size = stage.size(WA_POLICE)
    with pytest.raises(WrongUseError, match="under penalty of perjury"):
        sign(stage, folder, words="I promise")
    with pytest.raises(WrongUseError, match="no law asks for `clets` of a session"):
        sign(stage, folder, statement=Certificate.CLETS)
    assert stage.size(WA_POLICE) == size


@pytest.mark.parametrize("field", ["telephone", "email", "address"])
def test_contact_is_given_whole(field: str) -> None:
    """The statute asks for all three of whoever looks in."""
    for wrong in ("", "nonsense?" if field != "address" else " "):
        with pytest.raises(NounError):
            replace(CONTACT, **{field: wrong})


def test_another_members_statement_and_one_of_another_shift_count_for_nothing(stage: Stage, folder: Path) -> None:
    """The node reads the entry again: whose it is, what kind, and how old."""
    world, who = stage.federation.world_of(WA_POLICE), detective(stage)
    other = replace(who, id="wa-police-sergeant")
    signed = sign(stage, folder)
    assert find_signed(world, who, signed.entry) == signed
    assert find_signed(world, other, signed.entry) is None
    assert find_signed(world, who, signed.entry - 1) is None
    assert find_signed(world, who, 10**9) is None
    assert isinstance(world.clock, SimClock)
    world.clock.at_ms += COUNTS_MS
    assert find_signed(world, who, signed.entry) is None
    assert with_statements(world, who, (signed.entry,)).signed is UNSET


def test_it_goes_to_no_owner_whose_state_does_not_ask_for_it(stage: Stage, folder: Path) -> None:
    """The officer's telephone is nobody else's business; nor does it go with a question that stands."""
    world, who = stage.federation.world_of(WA_POLICE), detective(stage)
    signed = with_statements(world, who, (sign(stage, folder).entry,))
    directory = world.directory()
    assert member_told(signed, directory.get_agency(MARYLAND)) == signed
    assert member_told(signed, directory.get_agency(WA_POLICE)) == who
    assert member_told(signed, directory.get_agency(MARYLAND), stands=True) == who
    assert member_told(signed, None) == who


def test_a_log_that_takes_nothing_takes_no_statement(stage: Stage, folder: Path) -> None:
    """What is not entered was not signed."""
    stage.federation.close()
    with pytest.raises(ClosedError):
        sign(stage, folder)


def test_a_list_of_members_has_no_statement(stage: Stage, tmp_path: Path) -> None:
    """Written there it would hold for ever, and nobody signed it."""
    told = SignedStatement(name=NAME, signed_ms=1, entry=1, contact=CONTACT)
    (tmp_path / MEMBERS_FILE).write_bytes(canonical_bytes((replace(detective(stage), signed=(told,)),)))
    with pytest.raises(SettingsError, match="which is of one session"):
        read_listed(tmp_path)


def test_a_member_without_one_is_written_as_ever(stage: Stage) -> None:
    """Nodes of before read it, and what they keep is read here."""
    assert b"signed" not in canonical_bytes(detective(stage))
    with pytest.raises(NounError, match="or leaves them out"):
        replace(detective(stage), signed=())


def test_every_statement_that_a_shipped_pack_asks_for_can_be_signed() -> None:
    """A pack that asks for another is not shipped without its words."""
    law = compile_law(tuple(shipped_pack(name) for name in shipped_pack_names()), (), ())
    asked = {
        atom.word
        for code in law.codes
        for atom in (law.atoms[index] for index in atoms_of(code.hit))
        if isinstance(atom, IncludesAtom) and atom.path == "session's attestations"
    }
    assert asked == {str(one) for one in STATEMENTS}
