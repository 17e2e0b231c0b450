"""Matching one subject against one owner's records: keys, evidence, probability. Knows no store and no law."""
