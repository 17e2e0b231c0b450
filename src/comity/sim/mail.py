"""The mail of a simulation: what was posted is kept as it was handed over, and a fault may keep it from being so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.errors import ProofError


@dataclass(frozen=True, slots=True)
class Posted:
    """One e-mail: to whom, under which name, and the document in it."""

    partner: str
    name: str
    document: bytes


@dataclass
class SimMail:
    """The `Mail` port. `before` may raise, or stop the node; `signed` are the receipts that count as a partner's."""

    posted: list[Posted] = field(default_factory=list)
    before: Callable[[str, str], None] = lambda partner, name: None
    after: Callable[[str, str], None] = lambda partner, name: None
    signed: dict[bytes, tuple[str, bytes]] = field(default_factory=dict)

    def post(self, partner: str, name: str, document: bytes) -> None:
        self.before(partner, name)
        self.posted.append(Posted(partner, name, document))
        self.after(partner, name)

    def open_receipt(self, partner: str, signed: bytes) -> bytes:
        found = self.signed.get(signed)
        if found is None or found[0] != partner:
            raise ProofError(f"`{partner}` did not sign this receipt")
        return found[1]
