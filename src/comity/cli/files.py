"""Files a person names on the command line, read whole and bounded; and JSON for programs that read us."""

from __future__ import annotations

import json
from pathlib import Path

import click

from comity.errors import WrongUseError

LONGEST_KEY = (
    100_000  # bytes of a file of verifier keys: two hundred lines, a log's name being 200 characters at most
)

KEY_MARKS = 2  # plus signs between a verifier key's name, id and key; its base64 may hold more


def read_bytes(path: Path, most: int) -> bytes:
    """A file's bytes, at most `most`. Raises WrongUseError with the remedy; pipes and devices are bounded too."""
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        why = (error.strerror or "trouble").lower()
        raise WrongUseError(
            f"`{path}` cannot be read ({why}); name a file that is there and may be read"
        ) from error
    if len(raw) > most:
        raise WrongUseError(f"`{path}` is larger than {most} bytes; name the right file, or split it")
    return raw


def read_text(path: Path, most: int) -> str:
    """A text file. Raises WrongUseError naming file, line and remedy when it is not UTF-8."""
    raw = read_bytes(path, most)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise WrongUseError(f"`{path}` is not UTF-8 text in line {line}; save it as UTF-8") from error


def read_key(text: str) -> str:
    """A verifier key as it is written, or as it stands in the file of that name."""
    return read_keys(text)[0]


def read_keys(text: str) -> tuple[str, ...]:
    """A verifier key as it is written, or those in the file of that name, the current one first."""
    path = Path(text)
    if not path.is_file():
        return (text,)
    keys = tuple(read_text(path, LONGEST_KEY).split())
    if not keys or keys[0].count("+") < KEY_MARKS:  # former keys of other kinds may stand below it
        raise WrongUseError(f"`{path}` is not a file of verifier keys; name the log's `log.vkey`")
    return keys


def check_new(path: Path) -> None:
    """Raises WrongUseError where a file is there already: before the work, not after it."""
    if path.exists():
        raise WrongUseError(f"`{path}` is there already; name a new file")


def write_new(path: Path, text: str) -> None:
    """A new text file. Raises WrongUseError where one is there already, or none can be written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WrongUseError(f"`{path}` is there already; name a new file") from error
    except OSError as error:
        raise WrongUseError(f"`{path}` cannot be written; name a file in a folder that may be written") from error


def print_json(value: object) -> None:
    """One JSON value on standard output."""
    click.echo(json.dumps(value, indent=2))
