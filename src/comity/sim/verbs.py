"""What agencies do in a simulation. A verb is one short function in `VERBS`; the rest of the simulation knows none by name.

A verb does one thing a member could do, through the same functions as the faces, and notes in `seen` what it was told
was done. It raises what they raise: refusals and closed doors are part of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import ComityError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.check_answer import check_answer
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.asking.open_questions import ask_open_questions
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_state import is_done
from comity.exchange.feed.feed_round import run_feeds
from comity.exchange.feed.feeds import replay_feed, resume_feed, sign_feed, suspend_feed
from comity.exchange.messages.relay import send_by_way
from comity.exchange.messages.suspended import suspended_reasons
from comity.exchange.messages.wire import seal_message
from comity.exchange.owners import paper_day
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.records.correct import correct_record
from comity.exchange.records.intake import take_in
from comity.exchange.records.purge import purge_records
from comity.exchange.records.record_act import act_on_record
from comity.exchange.standing.standing_asked import end_over, end_standing
from comity.exchange.standing.standing_look import look_at_standing
from comity.ledger.witnessed import check_witnessed
from comity.model.codes import Instrument, MessageKind, Status
from comity.model.correction import RECORD_ACTS, Correction, GivenField, RecordAct
from comity.model.delivery import Recall
from comity.model.feed import FeedState
from comity.model.law_state import OfferedText
from comity.model.law_text import LawKind
from comity.model.outcome import FetchRequest, Outcome, SourceResult
from comity.model.standing import StandingEnd, StandsWanted
from comity.node.agreements import activate_agreement, suspend_agreement
from comity.node.change_law import LAW_CRASH_POINTS, activate_texts
from comity.node.directory import DIRECTORY_CRASH_POINTS
from comity.node.version_parts import PART_CRASH_POINTS
from comity.sim.abroad_verbs import correct_abroad, resume_abroad, sign_abroad, suspend_abroad, transmit
from comity.sim.begin import signed_law
from comity.sim.check import Log, check_removed
from comity.sim.faults import AROUND_ENTRY
from comity.sim.hostile import attack, is_question, question_of
from comity.sim.play import Play
from comity.sim.scene import (
    EVERYWHERE,
    FEED_NAME,
    FEED_OWNER,
    FEED_WORDS,
    OPEN,
    ORIS,
    POSTS,
    SUBJECTS,
    TRAINED_UNTIL,
    Somebody,
    agreement_name,
    make_record,
    mark_of,
    member_of,
    node_of,
    request_of,
    standing_name,
)
from comity.sim.version_verbs import adopt_brought, change_listed, mislead, tell
from comity.store.segments.upkeep import SEGMENT_CRASH_POINTS

GIVEN_NAMES = ("Agnes", "Bruno", "Celia", "Dmitri", "Estelle", "Farid", "Greta", "Hollis")
WAIT_MS = 5_000  # for the answer to a question that is sent again


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb with how often it is chosen beside the others, and the crash points that it passes beside those of a write."""

    name: str
    weight: int
    act: Callable[[Play], None]
    points: tuple[str, ...] = ()


def ask(play: Play) -> None:
    """A detective asks one or two other agencies about somebody."""
    asker = play.some_agency()
    others = [agency for agency in ORIS if agency != asker]
    sources = _by_ways_of_their_own(play, tuple(play.rng.sample(others, play.rng.randint(1, 2))))
    ask_about(play, asker, play.rng.choice(SUBJECTS), sources)


def _by_ways_of_their_own(play: Play, sources: tuple[str, ...]) -> tuple[str, ...]:
    """Sources without the last where two would be reached over one node: which comes first would be up to threads."""
    directory = play.node(play.honest[0]).around.directory
    ways = [directory.get_agency(one).node for one in sources]
    vias = [listing.via for one in ways if (listing := directory.find_node(one)) is not None and listing.via]
    return sources[:1] if set(vias) & set(ways) else sources


def ask_about(play: Play, asker: str, who: Somebody, sources: tuple[str, ...]) -> Outcome:
    """One question of an agency's detective; what came of it is noted."""
    outcome = ask_query(play.world(asker), request_of(asker, who, sources), member_of(asker, "detective"))
    play.seen.outcomes.append(outcome)
    return outcome


def stand(play: Play) -> None:
    """A detective asks a question that stays with one owner, by a warrant."""
    asker = play.some_agency()
    owner = play.rng.choice([agency for agency in ORIS if agency != asker])
    wanted = request_of(asker, play.rng.choice(SUBJECTS), (owner,))
    world = play.world(asker)
    days = StandsWanted(
        paper=Instrument.JUDICIAL_WARRANT,
        document="sha256:" + "d" * 64,
        paper_ends=TRAINED_UNTIL,
        days=60,
        review_days=play.rng.choice((1, 30)),
    )
    stands = days.since(paper_day(world.clock.now_ms()))
    request = replace(wanted, message=MessageKind.STANDING_QUESTION)
    outcome = ask_query(world, request, member_of(asker, "detective"), stands=stands)
    play.seen.outcomes.append(outcome)


def look(play: Play) -> None:
    """A node looks at the questions that stand there, and ends those of its own that are over."""
    agency = play.some_agency()
    world = play.world(agency)
    end_over(world, tuple(member_of(agency, post) for post in POSTS))
    look_at_standing(world)


def stop(play: Play) -> None:
    """Whoever asked ends a question that stands."""
    agency = play.some_agency()
    world = play.world(agency)
    own = [one for one in world.journal.standing_now(incoming=False) if one.agency == agency]
    if own:
        standing = play.rng.choice(own)
        member = member_of(agency, "detective")
        end_standing(world, member, standing.query.id, StandingEnd.ENDED, "the man is in custody")


def retry(play: Play) -> None:
    """The asker's node sends a question again under a fresh nonce."""
    sent = [one for one in play.seen.left if not one.asked and is_question(one.raw)]
    if sent:
        send_again(play, play.rng.choice(sent).raw)


def send_again(play: Play, raw: bytes) -> SourceResult:
    """What the owner says to a question that was put before. Raises PeerError, MessageError, ProofError, ClosedError.

    As where a node puts an open question again, it is not sent where a party was cut off meanwhile.
    """
    question = question_of(raw)
    query = question.query
    world = play.world(query.asker)
    directory = world.directory()
    suspended = suspended_reasons(directory, query.asker, query.beneficiary, query.owner)
    if suspended:
        return SourceResult(agency=query.owner, status=Status.REFUSED, reasons=suspended)
    owner = directory.get_agency(query.owner)
    now_ms = world.clock.now_ms()
    check_witnessed(world, now_ms)
    again = seal_message(world, owner.node, question, now_ms)
    answer = send_by_way(world, owner.node, again, now_ms + WAIT_MS)
    return check_answer(answer, again, query, world.directory(), world.clock.now_ms())


def fetch(play: Play) -> None:
    """A detective asks for the detail of an item of an earlier answer."""
    shown = [
        (outcome, source.agency, item.item_id)
        for outcome in play.seen.outcomes
        for source in outcome.sources
        if source.answer
        for item in source.answer.items
    ]
    if not shown:
        return
    outcome, owner, item_id = play.rng.choice(shown)
    asker = outcome.request.asker
    request = FetchRequest(
        query_id=outcome.query_id,
        item_id=item_id,
        asker=asker,
        member=f"{asker}-detective",
        identified_by=play.rng.choice(("", "the photograph and the date agree")),
    )
    result = fetch_item(play.world(asker), request, member_of(asker, "detective"))
    play.seen.details.append((asker, owner, result))


def load(play: Play) -> None:
    """A custodian takes a record in, now and then one that goes at the next purge."""
    agency = play.some_agency()
    play.loaded += 1
    word = f"new{play.loaded}"
    who = Somebody("Marsh", play.rng.choice(GIVEN_NAMES), f"19{play.rng.randint(50, 99)}-04-05")
    who = EVERYWHERE if play.rng.random() < 0.5 else who  # somebody who is asked about
    record = make_record(agency, word, who, replace(OPEN, disputed=play.rng.random() < 0.3))
    take_in(play.world(agency), agency, (record,), "simulation")
    play.seen.loaded.append((agency, record.id))


def correct(play: Play) -> None:
    """A custodian corrects an address that nobody may have; the one before is overwritten."""
    agency = play.some_agency()
    play.loaded += 1
    world = play.world(agency)
    before = world.records.get(agency, f"{agency}-everywhere")
    assert before is not None, "nothing takes this record away"
    value = f"{mark_of(agency, f'moved{play.loaded}')} street"
    given = GivenField(person="p", name="home-address", values=(value,))
    correction = Correction(record_id=before.id, reason="the person moved house", fields=(given,))
    correct_record(world, member_of(agency, "custodian"), correction)
    addresses = [field.value for field in before.people[0].fields if field.name == "home-address"]
    _is_gone(play, agency, [address.partition(" ")[0] for address in addresses])


def purge(play: Play) -> None:
    """What the law says must go goes."""
    agency = play.some_agency()
    world = play.world(agency)
    done = purge_records(world, agency)
    _is_gone(play, agency, [mark_of(agency, reference.removeprefix("R-")) for reference, _ in done.removed])


def _is_gone(play: Play, agency: str, marks: list[str]) -> None:
    """Somebody was told that these are gone: so they are, from this moment on."""
    play.seen.gone += [(agency, mark) for mark in marks]
    node = play.node(agency)
    play.seen.findings += check_removed(Log(node.id, node.folder), play.seen)


def act_on(play: Play) -> None:
    """A custodian seals, expunges, disputes, holds or lets go a record that came in."""
    agency = play.some_agency()
    world = play.world(agency)
    there = [name for owner, name in play.seen.loaded if owner == agency and world.records.get(agency, name)]
    if not there:
        return
    record = world.records.get(agency, play.rng.choice(there))
    assert record is not None, "it was there a moment ago"
    act = play.rng.choice(RECORD_ACTS)
    wanted = RecordAct(record_id=record.id, act=act, reason="as a court has ordered")
    done = act_on_record(world, member_of(agency, "custodian"), wanted)
    if act in ("seal", "expunge"):
        play.seen.withdrawn.append((agency, record.reference))
    if act == "expunge" and not done.kept_by_hold:
        play.seen.gone.append((agency, mark_of(agency, record.reference.removeprefix("R-"))))


def bring(play: Play) -> None:
    """A node brings what is due to others, and puts open questions again."""
    world = play.world(play.some_agency())
    push_deliveries(world)
    run_feeds(world)
    ask_open_questions(world)


def feed(play: Play) -> None:
    """The one feed is brought, stopped, resumed and signed, begun anew; now and then its agreement is out of force."""
    node = play.node(FEED_OWNER)
    world = node.world
    keeper, head = member_of(FEED_OWNER, "custodian"), member_of(FEED_OWNER, "head")
    (fed,) = world.journal.feeds.sent_by(FEED_OWNER)
    name = fed.id
    if fed.state is FeedState.PROPOSED:
        sign_feed(world, head, name, FEED_WORDS)
        return
    if fed.state is FeedState.SUSPENDED:
        resume_feed(world, keeper, name, FEED_WORDS)
        return
    chance = play.rng.random()
    if chance < 0.1:
        suspend_feed(world, keeper, name, FEED_WORDS)
    elif chance < 0.2:
        replay_feed(world, keeper, name, FEED_WORDS)
    elif chance < 0.25:
        suspend_agreement(node.world, node.folder, FEED_NAME, FEED_OWNER, "a quarrel")
    else:
        run_feeds(world)


def confirm(play: Play) -> None:
    """A custodian confirms what another agency has recalled."""
    agency = play.some_agency()
    world = play.world(agency)
    waiting = [
        one
        for one in world.journal.deliveries(agency)
        if one.incoming and isinstance(one.due, Recall) and one.confirmed_ms is None
    ]
    if waiting:
        confirm_recall(world, member_of(agency, "custodian"), play.rng.choice(waiting).id, "shredded and noted")


def suspend(play: Play) -> None:
    """A party takes an agreement out of force at its own node."""
    one, other = play.rng.sample(play.honest, 2)
    node = play.node(one)
    name = play.rng.choice((agreement_name, standing_name))(one, other)
    suspend_agreement(node.world, node.folder, name, one, "a quarrel")


def quarrel(play: Play) -> None:
    """An owner takes an agreement out of force, and who was told something under it asks for it again at once."""
    told = [
        one.asked
        for one in play.seen.left
        if one.asked and one.to in {node_of(agency) for agency in play.honest} and b'"item_id"' in one.raw
    ]
    if not told:
        return
    raw = play.rng.choice(told)
    query = question_of(raw).query
    node = play.node(query.owner)
    named = standing_name if query.message is MessageKind.STANDING_QUESTION else agreement_name
    name = named(query.owner, query.asker)
    suspend_agreement(node.world, node.folder, name, query.owner, "a quarrel")
    send_again(play, raw)


def activate(play: Play) -> None:
    """A party switches an agreement on, through the office's own door."""
    one, other = play.rng.sample(play.honest, 2)
    node = play.node(one)
    name = play.rng.choice((agreement_name, standing_name))(one, other)
    text = next(text for text in signed_law(one) if text.name == name)
    offered = OfferedText(
        kind=LawKind.AGREEMENT,
        file=f"{name}.agr",
        name=name,
        text=text.text,
        hash=text.hash,
        signatures=text.signatures,
        signed_elsewhere=True,
    )
    activate_agreement(node.world, node.folder, offered)


def change_law(play: Play) -> None:
    """Several texts are switched on together, past each crash point of a change of law."""
    agency = play.some_agency()
    node = play.node(agency)
    texts = tuple(text for text in signed_law(agency) if play.rng.random() < 0.5)
    activate_texts(node.world, node.folder / "law", agency, texts, node.fault)


def do_duty(play: Play) -> None:
    """A custodian says that a duty is done."""
    agency = play.some_agency()
    world = play.world(agency)
    open_duties = [duty for duty in world.journal.duties(agency) if not is_done(duty)]
    if not open_duties:
        return
    duty = play.rng.choice(open_duties)
    finish_duty(world, member_of(agency, "custodian"), duty.id, "written into the case file")
    play.seen.duties_done.append((agency, duty.id))


def rebuild(play: Play) -> None:
    """An administrator makes what people are found by anew."""
    agency = play.some_agency()
    play.world(agency).records.rebuild_index(agency, lambda _: None)


def desert(play: Play) -> None:
    """The witness is away from a node from now on, or comes back to all it was away from."""
    warden = play.warden
    if warden is None:
        return
    if warden.away:
        play.seen.counts["witness back"] += 1
        warden.away.clear()
    else:
        play.seen.counts["witness away"] += 1
        warden.away.update(node_of(agency) for agency in play.honest if play.rng.random() < 0.7)


def stray(play: Play) -> None:
    """Bytes of nobody arrive at a node."""
    node = play.node(play.some_agency())
    try:
        play.network.carry("nobody", node.id, play.rng.randbytes(play.rng.randrange(400)))
    except ComityError:
        return


VERBS = (
    Verb("ask", 30, ask),
    Verb("stand", 9, stand, AROUND_ENTRY),
    Verb("look", 10, look, AROUND_ENTRY),
    Verb("stop", 2, stop, AROUND_ENTRY),
    Verb("retry", 12, retry),
    Verb("fetch", 12, fetch),
    Verb("load", 6, load, AROUND_ENTRY),
    Verb("correct", 5, correct, SEGMENT_CRASH_POINTS),
    Verb("purge", 5, purge, SEGMENT_CRASH_POINTS),
    Verb("suspend", 5, suspend, AROUND_ENTRY),
    Verb("quarrel", 4, quarrel),
    Verb("activate", 6, activate),
    Verb("change-law", 5, change_law, LAW_CRASH_POINTS),
    Verb("duty", 6, do_duty),
    Verb("rebuild", 2, rebuild, SEGMENT_CRASH_POINTS),
    Verb("stray", 2, stray),
    Verb("desert", 6, desert),
    Verb("act-on", 12, act_on, SEGMENT_CRASH_POINTS),
    Verb("bring", 14, bring, AROUND_ENTRY),
    Verb("feed", 12, feed, AROUND_ENTRY),
    Verb("confirm", 5, confirm, AROUND_ENTRY),
    Verb("attack", 15, attack),
    Verb("transmit", 14, transmit, AROUND_ENTRY),
    Verb("suspend-abroad", 4, suspend_abroad, AROUND_ENTRY),
    Verb("resume-abroad", 4, resume_abroad, AROUND_ENTRY),
    Verb("correct-abroad", 4, correct_abroad, AROUND_ENTRY),
    Verb("sign-abroad", 4, sign_abroad, AROUND_ENTRY),
    Verb("change-listed", 16, change_listed, DIRECTORY_CRASH_POINTS),
    Verb("adopt-brought", 8, adopt_brought, DIRECTORY_CRASH_POINTS),
    Verb("tell", 16, tell, (*DIRECTORY_CRASH_POINTS, *PART_CRASH_POINTS)),
    Verb("mislead", 6, mislead),
)
