"""The exchange's verbs: ask, answer, fetch, and what they stand on."""
