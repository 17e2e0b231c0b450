"""Comity: an accountable information-sharing exchange for law-enforcement and licensing agencies."""

__version__ = "0.1.0"
