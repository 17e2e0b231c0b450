"""Feeds: what an owner brings of its records under an agreement, batch after batch, and the copies it leaves."""
