"""A process that activates one pack and dies at a named point; run by test_node_law.py.

Arguments: node folder, owner, pack file, crash point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from comity.model.law_state import OfferedText
from comity.model.law_text import LawKind
from comity.node.activate import activate_law
from comity.node.open_world import open_world


def main() -> None:
    folder, owner, pack, point = sys.argv[1:5]

    def fault(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    offered = OfferedText(file=pack, kind=LawKind.PACK, text=Path(pack).read_text())
    with open_world(Path(folder)) as world:
        activate_law(world, Path(folder), owner, (offered,), (), fault)


if __name__ == "__main__":
    main()
