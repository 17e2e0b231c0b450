"""A question put to the owners that copies lead to. The copy chooses whom to ask; what is shown is what they answer now.

1 which copies     of feeds to the asking agency for this very purpose and beneficiary; of all of them for a question that
                   stops here, since where copies lead tells of the person
2 whom they lead to: owners of copies whose own values would have found the person asked about
3 ask_query        the normal question, logged like any other, decided anew by each owner
4 marks            which copy led there, as of when

Where no copy leads to anybody, every owner of such a feed is asked: so that nothing is learned from a copy but by a question
that its owner decides and both logs hold. Of an owner who is not reached nothing is shown but how old the copy is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query, is_kept_back
from comity.exchange.asking.asker import check_asking
from comity.exchange.asking.put import Progress
from comity.exchange.feed.feed_taken import is_usable
from comity.exchange.feed.feeds import lag_of
from comity.match.compare import Scale, prepare
from comity.match.finding import Finder, can_find
from comity.match.traits import read_traits
from comity.model.agency import Member
from comity.model.feed import Copy, CopyMark, FeedContent, TakenFeed
from comity.model.outcome import AskedByCopies, AskRequest
from comity.ports import World

PAGE = 500  # copies read at once
MOST_SEARCHED = 20_000  # copies of one feed: about a second; the owner of a larger one is asked in any case


def ask_by_copies(
    world: World, request: AskRequest, member: Member, progress: Progress = lambda _: None
) -> AskedByCopies:
    """Ask whom copies lead to. Raises WrongUseError where no feed is for this purpose and beneficiary."""
    feeds = tuple(_for_this(world, request))  # 1
    if not feeds:
        raise WrongUseError(
            f"no feed brings `{request.asker}` copies of these classes for {request.purpose} and "
            f"`{request.beneficiary}`; ask without --copies"
        )
    everybody = tuple(dict.fromkeys(feed.owner for feed in feeds))
    if is_kept_back(world, check_asking(world, request, member, world.clock.now_ms())):
        return AskedByCopies(
            outcome=ask_query(world, replace(request, sources=everybody), member, progress), marks=()
        )
    owners = dict.fromkeys(feed.owner for feed in feeds if _leads(world, request, feed))  # 2
    chosen = tuple(owners) or everybody
    outcome = ask_query(world, replace(request, sources=chosen), member, progress)  # 3
    marks = tuple(_mark(feed, outcome.asked_ms) for feed in feeds if feed.owner in chosen)  # 4
    return AskedByCopies(outcome=outcome, marks=marks)


def _for_this(world: World, request: AskRequest) -> Iterator[TakenFeed]:
    for feed in world.journal.feeds.taken_by(request.asker):
        terms = feed.terms
        same = (terms.purpose, terms.beneficiary) == (request.purpose, request.beneficiary)
        named = not request.sources or feed.owner in request.sources
        if same and named and is_usable(feed) and set(terms.data_classes) & set(request.data_classes):
            yield feed


def _leads(world: World, request: AskRequest, feed: TakenFeed) -> bool:
    """Whether a copy's values alone would have found the person; also where there are too many to look."""
    searched = tuple(islice(_copies(world, request.asker, feed), MOST_SEARCHED + 1))
    if len(searched) > MOST_SEARCHED:
        return True
    asked = frozenset(request.data_classes)
    found = [copy.content for copy in searched if copy.content.data_class in asked]
    question = prepare(request.subject, frozenset(one.field for content in found for one in content.fields))
    if not can_find(question):
        return True
    finder = Finder(question, Scale(world.weights.of(request.asker)))
    return any(finder.finds(read_traits(_values(content), finder.fields)) for content in found)


def _copies(world: World, recipient: str, feed: TakenFeed) -> Iterator[Copy]:
    after = ""
    while page := world.journal.feeds.copies(recipient, feed.id, after, PAGE):  # ends: pages go on
        yield from page
        after = page[-1].item_id


def _values(content: FeedContent) -> dict[str, tuple[str, ...]]:
    return {one.field: one.values for one in content.fields}


def _mark(feed: TakenFeed, now_ms: int) -> CopyMark:
    return CopyMark(owner=feed.owner, feed=feed.id, as_of_ms=feed.as_of_ms, lag_ms=lag_of(feed.as_of_ms, now_ms))
