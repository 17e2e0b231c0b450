"""What the examples of `comity feed` name: an agreement in force that opens a feed, and a feed as each example needs it."""

from __future__ import annotations

from pathlib import Path

from cli_stage import Called, call

from altered_agreements import feed_law

OWNER_NODE, RECIPIENT_NODE = "region/ca-node", "region/wa-node"
OPEN = (
    *("--agreement", "ACSO-CCPD-FEED-2026", "--to", "wa-police", "--purpose", "criminal-investigation"),
    *("--case", "26-01417", "--class", "booking", "--class", "case", "--every", "continuous"),
)
WHY = ("--reason", "asked for by the joint unit")


def put_in_force(owner: str | Path = OWNER_NODE, recipient: str | Path = RECIPIENT_NODE) -> None:
    """The agreement that opens a feed, signed by both parties and switched on at both nodes."""
    path = Path(owner).parent / "feed.agr"
    path.write_text(feed_law())
    for folder, agency in ((owner, "ca-sheriff"), (recipient, "wa-police")):
        for role in ("agency-head", "counsel"):
            signing = ("agreement", "sign", "--node", folder, "--as", agency, "--role", role, path)
            assert call(*signing).status == 0
    for folder in (owner, recipient):
        switched = call("agreement", "activate", "--node", folder, path)
        assert switched.status == 0, switched.out + switched.err


def acted(act: str, post: str, *words: str, node: str | Path = OWNER_NODE) -> Called:
    """One act on a feed by a member of its owner."""
    done = call("feed", act, "--node", node, "--as", f"ca-sheriff-{post}", *WHY, *words, "--json")
    assert done.status == 0, done.err
    return done


def opened(*, signed: bool = True, node: str | Path = OWNER_NODE) -> str:
    """A feed that its custodian opened, and the sheriff signed where asked; its id."""
    feed = str(acted("open", "custodian", *OPEN, node=node).json["id"])
    if signed:
        acted("sign", "sheriff", feed, node=node)
    return feed


def fill_in_feed(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with the feed it names; any other as it is."""
    if words[0] != "feed" or words[1] == "list":
        return example
    put_in_force()
    if words[1] == "open":
        return example
    feed = opened(signed=words[1] != "sign")
    if words[1] == "resume":
        acted("suspend", "sergeant", feed)
    return [feed if word == "FEED" else word for word in example]
