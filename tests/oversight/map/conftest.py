"""Shared stages of reach, for the tests of the map."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / "reach")]
