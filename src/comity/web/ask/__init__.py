"""What is typed on the four pages of a question, read into what is asked: pure functions, each fault beside its field."""
