"""O6: another system's log, checked by pages in four steps."""
