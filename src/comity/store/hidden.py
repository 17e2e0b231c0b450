"""What the log keeps, as it lies in the database: wrapped under a month's key, which is not in the database.

A wrapped part begins with a byte that begins no text. What was stored before parts were wrapped is read as it is.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.model.disclosure import Unit
from comity.ports import Wrapping

MARK = b"\x01"


class Hidden:
    """How parts are wrapped and shown. Without `wrapping` they lie there as they are, as in a simulation's store."""

    def __init__(self) -> None:
        self.wrapping: Wrapping | None = None

    def hide_unit(self, unit: Unit, wrapped_key: bytes) -> Unit:
        """The unit with its parts wrapped as its content's key is. Raises KeyUnavailableError."""
        if self.wrapping is None or not (unit.content or unit.record or unit.sealed):
            return unit
        return replace(
            unit,
            content=self.hide(unit.content, wrapped_key),
            record=self.hide(unit.record, wrapped_key),
            sealed=self.hide(unit.sealed, wrapped_key),
        )

    def hide(self, part: bytes, wrapped_key: bytes) -> bytes:
        """A part wrapped under the key that a wrapped key lies under; nothing stays nothing."""
        if self.wrapping is None or not part:
            return part
        return MARK + self.wrapping.wrap_under(self.wrapping.name_of(wrapped_key), part)

    def show(self, stored: bytes) -> bytes:
        """A part as it was handed in. Raises KeyUnavailableError where its key is gone."""
        if self.wrapping is None or stored[:1] != MARK:
            return stored
        return self.wrapping.unwrap(stored[1:])
