"""How long tests run that could run for ever: `COMITY_LONG=3` in `.ci/run`, three times the turns of `make test`."""

from __future__ import annotations

import os

LONG = int(os.environ.get("COMITY_LONG", "1"))
