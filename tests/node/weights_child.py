"""A process that puts a version of the weights in force and dies at a named point; run by test_node_weights.py.

Arguments: node folder, owner, version, crash point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from comity.node.change_weights import use_weights
from comity.node.open_world import open_world


def main() -> None:
    folder, owner, version, point = sys.argv[1:5]

    def fault(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_world(Path(folder)) as world:
        use_weights(world, Path(folder), owner, version, fault)


if __name__ == "__main__":
    main()
