"""An answer as its page shows it: pure functions from what was released to rows and words' names."""
