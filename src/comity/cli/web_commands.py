"""`comity web serve`: the pages of a node."""

from __future__ import annotations

from pathlib import Path

import click

from comity.node.init import LOOPBACK
from comity.web.serve import serve_web
from comity.web.settings import WebSettings, read_web_settings

PORT = 8480


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
