"""Audit of other systems' search logs and sharing lists: against their own promises, and against the law of the data's state."""
