"""What may come in: the law at `ingest` decides every record before anything is stored."""

from __future__ import annotations

import msgspec
import pytest
from record_stage import WHOLE, booking, entry
from region_stage import Stage

from comity.demo.agencies import WA_POLICE
from comity.errors import NounError, RecordFileError
from comity.exchange.records.intake import take_in
from comity.law.attested import attested_facts, parse_attested
from comity.law.point_facts import carried_facts
from comity.model.disclosure import EntryKind
from comity.model.record import FieldValue, Record


def load(stage: Stage, records: tuple[Record, ...], *attested: str) -> None:
    facts = attested_facts("entry", parse_attested(attested))
    take_in(stage.federation.world_of(WA_POLICE), WA_POLICE, records, "new.json", attested=facts)


def test_an_entry_that_is_vouched_for_comes_in(own_stage: Stage) -> None:
    """With suspicion, submitter and lawful origin attested, and sensitivity, confidence and official in the record."""
    load(own_stage, (entry(1),), *WHOLE)
    assert own_stage.federation.world_of(WA_POLICE).records.get(WA_POLICE, "intel-1") is not None
    assert [one.kind for one in own_stage.entries(WA_POLICE)] == [EntryKind.RECORDS_LOADED]


@pytest.mark.parametrize(
    ("missing", "rule", "remedy"),
    [
        ("suspicion-stated", "us/P23-01", "`--attest suspicion-stated`"),
        ("submitter=Sergeant Quist", "us/P23-01", "`--attest submitter`"),
        ("lawfully-obtained", "us/P23-03", "`--attest lawfully-obtained`"),
        ("about-views=no", "us/P23-02", "`--attest about-views`"),
    ],
)
def test_without_an_attestation_the_whole_load_is_refused(
    own_stage: Stage, missing: str, rule: str, remedy: str
) -> None:
    """Rule, citation and remedy by the record's reference; nothing is stored, and the log says that it was refused."""
    world = own_stage.federation.world_of(WA_POLICE)
    fine = msgspec.structs.replace(booking(9, "Okafor, Ann", "1990-01-01"), owner=WA_POLICE)
    with pytest.raises(RecordFileError) as told:
        load(own_stage, (fine, entry(1)), *(word for word in WHOLE if word != missing))
    (finding,) = told.value.findings
    assert finding.fault.startswith("record `I-1` may not come in: ")
    assert f"({rule}, 28 CFR 23.20" in finding.fault
    assert remedy in finding.remedy
    assert "Vandermolen" not in str(told.value)
    assert world.records.get(WA_POLICE, fine.id) is None
    (facts,) = own_stage.entries(WA_POLICE)
    assert facts.kind is EntryKind.RECORDS_REFUSED
    kept = own_stage.federation.stores["wa-node"].journal.content(0)
    assert kept is not None
    assert msgspec.json.decode(kept) == {"owner": WA_POLICE, "records": 2, "refused": 1, "rules": [rule]}


@pytest.mark.parametrize("left_out", ["confidence", "sensitivity", "control-official"])
def test_what_the_record_must_carry_itself(own_stage: Stage, left_out: str) -> None:
    """28 CFR 23.20(g): each of the three, read from the record's own fields."""
    with pytest.raises(RecordFileError, match="us/P23-08"):
        load(own_stage, (entry(1, left_out),), *WHOLE)


def test_an_attested_no_refuses(own_stage: Stage) -> None:
    """Somebody who says that it was not lawfully obtained is taken at that word."""
    with pytest.raises(RecordFileError, match="us/P23-03"):
        load(
            own_stage,
            (entry(1),),
            *(word for word in WHOLE if word != "lawfully-obtained"),
            "lawfully-obtained=no",
        )


def test_records_that_look_alike_are_all_named(own_stage: Stage) -> None:
    """Deciding once for records of one kind loses none of them."""
    with pytest.raises(RecordFileError) as told:
        load(own_stage, tuple(entry(number) for number in range(1, 4)), *WHOLE[1:])
    assert [finding.fault.split("`")[1] for finding in told.value.findings] == ["I-1", "I-2", "I-3"]


def test_a_record_about_nobody_is_decided_too(own_stage: Stage) -> None:
    """Without people there is still a record that may not come in."""
    nobody = msgspec.structs.replace(entry(1), people=())
    with pytest.raises(RecordFileError, match="us/P23-01"):
        load(own_stage, (nobody,))


def test_a_record_shows_itself_whether_it_carries_status_or_birthplace() -> None:
    """Seen in its fields, whoever vouches for what; a load restarts no period and joins nothing."""
    plain = booking(1, "Vandermolen, Ruth", "1980-02-03")
    person = msgspec.structs.replace(
        plain.people[0], fields=(*plain.people[0].fields, FieldValue(name="birthplace", value="Oslo"))
    )
    assert carried_facts(plain)["entry is carries-birthplace"] is False
    assert carried_facts(msgspec.structs.replace(plain, people=(person,)))["entry is carries-birthplace"] is True
    for path in ("entry is extension", "entry is merged", "entry is carries-status"):
        assert carried_facts(plain)[path] is False


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("lawfuly-obtained", "did you mean `lawfully-obtained`?"),
        ("lawfully-obtained=perhaps", "`perhaps` is not a value of `entry is lawfully-obtained`"),
        ("review-date=yesterday", "`yesterday` is not a value of `entry's review-date`"),
        ("submitter=", "`` is not a value of `entry's submitter`"),
    ],
)
def test_what_is_misspelt_attests_nothing(word: str, fault: str) -> None:
    """Unknown names and impossible values are one sentence."""
    with pytest.raises(NounError) as told:
        attested_facts("entry", parse_attested((word,)))
    assert fault in str(told.value)


def test_a_name_is_attested_once() -> None:
    """Twice is a mistake, whatever is said."""
    with pytest.raises(NounError, match="attested twice"):
        parse_attested(("submitter=A", "submitter=B"))


def test_values_of_every_kind_are_read() -> None:
    """Days, numbers, durations, sets, words of a closed list."""
    written = ("review-date=2026-01-31",)
    assert str(attested_facts("entry", parse_attested(written))["entry's review-date"]) == "2026-01-31"
    facts = attested_facts(
        "setting",
        parse_attested(
            (
                "log-days=3650",
                "idle-lock=30 minutes",
                "policy-topics=audit, training",
                "storage=elsewhere",
                "multi-factor",
            )
        ),
    )
    assert facts == {
        "setting's log-days": 3650,
        "setting's idle-lock": 30,
        "setting's policy-topics": frozenset({"audit", "training"}),
        "setting's storage": "elsewhere",
        "setting is multi-factor": True,
    }
