"""Looking through a node's log by its codes, and opening one entry in a step of its own."""
