"""Oversight: who could reach what, who did, what was wrong with it, and what is owed to whoever it was about."""
