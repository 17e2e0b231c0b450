"""The exposure statement: who can see what about people here, by which door, in plain words that are all computed."""
