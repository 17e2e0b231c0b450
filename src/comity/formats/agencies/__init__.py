"""Readers of directories of agencies."""
