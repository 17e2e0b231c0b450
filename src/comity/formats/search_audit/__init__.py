"""Readers of plate-reader search audits and of what portals say about themselves. Plates, users and names are not kept."""
