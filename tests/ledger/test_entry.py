"""Entries hold codes and commitments of one length, and nothing else."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_world import make_unit
from msgspec.structs import asdict, replace

from comity.errors import NounError, ProofError
from comity.ledger import entry as codes
from comity.ledger.entry import BUCKET_MS, ENTRY_BYTES, LAST_MS, Entry, commit, decode_entry, encode_entry
from comity.model.codes import DataClass, Instrument, Purpose, Status
from comity.model.disclosure import EntryFacts, EntryKind

oris = st.from_regex(r"\A[A-Z]{2}[A-Z0-9]{5}([A-Z0-9]{2})?\Z") | st.just("")
present = st.binary(min_size=32, max_size=32).filter(any).map(bytes.hex)
hashes = present.map(lambda text: f"sha256:{text}") | st.just("")
commitments = st.binary(min_size=32, max_size=32)
facts_of_any_kind = st.builds(
    EntryFacts,
    kind=st.sampled_from(EntryKind),
    at_ms=st.integers(0, LAST_MS),
    owner_ori=oris,
    asker_ori=oris,
    purpose=st.none() | st.sampled_from(Purpose),
    instrument=st.just("") | st.sampled_from([word.value for word in Instrument]),
    decision=st.just("") | st.sampled_from([word.value for word in Status]),
    class_mask=st.integers(0, (1 << 32) - 1),
    released=st.integers(0, (1 << 32) - 1),
    agreement=hashes,
    law=hashes,
    pair=present | st.just(""),
)
entries = st.builds(Entry, facts=facts_of_any_kind, content=commitments, record=commitments)
PLAIN = Entry(facts=make_unit(0).facts, content=bytes(32), record=bytes(32))


@given(entries)
def test_what_is_encoded_is_decoded_with_the_time_cut_to_the_minute(entry: Entry) -> None:
    """Every code survives; the time keeps its minute only."""
    raw = encode_entry(entry)
    cut = replace(entry.facts, at_ms=entry.facts.at_ms // BUCKET_MS * BUCKET_MS)
    assert len(raw) == ENTRY_BYTES
    assert decode_entry(raw) == Entry(facts=cut, content=entry.content, record=entry.record)


@given(st.binary(min_size=ENTRY_BYTES, max_size=ENTRY_BYTES), entries)
def test_bytes_that_decode_are_the_only_spelling(noise: bytes, entry: Entry) -> None:
    """Any bytes either fail to decode or are exactly what their decoded entry encodes to."""
    raw = bytearray(encode_entry(entry))
    for at, byte in enumerate(noise[:35]):
        if byte < 40:
            raw[at] = noise[-1 - at]
    try:
        decoded = decode_entry(bytes(raw))
    except ProofError:
        return
    assert encode_entry(decoded) == bytes(raw)


def test_all_numbers_are_permanent() -> None:
    """The numbers on record stay; a new word gets the next number, never an old one."""
    assert list(codes.KIND_NUMBERS.values()) == [
        *range(1, 31),
        *range(34, 89),
        90,
        91,
        92,
        95,
        96,
        97,
        98,
        99,
    ]  # permanent: a number is never given twice
    assert list(codes.PURPOSE_NUMBERS.values()) == list(range(1, 18))
    assert list(codes.INSTRUMENT_NUMBERS.values()) == list(range(1, 11))
    assert list(codes.DECISION_NUMBERS.values()) == list(range(1, 9))
    assert codes.KIND_NUMBERS[EntryKind.NODE_OPENED] == 7
    assert codes.PURPOSE_NUMBERS[Purpose.STATISTICS] == 17
    assert codes.INSTRUMENT_NUMBERS[Instrument.STATUTE] == 10
    assert codes.DECISION_NUMBERS[Status.FAILED] == 8
    assert ENTRY_BYTES == 195


def test_every_word_of_the_model_has_a_number() -> None:
    """A word without a number could not be entered, and its answer could not leave."""
    assert set(codes.KIND_NUMBERS) == set(EntryKind)
    assert set(codes.PURPOSE_NUMBERS) == set(Purpose)
    assert set(codes.INSTRUMENT_NUMBERS) == set(Instrument)
    assert set(codes.DECISION_NUMBERS) == set(Status)
    assert len(DataClass) <= codes.MOST_CLASSES


def test_only_codes_enter() -> None:
    """Walk every field of a unit: changing anything but the facts changes nothing but the two commitments."""
    plain, other = make_unit(1), make_unit(2)
    keys = (b"\x01" * 32, b"\x02" * 32)
    for name in asdict(plain):
        if name == "facts":
            continue
        changed = replace(plain, **{name: getattr(other, name)})
        first, second = (
            encode_entry(Entry(unit.facts, commit(keys[0], unit.content), commit(keys[1], unit.record)))
            for unit in (plain, changed)
        )
        assert first[:-64] == second[:-64], name
        assert (first == second) == (name not in ("content", "record")), name


def test_no_text_of_the_question_is_found_in_the_entry() -> None:
    """Names, numbers and their plain hashes stay out: the commitments are keyed."""
    unit = make_unit(1, content=b"GARCIA, MARIA 1984-03-12", record=b"GARCIA, MARIA 1984-03-12")
    raw = encode_entry(Entry(unit.facts, commit(b"\x01" * 32, unit.content), commit(b"\x02" * 32, unit.record)))
    assert b"GARCIA" not in raw
    assert raw[-64:-32] != raw[-32:]


def test_free_text_has_no_way_into_a_field() -> None:
    """Each text field of the facts takes codes of its own list only."""
    for name in ("owner_ori", "asker_ori", "instrument", "decision", "agreement", "law", "pair"):
        with pytest.raises(NounError):
            encode_entry(replace_facts(**{name: "Maria Garcia"}))


@pytest.mark.parametrize(
    "fault",
    [
        {"at_ms": -1},
        {"at_ms": LAST_MS + BUCKET_MS},
        {"class_mask": 1 << 32},
        {"class_mask": -1},
        {"released": 1 << 32},
        {"agreement": "sha256:" + "00" * 32},
        {"pair": "00" * 32},
    ],
)
def test_facts_that_do_not_fit_are_refused(fault: dict[str, object]) -> None:
    """A value outside its field stops the entry instead of wrapping round."""
    with pytest.raises(NounError):
        encode_entry(replace_facts(**fault))


def test_commitments_have_one_length() -> None:
    """A short commitment is refused."""
    with pytest.raises(NounError):
        encode_entry(Entry(facts=PLAIN.facts, content=b"short", record=bytes(32)))


@pytest.mark.parametrize(
    ("at", "byte", "fault"),
    [
        (0, 2, "entry version 2"),
        (1, 0, "unknown code 0"),
        (1, 199, "unknown code 199"),
        (6, 0x61, "not an ORI"),
        (6, 0xFF, "not an ORI"),
        (24, 18, "unknown code 18"),
        (25, 11, "unknown code 11"),
        (26, 9, "unknown code 9"),
    ],
)
def test_an_entry_this_version_does_not_write_is_refused(at: int, byte: int, fault: str) -> None:
    """Unknown versions, codes and spellings stop the reader."""
    raw = bytearray(encode_entry(PLAIN))
    raw[at] = byte
    with pytest.raises(ProofError, match=fault):
        decode_entry(bytes(raw))


def test_an_entry_of_another_length_is_refused() -> None:
    """Nothing is read from a cut entry."""
    with pytest.raises(ProofError, match="195 bytes, not 194"):
        decode_entry(encode_entry(PLAIN)[:-1])


def test_a_commitment_is_a_keyed_hash_under_a_full_key() -> None:
    """HMAC-SHA256 under 32 bytes; a shorter key is refused."""
    assert commit(b"k" * 32, b"text") == hmac.digest(b"k" * 32, b"text", "sha256")
    with pytest.raises(NounError):
        commit(b"short", b"text")


def replace_facts(**changes: object) -> Entry:
    return Entry(facts=replace(PLAIN.facts, **changes), content=bytes(32), record=bytes(32))
