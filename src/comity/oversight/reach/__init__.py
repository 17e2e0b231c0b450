"""Reach: every way data of one agency can come to another, by which door, on whose authority, and what would close it."""
