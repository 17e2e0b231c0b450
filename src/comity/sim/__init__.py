"""A federation in one process: real law, matching, log and store; simulated clock, randomness, keys and network."""
