"""The benches are scripts beside the package: their folder goes on the path for the tests of their promises."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "bench"))


@pytest.fixture
def missing() -> Callable[[str, str], NoReturn]:
    """What to do about a peer that is not installed: say so; where all are wanted (`COMITY_PEERS=all`) in CI, fail."""

    def tell(peer: str, reason: str) -> NoReturn:
        told = f"the peer {peer} is NOT MEASURED here: {reason}"
        if os.environ.get("COMITY_PEERS") == "all" and os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)

    return tell
