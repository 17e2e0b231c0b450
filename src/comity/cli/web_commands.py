"""`comity web serve`: the pages of a node."""

from __future__ import annotations

from pathlib import Path

import click
from cryptography.hazmat.primitives.hashes import SHA256
from msgspec.structs import replace

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json, read_bytes
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.model.session_act import SessionAct, SessionEntered, SessionTold
from comity.node.init import LOOPBACK
from comity.node.local import at_node
from comity.node.session_requests import EnterSession
from comity.web.clock import MachineClock
from comity.web.saml_settings import read_certificate
from comity.web.serve import serve_web
from comity.web.settings import WebSettings, read_web_settings
from comity.web.sign_in.access import Access, AccessStore
from comity.web.sign_in.lockout import unlocked
from comity.web.sign_in.saml.metadata import Described, read_metadata
from comity.web.sign_in.saml.strict_xml import LARGEST

PORT = 8480
BY_ADMINISTRATOR = "by-administrator"
administrator_options = (
    click.option("--as", "by", required=True, help="Administrator of the member's agency, or of the node."),
    click.option("--member", required=True, help="The member it is done to."),
)


@click.group()
def web() -> None:
    """The pages members and the public use."""


@web.command("serve")
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node, which serves."
)
@click.option(
    "--demonstration",
    is_flag=True,
    help="Sign in by a button, on this machine alone, at a node whose people are invented.",
)
@click.option("--port", default=PORT, show_default=True, help="With --demonstration: the port at 127.0.0.1.")
def serve(folder: Path, demonstration: bool, port: int) -> None:
    """Serve the pages of a running node, as web.json in its folder says, until Ctrl-C.

    \b
    Example:
      comity web serve --node region/wa-node --demonstration
    """
    if demonstration:
        address = f"http://{LOOPBACK}:{port}"
        settings = WebSettings(address=address, host=LOOPBACK, port=port, demonstration=True)
    else:
        settings = read_web_settings(folder)
    serve_web(folder, settings, lambda where: click.echo(f"The pages are at {where}  (Ctrl-C ends it)"))


@web.command("provider")
@click.argument("metadata", type=click.Path(path_type=Path))
@with_options(json_options)
def show_provider(metadata: Path, as_json: bool) -> None:
    """Read the metadata of an agency's own sign-in by SAML 2.0, and print what web.json needs of it.

    Nothing is changed, and nothing is believed: compare the fingerprints with the agency by another way first.

    \b
    Example:
      comity web provider idp-metadata.xml
    """
    found = read_metadata(read_bytes(metadata, LARGEST))
    keys = tuple(read_certificate(one) for one in found.certificates)
    prints = [key.fingerprint(SHA256()).hex(":") for key in keys]
    ends = [f"{key.not_valid_after_utc:%Y-%m-%d}" for key in keys]
    if as_json:
        print_json({**_settings(found), "fingerprints": prints, "until": ends})
        return
    for fingerprint, end in zip(prints, ends, strict=True):
        click.echo(f"certificate until {end}, SHA-256 {fingerprint}")
    click.echo(
        "into web.json under `saml_providers`, with `name`, `agencies` and `member_attribute` (docs/web.md):"
    )
    print_json(_settings(found))


def _settings(found: Described) -> dict[str, object]:
    return {"entity_id": found.entity_id, "sign_in_at": found.sign_in_at, "certificates": list(found.certificates)}


@web.command("access")
@with_options(node_options)
@with_options(json_options)
def show_access(folder: Path, as_json: bool) -> None:
    """List who has passkeys, failed tries or a lockout; whoever has none of them is not listed.

    \b
    Example:
      comity web access --node region/wa-node
    """
    kept = AccessStore(folder).every()
    if as_json:
        print_json([_value(one) for one in kept])
        return
    for one in kept:
        locked = f", locked out since {utc_text(one.locked_ms)}" if one.locked_ms else ""
        click.echo(f"{one.member}: passkeys {len(one.passkeys)}, failed tries {len(one.failed_ms)}{locked}")
    if not kept:
        click.echo("nobody has a passkey, a failed try or a lockout")


@web.command("unlock")
@with_options(node_options, administrator_options, json_options)
def unlock(folder: Path, by: str, member: str, as_json: bool) -> None:
    """End a member's lockout after five failed tries. It is entered in the log, with who did it.

    \b
    Example:
      comity web unlock --node region/wa-node --as wa-police-administrator --member wa-police-detective
    """
    access = AccessStore(folder)
    if not access.of(member).locked_ms:
        _show(access.of(member), as_json, f"{member} is not locked out")
        return
    _enter(folder, SessionTold(act=SessionAct.UNLOCKED, means=BY_ADMINISTRATOR, by=by), member)
    _show(access.change(member, unlocked), as_json, f"{member} can sign in again")


@web.command("end")
@with_options(node_options, administrator_options, json_options)
def end_sessions(folder: Path, by: str, member: str, as_json: bool) -> None:
    """End every session of a member; each is over with its next request. It is entered in the log, with who did it.

    \b
    Example:
      comity web end --node region/wa-node --as wa-police-administrator --member wa-police-detective
    """
    _enter(folder, SessionTold(act=SessionAct.SIGNED_OUT, means=BY_ADMINISTRATOR, by=by), member)
    now_ms = MachineClock().now_ms()
    done = AccessStore(folder).change(member, lambda one: replace(one, ended_ms=now_ms))
    _show(done, as_json, f"{member} is signed out everywhere")


@web.command("revoke")
@with_options(node_options, administrator_options, json_options)
def remove_passkeys(folder: Path, by: str, member: str, as_json: bool) -> None:
    """Remove every passkey of a member and end their sessions, as when a device is lost. It is entered in the log.

    \b
    Example:
      comity web revoke --node region/wa-node --as wa-police-administrator --member wa-police-detective
    """
    _enter(folder, SessionTold(act=SessionAct.PASSKEY_REMOVED, means=BY_ADMINISTRATOR, by=by), member)
    now_ms = MachineClock().now_ms()
    done = AccessStore(folder).change(
        member,
        lambda one: replace(one, passkeys=(), ended_ms=now_ms).told(added=False, at_ms=now_ms, by=by),
    )
    _show(done, as_json, f"{member} has no passkey any more and is signed out everywhere")


def _enter(folder: Path, told: SessionTold, member: str) -> None:
    """Have the node decide and enter it, before anything is changed; where this stops between, the command is run again."""
    with at_node(folder) as verbs:
        verbs(EnterSession(member=member, told=told), SessionEntered, lambda *_: None)


def _show(access: Access, as_json: bool, sentence: str) -> None:
    if as_json:
        print_json(_value(access))
    else:
        click.echo(sentence)


def _value(access: Access) -> dict[str, object]:
    return {
        "member": access.member,
        "passkeys": [one.name for one in access.passkeys],
        "failed": len(access.failed_ms),
        "locked_out": utc_text(access.locked_ms) if access.locked_ms else None,
    }
