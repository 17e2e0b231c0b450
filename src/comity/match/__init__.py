"""Matching one subject against one owner's records: keys, evidence, probability. Pure; knows no store and no law."""
