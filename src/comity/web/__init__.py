"""Pages for people: parse, call one verb of the node, show. Nothing here decides what may be released."""
