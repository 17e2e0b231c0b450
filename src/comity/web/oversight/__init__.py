"""Pages of the auditor and the privacy officer."""
