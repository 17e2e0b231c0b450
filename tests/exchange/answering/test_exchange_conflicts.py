"""Conflicts of laws on both sides: what a question meets, how an election ends it, and when that ends itself."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from record_stage import booking
from region_stage import TODAY, Stage, make_stage

from comity.demo.agencies import REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.laws import texts_for
from comity.demo.records import Region
from comity.errors import LawUnavailableError
from comity.exchange.answering.law_in_force import read_law
from comity.law.conflicts import conflicts_of, hash_on
from comity.model.answer import Answer
from comity.model.canon import text_digest
from comity.model.codes import IdentifierKind, Purpose, Status
from comity.model.law_text import LawText, Signature, SignedElection, signed_bytes
from comity.model.query import Identifier, IdentifierSubject, Query
from comity.model.record import FieldValue, Record
from comity.node.elect import conflicts_at
from comity.sim.federation import sim_key

NUMBER = "A099123456"
CONFLICT = "us-wa/WA-05"


def record() -> Record:
    """A booking of Cascade City with a status on file."""
    made = booking(1, "Vandermolen, Ruth", "1980-02-03")
    person = made.people[0]
    fields = (*person.fields, FieldValue(name="a-number", value=NUMBER), FieldValue(name="status", value="LPR"))
    return msgspec.structs.replace(made, owner=WA_POLICE, people=(msgspec.structs.replace(person, fields=fields),))


@pytest.fixture
def conflicted(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """Cascade City, with an agreement that gives status to removal operations: state and federal law then meet."""
    stage = make_stage(tmp_path, region, (record(),))
    for owner in (WA_POLICE, REMOVAL_OPERATIONS):
        texts = stage.federation.laws.texts
        texts[owner] = tuple(_giving_status(text) for text in texts[owner])
    yield stage
    stage.federation.close()


def _giving_status(text: LawText) -> LawText:
    if text.name != "HDR-CCPD-2026":
        return text
    given = "permit fields labelled identity, event"
    changed = text.text.replace(given, "permit fields labelled immigration-status, identity, event", 1)
    assert changed != text.text
    made = LawText(kind=text.kind, name=text.name, version=1, text=changed, hash=text_digest(changed))
    return msgspec.structs.replace(
        made, signatures=tuple(_sign(one.agency, one.role, made) for one in text.signatures)
    )


def _sign(agency: str, role: str, text: LawText) -> Signature:
    value = sim_key(f"seed/agency/{agency}").sign(signed_bytes(text.kind, text.name, text.hash))
    return Signature(agency=agency, role=role, value=base64.b64encode(value).decode())


def elected(stage: Stage, choice: str, day: date) -> SignedElection:
    """The choice of Cascade City's head over both rules as they are in force."""
    _, law = read_law(stage.federation.world_of(WA_POLICE), stage.federation.directory, WA_POLICE)
    first, second = hash_on(law, "us-wa/WA-01", TODAY), hash_on(law, CONFLICT, TODAY)
    assert first
    assert second
    unsigned = SignedElection(
        conflict=CONFLICT,
        choice=choice,
        day=day,
        suspended_hash=first,
        conflict_hash=second,
        signature=Signature(agency=WA_POLICE, role="agency-head", value=""),
    )
    value = base64.b64encode(sim_key(f"seed/agency/{WA_POLICE}").sign(unsigned.signed_bytes)).decode()
    return msgspec.structs.replace(unsigned, signature=msgspec.structs.replace(unsigned.signature, value=value))


def question(stage: Stage) -> Query:
    subject = IdentifierSubject(identifier=Identifier(kind=IdentifierKind.A_NUMBER, value=NUMBER))
    asked = stage.region.scene.removal_question
    query = stage.query(asked, WA_POLICE, subject=subject, purpose=Purpose.CIVIL_IMMIGRATION)
    return msgspec.structs.replace(query, id=stage.federation.worlds["wa-node"].randomness.take(16).hex())


def ask(stage: Stage) -> Answer:
    return stage.answer(question(stage))


def test_an_open_conflict_is_held_and_names_both_laws(conflicted: Stage) -> None:
    """The asker reads the head, both rules in their own words and every citation; nothing of the record leaves."""
    answer = ask(conflicted)
    assert answer.status is Status.HELD
    assert answer.items == ()
    assert answer.deadline_ms is not None
    (reason,) = answer.reasons
    assert (reason.rule, reason.effect) == (CONFLICT, "conflict")
    assert reason.title.startswith("Two laws point two ways: ")
    for part in ("(us-wa/WA-01)", "(us/FS-01)"):
        assert part in reason.title
    for citation in ("RCW 10.93.160", "8 USC 1373"):
        assert citation in reason.citation
    assert reason.because == "waits for an election by the agency-head"


def test_a_concealed_record_in_a_conflict_waits_without_a_word(tmp_path: Path, conflicted: Stage) -> None:
    """A sealed record under the same conflict: the answer is the one for nobody."""
    world = conflicted.federation.world_of(WA_POLICE)
    sealed = record()
    sealed = msgspec.structs.replace(
        sealed, id="sealed-1", state=msgspec.structs.replace(sealed.state, sealed=True)
    )
    stage = make_stage(tmp_path / "other", conflicted.region, (sealed,))
    stage.federation.laws.texts = conflicted.federation.laws.texts
    answer = ask(stage)
    stage.federation.close()
    assert world.records.get(WA_POLICE, sealed.id) is None
    assert answer.status is Status.NOTHING_RELEASABLE
    assert CONFLICT not in {reason.rule for reason in answer.reasons}


def test_send_lets_the_permit_count_and_withhold_closes(conflicted: Stage) -> None:
    """After `send` the fields in dispute leave and no other; after `withhold` nothing does, and nobody waits."""
    elections = conflicted.federation.laws.elections
    elections[WA_POLICE] = (elected(conflicted, "send", TODAY),)
    sent = ask(conflicted)
    assert sent.status is Status.ANSWERED
    assert {field.field for item in sent.items for field in item.fields} <= {"status", "a-number"}
    elections[WA_POLICE] = (elected(conflicted, "withhold", TODAY),)
    kept = ask(conflicted)
    assert kept.status is Status.NOTHING_RELEASABLE
    assert kept.law != sent.law


@pytest.mark.parametrize(
    ("signed", "standing"),
    [
        (date(2026, 11, 18), "send"),
        (date(2025, 11, 18), "send"),
        (date(2025, 11, 17), "lapsed"),
        (date(2026, 11, 19), "lapsed"),
    ],
)
def test_a_choice_stands_for_its_term_the_last_day_included(
    conflicted: Stage, signed: date, standing: str
) -> None:
    """On the last day it counts, the day after the question waits again, and before its first day it does not count."""
    conflicted.federation.laws.elections[WA_POLICE] = (elected(conflicted, "send", signed),)
    assert (ask(conflicted).status is Status.ANSWERED) == (standing == "send")
    (shown,) = conflicts_at(conflicted.federation.world_of(WA_POLICE), WA_POLICE)
    assert shown.standing == standing
    assert bool(shown.lapsed) == (standing == "lapsed")
    assert shown.waited == (0 if standing == "send" else 1)


def test_the_day_after_its_term_a_choice_ends_by_itself(conflicted: Stage) -> None:
    """The same node, a day later: nothing was changed but the date."""
    conflicted.federation.laws.elections[WA_POLICE] = (elected(conflicted, "send", TODAY - timedelta(days=365)),)
    assert ask(conflicted).status is Status.ANSWERED
    conflicted.federation.advance(86_400_000)
    assert ask(conflicted).status is Status.HELD


def test_a_choice_nobody_signed_closes_the_owner(conflicted: Stage) -> None:
    """An altered election, another role, another agency: no answer rather than one on a choice nobody made."""
    good = elected(conflicted, "withhold", TODAY)
    elections = conflicted.federation.laws.elections
    for bad in (
        msgspec.structs.replace(good, choice="send"),
        msgspec.structs.replace(good, day=TODAY - timedelta(days=1)),
        msgspec.structs.replace(good, signature=msgspec.structs.replace(good.signature, role="counsel")),
        msgspec.structs.replace(good, signature=msgspec.structs.replace(good.signature, agency="ca-sheriff")),
    ):
        elections[WA_POLICE] = (bad,)
        query = question(conflicted)
        with pytest.raises(LawUnavailableError, match="election on us-wa/WA-05"):
            conflicted.answer(query)


def test_both_versions_of_a_rule_are_told_apart_by_the_day(conflicted: Stage) -> None:
    """The conflict shown names the rules in force today, and none on a day before they began."""
    _, law = read_law(conflicted.federation.world_of(WA_POLICE), conflicted.federation.directory, WA_POLICE)
    assert [one.rule for one in conflicts_of(law, TODAY)] == [CONFLICT]
    assert conflicts_of(law, date(2019, 5, 20)) == ()
    assert hash_on(law, CONFLICT, date(2019, 5, 20)) is None


def test_the_stage_changes_only_what_it_says(conflicted: Stage) -> None:
    """Every other text is the region's own."""
    changed = [
        text.name
        for text, (own, _) in zip(conflicted.federation.laws.texts[WA_POLICE], texts_for(WA_POLICE), strict=True)
        if text.hash != own.hash
    ]
    assert changed == ["HDR-CCPD-2026"]
