"""Findings of misuse on the disclosure records: what was opened, the patterns looked for, and their review."""
