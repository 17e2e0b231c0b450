"""The disclosure log: entries, tree, checkpoints, the only writer, and the offline verifier."""
