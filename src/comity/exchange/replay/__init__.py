"""What was decided, decided again: explained, under a draft, and for questions nobody asked."""
