"""A node: its directory on disk, its world, and the processes that serve it."""
