"""Commands of oversight, one module a verb."""
