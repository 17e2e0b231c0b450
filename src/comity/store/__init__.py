"""Where a node keeps its log and records: one SQLite database, and the log directory written from it."""
