"""Answers about every possible question: what may ever be reached, what a change opens or closes, what is dead."""
