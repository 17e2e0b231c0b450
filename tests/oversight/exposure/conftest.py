"""Shared stages of reach and law, for the tests of the exposure statement."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / "reach"), str(Path(__file__).parents[2] / "law")]
