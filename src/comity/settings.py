"""What a node is told on disk: its settings and the files it trusts, read strictly."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

import msgspec

from comity.errors import NounError, SettingsError, WrongUseError
from comity.model.agency import Directory, Member
from comity.model.base import Noun, check_agency_id
from comity.model.canon import decoder_of, digest
from comity.model.faults import fault, system_says
from comity.model.roster import RosterLine

T = TypeVar("T")
MAILBOX = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
LONGEST_MAILBOX = 254  # characters (RFC 5321, 4.5.3.1)

SETTINGS_FILE = "node.json"
DIRECTORY_FILE = "directory.json"
MEMBERS_FILE = "members.json"
ROSTER_FILE = "roster.json"
LONGEST_ADDRESS = 1_000  # characters; with every option of libpq some hundreds
REQUESTS_PER_SECOND = 200  # of one node: ten thousand members who each ask once in fifty seconds
MOST_REQUESTS_PER_SECOND = (
    2_000  # more than one node answers; what is signed and fresh must stay remembered at this pace
)
NEVER_PRUNED = 100_000  # days: the most the vocabulary knows, and what a node keeps that was told nothing else
LEAST_LOG_DAYS = 31  # a whole month lies between: nothing of a month that is pruned is still on its way
LARGEST_NOUN = 50_000_000  # bytes; a directory of every agency of a country is a tenth of it


class MailPartner(Noun, frozen=True, kw_only=True):
    """Where a foreign partner reads e-mail, and the file of its mail certificate, in the node's folder."""

    address: str
    certificate: str

    def __post_init__(self) -> None:
        check_mailbox(self.address)


class MailSettings(Noun, frozen=True, kw_only=True):
    """How a node sends e-mail: by a server with STARTTLS, signed with its own certificate. Files lie in the node's folder.

    `authorities` are the certificates that the server's must be issued under. The password of `user` is in a file of its own
    that only the node's account may read; without a user nobody logs on.
    """

    host: str
    port: int
    sender: str
    key: str
    certificate: str
    authorities: str
    partners: dict[str, MailPartner]
    user: str = ""
    password_file: str = ""

    def __post_init__(self) -> None:
        check_port(self.port)
        check_mailbox(self.sender)
        for partner in self.partners:
            check_agency_id(partner)
        if not (self.host and self.key and self.certificate and self.authorities):
            raise NounError("mail needs a host, a key, a certificate and authorities; name each of them")
        if bool(self.user) != bool(self.password_file):
            raise NounError(
                "whoever logs on to the mail server has a user and a password file; name both or neither"
            )


class NodeSettings(Noun, frozen=True, kw_only=True):
    """A node's settings. `directory_hash` pins the directory it was told to trust; `agencies` are those it holds.

    `invented` says that all its people are invented: a demonstration. `attested` is what its administrator attests of
    the place it stands in and only a person can know, by the vocabulary's names: `multi-factor` to `yes`.
    `database` is the address of a PostgreSQL database; empty where the node keeps its rows in its own folder.
    `entries_served` gives whoever may use the public door the log's entries too; its tiles and checkpoint are there anyway.
    `tls` says that other nodes reach it by HTTPS with client certificates, without which it serves this machine alone;
    `trusted_ca` names a file of certificates that every other node's must then be issued under as well. `metrics_port`
    is a port of this machine for health and metrics, 0 for the local socket alone; `requests_per_second` what one other
    node may ask. `log_days` is how long the log's content is kept at least before `comity ledger prune` may forget it;
    each owner's law decides on it at `configure`. `stamp_authority` is the address of a time-stamping authority (RFC 3161)
    that a served node asks by the hour, `stamp_roots` the PEM file of the certificates it is believed by, which may be named
    relative to the folder. `mail` is how
    e-mail goes to foreign partners, None where none does. `adopts_brought` says that a version of the directory which another
    node brings is adopted as it comes; else it waits for the administrator, and only whom it suspends is cut off at once.
    """

    id: str
    host: str
    port: int
    agencies: tuple[str, ...]
    directory_hash: str
    invented: bool = False
    attested: dict[str, str] = msgspec.field(default_factory=dict)
    database: str = ""
    entries_served: bool = False
    tls: bool = False
    trusted_ca: str = ""
    metrics_port: int = 0
    requests_per_second: int = REQUESTS_PER_SECOND
    log_days: int = NEVER_PRUNED
    mail: MailSettings | None = None
    stamp_authority: str = ""
    stamp_roots: str = ""
    adopts_brought: bool = False

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_host(self.host, tls=self.tls)
        check_port(self.port)
        if self.metrics_port:
            check_port(self.metrics_port)
        if not 1 <= self.requests_per_second <= MOST_REQUESTS_PER_SECOND:
            raise NounError(
                f"`{self.requests_per_second}` is not a request limit; write a number from 1 to "
                f"{MOST_REQUESTS_PER_SECOND}"
            )
        if not LEAST_LOG_DAYS <= self.log_days <= NEVER_PRUNED:
            raise NounError(
                f"`{self.log_days}` is no time to keep a log's content; write days from {LEAST_LOG_DAYS} to {NEVER_PRUNED}"
            )
        if bool(self.stamp_authority) != bool(self.stamp_roots):
            raise NounError(
                "a stamping authority goes with its root certificates; set `stamp_authority` and `stamp_roots`"
            )
        check_database(self.database)


def check_port(port: int) -> int:
    """A port to serve on. Raises NounError for a number that is none."""
    if not 0 < port < 65_536:
        raise NounError(f"`{port}` is not a port; write a number from 1 to 65535")
    return port


def check_mailbox(address: str) -> str:
    """A plain address of a mailbox. Raises NounError for anything a header could be broken with."""
    if len(address) > LONGEST_MAILBOX or not MAILBOX.fullmatch(address):
        raise NounError(f"`{address[:80]}` is not a mail address; write `NAME@HOST`")
    return address


def check_database(address: str) -> str:
    """The address of a PostgreSQL database as libpq reads it, or nothing. Raises NounError, also for one with a password."""
    if not address:
        return address
    try:
        parts = urlsplit(address)
        secret = parts.password is not None or any("password" in name for name, _ in parse_qsl(parts.query))
    except ValueError:
        parts, secret = urlsplit(""), False
    if secret:  # never repeated here: the sentence may be kept where others read it
        raise NounError(
            "the database's address has a password in it; leave it out and write it into a password file of the node's "
            "own account, `~/.pgpass` or one named by `?passfile=FILE`"
        )
    if parts.scheme not in ("postgresql", "postgres") or len(address) > LONGEST_ADDRESS:
        raise NounError(
            f"`{address[:80]}` is not the address of a PostgreSQL database; write `postgresql://ROLE@HOST/DATABASE`"
        )
    return address


def check_host(host: str, *, tls: bool = False) -> str:
    """An address to serve at: any of this machine's where TLS is on, else one that only this machine reaches.

    A number, never a name: no name server decides where a node listens. Raises NounError.
    """
    try:
        here = ip_address(host)
    except ValueError:
        here = None
    if tls and here is None:
        raise NounError(f"`{host[:80]}` is not an IP address to serve at; write one of this machine's own")
    if here is None or not (tls or here.is_loopback):
        raise NounError(
            f"`{host[:80]}` is not an address of this machine alone; write `127.0.0.1`, or serve others with TLS"
        )
    return host


def check_address(address: str, *, tls: bool = False) -> str:
    """The address other nodes use, or nothing where host and port are it. Raises NounError for one they could not."""
    scheme = "https" if tls else "http"
    try:
        parts = urlsplit(address)
        whole = (
            bool(parts.hostname) and parts.port is not None and not (parts.path or parts.query or parts.username)
        )
    except ValueError:
        parts, whole = urlsplit(""), False
    if address and (not whole or parts.scheme != scheme or len(address) > LONGEST_ADDRESS):
        raise NounError(f"`{address[:80]}` is not an address for other nodes; write `{scheme}://HOST:PORT`")
    return address


def read_settings(folder: Path) -> NodeSettings:
    """The node's settings. Raises SettingsError when the folder is no node or the file cannot be used."""
    path = folder / SETTINGS_FILE
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SettingsError(f"`{folder}` is not a node; make one with `comity node init`") from error
    except OSError as error:
        raise _unreadable(path, error) from error
    return read_noun(path, NodeSettings)


def read_directory(folder: Path, settings: NodeSettings) -> Directory:
    """The directory this node trusts. Raises SettingsError when the file is not the one it was told to trust."""
    path = folder / DIRECTORY_FILE
    directory = read_noun(path, Directory)
    if digest(directory) != settings.directory_hash:
        raise SettingsError(fault("directory.not-trusted", path=str(path)))
    return directory


def read_members(folder: Path) -> tuple[Member, ...]:
    """The members of the agencies this node holds who may act now.

    Raises SettingsError for a list or a roster that cannot be read: then nobody may.
    """
    suspended = {one.member for one in read_roster(folder) if one.suspended_ms is not None}
    return tuple(one for one in read_listed(folder) if one.id not in suspended)


def read_listed(folder: Path) -> tuple[Member, ...]:
    """Every member listed at this node, those who are suspended too. Raises SettingsError also for a list with statements."""
    listed = read_noun(folder / MEMBERS_FILE, tuple[Member, ...])
    if any(one.statements for one in listed):
        raise SettingsError(f"`{folder / MEMBERS_FILE}` has a statement, which is of one session; take it out")
    return listed


def read_roster(folder: Path) -> tuple[RosterLine, ...]:
    """What is kept of members beside their roles; empty at a node that keeps nothing yet."""
    path = folder / ROSTER_FILE
    return read_noun(path, tuple[RosterLine, ...]) if path.exists() else ()


def get_member(members: tuple[Member, ...], member_id: str) -> Member:
    """One member by id. Raises WrongUseError for somebody who is none here."""
    for member in members:
        if member.id == member_id:
            return member
    raise WrongUseError(f"`{member_id}` is not a member at this node; ask as one of its members")


def read_noun(path: Path, kind: type[T]) -> T:
    """Read one noun from a JSON file, unknown fields refused. Raises SettingsError naming file and fault."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_NOUN + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(raw) > LARGEST_NOUN:
        raise SettingsError(
            fault("file.name-right", because=fault("file.too-large", path=str(path), bytes=LARGEST_NOUN))
        )
    try:
        return decoder_of(kind).decode(raw)
    except RecursionError as error:
        raise SettingsError(fault("file.correct", because=fault("file.too-deep", path=str(path)))) from error
    except ValueError as error:  # what msgspec raises for bad JSON, wrong types and impossible nouns alike
        said = str(error)
        unusable = fault("file.unusable", path=str(path), cause=said[:1].lower() + said[1:])
        raise SettingsError(fault("file.correct", because=unusable)) from error


def _unreadable(path: Path, error: OSError) -> SettingsError:
    return SettingsError(
        fault("file.restore", because=fault("file.unreadable", path=str(path), why=system_says(error)))
    )


def write_noun(path: Path, value: object) -> None:
    """Write a noun as readable JSON, whole or not at all, and on the disk when this returns."""
    write_whole(path, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def write_whole(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put a file in its place, whole or not at all, and on the disk when this returns."""
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a file that was renamed keeps its name through a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
