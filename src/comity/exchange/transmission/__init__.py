"""Transmissions to a foreign partner: two people, two channels, receipts, suspension."""
