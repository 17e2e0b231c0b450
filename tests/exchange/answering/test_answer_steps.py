"""The steps of an answer are numbered in one place, and what a file says of itself is what stands there."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re

import pytest

import comity.exchange.answering as package
from comity.exchange.answering import answer

STEPS = dict(re.findall(r"^ ?(\d+) (\S+ .*(?:\n {5,}\S.*)*)", answer.__doc__ or "", re.MULTILINE))
SAYS_ITS_STEP = re.compile(r"Steps? (\d+)(?: and (\d+))?(?: of an answer|, second half)?:")
FILES = [
    (one.name, tuple(filter(None, said.groups())))
    for one in pkgutil.iter_modules(package.__path__)
    if (said := SAYS_ITS_STEP.match(importlib.import_module(f"{package.__name__}.{one.name}").__doc__ or ""))
]


def test_every_step_is_listed_once_in_its_order() -> None:
    """One to ten, and some files say which of them they are."""
    assert list(STEPS) == [str(number) for number in range(1, len(STEPS) + 1)]
    assert len(FILES) > 4


@pytest.mark.parametrize(("name", "numbers"), FILES)
def test_a_file_names_the_step_that_it_is(name: str, numbers: tuple[str, ...]) -> None:
    """A function of the file stands in the list at that number, or is what the function there calls."""
    module = importlib.import_module(f"{package.__name__}.{name}")
    own = {key for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    for number in numbers:
        step = getattr(answer, STEPS[number].split()[0], None)
        told = STEPS[number] + (inspect.getsource(step) if inspect.isfunction(step) else "")
        assert own & set(re.findall(r"\w+", told)), f"{name}.py says step {number}, which is: {STEPS[number]}"
