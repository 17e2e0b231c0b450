"""How long tests run that could run for ever: `COMITY_LONG=5` in `.ci/run`, five times the turns of `make test`."""

from __future__ import annotations

import os

LONG = int(os.environ.get("COMITY_LONG", "1"))
