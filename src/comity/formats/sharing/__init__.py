"""Readers of sharing lists: who lets whom search, as a portal, a vendor's export or a reporter's table writes it."""
