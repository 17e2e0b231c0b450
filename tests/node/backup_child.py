"""A process that copies a node and dies at a named point; run by test_node_backup.py.

Arguments: node folder, folder of the copy, crash point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from comity.node.backup import make_backup
from comity.node.open_world import open_world


def main() -> None:
    folder, to, point = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]

    def fault(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_world(folder) as world:
        make_backup(world, folder, to, fault)


if __name__ == "__main__":
    main()
