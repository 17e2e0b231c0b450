"""The API against its own description, by schemathesis: every verb, bodies of the schema and bodies that are not.

What it holds: no fault of ours, statuses and bodies as described, what is not of the schema refused, what is of it never
refused as not of it, nothing without a token. `422` says that a body is of the schema and cannot be all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from desk_stage import Desk, desk_of
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from web_stage import bearer_of

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.app import Pages
from long_runs import longer

EXAMPLES = 15
