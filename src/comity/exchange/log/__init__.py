"""The log beside the questions: witnesses, reconciliation, tallies, and forgetting by key."""
