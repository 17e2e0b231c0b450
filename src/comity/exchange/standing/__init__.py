"""Standing questions: opened, reviewed, looked at again by their owners, ended."""
