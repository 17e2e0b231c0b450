"""Pytest puts this folder on the path, so that every test can import the twin that lives beside this file."""
