"""Notices of events: flows, what is made behind the commits, what comes in, what is taken back."""
