"""The demonstration region: invented agencies, their law and agreements, synthetic people and records."""
