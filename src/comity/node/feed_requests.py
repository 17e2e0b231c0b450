"""What may be asked of the node about feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from comity.exchange.feed.feeds import (
    close_feed,
    list_feeds,
    open_feed,
    replay_feed,
    resume_feed,
    show_feed,
    sign_feed,
    suspend_feed,
)
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.feed import FeedShown, FeedTerms
from comity.ports import World
from comity.settings import get_member


class FeedAct(StrEnum):
    """What is done about a feed that is there."""

    SIGN = "sign"
    SUSPEND = "suspend"
    RESUME = "resume"
    REPLAY = "replay"
    CLOSE = "close"


class OpenFeed(Noun, frozen=True, kw_only=True, tag="open-feed"):
    """Open a feed, as its first signer."""

    member: str
    terms: FeedTerms
    reason: str


class ActOnFeed(Noun, frozen=True, kw_only=True, tag="act-on-feed"):
    """Sign, suspend, resume, replay or close a feed."""

    member: str
    feed: str
    act: FeedAct
    reason: str


class ListFeeds(Noun, frozen=True, kw_only=True, tag="list-feeds"):
    """List the feeds that the member's agency sends and is sent."""

    member: str


class ShowFeed(Noun, frozen=True, kw_only=True, tag="show-feed"):
    """Show one of them."""

    member: str
    feed: str


FeedRequest = OpenFeed | ActOnFeed | ListFeeds | ShowFeed
FeedResult = FeedShown | tuple[FeedShown, ...]

ACTS: Mapping[FeedAct, Callable[[World, Member, str, str], FeedShown]] = MappingProxyType(
    {
        FeedAct.SIGN: sign_feed,
        FeedAct.SUSPEND: suspend_feed,
        FeedAct.RESUME: resume_feed,
        FeedAct.REPLAY: replay_feed,
        FeedAct.CLOSE: close_feed,
    }
)


def run_feed_request(world: World, members: tuple[Member, ...], request: FeedRequest) -> FeedResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case OpenFeed(terms=terms, reason=reason):
            return open_feed(world, member, terms, reason)
        case ActOnFeed(feed=feed, act=act, reason=reason):
            return ACTS[act](world, member, feed, reason)
        case ListFeeds():
            return list_feeds(world, member)
        case ShowFeed(feed=feed):
            return show_feed(world, member, feed)
