"""Duties: what starts their clocks, what state they are in, what is done about them, how many there were."""
