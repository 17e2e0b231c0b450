"""What a node says no to, as a sentence beside a form; a node that is not there is no refusal."""

from __future__ import annotations

from collections.abc import Callable

from comity.errors import ClosedError, ComityError


def refusal_of(act: Callable[[], object]) -> str:
    """Why an act was refused; empty where it was done. Raises ClosedError where nothing can be done now."""
    try:
        act()
    except ClosedError:
        raise
    except ComityError as error:
        return str(error)
    return ""
