"""An asker's own pack of law."""

from __future__ import annotations

import base64

from comity.demo.agencies import WA_POLICE
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, Signature, signed_bytes
from comity.sim.federation import sim_key

CLOSING = """rule X-1 "Nothing for anybody"
  cite "Order 1"
  status verified
  decided automatically
  from 2026-01-01
  at ask
  forbid query
"""


def own_pack(rules: str) -> LawText:
    """A pack of the asker's own, signed by it."""
    text = 'pack wa-own "Own" in WA version 1\nuses vocabulary comity 1\n\n' + rules
    law_hash = text_digest(text)
    value = sim_key(f"seed/agency/{WA_POLICE}").sign(signed_bytes(LawKind.PACK, "wa-own", law_hash))
    signature = Signature(agency=WA_POLICE, role="counsel", value=base64.b64encode(value).decode())
    return LawText(kind=LawKind.PACK, name="wa-own", version=1, text=text, hash=law_hash, signatures=(signature,))
