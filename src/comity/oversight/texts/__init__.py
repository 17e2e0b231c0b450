"""What the public pages of oversight say: one table a language, the same keys in each, every figure put in by the program."""
