"""The signed law: a text nobody signed, or signed by a stranger, closes the door."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF
from comity.errors import LawUnavailableError
from comity.exchange.answering.law_in_force import check_signatures, read_law
from comity.model.law_text import LawText, Signature

Change = Callable[[LawText], LawText]


def with_signatures(*signatures: Signature) -> Change:
    return lambda text: msgspec.structs.replace(text, signatures=signatures)


def edited(**changes: str) -> Change:
    def edit(text: LawText) -> LawText:
        first, *rest = text.signatures
        return msgspec.structs.replace(text, signatures=(msgspec.structs.replace(first, **changes), *rest))

    return edit


STRANGER = Signature(agency="stranger-police", role="counsel", value="AAAA")
ANOTHER = Signature(agency="il-police", role="counsel", value="AAAA")


def with_stranger(text: LawText) -> LawText:
    return msgspec.structs.replace(text, signatures=(*text.signatures, STRANGER))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_signatures(), "not signed by `ca-sheriff`"),
        (with_signatures(ANOTHER), "not signed by `ca-sheriff`"),
        (with_stranger, "which the directory does not list"),
        (edited(value="AAAA"), "does not verify"),
        (edited(value="not base64"), "does not verify"),
        (edited(agency="il-police"), "not signed by `ca-sheriff`|does not verify"),
    ],
)
def test_a_text_without_its_owners_true_signature_is_no_law(stage: Stage, change: Change, sentence: str) -> None:
    """Unsigned, signed by another, by a stranger, or not verifying: the owner is closed, with the remedy."""
    text = stage.federation.laws.texts[CA_SHERIFF][0]
    with pytest.raises(LawUnavailableError, match=sentence):
        check_signatures(change(text), stage.federation.directory, CA_SHERIFF)


def test_an_agency_without_a_listed_key_signs_nothing(own_stage: Stage) -> None:
    """A signature of an agency whose key the directory does not give counts for nothing."""
    directory = own_stage.federation.directory
    keyless = msgspec.structs.replace(
        directory,
        agencies=tuple(msgspec.structs.replace(agency, public_key="") for agency in directory.agencies),
    )
    with pytest.raises(LawUnavailableError, match="does not list"):
        read_law(own_stage.federation.world_of(CA_SHERIFF), keyless, CA_SHERIFF)


def test_law_that_was_verified_once_does_not_stand_in_for_another(own_stage: Stage) -> None:
    """Under a directory or with a signature that does not hold the owner is closed, right after the same law was read."""
    federation = own_stage.federation
    world, listed, texts = federation.world_of(CA_SHERIFF), federation.directory, federation.laws.texts
    verified = read_law(world, listed, CA_SHERIFF)
    unlisted = tuple(msgspec.structs.replace(one, public_key="") for one in listed.agencies)
    with pytest.raises(LawUnavailableError, match="does not list"):
        read_law(world, msgspec.structs.replace(listed, agencies=unlisted), CA_SHERIFF)
    whole = texts[CA_SHERIFF]
    texts[CA_SHERIFF] = (edited(value="AAAA")(whole[0]), *whole[1:])
    with pytest.raises(LawUnavailableError, match="does not verify"):
        read_law(world, listed, CA_SHERIFF)
    texts[CA_SHERIFF] = whole
    assert read_law(world, listed, CA_SHERIFF) == verified


def test_one_unsigned_text_closes_the_whole_owner(own_stage: Stage) -> None:
    """No answer rather than an answer under fewer rules."""
    texts = own_stage.federation.laws.texts
    texts[CA_SHERIFF] = (*texts[CA_SHERIFF][:-1], msgspec.structs.replace(texts[CA_SHERIFF][-1], signatures=()))
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    with pytest.raises(LawUnavailableError):
        own_stage.answer(query)
    assert own_stage.size(CA_SHERIFF) == 0


def test_the_laws_hash_changes_with_any_text(own_stage: Stage) -> None:
    """The hash in answer and entry is over all texts in force."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    before = own_stage.law(query).hash
    texts = own_stage.federation.laws.texts
    texts[CA_SHERIFF] = texts[CA_SHERIFF][:-1]
    assert own_stage.law(query).hash != before
