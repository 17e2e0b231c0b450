"""Passing on: the holder asks, the owner decides and answers the third agency itself."""
