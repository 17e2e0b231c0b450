"""What members' own systems may ask of a node: the verbs, their bodies, their description, and how errors read."""
