"""The API against its own description, by schemathesis, over a served node and served pages.

It holds: no fault of ours, statuses and bodies as described, what is not of the schema refused, what is of it never refused as
not of it, nothing without a token, every other method refused.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from served_pages import served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE, read_members
from comity.web.routes import Who
from long_runs import LONG

CONFIGURED = Path(__file__).with_name("schemathesis.toml")
ASKER = "-detective"
EXAMPLES = 3  # of each verb
# `make test` has drawn bodies alone; the longer run has the boundary values of every schema too, sixty cases a verb.
PHASES = "fuzzing" if LONG == 1 else "coverage,fuzzing"


def give_every_role(node: Path) -> None:
    """To its detective, so that one token asks every verb."""
    roles = tuple(one.value for one in Who if one not in (Who.ANYONE, Who.SIGNED_IN))
    found = read_members(node)
    everything = tuple(replace(one, roles=roles) if one.id.endswith(ASKER) else one for one in found)
    (node / MEMBERS_FILE).write_bytes(canonical_bytes(everything))


@pytest.fixture(scope="module")
def node(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A served node whose detective may ask everything."""
    place = tmp_path_factory.mktemp("fuzzed")
    with served_node(region[1], "wa-node", place, before=give_every_role) as served:
        yield served


def make_token(site: str) -> str:
    """A token, as a member makes it on the page."""
    with httpx.Client(base_url=site) as browser:
        browser.post("/sign-in/demonstration", data={"post": "detective"})
        value = re.search(r'name="form" value="([^"]+)"', browser.get("/").text)
        assert value is not None
        page = browser.post("/api-token", data={"form": value.group(1)}).text
        return page.partition('<code class="token">')[2].partition("</code>")[0]


def test_the_api_is_as_it_describes_itself(node: Path, tmp_path: Path) -> None:
    """schemathesis finds nothing."""
    with served_pages(node) as site:
        words = [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURED), "run"),
            f"{site}/api/openapi.json",
            *("--header", f"Authorization: Bearer {make_token(site)}"),
            *(
                "--checks",
                "all",
                "--max-examples",
                str(EXAMPLES * LONG),
                "--continue-on-failure",
                "--phases",
                PHASES,
            ),
        ]
        done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
        tested = re.search(r"Tested: (\d+)", done.stdout)
        assert tested is not None
        assert int(tested.group(1)) == len(httpx.get(f"{site}/api/openapi.json").json()["paths"])
