"""Audit of other systems' search logs and sharing lists, by the law of the data's state and by their own promises."""
