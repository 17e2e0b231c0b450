"""A process that adopts a version of the directory and dies at a named point; run by test_node_directory.py.

Arguments: node folder, file of the signed version, crash point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from comity.model.directory import SignedDirectory
from comity.node.directory import adopt_directory
from comity.node.open_world import open_world
from comity.settings import read_noun


def main() -> None:
    folder, file, point = sys.argv[1:4]

    def fault(name: str) -> None:
        if name == point:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_world(Path(folder)) as world:
        adopt_directory(world, Path(folder), read_noun(Path(file), SignedDirectory), fault)


if __name__ == "__main__":
    main()
