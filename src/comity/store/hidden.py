"""What the log keeps, as it lies in the database: wrapped under a month's key, which is not in the database.

A wrapped part begins with a byte that begins no text. What was stored before parts were wrapped is read as it is.
A large part is packed before it is wrapped: of an answer's full explanation nearly all is the same reasons, record by record.
"""

from __future__ import annotations

import zlib

from msgspec.structs import replace

from comity.model.disclosure import Unit
from comity.ports import Wrapping

MARK = b"\x01"
PACKED = b"\x02"  # begins no text either; inside the wrapping, so that nothing but the length tells of it
# Below it an answer that tells nothing has one length with every other (decision 0006), at rest too, and a row is a few pages.
PACKED_FROM = 32_768
FASTEST = 1  # zlib's level: a hundredth of a large part's time more would save nothing that counts


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
        return wrap_part(self.wrapping, self.wrapping.name_of(wrapped_key), part)

    def show(self, stored: bytes) -> bytes:
        """A part as it was handed in. Raises KeyUnavailableError where its key is gone."""
        if self.wrapping is None or stored[:1] != MARK:
            return stored
        part = self.wrapping.unwrap(stored[1:])
        return zlib.decompress(part[1:]) if part[:1] == PACKED else part


def wrap_part(wrapping: Wrapping, name: str, part: bytes) -> bytes:
    """A part as it lies under the key of a name, packed where it is large. Raises KeyUnavailableError."""
    packed = part if len(part) < PACKED_FROM else PACKED + zlib.compress(part, FASTEST)
    return MARK + wrapping.wrap_under(name, packed)
