"""Flows that Comity does not carry, declared by hand so that the map and reach are whole."""
