"""What people do beside questions: disclosures by telephone, requests for action, hits confirmed and their outcomes."""
