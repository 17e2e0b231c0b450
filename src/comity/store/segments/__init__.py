"""The index of an owner's people on disk: immutable segments in files, and the people who came since in memory."""
