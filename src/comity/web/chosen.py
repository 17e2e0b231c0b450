"""What an address chooses among what its page offers: a filter, a period, an order, a place in a list.

Whatever is none of it is told with what may stand there, and nothing is shown: a list that passed over half a filter would be
taken for what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from comity.errors import WrongUseError
from comity.web.call import Call, Form

LONGEST_NUMBER = 15  # digits: no log has more entries, and a store holds as many


class NotOfferedError(WrongUseError):
    """An address asks for what its page does not offer.

    `name` is which part of the address; `offered` are the codes that may stand there, each with its word; `form` names the
    words for how it is written, where every one of a kind may; `back` is the page to go back to, empty for the same one.
    """

    def __init__(
        self, name: str, offered: Iterable[tuple[str, str]] = (), *, form: str = "", back: str = ""
    ) -> None:
        self.name = name
        self.offered = tuple(offered)
        self.form = form
        self.back = back
        super().__init__(f"`{name}` of the address is nothing that this page offers")


def chosen(
    call: Call, name: str, offered: Iterable[str], word: Callable[[str], str] = str, *, default: str = ""
) -> str:
    """The code that an address chooses, or what counts where it says none. Raises NotOfferedError."""
    codes = tuple(offered)
    asked = call.query.one(name)
    if asked and asked not in codes:
        raise NotOfferedError(name, ((one, word(one)) for one in codes))
    return asked or default


def chosen_number(query: Form, name: str) -> int | None:
    """The number of an entry that an address names; None where it names none. Raises NotOfferedError."""
    text = query.one(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise NotOfferedError(name, form="entry")
    return int(text)
