"""Whether a session may begin or go on is the node's to say, by the law of the member's own agency."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from region_stage import Stage
from session_stage import IN_ORDER, MINUTE_MS, TWO, begin, detective, go_on, node_folder, rules

from comity.demo.agencies import REMOVAL_OPERATIONS, WA_POLICE
from comity.errors import LawUnavailableError, WrongUseError
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryKind
from comity.model.roster import CheckFound
from comity.model.session_act import SessionEntered, SessionKnown
from comity.node.roster import find_line


def kinds(stage: Stage, since: int) -> list[EntryKind]:
    """What was entered at the police's node from an entry on."""
    return [one.kind for one in stage.entries(WA_POLICE, since)]


def record_of(stage: Stage, entered: SessionEntered) -> dict[str, object]:
    """The wrapped record of an entry."""
    raw = stage.federation.world_of(WA_POLICE).journal.record(entered.entry)
    return from_canonical(raw or b"", dict)


def test_two_factors_and_an_account_in_order_begin_a_session(stage: Stage, tmp_path: Path) -> None:
    """The entry is a sign-in, whose record has what was said of it; the access was used."""
    folder, size = node_folder(tmp_path, IN_ORDER), stage.size(WA_POLICE)
    entered = begin(stage, folder, TWO)
    assert (entered.refused, kinds(stage, size)) == ((), [EntryKind.SIGNED_IN])
    assert record_of(stage, entered)["known"] == {"factors": 2, "idle_ms": 0, "age_ms": 0, "failures": 0}
    line = find_line(folder, IN_ORDER.member)
    assert line is not None
    assert line.used_on is not None


@pytest.mark.parametrize("factors", [0, 1, None])
def test_one_factor_and_one_that_nobody_speaks_of_begin_none(
    stage: Stage, tmp_path: Path, factors: int | None
) -> None:
    """Refused with rule, law and remedy; entered as that, and the access was not used."""
    folder, size = node_folder(tmp_path, IN_ORDER), stage.size(WA_POLICE)
    entered = begin(stage, folder, replace(TWO, factors=factors))
    assert (rules(entered), kinds(stage, size)) == (["us/CJ-13"], [EntryKind.SESSION_REFUSED])
    (refusal,) = entered.refused
    assert refusal.wants == ("factors",)
    assert "IA-2(1)" in refusal.reason.citation
    assert refusal.reason.remedy.startswith("sign in with two factors: a passkey")
    assert record_of(stage, entered)["rules"] == ["us/CJ-13"]
    line = find_line(folder, IN_ORDER.member)
    assert line is not None
    assert line.used_on is None


def test_a_refusal_names_nobody_in_its_codes(stage: Stage, tmp_path: Path) -> None:
    """Agency, minute and law stand in the entry; whose session it was in the record alone."""
    entered = begin(stage, node_folder(tmp_path, IN_ORDER), replace(TWO, factors=1))
    journal = stage.federation.world_of(WA_POLICE).journal
    shown = journal.entry(entered.entry) + (journal.content(entered.entry) or b"")
    assert IN_ORDER.member.encode() not in shown
    assert stage.entries(WA_POLICE, entered.entry)[0].law.startswith("sha256:")
    assert record_of(stage, entered)["member"] == IN_ORDER.member


def test_where_every_person_is_invented_no_second_factor_is_asked_for(stage: Stage, tmp_path: Path) -> None:
    """The demonstration says that its button proves nothing, and is let in for what it protects."""
    assert begin(stage, node_folder(tmp_path, IN_ORDER, invented=True), replace(TWO, factors=0)).refused == ()


@pytest.mark.parametrize(
    ("line", "refused", "wants"),
    [
        ({"checked_on": None}, ["us/CJ-19"], ("fingerprint-checked",)),
        ({"checked_on": date(2026, 12, 24)}, ["us/CJ-19"], ("fingerprint-checked",)),
        ({"found": None}, ["us/CJ-19a"], ("felony-found",)),
        ({"since": date(2026, 8, 20)}, ["us/CJ-16"], ("inactive-days",)),
        ({"since": date(2026, 8, 21)}, [], None),
        ({"found": CheckFound.FELONY_REVIEWED}, [], None),
    ],
)
def test_the_account_is_read_from_what_its_administrator_keeps(
    stage: Stage, tmp_path: Path, line: dict[str, object], refused: list[str], wants: tuple[str, ...] | None
) -> None:
    """A check that nobody recorded, one of a day to come, a finding nobody gave, ninety days without use."""
    entered = begin(stage, node_folder(tmp_path, replace(IN_ORDER, **line)), TWO)
    assert rules(entered) == refused
    assert [one.wants for one in entered.refused] == ([wants] if wants else [])


def test_an_account_that_is_not_kept_opens_nothing(stage: Stage, tmp_path: Path) -> None:
    """Nothing is known of it, and each rule that asks for something refuses."""
    entered = begin(stage, node_folder(tmp_path), TWO)
    assert rules(entered) == ["us/CJ-16", "us/CJ-16a", "us/CJ-19", "us/CJ-19a"]


def test_whoever_acts_for_an_immigration_authority_uses_no_washington_account(
    stage: Stage, tmp_path: Path
) -> None:
    """RCW 10.93.160 refuses; what it has documented is owed once, however often it is tried that day."""
    folder = node_folder(tmp_path, IN_ORDER)
    member = detective(stage, acting_for=(REMOVAL_OPERATIONS,))
    entered = begin(stage, folder, TWO, member)
    assert "us-wa/WA-10b" in rules(entered)
    begin(stage, folder, TWO, member)
    journal = stage.federation.world_of(WA_POLICE).journal
    owed = [one.duty.kind for one in journal.duties(WA_POLICE) if one.duty.rule == "us-wa/WA-10b"]
    assert owed == ["document"]


@pytest.mark.parametrize(
    ("known", "refused"),
    [
        ({"idle_ms": 30 * MINUTE_MS}, []),
        ({"idle_ms": 30 * MINUTE_MS + 1}, ["us/CJ-13", "us/CJ-14"]),
        ({"idle_ms": None}, ["us/CJ-13", "us/CJ-14"]),
        ({"age_ms": 720 * MINUTE_MS}, []),
        ({"age_ms": 720 * MINUTE_MS + 1}, ["us/CJ-13"]),
        ({"age_ms": None}, ["us/CJ-13"]),
        ({"failures": 5}, ["us/CJ-15"]),
        ({"failures": None}, ["us/CJ-15"]),
    ],
)
def test_a_session_goes_on_within_what_the_law_says(
    stage: Stage, tmp_path: Path, known: dict[str, int | None], refused: list[str]
) -> None:
    """On each side of each number; what goes on is no entry, what does not is one."""
    folder, size = node_folder(tmp_path, IN_ORDER), stage.size(WA_POLICE)
    assert rules(go_on(stage, folder, replace(TWO, **known))) == refused
    assert kinds(stage, size) == ([EntryKind.SESSION_REFUSED] if refused else [])


def test_what_alone_would_help_is_told_and_else_all_of_it(stage: Stage, tmp_path: Path) -> None:
    """Idle for too long: sign in again. One factor and too old: both."""
    folder = node_folder(tmp_path, IN_ORDER)
    alone = go_on(stage, folder, replace(TWO, idle_ms=31 * MINUTE_MS, age_ms=40 * MINUTE_MS)).refused
    assert {one.wants for one in alone} == {("idle",)}
    (both,) = go_on(stage, folder, replace(TWO, factors=1, age_ms=None)).refused
    assert both.wants == ("factors", "age")
    assert ", and " in both.reason.remedy


def test_without_its_law_nobody_is_signed_in(own_stage: Stage, tmp_path: Path) -> None:
    """A text that differs from its hash: nothing begins and nothing is entered."""
    texts = own_stage.federation.laws.texts[WA_POLICE]
    own_stage.federation.laws.texts[WA_POLICE] = (replace(texts[0], signatures=()), *texts[1:])
    size = own_stage.size(WA_POLICE)
    with pytest.raises(LawUnavailableError):
        begin(own_stage, node_folder(tmp_path, IN_ORDER), TWO)
    assert own_stage.size(WA_POLICE) == size


def test_numbers_that_cannot_be_are_refused() -> None:
    """More factors than there are, and a time before the last use."""
    for wrong in ({"factors": 5}, {"idle_ms": -1}, {"failures": 1001}):
        with pytest.raises(WrongUseError, match="is no number of"):
            SessionKnown(**wrong)
