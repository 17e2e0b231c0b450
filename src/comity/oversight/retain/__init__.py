"""Retention: what is due by rule and day, what holds keep, and what a purge can prove."""
