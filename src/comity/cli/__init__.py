"""The command line: parse, call one verb, print."""

from comity.cli.main import main

__all__ = ["main"]
