"""The map of flows: who shares what with whom, for what, by which door, until when, and what changed."""
