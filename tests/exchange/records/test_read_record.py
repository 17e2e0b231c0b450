"""A custodian reads a record: by its number, under a reason, by an entry each time."""

from __future__ import annotations

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF
from comity.errors import NounError, WrongUseError
from comity.exchange.records.read_record import read_record
from comity.exchange.records.record_act import act_on_record
from comity.ledger.entry import decode_entry
from comity.model.canon import from_canonical
from comity.model.codes import DataClass
from comity.model.correction import RecordAct
from comity.model.disclosure import EntryKind

WHY = "subpoena of the county court"
FEDERAL = "federal-investigations"


def test_each_reading_is_an_entry_that_says_who_why_and_which_record(stage: Stage) -> None:
    """In public an owner read one of its records; which, by whom and why stands in the owner's own part."""
    world, member = stage.federation.world_of(CA_SHERIFF), stage.member("ca-sheriff-custodian")
    record = stage.region.records_of(CA_SHERIFF)[0]
    read = read_record(world, member, record.reference, WHY)
    assert read.record == record
    facts = decode_entry(world.journal.entry(read.entry)).facts
    assert (facts.kind, facts.class_mask, facts.asker_ori) == (EntryKind.RECORD_READ, 0, "")
    content = world.journal.content(read.entry)
    assert content is not None
    assert from_canonical(content, dict) == {"owner": CA_SHERIFF}
    act_on_record(world, member, RecordAct(record_id=record.id, act="hold", reason=WHY))
    again = read_record(world, member, record.id, WHY)
    assert [(one.act, one.by, one.reason) for one in again.happened] == [
        ("read", member.id, WHY),
        ("hold", member.id, WHY),
        ("read", member.id, WHY),
    ]


@pytest.mark.parametrize("who", ["ca-sheriff-sheriff", "ca-sheriff-counsel", "ca-sheriff-detective"])
def test_nobody_but_a_custodian_reads_one_so(stage: Stage, who: str) -> None:
    """The head neither: whoever needs a record for a case asks for it."""
    world, record = stage.federation.world_of(CA_SHERIFF), stage.region.records_of(CA_SHERIFF)[1]
    size = stage.size(CA_SHERIFF)
    with pytest.raises(WrongUseError, match="may not do this"):
        read_record(world, stage.member(who), record.id, WHY)
    with pytest.raises(NounError):
        read_record(world, stage.member("ca-sheriff-custodian"), record.id, "just so")
    family = record.people[0].values("name")[0]
    with pytest.raises(WrongUseError, match="has no record"):
        read_record(world, stage.member("ca-sheriff-custodian"), family, WHY)
    other = stage.region.records_of("wa-police")[0]
    with pytest.raises(WrongUseError, match="has no record"):
        read_record(world, stage.member("ca-sheriff-custodian"), other.id, WHY)
    assert stage.size(CA_SHERIFF) == size


def test_what_8_usc_1367_protects_is_no_record_to_any_other_custodian(stage: Stage) -> None:
    """Told with the same words as a number that is none; to a custodian who is that officer too it opens."""
    world, member = stage.federation.world_of(FEDERAL), stage.member(f"{FEDERAL}-custodian")
    record = next(one for one in stage.region.records_of(FEDERAL) if one.data_class is DataClass.VICTIM_1367)
    said = []
    for number in (record.id, "no-such-number"):
        with pytest.raises(WrongUseError) as refused:
            read_record(world, member, number, WHY)
        said.append(str(refused.value).replace(number, ""))
    assert said[0] == said[1]
    officer = msgspec.structs.replace(member, roles=(*member.roles, "officer-1367"))
    assert read_record(world, officer, record.id, WHY).record == record
