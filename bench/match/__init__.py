"""Bench of person matching: sets of records and questions with known answers, engines, and scores."""
