"""Calling the command line as a person would, in this process, and copies of nodes to break."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from comity.cli.main import run
from comity.demo.build import BuiltRegion
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from store_engines import server

QUESTION = (
    "--family",
    "Cahoon",
    "--given",
    "Thomas",
    "--born",
    "1987-04-19",
    "--class",
    "case",
    "--class",
    "booking",
)
REASON = ("--purpose", "criminal-investigation", "--case", "26-01417")


@dataclass(frozen=True)
class Called:
    """What one command line did: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def call(*words: str | Path) -> Called:
    """Carry out one command line; a traceback fails the test by itself, since nothing catches it."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run([str(word) for word in words])
    return Called(status, out.getvalue(), err.getvalue())


def refused(*words: str | Path, status: int = 2) -> str:
    """Carry out a command line that must be refused in one sentence; the sentence, without the program's name."""
    called = call(*words)
    assert called.status == status, (called.status, called.out, called.err)
    assert "Traceback" not in called.err
    assert called.out == ""
    sentence = called.err.strip()
    assert sentence
    return sentence


def set_database(folder: Path, address: str) -> None:
    """Let a node's settings name a database."""
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), database=address))


@dataclass(frozen=True)
class Stage:
    """The region and shorthands for its nodes."""

    region: BuiltRegion

    def node(self, name: str) -> Path:
        return dict(self.region.nodes)[name]

    def copy(self, name: str, to: Path) -> Path:
        """A node of one's own, to break."""
        folder = Path(shutil.copytree(self.node(name), to / name))
        address = read_settings(folder).database
        if address:
            set_database(folder, server().clone(address))
        return folder

    def ask(self, *more: str) -> Called:
        """The detective's question at the own node; the other nodes are not running."""
        return self.ask_at(self.node("wa-node"), *more)

    def ask_at(self, node: Path, *more: str) -> Called:
        """The same at a node of one's own, where nobody else's questions count."""
        return call("ask", "--node", node, "--as", "wa-police-detective", *REASON, *QUESTION, *more)
