"""Every list of members' pages by each of its columns, over a real node, with a test's rows where the region has too few."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files

import pytest
from desk_stage import Desk, desk_of
from msgspec.structs import replace as altered
from rows_stage import with_rows
from sorted_pages import NUMBER, TIME, WORD, get, rows_of, sorts_by
from web_stage import Stage, member_of

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.exchange.duty.duties import is_held_task
from comity.model.approval import Approval
from comity.model.asked import AskedLine, SourceLine
from comity.model.canon import text_digest
from comity.model.codes import Purpose, Status
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import StoredDuty
from comity.model.finding import Finding, FindingKind, FindingsListed, FindingState
from comity.model.health import Health, HealthLine, HealthPart
from comity.model.held import HeldTask
from comity.model.law_text import LawKind, LawText, Signature
from comity.model.mistake import Mistake, MistakeKind
from comity.model.petition import PetitionKind
from comity.model.recalled import RecallShown
from comity.model.sample import Sampled, SampleTold, Stated
from comity.model.waiting import ApprovalShown, WaitingQuestion
from comity.node.approval_requests import ListApprovals
from comity.node.desk_requests import ListHeld, MyQuestions, ShowRecalls
from comity.node.draft_requests import ListDrafts
from comity.node.duty_requests import Duties
from comity.node.finding_requests import ListFindings, ShowSample
from comity.node.health import ShowHealth
from comity.node.hit_requests import ListMistakes
from comity.node.law_drafts import LawDraft
from comity.node.offer_requests import ListOffered
from comity.node.offered_agreements import OfferedAgreement
from comity.node.redress_requests import ListPetitions
from comity.oversight.redress.read_petitions import ListedPetition, PetitionList
from comity.oversight.redress.state import BEING_ANSWERED, CLOSED, RECEIVED

KEEPER, AUDITOR, SUPERVISOR = "ca-sheriff-custodian", "ca-sheriff-auditor", "ca-sheriff-sergeant"
OTHERS = ("wa-police", "il-police", "ny-dmv")
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Listed:
    """A page with a list: who reads it, the columns that sort by their place and kind, and rows that the region has not."""

    address: str
    member: str
    columns: dict[str, tuple[int, str]]
    rows: Callable[[Desk], dict[type, object]] = lambda _: {}
    at: tuple[int, str] = (0, "sort")


def held(desk: Desk) -> dict[type, object]:
    """One real task as three agencies might have put it."""
    (task, *_) = desk.stage.site.door.ask(ListHeld(member=KEEPER, foresee=False), tuple[HeldTask, ...])
    hold = altered(task.hold, role="counsel")
    rows = (
        altered(task, duty_id="1", asker="il-police", due_ms=desk.stage.clock.at_ms + DAY_MS),
        altered(task, duty_id="2", asker="ny-dmv", due_ms=None, purpose=Purpose.MISSING_PERSON),
        altered(task, duty_id="3", asker="wa-police", due_ms=desk.stage.clock.at_ms + 9 * DAY_MS, hold=hold),
    )
    return {ListHeld: rows}


def decided(desk: Desk) -> dict[type, object]:
    """One real task as it was decided three times."""
    every = desk.stage.site.door.ask(Duties(owner="ca-sheriff"), tuple[StoredDuty, ...])
    task = next(one for one in every if is_held_task(one))
    said = ("granted: by order of the court", "refused: no order came", "granted: by order of the court")
    rows = tuple(
        altered(
            task,
            id=str(at),
            asker=asker,
            done_ms=desk.stage.clock.at_ms - at * DAY_MS,
            done_by=KEEPER,
            evidence=words,
        )
        for at, (asker, words) in enumerate(zip(OTHERS, said, strict=True))
    )
    return {Duties: rows}


def approvals(desk: Desk) -> dict[type, object]:
    """Two that wait and one that was sent at once."""
    now = desk.stage.clock.at_ms
    request = to_request(desk.built.scene.detective_question)
    rows = tuple(
        ApprovalShown(
            approval=Approval(
                id=str(at) * 32, owner="ca-sheriff", member="ca-sheriff-detective",
                emergency=at == 2, asked_ms=now, until_ms=now + (4 - at) * DAY_MS,
            ),
            question=WaitingQuestion(request=altered(request, purpose=purpose)),
            close=(),
        )
        for at, purpose in enumerate((Purpose.MISSING_PERSON, Purpose.CRIMINAL_INVESTIGATION, Purpose.EMERGENCY_LIFE))
    )  # fmt: skip
    return {ListApprovals: rows}


def questions(desk: Desk) -> dict[type, object]:
    """Three of one member."""
    now = desk.stage.clock.at_ms
    rows = tuple(
        AskedLine(
            query_id=str(at) * 32,
            at_ms=now - at * DAY_MS,
            case_number=case,
            purpose=purpose,
            sources=(SourceLine(agency="wa-police", status=Status.HELD, late=False),),
        )
        for at, (case, purpose) in enumerate(
            (("26-118", Purpose.MISSING_PERSON), ("26-9", Purpose.CUSTODY), ("26-1187", Purpose.MISSING_PERSON))
        )
    )
    return {MyQuestions: rows}


def recalls(desk: Desk) -> dict[type, object]:
    """Two that came, one act that went to three agencies, and mistakes that two report."""
    now = desk.stage.clock.at_ms
    kinds = (RecallKind.WITHDRAWN, RecallKind.CORRECTED)

    def delivery(at: int, other: str, kind: RecallKind, *, incoming: bool) -> RecallShown:
        ends, due_ms = ("ca-sheriff", other), now + (3 - at) * DAY_MS
        stored = StoredDelivery(
            id=f"{other}-{incoming}",
            sender=ends[incoming],
            recipient=ends[not incoming],
            due=Recall(kind=kind, items=(), made_ms=now - DAY_MS, confirm_by_ms=due_ms),
            made_ms=now - DAY_MS,
            incoming=incoming,
            arrived_ms=None if at == 1 else now,
        )
        return RecallShown(stored=stored, due_ms=due_ms)

    came = tuple(delivery(at, other, kinds[at], incoming=True) for at, other in enumerate(OTHERS[:2]))
    went = tuple(delivery(at, other, kinds[0], incoming=False) for at, other in enumerate(OTHERS))
    reported = tuple(
        Mistake(
            id=other, reporter=other, owner="ca-sheriff", incoming=True, kind=kind, fields=(), by=f"{other}-detective",
            asked_ms=now, arrived_ms=now, record_id="one", duty=other, due_ms=now + (2 - at) * DAY_MS,
        )
        for at, (other, kind) in enumerate(zip(OTHERS, (MistakeKind.TWICE, MistakeKind.OUT_OF_DATE), strict=False))
    )  # fmt: skip
    return {ShowRecalls: (*came, *went), ListMistakes: reported}


def drafts(desk: Desk) -> dict[type, object]:
    """One that is written still, one that counsel has, one older."""
    now = desk.stage.clock.at_ms
    rows = tuple(
        LawDraft(
            id=str(at) * 32, owner="ca-sheriff", text="", gone=(), by=KEEPER, at_ms=now - at * DAY_MS, sent_ms=sent
        )
        for at, sent in enumerate((None, now, None))
    )
    return {ListDrafts: rows}


def offered(desk: Desk) -> dict[type, object]:
    """Two agreements of the demonstration."""
    rows = []
    for at, name in enumerate(("acso-ccpd-2026", "hdi-acso-2026")):
        text = (files("comity.demo") / "law" / f"{name}.agr").read_text()
        law = LawText(kind=LawKind.AGREEMENT, name=name.upper(), version=1, text=text, hash=text_digest(text))
        if at:
            signed = Signature(agency="ca-sheriff", role="counsel", value="")
            law = altered(law, signatures=(signed,))
        rows.append(OfferedAgreement(text=law, by=KEEPER, at_ms=desk.stage.clock.at_ms + at * DAY_MS))
    return {ListOffered: tuple(rows)}


def petitions(desk: Desk) -> dict[type, object]:
    """Two that wait and one that is decided."""
    now = desk.stage.clock.at_ms
    given = (
        (PetitionKind.REVIEW, RECEIVED, now + 9 * DAY_MS),
        (PetitionKind.ACCESS, BEING_ANSWERED, now + DAY_MS),
        (PetitionKind.DEMAND, CLOSED, None),
    )
    rows = tuple(
        ListedPetition(
            id=f"R-{at}", kind=kind, status=status, opened_ms=now, due_ms=due, overdue=False, unacknowledged=False
        )
        for at, (kind, status, due) in enumerate(given)
    )
    return {ListPetitions: PetitionList(petitions=rows, unlisted=0, demands=(), entered=3)}


def findings(desk: Desk) -> dict[type, object]:
    """Three of two agencies, one of them taken."""
    now = desk.stage.clock.at_ms
    rows = tuple(
        Finding(
            id=f"F-{at}", owner="ca-sheriff", kind=kind, asker=OTHERS[at], sentence="seen", entries=(at,), counts={},
            first_ms=now - at * 9 * DAY_MS, last_ms=now, opened_ms=now,
            state=FindingState.TAKEN if at else FindingState.OPEN, reviewer=AUDITOR if at else "",
        )
        for at, kind in enumerate((FindingKind.SHARED, FindingKind.FISHING, FindingKind.HOURS))
    )  # fmt: skip
    return {ListFindings: FindingsListed(owner="ca-sheriff", findings=rows, closed={}, dismissed={})}


def sample(_: Desk) -> dict[type, object]:
    """Three that were drawn; of one nothing is kept."""
    stated = [
        Stated(purpose=purpose, instrument="nothing", case_number="26-1", beneficiary="wa-police", note="")
        for purpose in ("missing-person", "custody")
    ]
    drawn = tuple(
        Sampled(entry=entry, agency=agency, stated=one)
        for entry, agency, one in zip((900, 1_100, 7), OTHERS, (*stated, None), strict=True)
    )
    told = SampleTold(
        owner="ca-sheriff", month="", size=2_000, seed="ab" * 32, questions={}, drawn=drawn, own=0, reviewed={}
    )
    return {ShowSample: told}


LISTS = (
    Listed(
        "/desk/held",
        KEEPER,
        {"purpose": (1, WORD), "needs": (2, WORD), "due": (3, TIME), "agency": (0, WORD)},
        held,
    ),
    Listed(
        "/desk/held?show=decided", KEEPER, {"agency": (0, WORD), "decision": (1, WORD), "when": (3, TIME)}, decided
    ),
    Listed(
        "/desk/approvals", SUPERVISOR, {"purpose": (1, WORD), "stands": (2, WORD), "due": (3, TIME)}, approvals
    ),
    Listed("/desk/duties", KEEPER, {"what": (0, WORD), "rule": (1, WORD), "due": (3, TIME)}),
    Listed("/desk/duties?show=open", KEEPER, {"rule": (1, WORD)}),
    Listed("/desk/rules", KEEPER, {"title": (0, WORD)}, at=(1, "sort")),
    Listed("/desk/rules?text=us-ca", KEEPER, {"law": (1, WORD)}, at=(1, "sort")),
    Listed(
        "/desk/rules", KEEPER, {"title": (0, WORD), "kind": (1, WORD), "rules": (2, NUMBER)}, at=(0, "sort-texts")
    ),
    Listed("/desk/agreements", KEEPER, {"title": (0, WORD)}),
    Listed("/desk/offered", KEEPER, {"title": (0, WORD), "since": (1, TIME), "signatures": (2, NUMBER)}, offered),
    Listed("/desk/drafts", KEEPER, {"when": (0, WORD), "stands": (2, WORD)}, drafts),
    Listed("/desk/recalls", KEEPER, {"agency": (0, WORD), "became": (1, WORD), "due": (2, TIME)}, recalls),
    Listed(
        "/desk/recalls",
        KEEPER,
        {"agency": (0, WORD), "mistake": (1, WORD), "due": (2, TIME)},
        recalls,
        (1, "sort-reported"),
    ),
    Listed(
        "/desk/recalls",
        KEEPER,
        {"agency": (0, WORD), "stands": (1, WORD), "due": (2, TIME)},
        recalls,
        (2, "sort-sent"),
    ),
    Listed("/desk/petitions", KEEPER, {"asked": (1, WORD), "due": (2, TIME), "stands": (3, WORD)}, petitions),
    Listed("/oversight/findings", AUDITOR, {"what": (0, WORD), "stands": (3, WORD)}, findings),
    Listed("/oversight/sample", AUDITOR, {"entry": (0, NUMBER), "agency": (1, WORD)}, sample),
    Listed("/oversight/reports", AUDITOR, {"report": (0, WORD), "stands": (3, WORD)}),
    Listed("/admin/members", "ca-sheriff-administrator", {"name": (0, WORD)}),
    Listed(
        "/questions",
        "ca-sheriff-detective",
        {"case": (1, WORD), "purpose": (2, WORD), "when": (3, TIME)},
        questions,
    ),
    Listed("/questions?filter=held", "ca-sheriff-detective", {"case": (1, WORD)}, questions),
)


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages with a question held."""
    with desk_of(*region, tmp_path_factory.mktemp("sorted")) as made:
        made.ask_about(made.waiting_records()[0])
        yield made


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: f"{one.address} {one.at[1]}")
def test_every_heading_of_a_list_sorts_it_and_keeps_its_filters(desk: Desk, listed: Listed) -> None:
    """Up and down, over the same rows, what says nothing last; a column that is none is no page."""
    with with_rows(desk, listed.rows(desk)).browser(listed.member) as browser:
        for code, cell in listed.columns.items():
            sorts_by(browser, listed.address, code, cell, listed.at)


def test_what_is_wrong_with_a_node_sorts_and_what_stops_is_first_where_nobody_chose(stage: Stage) -> None:
    """By part and by how grave; the page itself begins with what stops."""
    given = ((HealthPart.LAW, Health.STOPPED), (HealthPart.FEED, Health.CARE), (HealthPart.CLOCK, Health.CARE))
    lines = tuple(HealthLine(part=part, health=one, says="wrong") for part, one in given)
    stage.door.answers[ShowHealth] = lines
    with stage.browser() as browser:
        token = stage.site.sessions.begin(member_of("node-administrator").id, "test", stage.clock.at_ms, "en")
        browser.cookies.set("comity", token)
        assert "STOPPED" in rows_of(get(browser, "/admin/health"))[0][0]
        for code, cell in {"stands": (0, WORD), "part": (1, WORD)}.items():
            sorts_by(browser, "/admin/health", code, cell)


def test_filters_keep_the_order(desk: Desk) -> None:
    """Whoever sorted and then chooses what is shown goes on sorted."""
    for listed, link in (
        ("/desk/duties?sort=-rule", "/desk/duties?show=overdue&amp;sort=-rule"),
        ("/desk/approvals?sort=purpose", "/desk/approvals?show=decided&amp;sort=purpose"),
        ("/oversight/findings?sort=when", "/oversight/findings?show=closed&amp;sort=when"),
        ("/questions?sort=case", "?filter=held&amp;sort=case"),
        ("/desk/rules?sort=title&sort-texts=kind", "/desk/rules?text=us&amp;sort=title&amp;sort-texts=kind"),
    ):
        one = next(one for one in LISTS if one.address == listed.partition("?")[0])
        with with_rows(desk, one.rows(desk)).browser(one.member) as browser:
            assert f'href="{link}"' in get(browser, listed)
    with with_rows(desk, sample(desk)).browser(AUDITOR) as browser:
        page = get(browser, "/oversight/sample?sort=-entry")
        assert '<input type="hidden" name="sort" value="-entry">' in page
    with with_rows(desk, questions(desk)).browser("ca-sheriff-detective") as browser:
        assert '<input type="hidden" name="sort" value="case">' in get(browser, "/questions?sort=case")


def test_one_list_of_a_page_keeps_the_order_of_another(desk: Desk) -> None:
    """Each has its own code."""
    with with_rows(desk, recalls(desk)).browser(KEEPER) as browser:
        page = get(browser, "/desk/recalls?sort=-agency&sort-sent=stands")
        assert 'href="?sort=-agency&amp;sort-sent=stands&amp;sort-reported=due#' in page
        assert 'href="?sort=-agency&amp;sort-sent=-stands#' in page


def test_a_list_is_sorted_before_it_is_cut(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of all by that column stands first, also where the page shows but some of them."""
    monkeypatch.setattr("comity.web.pages.duties.MOST_ROWS", 1)
    with desk.browser(KEEPER) as browser:
        first, last = (rows_of(get(browser, f"/desk/duties?sort={way}rule")) for way in ("", "-"))
    assert len(first) == len(last) == 1
    assert first != last


def test_what_was_decided_last_and_what_is_due_first_stand_first_where_nobody_chose(desk: Desk) -> None:
    """The order of each page is what it was before anything could be sorted."""
    with with_rows(desk, decided(desk)).browser(KEEPER) as browser:
        days = [row[3] for row in rows_of(get(browser, "/desk/held?show=decided"))]
        assert days == [row[3] for row in rows_of(get(browser, "/desk/held?show=decided&sort=-when"))]
    with with_rows(desk, held(desk)).browser(KEEPER) as browser:
        page = get(browser, "/desk/held")
        assert rows_of(page) == rows_of(get(browser, "/desk/held?sort=due"))
        assert 'aria-sort="ascending"' in page


@pytest.mark.parametrize(
    ("address", "member"),
    [
        ("/oversight/findings?sort=whose", AUDITOR),
        ("/oversight/findings?sort=agency", AUDITOR),
        ("/desk/approvals?sort=member", SUPERVISOR),
        ("/desk/drafts?sort=by", KEEPER),
        ("/desk/held?show=decided&sort=who", KEEPER),
        ("/admin/members?sort=used", "ca-sheriff-administrator"),
    ],
)
def test_nothing_sorts_by_who_did_it(desk: Desk, address: str, member: str) -> None:
    """No page is a league table of members, nor findings one of agencies (screens.md)."""
    with with_rows(desk, {**findings(desk), **approvals(desk), **drafts(desk)}).browser(member) as browser:
        assert browser.get(address).status_code == 404
