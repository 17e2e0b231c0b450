"""A report written down: as text, comma-separated values or a page. Pure: nouns in, text out."""
