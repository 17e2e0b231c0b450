"""What is told to whoever administers a node when a part of it stops or needs care: the English of each sentence, once.

An error and a line of health carry the text alone; `read_back` finds its code and facts by this table. `because` is a
sentence of the table itself; `why` what the operating system says, `cause` what a library says.
"""

from __future__ import annotations

from types import MappingProxyType

from comity.model.sentence import Fact, Sentence, english

LAW = "restore the folder `law` from a copy of the node"
DIRECTORIES = "restore the folder `directories` from a copy of the node"
WEIGHTS = "restore it from a copy, or go back with `comity match use --shipped`"
SYSTEM_SAYS = (
    "no such file or directory",
    "permission denied",
    "is a directory",
    "not a directory",
    "input/output error",
    "no space left on device",
    "too many open files",
    "trouble",
)

FAULTS = MappingProxyType(
    {
        "counted.held.one": "{n} entry",
        "counted.held.other": "{n} entries",
        "file.unreadable": "`{path}` cannot be read ({why})",
        "file.too-large": "`{path}` is larger than {bytes} bytes",
        "file.too-deep": "`{path}` is nested too deeply",
        "file.unusable": "`{path}` cannot be used: {cause}",
        "file.restore": "{because}; restore it",
        "file.name-right": "{because}; name the right file",
        "file.correct": "{because}; correct the file",
        "file.restore-law": "{because}; " + LAW,
        "clock.backwards": "the system clock ran backwards; set it right and restart the node",
        "key.unreadable": "the key `{key}` cannot be read ({why}); restore it from the key backup",
        "key.damaged": "the key `{key}` is damaged; restore it from the key backup",
        "key.not-listed": (
            "the key `{key}` is not the one the directory lists for `{node}`; restore it from the key backup"
        ),
        "key.month": "the commitment keys of {month} cannot be opened; restore that month's key",
        "key.wrapped": "a wrapped commitment key is damaged; restore the node directory from a copy",
        "store.not-written": (
            "the database could not be written: {cause}; check the disk or the server and restart the node"
        ),
        "store.own-fault": "the store's writer met a fault of its own; report it and restart the node",
        "store.closed": "the store is closed; open the node again",
        "directory.not-listed": "the directory does not list `{node}`; restore the node directory from a copy",
        "directory.not-trusted": (
            "`{path}` is not the directory this node was told to trust; restore it from a copy of the node"
        ),
        "directory.list-unreadable": "the list of adopted directories cannot be read: {because}",
        "directory.too-many": (
            "more than {versions} versions were adopted; pin the newest in node.json and begin a new list"
        ),
        "directory.gone": "versions that were adopted are gone; " + DIRECTORIES,
        "directory.lost": "an adopted directory was lost or changed: {because}; " + DIRECTORIES,
        "directory.other": "`{file}` is not the version that was adopted; " + DIRECTORIES,
        "directory.waits": (
            "another node brought version {version} of the directory; read it with `comity directory show`, then "
            "adopt it with `comity directory adopt --brought`"
        ),
        "directory.fork": (
            "a directory that contradicts the one in force was refused ({fork}); ask who offered it"
        ),
        "law.none": "`{owner}` has no law in force; activate its packs and agreements",
        "law.list-unreadable": "the list of `{owner}`'s law cannot be read: {because}",
        "law.too-many": "`{owner}` has more than {texts} texts in force; retire some",
        "law.text-lost": "a law text of `{owner}` was lost or changed: {because}",
        "law.text-other": "`{text}` is not the text that was activated; activate it again",
        "law.election-lost": "an election of `{owner}` was lost or changed: {because}",
        "law.election-other": "the election on `{conflict}` is not the one that was entered; sign it again",
        "law.not-kept": "`{file}` of `{owner}` was kept by no entry of the log; restore the folder `law`",
        "law.not-signed": "`{text}` is not signed by `{owner}`; have its counsel sign and activate it",
        "law.not-signed-by-head": "`{text}` is not signed by the head of `{owner}`; have it signed anew",
        "law.signer-unlisted": "`{text}` is signed by `{signer}`, which the directory does not list",
        "law.signature": "the signature of `{signer}` under `{text}` does not verify; have it signed again",
        "weights.unreadable": (
            "version `{version}` of the weights in force for `{owner}` cannot be read ({why}); " + WEIGHTS
        ),
        "weights.other": (
            "version `{version}` of the weights in force for `{owner}` is not the one that was put in force; "
            + WEIGHTS
        ),
        "setting.refused": (
            "the law of `{owner}` does not let the node stand as it is set up: {title} ({rule}, {citation}); {because}"
        ),
        "setting.change": "change the setting, or have counsel activate another rule",
        "setting.attest": "where it is so, attest {names} in `attested` of node.json",
        "setting.attested-otherwise": (
            "`{name}` is attested otherwise than the node knows it; take the attestation out"
        ),
        "witness.late": (
            "nothing leaves since {closed}: what was entered since {since} has no quorum `{quorum}` of witnesses; it "
            "goes on by itself once they cosign again, see `comity ledger witness show`"
        ),
        "witness.waits": (
            "entries wait for witnesses; look at `comity ledger witness show`, and reach them before nothing leaves"
        ),
        "witness.shows": (
            "nothing leaves: the witness `{witness}` shows that {because}; restore the newest copy of the node, and keep "
            "what is at `{url}` as evidence"
        ),
        "witness.older-copy": ("it holds {held_said} of this log, which has {size}: an older copy was restored"),
        "witness.forked": "it holds another log of {held_said} under this log's signature: the log was forked",
        "peer.unlisted": "`{node}` is not in the directory",
        "peer.unreached": "`{node}` could not be reached",
        "peer.late": "it did not answer in time",
        "peer.no-tls": (
            "`{node}` is listed at an address that is neither https nor of this machine alone; nothing is sent to it "
            "until it is listed with https"
        ),
        "peer.no-key": "the directory lists no TLS key of `{node}`; have it listed first",
        "peer.untrusted": "`{node}` could not be trusted: {because}",
        "tls.other-key": "it showed another key than the directory lists",
        "tls.not-yet": "its certificate is not valid yet",
        "tls.expired": "its certificate has expired",
        "tls.not-listed": "its certificate is not one the directory lists",
        "tls.other-node": "its certificate names another node",
        "tls.certificate": "its certificate does not stand up to the check",
        "tls.shown-none": "it showed no certificate",
        "tls.plain": "it spoke plain HTTP",
        "tls.other-speech": "it spoke something else than TLS 1.3",
        "tls.no-tls-13": "it does not speak TLS 1.3",
        "tls.broke-off": "it broke off",
        "tls.ours": "it did not accept this node's certificate ({cause})",
        "tls.handshake": "the handshake failed",
        "tls.unfinished": "it did not finish the handshake",
        "certificate.renew": "renew it with `comity node renew`, and have the directory list it",
        "certificate.ask": "ask that node to renew it",
        "feed.late": "its copy is older than an hour; look at `comity feed show`",
        "stamps.late": "no stamp of the log is of the last two days; look at `comity ledger stamp show`",
        "backups.none": "no copy of the node was ever made; make one with `comity node backup make`",
        "backups.late": "the newest copy of the node is older than two days; make one with `comity node backup make`",
        "members.reviews": "yearly reviews of access are owed for {owed}; the agency's administrator makes them",
        "members.checks": (
            "the check of {unchecked}, or what it found, is not recorded; the agency's administrator records it"
        ),
        "members.both": "{because}. {besides}",
        **{f"word.why.{one}": one for one in SYSTEM_SAYS},
    }
)


def fault(code: str, /, **facts: Fact) -> str:
    """One sentence of the table, as it is told and kept."""
    return english(FAULTS, Sentence(code=code, facts=facts))


def system_says(error: OSError) -> str:
    """What the operating system says of a file, in small letters."""
    return (error.strerror or "trouble").lower()
