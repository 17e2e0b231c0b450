"""The store's tests drive it through the ledger, with the same small world as the ledger's own tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "ledger"))
