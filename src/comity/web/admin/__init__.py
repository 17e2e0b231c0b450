"""Pages of administrators: members of an agency, and the state of a node."""
