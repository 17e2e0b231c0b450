"""A fault nobody foresaw, in one line: what kind and where, never the values it was met with."""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import extract_tb


def tell_fault(error: BaseException) -> str:
    """Kind and place of a fault. Its message is left out: it may hold a particular of a person."""
    frames = extract_tb(error.__traceback__)
    own = [frame for frame in frames if "comity" in Path(frame.filename).parts] or list(frames)
    place = f" at {Path(own[-1].filename).name}:{own[-1].lineno}" if own else ""
    return f"unexpected {type(error).__name__}{place}"


def tell_administrator(sentence: str) -> None:
    """One line among the node's messages, without a particular; whoever asked is not told."""
    print(f"comity: {sentence}", file=sys.stderr, flush=True)
