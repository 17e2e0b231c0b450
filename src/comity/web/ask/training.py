"""Whether a member's training still lasts: who has none asks nothing, and reads on (CJIS Security Policy 6.0, AT-2).

The node decides this again for every question, by the same day.
"""

from __future__ import annotations

from datetime import UTC, datetime

from comity.web.call import Call


def training_ended(call: Call) -> bool:
    """Whether it ended before today, by the list or by what the agency's sign-in said."""
    return call.who().trained_until < datetime.fromtimestamp(call.now_ms / 1000, UTC).date()
