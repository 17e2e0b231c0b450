"""The benches are scripts beside the package: their folder goes on the path for the tests of their promises."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench"))
