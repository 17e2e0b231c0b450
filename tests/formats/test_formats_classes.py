"""The list of fields by class is that of the rule vocabulary."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from comity.formats.classes import PERSON_FIELDS, own_fields
from comity.model.codes import DataClass


def vocabulary() -> str:
    return (files("comity.law") / "comity.voc").read_text(encoding="utf-8")


def names(listed: str) -> tuple[str, ...]:
    return tuple(re.findall(r"([a-z0-9-]+) \(", listed))


def test_person_fields_are_the_shared_fields() -> None:
    """Every class carries the same fields about its person."""
    shared = re.search(r"^shared (.*?)\n\n", vocabulary(), re.DOTALL | re.MULTILINE)
    assert shared is not None
    assert names(shared[1]) == PERSON_FIELDS


@pytest.mark.parametrize("data_class", list(DataClass))
def test_own_fields_are_those_of_the_class(data_class: DataClass) -> None:
    """Names and order of each class agree with the vocabulary."""
    section = re.search(
        rf'^class {data_class.value} "[^"]*" code \w+\n\s+fields (.*?)\n\s*digest', vocabulary(), re.S | re.M
    )
    assert section is not None
    assert names(section[1]) == own_fields(data_class)
